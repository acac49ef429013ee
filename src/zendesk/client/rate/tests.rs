use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;

use super::{Budget, Class, RateShare, WaitsFor, headers};

fn map(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(pair).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "every use compares with an option")]
fn seconds(count: u64) -> Option<Duration> {
    Some(Duration::from_secs(count))
}

fn limit_of(total: u32, remaining: u32, reset: u32) -> HeaderMap {
    map(&[
        ("ratelimit-limit", &total.to_string()),
        ("ratelimit-remaining", &remaining.to_string()),
        ("ratelimit-reset", &reset.to_string()),
    ])
}

#[track_caller]
fn assert_near(taken: f64, expected: f64) {
    assert!((taken - expected).abs() < 0.5, "{taken} instead of {expected}");
}

/// How long `chains` of calls take together to make `count` requests, in seconds.
async fn time_of(budget: &Arc<Budget>, class: Class, count: usize, chains: usize) -> f64 {
    let start = Instant::now();
    let tasks: Vec<_> = (0..chains)
        .map(|_| {
            let budget = Arc::clone(budget);
            tokio::spawn(async move {
                for _ in 0..count / chains {
                    budget.permit(class).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    start.elapsed().as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn requests_are_paced_at_the_share_and_nothing_of_it_is_lost() {
    for (limit, percent, chains) in [(200, 50, 1), (700, 50, 4), (400, 25, 3), (2500, 100, 4), (700, 1, 2)] {
        let budget = Arc::new(Budget::new(RateShare::percent(percent).unwrap()));
        budget.learn(&limit_of(limit, limit, 60));
        let count = 12 * usize::try_from(limit * u32::from(percent) / 100).unwrap();
        let ideal = 60.0 * 12.0;
        let taken = time_of(&budget, Class::Ordinary, count, chains).await;
        // Not faster than the share, but for the burst at the start; not slower at all.
        assert!(taken <= ideal * 1.01 + 1.0, "{limit} {percent}%: {taken}");
        assert!(
            taken >= ideal - 60.0 * 20.0 / f64::from(limit * u32::from(percent) / 100),
            "{limit}: {taken}"
        );
    }
}

/// A server that counts in windows of a minute, which begin with a request, beside others that use the account
/// evenly.
struct Windows {
    limit: u32,
    /// Requests a minute of other programs.
    others: u32,
    began: Instant,
    used: u32,
    refused: u32,
    least_remaining: u32,
}

impl Windows {
    fn answer(&mut self) -> HeaderMap {
        let minute = Duration::from_mins(1);
        if self.began.elapsed() >= minute {
            self.began = Instant::now();
            self.used = 0;
        }
        let elapsed = u32::try_from(self.began.elapsed().as_millis()).unwrap();
        let used = self.used + self.others * elapsed / 60_000;
        if used >= self.limit {
            self.refused += 1;
        } else {
            self.used += 1;
        }
        let remaining = self.limit.saturating_sub(used + 1);
        self.least_remaining = self.least_remaining.min(remaining);
        let left = minute.saturating_sub(self.began.elapsed());
        limit_of(self.limit, remaining, u32::try_from(left.as_secs() + 1).unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_counts_in_minutes_refuses_nothing_and_nothing_is_lost() {
    for (limit, percent, others) in [
        (200, 50, 0),
        (400, 50, 0),
        (400, 100, 0),
        (700, 50, 0),
        (700, 90, 0),
        (333, 33, 0),
        (60, 100, 0),
        (2500, 50, 0),
        (400, 50, 150),
        (700, 50, 340),
        (700, 25, 500),
    ] {
        let budget = Budget::new(RateShare::percent(percent).unwrap());
        let mut server =
            Windows { limit, others, began: Instant::now(), used: 0, refused: 0, least_remaining: limit };
        let count = 10 * limit * u32::from(percent) / 100;
        let start = Instant::now();
        for _ in 0..count {
            budget.permit(Class::Ordinary).await;
            // A reply takes a tenth of a second at least every third time.
            tokio::time::sleep(Duration::from_millis(if server.used.is_multiple_of(3) { 100 } else { 5 }))
                .await;
            budget.learn(&server.answer());
        }
        let what = format!("{limit} at {percent}% beside {others}");
        assert_eq!(server.refused, 0, "{what}");
        if others == 0 {
            let ideal = 60.0 * f64::from(count) / (f64::from(limit * u32::from(percent)) / 100.0);
            let taken = start.elapsed().as_secs_f64();
            assert!(taken <= ideal * 1.02, "{what}: {taken} instead of {ideal}");
            // At least as much is left as the share says, but for the burst.
            let left = limit - limit * u32::from(percent) / 100;
            assert!(server.least_remaining + 21 >= left, "{what}: {}", server.least_remaining);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_even_over_a_minute() {
    let budget = Arc::new(Budget::new(RateShare::default()));
    budget.learn(&limit_of(600, 600, 60));
    for _ in 0..6 {
        // Ten seconds' worth of 300 a minute takes ten seconds, always; only the start may be quicker.
        let taken = time_of(&budget, Class::Ordinary, 48, 4).await;
        assert!((7.5..=10.1).contains(&taken), "{taken}");
    }
}

#[tokio::test(start_paused = true)]
async fn exports_have_a_limit_of_their_own() {
    let budget = Arc::new(Budget::new(RateShare::default()));
    // 10 a minute are assumed, half of them are ours: the first four at once, then one in 12 seconds.
    assert_near(time_of(&budget, Class::Exports, 12, 2).await, 96.0);
    // Lists continue meanwhile.
    assert!(time_of(&budget, Class::Ordinary, 20, 1).await < 12.0);
    budget.learn(&map(&[("zendesk-ratelimit-incremental-exports", "total=30; remaining=29; resets=2")]));
    assert_eq!(budget.status().exports.limit, 30);
    let taken = time_of(&budget, Class::Exports, 32, 2).await;
    assert!((111.0..=113.0).contains(&taken), "{taken}");
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_assumed_until_it_is_learned_and_may_change() {
    let budget = Arc::new(Budget::new(RateShare::default()));
    let status = budget.status().account;
    assert_eq!((status.limit, status.is_learned, status.remaining), (200, false, None));
    budget.learn(&limit_of(700, 699, 60));
    let status = budget.status().account;
    assert_eq!((status.limit, status.is_learned, status.remaining), (700, true, Some(699)));
    assert!((status.quota - 350.0).abs() < 1e-9);
    let fast = time_of(&budget, Class::Ordinary, 350, 2).await;
    budget.learn(&limit_of(200, 150, 60));
    let slow = time_of(&budget, Class::Ordinary, 350, 2).await;
    assert!((55.0..=60.5).contains(&fast) && (205.0..=211.0).contains(&slow), "{fast} {slow}");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_to_others_stays_theirs() {
    let budget = Arc::new(Budget::new(RateShare::default()));
    // Others have used much of this minute.
    budget.learn(&limit_of(700, 200, 41));
    assert_eq!(budget.status().account.held_for, seconds(41));
    let taken = time_of(&budget, Class::Ordinary, 1, 1).await;
    assert!((41.0..42.0).contains(&taken), "{taken}");
    assert_eq!(budget.status().account.held_for, None);
    // Alone, a reader does not wait at the end of its own share.
    budget.learn(&limit_of(700, 340, 5));
    assert_eq!(budget.status().account.held_for, None);
    // With the whole limit, it waits only when nothing is left.
    let budget = Arc::new(Budget::new(RateShare::percent(100).unwrap()));
    budget.learn(&limit_of(700, 1, 5));
    assert_eq!(budget.status().account.held_for, None);
    budget.learn(&limit_of(700, 0, 5));
    assert_eq!(budget.status().account.held_for, seconds(5));
}

#[tokio::test(start_paused = true)]
async fn a_held_class_is_held_for_all_and_its_longest_hold_counts() {
    let budget = Arc::new(Budget::new(RateShare::default()));
    budget.learn(&limit_of(700, 700, 60));
    let waiting = tokio::spawn({
        let budget = Arc::clone(&budget);
        async move { time_of(&budget, Class::Exports, 5, 1).await }
    });
    tokio::task::yield_now().await;
    // The fifth of them waits already.
    assert_eq!(budget.status().waits_for, WaitsFor::Rate);
    budget.hold(Class::Exports, Duration::from_secs(90));
    budget.hold(Class::Exports, Duration::from_secs(20));
    assert_near(time_of(&budget, Class::Ordinary, 1, 1).await, 0.0);
    assert_near(waiting.await.unwrap(), 90.0);
    budget.hold(Class::Ordinary, Duration::from_secs(30));
    assert_near(time_of(&budget, Class::Exports, 1, 1).await, 30.0);
}

#[tokio::test(start_paused = true)]
async fn what_is_waited_for_is_known() {
    let budget = Budget::new(RateShare::default());
    assert_eq!(budget.status().waits_for, WaitsFor::Nothing);
    budget
        .spend(async {
            assert_eq!(budget.status().waits_for, WaitsFor::Network);
            tokio::time::sleep(Duration::from_secs(3)).await;
        })
        .await;
    let status = budget.status();
    assert_eq!((status.waits_for, status.requests), (WaitsFor::Nothing, 1));
    assert_eq!(status.network_wait, Duration::from_secs(3));
}

#[test]
fn all_spellings_of_limits_are_read() {
    for (names, limit, remaining, reset) in [
        (["x-rate-limit", "x-rate-limit-remaining", "x"], Some(700), Some(692), None),
        (["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"], Some(700), Some(692), seconds(7)),
        (["rate-limit", "rate-limit-remaining", "rate-limit-reset"], Some(700), Some(692), seconds(7)),
    ] {
        let said = headers::account(&map(&[(names[0], "700"), (names[1], " 692"), (names[2], "7")]));
        assert_eq!((said.limit, said.remaining, said.reset), (limit, remaining, reset));
    }
    for (text, limit, remaining, reset) in [
        ("total=10; remaining=9; resets=2", Some(10), Some(9), seconds(2)),
        ("remaining=9;total=10", Some(10), Some(9), None),
        (" Total = 10 , RESETS = 0", Some(10), None, seconds(1)),
        ("total=0; remaining=99999999999; resets=86400", None, Some(u32::MAX), seconds(300)),
        ("total=-1; remaining=x; resets", None, None, None),
        ("", None, None, None),
    ] {
        for name in super::EXPORT_HEADERS {
            let said = headers::named(&map(&[(name, text)]), &super::EXPORT_HEADERS);
            assert_eq!((said.limit, said.remaining, said.reset), (limit, remaining, reset), "{text}");
        }
    }
}

#[test]
fn a_server_is_obeyed_within_reason() {
    let date = ("date", "Mon, 02 Nov 2026 07:00:00 GMT");
    for (text, wait) in [
        ("5", seconds(5)),
        ("0", seconds(1)),
        ("86400", seconds(300)),
        ("99999999999999999999999999", seconds(300)),
        ("Mon, 02 Nov 2026 07:00:30 GMT", seconds(30)),
        ("Mon, 02 Nov 2026 06:00:00 GMT", seconds(1)),
        ("Mon, 02 Nov 2099 07:00:00 GMT", seconds(300)),
        ("-5", None),
        ("+5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
    ] {
        assert_eq!(headers::retry_after(&map(&[("retry-after", text), date])), wait, "{text}");
    }
    // Without the server's date nobody knows how far another date is away.
    assert_eq!(headers::retry_after(&map(&[("retry-after", "Mon, 02 Nov 2026 07:00:30 GMT")])), None);
}

#[test]
fn a_share_is_1_to_100_per_cent() {
    for (text, share) in
        [("50", Some(50)), ("1%", Some(1)), ("100", Some(100)), ("0", None), ("101", None), ("x", None)]
    {
        assert_eq!(text.parse::<RateShare>().ok(), share.and_then(RateShare::percent), "{text}");
    }
}

proptest! {
    #[test]
    fn any_headers_leave_a_budget_that_works(
        values in prop::collection::vec("[ -~]{0,40}|[0-9]{1,22}|total=[0-9]{1,12}; ?remaining=[0-9]{1,12}; ?resets=[0-9]{1,12}", 9)
    ) {
        let names = [
            "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "x-rate-limit", "rate-limit-reset",
            super::EXPORT_HEADERS[0], super::TICKET_HEADERS[1], "retry-after", "date",
        ];
        let pairs: Vec<(&str, &str)> = names.iter().copied().zip(values.iter().map(String::as_str)).collect();
        let map = map(&pairs);
        if let Some(wait) = headers::retry_after(&map) {
            prop_assert!((1..=300).contains(&wait.as_secs()));
        }
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
            let budget = Arc::new(Budget::new(RateShare::default()));
            budget.learn(&map);
            let status = budget.status();
            assert!(status.account.quota > 0.0 && status.exports.quota > 0.0);
            // Whatever a server says, the next requests come within minutes.
            assert!(time_of(&budget, Class::Exports, 2, 2).await < 900.0);
            assert!(time_of(&budget, Class::TicketList, 2, 2).await < 900.0);
        });
    }
}

//! How far a fetch is: bars on a terminal, a line now and then in a log.

use std::{
    convert::Infallible,
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{HumanCount, HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::{Instant, interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    cli::shared::context::Context,
    fetch::{Progress, Stage},
    output::counted,
    zendesk::{
        client::{GateStatus, Status, WaitsFor, ZendeskClient},
        folder::Collection,
    },
};

/// Between two lines in a log.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// Between two drawings on a terminal.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// A line of a collection, which fits a terminal of 80 columns.
const WITH_LENGTH: &str = "{prefix:24} {bar:12} {human_pos} of {human_len}  {msg}";

/// The same where nobody knows how many records there will be.
const WITHOUT_LENGTH: &str = "{prefix:24} {human_pos}  {msg}";

/// What is said once somebody wants it to end.
pub(crate) const STOPPING: &str = "finishing the current pages, then stopping";

/// Whether bars are drawn. Nothing else may be written to the terminal meanwhile.
pub(crate) fn draws() -> bool {
    io::stderr().is_terminal()
}

/// Shows how far it is until it is dropped.
pub(crate) async fn show(
    context: &Context,
    progress: &Progress,
    client: &ZendeskClient,
    stop: &CancellationToken,
) -> Infallible {
    if draws() { draw(progress, client, stop).await } else { log(context, progress, client).await }
}

async fn log(context: &Context, progress: &Progress, client: &ZendeskClient) -> Infallible {
    let pace = Pace::new(progress);
    loop {
        sleep(LINE_EVERY).await;
        let rows: Vec<_> = Collection::ALL
            .into_iter()
            .map(|collection| {
                let of = progress.of(collection);
                match of.expected() {
                    Some(expected) if of.stage() == Stage::Reading => {
                        format!("{collection} {} of {}", HumanCount(of.rows()), HumanCount(expected))
                    }
                    _ => format!("{collection} {}", HumanCount(of.rows())),
                }
            })
            .collect();
        context.talk(format!("{}; {}", rows.join(", "), situation(&client.status(), pace.left(progress))));
    }
}

/// Bars that vanish when they are dropped: what is left to say is said in lines.
struct Bars {
    all: MultiProgress,
    collections: Vec<(Collection, ProgressBar)>,
    situation: ProgressBar,
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let collections = Collection::ALL
            .into_iter()
            .map(|collection| {
                // Nothing is drawn in a style of its own before the first tick.
                let bar = ProgressBar::no_length().with_style(style(WITHOUT_LENGTH));
                bar.set_prefix(collection.name());
                (collection, all.add(bar))
            })
            .collect();
        let situation = all.add(ProgressBar::no_length().with_style(style("{msg}")));
        Self { all, collections, situation }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        for (_, bar) in &self.collections {
            bar.finish_and_clear();
        }
        self.situation.finish_and_clear();
        let _ = self.all.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

async fn draw(progress: &Progress, client: &ZendeskClient, stop: &CancellationToken) -> Infallible {
    let pace = Pace::new(progress);
    let bars = Bars::new();
    let mut ticks = interval(DRAW_EVERY);
    loop {
        ticks.tick().await;
        for (collection, bar) in &bars.collections {
            let of = progress.of(*collection);
            match of.expected() {
                // Counts are estimates.
                Some(expected) if of.stage() != Stage::Complete => {
                    bar.set_style(style(WITH_LENGTH));
                    bar.set_length(expected.max(of.rows()));
                }
                _ => bar.set_style(style(WITHOUT_LENGTH)),
            }
            bar.set_position(of.rows());
            let pages = counted(of.pages(), "page");
            bar.set_message(match of.stage() {
                Stage::Waiting => String::new(),
                Stage::Reading => {
                    format!("{pages}, {} rows/s", HumanCount(pace.rows_a_second(progress, *collection)))
                }
                Stage::Complete => format!("{pages}, done"),
                Stage::Incomplete => format!("{pages}, given up"),
            });
        }
        bars.situation.set_message(if stop.is_cancelled() {
            STOPPING.to_owned()
        } else {
            situation(&client.status(), pace.left(progress))
        });
    }
}

/// Requests, the quota, and what the end depends on.
fn situation(status: &Status, left: Option<Duration>) -> String {
    let requests = format!(
        "{} {}",
        HumanCount(status.requests),
        if status.requests == 1 { "request" } else { "requests" }
    );
    let repeated = match status.retries {
        0 => String::new(),
        count => format!(" ({} repeated)", HumanCount(count)),
    };
    let quota = |gate: &GateStatus| {
        let remaining = gate.remaining.map_or_else(String::new, |count| format!(", {count} left"));
        format!("limit {:.0} of {} a minute{remaining}", gate.quota, gate.limit)
    };
    let mut parts = vec![format!("{requests}{repeated}, {}", quota(&status.account))];
    if status.exports.is_learned {
        parts.push(format!("exports: {}", quota(&status.exports)));
    }
    parts.extend(bound(status));
    parts.extend(left.map(|left| format!("about {} left", HumanDuration(left))));
    parts.join("; ")
}

/// What the next replies depend on: the limits that requests wait for, else the server.
fn bound(status: &Status) -> Option<String> {
    let limits: Vec<&str> = [
        (&status.account, "requests"),
        (&status.exports, "exports"),
        (&status.tickets, "the list of tickets"),
    ]
    .into_iter()
    .filter_map(|(gate, what)| (gate.waiting > 0).then_some(what))
    .collect();
    if !limits.is_empty() {
        return Some(format!("waiting for the rate limit of {}", limits.join(" and of ")));
    }
    (status.waits_for == WaitsFor::Network).then(|| "waiting for the server".to_owned())
}

/// How fast it goes, from the rows since the beginning of this command.
struct Pace {
    begin: Instant,
    rows: [u64; 4],
}

impl Pace {
    fn new(progress: &Progress) -> Self {
        Self { begin: Instant::now(), rows: Collection::ALL.map(|collection| progress.of(collection).rows()) }
    }

    fn rows_a_second(&self, progress: &Progress, collection: Collection) -> u64 {
        let rows = progress.of(collection).rows().saturating_sub(self.rows[collection as usize]);
        rows * 1000 / u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// How long the longest collection takes, as far as anybody can say it.
    fn left(&self, progress: &Progress) -> Option<Duration> {
        Collection::ALL
            .into_iter()
            .filter(|collection| progress.of(*collection).stage() == Stage::Reading)
            .map(|collection| {
                let left = progress.of(collection).expected()?.saturating_sub(progress.of(collection).rows());
                let pace = self.rows_a_second(progress, collection);
                (pace > 0).then(|| Duration::from_secs(left / pace))
            })
            .try_fold(Duration::ZERO, |longest, left| left.map(|left| longest.max(left)))
            .filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(limit: u32, waiting: usize) -> GateStatus {
        GateStatus {
            limit,
            is_learned: true,
            remaining: Some(limit - 3),
            quota: f64::from(limit) / 2.0,
            held_for: None,
            waiting,
        }
    }

    fn status(waiting: [usize; 3], waits_for: WaitsFor) -> Status {
        Status {
            account: gate(400, waiting[0]),
            exports: gate(10, waiting[1]),
            tickets: gate(100, waiting[2]),
            waits_for,
            requests: 1234,
            retries: 2,
            rate_wait: Duration::ZERO,
            network_wait: Duration::ZERO,
        }
    }

    #[test]
    fn it_says_which_limit_is_waited_for() {
        let left = Some(Duration::from_mins(10));
        assert_eq!(
            situation(&status([2, 1, 0], WaitsFor::Rate), left),
            "1,234 requests (2 repeated), limit 200 of 400 a minute, 397 left; exports: limit 5 of \
             10 a minute, 7 left; waiting for the rate limit of requests and of exports; about 10 minutes left"
        );
        for (waiting, waits_for, expected) in [
            ([0, 1, 0], WaitsFor::Rate, Some("waiting for the rate limit of exports")),
            ([0, 0, 1], WaitsFor::Rate, Some("waiting for the rate limit of the list of tickets")),
            ([0, 0, 0], WaitsFor::Network, Some("waiting for the server")),
            ([0, 0, 0], WaitsFor::Nothing, None),
        ] {
            assert_eq!(bound(&status(waiting, waits_for)).as_deref(), expected);
        }
    }
}

//! How far a fetch is: bars on a terminal, a line now and then in a log.

use std::{
    convert::Infallible,
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{HumanCount, HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::{Instant, interval, sleep};

use crate::{
    cli::context::Context,
    fetch::{Progress, Stage},
    zendesk::{
        client::{Status, WaitsFor, ZendeskClient},
        folder::Collection,
    },
};

/// Between two lines in a log.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// Between two drawings on a terminal.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Shows how far it is until it is dropped.
pub(super) async fn show(context: &Context, progress: &Progress, client: &ZendeskClient) -> Infallible {
    if io::stderr().is_terminal() {
        draw(progress, client).await
    } else {
        log(context, progress, client).await
    }
}

async fn log(context: &Context, progress: &Progress, client: &ZendeskClient) -> Infallible {
    let pace = Pace::new(progress);
    loop {
        sleep(LINE_EVERY).await;
        let rows: Vec<_> = Collection::ALL
            .into_iter()
            .map(|collection| {
                let (of, expected) = (progress.of(collection), pace.expected(progress, collection));
                match expected {
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
    bars: Vec<(Collection, ProgressBar)>,
    situation: ProgressBar,
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let bars = Collection::ALL
            .into_iter()
            .map(|collection| {
                let bar = all.add(ProgressBar::no_length());
                bar.set_prefix(collection.name());
                (collection, bar)
            })
            .collect();
        let situation = all.add(ProgressBar::no_length());
        situation.set_style(style("{msg}"));
        Self { all, bars, situation }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        for (_, bar) in &self.bars {
            bar.finish_and_clear();
        }
        self.situation.finish_and_clear();
        let _ = self.all.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

async fn draw(progress: &Progress, client: &ZendeskClient) -> Infallible {
    let pace = Pace::new(progress);
    let bars = Bars::new();
    let mut ticks = interval(DRAW_EVERY);
    loop {
        ticks.tick().await;
        for (collection, bar) in &bars.bars {
            let of = progress.of(*collection);
            match pace.expected(progress, *collection) {
                // Counts are estimates.
                Some(expected) if of.stage() != Stage::Complete => {
                    bar.set_style(style("{prefix:24} {bar:30} {human_pos} of {human_len}  {msg}"));
                    bar.set_length(expected.max(of.rows()));
                }
                _ => bar.set_style(style("{prefix:24} {human_pos}  {msg}")),
            }
            bar.set_position(of.rows());
            bar.set_message(match of.stage() {
                Stage::Waiting => String::new(),
                Stage::Reading => format!("{} rows/s", HumanCount(pace.rows_a_second(progress, *collection))),
                Stage::Complete => "done".to_owned(),
                Stage::Incomplete => "given up".to_owned(),
            });
        }
        bars.situation.set_message(situation(&client.status(), pace.left(progress)));
    }
}

/// Requests, the quota, and what the end depends on.
fn situation(status: &Status, left: Option<Duration>) -> String {
    let mut text = format!("{} requests", HumanCount(status.requests));
    if status.retries > 0 {
        text.push_str(&format!(" ({} repeated)", HumanCount(status.retries)));
    }
    text.push_str(&format!(", at most {:.0} a minute of {}", status.account.quota, status.account.limit));
    if let Some(remaining) = status.account.remaining {
        text.push_str(&format!(", {remaining} left"));
    }
    if let Some(remaining) = status.exports.remaining {
        text.push_str(&format!(
            "; exports at most {:.0} of {}, {remaining} left",
            status.exports.quota, status.exports.limit
        ));
    }
    text.push_str(match status.waits_for {
        WaitsFor::Rate => "; waiting for the rate limit",
        WaitsFor::Network => "; waiting for the server",
        WaitsFor::Nothing => "",
    });
    if let Some(left) = left {
        text.push_str(&format!("; about {} left", HumanDuration(left)));
    }
    text
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

    /// How many rows there will be. Nobody counts memberships; most users have one.
    fn expected(&self, progress: &Progress, collection: Collection) -> Option<u64> {
        match collection {
            Collection::Memberships => progress.of(Collection::Users).expected(),
            _ => progress.of(collection).expected(),
        }
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
                let left =
                    self.expected(progress, collection)?.saturating_sub(progress.of(collection).rows());
                let pace = self.rows_a_second(progress, collection);
                (pace > 0).then(|| Duration::from_secs(left / pace))
            })
            .try_fold(Duration::ZERO, |longest, left| left.map(|left| longest.max(left)))
            .filter(|left| !left.is_zero())
    }
}

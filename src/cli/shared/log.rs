//! `--log FILE`: what a command that nobody watches did, a line each, with time and level.
//!
//! What is told on standard error is written there as well: it holds no names, no addresses and no tokens. Events of
//! libraries are not.

use std::{path::Path, sync::Mutex};

use tracing::Level;
use tracing_subscriber::{
    Layer,
    filter::Targets,
    fmt::{self, format::Writer, time::FormatTime},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    clock::Clock,
    safe_file::{self, FileError},
};

/// Events of ours; everything else is somebody else's.
pub(crate) const TARGET: &str = "orgdrift";

/// Appends from now on what the command says to a file, which only its owner may read.
pub(crate) fn begin(path: &Path, clock: Clock) -> Result<(), FileError> {
    let file = safe_file::append(path)?;
    let lines = fmt::layer()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_target(false)
        .with_timer(Time(clock))
        .with_filter(Targets::new().with_target(TARGET, Level::INFO));
    // A command begins one log, and none where something logs already.
    let _ = tracing_subscriber::registry().with(lines).try_init();
    Ok(())
}

/// The time of a line: that of the command's clock.
struct Time(Clock);

impl FormatTime for Time {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        out.write_str(&self.0.now())
    }
}

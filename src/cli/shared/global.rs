//! What every command takes.

use std::path::PathBuf;

use clap::Args;

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The warehouse file [default: orgdrift.db]
    #[arg(long, global = true, value_name = "FILE", env = "ORGDRIFT_DB", display_order = 1)]
    pub db: Option<PathBuf>,
}

//! Successive exports of one collection: a flag of `ingest zendesk`, and a setting.

use clap::ValueEnum;
use serde::Deserialize;

use crate::zendesk::folder::Parts;

/// What is done with exports one after the other.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PartsChoice {
    /// Only the newest export
    Newest,
    /// All of them, oldest first; no record counts as deleted
    Append,
}

impl From<PartsChoice> for Parts {
    fn from(choice: PartsChoice) -> Self {
        match choice {
            PartsChoice::Newest => Self::Newest,
            PartsChoice::Append => Self::Append,
        }
    }
}

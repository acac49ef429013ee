//! Successive exports of one collection: a flag of `ingest zendesk`, and a setting.

use clap::ValueEnum;
use serde::Deserialize;

use crate::zendesk::folder::Parts;

/// What is done with exports one after the other.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PartsChoice {
    /// The newest export alone
    Newest,
    /// All of them; the later wins, and nothing is taken as gone
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

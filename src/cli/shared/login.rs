//! Who logs in to Zendesk, and how much of the account's limits is used: flags, the environment, orgdrift.toml.

use std::path::Path;

use super::{context::Context, error::CliError};
use crate::zendesk::client::{Credentials, CredentialsError, RateShare, keep_secrets_in_memory};

/// Finds the credentials; no request is made. `orgdrift.toml` holds no secret, but may name the account.
pub(crate) fn credentials(context: &Context, file: Option<&Path>) -> Result<Credentials, CredentialsError> {
    keep_secrets_in_memory();
    let subdomain = context.config.zendesk.subdomain.as_ref();
    Credentials::find(file, |name| {
        context.variable(name).or_else(|| match name {
            "ZENDESK_SUBDOMAIN" => subdomain.map(Into::into),
            _ => None,
        })
    })
}

/// The part of the account's limits that is used: as given, else as usual in this folder.
pub(crate) fn rate_share(context: &Context, given: Option<RateShare>) -> Result<RateShare, CliError> {
    match (given, context.config.zendesk.rate_share) {
        (Some(share), _) => Ok(share),
        (None, Some(percent)) => RateShare::percent(percent)
            .ok_or_else(|| CliError::usage("orgdrift.toml: rate_share is a share in per cent, 1 to 100")),
        (None, None) => Ok(RateShare::default()),
    }
}

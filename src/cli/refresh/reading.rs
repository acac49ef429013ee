//! Both sources become snapshots.

use crate::{
    cli::shared::{
        config::AccountsTime,
        context::Context,
        error::CliError,
        intake::{
            self, Ended,
            arguments::{SalesforceArgs, ZendeskArgs},
        },
        live::{self, LiveArgs},
    },
    clock,
    fetch::{self, Found, State},
};

use super::arguments::RefreshArgs;

/// Days after which an account file is too old to be taken without anybody looking.
const MAX_ACCOUNTS_AGE: u32 = 7;

/// A fetch that stopped is resumed within this number of hours; later its first pages are too old.
const RESUMED_HOURS: u32 = 12;

/// Refuses an account file that is missing or old, before anything is locked or read.
pub(super) fn check(context: &Context, arguments: &RefreshArgs) -> Result<(), CliError> {
    if arguments.file.as_os_str() == "-" {
        return Err(CliError::usage(
            "refresh reads accounts only from a file, because it checks how old the file is",
        ));
    }
    let written_at = intake::written_at(&arguments.file)?;
    check_age(context, arguments, &written_at, "was last written")
}

/// Ingests the accounts, then Zendesk. Returns the exit code if that came to an end before there was a snapshot.
pub(super) fn read(context: &Context, arguments: &RefreshArgs) -> Result<Option<u8>, CliError> {
    let taken_at = (context.config.refresh.accounts_time == AccountsTime::File).then(|| "file".to_owned());
    let accounts = intake::salesforce(context, SalesforceArgs::unattended(arguments.file.clone(), taken_at))?;
    intake::tell(context, &accounts);
    // Of the same bytes the snapshot of then is used.
    check_age(context, arguments, &accounts.snapshot.taken_at, "has the bytes of a snapshot that was taken")?;
    let zendesk = ZendeskArgs::unattended(arguments.from.clone(), live_arguments(context, arguments)?);
    match intake::zendesk(context, &zendesk)? {
        Ended::Ingested(report, _) => {
            intake::tell(context, &report);
            Ok(None)
        }
        Ended::Early(code) => Ok(Some(code)),
    }
}

fn check_age(context: &Context, arguments: &RefreshArgs, time: &str, what: &str) -> Result<(), CliError> {
    let days =
        arguments.max_accounts_age.or(context.config.refresh.max_accounts_age).unwrap_or(MAX_ACCOUNTS_AGE);
    if clock::is_older(time, &context.clock.now(), days.saturating_mul(24)) {
        return Err(CliError::refused(format!(
            "{} {what} at {time}, more than {days} days ago",
            arguments.file.display()
        ))
        .hint("export the accounts again; --max-accounts-age DAYS takes an older file"));
    }
    Ok(())
}

/// How the live account is read; a fetch that stopped is resumed, or dropped if it began too long ago.
fn live_arguments(context: &Context, arguments: &RefreshArgs) -> Result<LiveArgs, CliError> {
    if arguments.from.is_some() {
        return Ok(LiveArgs::default());
    }
    let mut live = LiveArgs::unattended(arguments.goes_on, arguments.full, arguments.credentials.clone());
    if let Found::Fetch(found) = fetch::inspect(&live::staging(context.db()))?
        && !found.is_ingested
        && found.state != State::Partial
    {
        live.restart = clock::is_older(&found.taken_at, &context.clock.now(), RESUMED_HOURS);
        live.resume = !live.restart;
    }
    Ok(live)
}

//! What is checked around a reading: its origin, its time, its size.

use std::{fmt, str::FromStr};

use super::{IngestError, Refusal};
use crate::{
    clock::Clock,
    model::{Collection, Outcome, Reading, Source, TakenAtSource, ZendeskIdentity},
    output::counted,
    warehouse::{
        Session,
        demo::{self, Belonging},
        snapshots,
    },
};

/// A limit: a number, or a share in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowance {
    /// So many.
    Count(u64),
    /// A share in per cent.
    Percent(f64),
}

impl Allowance {
    /// Whether `part` of `whole` is more than is allowed.
    #[expect(
        clippy::cast_precision_loss,
        reason = "no input has enough rows that a share of them is in doubt"
    )]
    pub fn is_exceeded(self, part: u64, whole: u64) -> bool {
        match self {
            Self::Count(count) => part > count,
            Self::Percent(percent) => part as f64 * 100.0 > percent * whole as f64,
        }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(formatter, "{count}"),
            Self::Percent(percent) => write!(formatter, "{percent} %"),
        }
    }
}

impl FromStr for Allowance {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a whole number, or a share such as 10%";
        match text.trim().strip_suffix('%') {
            Some(percent) => match percent.trim().parse::<f64>() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Self::Percent(percent)),
                _ => Err(FORM),
            },
            None => text.trim().parse().map(Self::Count).map_err(|_| FORM),
        }
    }
}

/// What the command line says about the origin of a reading.
#[derive(Debug, Clone, Default)]
pub struct GivenOrigin {
    /// ISO-8601 UTC.
    pub taken_at: Option<String>,
    /// Lower-case Zendesk subdomain.
    pub subdomain: Option<String>,
}

/// The time of a reading: given, said by whoever wrote the folder, or now. An earlier one than the latest snapshot's is
/// refused, because versions cannot be put in between.
pub(super) fn taken_at(
    connection: &Session,
    source: Source,
    given: Option<&str>,
    said: Option<(&str, TakenAtSource)>,
    clock: &Clock,
) -> Result<(String, TakenAtSource), IngestError> {
    let (taken_at, taken_at_source) = match (given, said) {
        (Some(given), _) => (given.to_owned(), TakenAtSource::Given),
        (None, Some((said, source))) => (said.to_owned(), source),
        (None, None) => (clock.now(), TakenAtSource::Ingest),
    };
    if clock.is_past_tomorrow(&taken_at) {
        return Err(Refusal::NotYet { taken_at, now: clock.now() }.into());
    }
    if let Some(latest) = snapshots::latest_taken_at(connection, source)?
        && taken_at < latest
    {
        return Err(Refusal::Older { source_name: source.as_str(), taken_at, latest }.into());
    }
    Ok((taken_at, taken_at_source))
}

/// Checks that a reading belongs to the account of the warehouse; the first one that names an account
/// decides whose the warehouse is. A sandbox and the demo take nothing that does not say that it is theirs.
pub(super) fn identity(connection: &Session, found: Option<&ZendeskIdentity>) -> Result<(), IngestError> {
    let warehouse = demo::belonging(connection)?;
    if let Some(found) = found {
        may_belong(&warehouse, found)?;
        snapshots::set_identity(connection, found)?;
    } else if let Some(expected) = warehouse.identity.filter(ZendeskIdentity::is_sandbox) {
        return Err(Refusal::NotSandbox { expected }.into());
    }
    Ok(())
}

/// Whether a reading of an account may go into a warehouse.
pub(super) fn may_belong(warehouse: &Belonging, found: &ZendeskIdentity) -> Result<(), IngestError> {
    let found = found.clone();
    Err(match &warehouse.identity {
        Some(expected) if expected.agrees_with(&found) => return Ok(()),
        Some(expected) => Refusal::OtherAccount { expected: expected.clone(), found },
        None if found.is_sandbox() && warehouse.has_zendesk => Refusal::SandboxBesideOthers { found },
        None if !found.is_sandbox() && warehouse.accounts.is_all() => Refusal::BesideDemo { found },
        None => return Ok(()),
    }
    .into())
}

/// Checks that an account file belongs beside the Zendesk records of the warehouse: the demo's accounts to nobody's,
/// nobody's to the demo's.
pub(super) fn accounts(connection: &Session) -> Result<(), IngestError> {
    let Belonging { identity: Some(expected), accounts, .. } = demo::belonging(connection)? else {
        return Ok(());
    };
    let file = demo::of_file(connection)?;
    if file.is_all() && !expected.is_sandbox() {
        return Err(Refusal::DemoAccounts { expected }.into());
    }
    if expected.is_demo() && accounts.has_some && file.has_others && !file.has_some {
        return Err(Refusal::NotDemoAccounts { expected }.into());
    }
    Ok(())
}

/// A share of a small collection is soon exceeded: fewer rows than these are no loss to doubt.
const SHRINK_FLOOR: u64 = 20;

/// Whether a collection lost more than is allowed since it was last read as far. Nothing at all is always a loss.
pub(super) fn is_shrunk(count: u64, last: u64, max_shrink: Allowance) -> bool {
    let missing = last.saturating_sub(count);
    let minimum = match max_shrink {
        Allowance::Percent(_) => SHRINK_FLOOR,
        Allowance::Count(_) => 0,
    };
    missing > 0 && max_shrink.is_exceeded(missing, last) && (missing >= minimum || count == 0)
}

/// A complete snapshot that is much smaller than the last complete one is doubted.
pub(super) fn shrink(
    outcome: Outcome,
    count: u64,
    last_complete: Option<u64>,
    max_shrink: Allowance,
    is_accepted: bool,
) -> (Outcome, Option<String>) {
    match last_complete {
        Some(last) if outcome == Outcome::Complete && !is_accepted && is_shrunk(count, last, max_shrink) => {
            (Outcome::Partial, Some("shrunk".to_owned()))
        }
        _ => (outcome, None),
    }
}

/// What is said about a collection that is doubted for its size.
pub(super) fn shrink_note(collection: Collection, reading: Reading, count: u64, last: u64) -> String {
    format!(
        "{collection}: {} after {last} in the last complete snapshot; if that is right, {} with --accept-shrink",
        counted(count, "row"),
        match reading {
            Reading::Walk => "ingest again",
            // What it builds on is no longer the newest snapshot.
            Reading::Continued => "read everything again and ingest that",
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_a_number_or_a_share() {
        assert_eq!("3".parse(), Ok(Allowance::Count(3)));
        assert_eq!("10%".parse(), Ok(Allowance::Percent(10.0)));
        assert!("ten".parse::<Allowance>().is_err());
        assert!("101%".parse::<Allowance>().is_err());
        assert!(!Allowance::Percent(10.0).is_exceeded(1, 10));
        assert!(Allowance::Percent(10.0).is_exceeded(2, 10));
        assert!(Allowance::Count(0).is_exceeded(1, 10));
    }

    #[test]
    fn only_a_loss_beyond_the_limit_is_doubted() {
        let limit = Allowance::Percent(10.0);
        assert_eq!(shrink(Outcome::Complete, 900, Some(1000), limit, false).0, Outcome::Complete);
        assert_eq!(shrink(Outcome::Complete, 899, Some(1000), limit, false).0, Outcome::Partial);
        assert_eq!(shrink(Outcome::Complete, 899, Some(1000), limit, true).0, Outcome::Complete);
        assert_eq!(shrink(Outcome::Complete, 0, None, limit, false).0, Outcome::Complete);
        assert_eq!(shrink(Outcome::Complete, 2000, Some(1000), limit, false).0, Outcome::Complete);
    }

    #[test]
    fn a_share_of_a_small_collection_is_no_loss_until_it_is_empty() {
        let limit = Allowance::Percent(10.0);
        assert!(!is_shrunk(81, 100, limit));
        assert!(is_shrunk(80, 100, limit));
        assert!(!is_shrunk(1, 20, limit));
        assert!(is_shrunk(0, 20, limit));
        assert!(is_shrunk(0, 1, limit));
        assert!(!is_shrunk(0, 0, limit));
        assert!(is_shrunk(97, 100, Allowance::Count(2)));
        assert!(!is_shrunk(98, 100, Allowance::Count(2)));
    }
}

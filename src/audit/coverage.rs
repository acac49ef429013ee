//! Which codes a run can evaluate: not known is never zero.

use super::report::{NO_DOMAINS, SWITCHED_OFF};
use crate::{
    catalog::Rule,
    model::{Collection, Family, Layer, Outcome},
    warehouse::{runs::CoverageRow, snapshots::CollectionRow},
};

/// What the account file lacks, though it was read to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct AccountGaps {
    /// No account that was read has a domain that can identify it.
    pub(super) is_without_domains: bool,
    /// The id of a row cannot be read, so that any account may be in the file.
    pub(super) has_row_without_id: bool,
}

/// Splits the rules into those that can be evaluated and the coverage of all of them.
pub(super) fn decide(
    rules: &[Rule],
    collections: &[CollectionRow],
    gaps: AccountGaps,
    off: &[String],
) -> (Vec<Rule>, Vec<CoverageRow>) {
    let mut evaluated = Vec::new();
    let mut coverage = Vec::new();
    for rule in rules {
        let obstacle = off
            .iter()
            .any(|code| code == rule.code)
            .then(|| SWITCHED_OFF.to_owned())
            .or_else(|| rule.needs.iter().find_map(|&need| obstacle(need, collections)))
            .or_else(|| gap(rule, gaps).map(str::to_owned))
            .or_else(|| (rule.code == ORPHANS).then(|| appended(collections)).flatten());
        if obstacle.is_none() {
            evaluated.push(rule.clone());
        }
        let bound_since = rule
            .needs
            .contains(&Collection::Tickets)
            .then(|| {
                collections.iter().find(|row| row.collection == Collection::Tickets)?.bound_since.clone()
            })
            .flatten();
        coverage.push(CoverageRow {
            code: rule.code.to_owned(),
            rule_version: rule.version,
            family: rule.family.as_str(),
            not_evaluated: obstacle,
            issue_count: 0,
            outside_window_count: None,
            bound_since,
        });
    }
    (evaluated, coverage)
}

/// What a rule lacks in accounts that were read to their end.
fn gap(rule: &Rule, gaps: AccountGaps) -> Option<&'static str> {
    // Who belongs to whom is told by domains alone.
    let is_about_domains = rule.family == Family::Drift
        && (rule.layer != Layer::Organization
            || matches!(rule.code, "org_missing_expected_domain" | "org_domain_attached_elsewhere"));
    if gaps.is_without_domains && is_about_domains {
        Some(NO_DOMAINS)
    } else if gaps.has_row_without_id && rule.code == "orphan_org" {
        Some("rows_unread")
    } else {
        None
    }
}

/// What keeps a collection from being relied upon.
fn obstacle(need: Collection, collections: &[CollectionRow]) -> Option<String> {
    let Some(row) = collections.iter().find(|row| row.collection == need) else {
        return Some(format!("{need}: skipped"));
    };
    match row.outcome {
        Outcome::Complete => None,
        Outcome::Bounded if need == Collection::Tickets || is_appended(row) => None,
        outcome => Some(match &row.reason {
            Some(reason) => format!("{need}: {outcome} ({reason})"),
            None => format!("{need}: {outcome}"),
        }),
    }
}

/// The one code that is about what is not there.
const ORPHANS: &str = "orphan_org";

fn is_appended(row: &CollectionRow) -> bool {
    row.outcome == Outcome::Bounded && row.reason.as_deref() == Some("append")
}

/// Exports that were merged prove no absence.
fn appended(collections: &[CollectionRow]) -> Option<String> {
    let row = collections.iter().find(|row| is_appended(row))?;
    Some(format!("{}: bounded (append)", row.collection))
}

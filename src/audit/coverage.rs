//! Which codes a run can evaluate: not known is never zero.

use crate::{
    catalog::Rule,
    model::{Collection, Outcome},
    warehouse::{runs::CoverageRow, snapshots::CollectionRow},
};

/// Splits the rules into those that can be evaluated and the coverage of all of them.
pub(super) fn decide(rules: &[Rule], collections: &[CollectionRow]) -> (Vec<Rule>, Vec<CoverageRow>) {
    let mut evaluated = Vec::new();
    let mut coverage = Vec::new();
    for rule in rules {
        let obstacle = rule.needs.iter().find_map(|&need| obstacle(need, collections));
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

/// What keeps a collection from being relied upon.
fn obstacle(need: Collection, collections: &[CollectionRow]) -> Option<String> {
    let Some(row) = collections.iter().find(|row| row.collection == need) else {
        return Some(format!("{need}: skipped"));
    };
    match row.outcome {
        Outcome::Complete => None,
        Outcome::Bounded if need == Collection::Tickets => None,
        outcome => Some(match &row.reason {
            Some(reason) => format!("{need}: {outcome} ({reason})"),
            None => format!("{need}: {outcome}"),
        }),
    }
}

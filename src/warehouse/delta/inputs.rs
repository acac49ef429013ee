//! What decides what an audit of the changes evaluates again.
//!
//! A file of `queries/delta/` that fills a set has one branch for each input, named in a comment before it. A test holds
//! the inputs against what the headers of views and rules say that these read.

use crate::{
    catalog::{self, Rule, files},
    hooks,
};

/// How a code is evaluated again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// From the beginning.
    Whole,
    /// For the users of `dirty_user`.
    User,
    /// For the memberships of the users of `dirty_member`.
    Member,
    /// For the tickets of `dirty_ticket`.
    Ticket,
}

impl Scope {
    /// That of a rule. A rule that nothing is known of is evaluated from the beginning.
    pub(super) fn of(rule: &Rule) -> Self {
        let reads = |relation: &str| rule.reads.iter().any(|read| read == relation);
        if rule.code == "email_domain_outside_org" {
            Self::Member
        } else if reads("_link_ticket_drift") && !reads("_link_user_drift") {
            Self::Ticket
        } else if reads("_link_user_drift") && !reads("_link_ticket_drift") {
            Self::User
        } else {
            Self::Whole
        }
    }

    /// As the statements call it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::User => "user",
            Self::Member => "member",
            Self::Ticket => "ticket",
        }
    }
}

const MARK: &str = "-- input: ";
const NEXT: &str = "union all\n-- input: ";

/// A file that fills a set. A test omits one input at a time and checks that this is noticed.
pub(super) fn filling(stem: &str) -> String {
    let sql = catalog::statement(files::DELTA, stem);
    match hooks::variable("ORGDRIFT_TEST_WITHOUT_INPUT") {
        Some(left_out) => match left_out.split_once('/') {
            Some((of, input)) if of == stem => without(sql, input),
            _ => sql.to_owned(),
        },
        None => sql.to_owned(),
    }
}

/// The text without the branches of an input; without any branch it finds nothing.
fn without(sql: &str, input: &str) -> String {
    let Some((head, body)) = sql.split_once(MARK) else { return sql.to_owned() };
    let left: Vec<&str> = body.split(NEXT).filter(|branch| name_of(branch) != input).collect();
    if left.is_empty() {
        format!("{head}select null where false")
    } else {
        format!("{head}{MARK}{}", left.join(NEXT))
    }
}

fn name_of(branch: &str) -> &str {
    branch.lines().next().unwrap_or_default()
}

/// The inputs of a file that fills a set, each once for every branch.
pub fn inputs(stem: &str) -> Vec<&'static str> {
    let sql = catalog::statement(files::DELTA, stem);
    sql.split_once(MARK).map_or(Vec::new(), |(_, body)| body.split(NEXT).map(name_of).collect())
}

/// The files that fill sets.
pub const SETS: [&str; 12] = [
    "dirty_names",
    "dirty_related_domains",
    "dirty_accounts",
    "dirty_owned_organizations",
    "dirty_asked_organizations",
    "dirty_verdicts",
    "dirty_user_domains",
    "dirty_organizations",
    "dirty_users",
    "dirty_members",
    "dirty_tickets",
    "touched_accounts",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::partly::PARTLY;
    use super::*;

    /// What cannot differ between a run and the previous one: if it does, the audit looks at everything.
    const FIXED: [&str; 3] = ["_run_context", "_domains", "_link_accepted_risk"];

    fn reads_of_view(stem: &str) -> Vec<String> {
        let sql = files::LINK.iter().find(|file| file.stem == stem).unwrap().sql;
        let header: Vec<&str> = sql.lines().map_while(|line| line.strip_prefix("--")).collect();
        let at = header.iter().position(|line| line.trim_start().starts_with("reads:")).unwrap();
        let mut words: Vec<String> = Vec::new();
        for line in &header[at..] {
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            words.extend(line.trim_start_matches("reads:").split_whitespace().map(str::to_owned));
        }
        words
    }

    /// Checks that whatever a scope reads is an input of its sets.
    fn check(scope: Scope, views: &[&str], sets: &[&str]) {
        let known: BTreeSet<&str> = sets.iter().flat_map(|set| inputs(set)).collect();
        let own: BTreeSet<String> = views.iter().map(|view| format!("_{view}")).collect();
        let mut read: BTreeSet<String> = views.iter().flat_map(|view| reads_of_view(view)).collect();
        let rules: Vec<_> = catalog::rules().into_iter().filter(|rule| Scope::of(rule) == scope).collect();
        assert!(!rules.is_empty());
        for rule in rules {
            read.extend(rule.reads.iter().cloned());
        }
        for read in read {
            assert!(
                known.contains(read.as_str()) || own.contains(&read) || FIXED.contains(&read.as_str()),
                "{}: nothing follows {read}",
                scope.as_str()
            );
        }
    }

    #[test]
    fn whatever_is_read_is_followed() {
        check(Scope::User, &["link_user_drift", "link_user_home"], &["dirty_users", "dirty_user_domains"]);
        check(Scope::Ticket, &["link_ticket_drift"], &["dirty_tickets"]);
        check(Scope::Member, &[], &["dirty_members", "dirty_organizations"]);
        for partly in PARTLY {
            let known = inputs(partly.filled_by);
            let fixed = |relation: &String| FIXED.contains(&relation.as_str());
            for read in reads_of_view(partly.view).into_iter().filter(|read| !fixed(read)) {
                assert!(known.contains(&read.as_str()), "{}: nothing follows {read}", partly.view);
            }
        }
        // A sum depends on what began and ended in what it counts, and on what it newly counts.
        let fixed = |relation: &String| FIXED.contains(&relation.as_str());
        for (view, parts, by) in super::super::SUMS {
            let mut expected: BTreeSet<String> = parts.iter().map(|part| part.table.to_owned()).collect();
            expected.insert(format!("_{}", by.relation));
            let read: BTreeSet<String> =
                reads_of_view(view).into_iter().filter(|read| !fixed(read)).collect();
            assert_eq!(read, expected, "{view}");
        }
    }

    #[test]
    fn an_input_can_be_left_out() {
        for set in SETS {
            let sql = catalog::statement(files::DELTA, set);
            let all = inputs(set);
            assert!(all.len() > 1, "{set}");
            for input in &all {
                let left = without(sql, input);
                assert!(!left.contains(&format!("{MARK}{input}\n")), "{set}: {input}");
                let count = all.iter().filter(|other| other != &input).count();
                assert_eq!(left.matches(MARK).count(), count, "{set}: {input}");
            }
        }
        assert_eq!(filling("dirty_users"), catalog::statement(files::DELTA, "dirty_users"));
    }
}

//! The rules: their headers, their codes, their cases.

use std::fs;

use orgdrift::catalog::{self, Rule, ViewFile, files};
use orgdrift::model::{Family, Severity};

use crate::common::root;

/// The twelve codes with severity and repair.
const DRIFT: [(&str, &str, Option<&str>); 12] = [
    ("org_duplicate_external_id", "critical", None),
    ("org_missing_external_id", "high", Some("set_org_external_id")),
    ("org_external_id_conflict", "high", None),
    ("account_missing_zendesk_org", "medium", None),
    ("org_missing_expected_domain", "medium", Some("add_org_domain")),
    ("org_domain_attached_elsewhere", "medium", None),
    ("user_missing_expected_membership", "medium", Some("assign_user_to_org")),
    ("user_default_org_not_expected", "medium", Some("move_user_to_org")),
    ("user_resolution_blocked_duplicate_external_id", "high", None),
    ("user_domain_ambiguous", "medium", None),
    ("ticket_org_mismatch", "medium", None),
    ("ticket_missing_org", "medium", None),
];

const HYGIENE: [&str; 5] = [
    "stored_org_id_dangling",
    "external_id_not_canonical",
    "personal_domain_on_org",
    "orphan_org",
    "email_domain_outside_org",
];

#[test]
fn there_are_twelve_drift_codes_and_five_of_hygiene() {
    let rules = catalog::rules();
    let of = |family| rules.iter().filter(move |rule| rule.family == family);
    let drift: Vec<_> =
        of(Family::Drift).map(|rule| (rule.code, rule.severity.as_str(), rule.action)).collect();
    assert_eq!(drift, DRIFT);
    assert_eq!(of(Family::Hygiene).map(|rule| rule.code).collect::<Vec<_>>(), HYGIENE);
    assert!(of(Family::Hygiene).all(|rule| rule.action.is_none()), "hygiene is never repaired");
    assert!(of(Family::Hygiene).all(|rule| rule.severity != Severity::Critical));
}

#[test]
fn every_header_is_complete() {
    for rule in catalog::rules() {
        let code = rule.code;
        assert!(rule.version >= 1, "{code}: versions count from 1");
        assert!(rule.title.ends_with('.') && rule.title.len() <= 110, "{code}: {:?}", rule.title);
        assert!(!rule.needs.is_empty(), "{code} needs no collection");
        assert!(rule.documentation.contains("Why it matters: "), "{code} does not say why it matters");
        assert!(rule.documentation.contains("What to do: "), "{code} does not say what to do");
        let subject = format!("'{}' as subject_kind", rule.layer.as_str());
        assert!(
            rule.sql.contains(&subject) || rule.sql.contains("'account' as subject_kind"),
            "{code} is of the layer {}, but speaks about something else",
            rule.layer
        );
        assert!(
            rule.action.is_none_or(|action| rule.sql.contains(&format!("'{action}' as action"))),
            "{code} does not give the action that it declares"
        );
        assert!(
            rule.action.is_some() || rule.sql.contains("null as action"),
            "{code} gives an action that it does not declare"
        );
    }
}

#[test]
fn a_broken_header_is_refused() {
    let file = files::DETECT[0];
    assert!(Rule::parse(&file).is_ok());
    let parse = |sql: String| Rule::parse(&ViewFile { stem: file.stem, sql: sql.leak() });
    for key in ["code", "version", "family", "layer", "severity", "action", "needs"] {
        let line = file.sql.lines().find(|line| line.starts_with(&format!("-- {key}: "))).unwrap();
        let without = file.sql.replace(&format!("{line}\n"), "");
        assert!(parse(without).is_err(), "a header without {key} is accepted");
        let twice = file.sql.replace(line, &format!("{line}\n{line}"));
        assert!(parse(twice).is_err(), "a header with two lines {key} is accepted");
        let odd = file.sql.replace(line, &format!("-- {key}: something"));
        assert!(parse(odd).is_err(), "{key} may hold anything");
    }
    assert!(parse(format!("select 1\n{}", file.sql)).is_err(), "a rule without a comment is accepted");
}

#[test]
fn every_rule_has_a_hit_and_a_near_miss() {
    let folder = root().join("fixtures/rules");
    let mut found: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    let mut codes: Vec<_> = catalog::rules().iter().map(|rule| rule.code).collect();
    codes.sort_unstable();
    assert_eq!(found, codes, "fixtures/rules has a folder for each rule and no other");
    for code in codes {
        let cases: Vec<_> = fs::read_dir(folder.join(code))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        for kind in ["hit_", "near_miss_"] {
            assert!(cases.iter().any(|case| case.starts_with(kind)), "{code} has no case {kind}…");
        }
    }
}

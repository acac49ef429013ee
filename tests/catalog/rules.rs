//! The rules: their headers, their codes, their cases.

use std::collections::BTreeSet;
use std::fs;

use orgdrift::catalog::{self, EvidenceKey, Header, Rule, ViewFile, files};
use orgdrift::model::{EvidenceType, Family, Layer, Repair, Severity};
use orgdrift::warehouse::issues::statements_after;

use super::sql_text::words;
use crate::common::demo::demo_warehouse;
use crate::common::root;
use crate::model::names::{Action, Code, FindingClass};

#[test]
fn the_rules_are_those_of_the_model() {
    let rules = catalog::rules();
    let of = |family| rules.iter().filter(move |rule| rule.family == family);
    let drift: Vec<_> = of(Family::Drift)
        .map(|rule| {
            (rule.code, rule.layer.as_str(), rule.severity.as_str(), rule.action.map_or("", Repair::as_str))
        })
        .collect();
    let modelled: Vec<_> = Code::ALL
        .iter()
        .map(|code| {
            let repair = code.repair().map_or("", Action::name);
            (code.name(), code.layer().name(), code.severity().name(), repair)
        })
        .collect();
    assert_eq!(drift, modelled);
    let hygiene: Vec<_> =
        FindingClass::ALL.iter().filter(|class| class.is_hygiene()).map(|class| class.name()).collect();
    assert_eq!(of(Family::Hygiene).map(|rule| rule.code).collect::<Vec<_>>(), hygiene);
    assert!(of(Family::Hygiene).all(|rule| rule.action.is_none()), "hygiene is never repaired");
    assert!(of(Family::Hygiene).all(|rule| rule.severity != Severity::Critical));
    assert!(rules.is_sorted_by_key(|rule| rule.family), "drift comes before hygiene");
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
    for key in ["code", "version", "family", "layer", "severity", "action", "needs", "class", "cause"] {
        let line = file.sql.lines().find(|line| line.starts_with(&format!("-- {key}: "))).unwrap();
        let without = file.sql.replace(&format!("{line}\n"), "");
        assert!(parse(without).is_err(), "a header without {key} is accepted");
        let twice = file.sql.replace(line, &format!("{line}\n{line}"));
        assert!(parse(twice).is_err(), "a header with two lines {key} is accepted");
        let odd = file.sql.replace(line, &format!("-- {key}: Something else"));
        assert!(parse(odd).is_err(), "{key} may hold anything");
    }
    for key in ["reads", "reason", "refuses", "suggests", "next"] {
        let without = file.sql.replace(&format!("-- {key}: "), "-- Else: ");
        assert!(parse(without).is_err(), "a header without {key} is accepted");
    }
    for (good, bad) in [
        ("{subject_id}", "{subject}"),
        ("{subject_id}", "{subject_id"),
        ("external_id text: ", "external_id word: "),
        ("eligible_user_count integer volatile: ", "eligible_user_count integer often: "),
        ("-- class: ", "-- classes: "),
    ] {
        assert!(file.sql.contains(good), "{good} is not in {}", file.stem);
        assert!(parse(file.sql.replace(good, bad)).is_err(), "a header with {bad} is accepted");
    }
    assert!(parse(format!("select 1\n{}", file.sql)).is_err(), "a rule without a comment is accepted");
}

/// The text without comments.
fn body(sql: &str) -> String {
    sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_header_names_what_the_text_reads() {
    for rule in catalog::rules() {
        assert_eq!(rule.reads, tables(rule.sql), "{}.sql: reads", rule.code);
    }
    let mut before = BTreeSet::new();
    for file in files::LINK {
        let header = Header::parse(file.sql).unwrap();
        assert!(header.title.ends_with(['.', ':']), "{}.sql: {:?}", file.stem, header.title);
        header.has_only(&["reads"]).unwrap();
        let reads = header.words("reads").unwrap();
        assert_eq!(reads, tables(file.sql), "{}.sql: reads", file.stem);
        for name in reads.iter().filter(|name| name.starts_with("_link_")) {
            assert!(before.contains(name), "{}.sql reads {name}, which is computed later", file.stem);
        }
        before.insert(format!("_{}", file.stem));
    }
}

/// The tables that a text names after from and join, in that order, once each.
fn tables(sql: &str) -> Vec<String> {
    let words = words(sql);
    let is_named_here = |name: &str| {
        words.windows(3).any(|three| {
            three[0] == name && three[1] == "as" && matches!(three[2].as_str(), "(" | "materialized" | "not")
        })
    };
    let mut tables: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_distinct = at > 0 && words[at - 1] == "distinct";
        let name = words.get(at + 1).map_or("", String::as_str);
        if matches!(word.as_str(), "from" | "join")
            && !is_distinct
            && name != "("
            && !is_named_here(name)
            && !tables.iter().any(|table| table == name)
        {
            tables.push(name.to_owned());
        }
    }
    tables
}

#[test]
fn the_test_of_inputs_finds_them() {
    assert_eq!(
        tables(
            "with a as (select 1 from _x as x), b as not materialized (select 2 from _y) select 1 from a join b \
             left join (select 1 from _z) as z where 1 is distinct from a.q and exists (select 1 from _x)"
        ),
        ["_x", "_y", "_z"]
    );
}

#[test]
fn a_header_names_what_the_text_refuses_and_suggests() {
    let reasons: Vec<String> = catalog::blocked_reasons().into_iter().map(|row| row.reason).collect();
    let mut suggestions: Vec<String> = catalog::rules().into_iter().flat_map(|rule| rule.suggests).collect();
    suggestions.sort();
    suggestions.dedup();
    for rule in catalog::rules() {
        let body = body(rule.sql);
        // In the order in which the text asks, which is the order of the decision.
        let in_text = |words: &[String]| {
            let mut found: Vec<_> = words
                .iter()
                .filter_map(|word| Some((body.find(&format!("'{word}'"))?, word.clone())))
                .collect();
            found.sort();
            found.into_iter().map(|(_, word)| word).collect::<Vec<_>>()
        };
        assert_eq!(rule.refuses, in_text(&reasons), "{}.sql: refuses", rule.code);
        let suggests: BTreeSet<_> = in_text(&suggestions).into_iter().collect();
        let mut declared: BTreeSet<_> = rule.suggests.iter().cloned().collect();
        // The repair of a rule is also called what it suggests.
        declared
            .extend(rule.action.map(|action| action.to_string()).filter(|action| suggests.contains(action)));
        assert_eq!(suggests, declared, "{}.sql: suggests", rule.code);
    }
}

#[test]
fn a_header_names_the_keys_of_evidence_in_their_order() {
    for rule in catalog::rules() {
        let body = body(rule.sql);
        let object = &body[body.rfind("json_object(").unwrap()..body.find(") as evidence").unwrap()];
        let found: Vec<_> =
            rule.evidence.iter().map(|key| (object.find(&format!("'{}', ", key.key)), key.key)).collect();
        assert!(found.iter().all(|(at, _)| at.is_some()), "{}.sql has not all of {found:?}", rule.code);
        assert!(found.is_sorted(), "{}.sql has them in another order: {found:?}", rule.code);
    }
}

#[test]
fn evidence_is_what_the_header_says() {
    let folder = tempfile::tempdir().unwrap();
    let database = rusqlite::Connection::open(demo_warehouse(folder.path())).unwrap();
    let rules = catalog::rules();
    let mut statement = database.prepare("select distinct code, evidence from _issue_versions").unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        let (code, evidence): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let rule = rules.iter().find(|rule| rule.code == code).unwrap();
        evidence_fits(rule, &evidence);
        count += 1;
    }
    assert!(count > 10);
}

/// Compares the evidence of an issue with the header of its rule.
pub(crate) fn evidence_fits(rule: &Rule, evidence: &str) {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(evidence).unwrap();
    let keys: BTreeSet<_> = object.keys().map(String::as_str).collect();
    assert_eq!(keys, rule.evidence.iter().map(|key| key.key).collect(), "{}", rule.code);
    for EvidenceKey { key, kind, .. } in &rule.evidence {
        let value = &object[*key];
        let fits = match kind {
            EvidenceType::Text => value.is_string(),
            EvidenceType::Integer => value.is_i64(),
            EvidenceType::Texts => {
                value.as_array().is_some_and(|list| list.iter().all(serde_json::Value::is_string))
            }
            EvidenceType::Integers => {
                value.as_array().is_some_and(|list| list.iter().all(serde_json::Value::is_i64))
            }
        };
        assert!(fits || value.is_null(), "{}: {key} is {value}, not {kind}", rule.code);
    }
}

#[test]
fn tickets_that_are_too_old_are_counted_for_every_rule_of_tickets_and_for_no_other() {
    let names: BTreeSet<_> = statements_after().into_iter().map(|statement| statement.name).collect();
    for rule in catalog::rules() {
        let is_counted = names.contains(&format!("outside window {}", rule.code));
        assert_eq!(is_counted, rule.layer == Layer::Ticket, "{}", rule.code);
    }
}

#[test]
fn no_other_text_lists_the_codes() {
    let codes: Vec<_> = catalog::rules().iter().map(|rule| rule.code).collect();
    let reasons: Vec<String> = catalog::blocked_reasons().into_iter().map(|row| row.reason).collect();
    for folder in ["snapshot", "link", "report", "audit", "plan", "suppression", "diff", "trace", "receipt"] {
        let folder = root().join("queries").join(folder);
        for stem in super::stems(&folder) {
            let sql = body(&fs::read_to_string(folder.join(format!("{stem}.sql"))).unwrap());
            // A reason may have the name of a code.
            for code in codes.iter().filter(|code| !reasons.iter().any(|reason| reason == *code)) {
                assert!(
                    !sql.contains(&format!("'{code}'")),
                    "{stem}.sql names {code}, which its header can say"
                );
            }
        }
    }
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

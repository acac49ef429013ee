//! Every public name has one query that can be pasted, and each of them answers.

use std::collections::BTreeSet;

use orgdrift::catalog::{self, files};

use super::public_names;
use crate::common::bench::Bench;

#[test]
fn every_public_name_has_an_example_that_answers() {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    let database = rusqlite::Connection::open(bench.path("orgdrift.db")).unwrap();
    let mut names = BTreeSet::new();
    let (mut answered, mut empty) = (0, Vec::new());
    for row in catalog::dictionary().into_iter().filter(catalog::DictionaryRow::is_example) {
        let (name, example) = (&row.object_name, &row.description);
        assert!(names.insert(name.clone()), "{name} has two examples");
        assert!(!example.contains('\n') && example.is_ascii(), "{name}: {example}");
        let (sql, tells) = example.split_once("; -- ").unwrap_or_else(|| panic!("{name}: {example}"));
        assert!((8..=90).contains(&tells.len()) && !tells.ends_with('.'), "{name}: {tells}");
        let is_named = sql
            .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .any(|word| word == name);
        assert!(is_named, "{name} is not in its example: {sql}");
        let mut statement = database.prepare(sql).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(statement.readonly(), "{name}");
        let found = statement.query_map([], |_| Ok(())).unwrap().map(Result::unwrap).count();
        if found > 0 {
            answered += 1;
        } else {
            empty.push(name.clone());
        }
    }
    let wanted: BTreeSet<String> = public_names(&database).into_iter().collect();
    assert_eq!(names, wanted);
    assert!(answered >= 60, "{answered} have rows on the demo; none have {empty:?}");
}

#[test]
fn the_examples_are_in_the_order_of_their_names_and_in_lower_case() {
    let titles: Vec<&str> = files::EXAMPLES
        .lines()
        .filter_map(|line| line.strip_prefix("-- ")?.split_once(": "))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' '))
        .collect();
    let mut sorted = titles.clone();
    sorted.sort_unstable();
    assert_eq!(titles, sorted);
    for line in files::EXAMPLES.lines().filter(|line| !line.starts_with("--") && !line.is_empty()) {
        assert!(line.starts_with("select ") && line.ends_with(';'), "{line}");
        assert!(!line.contains("select *"), "{line}");
        assert_eq!(line.matches(';').count(), 1, "{line}");
    }
}

#[test]
fn explain_shows_the_example_of_a_table() {
    let told = Bench::empty().run(&["explain", "causes"]).expect(0);
    assert!(told.out.contains("\nExample: select cause_kind, cause_name, "), "{}", told.out);
}

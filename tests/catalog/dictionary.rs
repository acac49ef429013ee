//! Every public name is described in the file, and nothing else is.

use std::collections::BTreeSet;

use orgdrift::catalog;

use super::{columns, fresh, public_names};

#[test]
fn every_public_name_is_in_the_data_dictionary_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    let mut wanted = BTreeSet::new();
    for name in public_names(&database) {
        wanted.insert((name.clone(), String::new()));
        wanted.insert((name.clone(), "example".to_owned()));
        wanted.extend(columns(&database, &name).into_iter().map(|column| (name.clone(), column)));
    }
    for rule in catalog::rules() {
        wanted.extend(rule.evidence.iter().map(|key| (rule.view_name(), format!("evidence.{}", key.key))));
    }
    let described: BTreeSet<_> =
        catalog::dictionary().into_iter().map(|row| (row.object_name, row.column_name)).collect();
    let undocumented: Vec<_> = wanted.difference(&described).collect();
    let surplus: Vec<_> = described.difference(&wanted).collect();
    assert!(undocumented.is_empty(), "not in queries/data_dictionary.csv: {undocumented:#?}");
    assert!(surplus.is_empty(), "in queries/data_dictionary.csv, but not in a warehouse: {surplus:#?}");
}

#[test]
fn the_data_dictionary_is_in_the_file_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    let mut statement = database
        .prepare("select description from data_dictionary where object_name = ?1 and column_name = ?2")
        .unwrap();
    let rows = catalog::dictionary();
    let count: u32 =
        database.query_row("select count(*) from data_dictionary", [], |row| row.get(0)).unwrap();
    assert_eq!(count as usize, rows.len());
    for row in rows {
        let stored: String =
            statement.query_row((&row.object_name, &row.column_name), |row| row.get(0)).unwrap();
        assert_eq!(stored, row.description);
    }
}

#[test]
fn descriptions_are_plain_sentences() {
    for row in catalog::dictionary().into_iter().filter(|row| !row.is_example()) {
        let place = format!("{}.{}: {:?}", row.object_name, row.column_name, row.description);
        assert!(row.description.ends_with('.'), "{place} does not end in a full stop");
        assert!(row.description.is_ascii(), "{place} is not plain ASCII");
        assert_eq!(row.description.trim(), row.description, "{place} has blanks around it");
        assert!(!row.description.contains("  "), "{place} has two blanks");
        assert!(
            (8..=600).contains(&row.description.len()),
            "{place} has {} characters",
            row.description.len()
        );
    }
}

#[test]
fn a_column_that_may_be_null_says_what_null_means() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    let described = catalog::dictionary();
    for table in super::names(&database, "table").into_iter().filter(|name| !name.starts_with('_')) {
        let mut statement = database
            .prepare("select name from pragma_table_info(?1) where \"notnull\" = 0 and pk = 0")
            .unwrap();
        let nullable: Vec<String> =
            statement.query_map([&table], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        for column in nullable {
            let row =
                described.iter().find(|row| row.object_name == table && row.column_name == column).unwrap();
            assert!(row.description.contains("Null: "), "{table}.{column} may be null: {}", row.description);
        }
    }
}

#[test]
fn what_a_column_refers_to_is_a_public_column() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    let mut statement = database
        .prepare("select \"references\" from data_dictionary where object_name = ?1 and column_name = ?2")
        .unwrap();
    let mut count = 0;
    for row in catalog::dictionary() {
        let stored: Option<String> =
            statement.query_row((&row.object_name, &row.column_name), |row| row.get(0)).unwrap();
        assert_eq!(stored.as_deref(), row.references);
        let Some((object, column)) = row.references.and_then(|target| target.split_once('.')) else {
            continue;
        };
        assert!(columns(&database, object).iter().any(|name| name == column), "{object}.{column}");
        count += 1;
    }
    assert!(count > 100, "only {count} columns say where to join them");
}

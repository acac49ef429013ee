//! What lies in the folders is what is compiled in.

use std::collections::BTreeSet;
use std::fs;

use orgdrift::catalog::{ViewFile, files};

use super::stems;
use crate::common::root;

const FOLDERS: [(&str, &[ViewFile]); 22] = [
    ("snapshot", files::SNAPSHOT),
    ("link", files::LINK),
    ("detect", files::DETECT),
    ("report", files::REPORT),
    ("issue", files::ISSUE),
    ("audit", files::AUDIT),
    ("delta", files::DELTA),
    ("plan", files::PLAN),
    ("receipt", files::RECEIPT),
    ("suppression", files::SUPPRESSION),
    ("diff", files::DIFF),
    ("trace", files::TRACE),
    ("sandbox", files::SANDBOX),
    ("workbook", files::WORKBOOK),
    ("decision", files::DECISION),
    ("refresh", files::REFRESH),
    ("saved", files::SAVED),
    ("analyst", files::ANALYST),
    ("canned", files::CANNED),
    ("what_if", files::WHAT_IF),
    ("report_page", files::REPORT_PAGE),
    ("find", files::FIND),
];

#[test]
fn every_query_file_is_compiled_in_once() {
    for (folder, listed) in FOLDERS {
        let mut listed: Vec<_> = listed.iter().map(|file| file.stem.to_owned()).collect();
        listed.sort();
        assert_eq!(
            stems(&root().join("queries").join(folder)),
            listed,
            "queries/{folder} and src/catalog/files.rs name different files"
        );
    }
}

#[test]
fn every_folder_of_queries_is_compared_with_its_list() {
    let found: BTreeSet<String> = fs::read_dir(root().join("queries"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir() && !stems(&entry.path()).is_empty())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let known: BTreeSet<String> = FOLDERS.iter().map(|(folder, _)| (*folder).to_owned()).collect();
    assert_eq!(found, known, "a folder of queries/ is not compared with src/catalog/files.rs");
    assert_eq!(stems(&root().join("queries")), [""; 0], "a .sql file lies beside the folders of queries/");
}

#[test]
fn every_migration_is_compiled_in_and_none_is_left_out() {
    let listed: Vec<_> = files::MIGRATIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut by_name = listed.clone();
    by_name.sort();
    assert_eq!(
        stems(&root().join("migrations")),
        by_name,
        "migrations/ and src/catalog/files.rs name different files"
    );
    for (at, name) in listed.iter().enumerate() {
        assert!(name.starts_with(&format!("V{}__", at + 1)), "{name} leaves a gap");
    }
}

#[test]
fn what_a_warehouse_gets_from_the_binary_is_in_the_digest_of_it() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let build = read("build.rs");
    let (_, list) = build.split_once("const DERIVED").unwrap();
    let summed_up: Vec<&str> = list.split(';').nth(1).unwrap().split('"').skip(1).step_by(2).collect();
    assert!(summed_up.contains(&"queries") && summed_up.contains(&"src/catalog"), "{summed_up:?}");
    let mut count = 0;
    for file in ["src/catalog/mod.rs", "src/catalog/texts.rs"] {
        for included in read(file).split("include_str!(").skip(1) {
            let path = included.split('"').nth(1).unwrap();
            let path = path.strip_prefix("../../").map_or_else(|| path.replace("..", "src"), str::to_owned);
            // A migration has its version, and the demo is records.
            if path.starts_with("migrations/") || path.starts_with("fixtures/demo/") {
                continue;
            }
            count += 1;
            assert!(summed_up.iter().any(|part| path.starts_with(part)), "{path} is not in {summed_up:?}");
        }
    }
    assert!(count > 8, "{count}");
}

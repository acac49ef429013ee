//! The tables of fields and the statements that repeat their columns agree.

use orgdrift::{
    catalog::{ViewFile, files},
    model::fields::{self, Column, Keep, Key, Place, RecordTable},
};

use super::{columns, fresh};

/// The file of a folder for a kind of record: called as its view, as its collection or as that without the first word.
fn file(files: &'static [ViewFile], table: &RecordTable) -> &'static str {
    let collection = table.collection.as_str();
    let short = collection.trim_start_matches("organization_");
    let named = |file: &&ViewFile| {
        let stem = file.stem.strip_prefix("digest_").unwrap_or(file.stem);
        stem == collection || stem == short
    };
    files.iter().find(named).unwrap_or_else(|| panic!("no statement for {collection}")).sql
}

/// The columns that a person reads and that say something of their own.
fn told(table: &RecordTable) -> impl Iterator<Item = (&'static Column, &'static str)> {
    table
        .columns()
        .filter(|column| matches!(column.place, Place::Hashed | Place::Added))
        .filter_map(|column| column.shown.map(|(shown, _)| (column, shown)))
}

#[test]
fn a_table_of_row_versions_has_the_columns_of_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for table in fields::ALL {
        let mut stored = columns(&database, table.table);
        stored.retain(|name| !["valid_from", "valid_to", "hash_high", "hash_low"].contains(&name.as_str()));
        let mut known: Vec<_> = table.columns().map(|column| column.name).collect();
        stored.sort();
        known.sort_unstable();
        assert_eq!(stored, known, "{}", table.table);
    }
}

#[test]
fn a_comparison_of_snapshots_names_every_column() {
    for table in fields::ALL {
        let sql = file(files::DIFF, table);
        // The domain of an address differs where the address does.
        for (column, shown) in told(table).filter(|(column, _)| column.name != "email_domain_id") {
            let pair = |alias: &str| sql.contains(&format!("'{shown}', {alias}.{}", column.name));
            assert!(pair("v") || pair("o") && pair("n"), "diff of {}: {shown}", table.view);
        }
    }
}

#[test]
fn the_digest_of_a_snapshot_has_every_column_but_those_that_name_people() {
    for table in fields::ALL {
        let sql = file(files::PLAN, table);
        let names_people = |shown: &str| {
            matches!(
                (table.view, shown),
                ("zendesk_users", "name" | "email") | ("zendesk_tickets", "subject")
            )
        };
        for (_, shown) in told(table) {
            let column =
                shown.strip_prefix("shared_").map_or(shown.to_owned(), |rest| format!("is_shared_{rest}"));
            assert_eq!(
                sql.contains(&format!(" as {column}\n")) || sql.contains(&format!(" as {column},\n")),
                !names_people(shown),
                "digest of {}: {shown}",
                table.view
            );
        }
    }
}

#[test]
fn a_sandbox_serves_every_key() {
    for table in fields::ALL {
        let sql = file(files::SANDBOX, table);
        for Key { name, .. } in
            table.keys().filter(|key| key.name != "deleted_at" && key.keep != Keep::Dropped)
        {
            assert!(sql.contains(&format!("'{name}', ")), "sandbox of {}: {name}", table.view);
        }
    }
}

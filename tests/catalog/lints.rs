//! The dialect of the stored views: SQLite 3.40 without functions of ours, and for what people read also
//! DuckDB.

use orgdrift::catalog::{ViewFile, files};

use super::sql_text::{calls, words};

/// What any stored view may call: built into SQLite 3.40, the same on every day and machine.
const BUILT_IN: [&str; 16] = [
    "cast",
    "coalesce",
    "count",
    "dense_rank",
    "instr",
    "json",
    "json_group_array",
    "json_object",
    "lag",
    "lead",
    "max",
    "min",
    "replace",
    "row_number",
    "substr",
    "sum",
];

/// The views that only SQLite has to understand.
fn internal() -> impl Iterator<Item = &'static ViewFile> {
    files::LINK.iter().chain(files::DETECT)
}

/// The views that people read, and those that they stand on.
fn for_people() -> impl Iterator<Item = &'static ViewFile> {
    files::SNAPSHOT.iter().chain(files::REPORT)
}

/// Says what is wrong with a text that becomes a view or is run in an audit.
fn faults_of_any(sql: &str) -> Vec<String> {
    let words = words(sql);
    let mut faults = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = |distance: usize| words.get(at + distance).map_or("", String::as_str);
        if word == "*"
            && (words[at.saturating_sub(1)] == "select" || words[at.saturating_sub(1)].ends_with('.'))
        {
            faults.push("select *".to_owned());
        }
        if word == "cross" && next(1) == "join" {
            // The table, its alias, then what follows; a subquery has its own bracket before that.
            let after = words[at + 2..].iter().scan(0, |depth, word| {
                match word.as_str() {
                    "(" => *depth += 1,
                    ")" => *depth -= 1,
                    _ => {}
                }
                Some((*depth, word.as_str()))
            });
            let follows = after
                .filter(|(depth, word)| *depth < 0 || (*depth == 0 && *word != ")"))
                .map(|(_, word)| word)
                .find(|word| {
                    matches!(
                        *word,
                        "on" | "using"
                            | "where"
                            | "cross"
                            | "left"
                            | "join"
                            | "group"
                            | "order"
                            | ")"
                            | "union"
                    )
                });
            if matches!(follows, Some("on" | "using")) {
                faults.push("cross join … on".to_owned());
            }
        }
        if matches!(word.as_str(), "natural" | "using") {
            faults.push(word.clone());
        }
    }
    faults
}

/// Says what keeps a view from being read by SQLite 3.40 alone, always with the same answer.
fn faults_of_a_view(sql: &str) -> Vec<String> {
    let mut faults = faults_of_any(sql);
    let words = words(sql);
    for (name, _) in calls(&words) {
        // The name of a common table expression with columns would stand here too; none has them.
        if !BUILT_IN.contains(&name.as_str()) {
            faults.push(format!("{name}(…)"));
        }
    }
    for word in &words {
        if matches!(
            word.as_str(),
            "current_timestamp" | "current_date" | "current_time" | "right" | "full" | "pragma"
        ) {
            faults.push(word.clone());
        }
        if word.starts_with(':') || word == "?" {
            faults.push(format!("the parameter {word}"));
        }
        if word.contains('"') || word.starts_with("temp.") {
            faults.push(word.clone());
        }
    }
    faults
}

/// Says what DuckDB would read otherwise or not at all.
fn faults_of_a_view_for_people(sql: &str) -> Vec<String> {
    let mut faults = faults_of_a_view(sql);
    let words = words(sql);
    for (name, count) in calls(&words) {
        if matches!(name.as_str(), "min" | "max") && count > 1 {
            faults.push(format!("{name} of {count} values"));
        }
        if name.starts_with("json") || matches!(name.as_str(), "iif" | "ifnull" | "total" | "group_concat") {
            faults.push(name);
        }
    }
    for (at, word) in words.iter().enumerate() {
        let next = |distance: usize| words.get(at + distance).map_or("", String::as_str);
        match word.as_str() {
            // With `like` SQLite compares ASCII letters without case, DuckDB with it.
            "->" | "->>" | "/" | "%" | "glob" | "rowid" | "like" => faults.push(word.clone()),
            "is" => match (next(1), next(2), next(3)) {
                ("null", ..) | ("not", "null", _) | ("distinct", "from", _) | ("not", "distinct", "from") => {
                }
                (one, two, _) => faults.push(format!("is {one} {two}")),
            },
            _ => {}
        }
    }
    faults
}

#[test]
fn statements_name_their_columns() {
    for file in
        [files::AUDIT, files::SUPPRESSION, files::DIFF, files::PLAN, files::RECEIPT].into_iter().flatten()
    {
        assert_eq!(faults_of_any(file.sql), [""; 0], "{}.sql", file.stem);
    }
}

#[test]
fn stored_views_need_nothing_but_an_old_sqlite() {
    for file in internal() {
        assert_eq!(faults_of_a_view(file.sql), [""; 0], "{}.sql", file.stem);
    }
}

#[test]
fn views_for_people_keep_to_the_dialect_that_duckdb_reads_too() {
    for file in for_people() {
        assert_eq!(faults_of_a_view_for_people(file.sql), [""; 0], "{}.sql", file.stem);
    }
}

#[test]
fn a_view_is_a_comment_and_one_statement() {
    for file in internal().chain(for_people()) {
        let stem = file.stem;
        assert!(file.sql.starts_with("-- "), "{stem}.sql does not begin by saying what a row is");
        assert!(!words(file.sql).contains(&";".to_owned()), "{stem}.sql has a semicolon");
        assert!(
            file.sql.ends_with('\n') && !file.sql.ends_with("\n\n"),
            "{stem}.sql does not end in one newline"
        );
        for (at, line) in file.sql.lines().enumerate() {
            let line_number = at + 1;
            assert!(line.len() <= 120, "{stem}.sql:{line_number} is too long");
            assert_eq!(line.trim_end(), line, "{stem}.sql:{line_number} ends in blanks");
        }
    }
}

#[test]
fn the_lints_find_what_they_are_for() {
    for bad in [
        "select * from a",
        "select a.x from a cross join b on b.x = a.x",
        "select a.x from a cross join (select 1 as x from c where c.y = 1) as b on b.x = a.x",
        "select a.x from a join b using (x)",
    ] {
        assert_ne!(faults_of_any(bad), [""; 0], "{bad}");
    }
    for bad in [
        "select content_hash(1, a.x) from a",
        "select lower(a.x) from a",
        "select upper(a.x) from a",
        "select trim(a.x) from a",
        "select datetime('now')",
        "select random()",
        "select current_timestamp",
        "select a.x from a where a.y = :run_id",
        "select iif(a.x, 1, 2) from a",
    ] {
        assert_ne!(faults_of_a_view(bad), [""; 0], "{bad}");
    }
    for bad in [
        "select max(a.x, 1) from a",
        "select min(a.x, coalesce(a.y, 2)) from a",
        "select json_object('a', 1)",
        "select a.x -> 'y' from a",
        "select a.x ->> 'y' from a",
        "select a.x / 2 from a",
        "select a.x from a where a.x is not a.y",
        "select a.x from a where a.x is a.y",
        "select a.x from a where a.x is not 1",
    ] {
        assert_ne!(faults_of_a_view_for_people(bad), [""; 0], "{bad}");
    }
    let good = "-- max(a, b) is not 1 / 2\nselect max(a.x) as x, count(*) as n from a cross join b \
                left join c on c.x = a.x where a.x is not null and b.x is distinct from '1/2 -> is not x'";
    assert_eq!(faults_of_a_view_for_people(good), [""; 0]);
}

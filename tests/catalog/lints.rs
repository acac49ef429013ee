//! The dialect of the views and of the texts of `queries/issue/`: what SQLite 3.38 and DuckDB read alike without
//! functions of ours. What makes issues of records is for Spark as well, after three replacements:
//! `cast(… as text)`, `json_object(…)` and `json((select coalesce(json_group_array(…), '[]') …))`.

use orgdrift::catalog::{ViewFile, files};

use super::sql_text::{Select, calls, selects, table_of, words};

/// What any of them may call: built into SQLite 3.38, the same on every day and machine.
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

/// What makes issues of records: the texts that other engines run.
fn decisive() -> impl Iterator<Item = &'static ViewFile> {
    [files::LINK, files::DETECT, files::ISSUE].into_iter().flatten()
}

/// What people read, from the file itself.
fn for_people() -> impl Iterator<Item = &'static ViewFile> {
    [files::SNAPSHOT, files::REPORT].into_iter().flatten()
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

/// Says what keeps a text from being read by SQLite 3.38 alone, always with the same answer.
fn faults_of_a_view(sql: &str) -> Vec<String> {
    let mut faults = faults_of_any(sql);
    let words = words(sql);
    for (name, _) in calls(&words) {
        // The name of a common table expression with columns would stand here too; none has them.
        if !BUILT_IN.contains(&name.as_str()) {
            faults.push(format!("{name}(…)"));
        }
    }
    for (at, word) in words.iter().enumerate() {
        let next = |distance: usize| words.get(at + distance).map_or("", String::as_str);
        match word.as_str() {
            "current_timestamp" | "current_date" | "current_time" | "right" | "full" | "pragma" => {
                faults.push(word.clone());
            }
            // SQLite 3.38 has no `is distinct from`, DuckDB no `is x`.
            "is" if next(1) != "null" && (next(1), next(2)) != ("not", "null") => {
                faults.push(format!("is {} {}", next(1), next(2)));
            }
            _ if word.starts_with(':') || word == "?" => faults.push(format!("the parameter {word}")),
            _ if word.contains('"') || word.starts_with("temp.") => faults.push(word.clone()),
            _ => {}
        }
    }
    faults
}

/// Says what DuckDB would read otherwise or not at all.
fn faults_of_a_view_for_people(sql: &str) -> Vec<String> {
    let mut faults = faults_without_json(sql);
    let words = words(sql);
    faults.extend(calls(&words).into_iter().map(|(name, _)| name).filter(|name| name.starts_with("json")));
    faults
}

/// The same, whatever the text does with JSON.
fn faults_without_json(sql: &str) -> Vec<String> {
    let mut faults = faults_of_a_view(sql);
    let words = words(sql);
    for (name, count) in calls(&words) {
        if matches!(name.as_str(), "min" | "max") && count > 1 {
            faults.push(format!("{name} of {count} values"));
        }
    }
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            // With `like` SQLite compares ASCII letters without case, DuckDB with it.
            "->" | "->>" | "/" | "%" | "glob" | "rowid" | "like" | "materialized" | "limit" => {
                faults.push(word.clone());
            }
            // `integer` has 32 bits elsewhere; `bigint` is an integer for SQLite as well.
            "cast" => {
                let inside = bracket(&words[at + 1..]);
                if !matches!(inside.last().map(String::as_str), Some("text" | "bigint")) {
                    faults.push(format!("cast({})", inside.join(" ")));
                }
            }
            _ => {}
        }
    }
    for select in selects(&words) {
        faults.extend(comparisons_as_values(&select));
        faults.extend(bare_columns(&select));
    }
    faults
}

/// Says what Spark would read otherwise or not at all, after its three replacements.
fn faults_of_a_portable_text(sql: &str) -> Vec<String> {
    let mut faults = faults_without_json(sql);
    faults.extend(faults_of_json(sql));
    let selects = selects(&words(sql));
    faults.extend((0..selects.len()).flat_map(|at| far_correlations(&selects, at)));
    faults
}

/// The words between a bracket, which comes first, and its end.
fn bracket(words: &[String]) -> &[String] {
    let mut depth = 0;
    let end = words.iter().position(|word| {
        depth += match word.as_str() {
            "(" => 1,
            ")" => -1,
            _ => 0,
        };
        depth == 0
    });
    &words[1..end.expect("what is opened is closed")]
}

/// Comparisons that a select gives, or adds up: integers for SQLite, something else elsewhere.
fn comparisons_as_values(select: &Select) -> Vec<String> {
    let mut depth = 0;
    let mut faults = Vec::new();
    for word in select.list() {
        match word.as_str() {
            "case" => depth += 1,
            "end" => depth -= 1,
            "=" | "<>" | "<" | ">" | "<=" | ">=" | "in" | "is" | "and" | "or" | "not" | "exists"
            | "between"
                if depth == 0 =>
            {
                faults.push(format!("{word} as a value"));
            }
            _ => {}
        }
    }
    faults
}

/// Columns beside an aggregate that are not grouped by.
fn bare_columns(select: &Select) -> Vec<String> {
    let list = select.list();
    // What is neither in an aggregate nor in a window.
    let mut outside = Vec::new();
    let mut has_aggregate = false;
    let mut at = 0;
    while let Some(word) = list.get(at) {
        at += 1;
        if !matches!(word.as_str(), "count" | "sum" | "min" | "max" | "json_group_array" | "group_concat") {
            outside.push(word);
            continue;
        }
        at += bracket(&list[at..]).len() + 2;
        has_aggregate |= list.get(at).is_none_or(|next| next != "over");
    }
    let groups = select.groups();
    if groups.is_none() && !has_aggregate {
        return Vec::new();
    }
    let groups = groups.unwrap_or_default();
    outside
        .into_iter()
        .filter(|word| table_of(word).is_some() && !groups.contains(word))
        .map(|word| format!("{word} is not grouped by"))
        .collect()
}

/// Columns of a select further out. One that gives a value may only be tied to the next one out by equality; one
/// that is asked whether it exists may compare further, but needs such a tie as well.
fn far_correlations(selects: &[Select], at: usize) -> Vec<String> {
    let select = &selects[at];
    let mut faults = Vec::new();
    let mut outer = Vec::new();
    for (place, word) in select.words.iter().enumerate() {
        let Some(table) = table_of(word) else { continue };
        if select.aliases().contains(&table) {
            continue;
        }
        let is_next = select.parent.is_some_and(|parent| selects[parent].aliases().contains(&table));
        let is_sign = |at: usize| select.words.get(at).is_some_and(|word| word == "=");
        let is_equal = is_sign(place + 1) || place.checked_sub(1).is_some_and(is_sign);
        outer.push(is_equal);
        if !is_next {
            faults.push(format!("{word} is of no table here or one further out"));
        } else if matches!(select.place.as_str(), "from" | "join" | "as") {
            faults.push(format!("{word} in a table of its own"));
        } else if !is_equal && select.place != "exists" {
            faults.push(format!("{word} is compared by more than ="));
        }
    }
    if !outer.is_empty() && !outer.contains(&true) {
        faults.push("tied to the select around it by no =".to_owned());
    }
    faults
}

/// Says which JSON is made in another way than Spark can be given.
fn faults_of_json(sql: &str) -> Vec<String> {
    let words = words(sql);
    let mut faults = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let follows = |expected: &[&str]| words[at..].iter().zip(expected).all(|(word, one)| word == one);
        let is_fine = match word.as_str() {
            // One column of one table, without an order. For SQLite a list of nothing is a list, for DuckDB null.
            "json" => follows(&["json", "(", "(", "select", "coalesce", "(", "json_group_array", "("]),
            "json_group_array" => {
                words[..at].ends_with(&["json", "(", "(", "select", "coalesce", "("].map(str::to_owned))
                    && words[at + 3..].starts_with(&[")", ",", "''", ")"].map(str::to_owned))
            }
            "json_object" => true,
            _ => !word.starts_with("json_"),
        };
        if !is_fine {
            faults.push(word.clone());
        }
    }
    faults
}

#[test]
fn statements_name_their_columns() {
    for file in [
        files::AUDIT,
        files::DELTA,
        files::SUPPRESSION,
        files::DIFF,
        files::PLAN,
        files::RECEIPT,
        files::WORKBOOK,
        files::DECISION,
        files::REFRESH,
        files::SAVED,
        files::ANALYST,
        files::CANNED,
        files::WHAT_IF,
        files::REPORT_PAGE,
    ]
    .into_iter()
    .flatten()
    {
        assert_eq!(faults_of_any(file.sql), [""; 0], "{}.sql", file.stem);
    }
}

#[test]
fn what_makes_issues_of_records_is_portable() {
    for file in decisive() {
        let mut faults = faults_of_a_portable_text(file.sql);
        if file.stem == "issue_detected" {
            // They stand for a rule, as detect_rule does for its view.
            faults.retain(|fault| {
                !["the parameter :code", "the parameter :rule_version"].contains(&fault.as_str())
            });
        }
        assert_eq!(faults, [""; 0], "{}.sql", file.stem);
    }
}

#[test]
fn views_for_people_keep_to_the_dialect_that_duckdb_reads_too() {
    for file in for_people() {
        let mut faults = faults_of_a_view_for_people(file.sql);
        if file.stem == "causes" {
            // It counts the entries of a list, in whatever order they come.
            faults.retain(|fault| !["group_concat(…)", "length(…)"].contains(&fault.as_str()));
        }
        assert_eq!(faults, [""; 0], "{}.sql", file.stem);
    }
}

/// Beside what views may do, a saved query has parameters, counts days and rounds; all else is for both engines.
#[test]
fn saved_queries_keep_to_public_names_and_to_what_both_engines_read() {
    for file in files::SAVED.iter().chain(files::CANNED) {
        let mut faults = faults_without_json(file.sql);
        faults.extend(words(file.sql).into_iter().filter(|word| word.starts_with('_')));
        faults.retain(|fault| {
            let is_allowed = ["julianday(…)", "round(…)", "length(…)", "/"].contains(&fault.as_str());
            !is_allowed && !fault.starts_with("the parameter :")
        });
        assert_eq!(faults, [""; 0], "{}.sql", file.stem);
    }
}

#[test]
fn a_view_is_a_comment_and_one_statement() {
    for file in decisive().chain(for_people()).chain(files::SAVED).chain(files::ANALYST).chain(files::CANNED)
    {
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
        "select a.x from a where a.x is not a.y",
        "select a.x from a where a.x is a.y",
        "select a.x from a where a.x is not 1",
        "select a.x from a where a.x is distinct from a.y",
        "select a.x from a where a.x is not distinct from a.y",
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
        "select cast(a.x as integer) as x from a",
        "with b as materialized (select a.x from a) select b.x from b",
        "select sum(a.x = 1) as n from a",
        "select a.x in (1, 2) as y from a",
        "select exists (select 1 from b where b.x = a.x) as y from a",
        "select a.x, a.y, count(*) as n from a group by a.x",
        "select a.x, max(a.y) as y from a",
    ] {
        assert_ne!(faults_of_a_view_for_people(bad), [""; 0], "{bad}");
    }
    for bad in [
        "select a.x from a where exists (select 1 from b where b.x <> a.x)",
        "select a.x, (select count(*) from b where b.x = a.x and b.y < a.y) as n from a",
        "select a.x from a where exists (select 1 from b where b.x = a.x and not exists (
           select 1 from c where c.x = b.x and c.y = a.y))",
        "select a.x from a cross join (select b.x from b where b.x = a.x) as c",
        "select json_group_array(a.x) as x from a",
        "select json((select json_group_array(b.x) from b)) as x from a",
        "select json((select coalesce(json_group_array(b.x order by b.x), '[]') from b)) as x from a",
        "select json(a.x) as x from a",
        "select json_extract(a.x, '$.y') as x from a",
    ] {
        assert_ne!(faults_of_a_portable_text(bad), [""; 0], "{bad}");
    }
    let good = "-- max(a, b) is not 1 / 2\nselect max(a.x) as x, count(*) as n from a cross join b \
                left join c on c.x = a.x where a.x is not null \
                and (b.x <> '1/2 -> is not x' or (b.x is null) <> (a.x is null))";
    assert_eq!(faults_of_a_portable_text(good), [""; 0]);
    let good = "select a.x as x, sum(case when a.y = 1 then 1 else 0 end) as n from a where exists ( \
                select 1 from b where b.x = a.x and b.y > a.y) group by a.x \
                union select b.x, max(b.y) over (partition by b.x) from b";
    assert_eq!(faults_of_a_portable_text(good), [""; 0]);
    let good = "select json_object('y', json((select coalesce(json_group_array(b.x), '[]') from b \
                where b.y = a.y))) as z from a";
    assert_eq!(faults_of_a_portable_text(good), [""; 0]);
}

//! The data dictionary: a file for what is written by hand, the rest from the headers of the rules and the fields
//! of the records.

use super::{Rule, blocked_reasons, classes, files, rules};
use crate::model::{Family, Layer, Repair, fields};

/// One row of the data dictionary.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct DictionaryRow {
    /// Table or view.
    pub object_name: String,
    /// Column; empty for the row that says what a row of the object is.
    pub column_name: String,
    /// What it holds.
    pub description: String,
    /// The public column that holds the same values.
    #[serde(skip)]
    pub references: Option<&'static str>,
}

/// What stands in place of a column in the row that holds an example.
const EXAMPLE: &str = "example";

impl DictionaryRow {
    /// Whether the description is a query over the object, to be pasted.
    pub fn is_example(&self) -> bool {
        self.column_name == EXAMPLE
    }
}

/// Which public column a column means by its name, or by the end of it: `default_organization_id` is an organization.
const REFERENCES: [(&str, &str); 13] = [
    ("snapshot_id", "snapshots.snapshot_id"),
    ("run_id", "runs.run_id"),
    ("first_seen_run", "runs.run_id"),
    ("plan_id", "plans.plan_id"),
    ("attempt_id", "apply_attempts.attempt_id"),
    ("issue_key", "issue_history.issue_key"),
    ("code", "rule_versions.code"),
    ("suppressed_by", "suppressions.suppression_id"),
    ("account_id", "salesforce_accounts.account_id"),
    ("organization_id", "zendesk_organizations.organization_id"),
    ("user_id", "zendesk_users.user_id"),
    ("requester_id", "zendesk_users.user_id"),
    ("ticket_id", "zendesk_tickets.ticket_id"),
];

/// Where to join a column of an object; none for the column that the others refer to.
fn references(object: &str, column: &str) -> Option<&'static str> {
    let is_meant =
        |name: &str| column.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'));
    REFERENCES
        .iter()
        .find(|(name, _)| is_meant(name))
        .map(|&(_, target)| target)
        .filter(|target| *target != format!("{object}.{column}"))
}

/// Returns the data dictionary of the public names.
///
/// # Panics
///
/// If the file that was compiled in is no CSV of three columns, which a test excludes.
pub fn dictionary() -> Vec<DictionaryRow> {
    let lists = lists();
    let written = csv::Reader::from_reader(files::DICTIONARY.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("the data dictionary has three columns in every row"))
        .map(|row: DictionaryRow| DictionaryRow {
            description: lists
                .iter()
                .fold(row.description, |text, (name, values)| text.replace(&format!("{{{name}}}"), values)),
            ..row
        });
    written
        .chain(of_records())
        .chain(examples())
        .chain(rules().iter().flat_map(of_rule))
        .map(|row| DictionaryRow { references: references(&row.object_name, &row.column_name), ..row })
        .collect()
}

/// The columns of Zendesk's records, which are described where their fields are.
fn of_records() -> impl Iterator<Item = DictionaryRow> {
    fields::ALL.iter().flat_map(|table| {
        [table.view.to_owned(), format!("latest_{}", table.view)].into_iter().flat_map(|view| {
            table.columns().filter_map(|column| column.shown).map(move |(name, description)| DictionaryRow {
                object_name: view.clone(),
                column_name: name.to_owned(),
                description: description.to_owned(),
                references: None,
            })
        })
    })
}

/// The examples, each with what it tells behind it, as a comment. One is for the view of every rule.
fn examples() -> impl Iterator<Item = DictionaryRow> {
    const OF_RULES: &str = "detect_{code}";
    files::EXAMPLES.split("\n\n").flat_map(|example| {
        let parts = example.trim().strip_prefix("-- ").and_then(|text| text.split_once('\n'));
        let Some((title, sql)) = parts else { return Vec::new() };
        let Some((name, tells)) = title.split_once(": ") else { return Vec::new() };
        if name != OF_RULES {
            return vec![example_of(name, sql, tells)];
        }
        let views = rules().into_iter().map(|rule| rule.view_name());
        views.map(|view| example_of(&view, &sql.replace(OF_RULES, &view), tells)).collect()
    })
}

fn example_of(object: &str, sql: &str, tells: &str) -> DictionaryRow {
    DictionaryRow {
        object_name: object.to_owned(),
        column_name: EXAMPLE.to_owned(),
        description: format!("{sql} -- {tells}"),
        references: None,
    }
}

/// What a description may name in braces, because the rules and reasons say it.
fn lists() -> Vec<(String, String)> {
    let rules = rules();
    let joined = |texts: Vec<&str>| texts.join(", ");
    let mut lists = vec![(
        "blocked_reasons".to_owned(),
        or(&blocked_reasons().iter().map(|row| row.reason.as_str()).collect::<Vec<_>>()),
    )];
    let classes = classes();
    for &layer in Layer::ALL {
        for &family in Family::ALL {
            let names = classes
                .iter()
                .filter(|class| class.rules.iter().any(|rule| rule.layer == layer && rule.family == family))
                .map(|class| class.name.as_str())
                .collect();
            lists.push((format!("{family} classes of {layer}"), joined(names)));
        }
    }
    let with_domain = |rule: &&Rule| rule.family == Family::Drift && rule.column("domain").is_some();
    lists.push((
        "codes with a domain".to_owned(),
        joined(rules.iter().filter(with_domain).map(|rule| rule.code).collect()),
    ));
    lists.push((
        "repairs".to_owned(),
        or(&Repair::ALL.iter().map(|repair| repair.as_str()).collect::<Vec<_>>()),
    ));
    lists
}

/// `a, b or c`
fn or(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The rows about the view of one rule.
fn of_rule(rule: &Rule) -> Vec<DictionaryRow> {
    let (kind, elsewhere) = match rule.family {
        Family::Drift => ("rule", "issues"),
        Family::Hygiene => ("hygiene rule", "the finding views"),
    };
    let what = format!(
        "What the {kind} {} finds. {} Speaks about the newest run only; older runs are in {elsewhere}.",
        rule.code, rule.title
    );
    let columns = [
        ("run_id", "The newest run, as in runs.".to_owned()),
        ("account_id", "Salesforce account id, 18 characters.".to_owned()),
        ("subject_kind", format!("Always {}.", rule.layer)),
        ("subject_id", "Id of the subject, as text.".to_owned()),
        ("domain", "Always null.".to_owned()),
        ("organization_id", organization(rule.layer).to_owned()),
        ("disposition", disposition(rule).to_owned()),
        ("action", action(rule)),
        ("blocked_reason", blocked_reason(rule)),
        (
            "suggested_action",
            match &rule.suggests[..] {
                [only] => format!("Always {only}."),
                several => format!("{}.", or(&several.iter().map(String::as_str).collect::<Vec<_>>())),
            },
        ),
        ("evidence", "JSON object: the facts behind the finding.".to_owned()),
    ];
    let row = |column: &str, description: String| DictionaryRow {
        object_name: rule.view_name(),
        column_name: column.to_owned(),
        description,
        references: None,
    };
    let keys = rule
        .evidence
        .iter()
        .map(|key| row(&format!("evidence.{}", key.key), format!("{}: {}.", key.kind.as_str(), key.meaning)));
    std::iter::once(row("", what))
        .chain(
            columns
                .into_iter()
                .map(|(name, usual)| row(name, rule.column(name).map_or(usual, str::to_owned))),
        )
        .chain(keys)
        .collect()
}

fn organization(layer: Layer) -> &'static str {
    match layer {
        Layer::Organization => "The organization that the finding is about.",
        Layer::User | Layer::Ticket => "The expected organization.",
    }
}

fn disposition(rule: &Rule) -> &'static str {
    match (rule.action, rule.refuses.is_empty(), rule.layer) {
        (Some(_), ..) => "prepared or blocked.",
        (None, false, _) => "Always blocked.",
        (None, true, Layer::Ticket) => "Always detect_only.",
        (None, true, _) => "Always review.",
    }
}

fn action(rule: &Rule) -> String {
    rule.action.map_or_else(
        || "Always null: the rule has no repair.".to_owned(),
        |repair| format!("Always {repair}: the repair that is prepared or refused."),
    )
}

fn blocked_reason(rule: &Rule) -> String {
    let null = if rule.action.is_some() { " Null: the repair is prepared." } else { "" };
    match &rule.refuses[..] {
        [] => "Always null.".to_owned(),
        [only] if rule.action.is_none() => format!("Always {only}."),
        reasons => format!("The first refusal that holds: {}.{null}", reasons.join(", ")),
    }
}

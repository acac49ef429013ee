//! A rule: a file of `queries/detect/` with its parsed header.

use std::sync::LazyLock;

use serde::Serialize;

use super::{ViewFile, files, header::Header, sha256};
use crate::model::{Cause, Collection, EvidenceType, Family, Layer, PlaceVerdict, Repair, Severity};

/// One rule. Its code is the file's stem, the view is `detect_<code>`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What the issues of the rule are called.
    pub code: &'static str,
    /// Counts up with every change of the text.
    pub version: u32,
    /// Drift or hygiene.
    pub family: Family,
    /// What the rule is about.
    pub layer: Layer,
    /// How bad its issues are.
    pub severity: Severity,
    /// The repair that its issues may lead to.
    pub action: Option<Repair>,
    /// The collections that must have been read for the rule to be evaluated.
    pub needs: Vec<Collection>,
    /// The tables and link views that its text names.
    pub reads: Vec<String>,
    /// One sentence: what is wrong.
    pub title: String,
    /// The class of its findings.
    pub class: String,
    /// The class of a user who is a member of no organization, where it is another one.
    pub class_without_membership: Option<String>,
    /// The sentence about one issue, with the names of columns in braces.
    pub reason: String,
    /// The sentence where the subject is the account, if that is another one.
    pub reason_of_account: Option<String>,
    /// Why its repair may be refused, or its issues are blocked: the first that holds is named.
    pub refuses: Vec<String>,
    /// What it may suggest.
    pub suggests: Vec<String>,
    /// What a person does next.
    pub next_step: String,
    /// The record that its issues hang on.
    pub cause: Cause,
    /// What a trace calls the place of a user or a ticket that raises it.
    pub place: Option<PlaceVerdict>,
    /// What is special about a column of its view: name, description.
    pub columns: Vec<(&'static str, &'static str)>,
    /// The keys of its evidence, in their order.
    pub evidence: Vec<EvidenceKey>,
    /// Why it matters, what to do, what is not reported: the prose of the header.
    pub documentation: String,
    /// The whole text of the file.
    pub sql: &'static str,
    /// SHA-256 of the text.
    pub sql_sha256: String,
}

/// One key of the evidence of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceKey {
    /// As in the JSON object.
    pub key: &'static str,
    /// What its value is, where it is not null.
    #[serde(rename = "type")]
    pub kind: EvidenceType,
    /// Whether it may change while the drift does not; then it is outside of the content hash.
    pub is_volatile: bool,
    /// What it says.
    pub meaning: &'static str,
}

/// A header that does not follow the form of a rule file.
#[derive(Debug, thiserror::Error)]
#[error("rule file {stem}.sql: {problem}")]
pub struct RuleHeaderError {
    stem: &'static str,
    problem: String,
}

/// What a reason may name in braces. The view `_issue_details` replaces exactly these.
pub const PLACEHOLDERS: [&str; 4] = ["subject_id", "account_id", "organization_id", "domain"];

/// The keys of a header, in the order in which they are written.
const KEYS: [&str; 19] = [
    "code",
    "version",
    "family",
    "layer",
    "severity",
    "action",
    "needs",
    "reads",
    "class",
    "class_without_membership",
    "reason",
    "reason_of_account",
    "refuses",
    "suggests",
    "next",
    "cause",
    "place",
    "columns",
    "evidence",
];

/// Returns every rule, drift before hygiene, in the order of the catalog.
///
/// # Panics
///
/// If a header that was compiled in is broken, which a test excludes.
pub fn rules() -> Vec<Rule> {
    // One command asks for them many times, and the headers are a page each.
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let parsed = |file| Rule::parse(file).expect("the headers of the bundled rules are well formed");
        files::DETECT.iter().map(parsed).collect()
    });
    RULES.clone()
}

impl Rule {
    /// The view that says what the rule finds.
    pub fn view_name(&self) -> String {
        format!("detect_{}", self.code)
    }

    /// Whether its issues may belong to an account. Every rule has a line of its own for that column.
    pub fn may_have_account(&self) -> bool {
        !self.sql.contains("null as account_id,")
    }

    /// The classes of its findings.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.class.as_str()).chain(self.class_without_membership.as_deref())
    }

    /// What is special about a column of its view.
    pub fn column(&self, name: &str) -> Option<&'static str> {
        self.columns.iter().find(|(column, _)| *column == name).map(|&(_, text)| text)
    }

    /// The keys of its evidence that are outside of the content hash.
    pub fn volatile_keys(&self) -> impl Iterator<Item = &'static str> {
        self.evidence.iter().filter(|key| key.is_volatile).map(|key| key.key)
    }

    /// Parses the comment at the top of a rule file.
    pub fn parse(file: &ViewFile) -> Result<Self, RuleHeaderError> {
        parse(file).map_err(|problem| RuleHeaderError { stem: file.stem, problem })
    }
}

fn parse(file: &ViewFile) -> Result<Rule, String> {
    let header = Header::parse(file.sql)?;
    header.has_only(&KEYS)?;
    if header.value("code")? != file.stem {
        return Err("code differs from the file's name".to_owned());
    }
    let closed = |name: &str| format!("{name} is not one of its values");
    let action = match header.value("action")?.as_str() {
        "none" => None,
        action => Some(Repair::from_text(action).ok_or_else(|| closed("action"))?),
    };
    let refuses = match header.words("refuses")? {
        words if words == ["none"] => Vec::new(),
        words => words,
    };
    Ok(Rule {
        code: file.stem,
        version: header.value("version")?.parse().map_err(|_| "version is no whole number".to_owned())?,
        family: Family::from_text(&header.value("family")?).ok_or_else(|| closed("family"))?,
        layer: Layer::from_text(&header.value("layer")?).ok_or_else(|| closed("layer"))?,
        severity: Severity::from_text(&header.value("severity")?).ok_or_else(|| closed("severity"))?,
        action,
        needs: header
            .words("needs")?
            .iter()
            .map(|need| Collection::from_text(need).ok_or_else(|| closed("needs")))
            .collect::<Result<_, _>>()?,
        reads: header.words("reads")?,
        class: word(header.value("class")?)?,
        class_without_membership: header.optional("class_without_membership").map(word).transpose()?,
        reason: template(header.value("reason")?)?,
        reason_of_account: header.optional("reason_of_account").map(template).transpose()?,
        refuses,
        suggests: header.words("suggests")?,
        next_step: header.value("next")?,
        cause: Cause::from_text(&header.value("cause")?).ok_or_else(|| closed("cause"))?,
        place: header
            .optional("place")
            .map(|place| PlaceVerdict::from_text(&place).ok_or_else(|| closed("place")))
            .transpose()?,
        columns: header.list("columns").iter().map(|line| pair(line)).collect::<Result<_, _>>()?,
        evidence: header.list("evidence").iter().map(|line| evidence_key(line)).collect::<Result<_, _>>()?,
        documentation: header.prose,
        title: header.title,
        sql: file.sql,
        sql_sha256: sha256(file.sql),
    })
}

/// A word of a closed set that is stored and typed.
fn word(text: String) -> Result<String, String> {
    let is_word = text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if is_word { Ok(text) } else { Err(format!("`{text}` is not one word")) }
}

/// A sentence that names nothing in braces but columns that the view replaces.
fn template(text: String) -> Result<String, String> {
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a brace of the reason is not closed")?;
        if !PLACEHOLDERS.contains(&name) {
            return Err(format!("the reason names the column `{name}`, which is not replaced"));
        }
        rest = after;
    }
    if text.ends_with('.') { Ok(text) } else { Err("the reason is no sentence".to_owned()) }
}

/// `name: text`
fn pair(line: &'static str) -> Result<(&'static str, &'static str), String> {
    line.split_once(": ").ok_or_else(|| format!("`{line}` is no name with a description"))
}

/// `name type: meaning` or `name type volatile: meaning`
fn evidence_key(line: &'static str) -> Result<EvidenceKey, String> {
    let (words, meaning) = pair(line)?;
    let words: Vec<&'static str> = words.split(' ').collect();
    let (key, kind, is_volatile) = match words[..] {
        [key, kind] => (key, kind, false),
        [key, kind, "volatile"] => (key, kind, true),
        _ => return Err(format!("`{line}` is no key of evidence with its type")),
    };
    let kind = EvidenceType::from_text(kind).ok_or_else(|| format!("`{kind}` is no type of evidence"))?;
    Ok(EvidenceKey { key, kind, is_volatile, meaning })
}

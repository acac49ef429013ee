//! A rule: a file of `queries/detect/` with its parsed header.

use super::{ViewFile, files, sha256};
use crate::model::{Collection, Family, Layer, Severity};

/// One rule. Its code is the file's stem, the view is `detect_<code>`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What the issues of the rule are called.
    pub code: &'static str,
    /// Counts up with every change of the text.
    pub version: u32,
    /// Drift or hygiene.
    pub family: Family,
    /// What the rule speaks about.
    pub layer: Layer,
    /// How bad its issues are.
    pub severity: Severity,
    /// The repair that its issues may lead to.
    pub action: Option<&'static str>,
    /// The collections that must have been read for the rule to be evaluated.
    pub needs: Vec<Collection>,
    /// One sentence: what is wrong.
    pub title: &'static str,
    /// Why it matters, what to do, what is not reported: the prose of the header.
    pub documentation: String,
    /// The whole text of the file.
    pub sql: &'static str,
    /// SHA-256 of the text.
    pub sql_sha256: String,
}

/// A header that does not follow the form of a rule file.
#[derive(Debug, thiserror::Error)]
#[error("rule file {stem}.sql: {problem}")]
pub struct RuleHeaderError {
    stem: &'static str,
    problem: String,
}

/// Returns every rule, drift before hygiene, in the order of the catalog.
///
/// # Panics
///
/// If a header that was compiled in is broken, which a test excludes.
pub fn rules() -> Vec<Rule> {
    files::DETECT
        .iter()
        .map(|file| Rule::parse(file).expect("the headers of the bundled rules are well formed"))
        .collect()
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

    /// Parses the comment at the top of a rule file.
    pub fn parse(file: &ViewFile) -> Result<Self, RuleHeaderError> {
        let fail = |problem: String| RuleHeaderError { stem: file.stem, problem };
        let comment: Vec<&'static str> = file
            .sql
            .lines()
            .map_while(|line| line.strip_prefix("--"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let key = |name: &str| {
            let mut values = comment.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            match (values.next(), values.next()) {
                (Some(value), None) => Ok(value.trim()),
                (None, _) => Err(fail(format!("the header has no line `{name}: …`"))),
                (Some(_), Some(_)) => Err(fail(format!("the header has two lines `{name}: …`"))),
            }
        };
        let title = *comment.first().ok_or_else(|| fail("it begins without a comment".to_owned()))?;
        if key("code")? != file.stem {
            return Err(fail("code differs from the file's name".to_owned()));
        }
        let version = key("version")?.parse().map_err(|_| fail("version is no whole number".to_owned()))?;
        let closed = |name: &str| fail(format!("{name} is not one of its values"));
        let family = Family::from_text(key("family")?).ok_or_else(|| closed("family"))?;
        let layer = Layer::from_text(key("layer")?).ok_or_else(|| closed("layer"))?;
        let severity = Severity::from_text(key("severity")?).ok_or_else(|| closed("severity"))?;
        let action = match key("action")? {
            "none" => None,
            action @ ("set_org_external_id"
            | "add_org_domain"
            | "assign_user_to_org"
            | "move_user_to_org") => Some(action),
            _ => return Err(closed("action")),
        };
        let needs = key("needs")?
            .split(' ')
            .map(|need| Collection::from_text(need).ok_or_else(|| closed("needs")))
            .collect::<Result<_, _>>()?;
        let documentation = comment
            .iter()
            .skip_while(|line| !line.starts_with("needs: "))
            .skip(1)
            .skip_while(|line| line.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join("\n");
        Ok(Self {
            code: file.stem,
            version,
            family,
            layer,
            severity,
            action,
            needs,
            title,
            documentation,
            sql: file.sql,
            sql_sha256: sha256(file.sql),
        })
    }
}

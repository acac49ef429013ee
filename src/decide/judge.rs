//! Decides what becomes of each row.

use std::collections::HashMap;

use super::{
    DecideError, Fault,
    row::{Named, Place, Row, Table},
};
use crate::{
    identity::AccountId,
    model::{Decision, Words, squeezed},
    near::did_you_mean,
    warehouse::{
        RunRow, Session,
        decisions::{self, IssueState, Subject, Word},
    },
};

/// The reasons that somebody can answer for.
const RISKS: [&str; 2] = ["user_belongs_to_other_account", "user_email_unverified"];

/// Why a row is skipped although nothing is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedOver {
    /// The newest run does not have the issue.
    Resolved,
    /// It is not what it was when the sheet was made.
    Changed,
    /// The newest run did not evaluate its code.
    NotEvaluated,
}

impl PassedOver {
    /// For people and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Changed => "changed",
            Self::NotEvaluated => "not_evaluated",
        }
    }
}

/// What became of a row that somebody filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is stored.
    Taken,
    /// The warehouse says the same already.
    Known,
    /// It is not stored.
    PassedOver(PassedOver),
}

/// A row that somebody filled in.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Where it stands.
    pub place: Place,
    /// What it is about.
    pub subject: Subject,
    /// Of the issue as it is now.
    pub fingerprint: Option<String>,
    /// What it decides, if anything.
    pub decision: Option<Decision>,
    /// What stands in its fields.
    pub words: Words,
    /// What became of it.
    pub fate: Fate,
}

/// Every row of a file.
pub(super) struct Judgement {
    pub(super) rows: Vec<Judged>,
    pub(super) untouched_count: usize,
}

/// What the rows are held against.
struct Court<'c> {
    connection: &'c Session,
    run: &'c RunRow,
    warehouse_id: String,
    issues: HashMap<String, IssueState>,
    said: HashMap<Subject, Word>,
    today: &'c str,
}

pub(super) fn judge(
    connection: &Session,
    run: &RunRow,
    table: Table,
    today: &str,
) -> Result<Judgement, DecideError> {
    let court = Court {
        connection,
        run,
        warehouse_id: decisions::warehouse_id(connection)?,
        issues: decisions::issue_states(connection)?,
        said: decisions::newest_words(connection)?,
        today,
    };
    let mut faults = table.faults;
    let mut judgement = Judgement { rows: Vec::new(), untouched_count: 0 };
    let mut seen: HashMap<Subject, (Place, Words)> = HashMap::new();
    for row in table.rows {
        let place = row.place.clone();
        let fault = |what: String| Fault { place: place.clone(), what };
        let subject = match court.subject(&row) {
            Ok(subject) => subject,
            Err(what) => {
                faults.push(fault(what));
                continue;
            }
        };
        match seen.get(&subject) {
            Some((first, words)) if *words != row.words => {
                faults.push(fault(format!("contradicts {first}, which is about the same record")));
                continue;
            }
            Some(_) => continue,
            None => {
                seen.insert(subject.clone(), (place.clone(), row.words.clone()));
            }
        }
        if !decisions::is_known(connection, &subject)? {
            faults.push(fault("names a record that this warehouse never had".to_owned()));
        } else if row.words.digest() == row.made_from.shown {
            judgement.untouched_count += 1;
        } else {
            match court.fate(&row, &subject)? {
                Ok(judged) => judgement.rows.push(judged),
                Err(what) => faults.push(fault(what)),
            }
        }
    }
    if faults.is_empty() {
        return Ok(judgement);
    }
    faults.sort_by(|one, other| one.place.cmp(&other.place));
    Err(DecideError::Refused { faults })
}

impl Court<'_> {
    fn subject(&self, row: &Row) -> Result<Subject, String> {
        if row.made_from.warehouse_id != self.warehouse_id {
            return Err("is of a workbook of another warehouse".to_owned());
        }
        if row.made_from.run_id > self.run.run_id || row.made_from.run_id < 1 {
            return Err("is of a run that this warehouse does not have".to_owned());
        }
        match &row.named {
            Named::Issue { key, .. } => Ok(Subject::Issue(key.clone())),
            Named::Account(id) => AccountId::parse(id)
                .map(|parsed| Subject::Account(parsed.id.as_str().to_owned()))
                .map_err(|_| "its account id is not valid".to_owned()),
        }
    }

    /// What becomes of a row that somebody filled in, or what is wrong with it.
    fn fate(&self, row: &Row, subject: &Subject) -> Result<Result<Judged, String>, DecideError> {
        let words = Words {
            assignee: squeezed(&row.words.assignee),
            note: row.words.note.trim().to_owned(),
            ..row.words.clone()
        };
        let judged = |fingerprint, decision, fate| Judged {
            place: row.place.clone(),
            subject: subject.clone(),
            fingerprint,
            decision,
            words: words.clone(),
            fate,
        };
        let Named::Issue { key, fingerprint } = &row.named else {
            let fate = if self.says_the_same(subject, None, &words) { Fate::Known } else { Fate::Taken };
            return Ok(Ok(judged(None, None, fate)));
        };
        let is_prepared = fingerprint.starts_with("prepared/")
            || self
                .issues
                .get(key)
                .is_some_and(|issue| issue.fingerprint == *fingerprint && issue.is_prepared);
        let decision = match self.decision(&words, fingerprint, is_prepared) {
            Ok(decision) => decision,
            Err(what) => return Ok(Err(what)),
        };
        let pass = |why| Ok(Ok(judged(None, decision, Fate::PassedOver(why))));
        let Some(issue) = self.issues.get(key) else {
            let is_evaluated = decisions::is_evaluated(self.connection, self.run.run_id, key)?;
            return pass(if is_evaluated { PassedOver::Resolved } else { PassedOver::NotEvaluated });
        };
        if issue.fingerprint != *fingerprint {
            return pass(PassedOver::Changed);
        }
        if let (Some(Decision::Fix | Decision::AcceptRisk), Some(id)) = (decision, issue.other_suppression_id)
        {
            return Ok(Err(format!(
                "is suppressed: take suppression {id} back first, with `orgdrift suppression remove {id}`"
            )));
        }
        let is_known = self.says_the_same(subject, Some(&issue.fingerprint), &words);
        let fate = if is_known { Fate::Known } else { Fate::Taken };
        Ok(Ok(judged(Some(issue.fingerprint.clone()), decision, fate)))
    }

    /// What a row decides, or why it cannot.
    fn decision(
        &self,
        words: &Words,
        fingerprint: &str,
        is_prepared: bool,
    ) -> Result<Option<Decision>, String> {
        let Some(decision) = (match words.decision.as_str() {
            "" => None,
            typed => Some(Decision::from_text(&typed.replace(' ', "_")).ok_or_else(|| {
                let near = did_you_mean(typed, Decision::ALL.iter().map(|decision| decision.as_str()));
                let near = near.map(|near| format!("; {near}")).unwrap_or_default();
                format!("Decision must be fix, skip, suppress or accept_risk{near}")
            })?),
        }) else {
            return if words.until.is_empty() {
                Ok(None)
            } else {
                Err("has Until without a Decision".to_owned())
            };
        };
        if decision != Decision::Suppress && !words.until.is_empty() {
            return Err(format!("has Until beside {decision}: only suppress ends on a day"));
        }
        let reason = fingerprint.split('/').nth(1).unwrap_or_default();
        match decision {
            Decision::Fix if !is_prepared => {
                Err("fix is for rows whose Status is prepared: this one has no repair to approve".to_owned())
            }
            Decision::Suppress if words.until.is_empty() => Err("suppress needs Until".to_owned()),
            Decision::Suppress if words.note.is_empty() => Err("suppress needs a Note".to_owned()),
            Decision::Suppress if words.until.as_str() < self.today => {
                Err("Until is over: name a day that is still to come".to_owned())
            }
            Decision::AcceptRisk if !RISKS.contains(&reason) => Err(format!(
                "accept_risk is for rows that are blocked by {} alone",
                RISKS.map(|risk| risk.replace('_', " ")).join(" or ")
            )),
            Decision::AcceptRisk if words.note.is_empty() => Err("accept_risk needs a Note".to_owned()),
            decision => Ok(Some(decision)),
        }
    }

    fn says_the_same(&self, subject: &Subject, fingerprint: Option<&str>, words: &Words) -> bool {
        match self.said.get(subject) {
            Some(word) => {
                word.words.digest() == words.digest()
                    && (word.words.decision.is_empty()
                        || (word.is_in_force && word.fingerprint.as_deref() == fingerprint))
            }
            None => words.is_blank(),
        }
    }
}

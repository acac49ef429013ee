//! The words of the warehouse as people read them, with their colours.

use std::collections::HashMap;

use super::formats::Tone;
use crate::catalog::{blocked_reasons, input_reasons, rules};

/// A word that a cell shows, and what it means.
pub(super) struct Word {
    /// As it is stored.
    pub(super) stored: &'static str,
    /// As it is shown.
    pub(super) shown: &'static str,
    /// Its colour.
    pub(super) tone: Tone,
    /// What it means.
    pub(super) meaning: &'static str,
}

/// The statuses of accounts.
pub(super) const TRIAGE: [Word; 6] = [
    Word {
        stored: "ready",
        shown: "ready",
        tone: Tone::Good,
        meaning: "Repairs are prepared and nothing is blocked. Approve them.",
    },
    Word {
        stored: "partly_ready",
        shown: "partly ready",
        tone: Tone::Partly,
        meaning: "Some repairs are prepared; for others a person must decide first.",
    },
    Word {
        stored: "blocked",
        shown: "blocked",
        tone: Tone::Bad,
        meaning: "Nothing can be repaired before a person decides.",
    },
    Word {
        stored: "review",
        shown: "review",
        tone: Tone::Look,
        meaning: "No repair exists. A person acts in Salesforce or Zendesk.",
    },
    Word {
        stored: "tickets_only",
        shown: "tickets only",
        tone: Tone::Tickets,
        meaning: "Only tickets are filed in the wrong place. orgdrift never changes tickets.",
    },
    Word {
        stored: "suppressed",
        shown: "suppressed",
        tone: Tone::Quiet,
        meaning: "Somebody decided that nothing needs to be done until a date.",
    },
];

/// The statuses of issues.
pub(super) const DISPOSITIONS: [Word; 5] = [
    Word {
        stored: "prepared",
        shown: "prepared",
        tone: Tone::Good,
        meaning: "A repair is ready. It is made only after somebody approves it and applies the plan.",
    },
    Word {
        stored: "blocked",
        shown: "blocked",
        tone: Tone::Bad,
        meaning: "A person must decide first. The columns beside it say why, and what to do.",
    },
    Word {
        stored: "review",
        shown: "review",
        tone: Tone::Look,
        meaning: "No repair exists. A person acts in Salesforce or Zendesk.",
    },
    Word {
        stored: "detect_only",
        shown: "detect only",
        tone: Tone::Tickets,
        meaning: "A ticket in the wrong place. orgdrift shows it and never changes it.",
    },
    Word {
        stored: "suppressed",
        shown: "suppressed",
        tone: Tone::Quiet,
        meaning: "Somebody decided that nothing needs to be done until a date.",
    },
];

/// The words of repairs in plans.
pub(super) const PLAN: [Word; 3] = [
    Word { stored: "planned", shown: "planned", tone: Tone::Good, meaning: "The plan makes this repair." },
    Word {
        stored: "deferred",
        shown: "deferred",
        tone: Tone::Partly,
        meaning: "The repair waits for another plan.",
    },
    Word {
        stored: "no plan yet",
        shown: "no plan yet",
        tone: Tone::Quiet,
        meaning: "`orgdrift plan` would take this repair.",
    },
];

/// What the codes and reasons of cells stand for.
pub(super) struct Sayings {
    titles: HashMap<String, String>,
    reasons: HashMap<String, String>,
    inputs: HashMap<String, (String, String)>,
}

impl Sayings {
    pub(super) fn new() -> Self {
        let titles = rules().into_iter().map(|rule| (rule.code.to_owned(), rule.title));
        let reasons = blocked_reasons().into_iter().map(|reason| (reason.reason, reason.meaning));
        let inputs =
            input_reasons().into_iter().map(|input| (input.reason, (input.meaning, input.what_to_do)));
        Self { titles: titles.collect(), reasons: reasons.collect(), inputs: inputs.collect() }
    }

    /// The titles of codes that stand in one cell, each on a line.
    pub(super) fn titles(&self, codes: &str) -> String {
        lines(codes, &self.titles)
    }

    /// The meanings of the reasons that stand in one cell, each on a line.
    pub(super) fn reasons(&self, reasons: &str) -> String {
        lines(reasons, &self.reasons)
    }

    /// What is wrong with an input.
    pub(super) fn input_meaning(&self, reason: &str) -> String {
        self.inputs.get(reason).map_or_else(|| plain(reason), |(meaning, _)| meaning.clone())
    }

    /// What to do about an input.
    pub(super) fn input_advice(&self, reason: &str) -> String {
        self.inputs.get(reason).map(|(_, advice)| advice.clone()).unwrap_or_default()
    }
}

fn lines(list: &str, meanings: &HashMap<String, String>) -> String {
    let line = |word: &str| meanings.get(word).cloned().unwrap_or_else(|| plain(word));
    list.split(", ").filter(|word| !word.is_empty()).map(line).collect::<Vec<_>>().join("\n")
}

/// A word of the warehouse without underscores.
pub(super) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// By what an account was matched.
pub(super) fn match_rule(rule: &str) -> &str {
    match rule {
        "stored_id" => "organization id stored in Salesforce",
        "external_id" => "external id in Zendesk",
        "domain" => "domain only",
        rule => rule,
    }
}

/// What a repair does.
pub(super) fn repair(action: &str) -> &str {
    match action {
        "set_org_external_id" => "Write the account's id into external_id",
        "add_org_domain" => "Add a domain to the organization",
        "assign_user_to_org" => "Make the user a member of the organization",
        "move_user_to_org" => "Make the organization the user's default",
        action => action,
    }
}

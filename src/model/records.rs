//! Words of records: those that the API knows, and what a record may say instead.

use super::closed_set::{closed_set, explained_set};

closed_set! {
    /// The role of a user in Zendesk.
    UserRole {
        /// May read exports.
        Admin = "admin",
        /// Answers tickets; may not read exports.
        Agent = "agent",
        /// Asks; may not see anything of others.
        EndUser = "end-user",
    }
}

explained_set! {
    /// The status of a ticket.
    TicketStatus {
        /// Nobody has taken it up.
        New = "new",
        /// An agent works on it.
        Open = "open",
        /// Waits for the requester.
        Pending = "pending",
        /// Waits for somebody else.
        Hold = "hold",
        /// An agent has solved it; it may be opened again.
        Solved = "solved",
        /// It can no longer be changed.
        Closed = "closed",
        /// In the bin.
        Deleted = "deleted",
    }
}

closed_set! {
    /// What an issue is about.
    SubjectKind {
        /// A Salesforce account.
        Account = "account",
        /// A Zendesk organization.
        Organization = "organization",
        /// A Zendesk user.
        User = "user",
        /// A Zendesk ticket.
        Ticket = "ticket",
    }
}

closed_set! {
    /// The state of a suppression on a day.
    SuppressionState {
        /// It is in force.
        Active = "active",
        /// It is in force and ends soon.
        Lapsing = "lapsing",
        /// Its last day has passed.
        Lapsed = "lapsed",
        /// Somebody removed it before its last day.
        Removed = "removed",
    }
}

impl SuppressionState {
    /// Whether a suppression in this state is in force.
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Active | Self::Lapsing)
    }
}

/// What a record says where the API knows a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<T> {
    /// One of them.
    Word(T),
    /// Another one, as it was read.
    Other(String),
    /// Nothing to be relied upon; of a user, with the fields that decide and were not read.
    Undecided(Option<String>),
}

impl<T: Copy + PartialEq> Said<T> {
    /// Whether it says that word.
    pub fn is(&self, word: T) -> bool {
        matches!(self, Self::Word(said) if *said == word)
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Said<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(word) => write!(formatter, "{word}"),
            Self::Other(text) => formatter.write_str(text),
            Self::Undecided(None) => formatter.write_str("undecided"),
            Self::Undecided(Some(fields)) => write!(formatter, "undecided ({fields})"),
        }
    }
}

impl<T: std::fmt::Display> serde::Serialize for Said<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

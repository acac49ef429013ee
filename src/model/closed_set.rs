//! Enums behind the columns with a closed set of values.

/// Declares an enum whose variants are stored as text.
macro_rules! closed_set {
    ($(#[doc = $doc:literal])+ $name:ident {
        $($(#[doc = $variant_doc:literal])+ $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $variant_doc])+ $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text that is stored and printed.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What the values are about, in a sentence.
            pub const ABOUT: &'static str = concat!($($doc),+);

            /// What the value means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($variant_doc),+)),+ }
            }

            /// The value of that text, if there is one.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                // The text may be anybody's: it is not repeated.
                Self::from_text(&text).ok_or_else(|| serde::de::Error::custom("none of the known words"))
            }
        }
    };
}

pub(in crate::model) use closed_set;

/// Declares the same for words whose meaning people read in `queries/words.csv` or `queries/input_reasons.csv`.
macro_rules! explained_set {
    ($($declaration:tt)+) => {
        $crate::model::closed_set::closed_set! { $($declaration)+ }
    };
}

pub(in crate::model) use explained_set;

closed_set! {
    /// How bad an issue is; the worst comes first.
    Severity {
        /// Nobody can say which record is the customer.
        Critical = "critical",
        /// The link between customer and organization is missing or wrong.
        High = "high",
        /// Users or tickets reach the wrong place.
        Medium = "medium",
        /// Untidy, without effect by itself.
        Low = "low",
    }
}

closed_set! {
    /// What can be done about an issue.
    Disposition {
        /// A repair is planned.
        Prepared = "prepared",
        /// A person must decide; the reason is named.
        Blocked = "blocked",
        /// No repair exists.
        Review = "review",
        /// Never repaired, only shown.
        DetectOnly = "detect_only",
        /// Covered by a dated decision.
        Suppressed = "suppressed",
    }
}

closed_set! {
    /// Why a domain of the list never identifies a customer.
    DomainKind {
        /// Its addresses belong to private people.
        Personal = "personal",
        /// It is a disposable mail service.
        Disposable = "disposable",
        /// Many customers have a page or a link on it.
        Platform = "platform",
    }
}

closed_set! {
    /// Which kind of record a rule is about.
    Layer {
        /// Accounts and organizations.
        Organization = "organization",
        /// Users.
        User = "user",
        /// Tickets.
        Ticket = "ticket",
    }
}

closed_set! {
    /// Whether a rule counts as drift.
    Family {
        /// One of the twelve codes: counted, triaged, planned.
        Drift = "drift",
        /// Untidiness beside the twelve: stored and compared, never counted among them.
        Hygiene = "hygiene",
    }
}

closed_set! {
    /// A system that is read.
    Source {
        /// One CSV of accounts.
        Salesforce = "salesforce",
        /// Organizations, users, memberships and tickets.
        Zendesk = "zendesk",
    }
}

closed_set! {
    /// One collection of records of a snapshot.
    Collection {
        /// The accounts of Salesforce.
        Accounts = "accounts",
        /// The organizations of Zendesk.
        Organizations = "organizations",
        /// The users of Zendesk.
        Users = "users",
        /// The organization memberships of Zendesk.
        OrganizationMemberships = "organization_memberships",
        /// The tickets of Zendesk.
        Tickets = "tickets",
    }
}

closed_set! {
    /// How far a collection was read.
    Outcome {
        /// To its proven end.
        Complete = "complete",
        /// Not to its end, or the end is doubtful.
        Partial = "partial",
        /// The credentials do not allow it.
        NotPermitted = "not_permitted",
        /// Not at all.
        Skipped = "skipped",
        /// To its end, but only from a date on.
        Bounded = "bounded",
    }
}

closed_set! {
    /// What was asked for when a collection was read.
    Reading {
        /// All of it.
        Walk = "walk",
        /// What changed since the reading of the snapshot before.
        Continued = "continued",
    }
}

closed_set! {
    /// Who said when a snapshot was taken.
    TakenAtSource {
        /// The command line.
        Given = "given",
        /// The manifest of the folder.
        Manifest = "manifest",
        /// The API.
        Api = "api",
        /// Nobody: it is the time of the ingest.
        Ingest = "ingest",
    }
}

closed_set! {
    /// Whether one Zendesk user may belong to several organizations.
    MultipleOrganizations {
        /// The account setting says so.
        Allowed = "allowed",
        /// The account setting forbids it.
        NotAllowed = "not_allowed",
        /// The setting was not read; it counts as not allowed.
        Unknown = "unknown",
    }
}

closed_set! {
    /// One of the four repairs, in the order in which they are applied to one record.
    Repair {
        /// Write the account's id into a blank `external_id`.
        SetOrgExternalId = "set_org_external_id",
        /// Add one domain to an organization.
        AddOrgDomain = "add_org_domain",
        /// Add a membership.
        AssignUserToOrg = "assign_user_to_org",
        /// Make an existing membership the default one.
        MoveUserToOrg = "move_user_to_org",
    }
}

closed_set! {
    /// The record that the issues of a rule hang on.
    Cause {
        /// The organization where the user or the ticket is now; where that is none, the account.
        CurrentOrganization = "current_organization",
        /// The domain.
        Domain = "domain",
        /// The account; of a finding without account, the organization.
        Account = "account",
    }
}

closed_set! {
    /// What a key of evidence holds, where it is not null.
    EvidenceType {
        /// A text.
        Text = "text",
        /// A whole number; also 1 and 0 for yes and no.
        Integer = "integer",
        /// A list of texts.
        Texts = "texts",
        /// A list of whole numbers.
        Integers = "integers",
    }
}

closed_set! {
    /// What a plan says about an issue.
    PlanStatus {
        /// An apply makes the repair.
        Planned = "planned",
        /// The repair is possible, but outside of the batch.
        Deferred = "deferred",
        /// There is no repair; the reason is named.
        Refused = "refused",
    }
}

closed_set! {
    /// Whether an apply writes.
    ApplyMode {
        /// Everything is read and checked, nothing is written.
        DryRun = "dry_run",
        /// Repairs are written.
        Live = "live",
    }
}

closed_set! {
    /// What an event of the journal says.
    EventKind {
        /// An apply began.
        ApplyStarted = "apply_started",
        /// An apply that was interrupted continues.
        ApplyResumed = "apply_resumed",
        /// A request that writes is about to be sent.
        Intent = "intent",
        /// What came back of it.
        Answer = "answer",
        /// What became of a row of the plan; nothing more will be tried.
        Outcome = "outcome",
        /// An apply ended.
        ApplyEnded = "apply_ended",
    }
}

closed_set! {
    /// What became of a row of a plan.
    ActionOutcome {
        /// Written, and read back as it should be.
        Applied = "applied",
        /// It was as it should be before anything was written.
        AlreadyInPlace = "already_in_place",
        /// A live apply would write it now.
        WouldApply = "would_apply",
        /// The record is not as planned any more, or a repair that it waits for was not made.
        SkippedStale = "skipped_stale",
        /// The plan has no repair for it.
        Blocked = "blocked",
        /// Zendesk refused it, or it could not be brought about.
        Failed = "failed",
        /// It is not known whether it was written.
        Unknown = "unknown",
        /// The apply ended before its turn.
        NotAttempted = "not_attempted",
    }
}

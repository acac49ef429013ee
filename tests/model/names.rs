//! The closed vocabularies of the decision tables, each with the text that the database holds.

/// Declares an enum whose variants have a public text each.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

vocabulary! {
    /// The twelve drift codes, in the order of the table.
    Code {
        OrgDuplicateExternalId = "org_duplicate_external_id",
        OrgMissingExternalId = "org_missing_external_id",
        OrgExternalIdConflict = "org_external_id_conflict",
        AccountMissingZendeskOrg = "account_missing_zendesk_org",
        OrgMissingExpectedDomain = "org_missing_expected_domain",
        OrgDomainAttachedElsewhere = "org_domain_attached_elsewhere",
        UserMissingExpectedMembership = "user_missing_expected_membership",
        UserDefaultOrgNotExpected = "user_default_org_not_expected",
        UserResolutionBlockedDuplicateExternalId = "user_resolution_blocked_duplicate_external_id",
        UserDomainAmbiguous = "user_domain_ambiguous",
        TicketOrgMismatch = "ticket_org_mismatch",
        TicketMissingOrg = "ticket_missing_org",
    }
}

vocabulary! {
    /// Whether, and how surely, an account resolves to an organization.
    LinkState {
        Unread = "unread",
        Duplicate = "duplicate",
        Linked = "linked",
        Contested = "contested",
        Candidate = "candidate",
        Conflict = "conflict",
        Ambiguous = "ambiguous",
        Missing = "missing",
    }
}

vocabulary! {
    /// The signal that named the organization.
    MatchRule {
        StoredId = "stored_id",
        ExternalId = "external_id",
        Domain = "domain",
    }
}

vocabulary! {
    /// The four repairs, in the order of the refusal table's columns.
    Action {
        SetOrgExternalId = "set_org_external_id",
        AddOrgDomain = "add_org_domain",
        AssignUserToOrg = "assign_user_to_org",
        MoveUserToOrg = "move_user_to_org",
    }
}

vocabulary! {
    /// Why an issue is blocked: the reasons of the refusal table in its order, then those of codes without an action.
    Reason {
        ExternalIdInUse = "external_id_in_use",
        AccountLinkContested = "account_link_contested",
        OrgClaimedByOtherAccount = "org_claimed_by_other_account",
        StoredOrgIdDangling = "stored_org_id_dangling",
        OrgCandidateAmbiguous = "org_candidate_ambiguous",
        DomainDisagrees = "domain_disagrees",
        StoredIdUncorroborated = "stored_id_uncorroborated",
        OrganizationFieldNamesOtherAccount = "organization_field_names_other_account",
        OrganizationLooksLikeOtherAccount = "organization_looks_like_other_account",
        DomainSharedByAccounts = "domain_shared_by_accounts",
        DomainRelatedToOtherAccount = "domain_related_to_other_account",
        DomainBelongsToOtherOrg = "domain_belongs_to_other_org",
        OrgLinkUnconfirmed = "org_link_unconfirmed",
        UserBelongsToOtherAccount = "user_belongs_to_other_account",
        UserEmailUnverified = "user_email_unverified",
        OrganizationSharesTickets = "organization_shares_tickets",
        UserSeesOrganizationTickets = "user_sees_organization_tickets",
        SingleOrganizationAccount = "single_organization_account",
        UserNotUpdatable = "user_not_updatable",
        FactNotRead = "fact_not_read",
        KeyIsInAField = "key_is_in_a_field",
        RepairSwitchedOff = "repair_switched_off",
        DuplicateExternalId = "duplicate_external_id",
        ExternalIdConflict = "external_id_conflict",
        UserDomainAmbiguous = "user_domain_ambiguous",
    }
}

vocabulary! {
    /// What becomes of an issue. (`suppressed` is not modelled.)
    Disposition {
        Prepared = "prepared",
        Blocked = "blocked",
        Review = "review",
        DetectOnly = "detect_only",
    }
}

vocabulary! {
    /// What a person is told to do.
    SuggestedAction {
        MergeReview = "merge_review",
        RelinkOrg = "relink_org",
        ServedByParent = "served_by_parent",
        CreateMissingOrg = "create_missing_org",
        CheckTicketsThenRetire = "check_tickets_then_retire",
        RetireOrg = "retire_org",
        RepairDomainMapping = "repair_domain_mapping",
        AssignUserToOrg = "assign_user_to_org",
        MoveUserToOrg = "move_user_to_org",
        DomainReview = "domain_review",
        RepairMembershipThenReplayTicketAudit = "repair_membership_then_replay_ticket_audit",
        FileTicketByHand = "file_ticket_by_hand",
    }
}

vocabulary! {
    /// Why an organization may be the one of an account that has none.
    Why {
        Domain = "domain",
        Field = "field",
        Name = "name",
        Members = "members",
    }
}

vocabulary! {
    /// Why a code is not evaluated, strongest first.
    NotEvaluated {
        SwitchedOff = "switched_off",
        FieldAbsent = "field_absent",
        Skipped = "skipped",
        NoDomains = "no_domains",
        RowsUnread = "rows_unread",
        Append = "append",
    }
}

vocabulary! {
    /// The kind of record that issues hang on.
    CauseKind {
        Organization = "organization",
        Account = "account",
        Domain = "domain",
    }
}

vocabulary! {
    /// What a triage row says first. (`suppressed` is not modelled.)
    TriageStatus {
        Blocked = "blocked",
        PartlyReady = "partly_ready",
        Ready = "ready",
        Review = "review",
        TicketsOnly = "tickets_only",
    }
}

vocabulary! {
    /// The layer of a code; the order is the one of `top_issue_codes`.
    Layer {
        Organization = "organization",
        User = "user",
        Ticket = "ticket",
    }
}

vocabulary! {
    /// The severity of a code, mildest first.
    Severity {
        Medium = "medium",
        High = "high",
        Critical = "critical",
    }
}

vocabulary! {
    /// What kind of record an issue is about.
    SubjectKind {
        Account = "account",
        Organization = "organization",
        User = "user",
        Ticket = "ticket",
    }
}

vocabulary! {
    /// The words of support operations for a finding.
    FindingClass {
        MissingOrg = "missing_org",
        MissingExternalId = "missing_external_id",
        ExternalIdConflict = "external_id_conflict",
        DuplicateExternalId = "duplicate_external_id",
        DomainMismatch = "domain_mismatch",
        Unassigned = "unassigned",
        AssignedToNonmatchingOrg = "assigned_to_nonmatching_org",
        DefaultOrgMismatch = "default_org_mismatch",
        AmbiguousDomain = "ambiguous_domain",
        BlockedByDuplicate = "blocked_by_duplicate",
        TicketOrgNullDomainMatch = "ticket_org_null_domain_match",
        TicketOrgMismatchDomainMatch = "ticket_org_mismatch_domain_match",
        StoredOrgIdDangling = "stored_org_id_dangling",
        ExternalIdNotCanonical = "external_id_not_canonical",
        PersonalDomainOnOrg = "personal_domain_on_org",
        OrphanOrg = "orphan_org",
        EmailDomainOutsideOrg = "email_domain_outside_org",
    }
}

impl FindingClass {
    /// Is it of family hygiene, and so from none of the twelve codes?
    pub(crate) fn is_hygiene(self) -> bool {
        self >= Self::StoredOrgIdDangling
    }
}

impl Severity {
    /// `severity_rank`: 1 is critical.
    pub(crate) fn rank(self) -> i64 {
        match self {
            Self::Critical => 1,
            Self::High => 2,
            Self::Medium => 3,
        }
    }
}

impl Code {
    /// The layer, by the record that the code is about.
    pub(crate) fn layer(self) -> Layer {
        match self {
            Self::OrgDuplicateExternalId
            | Self::OrgMissingExternalId
            | Self::OrgExternalIdConflict
            | Self::AccountMissingZendeskOrg
            | Self::OrgMissingExpectedDomain
            | Self::OrgDomainAttachedElsewhere => Layer::Organization,
            Self::UserMissingExpectedMembership
            | Self::UserDefaultOrgNotExpected
            | Self::UserResolutionBlockedDuplicateExternalId
            | Self::UserDomainAmbiguous => Layer::User,
            Self::TicketOrgMismatch | Self::TicketMissingOrg => Layer::Ticket,
        }
    }

    /// The severity column of the table of codes.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::OrgDuplicateExternalId => Severity::Critical,
            Self::OrgMissingExternalId
            | Self::OrgExternalIdConflict
            | Self::UserResolutionBlockedDuplicateExternalId => Severity::High,
            _ => Severity::Medium,
        }
    }

    /// The repair that the code may lead to.
    pub(crate) fn repair(self) -> Option<Action> {
        match self {
            Self::OrgMissingExternalId => Some(Action::SetOrgExternalId),
            Self::OrgMissingExpectedDomain => Some(Action::AddOrgDomain),
            Self::UserMissingExpectedMembership => Some(Action::AssignUserToOrg),
            Self::UserDefaultOrgNotExpected => Some(Action::MoveUserToOrg),
            _ => None,
        }
    }
}

#[test]
fn no_two_words_of_a_vocabulary_are_the_same() {
    fn of(name: &str, words: impl Iterator<Item = &'static str>) {
        let words: Vec<_> = words.collect();
        let different: std::collections::BTreeSet<_> = words.iter().collect();
        assert_eq!(different.len(), words.len(), "{name}: {words:?}");
    }
    of("Code", Code::ALL.iter().map(|one| one.name()));
    of("LinkState", LinkState::ALL.iter().map(|one| one.name()));
    of("MatchRule", MatchRule::ALL.iter().map(|one| one.name()));
    of("Action", Action::ALL.iter().map(|one| one.name()));
    of("Reason", Reason::ALL.iter().map(|one| one.name()));
    of("Disposition", Disposition::ALL.iter().map(|one| one.name()));
    of("SuggestedAction", SuggestedAction::ALL.iter().map(|one| one.name()));
    of("Why", Why::ALL.iter().map(|one| one.name()));
    of("NotEvaluated", NotEvaluated::ALL.iter().map(|one| one.name()));
    of("CauseKind", CauseKind::ALL.iter().map(|one| one.name()));
    of("TriageStatus", TriageStatus::ALL.iter().map(|one| one.name()));
    of("Layer", Layer::ALL.iter().map(|one| one.name()));
    of("Severity", Severity::ALL.iter().map(|one| one.name()));
    of("SubjectKind", SubjectKind::ALL.iter().map(|one| one.name()));
    of("FindingClass", FindingClass::ALL.iter().map(|one| one.name()));
}

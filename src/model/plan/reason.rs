//! Why an issue has no repair in a plan.

use crate::model::closed_set::closed_set;

closed_set! {
    /// Why an issue has no repair: the reasons of `queries/blocked_reasons.csv`, and what no rule repairs.
    RefusalReason {
        /// Two or more organizations carry the id of the same account.
        DuplicateExternalId = "duplicate_external_id",
        /// The organization carries an `external_id` that is not the account's.
        ExternalIdConflict = "external_id_conflict",
        /// Another organization carries the account's id.
        ExternalIdInUse = "external_id_in_use",
        /// Another account claims the stored organization, or its `external_id` names something else.
        AccountLinkContested = "account_link_contested",
        /// Another account points to the same organization.
        OrgClaimedByOtherAccount = "org_claimed_by_other_account",
        /// The account stores the id of an organization that does not exist.
        StoredOrgIdDangling = "stored_org_id_dangling",
        /// Several organizations could be the account's.
        OrgCandidateAmbiguous = "org_candidate_ambiguous",
        /// The stored organization holds domains, but none that the account expects.
        DomainDisagrees = "domain_disagrees",
        /// Two or more accounts expect the domain.
        DomainSharedByAccounts = "domain_shared_by_accounts",
        /// Another organization holds the domain.
        DomainBelongsToOtherOrg = "domain_belongs_to_other_org",
        /// The organization was found by domain only.
        OrgLinkUnconfirmed = "org_link_unconfirmed",
        /// The user's address is not verified.
        UserEmailUnverified = "user_email_unverified",
        /// Members of the organization see each other's tickets.
        OrganizationSharesTickets = "organization_shares_tickets",
        /// A user may not belong to several organizations, as far as is known.
        SingleOrganizationAccount = "single_organization_account",
        /// Nothing but the stored id says that the organization is the account's.
        StoredIdUncorroborated = "stored_id_uncorroborated",
        /// A field of the organization holds the id of another account.
        OrganizationFieldNamesOtherAccount = "organization_field_names_other_account",
        /// Its name or its members say that the organization is another account's.
        OrganizationLooksLikeOtherAccount = "organization_looks_like_other_account",
        /// Another account expects a domain with the same registrable part.
        DomainRelatedToOtherAccount = "domain_related_to_other_account",
        /// An organization where the user is belongs to another account.
        UserBelongsToOtherAccount = "user_belongs_to_other_account",
        /// The user would see every ticket of the organization.
        UserSeesOrganizationTickets = "user_sees_organization_tickets",
        /// The user is shared from another Zendesk account.
        UserNotUpdatable = "user_not_updatable",
        /// What the repair depends on was not read.
        FactNotRead = "fact_not_read",
        /// An organization field holds the account id in place of `external_id`.
        KeyIsInAField = "key_is_in_a_field",
        /// The settings switch the repair off.
        RepairSwitchedOff = "repair_switched_off",
        /// Several accounts expect the user's domain.
        UserDomainAmbiguous = "user_domain_ambiguous",
        /// Tickets are only shown.
        TicketIsNeverChanged = "ticket_is_never_changed",
        /// No repair mends what the rule finds.
        NoRepairExists = "no_repair_exists",
    }
}

closed_set! {
    /// Why a repair that is possible is outside of the batch.
    DeferralReason {
        /// The plan has as many repairs as it may have.
        OverLimit = "over_limit",
        /// The account has as many repairs as it may have.
        OverPerAccount = "over_per_account",
        /// Somebody decided to skip it.
        SkippedByDecision = "skipped_by_decision",
        /// Nobody knows what an earlier repair did to the record: a newer snapshot shows it.
        OutcomeUnknown = "outcome_unknown",
        /// An apply found the record changed since it was read: a newer snapshot shows how.
        FoundStale = "found_stale",
    }
}

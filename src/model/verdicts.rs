//! What is decided about records, readings and repairs: closed sets of words.

use super::closed_set::{closed_set, explained_set};

explained_set! {
    /// The state of an account's link to an organization.
    LinkState {
        /// One organization, which nothing contradicts.
        Linked = "linked",
        /// One organization, which something contradicts.
        Contested = "contested",
        /// Several organizations carry the account's id.
        Duplicate = "duplicate",
        /// One organization by domain alone, with a blank `external_id`.
        Candidate = "candidate",
        /// One organization by domain alone, which carries another `external_id`.
        Conflict = "conflict",
        /// Several organizations by domain alone.
        Ambiguous = "ambiguous",
        /// No organization.
        Missing = "missing",
        /// The row of the account could not be used, so it has none.
        Unread = "unread",
    }
}

explained_set! {
    /// A rule by which an account finds its organization, in the order of trust.
    MatchRule {
        /// The organization id that Salesforce stores.
        StoredId = "stored_id",
        /// The account id that an organization carries.
        ExternalId = "external_id",
        /// The domains that both have.
        Domain = "domain",
    }
}

closed_set! {
    /// What was decided about the place of a user or a ticket.
    PlaceVerdict {
        /// The user, or the requester, says nothing about a customer.
        NotEligible = "not_eligible",
        /// No account expects the domain.
        NoOwner = "no_owner",
        /// The owners of the domain have no organization to be relied upon.
        NoOrganization = "no_organization",
        /// Where it should be.
        Expected = "expected",
        /// A user who is not a member of the expected organization.
        MissingMembership = "missing_membership",
        /// A member with another default organization.
        DefaultNotExpected = "default_not_expected",
        /// A user of an account with several organizations, in none of them by default.
        BlockedDuplicate = "blocked_duplicate",
        /// Several accounts expect the domain.
        DomainAmbiguous = "domain_ambiguous",
        /// A ticket under another organization.
        OtherOrganization = "other_organization",
        /// A ticket without organization.
        WithoutOrganization = "without_organization",
        /// A deleted ticket.
        Deleted = "deleted",
        /// A ticket created before those that were read.
        NotRead = "not_read",
    }
}

closed_set! {
    /// Why a collection is not complete.
    GivenUp {
        /// The credentials do not allow it.
        Forbidden = "forbidden",
        /// The OAuth client or token lacks the scope.
        MissingScope = "missing_scope",
        /// Zendesk failed again and again.
        ServerError = "server_error",
        /// Zendesk took too long again and again.
        TimedOut = "timed_out",
        /// Zendesk sent a page that cannot be read.
        BadPage = "bad_page",
        /// Zendesk refused the position of the next page.
        Refused = "refused",
        /// Zendesk sent a page again.
        PageRepeated = "page_repeated",
        /// Zendesk named a page that was read already.
        CursorRepeated = "cursor_repeated",
        /// Zendesk named the page that was just read, or an earlier time.
        CursorStandsStill = "cursor_stands_still",
        /// Too many pages in a row were empty.
        EmptyPages = "empty_pages",
        /// There were more pages than one command reads.
        PageLimit = "page_limit",
    }
}

explained_set! {
    /// What the next audit says of a repaired issue.
    ProofVerdict {
        /// It is gone.
        Resolved = "resolved",
        /// It is there as before.
        StillOpen = "still_open",
        /// It was gone and is there again.
        Returned = "returned",
        /// No audit could see it since.
        NotYetObserved = "not_yet_observed",
    }
}

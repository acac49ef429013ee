//! What the columns of an export are called.
//!
//! The names are those of the Salesforce object reference, of the report builder's labels and of
//! the legacy Zendesk package (namespace `Zendesk__`).

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The account's id.
    AccountId,
    /// The account's name.
    Name,
    /// The account's domains.
    Domain,
    /// The stored Zendesk organization id.
    OrganizationId,
    /// The account's owner.
    Owner,
    /// The parent account's id.
    Parent,
    /// Whether the record is deleted.
    IsDeleted,
    /// The winner of the merge that this record lost.
    MasterRecordId,
    /// Kept as it is.
    Kept,
}

impl Role {
    /// Returns the command line flag that names the column, where there is one.
    pub const fn flag(self) -> Option<&'static str> {
        match self {
            Self::AccountId => Some("--id-col"),
            Self::Name => Some("--name-col"),
            Self::Domain => Some("--domain-col"),
            Self::OrganizationId => Some("--org-id-col"),
            Self::Owner => Some("--owner-col"),
            Self::Parent => Some("--parent-col"),
            Self::IsDeleted => Some("--deleted-col"),
            Self::Kept => Some("--keep-col"),
            Self::MasterRecordId => None,
        }
    }

    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::AccountId => "account id",
            Self::Name => "account name",
            Self::Domain => "domain",
            Self::OrganizationId => "stored Zendesk organization id",
            Self::Owner => "owner",
            Self::Parent => "parent account id",
            Self::IsDeleted => "IsDeleted",
            Self::MasterRecordId => "MasterRecordId",
            Self::Kept => "kept",
        }
    }

    /// Returns the known names, folded and without a leading `account`, in groups of falling
    /// preference. Several columns of one group are ambiguous.
    pub(super) const fn known_names(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::AccountId => &[&[
                "id",
                "id(18)",
                "id18",
                "id18c",
                "18digitid",
                "id18digit",
                "casesafeid",
                "casesafeidc",
                "sfid",
                "sfdcid",
                "sfaccountid",
                "sfdcaccountid",
                "salesforceid",
                "salesforceaccountid",
            ]],
            Self::Name => &[&["name"]],
            Self::Domain => &[
                &[
                    "zendeskdomainc",
                    "zendeskdomain",
                    "zendeskdomainsc",
                    "zendeskdomains",
                    "zendeskdomainmappingc",
                    "zendeskdomainmapping",
                    "domainmappingc",
                    "domainmapping",
                    "emaildomainc",
                    "emaildomain",
                    "emaildomainsc",
                    "emaildomains",
                    "leandataldemaildomainsc",
                    "leandataldemaildomains",
                ],
                &["domainc", "domain", "domainsc", "domains"],
                &["website"],
            ],
            Self::OrganizationId => &[&[
                "zendeskzendeskorganizationidc",
                "zendeskzendeskorganizationid",
                "zendeskzendeskorgidc",
                "zendeskorganizationidc",
                "zendeskorganizationid",
                "zendeskorganisationidc",
                "zendeskorganisationid",
                "zendeskorgidc",
                "zendeskorgid",
                "zendesksupportorganizationid",
                "zendesksupportorganizationidc",
                "zendesksupportorgid",
                "zendesksupportorgidc",
                "zdorganizationidc",
                "zdorganizationid",
                "zdorgidc",
                "zdorgid",
            ]],
            // A name tells people more than an id or an alias does. The column of the object itself holds
            // no name where there is one beside it.
            Self::Owner => &[&["ownername", "ownerfullname"], &["owner"], &["owneralias"], &["ownerid"]],
            Self::Parent => &[&["parentid", "parentaccountid"]],
            Self::IsDeleted => &[&["isdeleted"], &["deleted"]],
            Self::MasterRecordId => &[&["masterrecordid"]],
            Self::Kept => &[],
        }
    }
}

/// Folds a header for comparison: case, white space, dots, hyphens, underscores, colons, quotes, invisible
/// marks and the colours of a terminal do not matter.
pub(super) fn fold(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    let mut rest = header.chars();
    while let Some(c) = rest.next() {
        match c {
            // A colour: up to its letter.
            '\u{1b}' => while rest.next().is_some_and(|c| !c.is_ascii_alphabetic()) {},
            '.' | '-' | '_' | ':' | '"' | '\u{feff}' | '\u{200b}'..='\u{200f}' => {}
            c if c.is_whitespace() => {}
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// Whether a folded header is one of the names, with or without `account` before it.
pub(super) fn is_known(folded: &str, names: &[&str]) -> bool {
    let bare = folded.strip_prefix("account").unwrap_or(folded);
    names.contains(&folded) || names.contains(&bare)
}

/// Whether the header of an id column says that it holds the 18-character form.
pub(super) fn says_long_id(folded: &str) -> bool {
    folded.contains("18") || folded.contains("casesafe")
}

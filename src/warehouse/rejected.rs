//! Rows of an account file that could not be used.

/// A row that could not be used, as it is staged.
#[derive(Debug)]
pub struct RejectedRecord<'a> {
    /// Line of the file.
    pub line: u64,
    /// Header of the column in question.
    pub column: &'a str,
    /// A reason code.
    pub reason: &'a str,
    /// The value, cut to 200 characters.
    pub value: &'a str,
    /// 18 characters, if the id can be read.
    pub account_id: Option<&'a str>,
    /// Numbers of the domains that stand in it, and whether these are all.
    pub domain_ids: &'a [i64],
    /// See `domain_ids`.
    pub has_all_domains: bool,
    /// Organization ids that stand in it, and whether the stored one is among them.
    pub organization_ids: &'a [i64],
    /// See `organization_ids`.
    pub has_organization: bool,
    /// The account's name, if it can be read.
    pub name: Option<&'a str>,
}

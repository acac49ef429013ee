//! What a client may do, and the scopes that it asks for.

/// What a client may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Read.
    #[default]
    Read,
    /// Read, and write organizations and memberships; no user, no ticket.
    Write,
}

impl Access {
    /// The scopes that a token is asked for, and no more: `organizations:write` covers adding users to
    /// organizations, `users:write` would also reset passwords:
    /// <https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/>.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "read organizations:write",
        }
    }
}

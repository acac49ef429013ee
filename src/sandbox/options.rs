//! What a sandbox is told to be.

use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::{BuildHasher, Hasher},
    time::Duration,
};

use crate::model::UserRole;

/// Whose credentials it accepts, and how much it allows.
#[derive(Clone)]
pub struct Options {
    /// The one secret: a bearer token, an API token with any e-mail address, and the secret of any OAuth client.
    pub token: String,
    /// What the secret allows as a bearer token, and at most as a client's secret.
    pub scopes: Vec<String>,
    /// The scopes that a client may ask for; without a list it may ask for any.
    pub allowed_scopes: Option<Vec<String>>,
    /// Above it a count is this number, and nobody says when it was made.
    pub count_limit: usize,
    /// Who is logged in.
    pub role: UserRole,
    /// How long an issued token is valid.
    pub token_life: Duration,
    /// Requests in a window.
    pub rate_limit: u32,
    /// Requests for exports in a window.
    pub export_limit: u32,
    /// Requests for the list of tickets in a window.
    pub tickets_limit: u32,
    /// Changes of one record in a window.
    pub update_limit: u32,
    /// How long a window is. Zendesk's minute, unless a test cannot wait.
    pub window: Duration,
    /// How long background work takes to begin; without it, it is done before the next request.
    pub background_delay: Duration,
    /// Where the tickets of a user go who left their organization.
    pub tickets_follow: TicketsFollow,
    /// The host of the links in replies. None of them leads to the sandbox: a client that follows them is wrong.
    pub link_host: Option<String>,
    /// How long a ticket is closed before it is archived, in days.
    pub archived_after_days: u32,
}

impl Default for Options {
    /// An account of the Professional plan.
    fn default() -> Self {
        Self {
            token: secret(),
            scopes: vec!["read".to_owned(), "write".to_owned()],
            allowed_scopes: None,
            count_limit: 100_000,
            role: UserRole::Admin,
            token_life: Duration::from_mins(30),
            rate_limit: 400,
            export_limit: 10,
            tickets_limit: 100,
            update_limit: 5,
            window: Duration::from_mins(1),
            background_delay: Duration::ZERO,
            tickets_follow: TicketsFollow::Nobody,
            link_host: None,
            archived_after_days: 120,
        }
    }
}

impl Options {
    /// The first of some scopes that a client may not ask for.
    pub(super) fn not_allowed<'a>(&self, scopes: &'a str) -> Option<&'a str> {
        let allowed = self.allowed_scopes.as_ref()?;
        scopes.split(' ').find(|scope| !allowed.iter().any(|known| known == scope))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("role", &self.role)
            .field("rate_limit", &self.rate_limit)
            .finish_non_exhaustive()
    }
}

/// Where working tickets go when their requester leaves their organization. Zendesk's own pages disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketsFollow {
    /// To no organization, as the reference of the API says.
    Nobody,
    /// To the requester's default organization, as the help centre says.
    DefaultOrganization,
}

/// Returns 32 characters that nobody can guess.
pub fn secret() -> String {
    let mut hasher = blake3::Hasher::new();
    for _ in 0..4 {
        // The standard library seeds its maps from the system's generator.
        hasher.update(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

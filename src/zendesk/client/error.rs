//! Why a call failed: what, where, why, and what to do about it.

use super::{access::Access, call::Call};
use crate::zendesk::api::{Listing, Position};

/// As much of a cursor as tells one from another.
const CURSOR: usize = 40;

/// A failed call. Holds no token, no address of a person and nothing of a record.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub struct ApiError {
    pub(super) kind: ErrorKind,
    /// The account's host.
    pub(super) host: Box<str>,
    pub(super) call: Call,
    /// Where in a listing it happened.
    pub(super) position: Option<Position>,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<Box<str>>,
    /// What the server said, cut and cleaned.
    pub(super) words: Option<Box<str>>,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such account.
    NoSuchAccount,
    /// The credentials are not taken.
    Credentials(GivenAs),
    /// The OAuth client may not ask for the scopes that the access needs.
    ScopeNotAllowed(Access),
    /// Whoever is logged in may not do that.
    Permission,
    /// The token lacks a scope.
    MissingScope(Access),
    /// There is nothing at the path of the call.
    NotFound,
    /// The server was not reached, or the connection broke.
    Network,
    /// The server did not answer in time.
    TimedOut,
    /// The server has no certificate that this machine trusts.
    Untrusted,
    /// No certificate authority is known on this machine.
    NoAuthorities,
    /// The server held requests back for longer than anybody waits.
    RateLimited,
    /// The server failed, again and again.
    Server,
    /// The server refused the call itself.
    Refused,
    /// A page is not what the API describes.
    BadPage(&'static str),
    /// A reply is cut off or no JSON.
    BadJson,
    /// A reply is larger than any page.
    TooLarge,
    /// A reply is a web page, or something else than JSON.
    NotJson,
    /// The server sends elsewhere.
    Redirected,
}

/// As what credentials were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenAs {
    /// An OAuth client with its secret.
    OauthClient,
    /// An access token.
    OauthToken,
    /// An e-mail address and an API token.
    ApiToken,
}

impl ApiError {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The status of the reply, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The server's name for the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The listing that was read, if it was one.
    pub fn listing(&self) -> Option<Listing> {
        self.call.listing()
    }

    /// Whether other credentials or other rights would help.
    pub fn is_about_credentials(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::NoSuchAccount
                | ErrorKind::Credentials(_)
                | ErrorKind::ScopeNotAllowed(_)
                | ErrorKind::Permission
                | ErrorKind::MissingScope(_)
        )
    }

    fn text(&self) -> String {
        let Self { host, .. } = self;
        let path = self.call.path();
        let status = self.status.map_or_else(String::new, |status| status.to_string());
        let text = match self.kind {
            ErrorKind::NoSuchAccount => format!("there is no Zendesk account at {host}"),
            ErrorKind::Credentials(GivenAs::OauthClient) => {
                format!("{host} does not take the OAuth client or its secret")
            }
            ErrorKind::Credentials(GivenAs::OauthToken) => {
                format!("{host} does not take the OAuth token: it is wrong, has ended or was revoked")
            }
            ErrorKind::Credentials(GivenAs::ApiToken) => {
                format!("{host} does not take the e-mail address and the API token")
            }
            ErrorKind::ScopeNotAllowed(access) => {
                format!("{host} does not allow the OAuth client the scopes `{}`", access.scope())
            }
            ErrorKind::Permission => format!("{host} does not allow {path} to whoever is logged in"),
            ErrorKind::MissingScope(_) => format!("the token lacks a scope that {path} of {host} needs"),
            ErrorKind::NotFound => format!("{host} has nothing at {path}"),
            ErrorKind::Network => format!("{host} cannot be reached for {path}"),
            ErrorKind::Untrusted => format!("{host} does not prove who it is"),
            ErrorKind::TimedOut => format!("{host} did not answer {path} in time"),
            ErrorKind::NoAuthorities => {
                "no certificate authority is known on this machine, so no server can prove who it is"
                    .to_owned()
            }
            ErrorKind::RateLimited => format!("{host} holds back requests to {path} for too long"),
            ErrorKind::Server => format!("{host} fails at {path} with status {status}"),
            ErrorKind::Refused => format!("{host} refuses {path} with status {status}"),
            ErrorKind::BadPage(what) => format!("a reply of {host} to {path} is no page: {what}"),
            ErrorKind::BadJson => format!("a reply of {host} to {path} is cut off or no JSON"),
            ErrorKind::TooLarge => format!("a reply of {host} to {path} is larger than any page"),
            ErrorKind::NotJson => format!("{host} answers {path} with something else than JSON"),
            ErrorKind::Redirected => {
                format!("{host} sends {path} elsewhere (status {status}), where credentials do not go")
            }
        };
        let words = self.words.as_ref().map_or_else(String::new, |words| format!(": {words}"));
        let is_about_a_reply = matches!(
            self.kind,
            ErrorKind::Server
                | ErrorKind::Refused
                | ErrorKind::BadPage(_)
                | ErrorKind::BadJson
                | ErrorKind::TooLarge
        );
        let place = self.position.as_ref().and_then(place);
        let request = self.request_id.as_ref().map(|id| format!("request {id}"));
        let places: Vec<String> = place.into_iter().chain(request).filter(|_| is_about_a_reply).collect();
        let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
        format!("{text}{words}{places}")
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self.kind {
            ErrorKind::NoSuchAccount => {
                "ZENDESK_SUBDOMAIN is the part before .zendesk.com in the address of your account"
            }
            ErrorKind::Credentials(GivenAs::OauthClient) => {
                "check ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET: Admin Center, Apps and integrations, OAuth clients"
            }
            ErrorKind::Credentials(GivenAs::OauthToken) => {
                "set a new ZENDESK_OAUTH_TOKEN, or an OAuth client, whose tokens orgdrift renews itself"
            }
            ErrorKind::Credentials(GivenAs::ApiToken) => {
                "check ZENDESK_EMAIL and ZENDESK_API_TOKEN: tokens that nobody used for 30 days were switched off, and none can be made any more; an OAuth client takes their place"
            }
            ErrorKind::ScopeNotAllowed(Access::Read) => {
                "in Admin Center, open Apps and integrations > APIs > OAuth clients, and add `read` to the allowed scopes of the client"
            }
            ErrorKind::ScopeNotAllowed(Access::Write) => {
                "in Admin Center, open Apps and integrations > APIs > OAuth clients, and add `read` and `organizations:write` to the allowed scopes of the client"
            }
            ErrorKind::Permission => "log in as an admin: exports are for admins only",
            ErrorKind::MissingScope(Access::Read) => "make a token with the scope `read`",
            ErrorKind::MissingScope(Access::Write) => {
                "make a token with the scopes `read` and `organizations:write`"
            }
            // Only a sandbox is there.
            ErrorKind::Network if self.host.starts_with("127.0.0.1") || self.host.starts_with("[::1]") => {
                "the sandbox does not answer: start it again, or leave the terminal that has its settings"
            }
            ErrorKind::Network => "check that this machine is online; behind a proxy set HTTPS_PROXY",
            ErrorKind::Untrusted => {
                "somebody may be in between; a proxy of your own that opens TLS needs its certificate: export SSL_CERT_FILE=/path/to/ca.pem"
            }
            ErrorKind::NoAuthorities => {
                "install the package ca-certificates, or name a file of certificates: export SSL_CERT_FILE=/path/to/ca.pem"
            }
            ErrorKind::RateLimited => {
                "try again later, or with a smaller --rate-share: other programs use up the account's limit"
            }
            ErrorKind::NotJson => {
                "something between this machine and Zendesk may have answered: a proxy, a login page of a network"
            }
            ErrorKind::Redirected => {
                "ZENDESK_SUBDOMAIN is the part before .zendesk.com, also where the account has a host name of its own"
            }
            ErrorKind::TimedOut | ErrorKind::Server | ErrorKind::BadJson => "try again later",
            ErrorKind::NotFound | ErrorKind::Refused | ErrorKind::BadPage(_) | ErrorKind::TooLarge => {
                return None;
            }
        })
    }
}

/// Where a page begins. Cursors hold times and ids in an encoding of the server's own.
fn place(position: &Position) -> Option<String> {
    match position {
        Position::Start => None,
        Position::Since(time) => Some(format!("since {time}")),
        Position::Cursor(cursor) => {
            let cursor: String = cursor.chars().filter(char::is_ascii_graphic).take(CURSOR).collect();
            Some(format!("after the cursor {cursor}"))
        }
    }
}

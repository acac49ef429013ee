//! The live API: the only module that knows HTTP.
//!
//! # What it promises
//!
//! A request goes to one host, that of the account, and is made of a fixed path and parameters; nothing
//! that a reply names is ever followed, neither a redirect nor a link. Secrets are written in one place, to
//! that host; no error holds one. Requests are paced at a share of the account's limits and repeated where
//! that may help. What is answered is JSON of a bounded size, or an error.

mod access;
mod address;
mod call;
mod credentials;
mod envelope;
mod error;
mod process;
mod rate;
mod records;
mod retry;
mod send;
mod token;
mod words;
mod write;

#[cfg(test)]
mod tests;

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use reqwest::redirect;

use super::{
    api::{Listing, Me, Page, Position, ReadApi},
    folder::Collection,
    wire::AccountSettings,
};
use rate::Budget;
use send::Request;
use token::Tokens;

pub use access::Access;
pub use address::{Address, AddressError, URL_VARIABLE};
pub use call::Call;
pub use credentials::{API_TOKEN_END, Credentials, CredentialsError, FILE_VARIABLE, FileError};
pub use error::{ApiError, ErrorKind, GivenAs};
pub use process::keep_secrets_in_memory;
pub use rate::{GateStatus, RateShare, Status, WaitsFor};
pub use retry::Patience;
pub use write::WritingClient;

/// Records to a page of a list: the most that the API allows.
const LIST_PAGE: u32 = 100;

/// Records to a page of an export: the most that the API allows, since requests are what is scarce.
const EXPORT_PAGE: u32 = 1000;

/// An export whose pages take too long is asked for smaller ones, but for no smaller ones than a list.
const SMALLEST_EXPORT_PAGE: u32 = 100;

/// How a client behaves; the defaults are for people.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientOptions {
    /// Which part of the account's limits is used.
    pub rate_share: RateShare,
    /// How often and how long it tries again.
    pub patience: Patience,
    /// How long it waits for one reply.
    pub timeouts: Timeouts,
    /// What tokens are asked for.
    pub access: Access,
}

impl ClientOptions {
    /// The same with shorter waits, for tests of whole commands: those between two tries are a part of what
    /// they were, those for a reply a part of their own.
    #[must_use]
    pub fn hurried(self, tries: NonZeroU32, replies: NonZeroU32) -> Self {
        let (tries, replies) = (tries.get(), replies.get());
        Self {
            patience: Patience {
                first_wait: self.patience.first_wait / tries,
                longest: self.patience.longest / tries,
                longest_for_rate: self.patience.longest_for_rate / tries,
                ..self.patience
            },
            timeouts: Timeouts {
                connect: self.timeouts.connect / replies,
                read: self.timeouts.read / replies,
                total: self.timeouts.total / replies,
            },
            ..self
        }
    }
}

/// How long a client waits for one reply.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection. Another packet is on its way three times in it.
    pub connect: Duration,
    /// For the next bytes. Zendesk itself gives up on a page after a minute.
    pub read: Duration,
    /// For the whole reply, so that one that trickles ends.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(90),
            total: Duration::from_mins(5),
        }
    }
}

/// A client of one account.
#[derive(Debug)]
pub struct ZendeskClient {
    address: Address,
    login: credentials::Login,
    given_as: GivenAs,
    http: reqwest::Client,
    tokens: Tokens,
    budget: Budget,
    patience: Patience,
    access: Access,
    /// How many records to a page each export is asked for.
    export_pages: [AtomicU32; 3],
    has_answered: AtomicBool,
}

impl ZendeskClient {
    /// Makes a client; no request is made yet.
    pub fn new(credentials: Credentials, options: ClientOptions) -> Result<Self, ApiError> {
        let given_as = credentials.given_as();
        let (address, login) = credentials.into_parts();
        let http = http(&address, &options.timeouts).map_err(|error| {
            let causes =
                std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
            ApiError {
                kind: ErrorKind::NoAuthorities,
                host: address.host().into(),
                call: Call::Me,
                position: None,
                status: None,
                request_id: None,
                words: causes.last().map(|cause| cause.to_string().into()),
            }
        })?;
        Ok(Self {
            address,
            login,
            given_as,
            http,
            tokens: Tokens::default(),
            budget: Budget::new(options.rate_share),
            patience: options.patience,
            access: options.access,
            export_pages: [const { AtomicU32::new(EXPORT_PAGE) }; 3],
            has_answered: AtomicBool::new(false),
        })
    }

    /// Where requests go.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How far the rate budget is used.
    pub fn status(&self) -> Status {
        self.budget.status()
    }

    /// How many requests come before the first one for records: who is logged in, and a token where one is asked for.
    pub fn opening_requests(&self) -> u64 {
        1 + u64::from(matches!(self.login, credentials::Login::OauthClient { .. }))
    }

    /// How long this many requests take at the pace that is known now, if none fails.
    pub fn time_for(&self, requests: u64) -> Duration {
        self.budget.time_for(requests)
    }

    fn has_answered(&self) -> bool {
        self.has_answered.load(Ordering::Relaxed)
    }

    fn remember_answer(&self) {
        self.has_answered.store(true, Ordering::Relaxed);
    }

    /// How many records to a page an export is asked for.
    fn export_page(&self, listing: Listing) -> Option<&AtomicU32> {
        match listing {
            Listing::OrganizationExport => Some(&self.export_pages[0]),
            Listing::UserExport => Some(&self.export_pages[1]),
            Listing::TicketExport => Some(&self.export_pages[2]),
            Listing::Organizations | Listing::Users | Listing::Memberships | Listing::Tickets => None,
        }
    }

    fn page_request(&self, listing: Listing, position: &Position) -> Request {
        let mut query = Vec::new();
        if let Some(size) = self.export_page(listing) {
            query.push(match position {
                Position::Start => ("start_time", "0".to_owned()),
                Position::Since(time) => ("start_time", time.to_string()),
                Position::Cursor(cursor) => ("cursor", cursor.clone()),
            });
            query.push(("per_page", size.load(Ordering::Relaxed).to_string()));
        } else {
            query.push(("page[size]", LIST_PAGE.to_string()));
            // A list begins at its beginning, whatever time is named.
            if let Position::Cursor(cursor) = position {
                query.push(("page[after]", cursor.clone()));
            }
        }
        if matches!(listing, Listing::Tickets | Listing::TicketExport) {
            // Tickets of AI agents are left out otherwise.
            query.push(("support_type_scope", "all".to_owned()));
        }
        Request { call: Call::Page(listing), query }
    }
}

impl ReadApi for ZendeskClient {
    type Error = ApiError;

    async fn me(&self) -> Result<Me, ApiError> {
        let request = || Request { call: Call::Me, query: Vec::new() };
        let (me, server_time) = self.persist(request, |_, body| envelope::me(body), |_| {}).await?;
        Ok(Me { server_time, ..me })
    }

    async fn account_settings(&self) -> Result<AccountSettings, ApiError> {
        let request = || Request { call: Call::Settings, query: Vec::new() };
        let (settings, _) = self.persist(request, |_, body| envelope::settings(body), |_| {}).await?;
        Ok(settings)
    }

    async fn count(&self, collection: Collection) -> Result<Option<u64>, ApiError> {
        // The API has no count of memberships.
        if collection == Collection::Memberships {
            return Ok(None);
        }
        let request = || Request { call: Call::Count(collection), query: Vec::new() };
        match self.persist(request, |_, body| envelope::count(body), |_| {}).await {
            Ok((count, _)) => Ok(count),
            Err(error)
                if matches!(
                    error.kind,
                    ErrorKind::NotFound | ErrorKind::Permission | ErrorKind::BadPage(_)
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn page(&self, listing: Listing, position: &Position) -> Result<Page, ApiError> {
        let page_size = |request: &Request| {
            let size = request.query.iter().find(|(name, _)| *name == "per_page");
            size.and_then(|(_, size)| size.parse().ok()).unwrap_or(LIST_PAGE)
        };
        let smaller = |error: &ApiError| {
            // A page that takes longer than a gateway waits is made of fewer records from then on.
            if let (Some(size), Some(504 | 524)) = (self.export_page(listing), error.status) {
                let halved = (size.load(Ordering::Relaxed) / 2).max(SMALLEST_EXPORT_PAGE);
                size.store(halved, Ordering::Relaxed);
            }
        };
        let (page, server_time) = self
            .persist(
                || self.page_request(listing, position),
                |request, body| envelope::page(listing, page_size(request), body),
                smaller,
            )
            .await
            .map_err(|error| ApiError { position: Some(position.clone()), ..error })?;
        Ok(Page { server_time, ..page })
    }
}

fn http(address: &Address, timeouts: &Timeouts) -> reqwest::Result<reqwest::Client> {
    // Nobody else installs one; that it was installed before is no error.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("orgdrift/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .timeout(timeouts.total)
        .referer(false)
        .https_only(address.is_encrypted());
    if address.is_loopback() {
        builder = builder.no_proxy().resolve_to_addrs("localhost", &Address::localhost());
    }
    if !address.is_encrypted() {
        // No certificate is looked at, so none needs to be there.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

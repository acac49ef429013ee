//! The client of the live API over real connections, with the sandbox as the judge.

mod faults;
mod reading;
mod tls;

use std::time::Duration;

use orgdrift::zendesk::api::{Listing, Position, ReadApi};
use orgdrift::zendesk::client::{
    ApiError, ClientOptions, Credentials, CredentialsError, ErrorKind, Patience, RateShare, ZendeskClient,
};

use crate::common::sandbox::TestSandbox;

/// Every listing, and where a reading of it begins.
const LISTINGS: [(Listing, Position); 7] = [
    (Listing::Organizations, Position::Start),
    (Listing::Users, Position::Start),
    (Listing::Memberships, Position::Start),
    (Listing::Tickets, Position::Start),
    (Listing::OrganizationExport, Position::Since(0)),
    (Listing::UserExport, Position::Since(0)),
    (Listing::TicketExport, Position::Since(0)),
];

/// As patient as people are, but quicker.
fn options() -> ClientOptions {
    ClientOptions {
        rate_share: RateShare::percent(100).unwrap(),
        patience: Patience { first_wait: Duration::from_millis(2), ..Patience::default() },
        ..ClientOptions::default()
    }
}

fn credentials(variables: &[(&str, String)]) -> Result<Credentials, CredentialsError> {
    Credentials::find(None, |name| {
        variables.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into())
    })
}

/// A client with other credentials than the bearer token of the sandbox.
fn client_with(
    sandbox: &TestSandbox,
    login: &[(&'static str, &str)],
    options: ClientOptions,
) -> ZendeskClient {
    let mut variables: Vec<(&str, String)> = sandbox.environment()[..2].to_vec();
    variables.extend(login.iter().map(|(name, value)| (*name, (*value).to_owned())));
    ZendeskClient::new(credentials(&variables).unwrap(), options).unwrap()
}

fn client(sandbox: &TestSandbox) -> ZendeskClient {
    client_with(sandbox, &[("ZENDESK_OAUTH_TOKEN", &sandbox.token)], options())
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Reads a listing to its end and returns the ids in their order.
async fn ids(client: &ZendeskClient, listing: Listing, start: &Position) -> Result<Vec<i64>, ApiError> {
    #[derive(serde::Deserialize)]
    struct Record {
        id: i64,
    }

    let mut position = start.clone();
    let mut ids = Vec::new();
    loop {
        let page = client.page(listing, &position).await?;
        for record in &page.records {
            ids.push(serde_json::from_str::<Record>(record.get()).unwrap().id);
        }
        assert!(page.server_time.is_some());
        if page.is_end {
            return Ok(ids);
        }
        position = page.next.expect("a page that is not the last names the next");
    }
}

/// The error of a call on a client.
#[track_caller]
fn failure<T: std::fmt::Debug>(result: Result<T, ApiError>, kind: ErrorKind) -> ApiError {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    error
}

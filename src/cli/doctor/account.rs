//! The live account: who logs in, what may be read, how fast, whose clock.

use std::path::Path;

use super::check::{Check, Verdict};
use crate::{
    cli::shared::{context::Context, error::CliError, exit, login},
    clock,
    model::UserRole,
    zendesk::{
        api::{Listing, Me, Position, ReadApi},
        client::{
            API_TOKEN_END, ApiError, ClientOptions, CredentialsError, ErrorKind, GivenAs, Patience,
            ZendeskClient,
        },
    },
};

/// Somebody waits in front of the terminal, so a server is asked three times and no more.
const REPEATS: usize = 2;

/// How far two clocks may be apart without a word: dates of replies are in whole seconds and some time under
/// way.
const SKEW: i64 = 60;

/// How long ago the exports are asked for changes: recent enough for a small page, and not so recent that
/// they refuse it.
const RECENT: i64 = 3600;

/// What a reading needs, and what only `--continue` or `--tickets list` needs.
const LISTINGS: [(Listing, &str); 7] = [
    (Listing::Organizations, "the list of organizations"),
    (Listing::Users, "the list of users"),
    (Listing::Memberships, "the list of memberships"),
    (Listing::Tickets, "the list of tickets"),
    (Listing::OrganizationExport, "the export of organizations"),
    (Listing::UserExport, "the export of users"),
    (Listing::TicketExport, "the export of tickets"),
];

/// Says whether a live reading is likely to work.
pub(super) fn check(
    context: &Context,
    file: Option<&Path>,
    checks: &mut Vec<Check>,
) -> Result<bool, CliError> {
    let credentials = match login::credentials(context, file) {
        Ok(credentials) => credentials,
        Err(error @ CredentialsError::None) => {
            let hint = error.hint().unwrap_or_default();
            checks.push(Check::warning("credentials", error.to_string(), hint));
            return Ok(false);
        }
        Err(error) => {
            checks.push(Check::failure("credentials", error));
            return Ok(false);
        }
    };
    let given_as = credentials.given_as();
    let rate_share = login::rate_share(context, None)?;
    let options = context.client_options();
    let patience = Patience { repeats: REPEATS, ..options.patience };
    let client = match ZendeskClient::new(credentials, ClientOptions { rate_share, patience, ..options }) {
        Ok(client) => client,
        Err(error) => {
            checks.push(Check::failure("connection", error));
            return Ok(false);
        }
    };
    // One thread does for a handful of requests.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(look(context, &client, given_as, checks)))
}

async fn look(context: &Context, client: &ZendeskClient, given_as: GivenAs, checks: &mut Vec<Check>) -> bool {
    let me = match client.me().await {
        Ok(me) => me,
        Err(error) => {
            let name = if error.is_about_credentials() { "credentials" } else { "connection" };
            checks.push(Check::failure(name, error));
            return false;
        }
    };
    let host = client.address().host();
    checks.push(Check::ok("credentials", format!("logged in to {host} with {given_as} as user {}", me.id)));
    if given_as == GivenAs::ApiToken {
        checks.push(token_end(&context.clock.today()));
    }
    checks.push(role(&me));
    let listings = listings(context, client, &me).await;
    let can_read = listings.iter().all(|check| check.verdict == Verdict::Ok);
    checks.extend(listings);
    checks.push(organizations_of_a_user(client).await);
    checks.push(limits(client));
    checks.extend(skew(context, &me));
    can_read && me.role == Some(UserRole::Admin)
}

fn token_end(today: &str) -> Check {
    let hint = "make an OAuth client in Admin Center, and set ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET instead";
    // Both are ISO-8601 dates.
    let verb = if today > API_TOKEN_END { "took" } else { "takes" };
    Check::warning("API token", format!("Zendesk {verb} API tokens until {API_TOKEN_END}"), hint)
}

fn role(me: &Me) -> Check {
    // The server's word, and only the known ones are repeated.
    match me.role {
        Some(UserRole::Admin) => Check::ok("role", "admin"),
        role => Check {
            name: "role",
            verdict: Verdict::Failure(exit::CREDENTIALS),
            found: format!(
                "{}: exports are for admins only",
                if role == Some(UserRole::Agent) { "agent" } else { "end user" }
            ),
            hint: Some("log in as an admin".to_owned()),
        },
    }
}

/// Asks every listing for one page: the only way to know what role and scopes allow.
async fn listings(context: &Context, client: &ZendeskClient, me: &Me) -> Vec<Check> {
    let now = me.server_time.clone().unwrap_or_else(|| context.clock.now());
    let since = clock::unix_seconds(&now).unwrap_or_default() - RECENT;
    let mut failed = Vec::new();
    for (listing, name) in LISTINGS {
        let position = if listing.is_export() { Position::Since(since) } else { Position::Start };
        if let Err(error) = client.page(listing, &position).await {
            failed.push((name, error));
        }
    }
    if failed.is_empty() {
        return vec![Check::ok(
            "read access",
            format!("all {} lists and exports can be read", LISTINGS.len()),
        )];
    }
    // Several usually fail for one reason.
    let mut checks: Vec<(ErrorKind, Vec<&str>, Check)> = Vec::new();
    for (name, error) in failed {
        match checks.iter_mut().find(|(kind, ..)| *kind == error.kind()) {
            Some((_, names, _)) => names.push(name),
            None => checks.push((error.kind(), vec![name], Check::failure("read access", error))),
        }
    }
    let named = |(_, names, check): (_, Vec<&str>, Check)| {
        let found = format!("{}: {}", names.join(", "), check.found);
        Check { found, ..check }
    };
    checks.into_iter().map(named).collect()
}

async fn organizations_of_a_user(client: &ZendeskClient) -> Check {
    const NAME: &str = "organizations of a user";
    match client.account_settings().await {
        Ok(settings) => match settings.multiple_organizations {
            Some(true) => Check::ok(NAME, "a user can belong to several"),
            Some(false) => Check::ok(NAME, "a user can belong to only one"),
            None => unknown(NAME, "the settings do not say whether a user can belong to several"),
        },
        Err(error) if is_not_allowed(&error) => unknown(
            NAME,
            "this user cannot read the settings, which say whether a user can belong to several",
        ),
        Err(error) => Check::failure(NAME, error),
    }
}

fn unknown(name: &'static str, found: &str) -> Check {
    Check::warning(
        name,
        format!("{found}: one is assumed"),
        "log in as an admin or agent with the scope `read`",
    )
}

fn is_not_allowed(error: &ApiError) -> bool {
    matches!(error.kind(), ErrorKind::Permission | ErrorKind::MissingScope(_) | ErrorKind::NotFound)
}

fn limits(client: &ZendeskClient) -> Check {
    let status = client.status();
    let found = format!(
        "{} requests a minute for all programs of the account, {:.0} of them for orgdrift; {} exports, {:.0} of them",
        status.account.limit, status.account.quota, status.exports.limit, status.exports.quota
    );
    if status.account.is_learned {
        Check::ok("rate limits", found)
    } else {
        let hint = "nothing to do; reading is as slow as on the smallest Zendesk plan";
        Check::warning(
            "rate limits",
            format!("Zendesk does not name them, so the smallest are assumed: {found}"),
            hint,
        )
    }
}

fn skew(context: &Context, me: &Me) -> Option<Check> {
    let apart = clock::unix_seconds(&context.clock.now())? - clock::unix_seconds(me.server_time.as_deref()?)?;
    Some(if apart.abs() <= SKEW {
        Check::ok("clock", "agrees with the server's")
    } else {
        let side = if apart > 0 { "ahead of" } else { "behind" };
        Check::warning(
            "clock",
            format!("this machine is {} seconds {side} the server", apart.abs()),
            "set the clock; times are taken from the server meanwhile",
        )
    })
}

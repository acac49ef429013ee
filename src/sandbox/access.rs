//! Who asks, and what they may do.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{
    options::{Options, secret},
    reply::Reply,
};

/// What a request's credentials are worth.
pub(super) enum Access {
    /// There are none.
    Nobody,
    /// A password or an API token is wrong.
    Wrong,
    /// A bearer token is wrong or has expired.
    WrongToken,
    /// They are good.
    Known(Who),
}

/// Somebody who is known.
pub(super) struct Who {
    /// The kind of credential.
    pub(super) how: &'static str,
    /// What the token allows; an API token allows everything.
    scopes: Option<Vec<String>>,
}

impl Who {
    /// Refuses what the token does not allow: `read` or `write` as such, or for each of the resources.
    pub(super) fn need(&self, verb: &str, resources: &[&str]) -> Result<(), Reply> {
        let Some(scopes) = &self.scopes else { return Ok(()) };
        let has = |scope: &str| scopes.iter().any(|held| held == scope);
        let has_each =
            !resources.is_empty() && resources.iter().all(|resource| has(&format!("{resource}:{verb}")));
        if has(verb) || has_each { Ok(()) } else { Err(Reply::missing_scope(verb)) }
    }
}

/// Tokens that were issued for a client's secret.
#[derive(Default)]
pub(super) struct Tokens(HashMap<String, Issued>);

struct Issued {
    until: Instant,
    scopes: Vec<String>,
}

impl Tokens {
    pub(super) fn expire(&mut self) {
        self.0.clear();
    }

    /// Reads an `Authorization` header.
    pub(super) fn access(&self, authorization: Option<&str>, options: &Options, now: Instant) -> Access {
        let Some(header) = authorization else { return Access::Nobody };
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            if rest == options.token {
                return Access::Known(Who { how: "bearer", scopes: Some(options.scopes.clone()) });
            }
            if let Some(issued) = self.0.get(rest).filter(|issued| now < issued.until) {
                return Access::Known(Who { how: "client", scopes: Some(issued.scopes.clone()) });
            }
            return Access::WrongToken;
        } else if scheme.eq_ignore_ascii_case("basic")
            && let Ok(bytes) = STANDARD.decode(rest)
            && let Ok(text) = String::from_utf8(bytes)
            // A password with an e-mail address alone is accepted no more.
            && let Some((login, token)) = text.split_once(':')
            && login.strip_suffix("/token").is_some_and(|email| email.contains('@'))
            && token == options.token
        {
            return Access::Known(Who { how: "basic", scopes: None });
        }
        Access::Wrong
    }

    /// Answers `POST /oauth/tokens`, in JSON or as a form.
    pub(super) fn issue(&mut self, body: &[u8], options: &Options, now: Instant) -> Reply {
        let Some(asked) = Asked::read(body) else {
            return Self::refused(400, "invalid_request", "The request is missing a required parameter");
        };
        if asked.grant_type.as_deref() != Some("client_credentials") {
            return Self::refused(400, "unsupported_grant_type", "The grant type is not supported");
        }
        if asked.client_id.is_none_or(|id| id.is_empty())
            || asked.client_secret != Some(options.token.clone())
        {
            return Self::refused(401, "invalid_client", "Client authentication failed");
        }
        let life = match asked.expires_in {
            None => options.token_life,
            Some(seconds @ 300..=172_800) => options.token_life.min(Duration::from_secs(seconds)),
            Some(_) => return Self::refused(400, "invalid_request", "expires_in is out of range"),
        };
        if let Some(scope) = asked.scope.as_deref().and_then(|scope| options.not_allowed(scope)) {
            let description = format!("The requested scope is invalid, unknown, or malformed: {scope}");
            return Self::refused(400, "invalid_scope", &description);
        }
        let scopes: Vec<String> = match &asked.scope {
            // Names that do not exist still make a token, which is of no use later.
            Some(scope) => scope.split(' ').map(ToOwned::to_owned).collect(),
            None => options.scopes.clone(),
        };
        let token = secret();
        let reply = json!({
            "access_token": token,
            "token_type": "bearer",
            "scope": scopes.join(" "),
            "expires_in": life.as_secs(),
        });
        self.0.insert(token, Issued { until: now + life, scopes });
        Reply::json(201, &reply)
    }

    fn refused(status: u16, error: &str, description: &str) -> Reply {
        Reply::json(status, &json!({"error": error, "error_description": description}))
    }
}

/// What a client sends for a token.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
    expires_in: Option<u64>,
}

impl Asked {
    fn read(body: &[u8]) -> Option<Self> {
        if body.trim_ascii_start().starts_with(b"{") {
            return serde_json::from_slice(body).ok();
        }
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.into_owned();
            match &*name {
                "grant_type" => asked.grant_type = Some(value),
                "client_id" => asked.client_id = Some(value),
                "client_secret" => asked.client_secret = Some(value),
                "scope" => asked.scope = Some(value),
                "expires_in" => asked.expires_in = Some(value.parse().ok()?),
                _ => {}
            }
        }
        Some(asked)
    }
}

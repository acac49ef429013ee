//! The Authorization header, and access tokens that end while they are used.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio::{sync::Mutex, time::Instant};

use super::{access::Access, credentials::Login, envelope::BodyFault};

/// How long a token is asked for: a long reading renews it, and one that leaks is soon worth nothing.
const LIFETIME: Duration = Duration::from_mins(30);

/// How long before its end a token is renewed: longer than any request takes to arrive.
const MARGIN: Duration = Duration::from_mins(1);

/// What a request is authorized with.
#[derive(Debug, Clone)]
pub(super) struct Authorization {
    pub(super) header: HeaderValue,
    /// Which of the tokens that followed each other it holds.
    pub(super) generation: u64,
}

/// The token in use.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    current: Option<Authorization>,
    renew_at: Option<Instant>,
    generation: u64,
}

/// A new token, as the server gave it.
pub(super) struct Granted {
    token: SecretString,
    lifetime: Option<Duration>,
}

impl Tokens {
    /// The header for a request. `grant` asks for a token where one is needed; requests that come meanwhile
    /// wait for the same one.
    pub(super) async fn authorization<E, F: Future<Output = Result<Granted, E>>>(
        &self,
        login: &Login,
        grant: impl FnOnce() -> F,
    ) -> Result<Authorization, E> {
        let mut state = self.0.lock().await;
        if state.renew_at.is_some_and(|time| Instant::now() >= time) {
            state.current = None;
        }
        if let Some(current) = &state.current {
            return Ok(current.clone());
        }
        let (header, renew_at) = match login {
            Login::OauthClient { .. } => {
                let granted = grant().await?;
                let renew_at = granted
                    .lifetime
                    .map(|lifetime| Instant::now() + lifetime.saturating_sub(MARGIN.min(lifetime / 2)));
                (header(&Scheme::Bearer(&granted.token)), renew_at)
            }
            Login::OauthToken { token } => (header(&Scheme::Bearer(token)), None),
            Login::ApiToken { email, token } => (header(&Scheme::Token(email, token)), None),
        };
        state.generation += 1;
        let current = Authorization { header, generation: state.generation };
        state.current = Some(current.clone());
        state.renew_at = renew_at;
        Ok(current)
    }

    /// Forgets a token that the server refused, unless another request has done so. Says whether a request is
    /// worth another try: with a token that can be renewed.
    pub(super) async fn refused(&self, login: &Login, refused: &Authorization) -> bool {
        if !matches!(login, Login::OauthClient { .. }) {
            return false;
        }
        let mut state = self.0.lock().await;
        if state.generation == refused.generation {
            state.current = None;
        }
        true
    }
}

enum Scheme<'s> {
    Bearer(&'s SecretString),
    Token(&'s SecretString, &'s SecretString),
}

/// The one place where a secret becomes part of a request's head.
fn header(scheme: &Scheme<'_>) -> HeaderValue {
    let text = match scheme {
        Scheme::Bearer(token) => format!("Bearer {}", token.expose_secret()),
        Scheme::Token(email, token) => {
            let pair = format!("{}/token:{}", email.expose_secret(), token.expose_secret());
            format!("Basic {}", STANDARD.encode(pair))
        }
    };
    let mut value = HeaderValue::try_from(text).expect("credentials are visible ASCII characters");
    value.set_sensitive(true);
    value
}

/// What is sent for a new token, the one place where a secret becomes part of a body.
pub(super) fn request_body(id: &str, secret: &SecretString, access: Access) -> String {
    json!({
        "grant_type": "client_credentials",
        "client_id": id,
        "client_secret": secret.expose_secret(),
        "scope": access.scope(),
        "expires_in": LIFETIME.as_secs(),
    })
    .to_string()
}

/// Reads a new token.
pub(super) fn granted(body: &[u8]) -> Result<Granted, BodyFault> {
    #[derive(Deserialize)]
    struct Reply {
        access_token: String,
        #[serde(default)]
        expires_in: Option<u64>,
    }

    let _: &serde_json::value::RawValue = serde_json::from_slice(body).map_err(|_| BodyFault::Json)?;
    let reply: Reply =
        serde_json::from_slice(body).map_err(|_| BodyFault::Shape("it has no access_token"))?;
    let is_plain = reply.access_token.bytes().all(|byte| byte.is_ascii_graphic());
    if reply.access_token.is_empty() || !is_plain {
        return Err(BodyFault::Shape("its access_token is none"));
    }
    Ok(Granted { token: reply.access_token.into(), lifetime: reply.expires_in.map(Duration::from_secs) })
}

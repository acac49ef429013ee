//! One request and its reply: what is sent, how much of the answer is read, what a status means.

use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap},
};
use secrecy::ExposeSecret;

use super::{
    ZendeskClient,
    call::Call,
    credentials::Login,
    envelope::BodyFault,
    error::{ApiError, ErrorKind},
    rate::{Class, headers},
    token::{self, Authorization},
    words::{forms, has_secret, words},
};
use crate::clock;

/// The largest body that is read, after decompression. A page of 1,000 tickets with long descriptions has a
/// tenth of it; a small reply that unpacks to gigabytes ends here.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// As much of an error as is looked at.
pub(super) const LARGEST_ERROR: usize = 64 * 1024;

/// A request: one of the calls, with its parameters.
pub(super) struct Request {
    pub(super) call: Call,
    pub(super) query: Vec<(&'static str, String)>,
}

/// A failed request, and whether another try may help.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ApiError,
    pub(super) again: Again,
}

/// Whether another try may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    Never,
    /// After a while; after that of the server, where it named one.
    Later(Option<Duration>),
    /// The request was not looked at: the rate limit is used up.
    WhenPermitted(Option<Duration>),
}

/// What was parsed, and when the server said it.
pub(super) type Told<T> = (T, Option<String>);

impl ZendeskClient {
    /// Makes a request, with another token where the server refuses one that can be renewed.
    pub(super) async fn attempt<T>(
        &self,
        request: &Request,
        parse: impl Fn(&[u8]) -> Result<T, BodyFault> + Send + Sync,
    ) -> Result<Told<T>, Failure> {
        let authorization = self.authorize().await?;
        match self.exchange(request, Some(&authorization), &parse).await {
            Err(failure)
                if failure.error.status == Some(StatusCode::UNAUTHORIZED.as_u16())
                    && self.tokens.refused(&self.login, &authorization).await =>
            {
                let authorization = self.authorize().await?;
                self.exchange(request, Some(&authorization), &parse).await
            }
            result => result,
        }
    }

    pub(super) async fn authorize(&self) -> Result<Authorization, Failure> {
        let grant = || async {
            let request = Request { call: Call::Token, query: Vec::new() };
            self.exchange(&request, None, &token::granted).await.map(|(granted, _)| granted)
        };
        self.tokens.authorization(&self.login, grant).await
    }

    async fn exchange<T>(
        &self,
        request: &Request,
        authorization: Option<&Authorization>,
        parse: &(impl Fn(&[u8]) -> Result<T, BodyFault> + Send + Sync),
    ) -> Result<Told<T>, Failure> {
        self.budget.permit(Class::of(request.call)).await;
        self.budget.spend(self.send(request, authorization, parse)).await
    }

    async fn send<T>(
        &self,
        request: &Request,
        authorization: Option<&Authorization>,
        parse: &(impl Fn(&[u8]) -> Result<T, BodyFault> + Send + Sync),
    ) -> Result<Told<T>, Failure> {
        let call = request.call;
        let url = self.address.url(call, &request.query);
        let mut builder = match (&self.login, call) {
            (Login::OauthClient { id, secret }, Call::Token) => self
                .http
                .post(url)
                .header(CONTENT_TYPE, "application/json")
                .body(token::request_body(id, secret, self.access)),
            _ => self.http.get(url),
        };
        builder = builder.header(ACCEPT, "application/json");
        if let Some(authorization) = authorization {
            builder = builder.header(AUTHORIZATION, authorization.header.clone());
        }
        let mut response = builder.send().await.map_err(|error| self.network(call, &error))?;
        self.budget.learn(response.headers());
        let status = response.status();
        if !status.is_success() {
            return Err(self.refusal(call, response, authorization).await);
        }
        self.remember_answer();
        let fail = |kind, again| {
            let mut error = self.error(call, kind);
            error.status = Some(status.as_u16());
            error.request_id = self.request_id(response.headers(), authorization);
            Failure { error, again }
        };
        if !is_json(response.headers()) {
            return Err(fail(ErrorKind::NotJson, Again::Never));
        }
        let (failed, too_large) =
            (fail(ErrorKind::BadJson, Again::Later(None)), fail(ErrorKind::TooLarge, Again::Never));
        let server_time = headers::server_time(response.headers()).and_then(clock::utc);
        let Some(body) = self.body(call, &mut response, LARGEST_BODY).await? else {
            return Err(too_large);
        };
        match parse(&body) {
            Ok(parsed) => Ok((parsed, server_time)),
            Err(BodyFault::Json) => Err(failed),
            Err(BodyFault::Shape(what)) => Err(Failure {
                error: ApiError { kind: ErrorKind::BadPage(what), ..failed.error },
                again: Again::Never,
            }),
            Err(BodyFault::Anonymous) => {
                let mut error = self.error(call, ErrorKind::Credentials(self.given_as));
                error.words = Some("it answers as to an anonymous user".into());
                Err(Failure { error, again: Again::Never })
            }
        }
    }

    /// Reads a body up to a size; none if it is larger.
    pub(super) async fn body(
        &self,
        call: Call,
        response: &mut Response,
        largest: usize,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.network(call, &error))? {
            if body.len() + chunk.len() > largest {
                return Ok(None);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Some(body))
    }

    /// What a status other than success means.
    async fn refusal(
        &self,
        call: Call,
        mut response: Response,
        authorization: Option<&Authorization>,
    ) -> Failure {
        let status = response.status();
        let headers = response.headers().clone();
        let body = match self.body(call, &mut response, LARGEST_ERROR).await {
            Ok(body) => body.unwrap_or_default(),
            // The status says enough.
            Err(_) => Vec::new(),
        };
        let words = self.words(&body, authorization);
        let wait = headers::retry_after(&headers);
        let is_first = !self.has_answered();
        let (kind, again) = match status.as_u16() {
            300..=399 => (ErrorKind::Redirected, Again::Never),
            401 => (ErrorKind::Credentials(self.given_as), Again::Never),
            400 if call == Call::Token && words.as_deref().is_some_and(is_invalid_scope) => {
                (ErrorKind::ScopeNotAllowed(self.access), Again::Never)
            }
            400 | 403 if call == Call::Token => (ErrorKind::Credentials(self.given_as), Again::Never),
            403 if words.as_deref().is_some_and(is_about_scopes) => {
                (ErrorKind::MissingScope(self.access), Again::Never)
            }
            403 => (ErrorKind::Permission, Again::Never),
            404 if is_first => (ErrorKind::NoSuchAccount, Again::Never),
            404 => (ErrorKind::NotFound, Again::Never),
            429 => (ErrorKind::RateLimited, Again::WhenPermitted(wait)),
            // Two requests met in the database: `DatabaseConflict` passes by itself.
            408 | 409 | 500 | 502..=504 | 520..=524 => (ErrorKind::Server, Again::Later(wait)),
            _ => (ErrorKind::Refused, Again::Never),
        };
        let mut error = self.error(call, kind);
        error.status = Some(status.as_u16());
        error.request_id = self.request_id(&headers, authorization);
        error.words = words.map(Into::into);
        Failure { error, again }
    }

    pub(super) fn words(&self, body: &[u8], authorization: Option<&Authorization>) -> Option<String> {
        words(body, &self.secrets(authorization))
    }

    /// The server's name for a request, unless it is a secret that the server was sent.
    pub(super) fn request_id(
        &self,
        headers: &HeaderMap,
        authorization: Option<&Authorization>,
    ) -> Option<Box<str>> {
        request_id(headers).filter(|id| !has_secret(id, &forms(&self.secrets(authorization))))
    }

    /// What a server was sent that must not come back.
    pub(super) fn secrets<'s>(&'s self, authorization: Option<&'s Authorization>) -> Vec<&'s str> {
        let mut secrets = match &self.login {
            Login::OauthClient { secret, .. } => vec![secret.expose_secret()],
            Login::OauthToken { token } => vec![token.expose_secret()],
            Login::ApiToken { email, token } => vec![email.expose_secret(), token.expose_secret()],
        };
        let header = authorization.and_then(|authorization| authorization.header.to_str().ok());
        secrets.extend(header.and_then(|header| header.split_once(' ')).map(|(_, value)| value));
        secrets
    }

    fn network(&self, call: Call, error: &reqwest::Error) -> Failure {
        // The innermost cause says it best; the outer ones repeat the address.
        let mut cause: &(dyn std::error::Error + 'static) = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let (kind, again) = if error.is_timeout() {
            (ErrorKind::TimedOut, Again::Later(None))
        } else if error.is_decode() {
            (ErrorKind::BadJson, Again::Later(None))
        } else if is_about_trust(cause) {
            (ErrorKind::Untrusted, Again::Never)
        } else {
            (ErrorKind::Network, Again::Later(None))
        };
        let mut error = self.error(call, kind);
        if matches!(kind, ErrorKind::Network | ErrorKind::Untrusted) {
            error.words = Some(cause.to_string().into());
        }
        Failure { error, again }
    }

    pub(super) fn error(&self, call: Call, kind: ErrorKind) -> ApiError {
        ApiError {
            kind,
            host: self.address.host().into(),
            call,
            position: None,
            status: None,
            request_id: None,
            words: None,
        }
    }
}

/// Whether a body may be JSON. Without a type the parser decides.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers::text(headers, CONTENT_TYPE.as_str()) else { return true };
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Whether a connection failed for the server's certificate.
fn is_about_trust(cause: &(dyn std::error::Error + 'static)) -> bool {
    // The connector wraps it more than once, in errors that do not name it as their source.
    let mut io = cause.downcast_ref::<std::io::Error>();
    while let Some(inner) = io.and_then(std::io::Error::get_ref) {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return matches!(tls, rustls::Error::InvalidCertificate(_));
        }
        io = inner.downcast_ref();
    }
    false
}

/// A client with a list of allowed scopes gets no token for any other.
fn is_invalid_scope(words: &str) -> bool {
    words.split([',', ' ']).any(|word| word == "invalid_scope")
}

fn is_about_scopes(words: &str) -> bool {
    words.to_ascii_lowercase().contains("scope")
}

/// As far as it can be a name: it comes from outside and goes into messages.
fn request_id(headers: &HeaderMap) -> Option<Box<str>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let text = headers::text(headers, "x-request-id")?;
    ((1..=100).contains(&text.len()) && text.bytes().all(is_plain)).then(|| text.into())
}

//! Who logs in: from the environment or from a file, never from arguments.

mod file;
#[cfg(test)]
mod tests;

use std::{ffi::OsString, fmt, path::Path};

use secrecy::{ExposeSecret, SecretString};

use super::{
    address::{Address, AddressError, URL_VARIABLE},
    error::GivenAs,
};

pub use file::FileError;

/// Names a file of credentials.
pub const FILE_VARIABLE: &str = "ORGDRIFT_CREDENTIALS";

const SUBDOMAIN: &str = "ZENDESK_SUBDOMAIN";
const CLIENT_ID: &str = "ZENDESK_OAUTH_CLIENT_ID";
const CLIENT_SECRET: &str = "ZENDESK_OAUTH_CLIENT_SECRET";
const OAUTH_TOKEN: &str = "ZENDESK_OAUTH_TOKEN";
const EMAIL: &str = "ZENDESK_EMAIL";
const API_TOKEN: &str = "ZENDESK_API_TOKEN";

/// The last day on which Zendesk takes API tokens.
/// <https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/>
pub const API_TOKEN_END: &str = "2027-04-30";

/// An account and who logs in to it. Its debug form shows no secret.
#[derive(Debug)]
pub struct Credentials {
    address: Address,
    login: Login,
}

/// How to log in.
#[derive(Debug)]
pub(super) enum Login {
    /// A confidential OAuth client, which is given short-lived tokens.
    OauthClient { id: String, secret: SecretString },
    /// A token that was made elsewhere.
    OauthToken { token: SecretString },
    /// An e-mail address, which is treated like a secret, and an API token.
    ApiToken { email: SecretString, token: SecretString },
}

/// Why there are no credentials. No message repeats a value.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Nothing is set.
    #[error("there are no Zendesk credentials: no variable and no file holds them")]
    None,
    /// One of two things that belong together.
    #[error("{there} is set and {missing} is not: they belong together")]
    Half {
        /// What is there.
        there: &'static str,
        /// What is not.
        missing: &'static str,
    },
    /// More than one way to log in.
    #[error("both {first} and {second} are set, and only one of them can be used")]
    Two {
        /// A variable of one way.
        first: &'static str,
        /// A variable of another.
        second: &'static str,
    },
    /// No account is named.
    #[error("the Zendesk account is not named: ZENDESK_SUBDOMAIN is not set")]
    NoSubdomain,
    /// A value has characters that no such value has.
    #[error("{name} holds a line end, a space or another character that cannot be part of it")]
    Characters {
        /// The variable.
        name: &'static str,
    },
    /// The address is refused.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The file is refused.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The values under the names of their variables, wherever they come from.
#[derive(Debug, Default)]
struct Values {
    subdomain: Option<String>,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    oauth_token: Option<SecretString>,
    email: Option<SecretString>,
    api_token: Option<SecretString>,
}

impl Credentials {
    /// Finds the credentials: in the file that is named, else in the file that the environment names, else in
    /// the environment. A file may leave the subdomain to the environment; nothing else is mixed.
    pub fn find(
        file: Option<&Path>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, CredentialsError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let named = set(FILE_VARIABLE);
        let mut values = match file.or(named.as_deref().map(Path::new)) {
            Some(path) => file::read(path)?,
            None => Values::from_environment(&set)?,
        };
        if values.subdomain.is_none() {
            values.subdomain = text(&set, SUBDOMAIN)?;
        }
        let login = values.login()?;
        let subdomain = values.subdomain.ok_or(CredentialsError::NoSubdomain)?;
        let address = match set(URL_VARIABLE) {
            Some(url) => Address::on_loopback(&subdomain, url.to_str().ok_or(AddressError::NoUrl)?)?,
            None => Address::of_account(&subdomain)?,
        };
        Ok(Self { address, login })
    }

    /// Where requests go.
    pub fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn into_parts(self) -> (Address, Login) {
        (self.address, self.login)
    }

    /// As what the credentials were given.
    pub fn given_as(&self) -> GivenAs {
        match self.login {
            Login::OauthClient { .. } => GivenAs::OauthClient,
            Login::OauthToken { .. } => GivenAs::OauthToken,
            Login::ApiToken { .. } => GivenAs::ApiToken,
        }
    }

    /// What is to be said about them, if anything.
    pub fn note(&self) -> Option<String> {
        matches!(self.login, Login::ApiToken { .. }).then(|| {
            format!("Zendesk takes API tokens until {API_TOKEN_END}: an OAuth client takes their place")
        })
    }
}

impl Values {
    fn from_environment(set: &impl Fn(&str) -> Option<OsString>) -> Result<Self, CredentialsError> {
        let secret = |name| Ok::<_, CredentialsError>(text(set, name)?.map(SecretString::from));
        Ok(Self {
            subdomain: text(set, SUBDOMAIN)?,
            client_id: text(set, CLIENT_ID)?,
            client_secret: secret(CLIENT_SECRET)?,
            oauth_token: secret(OAUTH_TOKEN)?,
            email: secret(EMAIL)?,
            api_token: secret(API_TOKEN)?,
        })
    }

    /// The one way to log in.
    fn login(&mut self) -> Result<Login, CredentialsError> {
        for (name, value) in [
            (CLIENT_ID, self.client_id.as_deref()),
            (CLIENT_SECRET, self.client_secret.as_ref().map(ExposeSecret::expose_secret)),
            (OAUTH_TOKEN, self.oauth_token.as_ref().map(ExposeSecret::expose_secret)),
            (EMAIL, self.email.as_ref().map(ExposeSecret::expose_secret)),
            (API_TOKEN, self.api_token.as_ref().map(ExposeSecret::expose_secret)),
        ] {
            // A copied line end is the usual mistake, and a header cannot hold one.
            if value.is_some_and(|value| !value.bytes().all(|byte| byte.is_ascii_graphic())) {
                return Err(CredentialsError::Characters { name });
            }
        }
        let names = [
            (self.client_id.is_some() || self.client_secret.is_some())
                .then_some(if self.client_id.is_some() { CLIENT_ID } else { CLIENT_SECRET }),
            self.oauth_token.is_some().then_some(OAUTH_TOKEN),
            (self.email.is_some() || self.api_token.is_some()).then_some(if self.email.is_some() {
                EMAIL
            } else {
                API_TOKEN
            }),
        ];
        let mut ways = names.into_iter().flatten();
        if let (Some(first), Some(second)) = (ways.next(), ways.next()) {
            return Err(CredentialsError::Two { first, second });
        }
        if let Some(token) = self.oauth_token.take() {
            return Ok(Login::OauthToken { token });
        }
        match (self.client_id.take(), self.client_secret.take()) {
            (Some(id), Some(secret)) => return Ok(Login::OauthClient { id, secret }),
            (Some(_), None) => {
                return Err(CredentialsError::Half { there: CLIENT_ID, missing: CLIENT_SECRET });
            }
            (None, Some(_)) => {
                return Err(CredentialsError::Half { there: CLIENT_SECRET, missing: CLIENT_ID });
            }
            (None, None) => {}
        }
        match (self.email.take(), self.api_token.take()) {
            (Some(email), Some(token)) => Ok(Login::ApiToken { email, token }),
            (Some(_), None) => Err(CredentialsError::Half { there: EMAIL, missing: API_TOKEN }),
            (None, Some(_)) => Err(CredentialsError::Half { there: API_TOKEN, missing: EMAIL }),
            (None, None) => Err(CredentialsError::None),
        }
    }
}

fn text(
    set: &impl Fn(&str) -> Option<OsString>,
    name: &'static str,
) -> Result<Option<String>, CredentialsError> {
    set(name).map(|value| value.into_string().map_err(|_| CredentialsError::Characters { name })).transpose()
}

impl CredentialsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::None => format!(
                "export {SUBDOMAIN}=… {CLIENT_ID}=… {CLIENT_SECRET}=…, or name a file with --credentials; docs/zendesk-login.md shows each click"
            ),
            Self::Half { missing, .. } => format!("export {missing}=…"),
            Self::Two { first, .. } => format!("unset {first}"),
            Self::NoSubdomain | Self::Address(AddressError::Subdomain) => format!(
                "export {SUBDOMAIN}=acme, the part before .zendesk.com in the address of your account"
            ),
            Self::Address(AddressError::SandboxWithoutUrl) => format!(
                "type all the lines that `orgdrift sandbox` printed, or export {SUBDOMAIN} of your account"
            ),
            Self::Characters { name } => format!("set {name} again, without quotes and line ends"),
            Self::Address(_) => format!("unset {URL_VARIABLE}"),
            Self::File(error) => return error.hint(),
        })
    }
}

impl fmt::Display for GivenAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OauthClient => "an OAuth client",
            Self::OauthToken => "an OAuth token",
            Self::ApiToken => "an API token",
        })
    }
}

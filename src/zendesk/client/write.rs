//! The four requests that write. Each is sent once; whatever comes back, it is never sent again from here.

use std::time::Duration;

use reqwest::{
    Method, Response,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    ZendeskClient,
    credentials::Login,
    error::{ApiError, ErrorKind},
    rate::{Class, headers},
    records,
    send::{self, LARGEST_ERROR},
    token::Authorization,
    words,
};
use crate::zendesk::{
    records::{
        LiveAddress, LiveMembership, LiveOrganization, LiveUser, RecordApi, Reply, WriteAnswer, WriteApi,
        WriteRequest,
    },
    wire::Membership,
};

/// How long to wait where Zendesk refuses a request for its rate and does not say how long: a record takes
/// five changes a minute.
const USUAL_WAIT: u64 = 15;

/// How long an answer to a write is waited for. Zendesk answers one in a second or two; what takes longer is found
/// out by reading, which an apply does after a wait that is longer than this one.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// How long to wait where no connection could be made.
const CONNECTION_WAIT: u64 = 5;

/// A client that can also write. What must not write is given a [`ZendeskClient`], which cannot.
#[derive(Debug)]
pub struct WritingClient(ZendeskClient);

impl WritingClient {
    /// Lets a client write.
    pub fn new(client: ZendeskClient) -> Self {
        Self(client)
    }
}

impl RecordApi for WritingClient {
    type Error = ApiError;

    async fn organization(&self, id: i64) -> Result<Option<LiveOrganization>, ApiError> {
        self.0.organization(id).await
    }

    async fn organizations_by_external_id(&self, external_id: &str) -> Result<Vec<i64>, ApiError> {
        self.0.organizations_by_external_id(external_id).await
    }

    async fn user(&self, id: i64) -> Result<Option<LiveUser>, ApiError> {
        self.0.user(id).await
    }

    async fn memberships_of(&self, user_id: i64) -> Result<Vec<LiveMembership>, ApiError> {
        self.0.memberships_of(user_id).await
    }

    async fn addresses_of(&self, user_id: i64) -> Result<Vec<LiveAddress>, ApiError> {
        self.0.addresses_of(user_id).await
    }

    async fn allows_several_organizations(&self) -> Result<Option<bool>, ApiError> {
        self.0.allows_several_organizations().await
    }
}

impl WriteApi for WritingClient {
    async fn write(&self, request: &WriteRequest) -> WriteAnswer {
        let client = &self.0;
        let authorization = match client.authorize().await {
            Ok(authorization) => authorization,
            Err(failure) => return not_sent(&failure.error),
        };
        client.budget.permit(Class::Ordinary).await;
        client.budget.spend(client.send_write(request, &authorization)).await
    }
}

impl ZendeskClient {
    async fn send_write(&self, request: &WriteRequest, authorization: &Authorization) -> WriteAnswer {
        let method = if request.method() == "POST" { Method::POST } else { Method::PUT };
        let sent = self
            .http
            .request(method, self.address.url_of(&request.path(), &[]))
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, authorization.header.clone())
            .header(CONTENT_TYPE, "application/json")
            .timeout(WRITE_TIMEOUT)
            .body(body(request))
            .send()
            .await;
        let response = match sent {
            Ok(response) => response,
            // Without a connection nothing can have arrived.
            Err(error) if error.is_connect() => {
                return answer(Reply::NotProcessed { retry_after: CONNECTION_WAIT }, "no connection");
            }
            Err(error) if error.is_timeout() => return answer(Reply::Unclear, "no answer in time"),
            Err(_) => return answer(Reply::Unclear, "the connection broke"),
        };
        self.budget.learn(response.headers());
        self.judge(request, response, authorization).await
    }

    async fn judge(
        &self,
        request: &WriteRequest,
        mut response: Response,
        authorization: &Authorization,
    ) -> WriteAnswer {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = self.body(super::call::Call::Me, &mut response, LARGEST_ERROR).await.ok().flatten();
        let said = |reply, problem: Option<String>| WriteAnswer {
            reply,
            status: Some(status),
            request_id: self.request_id(&headers, Some(authorization)).map(Into::into),
            problem,
        };
        let codes = || {
            let secrets = self.secrets(Some(authorization));
            words::codes(body.as_deref().unwrap_or_default(), &secrets)
        };
        match status {
            200..=299 => match body.as_deref() {
                Some(body) if send::is_json(&headers) && is_about(request, body) => said(Reply::Done, None),
                _ => said(Reply::Unclear, Some("the answer cannot be read".to_owned())),
            },
            401 if matches!(self.login, Login::OauthClient { .. }) => {
                // The token ended between two requests: another is asked for with the next one.
                self.tokens.refused(&self.login, authorization).await;
                said(Reply::NotProcessed { retry_after: 0 }, codes())
            }
            401 | 403 => said(Reply::NotAllowed, codes()),
            429 => {
                let asked = headers::retry_after(&headers).map_or(USUAL_WAIT, |wait| wait.as_secs());
                said(Reply::NotProcessed { retry_after: asked }, codes())
            }
            408 => said(Reply::Unclear, codes()),
            400..=499 => said(Reply::Refused, codes()),
            _ => said(Reply::Unclear, codes()),
        }
    }
}

fn answer(reply: Reply, problem: &str) -> WriteAnswer {
    WriteAnswer { reply, status: None, request_id: None, problem: Some(problem.to_owned()) }
}

/// No token, so nothing was sent.
fn not_sent(error: &ApiError) -> WriteAnswer {
    let reply = match error.kind() {
        ErrorKind::Network | ErrorKind::TimedOut | ErrorKind::Server | ErrorKind::RateLimited => {
            Reply::NotProcessed { retry_after: CONNECTION_WAIT }
        }
        _ => Reply::NotAllowed,
    };
    answer(reply, "no access token")
}

/// The body of a request: the one thing that it writes, nothing else.
fn body(request: &WriteRequest) -> String {
    let body = match request {
        WriteRequest::SetExternalId { external_id, .. } => {
            json!({ "organization": { "external_id": external_id } })
        }
        WriteRequest::SetDomainNames { domain_names, .. } => {
            json!({ "organization": { "domain_names": domain_names } })
        }
        WriteRequest::AddMembership { user_id, organization_id } => {
            json!({ "organization_membership": { "user_id": user_id, "organization_id": organization_id } })
        }
        WriteRequest::MakeDefault { .. } => json!({}),
    };
    body.to_string()
}

/// Whether an answer is about the record that was written.
fn is_about(request: &WriteRequest, body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Created<'a> {
        #[serde(borrow)]
        organization_membership: Membership<'a>,
    }
    #[derive(Deserialize)]
    struct List<'a> {
        #[serde(borrow)]
        organization_memberships: Vec<Membership<'a>>,
    }

    match request {
        WriteRequest::SetExternalId { organization_id, .. }
        | WriteRequest::SetDomainNames { organization_id, .. } => {
            records::organization(*organization_id, body).is_ok()
        }
        WriteRequest::AddMembership { user_id, organization_id } => {
            serde_json::from_slice::<Created<'_>>(body).is_ok_and(|created| {
                let membership = &created.organization_membership;
                membership.user_id == Some(*user_id) && membership.organization_id == Some(*organization_id)
            })
        }
        WriteRequest::MakeDefault { user_id, .. } => serde_json::from_slice::<List<'_>>(body)
            .is_ok_and(|list| records::of_user(*user_id, &list.organization_memberships).is_ok()),
    }
}

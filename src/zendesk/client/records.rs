//! Single records, as an apply reads them.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    ZendeskClient,
    call::Call,
    envelope::BodyFault,
    error::{ApiError, ErrorKind},
    send::Request,
};
use crate::{
    identity::named_account,
    model::UserRole,
    zendesk::{
        api::ReadApi,
        records::{LiveAddress, LiveMembership, LiveOrganization, LiveUser, RecordApi},
        wire::{FieldValue, Membership, Organization, User},
    },
};

/// A user has at most 300 memberships, so a few pages hold them all; more are a list without an end.
const MOST_PAGES: usize = 10;

const PAGE: u32 = 100;

#[derive(Deserialize)]
struct One<'a> {
    #[serde(borrow)]
    organization: Option<&'a RawValue>,
    #[serde(borrow)]
    user: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Found {
    organizations: Vec<Carrier>,
}

#[derive(Deserialize)]
struct Carrier {
    id: i64,
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct MembershipPage<'a> {
    #[serde(borrow)]
    organization_memberships: Vec<Membership<'a>>,
    meta: Meta,
}

#[derive(Deserialize)]
struct IdentityPage {
    identities: Vec<Identity>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Identity {
    user_id: i64,
    #[serde(rename = "type")]
    kind: String,
    value: Option<String>,
    verified: Option<bool>,
}

#[derive(Deserialize)]
struct Meta {
    has_more: bool,
    after_cursor: Option<String>,
}

impl ZendeskClient {
    /// Reads one record; none where there is nothing at its path.
    async fn record<T>(
        &self,
        call: Call,
        parse: impl Fn(&[u8]) -> Result<T, BodyFault> + Send + Sync,
    ) -> Result<Option<T>, ApiError> {
        let request = || Request { call, query: Vec::new() };
        match self.persist(request, |_, body| parse(body), |_| {}).await {
            Ok((record, _)) => Ok(Some(record)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl ZendeskClient {
    /// Reads a short list to its end.
    async fn all_of<T>(
        &self,
        call: Call,
        parse: impl Fn(&[u8]) -> Result<(Vec<T>, Option<String>), BodyFault> + Send + Sync,
    ) -> Result<Vec<T>, ApiError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let request = || {
                let mut query = vec![("page[size]", PAGE.to_string())];
                query.extend(after.iter().map(|cursor| ("page[after]", cursor.clone())));
                Request { call, query }
            };
            let ((page, next), _) = self.persist(request, |_, body| parse(body), |_| {}).await?;
            all.extend(page);
            match next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
        Err(self.error(call, ErrorKind::BadPage("a user with too many of them")))
    }
}

impl RecordApi for ZendeskClient {
    type Error = ApiError;

    async fn organization(&self, id: i64) -> Result<Option<LiveOrganization>, ApiError> {
        self.record(Call::Organization(id), |body| organization(id, body)).await
    }

    async fn organizations_by_external_id(&self, external_id: &str) -> Result<Vec<i64>, ApiError> {
        let request = || Request {
            call: Call::OrganizationSearch,
            query: vec![("external_id", external_id.to_owned())],
        };
        let (found, _): (Found, _) = self.persist(request, |_, body| parse(body), |_| {}).await?;
        // What else a search may bring up is none that carries the id.
        let is_same = |carrier: &Carrier| {
            carrier.external_id.as_deref().is_some_and(|text| text.trim().eq_ignore_ascii_case(external_id))
        };
        Ok(found.organizations.iter().filter(|carrier| is_same(carrier)).map(|carrier| carrier.id).collect())
    }

    async fn user(&self, id: i64) -> Result<Option<LiveUser>, ApiError> {
        self.record(Call::User(id), |body| user(id, body)).await
    }

    async fn memberships_of(&self, user_id: i64) -> Result<Vec<LiveMembership>, ApiError> {
        self.all_of(Call::MembershipsOf(user_id), |body| membership_page(user_id, body)).await
    }

    async fn addresses_of(&self, user_id: i64) -> Result<Vec<LiveAddress>, ApiError> {
        self.all_of(Call::IdentitiesOf(user_id), |body| identity_page(user_id, body)).await
    }

    async fn allows_several_organizations(&self) -> Result<Option<bool>, ApiError> {
        match self.account_settings().await {
            Ok(settings) => Ok(settings.multiple_organizations),
            // Settings are for admins only; then nobody knows.
            Err(error) if matches!(error.kind(), ErrorKind::Permission | ErrorKind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, BodyFault> {
    let text: &RawValue = serde_json::from_slice(body).map_err(|_| BodyFault::Json)?;
    serde_json::from_str(text.get()).map_err(|_| BodyFault::Shape("it is not such a record"))
}

fn of_raw<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Result<T, BodyFault> {
    let raw = raw.ok_or(BodyFault::Shape("it has no record"))?;
    serde_json::from_str(raw.get()).map_err(|_| BodyFault::Shape("it is not such a record"))
}

pub(super) fn organization(id: i64, body: &[u8]) -> Result<LiveOrganization, BodyFault> {
    let one: One<'_> = parse(body)?;
    let found: Organization<'_> = of_raw(one.organization)?;
    if found.id != id {
        return Err(BodyFault::Shape("it is about another record"));
    }
    let Some(domain_names) = found.domain_names else {
        return Err(BodyFault::Shape("it lacks domain_names"));
    };
    Ok(LiveOrganization {
        id,
        name: found.name.clone().into_owned(),
        external_id: found.external_id.as_deref().map(str::to_owned),
        domain_names: domain_names.into_iter().map(Cow::into_owned).collect(),
        account_fields: found.organization_fields.as_ref().map(|fields| account_fields(fields)),
        // One that does not say shares, as far as a repair is concerned.
        is_shared_tickets: found.shared_tickets.unwrap_or(true),
        is_shared_comments: found.shared_comments.unwrap_or(true),
        updated_at: found.updated_at.as_deref().map(str::to_owned),
    })
}

fn user(id: i64, body: &[u8]) -> Result<LiveUser, BodyFault> {
    let one: One<'_> = parse(body)?;
    let found: User<'_> = of_raw(one.user)?;
    if found.id != id {
        return Err(BodyFault::Shape("it is about another record"));
    }
    Ok(LiveUser {
        id,
        email: found.email.as_deref().map(str::to_owned),
        is_verified: found.verified.unwrap_or(false),
        is_end_user: found.role.as_deref() == Some(UserRole::EndUser.as_str()),
        is_active: found.active.unwrap_or(false),
        is_suspended: found.suspended.unwrap_or(true),
        is_shared: found.shared.unwrap_or(true),
        ticket_restriction: found.ticket_restriction.as_deref().map(str::to_owned),
        default_organization_id: found.organization_id,
        updated_at: found.updated_at.as_deref().map(str::to_owned),
    })
}

/// The account ids in fields of an organization, by field.
fn account_fields(fields: &[(Cow<'_, str>, FieldValue<'_>)]) -> BTreeMap<String, String> {
    let account = |value: &FieldValue<'_>| match value {
        FieldValue::Text(text) => named_account(text),
        FieldValue::Blank | FieldValue::Other => None,
    };
    fields.iter().filter_map(|(name, value)| Some((name.to_string(), account(value)?))).collect()
}

/// The e-mail addresses of a page, and the cursor of the next one if there is one.
fn identity_page(user_id: i64, body: &[u8]) -> Result<(Vec<LiveAddress>, Option<String>), BodyFault> {
    let page: IdentityPage = parse(body)?;
    if page.identities.iter().any(|identity| identity.user_id != user_id) {
        return Err(BodyFault::Shape("it is about another record"));
    }
    let address = |identity: Identity| {
        let is_verified = identity.verified.unwrap_or(false);
        let is_address = identity.kind == "email";
        identity.value.filter(|_| is_address).map(|address| LiveAddress { address, is_verified })
    };
    Ok((page.identities.into_iter().filter_map(address).collect(), next(page.meta)?))
}

/// The cursor of the next page, if there is one.
fn next(meta: Meta) -> Result<Option<String>, BodyFault> {
    match (meta.has_more, meta.after_cursor) {
        (false, _) => Ok(None),
        (true, Some(cursor)) => Ok(Some(cursor)),
        (true, None) => Err(BodyFault::Shape("it has more, but no cursor")),
    }
}

/// The memberships of a page, and the cursor of the next one if there is one.
type MembershipsAndNext = (Vec<LiveMembership>, Option<String>);

pub(super) fn membership_page(user_id: i64, body: &[u8]) -> Result<MembershipsAndNext, BodyFault> {
    let page: MembershipPage<'_> = parse(body)?;
    Ok((of_user(user_id, &page.organization_memberships)?, next(page.meta)?))
}

/// Whoever else's memberships a reply has, it is not about this user.
pub(super) fn of_user(user_id: i64, list: &[Membership<'_>]) -> Result<Vec<LiveMembership>, BodyFault> {
    let live = |membership: &Membership<'_>| match membership.organization_id {
        Some(organization_id) if membership.user_id == Some(user_id) => Ok(LiveMembership {
            id: membership.id,
            organization_id,
            is_default: membership.is_default.unwrap_or(false),
        }),
        _ => Err(BodyFault::Shape("it is about another record")),
    };
    list.iter().map(live).collect()
}

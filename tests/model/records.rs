//! The records of a world as the API sends them.

use serde_json::{Map, Value, json};

use super::world::{Collection, Membership, Organization, Ticket, User, World};
use super::write::iso8601;

impl World {
    pub(crate) fn organization_records(&self) -> Vec<Value> {
        self.organizations.iter().map(|organization| self.organization_record(organization)).collect()
    }

    fn organization_record(&self, organization: &Organization) -> Value {
        let fields: Map<_, _> = organization
            .fields
            .iter()
            .map(|(field, value)| ((*field).to_owned(), json!(value)))
            .chain([("tier".to_owned(), json!("gold"))])
            .collect();
        let record = json!({
            "url": format!("https://model.zendesk.com/api/v2/organizations/{}.json", organization.id),
            "id": organization.id,
            "name": organization.name,
            "shared_tickets": organization.shared_tickets,
            "shared_comments": organization.shared_comments,
            "external_id": organization.external_id,
            "created_at": "2025-01-02T03:04:05Z",
            "updated_at": "2026-10-02T03:04:05Z",
            "domain_names": organization.domain_names,
            "details": "",
            "notes": null,
            "group_id": null,
            "tags": ["model"],
            "organization_fields": fields,
        });
        self.without_absent(Collection::Organizations, record, &organization.absent)
    }

    pub(crate) fn user_records(&self) -> Vec<Value> {
        self.users.iter().map(|user| self.user_record(user)).collect()
    }

    fn user_record(&self, user: &User) -> Value {
        let record = json!({
            "url": format!("https://model.zendesk.com/api/v2/users/{}.json", user.id),
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "created_at": "2025-01-02T03:04:05Z",
            "updated_at": "2026-10-02T03:04:05Z",
            "time_zone": "UTC",
            "phone": null,
            "locale": "en-US",
            "organization_id": user.organization_id,
            "role": user.role,
            "verified": user.verified,
            "external_id": null,
            "tags": [],
            "active": user.active,
            "shared": user.shared,
            "shared_agent": false,
            "suspended": user.suspended,
            "ticket_restriction": user.ticket_restriction,
            "user_fields": {},
        });
        self.without_absent(Collection::Users, record, &user.absent)
    }

    pub(crate) fn membership_records(&self) -> Vec<Value> {
        let record = |membership: &Membership| {
            let record = json!({
                "url": format!("https://model.zendesk.com/api/v2/organization_memberships/{}.json", membership.id),
                "id": membership.id,
                "user_id": membership.user_id,
                "organization_id": membership.organization_id,
                "default": membership.default,
                "created_at": "2025-01-02T03:04:05Z",
                "updated_at": "2026-10-02T03:04:05Z",
                "view_tickets": null,
            });
            self.without_absent(Collection::Memberships, record, &[])
        };
        self.memberships.iter().map(record).collect()
    }

    pub(crate) fn ticket_records(&self) -> Vec<Value> {
        self.tickets.iter().map(|ticket| self.ticket_record(ticket)).collect()
    }

    fn ticket_record(&self, ticket: &Ticket) -> Value {
        let record = json!({
            "url": format!("https://model.zendesk.com/api/v2/tickets/{}.json", ticket.id),
            "id": ticket.id,
            "external_id": null,
            "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": null}},
            "created_at": iso8601(ticket.created_at),
            "updated_at": "2026-10-02T03:04:05Z",
            "type": "question",
            "subject": "a subject that is not kept",
            "raw_subject": "a subject that is not kept",
            "description": "a body that is never kept",
            "priority": "normal",
            "status": ticket.status,
            "requester_id": ticket.requester_id,
            "submitter_id": ticket.requester_id,
            "assignee_id": null,
            "organization_id": ticket.organization_id,
            "tags": [],
            "custom_fields": [],
            "brand_id": 360_000_000_001_i64,
            "allow_channelback": false,
        });
        self.without_absent(Collection::Tickets, record, &ticket.absent)
    }

    /// The record without the keys that it lacks.
    fn without_absent(&self, collection: Collection, mut record: Value, absent: &[&'static str]) -> Value {
        let everywhere = self.reading.absent.iter().filter(|(other, _)| *other == collection);
        let keys = everywhere.map(|(_, key)| *key).chain(absent.iter().copied());
        if let Some(record) = record.as_object_mut() {
            for key in keys {
                record.remove(key);
            }
        }
        record
    }
}

//! Writes: the four calls of orgdrift and what surrounds them, so that a forbidden one would be seen to work.

mod memberships;
mod organizations;
mod people;

use serde_json::{Map, Value, json};

use super::{
    access::Who,
    call::{Call, Turn},
    edit::Edit,
    ledger::Kind,
    options::Options,
    queue::Work,
    reply::Reply,
    single::id_of,
    state::{Sandbox, State},
    world::{Record, Stored, World},
};

/// One write while it is done.
struct Write<'a> {
    state: &'a mut State,
    options: &'a Options,
    turn: &'a mut Turn,
    call: &'a Call<'a>,
}

impl Sandbox {
    /// Answers everything that is no `GET`.
    pub(super) fn write(
        &self,
        state: &mut State,
        call: &Call<'_>,
        path: &[&str],
        who: &Who,
        turn: &mut Turn,
    ) -> Result<Reply, Reply> {
        match path {
            // The scope of organizations covers who belongs to them.
            ["organization_memberships", ..]
            | ["users", _, "organization_memberships" | "organizations", ..] => {
                who.need("write", &["organizations"])?;
            }
            [resource, ..] => who.need("write", &[resource])?,
            [] => {}
        }
        let mut write = Write { state, options: &self.options, turn, call };
        match (call.method, path) {
            ("POST", ["organizations"]) => write.create_organization(),
            ("PUT" | "PATCH", ["organizations", id]) => write.update_organization(id_of(id)?),
            ("DELETE", ["organizations", id]) => write.delete_organization(id_of(id)?),
            ("POST", ["organization_memberships"]) => write.create_membership(None),
            ("POST", ["users", user, "organization_memberships"]) => {
                write.create_membership(Some(id_of(user)?))
            }
            ("DELETE", ["organization_memberships", id]) => write.delete_membership(None, id_of(id)?),
            ("DELETE", ["users", user, "organization_memberships", id]) => {
                write.delete_membership(Some(id_of(user)?), id_of(id)?)
            }
            ("DELETE", ["users", user, "organizations", organization]) => {
                write.leave_organization(id_of(user)?, id_of(organization)?)
            }
            ("PUT", ["users", user, "organization_memberships", id, "make_default"]) => {
                write.make_default(id_of(user)?, id_of(id)?)
            }
            ("PUT", ["users", user, "organizations", organization, "make_default"]) => {
                write.make_default_organization(id_of(user)?, id_of(organization)?)
            }
            ("POST", ["users"]) => write.create_user(),
            ("PUT", ["users", id]) => write.update_user(id_of(id)?),
            ("PUT", ["tickets", id]) => write.update_ticket(id_of(id)?),
            _ => Err(Reply::no_endpoint()),
        }
    }
}

impl Write<'_> {
    fn world(&self) -> &World {
        &self.state.world
    }

    fn edit(&mut self) -> Edit<'_> {
        Edit {
            clock: self.state.clock,
            world: &mut self.state.world,
            in_background: false,
            changes: &mut self.turn.changes,
        }
    }

    /// Sets members of a record.
    fn set<R: Stored>(&mut self, id: i64, members: &[(&str, Value)]) -> Result<(), Reply> {
        let is_record = self.edit().set::<R>(id, members);
        is_record.then_some(()).ok_or_else(|| Reply::error(400, "InvalidValue", "A value has the wrong type"))
    }

    /// Leaves work for the background.
    fn later(&mut self, work: Work) {
        let due = self.turn.now + self.options.background_delay;
        let caused_by = self.state.ledger.next_number();
        self.state.queue.push(due, caused_by, work);
    }

    /// Reads the object under a record's name.
    fn body<R: Record>(&self) -> Result<Map<String, Value>, Reply> {
        let Ok(mut body) = serde_json::from_slice::<Value>(self.call.body) else {
            return Err(Reply::error(400, "InvalidJSON", "The body is no JSON"));
        };
        match body[R::ONE].take() {
            Value::Object(members) => Ok(members),
            _ => Err(Reply::json(
                400,
                &json!({"error": {
                    "title": "Invalid attribute",
                    "message": format!("You passed an invalid value for the {} attribute. must be an object", R::ONE),
                }}),
            )),
        }
    }

    /// Takes one change of a record from its allowance.
    fn take_update(&mut self, kind: Kind, id: i64) -> Result<(), Reply> {
        self.state.limits.take_update(kind, id, self.turn.now).map_err(|level| {
            Reply::errors(429, "TooManyRequests", "Too many requests to update")
                .with("retry-after", level.resets.to_string())
        })
    }
}

/// A record that may not be so.
fn invalid(field: &str, description: &str, error: &str) -> Reply {
    Reply::json(
        422,
        &json!({
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {field: [{"description": description, "error": error}]},
        }),
    )
}

/// Splits what was sent into what is taken and the names that are not.
fn permitted<R: Record>(
    members: Map<String, Value>,
    names: &[&'static str],
) -> (Vec<(&'static str, Value)>, Vec<String>) {
    let mut taken = Vec::new();
    let mut ignored = Vec::new();
    for (name, value) in members {
        match names.iter().find(|known| **known == name) {
            Some(known) => taken.push((*known, value)),
            None => ignored.push(format!("{}.{name}", R::ONE)),
        }
    }
    (taken, ignored)
}

/// Says which keys were ignored; the status does not.
fn warn<R: Record>(reply: Reply, action: &str, ignored: &[String]) -> Reply {
    if ignored.is_empty() {
        return reply;
    }
    let keys: Vec<String> = ignored.iter().map(|key| format!("\"{key}\"")).collect();
    let text = format!(
        "{{:allowed_parameters=>{{:controller=>\"{}\", :action=>\"{action}\", :unpermitted_keys=>[{}], :invalid_values=>[]}}}}",
        R::MANY,
        keys.join(", ")
    );
    reply.with("x-zendesk-api-warn", text)
}

//! From a request to what answers it.

use std::time::Instant;

use serde_json::{Value, json};

use super::{
    access::{Access, Who},
    asked::Asked,
    background,
    call::{Call, Turn},
    exports, identities,
    ledger::Entry,
    limits::Level,
    lists, members,
    reply::Reply,
    search, single,
    state::{Sandbox, State},
    time,
    world::{Organization, Ticket, User},
};
use crate::model::UserRole;

impl Sandbox {
    /// Answers a request and writes it into the ledger.
    pub fn answer(&self, call: &Call<'_>) -> Reply {
        let mut state = self.state();
        background::work(&mut state, &self.options, Some(Instant::now()));
        if let Some(reply) = debug(&state, call) {
            return reply;
        }
        let mut turn = Turn { now: Instant::now(), who: "nobody", changes: Vec::new() };
        let reply = self.reply(&mut state, call, &mut turn);
        let reply = Self::with_headers(&state, reply, &turn, call);
        let path = match call.query {
            "" => call.path.to_owned(),
            query => format!("{}?{query}", call.path),
        };
        let entry = Entry {
            number: state.ledger.next_number(),
            method: call.method.to_owned(),
            path,
            status: reply.status,
            who: turn.who,
            changes: turn.changes,
        };
        state.ledger.add(entry);
        reply
    }

    fn reply(&self, state: &mut State, call: &Call<'_>, turn: &mut Turn) -> Reply {
        let path = call.path.strip_suffix(".json").unwrap_or(call.path);
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if (call.method, segments.as_slice()) == ("POST", &["oauth", "tokens"]) {
            return state.tokens.issue(call.body, &self.options, turn.now);
        }
        let ["api", "v2", rest @ ..] = segments.as_slice() else { return Reply::no_endpoint() };
        if !state.limits.take_request(turn.now) {
            let wait = state.limits.account(turn.now).resets;
            return Reply::too_many_requests("API", wait);
        }
        let who = match state.tokens.access(call.authorization, &self.options, turn.now) {
            Access::Known(who) => who,
            // The trap of this path: without credentials it does not fail.
            Access::Nobody if (call.method, rest) == ("GET", &["users", "me"]) => return single::anonymous(),
            Access::WrongToken => return Reply::invalid_token(),
            Access::Nobody | Access::Wrong => return Reply::unauthorized(),
        };
        turn.who = who.how;
        self.dispatch(state, call, rest, &who, turn).unwrap_or_else(|refusal| refusal)
    }

    fn dispatch(
        &self,
        state: &mut State,
        call: &Call<'_>,
        path: &[&str],
        who: &Who,
        turn: &mut Turn,
    ) -> Result<Reply, Reply> {
        if (call.method, path) == ("GET", &["users", "me"]) {
            return Ok(single::me(&state.world, self.options.role));
        }
        if self.options.role == UserRole::EndUser {
            return Err(Reply::forbidden());
        }
        match call.method {
            "GET" => self.read(state, call, path, who, turn),
            _ => self.write(state, call, path, who, turn),
        }
    }

    fn read(
        &self,
        state: &mut State,
        call: &Call<'_>,
        path: &[&str],
        who: &Who,
        turn: &Turn,
    ) -> Result<Reply, Reply> {
        let State { world, limits, clock, .. } = state;
        let asked = Asked::new(call, world, &self.options, *clock);
        if let ["incremental", rest @ ..] = path {
            // Which narrower scopes admit exports is written nowhere.
            who.need("read", &[])?;
            if self.options.role != UserRole::Admin {
                return Err(Reply::forbidden());
            }
            if !limits.take_export(turn.now) {
                let wait = limits.exports(turn.now).resets;
                return Err(Reply::too_many_requests("incremental export API", wait));
            }
            return exports::export(world, rest, &asked);
        }
        match path {
            // Tokens for users alone are refused at identities.
            ["account", ..] | ["users", _, "identities", ..] => who.need("read", &[])?,
            [resource, ..] if resource.starts_with("organization_") => {
                who.need("read", &["organizations", "users"])?;
            }
            [resource, ..] => who.need("read", &[resource])?,
            [] => {}
        }
        match path {
            ["account", "settings"] => Ok(single::settings(world)),
            ["organizations"] => lists::list(&world.organizations, &asked),
            ["users"] => lists::list(&world.users, &asked),
            ["organization_memberships"] => lists::list(&world.memberships, &asked),
            ["tickets"] => {
                if !limits.take_tickets(turn.now) {
                    let wait = limits.tickets(turn.now).resets;
                    return Err(Reply::too_many_requests("API", wait));
                }
                let is_in_scope = asked.support_types()?;
                lists::list_where(&world.tickets, &asked, |ticket| is_in_scope.has(ticket))
            }
            ["organizations", "count"] => {
                Ok(lists::count(&world.organizations, &asked, &clock.now(), |_| true))
            }
            ["users", "count"] => Ok(lists::count(&world.users, &asked, &clock.now(), |_| true)),
            ["tickets", "count"] => {
                let is_in_scope = asked.support_types()?;
                Ok(lists::count(&world.tickets, &asked, &clock.now(), |ticket| is_in_scope.has(ticket)))
            }
            ["organizations", "search"] => search::search(world, &asked),
            ["organizations", "show_many"] => search::show_many(world, &asked),
            ["organizations", id] => single::show::<Organization>(&world.organizations, id),
            ["users", id] => single::show::<User>(&world.users, id),
            ["tickets", id] => single::show::<Ticket>(&world.tickets, id),
            ["organization_memberships", id] => single::show(&world.memberships, id),
            ["users", id, "identities"] => identities::of_user(world, id, &asked),
            ["users", id, "organization_memberships"] => members::of_user(world, id, &asked),
            ["organizations", id, "organization_memberships"] => members::of_organization(world, id, &asked),
            ["users", user, "organization_memberships", id] => members::one_of_user(world, user, id),
            _ => Err(Reply::no_endpoint()),
        }
    }

    /// Adds what every reply says.
    fn with_headers(state: &State, reply: Reply, turn: &Turn, call: &Call<'_>) -> Reply {
        let level = state.limits.account(turn.now);
        let mut reply = reply
            .with("date", time::http_date(time::now(state.clock)))
            .with("x-request-id", format!("{:016x}-SBX", state.ledger.next_number()))
            .with("x-rate-limit", level.limit.to_string())
            .with("x-rate-limit-remaining", level.remaining.to_string())
            .with("ratelimit-limit", level.limit.to_string())
            .with("ratelimit-remaining", level.remaining.to_string())
            .with("ratelimit-reset", level.resets.to_string());
        if call.path.starts_with("/api/v2/incremental/") {
            let level = state.limits.exports(turn.now);
            reply = reply.with("zendesk-ratelimit-incremental-exports", own_limit(level));
        } else if matches!(call.path, "/api/v2/tickets" | "/api/v2/tickets.json") {
            let level = state.limits.tickets(turn.now);
            reply = reply.with("zendesk-ratelimit-tickets-index", own_limit(level));
        }
        reply
    }
}

fn own_limit(level: Level) -> String {
    format!("total={}; remaining={}; resets={}", level.limit, level.remaining, level.resets)
}

/// Answers the paths that are not Zendesk's.
fn debug(state: &State, call: &Call<'_>) -> Option<Reply> {
    match (call.method, call.path) {
        ("GET", "/debug/ledger") => {
            let entries = serde_json::to_value(state.ledger.entries()).unwrap_or(Value::Null);
            Some(Reply::json(200, &json!({"requests": entries})))
        }
        ("GET", "/debug/world") => {
            let [organizations, users, memberships, tickets] = state.world.counts();
            Some(Reply::json(
                200,
                &json!({
                    "subdomain": state.world.subdomain(),
                    "organizations": organizations,
                    "users": users,
                    "organization_memberships": memberships,
                    "tickets": tickets,
                }),
            ))
        }
        _ => None,
    }
}

//! What a reading was asked for: its parameters, and the links of its reply.

use super::{
    call::Call,
    options::Options,
    reply::Reply,
    time,
    world::{Ticket, World},
};
use crate::clock::Clock;

/// What a reading was asked for.
pub(super) struct Asked {
    pub(super) query: Vec<(String, String)>,
    /// The address that links begin with.
    pub(super) base: String,
    /// The second of the request.
    pub(super) now: i64,
    /// Tickets that were closed before this second are archived.
    pub(super) archived_before: i64,
    /// Above it a count says no more.
    pub(super) count_limit: usize,
}

/// Which tickets a list or an export of them holds, by who supports the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SupportTypes {
    All,
    Agent,
    AiAgent,
}

impl SupportTypes {
    pub(super) fn has(self, ticket: &Ticket) -> bool {
        match self {
            Self::All => true,
            Self::Agent => !ticket.is_of_ai_agent,
            Self::AiAgent => ticket.is_of_ai_agent,
        }
    }
}

impl Asked {
    /// What a reading by this call asks for.
    pub(super) fn new(call: &Call<'_>, world: &World, options: &Options, clock: Clock) -> Self {
        let host = options.link_host.clone();
        let host = host.unwrap_or_else(|| format!("{}.invalid", world.subdomain));
        let now = time::now(clock);
        Self {
            query: url::form_urlencoded::parse(call.query.as_bytes()).into_owned().collect(),
            base: format!("https://{host}{}", call.path),
            now,
            count_limit: options.count_limit,
            archived_before: now - i64::from(options.archived_after_days) * 86_400,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the address of another page, with one parameter set and some left out.
    pub(super) fn link(&self, leave: &[&str], set: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let is_replaced = |name: &str| leave.contains(&name) || set.iter().any(|(key, _)| *key == name);
        query.extend_pairs(self.query.iter().filter(|(name, _)| !is_replaced(name)));
        query.extend_pairs(set);
        format!("{}?{}", self.base, query.finish())
    }

    /// Returns a number that must be in a range, or `usual` where it was not given.
    pub(super) fn number(&self, name: &str, usual: usize, limit: usize) -> Result<usize, Reply> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        match text.parse() {
            Ok(number) if (1..=limit).contains(&number) => Ok(number),
            _ => Err(Reply::errors(
                400,
                "InvalidPaginationParameter",
                &format!("Invalid parameter: {name} must be between 1 and {limit}"),
            )),
        }
    }

    /// The tickets that are asked for; those of AI agents only where they are.
    pub(super) fn support_types(&self) -> Result<SupportTypes, Reply> {
        match self.get("support_type_scope").unwrap_or("agent") {
            "all" => Ok(SupportTypes::All),
            "agent" => Ok(SupportTypes::Agent),
            "ai_agent" => Ok(SupportTypes::AiAgent),
            _ => Err(Reply::error(400, "InvalidValue", "Invalid support_type_scope")),
        }
    }

    pub(super) fn is_by_cursor(&self) -> bool {
        self.query.iter().any(|(name, _)| name.starts_with("page["))
    }
}

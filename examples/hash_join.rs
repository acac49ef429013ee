//! The twelve codes of a warehouse, counted in memory with hash maps: what detection costs at the least.
//!
//! It reads the newest records from the file, as an audit does, but writes nothing: no evidence, no comparison
//! with the run before, no triage.
//!
//! ```text
//! cargo run --release --example hash_join -- orgdrift.db
//! ```

#![allow(clippy::print_stdout, reason = "it answers the person who runs it")]

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    error::Error,
    hash::{BuildHasherDefault, Hasher},
    path::PathBuf,
};

use rusqlite::Connection;

type Failure = Box<dyn Error>;
type Map<K, V> = HashMap<K, V, BuildHasherDefault<Multiply>>;

/// Enough of a hash for ids that nobody chose to collide.
#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_i64(&mut self, word: i64) {
        self.write_u64(word.cast_unsigned());
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

fn main() -> Result<(), Failure> {
    let path = PathBuf::from(std::env::args_os().nth(1).ok_or("which warehouse?")?);
    let connection = Connection::open(path)?;
    let world = World::read(&connection)?;
    let links: Vec<Link> = (0..world.accounts.len()).map(|account| world.link(account)).collect();
    let mut counts = BTreeMap::new();
    world.organizations(&links, &mut counts);
    let expectations = world.expectations(&links);
    users(&connection, &expectations, &mut counts)?;
    tickets(&connection, &expectations, &mut counts)?;
    for (code, count) in counts {
        println!("{code} {count}");
    }
    Ok(())
}

type Counts = BTreeMap<&'static str, u64>;

fn add(counts: &mut Counts, code: &'static str, count: usize) {
    *counts.entry(code).or_default() += count as u64;
}

/// An organization; the maps of the world use its place in the list.
struct Organization {
    id: i64,
    is_blank: bool,
}

/// What an account resolves to; organizations by their place.
enum Link {
    Duplicate,
    Linked(usize),
    Contested(usize),
    Candidate(usize),
    Conflict,
    Ambiguous { has_blank: bool },
    Missing,
}

impl Link {
    fn organization(&self) -> Option<usize> {
        match *self {
            Self::Linked(at) | Self::Contested(at) | Self::Candidate(at) => Some(at),
            _ => None,
        }
    }
}

/// Accounts, organizations and domains, with who points to whom.
struct World {
    accounts: Vec<String>,
    organizations: Vec<Organization>,
    /// By account: the organization of the stored id, those with its `external_id`, its usable domains.
    stored: Vec<Option<usize>>,
    external: Vec<Vec<usize>>,
    expected: Vec<Vec<u32>>,
    /// By domain number: the accounts that expect it, the organizations that hold it.
    owners: Vec<Vec<usize>>,
    holders: Vec<Vec<usize>>,
    /// By organization: the accounts whose mark it carries.
    stored_of: Vec<Vec<usize>>,
    claimants: Vec<Vec<usize>>,
}

const OPEN: &str = "valid_to = 9223372036854775807";

impl World {
    fn read(connection: &Connection) -> Result<Self, Failure> {
        let mut organizations = Vec::new();
        let mut by_id: Map<i64, usize> = Map::default();
        let mut marks = Vec::new();
        let mut select = connection.prepare(&format!(
            "select organization_id, external_id_key is null, external_account_id from _organization_versions where {OPEN}"
        ))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            by_id.insert(id, organizations.len());
            marks.push(row.get::<_, Option<String>>(2)?);
            organizations.push(Organization { id, is_blank: row.get(1)? });
        }

        let mut accounts: Vec<String> = Vec::new();
        let mut by_account: Map<String, usize> = Map::default();
        let mut stored: Vec<Option<usize>> = Vec::new();
        let mut select = connection.prepare(&format!(
            "select account_id, stored_organization_id from _account_versions where {OPEN}"
        ))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            by_account.insert(id.clone(), accounts.len());
            accounts.push(id);
            stored.push(row.get::<_, Option<i64>>(1)?.and_then(|id| by_id.get(&id).copied()));
        }

        let mut external = vec![Vec::new(); accounts.len()];
        let mut claimants = vec![Vec::new(); organizations.len()];
        let mut stored_of = vec![Vec::new(); organizations.len()];
        for (organization, mark) in marks.into_iter().enumerate() {
            if let Some(&account) = mark.and_then(|mark| by_account.get(&mark)) {
                external[account].push(organization);
                claimants[organization].push(account);
            }
        }
        for (account, organization) in stored.iter().enumerate() {
            if let Some(organization) = *organization {
                stored_of[organization].push(account);
                claimants[organization].push(account);
            }
        }
        let mut world = Self {
            expected: vec![Vec::new(); accounts.len()],
            accounts,
            organizations,
            stored,
            external,
            owners: Vec::new(),
            holders: Vec::new(),
            stored_of,
            claimants,
        };
        world.read_domains(connection, &by_account, &by_id)?;
        Ok(world)
    }

    fn read_domains(
        &mut self,
        connection: &Connection,
        by_account: &Map<String, usize>,
        by_id: &Map<i64, usize>,
    ) -> Result<(), Failure> {
        let count: u32 =
            connection.query_row("select coalesce(max(domain_id), 0) from _domains", [], |row| row.get(0))?;
        self.owners = vec![Vec::new(); count as usize + 1];
        self.holders = vec![Vec::new(); count as usize + 1];
        let personal: HashSet<u32> = connection
            .prepare("select domain_id from _domains where listed_kind is not null")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut select = connection
            .prepare(&format!("select account_id, domain_id from _account_domain_versions where {OPEN}"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let domain: u32 = row.get(1)?;
            if let Some(&account) = by_account.get(row.get_ref(0)?.as_str()?)
                && !personal.contains(&domain)
            {
                self.expected[account].push(domain);
                self.owners[domain as usize].push(account);
            }
        }
        let mut select = connection.prepare(&format!(
            "select organization_id, domain_id from _organization_domain_versions where {OPEN}"
        ))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let domain: u32 = row.get(1)?;
            if !self.owners[domain as usize].is_empty()
                && let Some(&organization) = by_id.get(&row.get(0)?)
            {
                self.holders[domain as usize].push(organization);
            }
        }
        Ok(())
    }

    fn link(&self, account: usize) -> Link {
        let external = &self.external[account];
        if external.len() >= 2 {
            return Link::Duplicate;
        }
        if let Some(at) = self.stored[account] {
            let is_linked = match external.first() {
                Some(&other) => other == at,
                None => self.stored_of[at].len() == 1 && self.organizations[at].is_blank,
            };
            return if is_linked { Link::Linked(at) } else { Link::Contested(at) };
        }
        if let Some(&at) = external.first() {
            return Link::Linked(at);
        }
        let mut kept: Vec<usize> = self.expected[account]
            .iter()
            .flat_map(|&domain| self.holders[domain as usize].iter().copied())
            .collect();
        kept.sort_unstable();
        kept.dedup();
        kept.retain(|&at| !self.serves_another(account, at));
        match kept[..] {
            [] => Link::Missing,
            [at] if self.organizations[at].is_blank => Link::Candidate(at),
            [_] => Link::Conflict,
            _ => Link::Ambiguous { has_blank: kept.iter().any(|&at| self.organizations[at].is_blank) },
        }
    }

    /// Whether another account claims the organization and expects every domain that it holds of this one.
    fn serves_another(&self, account: usize, organization: usize) -> bool {
        self.claimants[organization].iter().any(|&other| {
            self.expected[account]
                .iter()
                .filter(|&&domain| self.holders[domain as usize].contains(&organization))
                .all(|domain| self.expected[other].contains(domain))
        })
    }

    /// Counts the codes of organizations.
    fn organizations(&self, links: &[Link], counts: &mut Counts) {
        for (account, link) in links.iter().enumerate() {
            match *link {
                Link::Duplicate => add(counts, "org_duplicate_external_id", self.external[account].len()),
                Link::Missing => add(counts, "account_missing_zendesk_org", 1),
                Link::Ambiguous { has_blank: true } => add(counts, "org_missing_external_id", 1),
                Link::Ambiguous { has_blank: false } | Link::Conflict => {
                    add(counts, "org_external_id_conflict", 1);
                }
                Link::Linked(at) | Link::Contested(at) | Link::Candidate(at) => {
                    if self.organizations[at].is_blank {
                        add(counts, "org_missing_external_id", 1);
                    } else if matches!(link, Link::Contested(_)) {
                        add(counts, "org_external_id_conflict", 1);
                    }
                }
            }
            let (Link::Linked(at) | Link::Contested(at)) = *link else { continue };
            for &domain in &self.expected[account] {
                if self.holders[domain as usize].is_empty() {
                    add(counts, "org_missing_expected_domain", 1);
                } else if self.holders[domain as usize].iter().any(|&holder| holder != at) {
                    add(counts, "org_domain_attached_elsewhere", 1);
                }
            }
        }
    }

    /// By domain number: where its users are expected.
    fn expectations(&self, links: &[Link]) -> Vec<Expectation> {
        self.owners
            .iter()
            .map(|owners| match owners[..] {
                [] => Expectation::Nothing,
                [owner] => match links[owner] {
                    Link::Linked(at) | Link::Contested(at) => {
                        Expectation::Organization { id: self.organizations[at].id, is_for_tickets: true }
                    }
                    Link::Candidate(at) => {
                        Expectation::Organization { id: self.organizations[at].id, is_for_tickets: false }
                    }
                    Link::Duplicate => Expectation::OneOf(self.ids(&self.external[owner]), DUPLICATE),
                    _ => Expectation::Nothing,
                },
                _ => {
                    let mut accepted = Vec::new();
                    for &owner in owners {
                        accepted.extend(links[owner].organization());
                        if matches!(links[owner], Link::Duplicate) {
                            accepted.extend(&self.external[owner]);
                        }
                    }
                    if accepted.is_empty() {
                        Expectation::Nothing
                    } else {
                        Expectation::OneOf(self.ids(&accepted), "user_domain_ambiguous")
                    }
                }
            })
            .collect()
    }

    fn ids(&self, organizations: &[usize]) -> Vec<i64> {
        organizations.iter().map(|&at| self.organizations[at].id).collect()
    }
}

const DUPLICATE: &str = "user_resolution_blocked_duplicate_external_id";

/// Where the users of a domain belong.
enum Expectation {
    Nothing,
    Organization { id: i64, is_for_tickets: bool },
    OneOf(Vec<i64>, &'static str),
}

/// Counts the codes of users.
fn users(connection: &Connection, expectations: &[Expectation], counts: &mut Counts) -> Result<(), Failure> {
    let mut memberships: HashSet<(i64, i64), BuildHasherDefault<Multiply>> = HashSet::default();
    let mut select = connection
        .prepare(&format!("select user_id, organization_id from _membership_versions where {OPEN}"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        memberships.insert((row.get(0)?, row.get(1)?));
    }
    let mut select = connection.prepare(&format!(
        "select user_id, email_domain_id, default_organization_id from _user_versions
         where {OPEN} and role = 'end-user' and is_active = 1 and is_suspended = 0 and email_domain_id is not null"
    ))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let default: Option<i64> = row.get(2)?;
        match &expectations[row.get::<_, u32>(1)? as usize] {
            Expectation::Nothing => {}
            Expectation::Organization { id, .. } => {
                if !memberships.contains(&(row.get(0)?, *id)) {
                    add(counts, "user_missing_expected_membership", 1);
                } else if default != Some(*id) {
                    add(counts, "user_default_org_not_expected", 1);
                }
            }
            Expectation::OneOf(accepted, code) => {
                if !default.is_some_and(|default| accepted.contains(&default)) {
                    add(counts, code, 1);
                }
            }
        }
    }
    Ok(())
}

/// Counts the codes of tickets.
fn tickets(
    connection: &Connection,
    expectations: &[Expectation],
    counts: &mut Counts,
) -> Result<(), Failure> {
    let cutoff: String = connection.query_row(
        "select strftime('%Y-%m-%dT%H:%M:%SZ', max(taken_at), '-90 days') from snapshots where source = 'zendesk'",
        [],
        |row| row.get(0),
    )?;
    let mut select = connection.prepare(&format!(
        "select requester_domain_id, organization_id, status, created_at from _ticket_versions
         where {OPEN} and requester_domain_id is not null"
    ))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let Expectation::Organization { id, is_for_tickets: true } =
            expectations[row.get::<_, u32>(0)? as usize]
        else {
            continue;
        };
        let organization: Option<i64> = row.get(1)?;
        let status = row.get_ref(2)?.as_str()?;
        if organization == Some(id)
            || status == "deleted"
            || (status == "closed" && row.get_ref(3)?.as_str()? < cutoff.as_str())
        {
            continue;
        }
        let code = if organization.is_none() { "ticket_missing_org" } else { "ticket_org_mismatch" };
        add(counts, code, 1);
    }
    Ok(())
}

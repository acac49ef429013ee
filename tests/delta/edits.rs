//! A company from day to day: what changes, how it is read, under which settings it is audited.

use crate::common::bench::Bench;
use crate::common::dice::Dice;
use crate::model::generate::{FOREIGN_DOMAIN, generate, generate_whole};
use crate::model::names::Action;
use crate::model::world::{
    Account, Claims, Collection, DAY, Membership, Merged, Nameless, Organization, Ticket, Trouble, User,
    World,
};
use crate::model::write::iso8601;

/// What may change in a day.
pub(super) const KINDS: [&str; 30] = [
    "account renamed",
    "account domains",
    "account stored id",
    "account parent",
    "account unread",
    "account gone",
    "account returned",
    "account without id",
    "account merged",
    "organization renamed",
    "organization key",
    "organization domains",
    "organization sharing",
    "organization field",
    "organization gone",
    "organization returned",
    "fact not read",
    "user address",
    "user restricted",
    "user default",
    "user gone",
    "user returned",
    "membership",
    "ticket",
    "ticket gone",
    "settings",
    "suppression",
    "risk accepted",
    "personal domain",
    "reading",
];

/// A company as it is today, and as it was when the chain began.
pub(super) struct Company {
    world: World,
    first: World,
    dice: Dice,
    /// Which of the two systems is read today.
    is_accounts_read: bool,
    is_zendesk_read: bool,
    next_id: i64,
}

impl Company {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0xde17a);
        let mut world = if dice.chance(75) { generate_whole(seed) } else { generate(seed) };
        world.settings.accepted_risks.clear();
        Self {
            first: world.clone(),
            world,
            dice,
            is_accounts_read: true,
            is_zendesk_read: true,
            next_id: 900_000,
        }
    }

    /// Lets a day pass in which so many tickets are new, and nothing else changes.
    pub(super) fn grow(&mut self, tickets: i64) {
        self.world.taken_at += DAY;
        self.world.reading = self.first.reading.clone();
        let created_at = self.world.taken_at - DAY;
        let requester_id = self.world.users[0].id;
        for _ in 0..tickets {
            self.next_id += 1;
            self.world.tickets.push(Ticket {
                id: self.next_id,
                requester_id,
                organization_id: None,
                status: "open",
                created_at,
                absent: Vec::new(),
            });
        }
    }

    /// Lets a day pass in which a few things change. Returns what.
    pub(super) fn change(&mut self, bench: &Bench) -> Vec<&'static str> {
        self.world.taken_at += DAY * i64::try_from(1 + self.dice.below(3)).unwrap();
        // What was odd about the reading of yesterday is over.
        self.world.reading = self.first.reading.clone();
        self.is_accounts_read = self.dice.chance(85);
        self.is_zendesk_read = !self.is_accounts_read || self.dice.chance(85);
        let count = 1 + self.dice.below(5);
        (0..count).map(|_| self.edit(bench)).collect()
    }

    fn edit(&mut self, bench: &Bench) -> &'static str {
        let mut kind = self.dice.pick(&KINDS);
        // These make the next audit a full one: they come, but not all the time.
        while matches!(kind, "settings" | "risk accepted" | "personal domain" | "reading")
            && self.dice.chance(75)
        {
            kind = self.dice.pick(&KINDS);
        }
        match kind.split(' ').next().unwrap() {
            "account" => self.edit_accounts(kind),
            "organization" | "fact" => self.edit_organizations(kind),
            "user" | "membership" => self.edit_people(kind),
            "ticket" => self.edit_tickets(kind),
            _ => self.edit_decisions(kind, bench),
        }
        kind
    }

    fn at(&mut self, length: usize) -> usize {
        usize::try_from(self.dice.below(length.max(1) as u64)).unwrap()
    }

    fn domain(&mut self) -> String {
        let known: Vec<String> = self
            .world
            .accounts
            .iter()
            .chain(&self.first.accounts)
            .flat_map(|account| account.domains.iter().cloned())
            .chain([FOREIGN_DOMAIN.to_owned(), "gmail.com".to_owned(), "eu.acme.com".to_owned()])
            .collect();
        let at = self.at(known.len());
        known[at].clone()
    }

    fn account_id(&mut self) -> String {
        let at = self.at(self.first.accounts.len());
        self.first.accounts[at].id.clone()
    }

    fn organization_id(&mut self) -> i64 {
        let at = self.at(self.first.organizations.len());
        self.first.organizations[at].id
    }

    fn name(&mut self) -> String {
        let names: Vec<String> = self
            .first
            .accounts
            .iter()
            .map(|account| account.name.clone())
            .chain(self.first.organizations.iter().map(|organization| organization.name.clone()))
            .collect();
        let at = self.at(names.len());
        names[at].clone()
    }

    fn edit_accounts(&mut self, kind: &str) {
        let (name, domain, id) = (self.name(), self.domain(), self.account_id());
        let stored = self.organization_id().to_string();
        let (chance, last) = (self.dice.below(3), self.world.accounts.len() - 1);
        let at = self.at(last + 1);
        let account: &mut Account = &mut self.world.accounts[at];
        match kind {
            "account renamed" => account.name = name,
            "account domains" => match chance {
                0 => account.domains.push(domain),
                1 => drop(account.domains.pop()),
                _ => account.domains = vec![domain],
            },
            "account stored id" => {
                account.stored_organization = match chance {
                    0 => None,
                    1 => Some("777".to_owned()),
                    _ => Some(stored),
                };
            }
            "account parent" => account.parent = (chance > 0 && account.id != id).then_some(id),
            // The first one is always read.
            "account unread" if at > 0 => {
                account.trouble = match (&account.trouble, chance) {
                    (Some(_), _) => None,
                    (None, 0) => Some(Trouble::BadFlag),
                    (None, 1) => Some(Trouble::Short { has_earlier: false }),
                    (None, _) => Some(Trouble::Differing(Claims {
                        name: format!("{} Ltd", account.name),
                        domains: vec![domain],
                        stored_organization: Some(stored),
                    })),
                };
            }
            "account gone" if last > 1 && at > 0 => drop(self.world.accounts.remove(at)),
            "account returned" => {
                let gone = self.first.accounts.iter().find(|account| {
                    !self.world.accounts.iter().any(|other| other.id == account.id)
                        && !self.world.merged.iter().any(|merged| merged.id == account.id)
                });
                self.world.accounts.extend(gone.cloned());
            }
            "account without id" if self.world.nameless.is_empty() => {
                let claims = Claims { name, domains: vec![domain], stored_organization: Some(stored) };
                self.world.nameless.push(Nameless { id_cell: "acct-1".to_owned(), claims });
            }
            "account without id" => self.world.nameless.clear(),
            // Merged today, or known to be merged long after it went; into an account that may go or have gone.
            "account merged" if last > 1 && at > 0 && self.world.merged.is_empty() => {
                let gone = self
                    .first
                    .accounts
                    .iter()
                    .find(|account| !self.world.accounts.iter().any(|other| other.id == account.id));
                let loser = match gone {
                    Some(gone) if chance > 0 => gone.id.clone(),
                    _ => self.world.accounts.remove(at).id,
                };
                if loser != id {
                    self.world.merged.push(Merged { id: loser, master: id });
                }
            }
            "account merged" => self.world.merged.clear(),
            _ => {}
        }
    }

    fn edit_organizations(&mut self, kind: &str) {
        let (name, domain, id) = (self.name(), self.domain(), self.account_id());
        let chance = self.dice.below(4);
        if self.world.organizations.is_empty() {
            return;
        }
        let at = self.at(self.world.organizations.len());
        let count = self.world.organizations.len();
        let is_taken =
            self.world.organizations.iter().any(|other| other.external_id.as_deref() == Some(&*id));
        let organization: &mut Organization = &mut self.world.organizations[at];
        match kind {
            "organization renamed" => organization.name = name,
            "organization key" => {
                organization.external_id = match chance {
                    0 => None,
                    1 => Some(format!("ERP-{}", organization.id)),
                    _ if is_taken => None,
                    _ => Some(id),
                };
            }
            "organization domains" => match chance {
                0 | 1 => organization.domain_names.push(domain),
                2 => drop(organization.domain_names.pop()),
                _ => organization.domain_names = vec![domain],
            },
            "organization sharing" => {
                organization.shared_tickets ^= chance < 2;
                organization.shared_comments ^= chance > 1;
            }
            "organization field" => {
                organization.fields =
                    if chance == 0 { Vec::new() } else { vec![("salesforce_id", Some(id))] };
            }
            "organization gone" if count > 2 => {
                self.world.organizations.remove(at);
            }
            "organization returned" => {
                let gone = self
                    .first
                    .organizations
                    .iter()
                    .find(|gone| !self.world.organizations.iter().any(|other| other.id == gone.id));
                let gone = gone.filter(|gone| {
                    gone.external_id.is_none()
                        || !self.world.organizations.iter().any(|other| other.external_id == gone.external_id)
                });
                self.world.organizations.extend(gone.cloned());
            }
            "fact not read" => {
                let keys = ["external_id", "domain_names", "shared_tickets", "organization_fields"];
                let key = keys[usize::try_from(chance).unwrap()];
                if organization.absent.pop().is_none() {
                    organization.absent.push(key);
                }
                let user_key =
                    self.dice.pick(&["email", "role", "shared", "ticket_restriction", "organization_id"]);
                let place = self.at(self.world.users.len());
                if let Some(user) = self.world.users.get_mut(place)
                    && user.absent.pop().is_none()
                {
                    user.absent.push(user_key);
                }
                let place = self.at(self.world.tickets.len());
                if let Some(ticket) = self.world.tickets.get_mut(place)
                    && ticket.absent.pop().is_none()
                    && chance == 0
                {
                    ticket.absent.push("organization_id");
                }
            }
            _ => {}
        }
    }

    fn edit_people(&mut self, kind: &str) {
        let (domain, organization) = (self.domain(), self.organization_id());
        let chance = self.dice.below(5);
        if self.world.users.is_empty() {
            return;
        }
        let at = self.at(self.world.users.len());
        let new_id = self.next_id;
        let user: &mut User = &mut self.world.users[at];
        match kind {
            "user address" => user.email = (chance > 0).then(|| format!("p{}@{domain}", user.id)),
            "user restricted" => match chance {
                0 => user.verified = !user.verified,
                1 => user.suspended = !user.suspended,
                2 => user.shared = !user.shared,
                3 => user.role = if user.role == "agent" { "end-user" } else { "agent" },
                _ => {
                    user.ticket_restriction = Some(if user.ticket_restriction == Some("organization") {
                        "requested"
                    } else {
                        "organization"
                    });
                }
            },
            "user default" => user.organization_id = (chance > 0).then_some(organization),
            "user gone" => {
                let gone = self.world.users.remove(at);
                self.world.memberships.retain(|membership| membership.user_id != gone.id || chance == 0);
            }
            "user returned" => {
                let gone = self
                    .first
                    .users
                    .iter()
                    .find(|gone| !self.world.users.iter().any(|user| user.id == gone.id));
                self.world.users.extend(gone.cloned());
            }
            _ => {
                let user_id = user.id;
                let has = |membership: &Membership| {
                    membership.user_id == user_id && membership.organization_id == organization
                };
                match self.world.memberships.iter().position(has) {
                    Some(place) => drop(self.world.memberships.remove(place)),
                    None if chance > 0 || self.world.memberships.is_empty() => {
                        self.next_id += 1;
                        self.world.memberships.push(Membership {
                            id: new_id,
                            user_id,
                            organization_id: organization,
                            default: Some(false),
                        });
                    }
                    None => {
                        let place = self.at(self.world.memberships.len());
                        self.world.memberships.remove(place);
                    }
                }
            }
        }
    }

    fn edit_tickets(&mut self, kind: &str) {
        let organization = self.organization_id();
        let chance = self.dice.below(5);
        let (requesters, tickets) = (self.world.users.len(), self.world.tickets.len());
        let place = self.at(requesters);
        let requester = self.world.users.get(place).map_or(1, |user| user.id);
        let at = self.at(tickets);
        if tickets == 0 || (kind == "ticket" && chance == 4) {
            self.next_id += 1;
            self.world.tickets.push(Ticket {
                id: self.next_id,
                requester_id: requester,
                organization_id: Some(organization),
                status: "open",
                created_at: self.world.taken_at - DAY,
                absent: Vec::new(),
            });
            return;
        }
        if kind == "ticket gone" {
            let gone = self.world.tickets.remove(at);
            if chance > 2 {
                let first = self.first.tickets.iter().find(|ticket| {
                    ticket.id != gone.id && !self.world.tickets.iter().any(|other| other.id == ticket.id)
                });
                self.world.tickets.extend(first.cloned());
            }
            return;
        }
        let ticket = &mut self.world.tickets[at];
        match chance {
            0 => ticket.organization_id = None,
            1 => ticket.organization_id = Some(organization),
            2 => ticket.requester_id = requester,
            _ => ticket.status = if ticket.status == "closed" { "open" } else { "closed" },
        }
    }

    /// What people decide, and how it is read.
    fn edit_decisions(&mut self, kind: &str, bench: &Bench) {
        let chance = self.dice.below(6);
        match kind {
            "settings" => match chance {
                0 => {
                    self.world.multiple_organizations = Some(self.world.multiple_organizations != Some(true));
                }
                1 => self.world.allow_shared_tickets = !self.world.allow_shared_tickets,
                2 => self.world.settings.trust_stored_ids = !self.world.settings.trust_stored_ids,
                3 => {
                    let off = &mut self.world.settings.rules_off;
                    if off.pop().is_none() {
                        off.push("user_missing_expected_membership");
                    }
                }
                4 => {
                    let off = &mut self.world.settings.repairs_off;
                    if off.pop().is_none() {
                        off.push(Action::AssignUserToOrg);
                    }
                }
                _ => self.world.ticket_window_days = Some(30),
            },
            "suppression" => self.suppress(bench),
            "risk accepted" => self.accept_risk(bench),
            "personal domain" => {
                let domain = self.domain();
                let verb = if chance > 1 { "add" } else { "remove" };
                // It may be on the list already, or not on it.
                bench.run(&["personal-domain", verb, &domain]);
            }
            "reading" => {
                let collections = [
                    Collection::Organizations,
                    Collection::Users,
                    Collection::Memberships,
                    Collection::Tickets,
                ];
                let collection = self.dice.pick(&collections);
                if chance < 4 {
                    self.world.reading.skipped.insert(collection);
                } else {
                    self.world.reading.appended.insert(collection);
                }
            }
            _ => {}
        }
    }

    /// Accepts the risk of a refused issue as a decision does, or takes that back.
    fn accept_risk(&mut self, bench: &Bench) {
        let refused = bench
            .rows("select issue_key from latest_issues where blocked_reason is not null order by issue_key");
        if refused.is_empty() {
            return;
        }
        let at = self.at(refused.len());
        // A word without a decision takes an earlier one back.
        let word = self.dice.chance(70).then_some("accept_risk");
        let database = rusqlite::Connection::open(bench.db()).unwrap();
        let count = database
            .execute(
                "insert into _decisions (issue_key, fingerprint, decision, note, decided_by, decided_at, run_id,
                   source_digest)
                 select d.issue_key, d.fingerprint, ?2, 'known', 'Dana', r.started_at, r.run_id, 'none'
                 from _issue_details as d
                 join runs as r
                   on r.run_id = d.run_id
                 where d.issue_key = ?1
                   and r.run_id = (select max(n.run_id) from runs as n)",
                (&refused[at], word),
            )
            .unwrap();
        assert_eq!(count, 1);
    }

    /// Covers an issue or a code of an account, or takes that back.
    fn suppress(&mut self, bench: &Bench) {
        let now = iso8601(self.world.taken_at - DAY / 2);
        let open = bench.rows(
            "select issue_key, code, account_id from _issue_versions
             where valid_to = 9223372036854775807 and account_id is not null order by issue_key",
        );
        let standing = bench.rows("select suppression_id from suppressions where removed_at is null");
        let run = |arguments: &[&str]| {
            let mut command = bench.command(arguments);
            command.env("ORGDRIFT_TEST_NOW", &now);
            // One that covers the same is refused.
            bench.run_command(command)
        };
        if !standing.is_empty() && self.dice.chance(40) {
            let at = self.at(standing.len());
            run(&["suppression", "remove", &standing[at]]);
            return;
        }
        if open.is_empty() {
            return;
        }
        let at = self.at(open.len());
        let cells: Vec<&str> = open[at].split('|').collect();
        let days = i64::try_from(self.dice.below(9)).unwrap();
        let expires = &iso8601(self.world.taken_at + days * DAY)[..10];
        let rest = ["--reason", "known", "--owner", "Support Ops", "--expires", expires];
        let parents = &self.world.accounts;
        let parent = parents.iter().find(|account| account.id == cells[2]).and_then(|one| one.parent.clone());
        let head = parent.unwrap_or_else(|| cells[2].to_owned());
        let target: Vec<&str> = match self.dice.below(4) {
            0 | 1 => vec![cells[0]],
            2 => vec!["--code", cells[1], "--account", cells[2]],
            _ => vec!["--code", cells[1], "--family", &head],
        };
        run(&[&["suppression", "add"][..], &target, &rest].concat());
    }

    /// Writes the files of today and reads them. False: no account of the file can be read.
    pub(super) fn read(&self, bench: &Bench, day: usize) -> bool {
        for name in ["zendesk", "orgdrift.toml", "accounts-before.csv"] {
            let _ = std::fs::remove_dir_all(bench.path(name));
            let _ = std::fs::remove_file(bench.path(name));
        }
        self.world.write(&bench.path("")).unwrap();
        let taken_at = iso8601(self.world.taken_at);
        if self.is_accounts_read || day == 0 {
            let told = self.run(
                bench,
                bench,
                &[
                    "ingest",
                    "salesforce",
                    "accounts.csv",
                    "--taken-at",
                    &taken_at,
                    "--max-rejections",
                    "1000",
                    "--accept-rejections",
                    "1000",
                    "--accept-shrink",
                ],
                None,
            );
            if told.code == 1 && told.err.contains("has a header, but no account") {
                return false;
            }
            assert!(matches!(told.code, 0 | 6), "{}", told.err);
        }
        if self.is_zendesk_read || day == 0 {
            let parts: &[&str] =
                if self.world.reading.appended.is_empty() { &[] } else { &["--parts", "append"] };
            let arguments =
                [&["ingest", "zendesk", "--from", "zendesk", "--accept-shrink"][..], parts].concat();
            let told = self.run(bench, bench, &arguments, None);
            assert!(matches!(told.code, 0 | 6), "{}", told.err);
        }
        true
    }

    /// Audits a warehouse under the settings of today.
    pub(super) fn audit(&self, settings: &Bench, bench: &Bench, more: &[&str]) {
        let told = self.run(settings, bench, &[&self.audit_arguments()[..], &strings(more)].concat(), None);
        assert!(matches!(told.code, 0 | 6), "{more:?}: {}", told.err);
    }

    /// Audits what changed, and forgets to follow an input. False: it failed altogether.
    pub(super) fn audit_without(&self, settings: &Bench, bench: &Bench, input: &str) -> bool {
        let told = self.run(settings, bench, &self.audit_arguments(), Some(input));
        matches!(told.code, 0 | 6)
    }

    fn audit_arguments(&self) -> Vec<String> {
        let window = self.world.ticket_window_days.map_or("all".to_owned(), |days| days.to_string());
        let mut arguments = strings(&["audit", "--ticket-window", &window]);
        if self.world.allow_shared_tickets {
            arguments.push("--allow-shared-tickets".to_owned());
        }
        arguments
    }

    /// Runs a command in the folder of one bench on the warehouse of another.
    fn run<T: AsRef<str>>(
        &self,
        settings: &Bench,
        bench: &Bench,
        arguments: &[T],
        without: Option<&str>,
    ) -> crate::common::bench::Told {
        let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        let mut command = settings.command(&arguments);
        command.env("ORGDRIFT_TEST_NOW", iso8601(self.world.taken_at + 3600)).env("ORGDRIFT_DB", bench.db());
        if let Some(input) = without {
            command.env("ORGDRIFT_TEST_WITHOUT_INPUT", input);
        }
        settings.run_command(command)
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

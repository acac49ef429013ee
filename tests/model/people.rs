//! The users, memberships and tickets of a generated world.

use super::generate::{Builder, DANGLING};
use super::world::{DAY, Membership, TAKEN_AT, Ticket, User};

/// What users may see beside their own tickets.
const RESTRICTIONS: [Option<&str>; 7] = [
    None,
    Some("requested"),
    Some("requested"),
    Some("requested"),
    Some("assigned"),
    Some("organization"),
    Some("organization"),
];

impl Builder {
    pub(crate) fn users(&mut self) -> (Vec<User>, Vec<Membership>) {
        let (mut users, mut memberships) = (Vec::new(), Vec::new());
        let count = 5 + self.random.below(16).max(self.random.below(16));
        for number in 0..i64::try_from(count).expect("at most twenty") {
            let id = 7_000 + number;
            let domains =
                if self.random.chance(70) && !self.sole.is_empty() { &self.sole } else { &self.pool };
            let domain = *self.random.pick(domains);
            let joined = self.joined(domain);
            let random = &mut self.random;
            let organization_id = if !random.chance(self.misplaced) || random.chance(50) {
                joined.first().copied()
            } else if random.chance(60) {
                None
            } else {
                Some(random.pick(&self.organizations).id)
            };
            for organization in &joined {
                let is_default = organization_id == Some(*organization);
                memberships.push(Membership {
                    id: 9_000 + i64::try_from(memberships.len()).expect("at most sixty"),
                    user_id: id,
                    organization_id: *organization,
                    default: *random.pick(&[Some(is_default), Some(is_default), Some(!is_default), None]),
                });
            }
            users.push(User {
                id,
                name: format!("User {number}"),
                email: random.email(number, domain),
                role: if random.chance(92) { "end-user" } else { random.pick_text(&["agent", "admin"]) },
                verified: random.chance(80),
                active: random.chance(95),
                suspended: random.chance(4),
                shared: random.chance(15),
                ticket_restriction: *random.pick(&RESTRICTIONS),
                organization_id,
                absent: Vec::new(),
            });
        }
        (users, memberships)
    }

    /// The organizations of a user of a domain: none, mostly a likely one, and sometimes others.
    fn joined(&mut self, domain: &'static str) -> Vec<i64> {
        let random = &mut self.random;
        let homes: Vec<i64> =
            self.homes.iter().filter(|(home, _)| *home == domain).map(|(_, id)| *id).collect();
        let mut joined = Vec::new();
        if random.chance(self.misplaced / 3) {
            joined.push(random.pick(&self.organizations).id);
        }
        if !random.chance(self.misplaced / 2) && !homes.is_empty() {
            joined.push(*random.pick(&homes));
        }
        if random.chance(self.misplaced / 6) {
            joined.push(random.pick(&self.organizations).id);
        }
        if random.chance(self.misplaced / 20) {
            joined.push(DANGLING);
        }
        let mut distinct = Vec::new();
        for id in joined {
            if !distinct.contains(&id) {
                distinct.push(id);
            }
        }
        distinct
    }

    pub(crate) fn tickets(&mut self, users: &[User]) -> Vec<Ticket> {
        let random = &mut self.random;
        let count = i64::try_from(random.below(31)).expect("at most thirty");
        let ticket = |number| {
            let requester = random.pick(users);
            let organization_id = match random.below(10) {
                0..=2 => None,
                3..=7 => requester.organization_id,
                8 if random.chance(20) => Some(DANGLING),
                _ => Some(random.pick(&self.organizations).id),
            };
            let statuses =
                ["new", "open", "pending", "hold", "solved", "closed", "closed", "closed", "deleted"];
            let ages = [0, DAY, 29 * DAY, 30 * DAY, 30 * DAY + 1, 90 * DAY, 90 * DAY + 1, 400 * DAY];
            Ticket {
                id: 5_000 + number,
                requester_id: if random.chance(3) { 1 } else { requester.id },
                organization_id,
                status: random.pick_text(&statuses),
                created_at: TAKEN_AT - random.pick(&ages),
                absent: Vec::new(),
            }
        };
        (0..count).map(ticket).collect()
    }
}

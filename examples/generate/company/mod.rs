//! A made-up company: who its customers are, and what is wrong with them.
//!
//! Every decision is a roll of dice that only the seed, the record and the question decide, so that records
//! are made one by one and nothing is kept in memory.

mod records;

/// What a company is made from.
pub(crate) struct Company {
    /// How many accounts; ten users and fifty tickets for each.
    pub(crate) accounts: u64,
    /// Other seeds are other companies.
    pub(crate) seed: u64,
    /// Per mille of the records that change in a generation.
    pub(crate) change: u64,
    /// Days since the first reading.
    pub(crate) generation: u64,
    /// Without the bulk that real records carry.
    pub(crate) is_slim: bool,
}

/// What is decided about a record; each has dice of its own.
#[derive(Clone, Copy)]
enum Dice {
    Account,
    Organization,
    User,
    Ticket,
    Change,
}

/// What of an account or organization is otherwise than in the first reading, beside its words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Altered {
    /// Nothing.
    Nothing,
    /// The link to the other system.
    Link,
    /// The domains.
    Domains,
}

/// Where a user stands.
#[derive(Clone, Copy)]
enum Standing {
    /// In no organization.
    Nowhere,
    /// In the organization of another customer only.
    Elsewhere(u64),
    /// In its own and in another one, which is the default.
    DefaultElsewhere(u64),
    /// Where it belongs.
    Home,
}

impl Company {
    /// A number that only the seed, the dice, the record and the question decide.
    fn roll(&self, dice: Dice, record: u64, question: u64) -> u64 {
        let mut state = self
            .seed
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add((dice as u64) << 56)
            .wrapping_add(record.wrapping_mul(0xBF58_476D_1CE4_E5B9))
            .wrapping_add(question.wrapping_mul(0x94D0_49BB_1331_11EB));
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^ (state >> 31)
    }

    /// Whether something holds for so many of a thousand records.
    fn is(&self, dice: Dice, record: u64, question: u64, per_mille: u64) -> bool {
        self.roll(dice, record, question) % 1000 < per_mille
    }

    /// How often a record changed up to this generation.
    fn revision(&self, dice: Dice, record: u64) -> u64 {
        let key = (dice as u64) << 48 | record;
        (1..=self.generation)
            .filter(|&generation| self.is(Dice::Change, key, generation, self.change))
            .count() as u64
    }

    /// What of a record is altered: one change alters it and the next one puts it back, so that however
    /// many generations pass, most of the company stays in order. Half of the changes are of words only.
    fn altered(&self, dice: Dice, record: u64) -> Altered {
        // The generations count from 1, so this question is free.
        match self.roll(Dice::Change, (dice as u64) << 48 | record, 0) % 4 {
            _ if !self.is_odd(dice, record) => Altered::Nothing,
            0 => Altered::Link,
            1 => Altered::Domains,
            _ => Altered::Nothing,
        }
    }

    /// Whether the record has changed an odd number of times.
    fn is_odd(&self, dice: Dice, record: u64) -> bool {
        !self.revision(dice, record).is_multiple_of(2)
    }

    fn user_count(&self) -> u64 {
        self.accounts * 10
    }

    /// Tickets of the first reading.
    fn first_ticket_count(&self) -> u64 {
        self.accounts * 50
    }

    /// Tickets that are new in each generation.
    fn new_ticket_count(&self) -> u64 {
        self.first_ticket_count() * self.change / 1000
    }

    /// Organizations beside one for each account: three for a hundred accounts.
    fn extra_count(&self) -> u64 {
        (self.accounts * 3 / 100).max(3)
    }

    /// The account that an extra organization is about: they are spread evenly.
    fn account_of_extra(&self, extra: u64) -> u64 {
        (extra * self.extra_stride() + 4) % self.accounts
    }

    fn extra_stride(&self) -> u64 {
        (self.accounts / self.extra_count()).max(1)
    }

    /// Two of three extra organizations carry the account's id once more; the third belongs to nobody.
    fn is_duplicate_extra(extra: u64) -> bool {
        !extra.is_multiple_of(3)
    }

    fn has_duplicate(&self, account: u64) -> bool {
        let extra = account.saturating_sub(4) / self.extra_stride();
        extra < self.extra_count()
            && Self::is_duplicate_extra(extra)
            && self.account_of_extra(extra) == account
    }

    /// Nothing in Zendesk points to it: for one half there is an organization without any mark.
    fn is_homeless(&self, account: u64) -> bool {
        self.is(Dice::Account, account, 5, 25)
    }

    fn has_organization(&self, account: u64) -> bool {
        !self.is_homeless(account) || account.is_multiple_of(2)
    }

    /// Also expects the first domain of its neighbour.
    fn is_sharing(&self, account: u64) -> bool {
        self.is(Dice::Account, account, 1, 30)
    }

    /// Another account that has an organization.
    fn other_account(&self, account: u64, step: u64) -> u64 {
        (account + step..account + step + self.accounts)
            .map(|number| number % self.accounts)
            .find(|&number| !self.is_homeless(number))
            .unwrap_or(account)
    }

    /// The domains of an account: mostly one, some have two, a few have dozens.
    fn domains(&self, account: u64) -> Vec<String> {
        let mut domains = vec![Self::first_domain(account)];
        match self.roll(Dice::Account, account, 2) % 1000 {
            0..=39 => domains.push(format!("second-{account}.com")),
            40..=49 => {
                let count = 3 + self.roll(Dice::Account, account, 6) % 40;
                domains.extend((0..count).map(|number| format!("brand-{number}.of-{account}.com")));
            }
            _ => {}
        }
        domains
    }

    fn first_domain(number: u64) -> String {
        const SUFFIXES: [&str; 5] = ["com", "de", "co.uk", "io", "fr"];
        format!("customer-{number}.{}", SUFFIXES[usize::try_from(number % 5).unwrap_or_default()])
    }

    /// The account of a user. Half of the users are heaped on few accounts: the first of a thousand has one
    /// user in twenty.
    fn account_of_user(&self, user: u64) -> u64 {
        let roll = self.roll(Dice::User, user, 1);
        if user.is_multiple_of(2) {
            let part = u128::from(roll % (1 << 20));
            u64::try_from((u128::from(self.accounts) * part * part * part) >> 60).unwrap_or_default()
        } else {
            roll % self.accounts
        }
    }

    fn standing(&self, user: u64) -> Standing {
        let account = self.account_of_user(user);
        if self.is_homeless(account) {
            return if self.has_organization(account) { Standing::Home } else { Standing::Nowhere };
        }
        // Where it is unclear where they belong, more users are left out.
        let is_unclear = self.has_duplicate(account) || self.is_sharing(account ^ 1);
        match (self.roll(Dice::User, user, 2) + self.revision(Dice::User, user)) % 100 {
            0..=2 => Standing::Nowhere,
            3 | 4 => Standing::Elsewhere(self.other_account(account, 7)),
            5 | 6 => Standing::DefaultElsewhere(self.other_account(account, 11)),
            7..=39 if is_unclear => Standing::Nowhere,
            _ => Standing::Home,
        }
    }

    /// The account whose organization is the user's default one.
    fn default_of_user(&self, user: u64) -> Option<u64> {
        match self.standing(user) {
            Standing::Nowhere => None,
            Standing::Elsewhere(other) | Standing::DefaultElsewhere(other) => Some(other),
            Standing::Home => Some(self.account_of_user(user)),
        }
    }
}

//! What decides the organization of an account.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::{
    Warehouse, WarehouseError,
    decided::{DecidedLink, Near},
    list,
};
use crate::{
    model::{LinkState, MatchRule},
    warehouse::closed::{closed, closed_or_null},
};

/// An account as of a snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct AccountRecord {
    /// 18 characters.
    pub account_id: String,
    /// Its name.
    pub account_name: String,
    /// The cell of the stored organization id as it was read.
    pub stored_organization_raw: Option<String>,
    /// The organization id that it stands for.
    pub stored_organization_id: Option<i64>,
    /// Its owner.
    pub owner: Option<String>,
    /// Its parent.
    pub parent_account_id: Option<String>,
    /// Whether its row in the file could not be used; this is the earlier one.
    pub is_unread: bool,
}

/// A domain that Salesforce expects of an account.
#[derive(Debug, Clone, Serialize)]
pub struct ExpectedDomain {
    /// The domain.
    pub domain: String,
    /// Its number in the warehouse.
    #[serde(skip)]
    pub domain_id: i64,
    /// Whether it never identifies a customer.
    pub is_personal: bool,
    /// All accounts that expect it; none for a personal domain.
    pub owner_account_ids: Vec<String>,
    /// The organizations that hold it; none for a personal domain.
    pub holder_organization_ids: Vec<i64>,
}

/// An organization as of a snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct OrganizationRecord {
    /// Its id.
    pub organization_id: i64,
    /// Its name.
    pub name: String,
    /// As received.
    pub external_id: Option<String>,
    /// Trimmed; none if nothing remains.
    #[serde(skip)]
    pub external_id_key: Option<String>,
    /// The account id that it stands for.
    pub external_account_id: Option<String>,
    /// Whether members see each other's tickets.
    pub is_shared_tickets: bool,
    /// Whether members may comment on them.
    pub is_shared_comments: bool,
    /// When it was made.
    pub created_at: Option<String>,
}

/// An account's mark on an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The organization.
    pub organization_id: i64,
    /// The account.
    pub account_id: String,
    /// The stored id or the external id.
    pub match_rule: MatchRule,
}

/// Everything that decides the link of one account.
#[derive(Debug, Clone)]
pub struct LinkFacts {
    /// The account.
    pub account: AccountRecord,
    /// Its domains.
    pub domains: Vec<ExpectedDomain>,
    /// The organizations that carry its id.
    pub carrier_ids: Vec<i64>,
    /// The marks of all accounts on the organizations below.
    pub claims: Vec<Claim>,
    /// What the audit's texts say of it.
    pub link: DecidedLink,
    /// Every organization that is named by a stored id, an `external_id` or a domain, and exists.
    pub organizations: BTreeMap<i64, OrganizationRecord>,
}

/// What a run stored about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunLink {
    /// The account.
    pub account_id: String,
    /// The state.
    pub link_state: LinkState,
    /// The organization, if there is one.
    pub organization_id: Option<i64>,
    /// The rule that gave it.
    pub match_rule: Option<MatchRule>,
}

impl Warehouse {
    /// Returns what decides the links of accounts, as of two snapshots; in the order of their ids. Accounts
    /// that are not there are left out.
    pub fn link_facts(
        &self,
        account_ids: &[String],
        salesforce_snapshot_id: i64,
        zendesk_snapshot_id: i64,
    ) -> Result<Vec<LinkFacts>, WarehouseError> {
        let at = (salesforce_snapshot_id, zendesk_snapshot_id);
        let accounts = self.accounts(account_ids, at.0)?;
        let mut domains = self.expected_domains(account_ids, at)?;
        let mut carriers: HashMap<String, Vec<i64>> = HashMap::new();
        for (account_id, organization_id) in
            self.traced("marks", (list(account_ids), at.0, at.1), |row| Ok((row.get(0)?, row.get(1)?)))?
        {
            carriers.entry(account_id).or_default().push(organization_id);
        }
        let mut named: BTreeSet<i64> = accounts.iter().filter_map(|row| row.stored_organization_id).collect();
        named.extend(carriers.values().flatten());
        named.extend(domains.values().flatten().flat_map(|domain| &domain.holder_organization_ids));
        let named: Vec<i64> = named.into_iter().collect();
        let organizations = self.organizations(&named, at.1)?;
        let claims = self.claims(&named, at)?;
        let owners = domains.values().flatten().flat_map(|domain| &domain.owner_account_ids);
        let around = claims.iter().map(|claim| &claim.account_id).chain(owners).chain(account_ids);
        let mut links = self.decided_links(&Near {
            asked: account_ids,
            accounts: around.map(String::as_str).collect(),
            organizations: &named,
            at,
        })?;
        Ok(accounts
            .into_iter()
            .filter_map(|account| {
                let link = links.remove(&account.account_id)?;
                let domains = domains.remove(&account.account_id).unwrap_or_default();
                let carrier_ids = carriers.remove(&account.account_id).unwrap_or_default();
                let mine: BTreeSet<i64> = account
                    .stored_organization_id
                    .into_iter()
                    .chain(carrier_ids.iter().copied())
                    .chain(domains.iter().flat_map(|domain| domain.holder_organization_ids.iter().copied()))
                    .collect();
                Some(LinkFacts {
                    claims: claims
                        .iter()
                        .filter(|row| mine.contains(&row.organization_id))
                        .cloned()
                        .collect(),
                    organizations: mine
                        .iter()
                        .filter_map(|id| Some((*id, organizations.get(id)?.clone())))
                        .collect(),
                    account,
                    domains,
                    carrier_ids,
                    link,
                })
            })
            .collect())
    }

    /// Returns accounts as of a snapshot.
    fn accounts(&self, ids: &[String], snapshot_id: i64) -> Result<Vec<AccountRecord>, WarehouseError> {
        self.traced("accounts", (list(ids), snapshot_id), |row| {
            Ok(AccountRecord {
                account_id: row.get(0)?,
                account_name: row.get(1)?,
                stored_organization_raw: row.get(2)?,
                stored_organization_id: row.get(3)?,
                owner: row.get(4)?,
                parent_account_id: row.get(5)?,
                is_unread: row.get(6)?,
            })
        })
    }

    fn expected_domains(
        &self,
        account_ids: &[String],
        at: (i64, i64),
    ) -> Result<HashMap<String, Vec<ExpectedDomain>>, WarehouseError> {
        let mut rows = self.traced("expected_domains", (list(account_ids), at.0), |row| {
            let domain = ExpectedDomain {
                domain_id: row.get(1)?,
                domain: row.get(2)?,
                is_personal: row.get(3)?,
                owner_account_ids: Vec::new(),
                holder_organization_ids: Vec::new(),
            };
            Ok((row.get::<_, String>(0)?, domain))
        })?;
        let usable: BTreeSet<i64> =
            rows.iter().filter(|(_, row)| !row.is_personal).map(|(_, row)| row.domain_id).collect();
        let usable: Vec<i64> = usable.into_iter().collect();
        let owners = self.domain_owners(&usable, at.0)?;
        let mut holders: HashMap<i64, Vec<i64>> = HashMap::new();
        for (domain_id, organization_id) in
            self.traced("domain_holders", (list(&usable), at.1), |row| Ok((row.get(0)?, row.get(1)?)))?
        {
            holders.entry(domain_id).or_default().push(organization_id);
        }
        let mut by_account: HashMap<String, Vec<ExpectedDomain>> = HashMap::new();
        for (account_id, mut domain) in rows.drain(..) {
            domain.owner_account_ids = owners.get(&domain.domain_id).cloned().unwrap_or_default();
            domain.holder_organization_ids = holders.get(&domain.domain_id).cloned().unwrap_or_default();
            by_account.entry(account_id).or_default().push(domain);
        }
        Ok(by_account)
    }

    /// Returns the accounts that expect domains, by the number of the domain.
    pub fn domain_owners(
        &self,
        domain_ids: &[i64],
        salesforce_snapshot_id: i64,
    ) -> Result<HashMap<i64, Vec<String>>, WarehouseError> {
        let mut owners: HashMap<i64, Vec<String>> = HashMap::new();
        for (domain_id, account_id) in
            self.traced("domain_owners", (list(domain_ids), salesforce_snapshot_id), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
        {
            owners.entry(domain_id).or_default().push(account_id);
        }
        Ok(owners)
    }

    /// Returns organizations as of a snapshot.
    pub fn organizations(
        &self,
        ids: &[i64],
        snapshot_id: i64,
    ) -> Result<BTreeMap<i64, OrganizationRecord>, WarehouseError> {
        let rows = self.traced("organizations", (list(ids), snapshot_id), |row| {
            Ok(OrganizationRecord {
                organization_id: row.get(0)?,
                name: row.get(1)?,
                external_id: row.get(2)?,
                external_id_key: row.get(3)?,
                external_account_id: row.get(4)?,
                is_shared_tickets: row.get(5)?,
                is_shared_comments: row.get(6)?,
                created_at: row.get(7)?,
            })
        })?;
        Ok(rows.into_iter().map(|row| (row.organization_id, row)).collect())
    }

    /// Returns the marks of accounts on organizations.
    pub fn claims(&self, organization_ids: &[i64], at: (i64, i64)) -> Result<Vec<Claim>, WarehouseError> {
        self.traced("claims", (list(organization_ids), at.0, at.1), |row| {
            Ok(Claim {
                organization_id: row.get(0)?,
                account_id: row.get(1)?,
                match_rule: closed(row, 2, MatchRule::from_text)?,
            })
        })
    }

    /// Returns the accounts that point to an organization in any way.
    pub fn related_accounts(
        &self,
        organization_id: i64,
        at: (i64, i64),
        run_id: i64,
    ) -> Result<Vec<String>, WarehouseError> {
        self.traced("related_accounts", (at.0, at.1, organization_id, run_id), |row| row.get(0))
    }

    /// Returns what a run stored about accounts.
    pub fn run_links(&self, run_id: i64, account_ids: &[String]) -> Result<Vec<RunLink>, WarehouseError> {
        self.traced("links", (run_id, list(account_ids)), |row| {
            Ok(RunLink {
                account_id: row.get(0)?,
                link_state: closed(row, 1, LinkState::from_text)?,
                organization_id: row.get(2)?,
                match_rule: closed_or_null(row, 3, MatchRule::from_text)?,
            })
        })
    }
}

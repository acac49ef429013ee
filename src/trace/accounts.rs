//! Accounts with their links: as the rules read the snapshots, and as the run stored them.

use serde::Serialize;

use super::{
    Ground,
    link::{Explanation, explain},
};
use crate::{
    model::LinkState,
    warehouse::{
        WarehouseError,
        trace::{AccountRecord, CountedLink, ExpectedDomain, Kind, LinkFacts, RunLink},
    },
};

/// An account and what decides its organization.
#[derive(Debug, Clone, Serialize)]
pub struct TracedAccount {
    /// The record.
    #[serde(flatten)]
    pub record: AccountRecord,
    /// Its domains.
    pub domains: Vec<ExpectedDomain>,
    /// What the run stored; none if it resolved nothing, or did not know the account.
    pub run_link: Option<RunLink>,
    /// What the rules say, one by one.
    pub explanation: Explanation,
    /// Its organization in Zendesk.
    pub organization_url: Option<String>,
    /// Whether it is judged as of another snapshot than the run's.
    #[serde(skip)]
    pub is_as_of_another_snapshot: bool,
    #[serde(skip)]
    facts: LinkFacts,
}

impl TracedAccount {
    /// The state that counts: the run's, else what the rules say.
    pub fn link_state(&self) -> LinkState {
        self.run_link.as_ref().map_or(self.explanation.link_state, |link| link.link_state)
    }

    /// The organization that counts: the run's, else what the rules say.
    pub fn organization_id(&self) -> Option<i64> {
        match &self.run_link {
            Some(link) => link.organization_id,
            None => self.explanation.organization_id,
        }
    }

    /// Whether the rules say what the run stored; none if it stored nothing.
    pub fn is_confirmed_by_run(&self) -> Option<bool> {
        self.run_link.as_ref().map(|link| {
            link.link_state == self.explanation.link_state
                && link.organization_id == self.explanation.organization_id
                && link.match_rule == self.explanation.match_rule
        })
    }

    /// What to say if the rules, with what is known now, read otherwise than the run did.
    pub(super) fn contradiction(&self) -> Option<String> {
        let link = self.run_link.as_ref().filter(|_| self.is_confirmed_by_run() == Some(false))?;
        Some(format!(
            "The run resolved account {} as {}{}; with the personal domains of today the rules say {}.",
            self.record.account_id,
            link.link_state,
            link.organization_id.map(|id| format!(" to organization {id}")).unwrap_or_default(),
            self.explanation.link_state
        ))
    }

    /// Whether the account expects a domain that names it.
    pub(super) fn expects(&self, domain_id: i64) -> bool {
        self.domains.iter().any(|domain| domain.domain_id == domain_id && !domain.is_personal)
    }

    /// The link that counts, as the place of a record goes by it.
    pub(super) fn counted_link(&self) -> CountedLink<'_> {
        CountedLink {
            account_id: &self.record.account_id,
            link_state: self.link_state(),
            organization_id: self.organization_id(),
            carrier_ids: &self.facts.carrier_ids,
        }
    }
}

/// Reads and explains accounts as of the run; `as_of` names another Salesforce snapshot.
pub(super) fn accounts(
    ground: &Ground<'_>,
    ids: &[String],
    as_of: Option<i64>,
) -> Result<Vec<TracedAccount>, WarehouseError> {
    let (salesforce, zendesk) = ground.at();
    let as_of = as_of.unwrap_or(salesforce);
    let links = ground.warehouse.run_links(ground.run.run_id, ids)?;
    let facts = ground.warehouse.link_facts(ids, as_of, zendesk)?;
    Ok(facts
        .into_iter()
        .map(|facts| {
            let explanation = explain(&facts);
            let run_link = links.iter().find(|link| link.account_id == facts.account.account_id).cloned();
            let organization =
                run_link.as_ref().map_or(explanation.organization_id, |link| link.organization_id);
            TracedAccount {
                record: facts.account.clone(),
                domains: facts.domains.clone(),
                organization_url: organization.and_then(|id| ground.url(Kind::Organization, id)),
                run_link,
                explanation,
                is_as_of_another_snapshot: as_of != salesforce,
                facts,
            }
        })
        .collect())
}

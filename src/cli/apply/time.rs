//! How long an apply takes, and the time that it goes by.

use std::time::Instant;

use indicatif::HumanDuration;

use crate::{
    apply::{self, CheckedPlan, Moment, Watch},
    clock::Clock,
    output::counted,
    zendesk::client::ZendeskClient,
};

/// The time of this machine, by both of its clocks.
pub(super) struct MachineWatch {
    clock: Clock,
    begun: Instant,
}

impl MachineWatch {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, begun: Instant::now() }
    }
}

impl Watch for MachineWatch {
    fn now(&self) -> Moment {
        Moment { at: self.clock.now(), since: self.begun.elapsed() }
    }
}

/// What a dry run will ask for, said before its first request: how much, and about how long it takes.
pub(super) async fn foretold(plan: &CheckedPlan, client: &ZendeskClient) -> String {
    let opening = client.opening_requests();
    let requests = opening + apply::estimate(plan, &|count| client.time_for(opening + count)).await;
    let account = client.status().account;
    format!(
        "a dry run of {}: about {}, which takes about {} at {:.0} a minute{}",
        counted(plan.action_count() as u64, "repair"),
        counted(requests, "request"),
        HumanDuration(client.time_for(requests)),
        account.quota,
        if account.is_learned { "" } else { ", and less where the account's limit allows more" },
    )
}

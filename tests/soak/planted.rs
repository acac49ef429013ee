//! Faults of the protocol, planted on purpose: the judge must see each of them, or it would see none.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use orgdrift::apply::{
    self, Caps, Earlier, Entry, Journal, Moment, Run, Surroundings, WarehouseJournal, Watch,
};
use orgdrift::model::journal::{
    ApplyReason, Confirmation, EventDetails, HeadingBody, IntentBody, OutcomeBody, RepairOutcome, StatedCaps,
};
use orgdrift::model::{ActionOutcome, ApplyMode, EventKind};
use orgdrift::warehouse::plans::PlanKey;
use orgdrift::warehouse::{Warehouse, WarehouseError};
use orgdrift::zendesk::client::{
    ApiError, ClientOptions, Credentials, RateShare, WritingClient, ZendeskClient,
};
use orgdrift::zendesk::records::{
    LiveAddress, LiveMembership, LiveOrganization, LiveUser, RecordApi, Reply, WriteAnswer, WriteApi,
    WriteRequest,
};
use serde_json::Value;
use tokio::sync::Notify;

use super::company::{CHAIN, Company, small};
use super::judge::{judge, writes};
use super::round::Round;
use crate::common::clock;
use crate::common::dice::Dice;
use crate::common::faults::{Fault, Which};
use crate::common::soak_rounds;

/// Rounds of each.
const ROUNDS: u64 = 25;

/// What is wrong with the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// The records are not read again: what the plan was made of is believed.
    NoLook,
    /// What a request was to do is believed to be done, whatever became of it.
    NoLookAfter,
    /// Requests leave without an intent.
    NoIntent,
    /// The outcome is written down when the intent is.
    OutcomeFirst,
    /// The caps are looked at after the first write.
    LateCaps,
    /// A request is sent twice for one intent.
    SentTwice,
}

/// A request whose answer is lost and which arrives only before a later call: after so many more.
type Late = Mutex<Option<(WriteRequest, u64)>>;

/// Ends the process, as far as a test can: at the step of that number nothing goes on.
struct Crash {
    at: u32,
    steps: AtomicU32,
    is_over: Notify,
}

impl Crash {
    fn new(at: u32) -> Self {
        Self { at, steps: AtomicU32::new(0), is_over: Notify::new() }
    }

    fn is_now(&self) -> bool {
        self.steps.fetch_add(1, Ordering::Relaxed) + 1 == self.at
    }

    async fn point(&self) {
        if self.is_now() {
            self.is_over.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

/// What is believed of the records without a look.
#[derive(Debug, Default, Clone)]
struct Beliefs {
    organizations: HashMap<i64, LiveOrganization>,
    users: HashMap<i64, LiveUser>,
    memberships: HashMap<i64, Vec<LiveMembership>>,
}

impl Beliefs {
    /// All that the plan speaks of, as it was.
    async fn of(company: &Company, api: &WritingClient) -> Self {
        let mut beliefs = Self::default();
        let id = |action: &Value, name: &str| action[name].as_str().and_then(|text| text.parse().ok());
        for action in company.actions() {
            if let Some(id) = id(action, "organization_id") {
                beliefs.organizations.insert(id, api.organization(id).await.unwrap().unwrap());
            }
            if let Some(id) = id(action, "user_id") {
                beliefs.users.insert(id, api.user(id).await.unwrap().unwrap());
                beliefs.memberships.insert(id, api.memberships_of(id).await.unwrap());
            }
        }
        beliefs
    }

    fn believe(&mut self, request: &WriteRequest) {
        match request {
            WriteRequest::SetExternalId { organization_id, external_id } => {
                self.organizations.get_mut(organization_id).unwrap().external_id = Some(external_id.clone());
            }
            WriteRequest::SetDomainNames { organization_id, domain_names } => {
                self.organizations.get_mut(organization_id).unwrap().domain_names.clone_from(domain_names);
            }
            WriteRequest::AddMembership { user_id, organization_id } => {
                let list = self.memberships.get_mut(user_id).unwrap();
                let is_default = list.is_empty();
                list.push(LiveMembership { id: 1, organization_id: *organization_id, is_default });
            }
            WriteRequest::MakeDefault { user_id, membership_id } => {
                for one in self.memberships.get_mut(user_id).unwrap() {
                    one.is_default = one.id == *membership_id;
                    if one.is_default {
                        let user = self.users.get_mut(user_id).unwrap();
                        user.default_organization_id = Some(one.organization_id);
                    }
                }
            }
        }
    }
}

/// A client that may believe instead of looking.
struct PlantedApi<'a> {
    inner: &'a WritingClient,
    planted: Planted,
    crash: &'a Crash,
    beliefs: Mutex<Beliefs>,
    /// Records whose look is answered by what is believed.
    believed: Mutex<BTreeSet<i64>>,
    late: &'a Late,
    dice: &'a Mutex<Dice>,
}

impl PlantedApi<'_> {
    fn beliefs(&self) -> MutexGuard<'_, Beliefs> {
        self.beliefs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call is one that a late request may come before.
    async fn arrive(&self) {
        let due = {
            let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
            match late.take() {
                Some((request, 0)) => Some(request),
                Some((request, calls)) => {
                    *late = Some((request, calls - 1));
                    None
                }
                None => None,
            }
        };
        if let Some(request) = due {
            self.inner.write(&request).await;
        }
    }

    /// Whether the request is one that comes late.
    fn delay(&self, request: &WriteRequest) -> bool {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        let is_late = late.is_none() && dice.chance(25);
        if is_late {
            *late = Some((request.clone(), dice.below(9)));
        }
        is_late
    }

    fn is_believed(&self, id: i64) -> bool {
        match self.planted {
            Planted::NoLook => true,
            Planted::NoLookAfter => {
                self.believed.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
            }
            _ => false,
        }
    }

    fn wrote(&self, request: &WriteRequest, answer: &WriteAnswer) {
        let id = match request {
            WriteRequest::SetExternalId { organization_id: id, .. }
            | WriteRequest::SetDomainNames { organization_id: id, .. }
            | WriteRequest::AddMembership { user_id: id, .. }
            | WriteRequest::MakeDefault { user_id: id, .. } => *id,
        };
        let is_believed = match self.planted {
            Planted::NoLook => answer.reply == Reply::Done,
            _ => true,
        };
        if is_believed {
            self.beliefs().believe(request);
            self.believed.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
    }
}

impl RecordApi for PlantedApi<'_> {
    type Error = ApiError;

    async fn organization(&self, id: i64) -> Result<Option<LiveOrganization>, ApiError> {
        self.arrive().await;
        if self.is_believed(id) {
            return Ok(self.beliefs().organizations.get(&id).cloned());
        }
        self.inner.organization(id).await
    }

    async fn organizations_by_external_id(&self, external_id: &str) -> Result<Vec<i64>, ApiError> {
        if self.planted == Planted::NoLook {
            return Ok(Vec::new());
        }
        self.inner.organizations_by_external_id(external_id).await
    }

    async fn user(&self, id: i64) -> Result<Option<LiveUser>, ApiError> {
        self.arrive().await;
        if self.is_believed(id) {
            return Ok(self.beliefs().users.get(&id).cloned());
        }
        self.inner.user(id).await
    }

    async fn memberships_of(&self, user_id: i64) -> Result<Vec<LiveMembership>, ApiError> {
        self.arrive().await;
        if self.is_believed(user_id) {
            return Ok(self.beliefs().memberships.get(&user_id).cloned().unwrap_or_default());
        }
        self.inner.memberships_of(user_id).await
    }

    async fn addresses_of(&self, user_id: i64) -> Result<Vec<LiveAddress>, ApiError> {
        self.inner.addresses_of(user_id).await
    }

    async fn allows_several_organizations(&self) -> Result<Option<bool>, ApiError> {
        Ok(Some(true))
    }
}

impl WriteApi for PlantedApi<'_> {
    async fn write(&self, request: &WriteRequest) -> WriteAnswer {
        self.crash.point().await;
        self.arrive().await;
        if self.planted == Planted::Nothing && self.delay(request) {
            self.crash.point().await;
            return WriteAnswer { reply: Reply::Unclear, status: None, request_id: None, problem: None };
        }
        if self.planted == Planted::SentTwice {
            self.inner.write(request).await;
        }
        let answer = self.inner.write(request).await;
        self.wrote(request, &answer);
        self.crash.point().await;
        answer
    }
}

/// A journal that may leave out what it is told, or write it down too early.
struct PlantedJournal<'a> {
    inner: WarehouseJournal<'a>,
    planted: Planted,
    crash: &'a Crash,
}

impl Journal for PlantedJournal<'_> {
    fn add(&self, entries: &[Entry]) -> Result<(), WarehouseError> {
        let crash = || WarehouseError::NotStored { what: "a crash" };
        if self.crash.is_now() {
            return Err(crash());
        }
        let entries: Vec<Entry> = entries.iter().flat_map(|entry| self.changed(entry)).collect();
        if !entries.is_empty() {
            self.inner.add(&entries)?;
        }
        if self.crash.is_now() { Err(crash()) } else { Ok(()) }
    }
}

impl PlantedJournal<'_> {
    fn changed(&self, entry: &Entry) -> Vec<Entry> {
        match (self.planted, &entry.details) {
            (Planted::NoIntent, EventDetails::Intent(_) | EventDetails::Answer(_))
            | (Planted::OutcomeFirst, EventDetails::Answer(_)) => Vec::new(),
            (Planted::OutcomeFirst, EventDetails::Intent(intent)) => {
                vec![entry.clone(), too_early(entry.position, intent)]
            }
            (Planted::OutcomeFirst, EventDetails::Outcome(body))
                if matches!(body.outcome, ActionOutcome::Applied | ActionOutcome::Unknown) =>
            {
                Vec::new()
            }
            _ => vec![entry.clone()],
        }
    }
}

/// The outcome of a repair that was not sent yet.
fn too_early(position: Option<i64>, intent: &IntentBody) -> Entry {
    let details = EventDetails::Outcome(OutcomeBody {
        issue_key: "planted".to_owned(),
        outcome: ActionOutcome::Applied,
        reason: None,
        before: None,
        after: None,
        status: None,
        request_id: None,
        of_repair: Some(RepairOutcome {
            action_id: intent.action_id.clone(),
            action: intent.action,
            confirmed_by: Some(Confirmation::Answer),
            checked_live: Some(Vec::new()),
            checked_by_snapshot: Vec::new(),
            look: intent.look.clone(),
        }),
    });
    Entry { position, details }
}

fn client(round: &Round) -> WritingClient {
    let environment = round.sandbox.environment();
    let find =
        |wanted: &str| environment.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into());
    let credentials = Credentials::find(None, find).unwrap();
    let options = ClientOptions { rate_share: RateShare::percent(100).unwrap(), ..ClientOptions::default() };
    WritingClient::new(ZendeskClient::new(credentials, options).unwrap())
}

/// The time of a process, whose clock stands still.
struct Watched(Instant);

impl Watch for Watched {
    fn now(&self) -> Moment {
        Moment { at: "2026-11-02T07:00:00Z".to_owned(), since: self.0.elapsed() }
    }
}

/// How a process ended.
enum Ended {
    Whole,
    Crashed,
    Refused,
}

/// A child that another test is starting holds what this process holds, for as long as it is no program yet.
pub(crate) fn open(path: &Path) -> Warehouse {
    for _ in 0..500 {
        match Warehouse::open_for_writing(path) {
            Err(WarehouseError::InUse { .. }) => std::thread::sleep(Duration::from_millis(10)),
            other => return other.unwrap(),
        }
    }
    panic!("the warehouse is in use");
}

/// One process: from the warehouse as it lies there to the end, or to its crash.
async fn process(
    round: &Round,
    planted: Planted,
    caps: Caps,
    beliefs: &Beliefs,
    network: (&Late, &Mutex<Dice>),
    crash: &Crash,
) -> Ended {
    let warehouse = open(&round.db());
    let plan = warehouse.plan(PlanKey::Id(1)).unwrap().unwrap();
    let attempt = warehouse.live_attempt(1).unwrap();
    let events = attempt.map(|attempt| warehouse.events_of(attempt).unwrap()).unwrap_or_default();
    if events.last().is_some_and(|event| event.kind == EventKind::ApplyEnded) {
        return Ended::Whole;
    }
    let examined = orgdrift::plan::examine(&warehouse, &plan, &clock()).unwrap();
    let around = Surroundings {
        live_subdomain: "soak.sandbox",
        examined: &examined,
        taken_at: "2026-11-02T06:00:00Z",
        accounts_taken_at: "2026-11-02T06:00:00Z",
        max_accounts_age: 7,
        began_under: None,
        now: "2026-11-02T07:00:00Z",
        max_age: 24,
        used_by: None,
        is_resumed: attempt.is_some(),
        confirmed: Some(&round.company.hash),
    };
    let no_caps = Caps { max_actions: 1_000, max_per_account: 1_000 };
    let first_caps = if planted == Planted::LateCaps { no_caps } else { caps };
    let Ok(checked) = apply::check(&plan, first_caps, &around).unwrap() else { return Ended::Refused };
    let inner = client(round);
    let api = PlantedApi {
        inner: &inner,
        planted,
        crash,
        beliefs: Mutex::new(beliefs.clone()),
        believed: Mutex::default(),
        late: network.0,
        dice: network.1,
    };
    let clock = clock();
    let journal = PlantedJournal {
        inner: WarehouseJournal {
            warehouse: &warehouse,
            attempt_id: attempt.unwrap_or_else(|| warehouse.next_attempt_id().unwrap()),
            plan_id: 1,
            mode: ApplyMode::Live,
            clock: &clock,
        },
        planted,
        crash,
    };
    let stop = || {
        let is_over = planted == Planted::LateCaps && writes(&round.sandbox.ledger()) > 0;
        (is_over && apply::check(&plan, caps, &around).unwrap().is_err()).then_some(ApplyReason::Interrupted)
    };
    let run = Run {
        journal: &journal,
        earlier: Earlier::of(&events, "2026-11-02T07:00:00Z").unwrap(),
        heading: HeadingBody {
            plan_hash: plan.plan_hash.clone(),
            source_identity: plan.source_identity.clone(),
            caps: StatedCaps {
                max_actions: caps.max_actions,
                max_per_account: caps.max_per_account,
                max_plan_age: 24,
            },
            user_id: "1".to_owned(),
            asked_at: "2026-11-02T07:00:00Z".to_owned(),
            server_time: None,
            tool_version: "planted".to_owned(),
        },
        stop: &stop,
        tell: &|_, _, _, _| {},
        settle: Duration::from_millis(1),
        watch: &Watched(Instant::now()),
    };
    tokio::select! {
        ended = apply::live(&checked, &api, &run) => match ended {
            Ok(_) => Ended::Whole,
            Err(_) => Ended::Crashed,
        },
        () = crash.is_over.notified() => Ended::Crashed,
    }
}

/// One round: somebody else changed a record, the network loses some requests, the process crashes at random
/// steps until the apply is whole. Returns what the judge says.
fn one_round(planted: Planted, seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let round = Round::new(small());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let beliefs = runtime.block_on(Beliefs::of(round.company, &client(&round)));
    if seed.is_multiple_of(2) {
        round.sandbox.sandbox.change(|world| {
            let mut organization = world.organization(21_000_000_001).unwrap();
            organization["external_id"] = "somebody-else-s".into();
            organization["updated_at"] = "2026-11-02T06:30:00Z".into();
            world.put_organization(&organization.to_string()).unwrap();
        });
    }
    round.sandbox.faults.seed(seed);
    round.sandbox.faults.on_writes("/", Which::Percent(8), Fault::status(503, None));
    round.sandbox.faults.on_writes("/", Which::Percent(8), Fault::ResetAfter);
    // Every fifth plan is larger than is allowed.
    let is_too_large = seed % 5 == 4;
    let caps = Caps { max_actions: if is_too_large { CHAIN } else { 40 }, max_per_account: 9 };
    let (late, network_dice) = (Late::default(), Mutex::new(Dice::new(seed + 1_000_000)));
    let network = (&late, &network_dice);
    let one = |crash: &Crash| runtime.block_on(process(&round, planted, caps, &beliefs, network, crash));
    let mut ended = Ended::Crashed;
    for _ in 0..12 {
        ended = one(&Crash::new(u32::try_from(dice.below(60)).unwrap() + 1));
        if !matches!(ended, Ended::Crashed) {
            break;
        }
    }
    if matches!(ended, Ended::Crashed) {
        ended = one(&Crash::new(u32::MAX));
    }
    match ended {
        Ended::Refused => after_refusal(&round),
        _ if is_too_large => {
            let count = writes(&round.sandbox.ledger());
            vec![format!("ledger: {count} writes of a plan that is larger than is allowed")]
        }
        _ => judge(round.company, &round.sandbox, &round.db()).bad,
    }
}

/// A refused plan leaves no trace.
fn after_refusal(round: &Round) -> Vec<String> {
    let mut bad = Vec::new();
    let count = writes(&round.sandbox.ledger());
    if count > 0 {
        bad.push(format!("ledger: {count} writes of a plan that was refused"));
    }
    let events = round.bench.value("select count(*) from apply_events");
    if events != "0" {
        bad.push(format!("journal: {events} events of a plan that was refused"));
    }
    bad
}

fn all_rounds(planted: Planted, rounds: u64) -> Vec<String> {
    let named = |seed| one_round(planted, seed).into_iter().map(move |text| (seed, text));
    let found: Vec<(u64, String)> = (0..rounds).flat_map(named).collect();
    if let Some((seed, text)) = found.first() {
        println!("{planted:?}, seed {seed}: {text}");
    }
    found.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn the_protocol_without_a_planted_fault_is_right() {
    // Also where requests arrive long after their answer was given up.
    let rounds = soak_rounds().unwrap_or(ROUNDS);
    assert_eq!(all_rounds(Planted::Nothing, rounds), [""; 0]);
}

#[test]
fn the_judge_sees_every_planted_fault() {
    for planted in [
        Planted::NoLook,
        Planted::NoLookAfter,
        Planted::NoIntent,
        Planted::OutcomeFirst,
        Planted::LateCaps,
        Planted::SentTwice,
    ] {
        // The ledger must show it: the journal may be as wrong as whoever writes it. Often the first round does.
        let shown =
            (0..ROUNDS).flat_map(|seed| one_round(planted, seed)).find(|bad| bad.starts_with("ledger: "));
        println!("{planted:?}: {shown:?}");
        assert!(shown.is_some(), "nobody saw {planted:?} in {ROUNDS} rounds");
    }
}

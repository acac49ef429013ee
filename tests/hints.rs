//! The last line of talk leads on: from an empty folder to a proven repair, and never back to where one was.

use std::collections::BTreeSet;
use std::time::Duration;

use orgdrift::{catalog::files, clock::Clock};

use crate::common::bench::{Bench, Told};
use crate::common::sandbox::TestSandbox;

/// What the last line of talk says to type.
fn next(told: &Told) -> Option<String> {
    told.err.lines().last()?.strip_prefix("next: orgdrift ").map(str::to_owned)
}

#[test]
fn following_the_hints_leads_from_an_empty_folder_to_a_proven_repair() {
    // Time goes on: a reading shows what came of an apply only if it began later.
    let sandbox = TestSandbox::demo_at(Clock::system());
    let bench = Bench::empty();
    let accounts = files::DEMO.iter().find(|(name, _)| *name == "accounts.csv").unwrap().1;
    bench.write("accounts.csv", accounts);
    let mut typed = "init".to_owned();
    let mut states = BTreeSet::new();
    let mut walk = Vec::new();
    for _ in 0..25 {
        if typed == "ingest zendesk" {
            std::thread::sleep(Duration::from_secs(2));
        }
        let mut command = bench.live_command(&sandbox, &typed.split(' ').collect::<Vec<_>>());
        command.env_remove("ORGDRIFT_TEST_NOW");
        let told = bench.run_command(command);
        assert_eq!(told.code, 0, "{typed}: {}{}", told.out, told.err);
        walk.push(typed.clone());
        let records = bench.value("select count(*) from snapshots");
        assert!(states.insert((typed.clone(), records)), "the hints lead in a circle: {walk:?}");
        if typed.starts_with("prove ") {
            assert!(!told.out.contains("still_open") && told.out.contains("resolved"), "{}", told.out);
            let wanted = [
                "init", "ingest", "ingest", "audit", "export", "plan", "plan", "apply", "apply", "receipt",
                "ingest", "audit", "prove",
            ];
            let verbs: Vec<&str> = walk.iter().map(|typed| typed.split(' ').next().unwrap()).collect();
            assert_eq!(verbs, wanted, "{walk:?}");
            return;
        }
        let following = next(&told).unwrap_or_else(|| panic!("{typed} says nothing: {}", told.text()));
        typed = following;
    }
    panic!("no proof after {walk:?}");
}

#[test]
fn whoever_looks_around_is_led_on_and_never_in_a_circle() {
    let bench = Bench::with_demo();
    for beginning in [
        "list issues",
        "list accounts",
        "list users",
        "list causes",
        "find acmefoods-demo.co.uk",
        "list runs",
    ] {
        let mut typed = beginning.to_owned();
        let mut seen = BTreeSet::new();
        loop {
            assert!(seen.insert(typed.clone()), "from {beginning}: {typed} again, after {seen:?}");
            let told = bench.run(&typed.split(' ').collect::<Vec<_>>());
            assert_eq!(told.code, 0, "{typed}: {}", told.text());
            match next(&told) {
                // Whoever plans is on the way.
                Some(following) if following != "plan" => typed = following,
                _ => break,
            }
        }
    }
}

//! Whatever an audit of the changes follows, it follows for a reason: without it some day is audited wrongly.

use std::collections::BTreeSet;
use std::fs;

use orgdrift::warehouse::delta::{SETS, inputs};

use super::edits::Company;
use super::{DAYS, chains, differences};
use crate::common::bench::Bench;
use crate::common::dice::Dice;
use crate::common::new_warehouse;

/// So many chains show two thirds of them. Some of the others are there for what hardly ever comes alone: the list of its
/// domains is part of an organization's version too, and an unread account keeps its names among the unread ones.
const LONG: u64 = 100;

/// So many faults are seen without a long run.
const ENOUGH: usize = 3;

#[test]
fn an_input_that_is_left_out_is_noticed() {
    let mut missing: BTreeSet<String> = SETS
        .iter()
        .flat_map(|set| inputs(set).into_iter().map(move |input| format!("{set}/{input}")))
        .collect();
    let all = missing.len();
    assert!(all > 30);
    let bench = Bench::in_memory();
    let full = Bench::in_memory();
    let spoiled = Bench::in_memory();
    let is_long = chains() >= LONG;
    let mut dice = Dice::new(chains());
    let (mut tried, mut seen) = (0, 0);
    for seed in 0..chains().min(400) {
        let _ = fs::remove_dir_all(bench.path(""));
        fs::create_dir_all(bench.path("")).unwrap();
        new_warehouse(&bench.path(""));
        let mut company = Company::new(seed);
        for day in 0..DAYS {
            if day > 0 {
                company.change(&bench);
            }
            if !company.read(&bench, day) {
                break;
            }
            fs::copy(bench.db(), full.db()).unwrap();
            let before = fs::read(bench.db()).unwrap();
            company.audit(&bench, &full, &["--full"]);
            company.audit(&bench, &bench, &[]);
            if bench.value("select max(is_delta) from runs where run_id = (select max(run_id) from runs)")
                == "0"
            {
                continue;
            }
            missing.retain(|fault| {
                // All of them take minutes: without a long run some are tried, until a few were seen.
                if !is_long && (seen >= ENOUGH || !dice.chance(12)) {
                    return true;
                }
                tried += 1;
                fs::write(spoiled.db(), &before).unwrap();
                let told = company.audit_without(&bench, &spoiled, fault);
                let is_missing = told && differences(&spoiled.db(), &full.db(), "table").is_empty();
                seen += usize::from(!is_missing);
                is_missing
            });
        }
    }
    println!("{} of {all} faults were seen in {tried} audits; not seen: {missing:?}", all - missing.len());
    if is_long {
        assert!(missing.len() * 3 <= all, "{missing:?}");
    } else {
        assert!(missing.len() < all, "of {tried} faults none was seen");
    }
}

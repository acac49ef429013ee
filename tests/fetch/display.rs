//! How far a fetch is, for people in front of a terminal and for logs.

use std::process::Command;
use std::time::Duration;

use crate::common::bench::Bench;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

#[test]
#[expect(clippy::print_stderr, reason = "says what it skips")]
fn a_terminal_shows_bars_and_is_left_with_lines() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::limited_demo();
    sandbox.faults.on("/api/v2/", Which::From(1), Fault::Latency(Duration::from_millis(400)));
    let binary = bench.command(&[]).get_program().to_owned();
    // Gives the command a terminal of its own.
    let typed = format!("stty columns 150; '{}' fetch zendesk folder", binary.display());
    let told = Command::new("script")
        .args(["-qec", &typed, "/dev/null"])
        .current_dir(bench.path(""))
        .envs(sandbox.environment())
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stdin(std::process::Stdio::null())
        .output();
    let Ok(told) = told else {
        eprintln!("SKIPPED a_terminal_shows_bars_and_is_left_with_lines: there is no program `script`");
        return;
    };
    let text = String::from_utf8(told.stdout).unwrap();
    for shown in [" of 14", " of 38", "0 pages, 0 rows/s", " requests, limit 200 of 400 a minute, "] {
        assert!(text.contains(shown), "no {shown:?} in {text:?}");
    }
    let rest = text.rsplit('\u{1b}').next().unwrap().replace('\r', "");
    let lines: Vec<&str> = rest.lines().collect();
    assert!(lines[0].ends_with("organizations: complete, 14 rows in 1 page"), "{text:?}");
    assert_eq!(lines.last(), Some(&"next: orgdrift ingest zendesk --from folder"));
    assert_eq!(told.status.code(), Some(0));
    assert!(!text.contains(&sandbox.token));
}

#[test]
fn a_log_gets_no_bars() {
    let bench = Bench::empty();
    let told = bench.run_live(&TestSandbox::demo(), &["fetch", "zendesk", "folder"]).expect(0);
    assert!(!told.err.contains('\u{1b}') && told.err.lines().count() == 5, "{}", told.err);
}

//! `export datasette`: the folder served by a real Datasette, asked over HTTP on this machine.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::common::bench::Bench;
use crate::common::sandbox::client;
use crate::stock_readers::{is_there, rich_warehouse};

/// A Datasette that ends with the test.
struct Datasette {
    process: Child,
    address: String,
}

impl Drop for Datasette {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Datasette {
    /// Serves a folder on a port that the system chooses.
    fn serve(bench: &Bench, folder: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut process = Command::new("datasette")
            .args([folder, "--host", "127.0.0.1", "--port", &port.to_string()])
            .current_dir(bench.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let is_up = lines.by_ref().any(|line| line.unwrap().contains("Uvicorn running"));
        assert!(is_up, "Datasette does not start");
        // What it says afterwards is read, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address: format!("http://127.0.0.1:{port}") }
    }

    fn get(&self, path: &str) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let reply = client().get(format!("{}{path}", self.address)).send().await.unwrap();
            let status = reply.status();
            let text = reply.text().await.unwrap();
            assert!(status.is_success(), "{path}: {status} {text}");
            text
        })
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path)).unwrap()
    }
}

#[test]
fn datasette_serves_the_folder_with_links_facets_filters_and_questions() {
    if !is_there("datasette", &["--version"], "Datasette") {
        return;
    }
    let bench = Bench::empty();
    rich_warehouse(bench.path("").as_path());
    bench.run(&["export", "datasette", "ds"]).expect(0);
    let datasette = Datasette::serve(&bench, "ds");

    let index = datasette.get("/");
    assert!(index.contains("Customer data drift"), "{index}");
    let database = datasette.json("/drift.json");
    let visible: Vec<&str> = database["tables"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|table| table["hidden"] == false)
        .map(|table| table["name"].as_str().unwrap())
        .collect();
    assert!(visible.contains(&"issue") && visible.contains(&"account"), "{visible:?}");
    assert!(!visible.iter().any(|name| name.starts_with('_') || name.starts_with("sqlite")), "{visible:?}");
    assert!(!visible.contains(&"data_dictionary"), "{visible:?}");

    // Datasette binds the text 1, whatever the column is.
    let open = datasette.json("/drift/issue.json?is_open=1&_shape=objects");
    let expected = bench.value("select count(*) from latest_issues");
    assert_eq!(open["filtered_table_rows_count"].to_string(), expected);
    let facets = datasette.json("/drift/issue.json?_facet=code&_facet=state");
    let codes = facets["facet_results"]["code"]["results"].as_array().unwrap();
    assert!(codes.len() > 4, "{codes:?}");
    let states = facets["facet_results"]["state"]["results"].as_array().unwrap();
    assert!(states.iter().any(|state| state["value"] == "resolved"), "{states:?}");
    // A facet of a column that refers to another table is labelled by that.
    assert!(codes.iter().all(|code| code["label"] != code["value"]), "{codes:?}");

    // The account of an issue is a link with the name of the account.
    let page = datasette.get("/drift/issue?code=org_missing_external_id");
    assert!(page.contains("href=\"/drift/account/"), "{page}");
    assert!(page.contains(">Acme Healthcare</a>"), "{page}");
    let described = datasette.get("/drift/issue");
    assert!(described.contains("One row per issue that there ever was"), "{described}");
    assert!(
        described.contains("days from the first time until it was resolved")
            || described.contains("Days from the first time"),
        "{described}"
    );

    // Every question answers, also those with a parameter.
    for query in orgdrift::catalog::canned_queries() {
        let given = match query.parameters.first().map(|one| one.name) {
            Some("since") => "since=2026-11-02&",
            Some(_) => "account=001ACME00100000YDA&",
            None => "",
        };
        let answer = datasette.json(&format!("/drift/{}.json?{given}_shape=objects", query.name));
        assert_eq!(answer["ok"], true, "{}: {answer}", query.name);
        let rows = answer["rows"].as_array().unwrap();
        assert!(!rows.is_empty() || query.name == "repairs", "{} says nothing", query.name);
    }
}

#[test]
fn the_folder_is_one_that_may_be_written() {
    let bench = Bench::with_demo();
    for (arguments, code, says) in [
        (&["export", "datasette"][..], 2, "<DIR>"),
        (
            &["export", "datasette", "ds", "--code", "orphan_org"],
            2,
            "`orgdrift export exceptions`, `orgdrift export issues` take --code",
        ),
        (&["export", "issues", "ds"], 2, "unexpected argument 'ds'"),
        (&["export", "issues", "--keep-owner"], 2, "`orgdrift export datasette` takes --keep-owner"),
        (&["export", "datasette", "none/ds"], 1, "cannot write"),
        (&["export", "datasette", "orgdrift.db"], 1, "cannot write"),
    ] {
        let told = bench.unchanged(arguments).expect(code);
        assert!(told.err.contains(says), "{arguments:?}: {}", told.err);
    }
    std::os::unix::fs::symlink(bench.path(""), bench.path("link")).unwrap();
    let told = bench.run(&["export", "datasette", "link"]).expect(2);
    assert!(told.err.contains("a symbolic link"), "{}", told.err);
    bench.run(&["export", "datasette", "ds"]).expect(0);
    bench.run(&["export", "datasette", "ds"]).expect(0);
    let metadata: Value =
        serde_json::from_str(&std::fs::read_to_string(bench.path("ds/metadata.json")).unwrap()).unwrap();
    assert_eq!(metadata["databases"]["drift"]["tables"]["account"]["label_column"], "account_name");
    assert!(metadata["databases"]["drift"]["tables"]["account"]["columns"].get("owner").is_none());
}

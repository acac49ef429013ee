//! A sandbox in a thread of its own, and a client to ask it with.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use orgdrift::clock::Clock;
use orgdrift::sandbox::{Entry, Options, Sandbox, Server, World, router};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::clock;
use super::faults::Faults;

/// A running sandbox. It stops when it is dropped.
pub(crate) struct TestSandbox {
    /// The address, such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    /// The secret: bearer token, API token, and secret of any OAuth client.
    pub(crate) token: String,
    /// The server's state: its ledger, its records, its clock.
    pub(crate) sandbox: Arc<Sandbox>,
    /// What goes wrong on the way to it; nothing at first.
    pub(crate) faults: Faults,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    asking: Runtime,
}

/// A reply.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    /// Null where the body is no JSON.
    pub(crate) json: Value,
}

impl Answered {
    /// A header as text; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks the status and shows the body if it is another one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The ids of a list of records.
    #[track_caller]
    pub(crate) fn ids(&self, list: &str) -> Vec<i64> {
        let records = self.json[list].as_array().unwrap_or_else(|| panic!("no {list} in {}", self.text));
        records.iter().map(|record| record["id"].as_i64().unwrap()).collect()
    }
}

impl TestSandbox {
    /// The demo's account, at the usual moment of the tests.
    pub(crate) fn demo() -> Self {
        Self::demo_at(clock())
    }

    /// The demo's account at another time. Its limits are wide: at those of most accounts a client takes seconds for a
    /// dozen requests, and what it makes of limits is tested where they are set.
    pub(crate) fn demo_at(clock: Clock) -> Self {
        let most = 1_000_000;
        let options =
            Options { rate_limit: most, export_limit: most, tickets_limit: most, ..Options::default() };
        Self::start(World::demo().unwrap(), options, clock)
    }

    /// The demo's account with the limits that the sandbox has by itself.
    pub(crate) fn limited_demo() -> Self {
        Self::start(World::demo().unwrap(), Options::default(), clock())
    }

    /// Serves a world.
    pub(crate) fn start(world: World, options: Options, clock: Clock) -> Self {
        let sandbox = Arc::new(Sandbox::new(world, options, clock));
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let faults = Faults::new(Arc::clone(&sandbox));
        let service = faults.around(router(Arc::clone(&sandbox)));
        let thread = std::thread::spawn(move || {
            let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind(0).await.unwrap();
                tell.send(server.url()).unwrap();
                let serving = server.serve(service, std::future::pending());
                // Connections that clients keep open would hold up a graceful end.
                tokio::select! {
                    ended = serving => ended.unwrap(),
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Self {
            url: told.recv().unwrap(),
            token: sandbox.options().token.clone(),
            sandbox,
            faults,
            stop: Some(stop),
            thread: Some(thread),
            asking: Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    /// Every request so far.
    pub(crate) fn ledger(&self) -> Vec<Entry> {
        self.sandbox.ledger()
    }

    /// The environment of a command that is to ask this sandbox.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("ORGDRIFT_ZENDESK_URL", self.url.clone()),
            ("ZENDESK_SUBDOMAIN", self.sandbox.look(|world| world.subdomain().to_owned())),
            ("ZENDESK_OAUTH_TOKEN", self.token.clone()),
        ]
    }

    /// Writes what the account holds now as a folder that can be ingested; one page of each export must do.
    pub(crate) fn write_folder(&self, folder: &Path, taken_at: &str) {
        self.sandbox.settle();
        std::fs::create_dir_all(folder).unwrap();
        // Users and tickets as exports, which have what lists leave out: deleted users, archived tickets.
        for (name, path) in [
            ("organizations", "/api/v2/organizations?page%5Bsize%5D=100"),
            ("users", "/api/v2/incremental/users/cursor?start_time=0"),
            ("organization_memberships", "/api/v2/organization_memberships?page%5Bsize%5D=100"),
            ("tickets", "/api/v2/incremental/tickets/cursor?start_time=0"),
        ] {
            let mut page = self.get(path).expect(200);
            // Lists are followed to their end, and written as one page.
            while page.json["meta"]["has_more"] == true {
                let cursor = page.json["meta"]["after_cursor"].as_str().unwrap().to_owned();
                let mut next = self.get(&format!("{path}&page%5Bafter%5D={cursor}")).expect(200);
                let mut records = page.json[name].take();
                records.as_array_mut().unwrap().extend(next.json[name].as_array().unwrap().iter().cloned());
                next.json[name] = records;
                next.text = next.json.to_string();
                page = next;
            }
            let is_last = page.json["meta"]["has_more"] == false || page.json["end_of_stream"] == true;
            assert!(is_last, "{name} are more than a page");
            std::fs::write(folder.join(format!("{name}.json")), page.text).unwrap();
        }
        let settings = self.get("/api/v2/account/settings").expect(200);
        std::fs::write(folder.join("account_settings.json"), settings.text).unwrap();
        let subdomain = self.sandbox.look(|world| world.subdomain().to_owned());
        let manifest = serde_json::json!({
            "subdomain": subdomain, "account_id": 20_481_973, "taken_at": taken_at,
        });
        std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    }

    /// Asks for a path with the token.
    pub(crate) fn get(&self, path: &str) -> Answered {
        self.send(self.request("GET", path).bearer_auth(&self.token))
    }

    /// Sends a body with the token.
    pub(crate) fn send_json(&self, method: &str, path: &str, body: &Value) -> Answered {
        self.send(self.request(method, path).bearer_auth(&self.token).json(body))
    }

    /// A request without credentials.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        client().request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// Sends a request.
    pub(crate) fn send(&self, request: reqwest::RequestBuilder) -> Answered {
        self.try_send(request).unwrap()
    }

    /// Sends a request that may end without a reply.
    pub(crate) fn try_send(&self, request: reqwest::RequestBuilder) -> Result<Answered, reqwest::Error> {
        self.asking.block_on(async {
            let reply = request.send().await?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let text = reply.text().await?;
            let json = serde_json::from_str(&text).unwrap_or(Value::Null);
            Ok(Answered { status, headers, text, json })
        })
    }
}

impl Drop for TestSandbox {
    fn drop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the sandbox's thread panicked");
        }
    }
}

/// A client that keeps no connection: each test asks on a runtime of its own.
pub(crate) fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| client_builder().build().unwrap())
}

/// What makes such a client.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    // A second installation is refused, and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().pool_max_idle_per_host(0).redirect(reqwest::redirect::Policy::none())
}

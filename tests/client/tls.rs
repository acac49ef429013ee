//! A server proves who it is, or nothing is sent to it.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::common::bench::Bench;

/// A server that speaks TLS and answers with a web page. It stops when it is dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn openssl(folder: &Path, arguments: &str) -> bool {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(arguments.split(' ')).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A server with a certificate of an authority in `ca.pem` that nobody else knows.
fn server(bench: &Bench) -> Option<Server> {
    bench.write("extensions", "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n");
    let folder = bench.path("");
    let is_made = [
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca",
        "req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=localhost",
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out leaf.pem",
    ]
    .iter()
    .all(|arguments| openssl(&folder, arguments));
    if !is_made {
        return None;
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new("openssl")
        .current_dir(folder)
        .args(["s_server", "-accept", &port.to_string(), "-cert", "leaf.pem", "-key", "leaf.key", "-www"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server { child, port };
    let is_up = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    assert!(is_up, "the server listens");
    Some(server)
}

#[test]
fn a_server_that_does_not_prove_who_it_is_gets_nothing() {
    let bench = Bench::empty();
    let Some(server) = server(&bench) else {
        eprintln!("SKIPPED a_server_that_does_not_prove_who_it_is_gets_nothing: no openssl");
        return;
    };
    let doctor = |authorities: Option<&str>| {
        let mut command = bench.command(&["doctor", "--json"]);
        command.env("ORGDRIFT_ZENDESK_URL", format!("https://127.0.0.1:{}", server.port));
        command.env("ZENDESK_SUBDOMAIN", "acme").env("ZENDESK_OAUTH_TOKEN", "token");
        if let Some(file) = authorities {
            command.env("SSL_CERT_FILE", file).env("SSL_CERT_DIR", "none");
        }
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let found = doctor(Some("none"));
    assert!(found.contains("no certificate authority is known on this machine"), "{found}");
    let found = doctor(Some("leaf.csr"));
    assert!(found.contains("no certificate authority is known on this machine"), "{found}");
    // An authority, but another one.
    assert!(openssl(
        &bench.path(""),
        "req -x509 -newkey rsa:2048 -nodes -keyout o.key -out other.pem -days 2 -subj /CN=o"
    ));
    let found = doctor(Some("other.pem"));
    assert!(found.contains("does not prove who it is: invalid peer certificate"), "{found}");
    // The right one: what it answers is looked at.
    let found = doctor(Some("ca.pem"));
    assert!(found.contains("something else than JSON"), "{found}");
}

//! The OpenAPI document against the server: Schemathesis makes requests from it, good and bad ones, and holds every answer
//! against it. In the command's environment `SCHEMATHESIS_BIN` says where it is.

use std::process::Command;

use crate::client::send;
use crate::postgres::Postgres;
use crate::server::Server;

#[test]
fn the_document_is_true() {
    let Some(schemathesis) = std::env::var_os("SCHEMATHESIS_BIN") else {
        eprintln!("skipped: no SCHEMATHESIS_BIN (.ci/test installs it)");
        return;
    };
    let server = Server::start(&Postgres::shared().database(), &[]);
    send(server.port, "POST /country", &[], b"");
    let examples = if crate::is_long() { "500" } else { "30" };
    let output = Command::new(schemathesis)
        .args(["run", "--checks", "all", "--continue-on-failure", "--no-color"])
        // The same requests every time.
        .args(["--generation-deterministic", "--max-examples", examples])
        .arg(format!("http://127.0.0.1:{}/openapi.json", server.port))
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

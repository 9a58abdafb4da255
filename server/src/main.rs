//! The country server: HTTP in front of the demonstration's tables.
//!
//! Exit statuses: 0 stopped when asked to, 1 could not go on, 2 configured wrongly.

use std::io::Write;
use std::process::ExitCode;

use server::healthcheck;
use server::startup::{self, StartupError};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
The country server.

Usage: server               serve until SIGTERM or Ctrl-C
       server healthcheck   ask the server that runs here whether it is ready (status 0) or not (status 1)

DATABASE_URL (environment or .env) names the database. Rocket.toml and ROCKET_* say the rest:
ROCKET_ADDRESS=127.0.0.1 ROCKET_PORT=8765 ROCKET_LOG_LEVEL=normal, and for this server
ROCKET_POOL_SIZE=16 ROCKET_LOOKUPS=2 ROCKET_ACQUIRE_TIMEOUT=2000 ROCKET_STATEMENT_TIMEOUT=5000 (milliseconds)
ROCKET_DATABASE_WAIT=60 (seconds) ROCKET_LOG_FORMAT=text or json
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => startup::serve(),
        (Some("healthcheck"), None) => healthcheck::run(),
        (Some("-h" | "--help" | "help"), None) => {
            return match std::io::stdout().write_all(HELP.as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        (Some(other), _) => Err(StartupError::Arguments(other.to_owned())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to report to if standard error is closed, too.
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            failure.exit_status()
        }
    }
}

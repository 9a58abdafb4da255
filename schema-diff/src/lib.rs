//! The `schema-diff` command: its arguments and its output. There is one module per command; the engine does the work.

pub mod autogenerate;
pub mod check;
pub mod completions;
pub mod db;
mod deploy;
pub mod diff;
mod form;
pub mod history;
pub mod init;
mod installing;
pub mod lint;
pub mod migration;
mod options;
mod prompt;
pub mod pull;
pub mod rehearse;
pub mod review;
mod screen;
pub mod stats;
mod top;
pub mod verify;

pub use options::{GenerateOptions, ReportOptions, ScratchOptions};
pub use screen::{Interruption, Screen};
pub use top::{Cli, Failed, Format, run};

/// Exit status: no differences.
pub const EXIT_OK: u8 = 0;
/// Exit status: differences or findings.
pub const EXIT_FINDINGS: u8 = 1;
/// Exit status: an error.
pub const EXIT_FAILED: u8 = 2;

/// Returns how the user runs this program: through cargo, or by its name.
fn program() -> &'static str {
    let through_cargo = std::env::var_os("CARGO_PKG_NAME").is_some_and(|name| name == env!("CARGO_PKG_NAME"));
    if through_cargo {
        "cargo run -p schema-diff --"
    } else {
        "schema-diff"
    }
}

//! The commands: their arguments, and how what they do is shown. One module per command; the work is the library's.

pub mod autogenerate;
pub mod check;
pub mod db;
pub mod diff;
pub mod history;
pub mod migration;
mod options;
mod prompt;
mod screen;
mod top;

pub use options::{GenerateOptions, ScratchOptions};
pub use screen::Screen;
pub use top::{Cli, Failed, run};

/// Exit status: nothing to say.
pub const EXIT_OK: u8 = 0;
/// Exit status: differences or findings.
pub const EXIT_FINDINGS: u8 = 1;
/// Exit status: it could not be done.
pub const EXIT_FAILED: u8 = 2;

//! The migrations directory as Diesel reads it, the header that we write into migrations, and the chain that headers form.
//!
//! Nothing here talks to a database: what has been applied is the [`runner`](crate::runner)'s to say.

mod chain;
mod directory;
mod fingerprint;
mod header;
mod undecided;
mod version;

pub use chain::{Finding, FindingKind, Severity, verify};
pub use directory::{BackEnds, HistoryError, MigrationDir, MigrationsDirectory};
pub use fingerprint::{Fingerprint, NotAFingerprint, SchemaFingerprint, SchemaHash};
pub use header::{Header, escape, split, unescape};
pub use undecided::{UNDECIDED, UP_SQL, Undecided};
pub use version::Version;

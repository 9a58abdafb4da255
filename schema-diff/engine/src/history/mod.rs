//! The migrations directory as Diesel reads it, the header of generated migrations, and the chain that the headers
//! form.
//!
//! This module does not connect to a database; the [`runner`](crate::runner) knows which migrations are applied.

mod chain;
mod directory;
mod fingerprint;
mod header;
mod undecided;
mod version;

pub use chain::{Finding, FindingKind, Severity, embedded, verify};
pub use directory::{BackEnds, HistoryError, MigrationDir, MigrationsDirectory};
pub use fingerprint::{Fingerprint, NotAFingerprint, SchemaFingerprint, SchemaHash};
pub use header::{Header, PartNumber, escape, split, unescape};
pub use undecided::{UNDECIDED, UP_SQL, Undecided};
pub use version::Version;

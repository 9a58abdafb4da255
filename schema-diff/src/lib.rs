//! The engine of schema-diff: from a declared Diesel schema to a proven migration.
//!
//! See `ARCHITECTURE.md` for the map. The binary is thin: whatever it can do, this library can do without a terminal.

pub mod declared;
pub mod introspect;
pub mod model;
pub mod render;

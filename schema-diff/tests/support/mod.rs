//! What the tests that need a database share.

pub mod arbitrary;
pub mod server;

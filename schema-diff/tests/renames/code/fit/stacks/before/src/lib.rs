//! Stacks: the catalogue and the desk of a small town's library.
pub mod catalogue;
pub mod lending;
pub mod members;
pub mod opac;
pub mod schema;

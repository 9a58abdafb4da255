//! Labels for changes, found by running programs built with Diesel.

pub mod case;
mod catalog;
mod declared;
pub mod labelling;
pub mod measure;
mod program;
pub mod rewrite;
mod template;
pub mod workspace;

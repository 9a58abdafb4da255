//! What changed, in words: a line a change for people, and the same as data.

mod json;
mod line;

pub use json::{change_json, draft_json, migration_json};
pub use line::{Line, Sign, lines};

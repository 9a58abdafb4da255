//! What changed, in words: a line a change for people, and the same as data.

mod github;
mod json;
mod line;
mod unmanaged;

pub use github::{Annotation, Level, differences, findings, mistakes};
pub use json::{change_json, draft_json, migration_json, unmanaged_json};
pub use line::{Line, Sign, lines};
pub use unmanaged::{LeftAlone, left_alone};

//! Changes and unmanaged objects: as text, as JSON and as GitHub annotations.

mod github;
mod json;
mod line;
mod unmanaged;

pub use github::{Annotation, Level, differences, findings, mistakes};
pub use json::{change_json, deploy_json, draft_json, migration_json, unmanaged_json};
pub use line::{Line, Sign, lines};
pub use unmanaged::{Unmanaged, unmanaged};

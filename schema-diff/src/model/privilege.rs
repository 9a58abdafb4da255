//! Rights that were granted.

use serde::{Deserialize, Serialize};

/// One right of one role on one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role; `None` for `PUBLIC`.
    pub grantee: Option<String>,
    /// `SELECT`, `INSERT`, ...
    pub privilege: String,
    /// `WITH GRANT OPTION`.
    pub grantable: bool,
}

//! Names that Postgres can keep as they are written.

use crate::model::{MAX_IDENTIFIER_BYTES, truncate_identifier};

/// Why a name cannot be kept.
pub(super) struct Problem {
    pub message: String,
    pub hint: String,
}

/// Whether Postgres would keep a name (of a `kind` such as "table") as it is.
pub(super) fn check(kind: &str, name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(Problem {
            message: format!("the {kind}'s name is empty"),
            hint: "Postgres needs a name of at least one character".into(),
        });
    }
    if name.contains('\0') {
        return Err(Problem {
            message: format!("the {kind}'s name contains a NUL character"),
            hint: "Postgres cannot store it; leave it out".into(),
        });
    }
    if name.len() > MAX_IDENTIFIER_BYTES {
        return Err(Problem {
            message: format!(
                "the {kind}'s name is {} bytes long; Postgres would cut it to '{}'",
                name.len(),
                truncate_identifier(name)
            ),
            hint: format!("give it a name of at most {MAX_IDENTIFIER_BYTES} bytes"),
        });
    }
    Ok(())
}

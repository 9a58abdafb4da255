//! Checks that Postgres keeps names as they are written.

use crate::model::{MAX_IDENTIFIER_BYTES, truncate_identifier};

/// Why Postgres would not keep a name.
pub(super) struct Problem {
    pub message: String,
    pub hint: String,
}

/// Checks that Postgres would keep a name unchanged. `kind` is its kind for messages, such as "table".
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
            hint: "Postgres cannot store the NUL character in a name; remove the character".into(),
        });
    }
    if name.len() > MAX_IDENTIFIER_BYTES {
        return Err(Problem {
            message: format!(
                "the {kind}'s name is {} bytes long; Postgres would truncate it to '{}'",
                name.len(),
                truncate_identifier(name)
            ),
            hint: format!("give it a name of at most {MAX_IDENTIFIER_BYTES} bytes"),
        });
    }
    Ok(())
}

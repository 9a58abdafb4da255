//! Who decides a rename.

/// Who decided a rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// The user, by an option or an answer.
    User,
    /// `renamed_from` in schema.rs.
    Attribute,
    /// The evidence alone.
    Evidence,
}

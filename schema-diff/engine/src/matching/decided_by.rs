//! Who decides what is renamed.

/// Who decided a rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// An option or an answer.
    Person,
    /// `renamed_from` in schema.rs.
    Attribute,
    /// The evidence alone.
    Evidence,
}

//! Indexes that do not belong to a constraint.

use serde::{Deserialize, Serialize};

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name; its schema is that of its table.
    pub name: String,
    /// `UNIQUE`.
    pub unique: bool,
    /// Access method: `btree`, `gin`, ...
    pub method: String,
    /// Its keys, in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE (...)`: the included columns.
    pub include: Vec<String>,
    /// `WHERE ...` as deparsed by Postgres, without the keyword.
    pub predicate: Option<String>,
    /// `NULLS NOT DISTINCT` (Postgres 15).
    pub nulls_not_distinct: bool,
    /// `WITH (...)`: `fillfactor=70`, sorted.
    pub options: Vec<String>,
    /// All columns that it reads, including those of expressions and the predicate, sorted.
    pub columns: Vec<String>,
    /// `COMMENT ON INDEX`.
    pub comment: Option<String>,
    /// Whether it is valid; a failed concurrent build leaves an invalid index.
    pub valid: bool,
    /// Whether it is attached to an index of the partitioned table.
    pub inherited: bool,
    /// The name of that index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<String>,
    /// Whether `CLUSTER` orders the table by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clustered: bool,
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// A column's name (unquoted) if `is_expression` is false, otherwise an expression as deparsed by Postgres, with
    /// the parentheses that it needs.
    pub text: String,
    /// Whether it is an expression.
    pub is_expression: bool,
    /// The collation as SQL, if it differs from the column's.
    pub collation: Option<String>,
    /// The operator class (with parameters) as SQL, if it is not the method's default for the type.
    pub operator_class: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`.
    pub nulls_first: bool,
}

impl Index {
    /// Returns whether Postgres attaches it, as a partition's index, to an index of the partitioned table.
    ///
    /// The sort order of the keys may differ.
    pub fn is_part_of(&self, whole: &Self) -> bool {
        let unordered = |index: &Self| -> Vec<IndexKey> {
            let keys = index.keys.iter().cloned();
            keys.map(|key| IndexKey {
                descending: false,
                nulls_first: false,
                ..key
            })
            .collect()
        };
        let is_alike = unordered(self) == unordered(whole);
        is_alike
            && Self {
                keys: self.keys.clone(),
                attached_to: self.attached_to.clone(),
                name: self.name.clone(),
                options: self.options.clone(),
                columns: self.columns.clone(),
                comment: self.comment.clone(),
                valid: self.valid,
                inherited: self.inherited,
                clustered: self.clustered,
                ..whole.clone()
            } == *self
    }
}

impl IndexKey {
    /// Creates a key of a plain column, ascending.
    pub fn column(name: impl Into<String>) -> Self {
        Self {
            text: name.into(),
            is_expression: false,
            collation: None,
            operator_class: None,
            descending: false,
            nulls_first: false,
        }
    }
}

//! Indexes that are not the inside of a constraint.

use serde::{Deserialize, Serialize};

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name; it lives in its table's schema.
    pub name: String,
    /// `UNIQUE`.
    pub unique: bool,
    /// Access method: `btree`, `gin`, ...
    pub method: String,
    /// What is indexed, in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE (...)`: columns carried along.
    pub include: Vec<String>,
    /// `WHERE ...` in Postgres's words, without the keyword.
    pub predicate: Option<String>,
    /// `NULLS NOT DISTINCT` (Postgres 15).
    pub nulls_not_distinct: bool,
    /// `WITH (...)`: `fillfactor=70`, sorted.
    pub options: Vec<String>,
    /// Every column that it reads, expressions and predicate included, sorted.
    pub columns: Vec<String>,
    /// `COMMENT ON INDEX`.
    pub comment: Option<String>,
    /// Whether a failed concurrent build left it behind unusable.
    pub valid: bool,
    /// Belongs to an index of the partitioned table.
    pub inherited: bool,
    /// That index's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<String>,
    /// `CLUSTER` orders the table by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clustered: bool,
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// A column's name (unquoted) when `is_expression` is false, else an expression in Postgres's words,
    /// with the parentheses that it needs.
    pub text: String,
    /// Whether it is an expression.
    pub is_expression: bool,
    /// Collation when it is not the column's own, as SQL.
    pub collation: Option<String>,
    /// Operator class (with parameters) when it is not the method's default for the type, as SQL.
    pub operator_class: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`.
    pub nulls_first: bool,
}

impl Index {
    /// Whether Postgres attaches it, as a partition's, to an index of the whole: the order of the keys does not count.
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
    /// A plain column, ascending.
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

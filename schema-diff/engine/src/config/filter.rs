//! Filters for tables and columns: Diesel's `print_schema` filters and schema-diff's `ignore` patterns.

use regex::Regex;

use super::pattern::Pattern;

/// Diesel's table filter for one Postgres schema. The expressions are not anchored and match the table's name without
/// its schema.
#[derive(Debug, Clone, Default)]
pub enum Filtering {
    /// Only tables that match one of these.
    OnlyTables(Vec<Regex>),
    /// All tables except those that match one of these.
    ExceptTables(Vec<Regex>),
    /// All tables.
    #[default]
    None,
}

impl Filtering {
    /// Checks whether a table passes the filter.
    #[must_use]
    pub fn admits(&self, table: &str) -> bool {
        match self {
            Self::OnlyTables(regexes) => regexes.iter().any(|regex| regex.is_match(table)),
            Self::ExceptTables(regexes) => !regexes.iter().any(|regex| regex.is_match(table)),
            Self::None => true,
        }
    }
}

/// All filters that limit what is compared.
#[derive(Debug, Clone, Default)]
pub struct TableFilter {
    filters: Vec<(String, Filtering)>,
    ignore: Vec<Pattern>,
}

impl TableFilter {
    pub(super) fn new(filters: Vec<(String, Filtering)>, ignore: Vec<Pattern>) -> Self {
        Self { filters, ignore }
    }

    /// Checks whether a table is compared. In a Postgres schema without a filter, all tables are. If several
    /// `print_schema` sections have the same schema, the tables that any of them shows are.
    #[must_use]
    pub fn admits(&self, schema: &str, table: &str) -> bool {
        let mut filters = self.filters.iter().filter(|(of, _)| of == schema).peekable();
        let shown = filters.peek().is_none() || filters.any(|(_, filtering)| filtering.admits(table));
        shown && !self.ignore.iter().any(|pattern| pattern.matches_table(schema, table))
    }

    /// Checks whether a column of a compared table is compared.
    #[must_use]
    pub fn admits_column(&self, schema: &str, table: &str, column: &str) -> bool {
        !self
            .ignore
            .iter()
            .any(|pattern| pattern.matches_column(schema, table, column))
    }

    /// Checks whether every table and column is compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ignore.is_empty()
            && self
                .filters
                .iter()
                .all(|(_, filtering)| matches!(filtering, Filtering::None))
    }
}

//! Which tables and columns are looked at: Diesel's `print_schema` filters and our own `ignore` patterns.

use regex::Regex;

use super::pattern::Pattern;

/// Diesel's filter of one Postgres schema. Expressions are not anchored, and see the table's name alone.
#[derive(Debug, Clone, Default)]
pub enum Filtering {
    /// Only tables that one of these matches.
    OnlyTables(Vec<Regex>),
    /// All tables but those that one of these matches.
    ExceptTables(Vec<Regex>),
    /// All tables.
    #[default]
    None,
}

impl Filtering {
    /// Whether a table passes.
    #[must_use]
    pub fn admits(&self, table: &str) -> bool {
        match self {
            Self::OnlyTables(regexes) => regexes.iter().any(|regex| regex.is_match(table)),
            Self::ExceptTables(regexes) => !regexes.iter().any(|regex| regex.is_match(table)),
            Self::None => true,
        }
    }
}

/// Everything that narrows what is compared.
#[derive(Debug, Clone, Default)]
pub struct TableFilter {
    filters: Vec<(String, Filtering)>,
    ignore: Vec<Pattern>,
}

impl TableFilter {
    pub(super) fn new(filters: Vec<(String, Filtering)>, ignore: Vec<Pattern>) -> Self {
        Self { filters, ignore }
    }

    /// Whether a table is looked at. A Postgres schema that no filter speaks of is looked at whole; one that
    /// several `print_schema` sections speak of shows what any of them shows.
    #[must_use]
    pub fn admits(&self, schema: &str, table: &str) -> bool {
        let mut filters = self.filters.iter().filter(|(of, _)| of == schema).peekable();
        let shown = filters.peek().is_none() || filters.any(|(_, filtering)| filtering.admits(table));
        shown && !self.ignore.iter().any(|pattern| pattern.matches_table(schema, table))
    }

    /// Whether a column of a table that is looked at is looked at too.
    #[must_use]
    pub fn admits_column(&self, schema: &str, table: &str, column: &str) -> bool {
        !self
            .ignore
            .iter()
            .any(|pattern| pattern.matches_column(schema, table, column))
    }

    /// Whether every table and column is looked at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ignore.is_empty()
            && self
                .filters
                .iter()
                .all(|(_, filtering)| matches!(filtering, Filtering::None))
    }
}

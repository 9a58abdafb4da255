//! The matched names that differ.

use std::collections::BTreeMap;

use super::two_way::TwoWay;
use crate::model::{Constraint, QualifiedName, Table, TableName, TypeName};

/// Marks a name that another object has on the other side: Postgres allows no such character in a name.
const TAKEN: char = '\0';

/// Maps each name before to its name after. A name without an entry is the same on both sides, if the object exists on
/// both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    tables: TwoWay<TableName>,
    /// By the table's name before.
    columns: BTreeMap<TableName, TwoWay<String>>,
    types: TwoWay<TypeName>,
    /// Labels of enum types, by the type's name before.
    labels: BTreeMap<TypeName, TwoWay<String>>,
}

impl Matches {
    /// Exchanges before and after.
    #[must_use]
    pub fn flip(&self) -> Self {
        let columns = self.columns.iter();
        let labels = self.labels.iter();
        Self {
            tables: self.tables.flip(),
            columns: columns.map(|(table, own)| (self.table(table), own.flip())).collect(),
            types: self.types.flip(),
            labels: labels.map(|(name, own)| (self.type_name(name), own.flip())).collect(),
        }
    }

    /// Records the match of a table before with a table after.
    pub fn match_table(&mut self, before: TableName, after: TableName) {
        self.tables.insert(before, after);
    }

    /// Records the match of a column before with a column after; the table is named as before.
    pub fn match_column(&mut self, table: &TableName, before: impl Into<String>, after: impl Into<String>) {
        let own = self.columns.entry(table.clone()).or_default();
        own.insert(before.into(), after.into());
    }

    /// Makes a column keep its name, and removes any match of another column with that name.
    pub fn unmatch_column(&mut self, table: &TableName, name: &str) {
        if let Some(own) = self.columns.get_mut(table) {
            own.remove(&name.to_owned());
        }
    }

    /// Records the match of a type before with a type after.
    pub fn match_type(&mut self, before: TypeName, after: TypeName) {
        self.types.insert(before, after);
    }

    /// Records the match of a label before with a label after; the enum type is named as before.
    pub fn match_label(&mut self, of: &TypeName, before: impl Into<String>, after: impl Into<String>) {
        let own = self.labels.entry(of.clone()).or_default();
        own.insert(before.into(), after.into());
    }

    /// Returns a table's name after. If another table takes the name, the table has no name after: the result is a name
    /// that no table can have, and that the flipped matches map back.
    pub fn table(&self, before: &TableName) -> TableName {
        other_side(before, self.tables.after(before), self.tables.before(before))
    }

    /// Returns a table's name before, as [`Self::table`] of the flipped matches does.
    pub fn table_before(&self, after: &TableName) -> TableName {
        other_side(after, self.tables.before(after), self.tables.after(after))
    }

    /// Returns a table's name after if it differs.
    pub fn new_table(&self, before: &TableName) -> Option<&TableName> {
        self.tables.after(before)
    }

    /// Returns the tables whose names differ, before and after.
    pub fn renamed_tables(&self) -> impl Iterator<Item = (&TableName, &TableName)> {
        self.tables.iter()
    }

    /// Returns a type's name after.
    pub fn type_name(&self, before: &TypeName) -> TypeName {
        let paired = self.types.after(before).map(|name| &**name);
        other_side(before, paired, self.types.before(before).map(|name| &**name)).into()
    }

    /// Returns a type's name after if it differs.
    pub fn new_type(&self, before: &TypeName) -> Option<&TypeName> {
        self.types.after(before)
    }

    /// Returns the types whose names differ, before and after.
    pub fn renamed_types(&self) -> impl Iterator<Item = (&TypeName, &TypeName)> {
        self.types.iter()
    }

    /// Returns a column's name after; the table is named as before. As with tables, the result is no valid name if
    /// another column takes the name.
    pub fn column(&self, table: &TableName, before: &str) -> String {
        match self.columns.get(table) {
            Some(own) => other_name(before, own.after(before), own.before(before)),
            None => before.to_owned(),
        }
    }

    /// Returns a column's name before, as [`Self::column`] of the flipped matches does; the table is named as before.
    pub fn column_before(&self, table: &TableName, after: &str) -> String {
        match self.columns.get(table) {
            Some(own) => other_name(after, own.before(after), own.after(after)),
            None => after.to_owned(),
        }
    }

    /// Returns a column's name after if it differs.
    pub fn new_column(&self, table: &TableName, before: &str) -> Option<&str> {
        self.columns.get(table)?.after(before).map(String::as_str)
    }

    /// Returns the columns of a table (named as before) whose names differ, before and after.
    pub fn renamed_columns(&self, table: &TableName) -> impl Iterator<Item = (&String, &String)> {
        self.columns.get(table).into_iter().flat_map(TwoWay::iter)
    }

    /// Returns the tables (named as before) with renamed columns.
    pub fn tables_with_renamed_columns(&self) -> impl Iterator<Item = &TableName> {
        let renamed = self.columns.iter().filter(|(_, own)| !own.is_empty());
        renamed.map(|(table, _)| table)
    }

    /// Returns an enum label's name after; the type is named as before.
    pub fn label(&self, of: &TypeName, before: &str) -> String {
        self.new_label(of, before).unwrap_or(before).to_owned()
    }

    /// Returns an enum label's name after if it differs.
    pub fn new_label(&self, of: &TypeName, before: &str) -> Option<&str> {
        self.labels.get(of)?.after(before).map(String::as_str)
    }

    /// Returns the enum types (named as before) with renamed labels.
    pub fn types_with_renamed_labels(&self) -> impl Iterator<Item = &TypeName> {
        let renamed = self.labels.iter().filter(|(_, own)| !own.is_empty());
        renamed.map(|(name, _)| name)
    }

    /// Returns whether an enum type (named as before) has a renamed label.
    pub fn has_renamed_labels(&self, of: &TypeName) -> bool {
        self.labels.get(of).is_some_and(|own| !own.is_empty())
    }

    /// Returns whether a match may change a name that a table (before) has or uses: its own name, those of its columns,
    /// of tables to which it refers or from which it inherits, of any type or label. If not, a table after that is
    /// equal needs no comparison.
    pub fn may_affect(&self, table: &Table) -> bool {
        let is_involved = |name: &TableName| {
            let columns = self.columns.get(name);
            self.tables.after(name).is_some()
                || self.tables.before(name).is_some()
                || columns.is_some_and(|own| !own.is_empty())
        };
        let mut referenced = table.foreign_keys().filter_map(Constraint::foreign_key);
        !self.types.is_empty()
            || self.types_with_renamed_labels().next().is_some()
            || is_involved(&table.name)
            || referenced.any(|key| is_involved(&key.references))
            || table.parents().any(is_involved)
    }

    /// Returns whether every name is the same on both sides.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
            && self.types.is_empty()
            && self.tables_with_renamed_columns().next().is_none()
            && self.types_with_renamed_labels().next().is_none()
    }
}

/// Returns the matched name on the other side; if there is none and another object takes the name, a name that no
/// object can have.
fn other_name(own: &str, paired: Option<&String>, taken_by: Option<&String>) -> String {
    match (paired, own.strip_prefix(TAKEN), taken_by) {
        (Some(paired), ..) => paired.clone(),
        (None, Some(vacated), _) => vacated.to_owned(),
        (None, None, Some(_)) => format!("{TAKEN}{own}"),
        (None, None, None) => own.to_owned(),
    }
}

fn other_side(own: &QualifiedName, paired: Option<&QualifiedName>, taken_by: Option<&QualifiedName>) -> QualifiedName {
    match paired {
        Some(paired) => paired.clone(),
        None => own.sibling(other_name(&own.name, None, taken_by.map(|taken| &taken.name))),
    }
}

#[cfg(test)]
mod tests {
    use super::Matches;
    use crate::model::TableName;

    #[test]
    fn a_name_that_is_taken_over_is_two_things() {
        let name = |name: &str| TableName::new("public", name);
        let mut matches = Matches::default();
        matches.match_table(name("a"), name("b"));
        matches.match_table(name("b"), name("c"));
        matches.match_column(&name("a"), "x", "y");
        let flipped = matches.flip();
        for own in ["a", "b", "c", "other"].map(name) {
            let after = matches.table(&own);
            assert_eq!(flipped.table(&after), own);
            assert_eq!(matches.table_before(&after), own);
            assert_eq!(flipped.table(&own), matches.table_before(&own));
        }
        let new = flipped.table(&name("a"));
        assert!(!["a", "b", "c"].map(name).contains(&new));
        assert_eq!(matches.table(&new), name("a"));
        let (new, old) = (flipped.column(&name("b"), "x"), matches.column(&name("a"), "y"));
        assert!(!["x", "y"].contains(&new.as_str()) && !["x", "y"].contains(&old.as_str()));
        assert_eq!(matches.column(&name("a"), &new), "x");
        assert_eq!(flipped.column(&name("b"), &old), "y");
    }

    #[test]
    fn a_name_is_paired_once() {
        let name = |name: &str| TableName::new("public", name);
        let mut matches = Matches::default();
        matches.match_table(name("a"), name("b"));
        matches.match_table(name("c"), name("b"));
        assert_eq!(matches.new_table(&name("a")), None);
        assert_eq!(matches.table_before(&name("b")), name("c"));
    }
}

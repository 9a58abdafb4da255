//! Resolves inheritance and partitioning: a change of a parent's column changes the columns of its child tables and
//! partitions.
//!
//! Postgres applies a change of the parent to the children automatically, and rejects it on a child. Inherited columns
//! are therefore never compared, except for their storage settings; this module sets them to their final state.

use std::collections::BTreeSet;

use super::{
    Resolver,
    storage::{column_settings, fit_to_type, inherited_settings},
};
use crate::{
    declared::DeclaredColumn,
    diagnostic::DiagnosticCode,
    model::{Column, Table, TableKind, TableName, rename_identifiers},
    render::data_type,
};

impl Resolver<'_> {
    /// Updates the inherited columns of every child table and partition to match the parents'.
    pub(super) fn inheritance(&mut self) {
        for child in self.input.before.children() {
            let name = self.out.matches.table(&child.name);
            let Some(mut table) = self.out.after.tables.remove(&name) else {
                continue;
            };
            let mut dropped: BTreeSet<String> = table
                .columns
                .iter()
                .filter(|column| column.inherited)
                .map(|column| column.name.clone())
                .collect();
            for parent in child.parents() {
                let Some(above) = self.out.after.tables.get(&self.out.matches.table(parent)).cloned() else {
                    self.problem(DiagnosticCode::ParentDropped, None,
                        format!(
                            "{} inherits from {}, which is no longer declared",
                            child.name.plain(),
                            parent.plain()
                        ),
                        format!(
                            "declare {} again, or detach the child table in a hand-written migration first (ALTER TABLE {} NO INHERIT {parent})",
                            parent.plain(),
                            child.name
                        ));
                    continue;
                };
                for column in &above.columns {
                    dropped.remove(&column.name);
                    self.inherit(&mut table, child, parent, column);
                }
            }
            table.columns.retain(|column| !dropped.contains(&column.name));
            self.insert_table(table);
        }
    }

    fn inherit(&mut self, table: &mut Table, child: &Table, parent: &TableName, above: &Column) {
        let old_name = self.out.matches.column_before(parent, &above.name);
        let was_above = self
            .input
            .before
            .tables
            .get(parent)
            .and_then(|table| table.column(&old_name));
        let own_before = child.column(&old_name).filter(|_| was_above.is_some());
        let declared = self
            .input
            .matching
            .managed
            .iter()
            .find(|(declared, _)| declared.name == table.name)
            .and_then(|(declared, _)| declared.columns.iter().find(|column| column.name == above.name));
        if let Some(declared) = declared {
            self.report_type_mismatch(table, declared, parent, above);
        }
        let at = table.columns.iter().position(|column| column.name == above.name);
        let mut column = own_before.cloned().unwrap_or_else(|| Column {
            inherited: true,
            identity: None,
            sequence: None,
            comment: None,
            grants: Vec::new(),
            ..above.clone()
        });
        column.name.clone_from(&above.name);
        if column.data_type != above.data_type {
            column.data_type.clone_from(&above.data_type);
            fit_to_type(&mut column, &self.out.after);
        }
        column.collation.clone_from(&above.collation);
        if let Some(was) = was_above {
            inherited_settings(&mut column, was, above);
            if was.nullable != above.nullable {
                column.nullable = above.nullable;
            }
            // A child's separate default is kept.
            if was.default != above.default && own_before.is_none_or(|own| own.default == was.default) {
                column.default.clone_from(&above.default);
            }
            if was.generated != above.generated {
                column.generated.clone_from(&above.generated);
            }
        }
        if let Some(declared) = declared {
            column_settings(&mut column, declared, self.input.before, self.input.rules);
        }
        match at {
            Some(at) => table.columns[at] = column,
            None => table.columns.push(column),
        }
    }

    /// Reports an inherited column that a child table declares with another type than its parent's.
    fn report_type_mismatch(&mut self, table: &Table, declared: &DeclaredColumn, parent: &TableName, above: &Column) {
        let Some((own, in_full)) = self.column_type(declared) else {
            return;
        };
        let own = if in_full {
            own
        } else {
            self.types().as_printed(declared, &above.data_type, own)
        };
        let are_alike = !in_full
            && self.input.rules.has_other_back_ends
            && crate::declared_type::both_are_texts(&self.out.after, &above.data_type, &own);
        if !are_alike
            && crate::declared_type::effective_type(&self.out.after, &above.data_type, &own, in_full) != above.data_type
        {
            self.problem(
                DiagnosticCode::InheritedType,
                Some(&declared.type_location),
                format!(
                    "{}.{} is inherited from {}, where its type is {}",
                    table.name.plain(),
                    declared.name,
                    parent.plain(),
                    data_type(&above.data_type)
                ),
                "declare the same type in both tables: an inherited column changes with its parent's",
            );
        }
    }

    /// Reports declarations that Postgres would reject for partitioned tables.
    pub(super) fn partitions(&mut self) {
        for (declared, old) in self.input.matching.managed.clone() {
            let before = old.as_ref().and_then(|name| self.input.before.tables.get(name));
            let Some(after) = self.out.after.tables.get(&declared.name).cloned() else {
                continue;
            };
            let written = declared.attributes.iter().find_map(|(attribute, at)| match attribute {
                schema_diff_grammar::attribute::TableAttribute::PartitionBy(key) => Some((key, at)),
                _ => None,
            });
            let shown = declared.name.plain();
            let TableKind::Partitioned { key } = &after.kind else {
                if let Some((_, at)) = written {
                    self.problem(DiagnosticCode::PartitionKey, Some(at),
                        format!("{shown} exists and is not partitioned: Postgres cannot partition an existing table"),
                        "create a partitioned table and move the rows in a hand-written migration; remove this attribute until then");
                }
                continue;
            };
            if let Some((written, at)) = written
                && is_other_key(written, key)
            {
                self.problem(
                    DiagnosticCode::PartitionKey,
                    Some(at),
                    format!("{shown} is partitioned by {key}, not by {written}"),
                    "Postgres cannot change a partition key: create another table and move the rows in a hand-written migration",
                );
            }
            if let (Some(before), Some(old)) = (before, &old) {
                self.partition_columns(before, old, &after);
            }
            self.keys_of_partitioned(&after, key);
        }
    }

    fn partition_columns(&mut self, before: &Table, old: &TableName, after: &Table) {
        let TableKind::Partitioned { key } = &before.kind else {
            return;
        };
        for column in key_columns(before, key) {
            let refused = match after.column(&self.out.matches.column(old, &column.name)) {
                None => "be dropped",
                Some(now) if now.data_type != self.out.matches.data_type(&column.data_type) => "change its type",
                Some(_) => continue,
            };
            self.problem(
                DiagnosticCode::PartitionKey,
                None,
                format!(
                    "{} is partitioned by {key}, so {} cannot {refused}",
                    before.name.plain(),
                    column.name
                ),
                "create another table with the partition key that you need, and move the rows in a hand-written migration",
            );
        }
    }

    /// Reports unique keys of a partitioned table that lack a column of the partition key, which Postgres requires.
    fn keys_of_partitioned(&mut self, table: &Table, key: &str) {
        let mut keys: Vec<Vec<String>> = super::consequences::unique_keys(table)
            .into_iter()
            .map(|columns| columns.into_iter().collect())
            .collect();
        keys.dedup();
        let partition_key: Vec<String> = key_columns(table, key)
            .into_iter()
            .map(|column| column.name.clone())
            .collect();
        for columns in keys {
            let missing: Vec<&str> = partition_key
                .iter()
                .filter(|own| !columns.contains(own))
                .map(String::as_str)
                .collect();
            if !missing.is_empty() {
                self.problem(
                    DiagnosticCode::PartitionedUniqueKey,
                    None,
                    format!(
                        "a unique key of {} must include {}, which is in its partition key; ({}) does not",
                        table.name.plain(),
                        missing.join(", "),
                        columns.join(", ")
                    ),
                    "add the column to the key",
                );
            }
        }
    }
}

/// Returns the columns that a partition key reads.
fn key_columns<'a>(table: &'a Table, key: &str) -> Vec<&'a Column> {
    let inner = key.split_once('(').map_or("", |(_, rest)| rest);
    let reads = |column: &&Column| {
        let other = |name: &str| (name == column.name).then(|| format!("{name}?"));
        rename_identifiers(inner, other) != inner
    };
    table.columns.iter().filter(reads).collect()
}

/// Returns whether two partition keys certainly differ: by their strategy, or by plain columns. Expressions may be
/// equal despite different texts.
fn is_other_key(written: &str, actual: &str) -> bool {
    let parts = |text: &str| {
        let (strategy, rest) = text.split_once('(')?;
        let columns = rest.trim_end().strip_suffix(')')?.split(',');
        let columns: Vec<String> = columns
            .map(|column| column.trim().trim_matches('"').to_lowercase())
            .collect();
        Some((strategy.trim().to_lowercase(), columns))
    };
    let (Some((strategy, columns)), Some((actual, actual_columns))) = (parts(written), parts(actual)) else {
        return false;
    };
    let is_plain = |column: &String| column.chars().all(|c| c.is_alphanumeric() || c == '_');
    let both_plain = columns.iter().chain(&actual_columns).all(is_plain);
    strategy != actual || (both_plain && columns != actual_columns)
}

#[cfg(test)]
mod tests {
    use super::is_other_key;

    #[test]
    fn keys_are_told_apart_only_where_that_is_sure() {
        for (written, actual, differs) in [
            ("range (at)", "RANGE (at)", false),
            ("RANGE (at)", "RANGE (\"at\")", false),
            ("RANGE(at, id)", "RANGE (at, id)", false),
            (
                "RANGE (date_trunc('day', at))",
                "RANGE (date_trunc('day'::text, at))",
                false,
            ),
            ("LIST (at)", "RANGE (at)", true),
            ("RANGE (id)", "RANGE (at)", true),
        ] {
            assert_eq!(is_other_key(written, actual), differs, "{written} and {actual}");
        }
    }
}

//! Resolves tables and columns, after matching.

use super::{
    Resolver, comments,
    expressions::uses_sequence,
    storage::{fit_to_type, storage_parameters},
};
use crate::{
    casts::{Cast, cast},
    declared::{DeclaredColumn, DeclaredTable},
    declared_type::{both_are_texts, effective_type},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Column, DataType, ObjectId, Pair, Schema, SequenceOptions, Table, TableKind, TableName, Tables},
};
use schema_diff_grammar::attribute::{ColumnAttribute, TableAttribute};

impl<'a> Resolver<'a> {
    /// Resolves every table of the after schema.
    pub(super) fn tables(&mut self) {
        let matching = self.input.matching;
        self.apply_renames();
        for name in &matching.dropped {
            let name = self.out.matches.table(name);
            self.drop_with_partitions(&name);
        }
        for (declared, before) in &matching.managed {
            match before {
                None => self.create_table(declared),
                Some(_) => self.update_table(declared),
            }
        }
    }

    fn drop_with_partitions(&mut self, name: &TableName) {
        let tables = &mut self.out.after.tables;
        tables.remove(name);
        let is_part = |table: &&Table| table.is_partition_of(name);
        let parts: Vec<TableName> = tables
            .values()
            .filter(is_part)
            .map(|table| table.name.clone())
            .collect();
        for part in parts {
            self.drop_with_partitions(&part);
        }
    }

    /// Gives all existing objects their names after.
    fn apply_renames(&mut self) {
        let matches = &self.out.matches;
        if matches.is_empty() {
            return;
        }
        let before = &self.input.before.tables;
        let mut after = Tables::default();
        for (name, table) in before {
            if matches.may_affect(table) {
                after.insert_like(matches.map_table(table), before, name);
            } else {
                after.share(before, name);
            }
        }
        self.out.after.tables = after;
        self.out
            .after
            .namespaces
            .extend(matches.renamed_tables().map(|(_, name)| name.schema.clone()));
        let taken = self.names_in_use();
        super::consequences::rename_default_names(&mut self.out.after, self.input.before, matches, taken);
    }

    /// Maps the columns that code depends on to their names after; the text of the code keeps the names before.
    pub(super) fn rename_reads(&mut self) {
        let matches = &self.out.matches;
        if matches.is_empty() {
            return;
        }
        for view in self.out.after.views.values_mut() {
            view.depends_on = matches.reads(&view.depends_on);
        }
        let has_code = |table: &&Table| {
            let is_empty = table.rules.is_empty() && table.triggers.is_empty() && table.policies.is_empty();
            !is_empty
        };
        let tables = self.out.after.tables.values().filter(has_code);
        let names: Vec<TableName> = tables.map(|table| table.name.clone()).collect();
        for name in names {
            let Some(table) = self.out.after.tables.get_mut(&name) else {
                continue;
            };
            for rule in table.rules.values_mut() {
                rule.depends_on = matches.reads(&rule.depends_on);
            }
            for trigger in table.triggers.values_mut() {
                trigger.depends_on = matches.reads(&trigger.depends_on);
            }
            for policy in table.policies.values_mut() {
                policy.depends_on = matches.reads(&policy.depends_on);
            }
        }
    }

    /// Inserts a table that was removed for editing; shares it with the existing schema if it is equal.
    pub(super) fn insert_table(&mut self, table: Table) {
        let before = self.old_name(&table.name);
        self.out
            .after
            .tables
            .insert_like(table, &self.input.before.tables, &before);
    }

    fn create_table(&mut self, declared: &'a DeclaredTable) {
        let mut table = Table::new(declared.name.clone());
        self.out.after.namespaces.insert(declared.name.schema.clone());
        for column in &declared.columns {
            if let Some(column) = self.create_column(declared, column) {
                table.columns.push(column);
            }
        }
        for (attribute, _) in &declared.attributes {
            if let TableAttribute::PartitionBy(key) = attribute {
                table.kind = TableKind::Partitioned { key: key.clone() };
            }
        }
        table.comment = comments::of_table(declared, None).flatten();
        storage_parameters(&mut table, declared, self.input.rules);
        self.set_primary_key(&mut table, declared);
        self.insert_table(table);
    }

    fn create_column(&mut self, table: &DeclaredTable, declared: &DeclaredColumn) -> Option<Column> {
        let (data_type, _) = self.column_type(declared)?;
        self.new_columns.insert((table.name.clone(), declared.name.clone()));
        let mut column = Column::new(&declared.name, data_type, declared.nullable);
        self.number(table, declared, &mut column);
        self.column_facts(table, declared, &mut column, None);
        Some(column)
    }

    fn update_table(&mut self, declared: &'a DeclaredTable) {
        let Some(mut table) = self.out.after.tables.remove(&declared.name) else {
            return;
        };
        let ignored = |name: &str| (self.input.rules.ignores_column)(&declared.name, name);
        table.columns.retain(|column| {
            column.inherited || ignored(&column.name) || declared.columns.iter().any(|other| other.name == column.name)
        });
        for column in declared.columns.iter().filter(|column| !ignored(&column.name)) {
            if let Some(at) = table.columns.iter().position(|other| other.name == column.name) {
                if !table.columns[at].inherited {
                    let updated = self.update_column(declared, column, &table.columns[at]);
                    table.columns[at] = updated;
                }
            } else if let Some(created) = self.create_column(declared, column) {
                table.columns.push(created);
            }
        }
        match comments::of_table(declared, table.comment.as_ref()) {
            Some(comment) => table.comment = comment,
            None if self.input.rules.drops(crate::rules::ObjectKind::Comments) => table.comment = None,
            None => {}
        }
        storage_parameters(&mut table, declared, self.input.rules);
        self.update_primary_key(&mut table, declared);
        self.insert_table(table);
    }

    fn update_column(&mut self, table: &DeclaredTable, declared: &DeclaredColumn, actual: &Column) -> Column {
        let mut column = actual.clone();
        if let Some((mut data_type, spelled)) = self.column_type(declared) {
            let in_full = spelled || self.input.rules.drops(crate::rules::ObjectKind::Types);
            if !spelled {
                data_type = self.types().as_printed(declared, &actual.data_type, data_type);
            }
            let is_kept = !spelled
                && self.input.rules.has_other_back_ends
                && both_are_texts(&self.out.after, &actual.data_type, &data_type);
            if !is_kept {
                column.data_type = effective_type(&self.out.after, &actual.data_type, &data_type, in_full);
            }
        }
        let domain_refuses_null = self
            .input
            .before
            .domain(&column.data_type.name)
            .is_some_and(|domain| domain.not_null);
        // A column cannot remove the NOT NULL of its domain.
        if !domain_refuses_null {
            column.nullable = declared.nullable;
        } else if declared.nullable {
            self.report(
                Diagnostic::new(
                    DiagnosticCode::DomainNotNull,
                    format!(
                        "{}.{} is Nullable here, but its domain {} is NOT NULL",
                        table.name.plain(),
                        declared.name,
                        column.data_type.name.plain()
                    ),
                )
                .about(ObjectId::column(&table.name, &declared.name))
                .at(&declared.location),
            );
        }
        if column.data_type != actual.data_type {
            let now = column.data_type.clone();
            retyped(&mut column, Pair::new(&actual.data_type, &now), &self.out.after);
        }
        self.drop_impossible_identity(table, &mut column);
        // A serial type requires a default from a sequence; another default is dropped for it.
        let drops_default =
            self.input.rules.drops(crate::rules::ObjectKind::Defaults) || column.data_type != actual.data_type;
        let is_other = drops_default && !uses_sequence(actual);
        let becomes_plain = self.input.rules.drops(crate::rules::ObjectKind::Generated)
            || declared
                .attributes
                .iter()
                .any(|(attribute, _)| matches!(attribute, ColumnAttribute::Generated(None)));
        if declared.data_type.serial
            && column.identity.is_none()
            && (column.generated.is_none() || becomes_plain)
            && (actual.default.is_none() || is_other)
        {
            column.default = None;
            self.number(table, declared, &mut column);
        }
        let lost_default = actual.default.is_some() && column.default.is_none();
        self.column_facts(table, declared, &mut column, Some(actual));
        let declares_default = |(attribute, _): &(ColumnAttribute, _)| matches!(attribute, ColumnAttribute::Default(_));
        let undeclared = !declared.attributes.iter().any(declares_default);
        if lost_default && undeclared && !self.input.rules.drops(crate::rules::ObjectKind::Defaults) {
            self.report(Diagnostic::new(DiagnosticCode::DefaultDropped, format!(
                "{}.{}: its default {} is not a valid {} and is dropped; declare another with #[schema_diff::default(\"...\")]",
                table.name.plain(),
                declared.name,
                actual.default.as_deref().unwrap_or_default(),
                column.data_type
            )).about(ObjectId::column(&table.name, &declared.name)));
        }
        column
    }
}

impl Resolver<'_> {
    /// Drops the identity of a column that is no longer an integer or NOT NULL, as an identity column has to be.
    fn drop_impossible_identity(&mut self, table: &DeclaredTable, column: &mut Column) {
        let reason = if !column.data_type.is_integer() {
            "is no longer an integer"
        } else if column.nullable {
            "becomes nullable"
        } else {
            return;
        };
        if column.identity.take().is_some() {
            self.report(
                Diagnostic::new(
                    DiagnosticCode::DefaultDropped,
                    format!(
                        "{}.{} {reason}: its identity is dropped",
                        table.name.plain(),
                        column.name
                    ),
                )
                .about(ObjectId::column(&table.name, &column.name)),
            );
        }
    }
}

/// Adapts a column to its new type: storage settings, the options of its sequence, its default and generation
/// expression.
fn retyped(column: &mut Column, types: Pair<&DataType>, after: &Schema) {
    fit_to_type(column, after);
    let is_integer = types.after.is_integer();
    if let Some(identity) = &mut column.identity
        && is_integer
    {
        identity.options = fitted(&identity.options, types);
    }
    // Not every type takes the numbers of a sequence.
    let accepts_numbers =
        !types.after.is_builtin() || cast(&DataType::builtin("int8"), types.after) == Cast::Assignment;
    if column.sequence.is_some() && !accepts_numbers {
        column.default = None;
        column.sequence = None;
    } else if let Some(sequence) = &mut column.sequence {
        // A sequence whose type differs from its column's was changed by the user.
        let of_column = SequenceOptions::default_for(types.before).data_type;
        if is_integer && types.before.is_integer() && sequence.options.data_type == of_column {
            sequence.options = fitted(&sequence.options, types);
        }
    } else if let Some(default) = &column.default {
        column.default = super::expressions::recast_default(default, types, after);
    }
    // The expression has the type before; Postgres converts it automatically only if that needs no explicit cast.
    if let Some(generated) = &mut column.generated
        && let text = &generated.expression
        && let next = super::expressions::qualified_type(types.after)
        && let Some(cast) = match cast(types.before, types.after) {
            Cast::Explicit => Some(format!("({text})::{next}")),
            Cast::ThroughText => Some(format!("(({text})::text)::{next}")),
            _ => None,
        }
    {
        generated.expression = cast;
    }
}

/// Adapts the options of a sequence to its column's new type: bounds that were the limits of the old type become those
/// of the new one, others are kept within them.
fn fitted(options: &SequenceOptions, types: Pair<&DataType>) -> SequenceOptions {
    let bounds = types.map(|of| {
        let own = SequenceOptions::default_for(of);
        (-own.max - 1, own.max)
    });
    let ((old_least, old_greatest), (least, greatest)) = (bounds.before, bounds.after);
    let max = match options.max {
        max if max == old_greatest => greatest,
        max => max.clamp(least + 1, greatest),
    };
    let min = match options.min {
        min if min == old_least => least,
        min => min.clamp(least, max - 1),
    };
    SequenceOptions {
        data_type: SequenceOptions::default_for(types.after).data_type,
        max,
        min,
        start: options.start.clamp(min, max),
        ..options.clone()
    }
}

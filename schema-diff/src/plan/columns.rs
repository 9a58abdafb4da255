//! Columns that change in place: type, nullability, default, identity, sequence.

use super::{Direction, Phase, Planner, Step, converted_keys::Conversion, fill::Event, obstacles::forbids_null};
use crate::{
    casts::{self, Cast, Loss, base, cast, cast_back, loss},
    compare::{Change, ColumnDelta},
    model::{Column, ColumnRef, DataType, Pair, Table, TableName},
    render::{self, ident},
};

impl Planner<'_> {
    /// Everything of `ALTER COLUMN`. What concerns types runs under the old names, what rows have to satisfy under the new.
    pub(super) fn alter_columns(&mut self) {
        for tables in self.kept_tables() {
            self.fit_identities(tables);
            self.drop_expressions(tables);
            self.retype(tables);
        }
        let changes = self.changes;
        for change in changes {
            if let Change::AlterColumn { table, column, delta } = change
                && let Some(tables) = self.kept(table)
                && let (Some(before), Some(after)) =
                    (tables.before.column(&column.before), tables.after.column(&column.after))
            {
                // A plain column that becomes a generated one is made anew.
                if made_generated(before, after) {
                    continue;
                }
                self.alter_column(tables, Pair::new(before, after), *delta);
            }
        }
    }

    /// Turns generated columns into plain ones, before their types change: Postgres converts no generated column by an expression.
    fn drop_expressions(&mut self, tables: Pair<&Table>) {
        let old = &tables.before.name;
        for before in tables.before.columns.iter().filter(|column| !column.inherited) {
            let after = tables.after.column(&self.request.renames.column(old, &before.name));
            if before.generated.is_some() && after.is_some_and(|after| after.generated.is_none()) {
                let action = format!("ALTER COLUMN {} DROP EXPRESSION", ident(&before.name));
                self.push(Phase::Alter, render::alter_table(old, &[action]));
            }
        }
    }

    /// One `ALTER TABLE` for all the types of a table: one rewrite, not several.
    fn retype(&mut self, tables: Pair<&Table>) {
        let old = &tables.before.name;
        let mut actions = Vec::new();
        let mut comments = Vec::new();
        let mut conversions = Vec::new();
        for before in &tables.before.columns {
            let new_name = self.request.renames.column(old, &before.name);
            let Some(after) = tables.after.column(&new_name) else {
                continue;
            };
            let is_retyped = self.is_retyped(&ColumnRef::column(old, &before.name));
            if !is_retyped
                || before.inherited
                || self.comes_from_parent(old, &before.name)
                || (before.generated.is_some() && after.generated.is_some())
                || made_generated(before, after)
            {
                continue;
            }
            let name = ident(&before.name);
            let using = self.using(tables, before, after, &mut comments);
            conversions.push(Conversion {
                columns: Pair::new(before, after),
                using: using.clone(),
            });
            let keeps_default = using.is_none() && before.default == after.default && !self.is_rebuilt(before);
            let loses_sequence = before.sequence.is_some() && after.sequence.is_none();
            let cycles_default = match before.sequence {
                None => before.default.is_some() && !keeps_default,
                Some(_) => loses_sequence,
            };
            if cycles_default {
                actions.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
            }
            let collation = after.collation.as_ref().map_or_else(String::new, |collation| {
                format!(" COLLATE {}", render::collation(collation))
            });
            let using = using.map_or_else(String::new, |expression| format!(" USING {expression}"));
            actions.push(format!(
                "ALTER COLUMN {name} TYPE {}{collation}{using}",
                self.retyped_to(after)
            ));
            // Sequences come later, and the defaults that take from them.
            let numbered = loses_sequence || after.sequence.is_some();
            if cycles_default
                && !numbered
                && let Some(default) = &after.default
            {
                actions.push(format!(
                    "ALTER COLUMN {name} SET DEFAULT {}",
                    self.wanted_in_force(default)
                ));
            }
            // A domain that forbids NULL takes that with it.
            let by_domain =
                forbids_null(self.before(), &before.data_type) && !forbids_null(self.after(), &after.data_type);
            if by_domain && !after.nullable {
                actions.push(format!("ALTER COLUMN {name} SET NOT NULL"));
            }
            if after.settings.null_refused_by_domain_alone && !forbids_null(self.before(), &before.data_type) {
                actions.push(format!("ALTER COLUMN {name} DROP NOT NULL"));
            }
            // Postgres goes back to the new type's own; what it stores at once only takes these.
            if keeps_storage(&after.data_type) {
                let storage = after.settings.storage.iter().map(|how| format!("SET STORAGE {how}"));
                let compression = after
                    .settings
                    .compression
                    .iter()
                    .map(|how| format!("SET COMPRESSION {how}"));
                actions.extend(
                    storage
                        .chain(compression)
                        .map(|set| format!("ALTER COLUMN {name} {set}")),
                );
            }
        }
        self.guard_converted_keys(tables, &conversions);
        if !actions.is_empty() {
            self.steps.push(Step {
                phase: Phase::Alter,
                comments,
                sql: render::alter_table(old, &actions),
                hint: self.keeps_statistics(old),
            });
            self.partitions_after_retyping(tables.before);
        }
    }

    /// The type under the names that are in force while columns change.
    pub(super) fn retyped_to(&self, after: &Column) -> String {
        let mut data_type = after.data_type.clone();
        data_type.name = self.flipped.type_name(&data_type.name);
        render::data_type(&data_type)
    }

    fn is_rebuilt(&self, before: &Column) -> bool {
        self.rebuilt_types.contains(&before.data_type.name)
    }

    /// The conversion, where Postgres needs one spelled out, with the guards that keep it from losing anything in silence.
    fn using(
        &mut self,
        tables: Pair<&Table>,
        before: &Column,
        after: &Column,
        comments: &mut Vec<String>,
    ) -> Option<String> {
        let (table, column) = (tables.before.name.clone(), ident(&before.name));
        let shown = format!("{}.{}", table.plain(), before.name);
        if let Some(said) = self
            .request
            .usings
            .get(&(tables.after.name.clone(), after.name.clone()))
        {
            return Some(said.clone());
        }
        let new = self.retyped_to(after);
        let array = if before.data_type.array { "[]" } else { "" };
        // The type under its old name and the new one know no cast.
        let same_type_rebuilt =
            self.is_rebuilt(before) && before.data_type.name == self.flipped.type_name(&after.data_type.name);
        if same_type_rebuilt && before.data_type.array == after.data_type.array {
            return Some(format!("{column}::text{array}::{new}"));
        }
        let element_cast = |from: &DataType, to: &DataType| match cast(from, to) {
            _ if same_type_rebuilt => Cast::ThroughText,
            other => other,
        };
        let from = base(self.before(), &before.data_type);
        let to = base(self.after(), &after.data_type);
        let zoned = |data_type: &DataType| data_type.builtin_name().map(ToOwned::to_owned);
        match (zoned(&from).as_deref(), zoned(&to).as_deref()) {
            (Some("timestamp"), Some("timestamptz")) => {
                comments.push(format!(
                    "REVIEW: {shown} is read as UTC; name another zone if the values were written in one"
                ));
                return Some(format!("{column} AT TIME ZONE 'UTC'"));
            }
            (Some("timestamptz"), Some("timestamp")) => {
                comments.push(format!("REVIEW: {shown} is written down as UTC"));
                return Some(format!("{column} AT TIME ZONE 'UTC'"));
            }
            (Some("int2" | "int4" | "int8" | "numeric" | "float4" | "float8"), Some("bool")) => {
                self.guard(
                    &format!("EXISTS (SELECT 1 FROM {table} WHERE {column} NOT IN (0, 1))"),
                    &format!("{shown} holds values that {new} would round or cut"),
                    &format!("Change those values first, or say how to convert them: autogenerate --using \"{shown}=EXPRESSION\""),
                );
                return Some(format!("{column} <> 0"));
            }
            (Some("date"), Some("timestamptz")) => {
                comments.push(format!(
                    "REVIEW: {shown} is read as midnight UTC; name another zone if the dates were written in one"
                ));
                return Some(format!("{column}::timestamp AT TIME ZONE 'UTC'"));
            }
            (Some("timestamptz"), Some("date")) => {
                comments.push(format!("REVIEW: {shown} is written down as the date in UTC"));
                let date = format!("({column} AT TIME ZONE 'UTC')::date");
                self.guard(
                    &format!("EXISTS (SELECT 1 FROM {table} WHERE {column} IS DISTINCT FROM {date}::timestamp AT TIME ZONE 'UTC')"),
                    &format!("{shown} holds values that {new} would round or cut"),
                    &format!("Change those values first, or say how to convert them: autogenerate --using \"{shown}=EXPRESSION\""),
                );
                return Some(date);
            }
            (Some("json"), Some("jsonb")) => {
                comments.push(format!(
                    "REVIEW: JSONB keeps neither the order of the keys of {shown} nor white space"
                ));
                self.guard(
                    &duplicate_keys(&table.to_string(), &column),
                    &format!("{shown} has objects with a key twice, of which JSONB keeps the last one"),
                    &format!("Change those values first, or accept the loss: autogenerate --using \"{shown}={column}::jsonb\""),
                );
                return None;
            }
            (Some("text" | "varchar" | "bpchar"), Some("int2" | "int4" | "int8" | "numeric" | "float4" | "float8")) => {
                self.guard(
                    &format!("EXISTS (SELECT 1 FROM {table} WHERE {column}::text ~ '^\\s*[-+]?0[0-9]')"),
                    &format!("{shown} has numbers with leading zeros, which {new} does not keep"),
                    &format!("Change those values first, or accept the loss: autogenerate --using \"{shown}={column}::{new}\""),
                );
            }
            (Some("text" | "varchar"), Some("bytea")) => {
                comments.push(format!("REVIEW: {shown} is written down as UTF-8"));
                return Some(format!("convert_to({column}, 'UTF8')"));
            }
            (Some("bytea"), Some("text" | "varchar")) => {
                comments.push(format!("REVIEW: {shown} is read as UTF-8"));
                return Some(format!("convert_from({column}, 'UTF8')"));
            }
            _ => {}
        }
        if loss(&from, &to) == Loss::Silent && cast(&from, &to) != Cast::None {
            let old = render::data_type(&before.data_type);
            // The values on the way there and back; where there is no way back, their texts.
            let survives = if matches!(cast(&to, &from), Cast::Assignment | Cast::Explicit) && !has_no_equality(&from) {
                format!("{column} IS DISTINCT FROM {column}::{new}::{old}")
            } else {
                format!("{column}::text IS DISTINCT FROM {column}::{new}::text")
            };
            self.guard(
                &format!("EXISTS (SELECT 1 FROM {table} WHERE {survives})"),
                &format!("{shown} holds values that {new} would round or cut"),
                &format!(
                    "Change those values first, or say how to convert them: autogenerate --using \"{shown}=EXPRESSION\""
                ),
            );
        }
        let conversion = match self.request.direction {
            Direction::Up => cast(&from, &to),
            Direction::Down => cast_back(&to, &from),
        };
        match conversion {
            Cast::Assignment => None,
            Cast::Explicit => Some(format!("{column}::{new}")),
            Cast::ThroughText => Some(format!("{column}::text{array}::{new}")),
            Cast::ThroughInteger => Some(format!("{column}::integer{array}::{new}")),
            Cast::IntoArray => Some(into_array(&column, element_cast(&from, &casts::element(&to)), &new)),
            Cast::OutOfArray => {
                self.guard(
                    &format!("EXISTS (SELECT 1 FROM {table} WHERE cardinality({column}) <> 1 OR array_ndims({column}) <> 1)"),
                    &format!("{shown} has arrays with more or fewer elements than one"),
                    &format!("Change those arrays first, or say how to convert them: autogenerate --using \"{shown}=EXPRESSION\""),
                );
                Some(out_of_array(&column, element_cast(&casts::element(&from), &to), &new))
            }
            Cast::None => {
                self.guard(
                    &format!("EXISTS (SELECT 1 FROM {table} WHERE {column} IS NOT NULL)"),
                    &format!(
                        "there is no conversion of {shown} from {} to {new}",
                        render::data_type(&before.data_type)
                    ),
                    &format!("Say how: autogenerate --using \"{shown}=EXPRESSION\""),
                );
                Some(format!("NULL::{new}"))
            }
        }
    }

    fn alter_column(&mut self, tables: Pair<&Table>, columns: Pair<&Column>, delta: ColumnDelta) {
        let Pair { before, after } = columns;
        let old = &tables.before.name;
        let name = ident(&before.name);
        let alter = |action: &str| render::alter_table(old, &[format!("ALTER COLUMN {name} {action}")]);
        if before.generated.is_some() && after.generated.is_some() {
            // One that is made again for its own sake is made as it is to be.
            if delta.nullable && !delta.generated && !delta.data_type {
                self.generated_nullability(tables, columns);
            }
            return;
        }
        // An identity column is NOT NULL.
        let becomes_identity = before.identity.is_none() && after.identity.is_some();
        if delta.nullable && becomes_identity && !after.nullable {
            self.set_not_null(tables, columns);
        }
        if delta.identity {
            self.identity(tables, columns);
        }
        if delta.sequence {
            self.sequence(tables, columns);
        }
        let with_type = before.default.is_some() && self.is_retyped(&ColumnRef::column(old, &before.name));
        if delta.default && !with_type {
            // A sequence that a column owns is taken care of with the sequence.
            let with_sequence = delta.sequence || (delta.identity && after.identity.is_some());
            match (&before.default, &after.default) {
                (Some(_), None) if !with_sequence => self.push(Phase::Alter, alter("DROP DEFAULT")),
                (_, Some(default)) if !with_sequence => {
                    let sql = render::alter_table(
                        &tables.after.name,
                        &[format!("ALTER COLUMN {} SET DEFAULT {default}", ident(&after.name))],
                    );
                    self.push(Phase::Filled, sql);
                }
                _ => {}
            }
            self.own_defaults_of_children(&tables.after.name, after);
        }
        if delta.nullable {
            if after.nullable {
                self.push(Phase::Alter, alter("DROP NOT NULL"));
            } else if !becomes_identity {
                self.set_not_null(tables, columns);
            }
        }
    }

    /// A generated column may be made again in between as it was, so that it changes only then.
    fn generated_nullability(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        if columns.after.nullable {
            let action = format!("ALTER COLUMN {} DROP NOT NULL", ident(&columns.after.name));
            self.push(Phase::Filled, render::alter_table(&tables.after.name, &[action]));
        } else {
            self.set_not_null(tables, columns);
        }
    }

    fn set_not_null(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let name = ident(&columns.after.name);
        let key = (new.clone(), columns.after.name.clone());
        let fill = match self.request.direction {
            Direction::Up => self.request.backfills.get(&key).cloned(),
            Direction::Down => None,
        };
        if let Some(expression) = fill {
            let sql = format!("UPDATE {new} SET {name} = {expression} WHERE {name} IS NULL");
            self.fill(new, Event::Update, sql, Vec::new());
        } else {
            let shown = format!("{}.{}", old.plain(), columns.before.name);
            self.guard(
                &format!(
                    "EXISTS (SELECT 1 FROM {old} WHERE {} IS NULL)",
                    ident(&columns.before.name)
                ),
                &format!("{shown} is to be NOT NULL and has rows that are NULL"),
                &format!("Fill them first, or say with what: autogenerate --backfill \"{shown}=EXPRESSION\""),
            );
        }
        self.push(
            Phase::Filled,
            render::alter_table(new, &[format!("ALTER COLUMN {name} SET NOT NULL")]),
        );
    }
}

/// A value as an array of one element; NULL stays NULL.
fn into_array(column: &str, element: Cast, new: &str) -> String {
    let value = match element {
        Cast::ThroughText => format!("{column}::text"),
        Cast::ThroughInteger => format!("{column}::integer"),
        _ => column.to_owned(),
    };
    format!("CASE WHEN {column} IS NULL THEN NULL ELSE ARRAY[{value}]::{new} END")
}

/// The first element of an array.
fn out_of_array(column: &str, element: Cast, new: &str) -> String {
    match element {
        Cast::ThroughText => format!("{column}[1]::text::{new}"),
        Cast::ThroughInteger => format!("{column}[1]::integer::{new}"),
        _ => format!("{column}[1]::{new}"),
    }
}

/// Whether an object, at any depth, has a key twice.
fn duplicate_keys(table: &str, column: &str) -> String {
    format!(
        "EXISTS (\n        WITH RECURSIVE node(value) AS (\n            SELECT {column} FROM {table} WHERE {column} IS NOT NULL\n            UNION ALL\n            SELECT child.value FROM node CROSS JOIN LATERAL (\n                SELECT value FROM json_each(CASE WHEN json_typeof(node.value) = 'object' THEN node.value ELSE '{{}}' END)\n                UNION ALL\n                SELECT value FROM json_array_elements(CASE WHEN json_typeof(node.value) = 'array' THEN node.value ELSE '[]' END)\n            ) child\n        )\n        SELECT 1 FROM node WHERE json_typeof(value) = 'object'\n            AND (SELECT count(*) > count(DISTINCT key) FROM json_object_keys(value) key)\n    )"
    )
}

/// Whether a type's values may be stored out of line, so that a storage of its own can be set.
fn keeps_storage(data_type: &DataType) -> bool {
    let names = [
        "text", "varchar", "bpchar", "bytea", "json", "jsonb", "numeric", "tsvector", "xml",
    ];
    data_type.array || data_type.builtin_name().is_some_and(|name| names.contains(&name))
}

/// What hangs on a column that is made, or made again.
pub(super) fn comment_and_grants(table: &TableName, column: &Column) -> Vec<String> {
    let target = format!("{table}.{}", ident(&column.name));
    let comment = column.comment.as_deref();
    comment
        .map(|text| render::comment_on("COLUMN", &target, Some(text)))
        .into_iter()
        .chain(render::create::grants(table, Some(&column.name), &column.grants))
        .chain(render::create::column_settings(table, column))
        .collect()
}

/// Types whose values Postgres does not compare.
fn has_no_equality(data_type: &DataType) -> bool {
    data_type.is_builtin() && matches!(data_type.name.name.as_str(), "json" | "xml" | "point")
}

/// A plain column that becomes a generated one is dropped and made again.
pub(super) fn made_generated(before: &Column, after: &Column) -> bool {
    before.generated.is_none() && after.generated.is_some()
}

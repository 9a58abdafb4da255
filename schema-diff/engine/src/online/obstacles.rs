//! What keeps a column from being replaced by a new one ([`retyped`](super::retyped)).

use std::collections::BTreeSet;

use super::retyped::{Candidate, Candidates, conversion, is_over};
use crate::{
    model::{
        Column, ColumnRef, Constraint, ConstraintKind, Pair, QualifiedName, ReplicaIdentity, Schema, Settings, Table,
        TableKind, TableName, View,
    },
    statement::Conversion,
};

impl Candidates<'_> {
    /// Returns why a column cannot be replaced by a new one.
    pub fn why_not(&self, of: &Candidate<'_>) -> Option<String> {
        self.why_not_table(of)
            .or_else(|| self.why_not_column(of))
            .or_else(|| why_not_numbered(self.input.schemas().before, of.columns))
            .or_else(|| self.why_not_dependents(of))
    }

    fn why_not_table(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.tables;
        let schemas = self.input.schemas();
        let is_plain = |table: &Table, schema: &Schema| {
            let mut parents = schema.tables.values().flat_map(Table::parents);
            table.kind == TableKind::Ordinary
                && table.partition_of.is_none()
                && table.inherits.is_empty()
                && table.of_type.is_none()
                && !parents.any(|parent| *parent == table.name)
        };
        if !is_plain(before, schemas.before) || !is_plain(after, schemas.after) {
            return Some(
                "the table is partitioned or a partition, inherits from a table or has child tables".to_owned(),
            );
        }
        let key = after.primary_key_columns();
        let matches = self.input.matches();
        let kept = before
            .primary_key_columns()
            .iter()
            .map(|name| matches.column(&before.name, name));
        let is_domain = |name: &String| {
            let own = before.column(&matches.column_before(&before.name, name));
            own.is_some_and(|own| schemas.before.domain(&own.data_type.name).is_some())
        };
        if key.is_empty() || !kept.eq(key.iter().cloned()) || key.iter().any(is_domain) {
            return Some(
                "the table has no primary key that exists before and after, or its type is a domain".to_owned(),
            );
        }
        let has_expression = |name: &str| {
            matches!(
                conversion(&self.input.simple.statements, &before.name, name),
                Some(Some(Conversion::Expression(_)))
            )
        };
        let is_renamed = before.name != after.name || matches.renamed_columns(&before.name).next().is_some();
        let reads_names = has_expression(&of.columns.before.name) || !self.refused(of).is_empty();
        (is_renamed && reads_names).then(|| "names change in the same migration that its conversion reads".to_owned())
    }

    fn why_not_column(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.columns;
        let is_generated = |column: &Column| column.generated.is_some();
        if is_generated(before) || is_generated(after) || before.inherited || after.inherited {
            return Some("it is a generated or an inherited column".to_owned());
        }
        if !before.grants.is_empty() || !after.grants.is_empty() {
            return Some("a role has privileges on this column".to_owned());
        }
        let schemas = self.input.schemas();
        let is_domain = |schema: &Schema, column: &Column| schema.domain(&column.data_type.name).is_some();
        if is_domain(schemas.before, before) || is_domain(schemas.after, after) {
            return Some("its type is a domain".to_owned());
        }
        let id = (of.tables.after.name.clone(), after.name.clone());
        if self.input.backfills().contains_key(&id) {
            return Some("its NULLs are replaced in the same migration".to_owned());
        }
        let down = conversion(&self.input.simple_down.statements, &of.tables.after.name, &after.name);
        down.is_none().then(|| "down.sql has no conversion".to_owned())
    }

    fn why_not_dependents(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.tables;
        let (was, is) = (&of.columns.before.name, &of.columns.after.name);
        let identity = |table: &Table, column: &str| match &table.replication.identity {
            ReplicaIdentity::Index(name) => {
                let by_index = table
                    .indexes
                    .get(name)
                    .is_some_and(|own| own.columns.iter().any(|own| own == column));
                let by_key = table
                    .constraints
                    .get(name)
                    .is_some_and(|own| own.columns().contains(&column));
                by_index || by_key
            }
            _ => false,
        };
        if identity(before, was) || identity(after, is) {
            return Some("an index over it identifies the rows for replication".to_owned());
        }
        let mut exclusions = before.constraints.values().chain(after.constraints.values());
        let exclusion = exclusions.find(|own| {
            matches!(own.kind, ConstraintKind::Exclude { .. })
                && (own.columns().contains(&was.as_str()) || own.columns().contains(&is.as_str()))
        });
        if let Some(own) = exclusion {
            return Some(format!(
                "the exclusion constraint {} reads it, whose index cannot be built concurrently",
                own.name
            ));
        }
        if let Some(key) = self.key_that_stays(of) {
            return Some(format!(
                "Postgres cannot add the foreign key {key} without reading the rows"
            ));
        }
        let settings = &self.input.schemas().before.restored.indexes;
        let is_over = |own: &&Constraint| own.is_indexed() && own.columns().contains(&was.as_str());
        let keys = before.constraints.values().filter(is_over).map(|own| &own.name);
        let indexes = before
            .indexes
            .values()
            .filter(|own| own.columns.contains(was))
            .map(|own| &own.name);
        if let Some(name) = keys
            .chain(indexes)
            .find(|name| settings.contains_key(&before.name.sibling(*name)))
        {
            return Some(format!("the index {name} over it has settings of its own"));
        }
        if before
            .indexes
            .values()
            .any(|own| own.clustered && own.columns.contains(was))
        {
            return Some("CLUSTER orders the table by an index over it".to_owned());
        }
        let own = ColumnRef::column(&before.name, was);
        let schema = self.input.schemas().before;
        let named = (was != is || before.name != after.name)
            .then(|| code(schema, before, &own))
            .flatten();
        let reader = reader(schema, before, &own).or(named)?;
        Some(format!("{reader} reads it"))
    }

    /// Returns a foreign key over the column that cannot be `NOT VALID`.
    fn key_that_stays(&self, of: &Candidate<'_>) -> Option<String> {
        let own = of.id();
        let tables = self.input.schemas().after.tables.values();
        let keys = tables.flat_map(|table| table.foreign_keys().map(move |key| (table, key)));
        let over = keys.filter(|(table, key)| is_over(&table.name, key, &own));
        let is_plain = |table: &Table, key: &Constraint| {
            table.kind == TableKind::Ordinary && table.partition_of.is_none() && !key.inherited
        };
        let mut stays = over.filter(|(table, key)| !is_plain(table, key));
        stays.next().map(|(_, key)| key.name.clone())
    }
}

/// Returns why the numbers of a column cannot go on with the new column.
fn why_not_numbered(before: &Schema, columns: Pair<&Column>) -> Option<String> {
    let sequence = |column: &Column| {
        let identity = column.identity.as_ref().map(|own| (own.sequence.clone(), true));
        identity.or_else(|| column.sequence.as_ref().map(|own| (own.name.clone(), false)))
    };
    let (was, is) = (sequence(columns.before), sequence(columns.after));
    if was != is {
        return Some("its sequence changes, too".to_owned());
    }
    let options = |column: &Column| {
        let identity = column.identity.as_ref().map(|own| own.options.clone());
        identity.or_else(|| column.sequence.as_ref().map(|own| own.options.clone()))
    };
    if let (Some(was), Some(is)) = (options(columns.before), options(columns.after))
        && (is.max < was.max || is.min > was.min)
    {
        return Some("its sequence has less room afterwards".to_owned());
    }
    let has_settings = |name: &QualifiedName| {
        let own: Option<&Settings> = before.restored.sequences.get(name);
        own.is_some_and(|own| own.comment.is_some() || !own.access.grants.is_empty())
    };
    let (name, is_identity) = was?;
    (is_identity && has_settings(&name))
        .then(|| "the sequence of the identity column has privileges or a comment".to_owned())
}

/// Returns an object that reads a column and that is not recreated in a moment, or not restored.
fn reader(schema: &Schema, table: &Table, own: &ColumnRef) -> Option<String> {
    let name = own.column.as_deref().unwrap_or_default();
    let reads = |all: &[ColumnRef]| all.contains(own);
    let view = materialized_reader(schema, own);
    let rule = table.rules.values().find(|own| reads(&own.depends_on));
    let function = schema.functions.values().find(|own| reads(&own.depends_on));
    let mut columns = table.columns.iter();
    let generated = columns.find(|other| {
        let generated = other.generated.as_ref();
        generated.is_some_and(|from| from.columns.iter().any(|read| read == name))
    });
    let mut statistics = schema.restored.statistics.iter();
    let statistics = statistics.find(|(_, of)| of.on == table.name && of.reads.contains(name));
    let is_published = |columns: &[String]| columns.iter().any(|column| column == name);
    let mut publications = table.replication.publications.iter();
    let publication = publications.find(|(_, of)| is_published(&of.columns) || is_published(&of.filter_columns));
    let found = [
        view.map(|own| format!("materialized view {}", own.name.plain())),
        rule.map(|own| format!("rule {}", own.name)),
        function.map(|own| format!("function {}", own.name.plain())),
        generated.map(|own| format!("the generated column {}", own.name)),
        statistics.map(|(name, _)| format!("the extended statistics {}", name.plain())),
        publication.map(|(name, _)| format!("publication {name}")),
    ];
    found.into_iter().flatten().next()
}

/// Returns a view, trigger or policy that reads a column.
fn code(schema: &Schema, table: &Table, own: &ColumnRef) -> Option<String> {
    let reads = |all: &[ColumnRef]| all.contains(own);
    let view = schema.views.values().find(|own| reads(&own.depends_on));
    let trigger = table.triggers.values().find(|own| reads(&own.depends_on));
    let policy = table.policies.values().find(|own| reads(&own.depends_on));
    let found = [
        view.map(|own| format!("its name changes, and view {}", own.name.plain())),
        trigger.map(|own| format!("its name changes, and trigger {}", own.name)),
        policy.map(|own| format!("its name changes, and policy {}", own.name)),
    ];
    found.into_iter().flatten().next()
}

/// Returns a materialized view that reads a column, directly or through other views.
fn materialized_reader<'a>(schema: &'a Schema, own: &ColumnRef) -> Option<&'a View> {
    let mut readers: BTreeSet<&TableName> = BTreeSet::new();
    loop {
        let is_new = |view: &&View| {
            let mut reads = view.depends_on.iter();
            !readers.contains(&view.name) && reads.any(|read| read == own || readers.contains(&read.relation))
        };
        let new = schema.views.values().find(is_new)?;
        if new.materialized {
            return Some(new);
        }
        readers.insert(&new.name);
    }
}

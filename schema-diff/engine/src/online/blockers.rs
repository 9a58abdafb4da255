//! What keeps a column from being replaced by a new one ([`retyped`](super::retyped)).

use std::collections::BTreeSet;

use super::{
    renamed_names,
    retyped::{Candidate, Candidates, conversion},
    selected::is_over,
};
use crate::{
    model::{
        Column, ColumnRef, Constraint, ConstraintKind, Pair, QualifiedName, Reader, ReplicaIdentity, Schema, Settings,
        Table, TableKind, TableName, View, mentioned_words, readers,
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
            .or_else(|| renamed_names::in_recreated_code(self.input))
            .or_else(|| self.why_not_type(of))
    }

    fn why_not_table(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.tables;
        let schemas = self.input.schemas();
        if !schemas.before.is_alone(before) || !schemas.after.is_alone(after) {
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
        if let Some(why) = self.why_not_expression(of) {
            return Some(why);
        }
        let down = self.conversion_back(of);
        down.is_none().then(|| "down.sql has no conversion".to_owned())
    }

    /// Returns why the decided expression cannot be used by a trigger and by a fill.
    fn why_not_expression(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.tables;
        let using = conversion(&self.input.simple.statements, &before.name, &of.columns.before.name)?;
        let Some(Conversion::Expression(text)) = using else {
            return None;
        };
        let words = mentioned_words(text);
        let mut columns = before.columns.iter();
        let generated = columns.find(|own| own.generated.is_some() && words.contains(&own.name));
        if let Some(own) = generated {
            return Some(format!(
                "its expression reads the generated column {}, which a trigger cannot read",
                own.name
            ));
        }
        let mut filled = self.input.backfills().keys();
        let filled = filled.find(|(table, column)| *table == after.name && words.contains(column));
        filled.map(|(_, column)| format!("its expression reads {column}, which the migration fills"))
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
        let is_deferrable =
            |own: &&Constraint| own.is_indexed() && own.deferrable && own.columns().contains(&is.as_str());
        if let Some(own) = after.constraints.values().find(is_deferrable) {
            return Some(format!(
                "the key {} over it is deferrable, which its index is not until it becomes the key",
                own.name
            ));
        }
        let is_open = |own: &&Constraint| !own.validated && matches!(own.kind, ConstraintKind::Check { .. });
        if let Some(own) = before.constraints.values().find(is_open) {
            return Some(format!(
                "rows may violate the check {}, which is not valid, and could not be filled",
                own.name
            ));
        }
        if let Some(trigger) = before.before_triggers_from("zz_fill_").next() {
            return Some(format!(
                "trigger {} fires after the one that would fill the new column",
                trigger.name
            ));
        }
        if let Some(user) = sequence_user(self.input.schemas().before, of.columns.before, &before.name) {
            return Some(format!("{user} uses its sequence"));
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
            return Some(format!("the index {name} over it has a comment or settings of its own"));
        }
        if before
            .indexes
            .values()
            .any(|own| own.clustered && own.columns.contains(was))
        {
            return Some("CLUSTER orders the table by an index over it".to_owned());
        }
        let schema = self.input.schemas().before;
        if let Some(view) = materialized_reader(schema, &ColumnRef::column(&before.name, was)) {
            return Some(format!("materialized view {} reads it", view.name.plain()));
        }
        // Views, triggers and policies are recreated from their definitions, which have the name.
        let is_renamed = was != is || before.name != after.name;
        let is_recreated =
            |reader: &Reader<'_>| matches!(reader, Reader::View(_) | Reader::Trigger(_) | Reader::Policy(_));
        let mut readers = readers(schema, before, was);
        let reader = readers.find(|reader| is_renamed || !is_recreated(reader))?;
        let renamed = if is_recreated(&reader) {
            "its name changes, and "
        } else {
            ""
        };
        Some(format!("{renamed}{reader} reads it"))
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

/// Returns an object that uses the sequence of an identity column, which is dropped with the column.
fn sequence_user(schema: &Schema, column: &Column, table: &TableName) -> Option<String> {
    let sequence = &column.identity.as_ref()?.sequence;
    let nextval = sequence.nextval();
    let uses = |own: &Column| own.default.as_ref().is_some_and(|text| text.contains(&nextval));
    for other in schema.tables.values() {
        let mut columns = other.columns.iter();
        let user = columns.find(|own| uses(own) && (other.name != *table || own.name != column.name));
        if let Some(own) = user {
            return Some(format!("the default of {}.{}", other.name.plain(), own.name));
        }
    }
    let mut views = schema.views.values();
    let view = views.find(|view| view.depends_on.iter().any(|read| read.relation == *sequence));
    view.map(|view| format!("view {}", view.name.plain()))
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

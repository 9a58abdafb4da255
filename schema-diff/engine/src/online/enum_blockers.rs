//! What keeps an enum type from being replaced by a new one while programs work ([`enum_types`](super::enum_types)).

use super::{
    Input,
    replaced_type::ReplacedType,
    retyped::{Candidate, Candidates},
};
use crate::{
    model::{Column, ColumnRef, ConstraintKind, Pair, Schema, Table, TableName, mentioned_names, mentioned_words},
    plan::is_on_one_side,
};

impl Candidates<'_> {
    /// Returns why the enum type of a column cannot be replaced.
    pub fn why_not_type(&self, of: &Candidate<'_>) -> Option<String> {
        let mut types = self.types.iter().filter(|own| own.is_of(of.columns));
        types.find_map(|own| {
            let uses = Uses {
                of: own,
                input: self.input,
            };
            uses.why_not_changed(of)
                .or_else(|| uses.why_not_default(of))
                .or_else(|| uses.why_not_used())
                .or_else(|| uses.why_not_column(self))
                .or_else(|| uses.why_not_named())
                .or_else(|| uses.why_not_renamed())
                .or_else(|| uses.why_not_decided())
        })
    }
}

/// The uses of an enum type.
struct Uses<'a> {
    of: &'a ReplacedType,
    input: &'a Input<'a>,
}

impl<'a> Uses<'a> {
    const fn before(&self) -> &'a Schema {
        self.input.schemas().before
    }

    fn shown(&self) -> String {
        self.of.name.after.plain()
    }

    /// Returns whether a column of the schema before has the type.
    fn has_type(&self, column: &Column) -> bool {
        column.data_type.name == self.of.name.before
    }

    /// Names what changes of a column besides the labels of its type.
    fn why_not_changed(&self, of: &Candidate<'_>) -> Option<String> {
        let is_same = self.of.is_of_both(of.columns);
        (!is_same).then(|| format!("enum type {} is replaced in the same migration", self.shown()))
    }

    /// Says that a column has no default that both types allow.
    fn why_not_default(&self, of: &Candidate<'_>) -> Option<String> {
        let Pair { before, after } = of.columns.map(|own| own.default.as_ref());
        let changes =
            before.is_some_and(|text| self.of.loses(text)) && after.is_some_and(|text| !self.of.may_use(text));
        changes.then(|| "its default changes from a dropped label to a new one".to_owned())
    }

    /// Names an object that uses the type other than by a column of a table.
    fn why_not_used(&self) -> Option<String> {
        let found = self.before().enum_type(&self.of.name.before)?;
        let (changes, schemas) = (self.input.changes(), self.input.schemas());
        let mut users = found.used_by.iter();
        let user = users.find(|own| !is_on_one_side(own, changes, schemas)).cloned();
        let in_query = || found.used_in_queries.then(|| "a view or a rule".to_owned());
        let user = user.or_else(in_query)?;
        Some(format!("{user} uses enum type {}", self.shown()))
    }

    /// Names a column of the type that is kept and cannot be replaced.
    fn why_not_column(&self, all: &Candidates<'_>) -> Option<String> {
        let columns = self.before().tables.values().flat_map(|table| {
            let own = table.columns.iter().filter(|own| self.has_type(own));
            own.map(move |column| (table, column))
        });
        let mut left = columns.filter(|(table, own)| self.is_kept(table, own) && !all.has(table, own));
        let (table, column) = left.next()?;
        let shown = table.name.plain();
        Some(format!(
            "{shown}.{} of the same type is a generated or an inherited column",
            column.name
        ))
    }

    /// Returns whether a column exists before and after.
    fn is_kept(&self, table: &Table, column: &Column) -> bool {
        let name = self.input.matches().column(&table.name, &column.name);
        self.after(table).is_some_and(|own| own.column(&name).is_some())
    }

    /// Returns a table after.
    fn after(&self, table: &Table) -> Option<&'a Table> {
        let schema = self.input.schemas().after;
        schema.tables.get(&self.input.matches().table(&table.name))
    }

    /// Names an object of a table that names the type and reads no column of it: nothing recreates it with the columns.
    fn why_not_named(&self) -> Option<String> {
        let tables = self.before().tables.values().filter(|own| self.after(own).is_some());
        let mut texts = tables.flat_map(texts);
        let own = texts.find(|own| self.is_named(own.text) && !own.reads.iter().any(|read| self.is_of(read)))?;
        let shown = self.shown();
        Some(format!(
            "{} names enum type {shown} and reads no column of it",
            own.object
        ))
    }

    fn is_named(&self, text: &str) -> bool {
        mentioned_names(text).contains(&self.of.name.before)
    }

    /// Names code that would be recreated from its definition, which has the previous name of the type or of a label.
    fn why_not_renamed(&self) -> Option<String> {
        let (before, name) = (self.before(), &self.of.name);
        if !name.differs() && !self.input.matches().has_renamed_labels(&name.before) {
            return None;
        }
        let code = before.tables.values().flat_map(of_code);
        let code = code.map(|own| (own.object, own.text));
        let views = before.views.values();
        let views = views.map(|own| (format!("view {}", own.name.plain()), own.query.as_str()));
        let (object, _) = code.chain(views).find(|(_, text)| self.is_named(text))?;
        let shown = self.shown();
        Some(format!(
            "enum type {shown} or a label of it is renamed, and {object} names it"
        ))
    }

    fn is_of(&self, read: &ColumnRef) -> bool {
        let table = self.before().tables.get(&read.relation).zip(read.column.as_ref());
        let column = table.and_then(|(table, name)| table.column(name));
        column.is_some_and(|own| self.has_type(own))
    }

    /// Names a decided expression that cannot be computed while both types exist.
    fn why_not_decided(&self) -> Option<String> {
        let after = self.input.schemas().after;
        let has_type = |table: &TableName, name: &str| {
            let own = after.tables.get(table).and_then(|own| own.column(name));
            own.is_some_and(|own| own.data_type.name == self.of.name.after)
        };
        let mut decided = self.input.backfills().iter().chain(self.input.up.usings);
        let ((table, name), _) = decided.find(|((table, name), text)| {
            has_type(table, name) || mentioned_words(text).contains(&self.of.name.after.name)
        })?;
        let (table, shown) = (table.plain(), self.shown());
        Some(format!(
            "the expression for {table}.{name} is of enum type {shown}, or names it"
        ))
    }
}

/// A text of a table in which Postgres keeps the types that it names.
struct Text<'a> {
    /// The object, for messages.
    object: String,
    text: &'a str,
    /// What the object reads.
    reads: Vec<ColumnRef>,
}

/// Returns such texts of a table.
fn texts(table: &Table) -> impl Iterator<Item = Text<'_>> {
    of_columns(table).chain(of_constraints(table)).chain(of_code(table))
}

fn of_columns(table: &Table) -> impl Iterator<Item = Text<'_>> {
    let shown = table.name.plain();
    table.columns.iter().flat_map(move |own| {
        let object = format!("column {shown}.{}", own.name);
        let reads = vec![ColumnRef::column(&table.name, &own.name)];
        let generated = own.generated.as_ref().map(|from| &from.expression);
        own.default.iter().chain(generated).map(move |text| Text {
            object: object.clone(),
            text,
            reads: reads.clone(),
        })
    })
}

fn of_constraints(table: &Table) -> impl Iterator<Item = Text<'_>> {
    let read = |column: &str| ColumnRef::column(&table.name, column);
    let constraints = table.constraints.values().filter_map(move |own| match &own.kind {
        ConstraintKind::Check { expression: text, .. } | ConstraintKind::Exclude { definition: text, .. } => {
            Some(Text {
                object: format!("constraint {} of {}", own.name, table.name.plain()),
                text,
                reads: own.columns().into_iter().map(read).collect(),
            })
        }
        _ => None,
    });
    let indexes = table.indexes.values().flat_map(move |own| {
        let keys = own.keys.iter().filter(|key| key.is_expression).map(|key| &key.text);
        keys.chain(&own.predicate).map(move |text| Text {
            object: format!("index {}", own.name),
            text,
            reads: own.columns.iter().map(|column| read(column)).collect(),
        })
    });
    constraints.chain(indexes)
}

fn of_code(table: &Table) -> impl Iterator<Item = Text<'_>> {
    let shown = table.name.plain();
    let object = move |kind: &str, name: &str| format!("{kind} {name} of {shown}");
    let policies = table.policies.values().flat_map(|own| {
        let texts = own.using.iter().chain(&own.check);
        texts.map(move |text| ("policy", &own.name, text, &own.depends_on))
    });
    let triggers = table.triggers.values();
    let triggers = triggers.map(|own| ("trigger", &own.name, &own.definition, &own.depends_on));
    let rules = table.rules.values();
    let rules = rules.map(|own| ("rule", &own.name, &own.definition, &own.depends_on));
    let all = policies.chain(triggers).chain(rules);
    all.map(move |(kind, name, text, reads)| Text {
        object: object(kind, name),
        text,
        reads: reads.clone(),
    })
}

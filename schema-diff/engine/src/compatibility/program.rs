//! The tables and columns that a program knows: those of its `table!`s. Pure.

use std::collections::BTreeSet;

use super::{
    readable::bound_type,
    usage::{Code, Source, Use},
};
use crate::{
    declared::{Declared, DeclaredTable},
    matching::Matches,
    model::{Column, DataType, Pair, Schema, Table, TableName, View},
    rollout::{Kept, ignores_column, ignores_table},
    sample_value::sample_value,
};

/// What a program knows of the tables that a migration touches. Names are those of the schema for which it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// The names of all its tables, touched or not.
    pub names: BTreeSet<TableName>,
    /// Its tables and views that the migration touches, by name.
    pub tables: Vec<KnownTable>,
    /// Its joins.
    pub joins: Vec<Join>,
    /// Where its queries were read.
    pub source: Source,
    /// The columns that the migration changes and that none of its queries uses.
    pub unused: Vec<(TableName, String)>,
    /// Whether what no query uses is left out.
    pub is_narrowed: bool,
}

impl Program {
    /// Returns a table or view that it knows.
    pub fn table(&self, name: &TableName) -> Option<&KnownTable> {
        self.tables.iter().find(|own| own.name == *name)
    }
}

/// A table or a view that a program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTable {
    /// Its name.
    pub name: TableName,
    /// The columns that the program knows.
    pub columns: Vec<KnownColumn>,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// Whether the program only reads it.
    pub is_view: bool,
    /// Whether the program inserts rows.
    pub inserts: Use,
    /// Whether the program updates or deletes rows.
    pub changes: Use,
    /// Whether its name is that of another table on the other side of the migration.
    pub is_exchanged: bool,
}

impl KnownTable {
    /// Returns a column by name.
    pub fn column(&self, name: &str) -> Option<&KnownColumn> {
        self.columns.iter().find(|own| own.name == name)
    }
}

/// A column that a program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownColumn {
    /// Its name.
    pub name: String,
    /// Its type for Diesel: the base type of a domain, without a length.
    pub data_type: DataType,
    /// Whether the program reads NULL.
    pub nullable: bool,
    /// The labels of its enum type.
    pub labels: Vec<String>,
    /// How an `INSERT` treats it.
    pub given: Given,
    /// Whether the program selects it, or names it in a condition.
    pub read: Use,
    /// Whether the program gives it a value.
    pub written: Use,
    /// Whether the program can rely on reading no NULL, although the column is nullable.
    pub filled: Filled,
    /// Whether its name, or a label of its enum type, is that of another one on the other side of the migration.
    pub is_exchanged: bool,
    /// The values of generated rows; `None` if there are none of its type.
    pub values: Option<Values>,
}

/// How an `INSERT` treats a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// It has no value: the column is generated, or always numbered.
    Never,
    /// It may have none: the column is nullable or has a default.
    Optional,
    /// It has one.
    Mandatory,
}

/// From when on a nullable column has no NULL for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// It may have NULLs.
    No,
    /// From the migration on, which has a trigger that fills it.
    ByMigration,
    /// Before the migration, which removes what an earlier one has kept.
    Already,
}

/// The values of a column in generated rows, as SQL of the type with which Diesel sends them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// That of an existing row.
    pub existing: String,
    /// Those of two new rows.
    pub new: [String; 2],
    /// That of a changed row.
    pub changed: String,
}

/// A `joinable!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The referring table.
    pub child: TableName,
    /// The referring column.
    pub column: String,
    /// The table whose primary key is referred to.
    pub parent: TableName,
}

/// The inputs from which the programs are derived.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The complete schemas before and after.
    pub schemas: Pair<&'a Schema>,
    /// The matches between them.
    pub matches: &'a Matches,
    /// What schema.rs declares.
    pub declared: &'a Declared,
    /// What the migration keeps for the program of before.
    pub kept: &'a [Kept],
    /// What earlier migrations have kept, and this one removes.
    pub released: &'a [Kept],
    /// The touched tables, by names in the before schema.
    pub touched: &'a BTreeSet<TableName>,
    /// What the queries of the programs name.
    pub code: &'a Code,
}

impl<'a> Known<'a> {
    /// Returns what the program of before knows. A column that neither schema.rs nor the migration mentions was never declared.
    pub(super) fn old(self) -> Program {
        let before = self.schemas.before;
        let touched = self.touched.iter().filter_map(|name| before.tables.get(name));
        let tables = touched.map(|table| self.old_table(table));
        let views = self.declared_views(before);
        let known = tables.chain(views).filter(|table| !table.columns.is_empty());
        let tables: Vec<KnownTable> = known.collect();
        let joins = self.declared.joinables.iter().filter_map(|own| {
            let child = self.matches.table_before(&own.child);
            let join = Join {
                column: self.matches.column_before(&child, &own.column),
                parent: self.matches.table_before(&own.parent),
                child,
            };
            is_known(&join, &tables).then_some(join)
        });
        Program {
            joins: joins.collect(),
            names: self.old_names(&tables),
            tables,
            ..Program::default()
        }
    }

    fn old_names(self, touched: &[KnownTable]) -> BTreeSet<TableName> {
        let declared = self
            .declared
            .tables
            .iter()
            .map(|own| self.matches.table_before(&own.name));
        let declared = declared.filter(|own| self.schemas.before.tables.contains_key(own));
        declared.chain(touched.iter().map(|own| own.name.clone())).collect()
    }

    fn old_table(&self, table: &Table) -> KnownTable {
        let columns = table.columns.iter().filter(|column| self.knew(table, column));
        let columns = columns.map(|column| KnownColumn {
            is_exchanged: has_other_meaning(table, column, self.schemas, self.matches),
            ..KnownColumn::of(column, self.was_nullable(table, column), table, self.schemas.before)
        });
        KnownTable {
            name: table.name.clone(),
            columns: columns.collect(),
            key: table.primary_key_columns().to_vec(),
            is_view: false,
            inserts: Use::Assumed,
            changes: Use::Assumed,
            is_exchanged: is_exchanged(table, self.schemas.after, self.matches),
        }
    }

    /// Returns whether the program of before need not give a value for a column: if a trigger that is released now fills it, an older one did
    /// not know it.
    fn was_nullable(&self, table: &Table, column: &Column) -> bool {
        column.nullable || self.filled(&table.name, &column.name) == Filled::Already
    }

    /// Returns whether the program of before knows a column.
    fn knew(&self, table: &Table, column: &Column) -> bool {
        let name = self.matches.table(&table.name);
        let Some(after) = self.schemas.after.tables.get(&name) else {
            return true;
        };
        let new = self.matches.column(&table.name, &column.name);
        let is_kept =
            |name: &TableName| ignores_column(self.kept, name, &column.name) || ignores_table(self.kept, name);
        after.column(&new).is_none() || is_kept(&name) || is_kept(&table.name) || self.declares(&name, &new)
    }

    fn declares(&self, table: &TableName, column: &str) -> bool {
        let declared = self.declared.tables.iter().filter(|own| own.name == *table);
        declared.flat_map(|own| &own.columns).any(|own| own.name == column)
    }

    /// Returns what the new program knows: what schema.rs declares, with the types of the after schema.
    pub(super) fn new_program(self) -> Program {
        let after = self.schemas.after;
        let flipped = self.matches.flip();
        let is_touched = |own: &&DeclaredTable| {
            let old = flipped.table(&own.name);
            self.touched.contains(&old) || !self.schemas.before.tables.contains_key(&old)
        };
        let declared = self
            .declared
            .tables
            .iter()
            .filter(|own| !own.is_view)
            .filter(is_touched);
        let tables = declared.filter_map(|own| Some(self.new_table(own, after.tables.get(&own.name)?)));
        let tables: Vec<KnownTable> = tables.chain(self.declared_views(after)).collect();
        let joins = self.declared.joinables.iter().map(|own| Join {
            child: own.child.clone(),
            column: own.column.clone(),
            parent: own.parent.clone(),
        });
        Program {
            joins: joins.filter(|own| is_known(own, &tables)).collect(),
            names: self.declared.tables.iter().map(|own| own.name.clone()).collect(),
            tables,
            ..Program::default()
        }
    }

    fn new_table(&self, declared: &DeclaredTable, table: &Table) -> KnownTable {
        let flipped = self.matches.flip();
        let columns = declared.columns.iter().filter_map(|own| {
            let column = table.column(&own.name)?;
            Some(KnownColumn {
                is_exchanged: has_other_meaning(table, column, self.schemas.flip(), &flipped),
                filled: self.filled(&table.name, &own.name),
                ..KnownColumn::of(column, own.nullable, table, self.schemas.after)
            })
        });
        KnownTable {
            name: table.name.clone(),
            columns: columns.collect(),
            key: declared.primary_key.clone(),
            is_view: false,
            inserts: Use::Assumed,
            changes: Use::Assumed,
            is_exchanged: is_exchanged(table, self.schemas.before, &flipped),
        }
    }

    fn filled(&self, table: &TableName, name: &str) -> Filled {
        let is_about = |kept: &Kept| match kept {
            Kept::Filled { table: of, column, .. } | Kept::Nullable { table: of, column, .. } => {
                of == table && column == name
            }
            _ => false,
        };
        let by_trigger = |kept: &&Kept| matches!(kept, Kept::Filled { .. });
        if self.released.iter().any(is_about) {
            Filled::Already
        } else if self.kept.iter().filter(by_trigger).any(is_about) {
            Filled::ByMigration
        } else {
            Filled::No
        }
    }

    /// Returns the declared views that a schema has and that read touched tables or do not exist in the other one.
    fn declared_views(&self, schema: &'a Schema) -> impl Iterator<Item = KnownTable> + use<'a> {
        let Self {
            schemas,
            touched,
            matches,
            ..
        } = *self;
        let found = self.declared.tables.iter().filter(|own| own.is_view);
        found.filter_map(move |own| {
            let view = schema.views.get(&own.name)?;
            let reads = |name: &TableName| touched.contains(name) || touched.contains(&matches.table_before(name));
            let is_new = !schemas.before.views.contains_key(&own.name);
            let is_touched = is_new || view.depends_on.iter().any(|read| reads(&read.relation));
            is_touched.then(|| known_view(own, view, schema))
        })
    }
}

fn known_view(declared: &DeclaredTable, view: &View, schema: &Schema) -> KnownTable {
    let columns = declared.columns.iter().filter_map(|own| {
        let (name, data_type) = view.columns.iter().find(|(name, _)| *name == own.name)?;
        let column = Column::new(name, data_type.clone(), own.nullable);
        Some(KnownColumn::of(
            &column,
            own.nullable,
            &Table::new(view.name.clone()),
            schema,
        ))
    });
    KnownTable {
        name: view.name.clone(),
        columns: columns.collect(),
        key: Vec::new(),
        is_view: true,
        inserts: Use::Assumed,
        changes: Use::Assumed,
        is_exchanged: false,
    }
}

/// Returns whether the name of a table is that of another one in the schema to which the matches lead.
fn is_exchanged(table: &Table, other: &Schema, matches: &Matches) -> bool {
    matches.table(&table.name) != table.name && other.tables.contains_key(&table.name)
}

/// Returns whether the name of a column, or a label of its enum type, is that of another one in the schema to which the matches lead.
fn has_other_meaning(table: &Table, column: &Column, schemas: Pair<&Schema>, matches: &Matches) -> bool {
    let other = schemas.after.tables.get(&matches.table(&table.name));
    let name = matches.column(&table.name, &column.name);
    let is_other = name != column.name && other.is_some_and(|other| other.column(&column.name).is_some());
    let of = &column.data_type.name;
    let labels = schemas.before.enum_type(of).into_iter().flat_map(|own| &own.labels);
    let new_labels = schemas.after.enum_type(&matches.type_name(of));
    let mut others = labels.filter(|label| matches.label(of, label) != **label);
    is_other || others.any(|label| new_labels.is_some_and(|own| own.labels.contains(label)))
}

fn is_known(join: &Join, tables: &[KnownTable]) -> bool {
    let has = |name: &TableName, column: Option<&str>| {
        let table = tables.iter().find(|table| table.name == *name);
        table.is_some_and(|table| column.is_none_or(|column| table.column(column).is_some()))
    };
    has(&join.child, Some(&join.column)) && has(&join.parent, None)
}

/// The generated row to which foreign keys refer, and that is read, changed and deleted; there are three.
const EXISTING: usize = 1;
/// The generated row to which a changed foreign key refers.
const REFERENCED: usize = 2;
/// New rows, and the values of a changed one.
const NEW: [usize; 2] = [4, 5];
const CHANGED: usize = 6;

impl KnownColumn {
    fn of(column: &Column, nullable: bool, table: &Table, schema: &Schema) -> Self {
        let base = base_type(&column.data_type, schema);
        let labels = schema.enum_type(&base.name);
        let always = column.identity.as_ref().is_some_and(|own| own.always);
        let refers = table
            .foreign_keys()
            .any(|own| own.columns().contains(&column.name.as_str()));
        Self {
            name: column.name.clone(),
            nullable,
            labels: labels.map(|own| own.labels.clone()).unwrap_or_default(),
            given: match () {
                () if always || column.generated.is_some() => Given::Never,
                () if nullable || column.default.is_some() || column.identity.is_some() => Given::Optional,
                () => Given::Mandatory,
            },
            read: Use::Assumed,
            written: Use::Assumed,
            filled: Filled::No,
            is_exchanged: false,
            values: Values::of(&column.data_type, &base, refers, schema),
            data_type: base,
        }
    }

    /// Returns whether the program writes it.
    pub fn is_written(&self) -> bool {
        self.given != Given::Never && self.values.is_some() && self.written.is_possible()
    }
}

impl Values {
    fn of(data_type: &DataType, base: &DataType, refers: bool, schema: &Schema) -> Option<Self> {
        let value = |row| {
            let value = sample_value(schema, data_type, row)?;
            Some(format!("CAST({value} AS {})", bound_type(base)))
        };
        let [first, second] = if refers { [EXISTING; 2] } else { NEW };
        Some(Self {
            existing: value(EXISTING)?,
            new: [value(first)?, value(second)?],
            changed: value(if refers { REFERENCED } else { CHANGED })?,
        })
    }
}

/// Returns the type of which a domain is, without a length.
pub(super) fn base_type(data_type: &DataType, schema: &Schema) -> DataType {
    let mut name = &data_type.name;
    let mut array = data_type.array;
    while let Some(domain) = schema.domain(name) {
        array |= domain.base.array;
        name = &domain.base.name;
    }
    DataType {
        name: name.clone(),
        modifier: None,
        array,
    }
}

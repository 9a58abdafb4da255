//! Which programs are tried, and as which roles. Pure.

use std::collections::BTreeSet;

use super::{Code, Known, Program, ProgramStatement, Wanted, programs, statements};
use crate::{
    declared::Declared,
    matching::Matches,
    model::{Grant, Pair, Schema, TableName},
};

/// The programs that use the database while a migration is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programs {
    /// The program of before and the new one.
    pub own: Pair<Program>,
    /// Other running programs, each with the file that declares its tables.
    pub others: Vec<(String, Program)>,
}

/// A program whose statements are tried, as one role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// The program.
    pub program: Program,
    /// The file that declares its tables, if it is not the project's own.
    pub file: Option<String>,
    /// The role; `None` for the owner of the tables.
    pub role: Option<String>,
    /// What it sends.
    pub statements: Vec<ProgramStatement>,
}

impl Programs {
    /// Returns the trials before and after: those of each program as the owner, and then as each role.
    pub fn trials(&self, roles: &BTreeSet<String>, wanted: &Wanted<'_>) -> Pair<Vec<Trial>> {
        let trial = |program: &Program, file: Option<&String>| Trial {
            statements: statements(program, wanted),
            program: program.clone(),
            file: file.cloned(),
            role: None,
        };
        let others = self.others.iter().map(|(file, program)| trial(program, Some(file)));
        let before = std::iter::once(trial(&self.own.before, None)).chain(others);
        Pair::new(before.collect(), vec![trial(&self.own.after, None)]).map(|owned: Vec<Trial>| {
            let as_roles = roles.iter().flat_map(|role| {
                let as_role = |own: &Trial| Trial {
                    role: Some(role.clone()),
                    ..own.clone()
                };
                owned.iter().map(as_role).collect::<Vec<_>>()
            });
            let as_roles: Vec<Trial> = as_roles.collect();
            owned.into_iter().chain(as_roles).collect()
        })
    }
}

/// Returns what another running program knows of the touched tables: what its file declares of the before schema. `own` is the program of before.
pub fn other_program(file: &Declared, known: Known<'_>, own: &Program) -> Program {
    let matches = Matches::default();
    let code = Code::default();
    let found = programs(Known {
        // Its code is not here.
        code: &code,
        schemas: Pair::new(known.schemas.before, known.schemas.before),
        matches: &matches,
        declared: file,
        kept: &[],
        ..known
    });
    let mut other = found.before;
    exchange(&mut other, own);
    other
}

/// Marks what has another meaning on the other side of the migration, as in the program of before.
fn exchange(other: &mut Program, own: &Program) {
    for table in &mut other.tables {
        let Some(same) = own.table(&table.name) else {
            continue;
        };
        table.is_exchanged = same.is_exchanged;
        for column in &mut table.columns {
            column.is_exchanged = same.column(&column.name).is_some_and(|own| own.is_exchanged);
        }
    }
}

/// Returns what a file declares and a schema does not have: tables, and columns of tables.
pub fn missing_from(file: &Declared, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for declared in &file.tables {
        let (table, view) = (schema.tables.get(&declared.name), schema.views.get(&declared.name));
        if table.is_none() && view.is_none() {
            found.push(declared.name.plain());
            continue;
        }
        let has = |name: &str| {
            let of_view = view.is_some_and(|view| view.columns.iter().any(|(own, _)| own == name));
            of_view || table.is_some_and(|table| table.column(name).is_some())
        };
        let missing = declared.columns.iter().filter(|own| !has(&own.name));
        found.extend(missing.map(|own| format!("{}.{}", declared.name.plain(), own.name)));
    }
    found
}

/// Returns the roles other than the owner that may use one of these tables. Without one, programs run as the owner.
pub fn program_roles<'a>(schema: &Schema, tables: impl Iterator<Item = &'a TableName>) -> BTreeSet<String> {
    let tables = tables.filter_map(|name| schema.tables.get(name));
    let grantees = tables.flat_map(|table| {
        let columns = table.columns.iter().flat_map(|column| &column.grants);
        let roles = table.grants.iter().chain(columns);
        roles.filter_map(|grant: &Grant| grant.grantee.as_ref().filter(|role| **role != table.owner))
    });
    grantees.cloned().collect()
}

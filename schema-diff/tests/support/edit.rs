//! Edits of an application's `schema.rs`, with the decisions that the developer takes for them.

use std::collections::{BTreeMap, BTreeSet};

use super::production::{Column, Production, Table, Type};

/// One edit.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What it does, for messages.
    pub what: String,
    /// The application afterwards.
    pub after: Production,
    /// Options of the command.
    pub arguments: Vec<String>,
    /// Names of the objects that it changes, before and after: nothing else of the database may differ.
    pub touched: BTreeSet<String>,
    /// Columns that are renamed.
    pub renamed_columns: BTreeMap<String, String>,
    /// Tables that are renamed.
    pub renamed_tables: BTreeMap<String, String>,
    /// Columns (by their names after) whose values are other ones after the upgrade.
    pub converted: BTreeSet<String>,
    /// Columns and tables whose values do not come back.
    pub lost: BTreeSet<String>,
}

/// How an edit is chosen: a kind, a place, a detail.
pub type Choice = (u8, u8, u8);

const KINDS: u8 = 18;

/// The edit that a choice stands for; `None` where it has no object.
pub fn edit(state: &Production, (kind, place, detail): Choice) -> Option<Edit> {
    let (place, detail) = (place as usize, detail as usize);
    let draft = Draft::new(state);
    match kind % KINDS {
        0 => draft.add_column(place, detail, true, Fill::Nothing),
        1 => draft.add_column(place, detail, false, Fill::Constant),
        2 => draft.add_column(place, detail, false, Fill::Computed),
        3 => draft.add_column(place, detail, false, Fill::Default),
        4 => draft.drop_column(place, detail),
        5 => draft.rename_column(place, detail),
        6 => draft.retype(place, detail),
        7 => draft.drop_not_null(place, detail),
        8 => draft.set_not_null(place, detail),
        9 => draft.rename_table(place),
        10 => draft.add_table(detail),
        11 => draft.drop_table(place),
        12 => draft.add_label(place),
        13 => draft.rename_label(place, detail),
        14 => draft.drop_label(place),
        15 => draft.rename_enum(place),
        16 => draft.declare(place, detail),
        _ => draft.set_default(place, detail),
    }
}

enum Fill {
    Nothing,
    Constant,
    Computed,
    Default,
}

struct Draft {
    edit: Edit,
}

fn pick<T>(mut items: Vec<T>, at: usize) -> Option<T> {
    (!items.is_empty()).then(|| items.remove(at % items.len()))
}

impl Draft {
    fn new(state: &Production) -> Self {
        let mut after = state.clone();
        after.next += 1;
        Self {
            edit: Edit {
                what: String::new(),
                after,
                arguments: Vec::new(),
                touched: BTreeSet::new(),
                renamed_columns: BTreeMap::new(),
                renamed_tables: BTreeMap::new(),
                converted: BTreeSet::new(),
                lost: BTreeSet::new(),
            },
        }
    }

    fn name(&self, stem: &str) -> String {
        format!("{stem}_{}", self.edit.after.next)
    }

    fn option(&mut self, option: &str, value: String) {
        self.edit.arguments.push(option.to_owned());
        self.edit.arguments.push(value);
    }

    fn finish(mut self, what: String, touched: &[&str]) -> Option<Edit> {
        self.edit.what = what;
        self.edit.touched = touched.iter().map(|name| (*name).to_owned()).collect();
        Some(self.edit)
    }

    /// A column that may change: its table's and its own index.
    fn column(&self, place: usize, detail: usize, wanted: impl Fn(&Column) -> bool) -> Option<(usize, usize)> {
        let tables = &self.edit.after.tables;
        let fits = |table: &Table| {
            let columns = table.columns.iter().enumerate();
            let free = columns.filter(|(_, column)| !column.fixed && wanted(column));
            free.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let found = tables.iter().enumerate().map(|(at, table)| (at, fits(table)));
        let (table, columns) = pick(found.filter(|(_, columns)| !columns.is_empty()).collect(), place)?;
        Some((table, pick(columns, detail)?))
    }

    fn add_column(mut self, place: usize, detail: usize, nullable: bool, fill: Fill) -> Option<Edit> {
        let types = vec![
            Type::Int4,
            Type::Text,
            Type::Varchar(30),
            Type::Timestamptz,
            Type::Bool,
            Type::Enum(1),
            Type::Numeric,
            Type::Date,
        ];
        let data_type = pick(types, detail)?;
        let name = self.name("added");
        let at = place % self.edit.after.tables.len();
        let table = self.edit.after.tables[at].name.clone();
        let constant = data_type.value(1, &self.edit.after.enums);
        let mut attributes = Vec::new();
        match fill {
            Fill::Nothing => {}
            Fill::Constant => self.option("--backfill", format!("{table}.{name}={constant}")),
            Fill::Computed => {
                let typed = data_type.typed_value(1, &self.edit.after.enums);
                let text = format!("CASE WHEN id IS NULL THEN NULL ELSE {typed} END");
                self.option("--backfill", format!("{table}.{name}={text}"));
            }
            Fill::Default => attributes.push(format!("default({constant:?})")),
        }
        self.edit.after.tables[at].columns.push(Column {
            name: name.clone(),
            data_type,
            nullable,
            clause: "",
            attributes,
            filled: false,
            fixed: false,
        });
        self.finish(format!("add {table}.{name}"), &[&name])
    }

    fn drop_column(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |_| true)?;
        let own = self.edit.after.tables[table].columns.remove(column);
        let table = self.edit.after.tables[table].name.clone();
        self.option("--drop", format!("{table}.{}", own.name));
        self.edit.lost.insert(own.name.clone());
        self.finish(format!("drop {table}.{}", own.name), &[&own.name])
    }

    fn rename_column(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |_| true)?;
        let new = self.name("renamed");
        let old = std::mem::replace(&mut self.edit.after.tables[table].columns[column].name, new.clone());
        let table = self.edit.after.tables[table].name.clone();
        self.option("--rename", format!("{table}.{old}:{new}"));
        self.edit.renamed_columns.insert(old.clone(), new.clone());
        self.finish(format!("rename {table}.{old} to {new}"), &[&old, &new])
    }

    fn retype(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |column| {
            !column.filled
                && column.clause.is_empty()
                && column.attributes.is_empty()
                && !column.data_type.conversions().is_empty()
        })?;
        let own = &mut self.edit.after.tables[table].columns[column];
        own.data_type = pick(own.data_type.conversions(), detail)?;
        let (name, now) = (own.name.clone(), own.data_type.clone());
        self.edit.converted.insert(name.clone());
        let table = self.edit.after.tables[table].name.clone();
        self.finish(format!("retype {table}.{name} to {now:?}"), &[&name])
    }

    fn drop_not_null(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |column| !column.nullable && !column.filled)?;
        self.edit.after.tables[table].columns[column].nullable = true;
        let name = self.edit.after.tables[table].columns[column].name.clone();
        self.finish(format!("{name} nullable"), &[&name])
    }

    fn set_not_null(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |column| column.nullable && !column.filled)?;
        let own = &mut self.edit.after.tables[table].columns[column];
        own.nullable = false;
        let (name, data_type) = (own.name.clone(), own.data_type.clone());
        let value = data_type.value(2, &self.edit.after.enums);
        let table = self.edit.after.tables[table].name.clone();
        self.option("--backfill", format!("{table}.{name}={value}"));
        self.edit.converted.insert(name.clone());
        self.edit.lost.insert(name.clone());
        self.finish(format!("{table}.{name} not null"), &[&name])
    }

    fn rename_table(mut self, place: usize) -> Option<Edit> {
        let new = self.name("moved");
        let at = place % self.edit.after.tables.len();
        let old = std::mem::replace(&mut self.edit.after.tables[at].name, new.clone());
        self.option("--rename-table", format!("{old}:{new}"));
        self.edit.renamed_tables.insert(old.clone(), new.clone());
        self.finish(format!("rename table {old} to {new}"), &[&old, &new])
    }

    fn add_table(mut self, detail: usize) -> Option<Edit> {
        let name = self.name("table");
        let plain = |name: &str, data_type, nullable| Column {
            name: name.to_owned(),
            data_type,
            nullable,
            clause: "",
            attributes: Vec::new(),
            filled: false,
            fixed: false,
        };
        let number = self.edit.after.next;
        let accounts = self.edit.after.tables[0].name.clone();
        let mut owner = plain(&format!("owner_{number}"), Type::Int4, true);
        owner
            .attributes
            .push(format!("references({accounts}(id), on_delete = cascade)"));
        owner.fixed = true;
        let id = Column {
            filled: true,
            fixed: true,
            ..plain("id", Type::Int4, false)
        };
        let mut columns = vec![
            id,
            plain(&format!("label_{number}"), Type::Text, detail.is_multiple_of(2)),
        ];
        if detail.is_multiple_of(3) {
            columns.push(owner);
        }
        self.edit.after.tables.push(Table {
            name: name.clone(),
            columns,
            key: "id",
            tail: "",
            established: false,
            has_rows: false,
        });
        self.finish(format!("add table {name}"), &[&name])
    }

    fn drop_table(mut self, place: usize) -> Option<Edit> {
        let tables = self.edit.after.tables.iter().enumerate();
        let at = pick(
            tables
                .filter(|(_, table)| !table.established)
                .map(|(at, _)| at)
                .collect(),
            place,
        )?;
        let gone = self.edit.after.tables.remove(at);
        self.option("--drop", gone.name.clone());
        self.edit.lost.insert(gone.name.clone());
        self.finish(format!("drop table {}", gone.name), &[&gone.name])
    }

    /// Names of the columns of an enum type: their values may change their labels.
    fn of_enum(&self, of: usize) -> BTreeSet<String> {
        let columns = self.edit.after.tables.iter().flat_map(|table| &table.columns);
        columns
            .filter(|column| column.data_type == Type::Enum(of))
            .map(|column| column.name.clone())
            .collect()
    }

    fn add_label(mut self, place: usize) -> Option<Edit> {
        let label = self.name("label");
        let of = place % self.edit.after.enums.len();
        self.edit.after.enums[of].unused.push(label.clone());
        let name = self.edit.after.enums[of].name.clone();
        self.finish(format!("add label {name}.{label}"), &[&name, &label])
    }

    fn rename_label(mut self, place: usize, detail: usize) -> Option<Edit> {
        let new = self.name("relabelled");
        let of = place % self.edit.after.enums.len();
        let labels = &mut self.edit.after.enums[of].labels;
        let at = detail % labels.len();
        let old = std::mem::replace(&mut labels[at], new.clone());
        let name = self.edit.after.enums[of].name.clone();
        self.option("--rename-label", format!("{name}.{old}:{new}"));
        self.edit.converted = self.of_enum(of);
        self.finish(format!("rename label {name}.{old} to {new}"), &[&name, &old, &new])
    }

    fn drop_label(mut self, place: usize) -> Option<Edit> {
        let enums = self.edit.after.enums.iter().enumerate();
        let of = pick(
            enums
                .filter(|(_, of)| !of.unused.is_empty())
                .map(|(at, _)| at)
                .collect(),
            place,
        )?;
        let label = self.edit.after.enums[of].unused.pop()?;
        let name = self.edit.after.enums[of].name.clone();
        self.option("--drop", format!("{name}.{label}"));
        self.finish(format!("drop label {name}.{label}"), &[&name, &label])
    }

    fn rename_enum(mut self, place: usize) -> Option<Edit> {
        let new = self.name("kind");
        let of = place % self.edit.after.enums.len();
        let old = std::mem::replace(&mut self.edit.after.enums[of].name, new.clone());
        self.option("--rename-type", format!("{old}:{new}"));
        self.finish(format!("rename type {old} to {new}"), &[&old, &new])
    }

    fn declare(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |column| {
            column.attributes.is_empty()
                && matches!(
                    column.data_type,
                    Type::Text | Type::Varchar(_) | Type::Int4 | Type::Int8
                )
        })?;
        let own = &mut self.edit.after.tables[table].columns[column];
        let name = own.name.clone();
        let attribute = match detail % 2 {
            0 => "index".to_owned(),
            _ => format!("check(\"{name} IS NULL OR {name}::text NOT IN ('never', 'ever')\")"),
        };
        own.attributes.push(attribute.clone());
        self.finish(format!("declare {attribute} on {name}"), &[&name])
    }

    fn set_default(mut self, place: usize, detail: usize) -> Option<Edit> {
        let (table, column) = self.column(place, detail, |column| {
            column.attributes.is_empty() && column.clause.is_empty() && !column.filled
        })?;
        let own = &self.edit.after.tables[table].columns[column];
        let (name, value) = (own.name.clone(), own.data_type.value(2, &self.edit.after.enums));
        self.edit.after.tables[table].columns[column]
            .attributes
            .push(format!("default({value:?})"));
        self.finish(format!("default {value} of {name}"), &[&name])
    }
}

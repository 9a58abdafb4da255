//! Edits of an application's `schema.rs`, with the decisions that the developer takes for them.

use std::collections::{BTreeMap, BTreeSet};

use super::production::{Column, Production, Table, Type};

#[path = "edit_columns.rs"]
mod columns;
#[path = "edit_facts.rs"]
mod facts;
#[path = "edit_tables.rs"]
mod tables;
#[path = "edit_types.rs"]
mod types;

/// One edit.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What it does, for messages.
    pub what: String,
    /// The application afterwards.
    pub after: Production,
    /// Options of the command.
    pub arguments: Vec<String>,
    /// The same as SQL, where that says everything: the catalogs must then be those that this leads to.
    pub intent: Option<String>,
    /// Names of the objects that it changes, before and after: nothing else of the database may differ.
    pub touched: BTreeSet<String>,
    /// What of these objects may differ, as columns of the catalogs; everything, where there is none.
    pub keys: &'static [&'static str],
    /// Tables and columns that it comments on.
    pub commented: BTreeSet<String>,
    /// Indexes that read a column that it changes, as the catalogs name them.
    pub rewritten: BTreeSet<String>,
    /// Enum types whose labels move up or down.
    pub reranked: BTreeSet<String>,
    /// Columns that are renamed.
    pub renamed_columns: BTreeMap<String, String>,
    /// Tables that are renamed.
    pub renamed_tables: BTreeMap<String, String>,
    /// Types and labels that are renamed.
    pub renamed_others: BTreeMap<String, String>,
    /// Columns (by their names after) whose values are other ones after the upgrade.
    pub converted: BTreeSet<String>,
    /// Columns and tables whose values do not come back.
    pub lost: BTreeSet<String>,
    /// There is nothing to do for it.
    pub nothing: bool,
    /// A table has another schema, and all that belongs to it: only an intent says what that is.
    pub moves: bool,
}

pub use columns::TYPE;

/// How an edit is chosen: a kind, a place, a detail.
pub type Choice = (u8, u8, u8);

type Kind = fn(Draft, usize, usize) -> Option<Edit>;

/// The kinds of edits, by name.
pub const KINDS: &[(&str, Kind)] = &[
    ("add a nullable column", |draft, place, detail| {
        draft.add_nullable_column(place, detail)
    }),
    ("add a column with a constant backfill", |draft, place, detail| {
        draft.add_backfilled_column(place, detail, false)
    }),
    ("add a column with a computed backfill", |draft, place, detail| {
        draft.add_backfilled_column(place, detail, true)
    }),
    ("add a column with a default", |draft, place, detail| {
        draft.add_default_column(place, detail)
    }),
    ("add a generated column", |draft, place, detail| {
        draft.add_generated_column(place, detail)
    }),
    ("add an identity column", |draft, place, detail| {
        draft.add_identity_column(place, detail)
    }),
    ("drop a column", |draft, place, detail| draft.drop_column(place, detail)),
    ("rename a column", |draft, place, detail| {
        draft.rename_column(place, detail)
    }),
    ("exchange two columns' names", |draft, place, detail| {
        draft.exchange_columns(place, detail)
    }),
    ("change a type", |draft, place, detail| draft.retype(place, detail)),
    ("change a type by an expression", |draft, place, detail| {
        draft.retype_using(place, detail)
    }),
    ("change a collation", |draft, place, detail| {
        draft.collate(place, detail)
    }),
    ("drop NOT NULL", |draft, place, detail| {
        draft.drop_not_null(place, detail)
    }),
    ("set NOT NULL", |draft, place, detail| draft.set_not_null(place, detail)),
    ("set a default", |draft, place, detail| draft.set_default(place, detail)),
    ("drop a default", |draft, place, detail| {
        draft.drop_default(place, detail)
    }),
    ("change a generated column", |draft, place, detail| {
        draft.change_generated(place, detail)
    }),
    ("change an identity", |draft, place, detail| {
        draft.change_identity(place, detail)
    }),
    ("declare columns in another order", |draft, place, _| {
        draft.reorder_columns(place)
    }),
    ("comment", |draft, place, detail| draft.comment(place, detail)),
    ("add an index", |draft, place, detail| draft.add_index(place, detail)),
    ("add an index of several columns", |draft, place, detail| {
        draft.add_wide_index(place, detail)
    }),
    ("add a check", |draft, place, detail| draft.add_check(place, detail)),
    ("add a unique key", |draft, place, detail| {
        draft.add_unique(place, detail)
    }),
    ("add an exclusion", |draft, place, detail| {
        draft.add_exclusion(place, detail)
    }),
    ("add a foreign key", |draft, place, detail| {
        draft.add_foreign_key(place, detail)
    }),
    ("change a foreign key", |draft, place, detail| {
        draft.change_foreign_key(place, detail)
    }),
    ("change a primary key", |draft, place, _| {
        draft.change_primary_key(place)
    }),
    ("rename a table", |draft, place, _| draft.rename_table(place)),
    ("exchange two tables' names", |draft, place, detail| {
        draft.exchange_tables(place, detail)
    }),
    ("move a table to another schema", |draft, place, _| {
        draft.move_table(place)
    }),
    ("add a table", |draft, _, detail| draft.add_table(detail)),
    ("drop a table", |draft, place, _| draft.drop_table(place)),
    ("add a label", |draft, place, detail| draft.add_label(place, detail)),
    ("rename a label", |draft, place, detail| {
        draft.rename_label(place, detail)
    }),
    ("drop a label", |draft, place, _| draft.drop_label(place)),
    ("change the order of labels", |draft, place, _| {
        draft.reorder_labels(place)
    }),
    ("rename an enum type", |draft, place, _| draft.rename_enum(place)),
    ("add an enum type", |draft, place, _| draft.add_enum(place)),
];

/// Two edits at once, which are more frequent than any other kind.
const TWO_AT_ONCE: usize = 4;

/// The edit that a choice stands for, with its kind; `None` where it has no object.
pub fn edit(state: &Production, (kind, place, detail): Choice) -> Option<(String, Edit)> {
    let (place, detail) = (place as usize, detail as usize);
    let kind = kind as usize % (KINDS.len() + TWO_AT_ONCE);
    if let Some((name, make)) = KINDS.get(kind) {
        return Some(((*name).to_owned(), make(Draft::new(state), place, detail)?));
    }
    let (first, second) = (
        &KINDS[(place * 7 + kind) % KINDS.len()],
        &KINDS[(detail * 5 + kind) % KINDS.len()],
    );
    let one = (first.1)(Draft::new(state), detail, place)?;
    let other = (second.1)(Draft::new(&one.after), place / 3, detail / 3)?;
    Some(("two edits at once".to_owned(), one.and(other)?))
}

impl Edit {
    /// Both edits; `None` where the second one is about the same things.
    fn and(mut self, other: Self) -> Option<Self> {
        let names = |edit: &Self| {
            let renamed = [&edit.renamed_columns, &edit.renamed_tables, &edit.renamed_others];
            let renamed = renamed
                .into_iter()
                .flatten()
                .flat_map(|(old, new)| [old.clone(), new.clone()]);
            let others = edit.touched.iter().chain(&edit.commented);
            renamed.chain(others.cloned()).collect::<BTreeSet<_>>()
        };
        if self.nothing || other.nothing || !names(&self).is_disjoint(&names(&other)) {
            return None;
        }
        let is_known = self.intent.is_some() && other.intent.is_some();
        if (self.moves || other.moves) && !is_known {
            return None;
        }
        self.what = format!("{}; {}", self.what, other.what);
        self.after = other.after;
        self.arguments.extend(other.arguments);
        self.intent = self
            .intent
            .zip(other.intent)
            .map(|(one, other)| format!("{one}; {other}"));
        self.touched.extend(other.touched);
        self.keys = &[];
        self.commented.extend(other.commented);
        self.reranked.extend(other.reranked);
        self.renamed_columns.extend(other.renamed_columns);
        self.renamed_tables.extend(other.renamed_tables);
        self.renamed_others.extend(other.renamed_others);
        self.converted.extend(other.converted);
        self.lost.extend(other.lost);
        Some(self)
    }

    /// Every name that is another one afterwards.
    pub fn renamed(&self) -> BTreeMap<String, String> {
        let all = [&self.renamed_columns, &self.renamed_tables, &self.renamed_others];
        all.into_iter()
            .flatten()
            .map(|(old, new)| (old.clone(), new.clone()))
            .collect()
    }
}

/// An edit in the making.
pub struct Draft {
    edit: Edit,
}

fn pick<T>(mut items: Vec<T>, at: usize) -> Option<T> {
    (!items.is_empty()).then(|| items.remove(at % items.len()))
}

/// A text in which a name is replaced, where it is a whole word.
fn with_name(text: &str, old: &str, new: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::new();
    for part in text.split_inclusive(|c| !is_word(c)) {
        let word = part.trim_end_matches(|c| !is_word(c));
        out.push_str(if word == old { new } else { word });
        out.push_str(&part[word.len()..]);
    }
    out
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
                intent: None,
                touched: BTreeSet::new(),
                keys: &[],
                commented: BTreeSet::new(),
                reranked: BTreeSet::new(),
                rewritten: BTreeSet::new(),
                renamed_columns: BTreeMap::new(),
                renamed_tables: BTreeMap::new(),
                renamed_others: BTreeMap::new(),
                converted: BTreeSet::new(),
                lost: BTreeSet::new(),
                nothing: false,
                moves: false,
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
        self.edit.touched.extend(touched.iter().map(|name| (*name).to_owned()));
        let columns = self.edit.after.tables.iter().flat_map(|table| &table.columns);
        let changed = columns.filter(|column| touched.contains(&column.name.as_str()));
        let former: Vec<String> = changed.flat_map(|column| column.former.clone()).collect();
        self.edit.touched.extend(former);
        Some(self.edit)
    }

    /// The edit, and SQL that does the same.
    fn finish_as(mut self, what: String, touched: &[&str], intent: String) -> Option<Edit> {
        self.edit.intent = Some(intent);
        self.finish(what, touched)
    }

    /// The edit, after which only this of an object's rows in the catalogs may differ.
    fn finish_with(mut self, what: String, touched: &[&str], keys: &'static [&'static str]) -> Option<Edit> {
        self.edit.keys = keys;
        self.finish(what, touched)
    }

    fn table(&self, at: usize) -> &Table {
        &self.edit.after.tables[at]
    }

    fn own(&mut self, (table, column): (usize, usize)) -> &mut Column {
        &mut self.edit.after.tables[table].columns[column]
    }

    /// A column that may change, and its table.
    fn column(&self, place: usize, detail: usize, wanted: impl Fn(&Table, &Column) -> bool) -> Option<(usize, usize)> {
        let tables = &self.edit.after.tables;
        let fits = |table: &Table| {
            let columns = table.columns.iter().enumerate();
            let free = columns.filter(|(_, column)| !column.fixed && wanted(table, column));
            free.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let found = tables.iter().enumerate().map(|(at, table)| (at, fits(table)));
        let (table, columns) = pick(found.filter(|(_, columns)| !columns.is_empty()).collect(), place)?;
        Some((table, pick(columns, detail)?))
    }

    /// Names of the columns whose values are labels of an enum type.
    fn of_enum(&self, of: usize) -> BTreeSet<String> {
        let columns = self.edit.after.tables.iter().flat_map(|table| &table.columns);
        columns
            .filter(|column| matches!(column.data_type, Type::Enum(found) | Type::Enums(found) if found == of))
            .map(|column| column.name.clone())
            .collect()
    }

    /// Enum types that no column has any more are dropped with the last one.
    fn drop_unused_enums(&mut self) {
        for of in 0..self.edit.after.enums.len() {
            if self.of_enum(of).is_empty() && !self.edit.after.enums[of].dropped {
                self.edit.after.enums[of].dropped = true;
                let name = self.edit.after.enums[of].name.clone();
                self.edit.touched.insert(name);
            }
        }
    }

    /// An enum type that columns have.
    fn an_enum(&self, place: usize, wanted: impl Fn(&super::production::Enum) -> bool) -> Option<usize> {
        let enums = self.edit.after.enums.iter().enumerate();
        pick(
            enums
                .filter(|(_, found)| !found.dropped && wanted(found))
                .map(|(at, _)| at)
                .collect(),
            place,
        )
    }
}

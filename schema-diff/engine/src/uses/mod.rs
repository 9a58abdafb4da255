//! What the project's code says of a rename: which uses of a name became uses of another one.
//!
//! [`CodeEvidence::of`] compares two versions of the project's source files; [`CodeEvidence::column`] and its siblings
//! count the uses of two names. The versions come from `generate`, which reads git; `matching` asks. Pure.

mod align;
pub(crate) mod brackets;
mod chains;
mod count;
mod differing;
pub(crate) mod imports;
mod moved;
mod scan;
mod structs;
pub(crate) mod tokens;
mod version;
mod vocabulary;
mod wildcards;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;

use crate::{
    declared::Declared,
    model::{TableName, TypeName},
    parse::with_stack,
};

pub use count::{Amounts, Ends, Uses};
pub use differing::Differing;

use chains::Substitutions;
use count::{Event, Query};

/// A source file in both versions; `None` where it does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceChange {
    /// Its text before.
    pub before: Option<String>,
    /// Its text after.
    pub after: Option<String>,
}

impl SourceChange {
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.before.iter().chain(&self.after).map(String::as_str)
    }
}

/// The uses of names in the project's code, before and after. Empty if nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodeEvidence {
    events: Vec<Event>,
    before: vocabulary::Vocabulary,
    after: vocabulary::Vocabulary,
    /// The columns whose names other columns may have taken.
    taken: BTreeMap<TableName, BTreeSet<String>>,
}

impl CodeEvidence {
    /// Nothing is known.
    pub const NONE: &'static Self = &Self {
        events: Vec::new(),
        before: vocabulary::Vocabulary::EMPTY,
        after: vocabulary::Vocabulary::EMPTY,
        taken: BTreeMap::new(),
    };

    /// Compares the uses of the names that differ in two versions of the source files. `declared` are the versions of
    /// the schema files.
    pub fn of(files: &[SourceChange], declared: (&Declared, &Declared), differing: &Differing) -> Self {
        let (before, after) = (
            vocabulary::Vocabulary::of(declared.0),
            vocabulary::Vocabulary::of(declared.1),
        );
        let (events, taken) = with_stack(|| {
            // The other files have no uses, and most changed files are others.
            let wildcards = differing.wildcards(differing.exchanged(), &before, &after);
            let named = files
                .iter()
                .filter(|file| file.texts().any(|text| wildcards.may_occur(text)));
            let files = version::tokens_of(named);
            let substitutions = Substitutions::of(&files, &differing.columns_in_rust(&before, &after));
            let taken = differing.taken(&substitutions, &before, &after);
            let wildcards = differing.wildcards(&taken, &before, &after);
            (version::events(files, &wildcards, (&before, &after)), taken)
        });
        Self {
            events,
            before,
            after,
            taken,
        }
    }

    /// Returns whether nothing is known.
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Returns the columns of a table (named as after) that keep their names, if another column may have taken the name.
    pub fn taken_columns(&self, table: &TableName) -> impl Iterator<Item = &str> {
        self.taken.get(table).into_iter().flatten().map(String::as_str)
    }

    /// Counts the uses of a column before and of one after.
    pub fn column(&self, before: (&TableName, &str), after: (&TableName, &str)) -> Uses {
        let query = |vocabulary: &vocabulary::Vocabulary, (table, column): (&TableName, &str)| {
            let rust_name = vocabulary.rust_name(table, column).unwrap_or(column);
            Query::column(table, column, rust_name)
        };
        self.count(&query(&self.before, before), &query(&self.after, after))
    }

    /// Counts the uses of a table before and of one after.
    pub fn table(&self, before: &TableName, after: &TableName) -> Uses {
        let query = |vocabulary: &vocabulary::Vocabulary, table: &TableName| {
            Query::table(table, vocabulary.module(table).unwrap_or(&table.name))
        };
        self.count(&query(&self.before, before), &query(&self.after, after))
    }

    /// Counts the uses of an enum type before and of one after.
    pub fn enum_type(&self, before: &TypeName, after: &TypeName) -> Uses {
        self.count(&Query::enum_type(&before.name), &Query::enum_type(&after.name))
    }

    /// Counts the uses of an enum's label before and of one after. Each label is given with its type.
    pub fn label(&self, before: (&TypeName, &str), after: (&TypeName, &str)) -> Uses {
        let query = |vocabulary: &vocabulary::Vocabulary, (of, label): (&TypeName, &str)| {
            let in_rust = vocabulary.enum_name(&of.name);
            let of_enum = in_rust.map_or_else(|| of.name.to_upper_camel_case(), str::to_owned);
            Query::label(&of_enum, vocabulary.variant(&of.name, label).unwrap_or(label), label)
        };
        self.count(&query(&self.before, before), &query(&self.after, after))
    }

    fn count(&self, before: &Query, after: &Query) -> Uses {
        Uses::count(&self.events, before, after)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{CodeEvidence, Differing, Ends, SourceChange, Uses};
    use crate::{
        declared::Declared,
        model::{Column, Constraint, ConstraintKind, DataType, Schema, Table, TableName},
        parse::{Role, SourceFile, parse},
    };

    fn declared(columns: &str) -> Declared {
        let text = format!("diesel::table! {{ users (id) {{ id -> Int4, {columns} }} }}");
        parse(&[SourceFile::new("src/schema.rs", text, Role::Schema)]).unwrap()
    }

    fn existing(declared: &Declared) -> Schema {
        let mut schema = Schema::default();
        for own in &declared.tables {
            let mut table = Table::new(own.name.clone());
            let columns = own.columns.iter();
            table.columns = columns
                .map(|column| Column::new(&column.name, DataType::builtin(&column.data_type.name), false))
                .collect();
            let kind = ConstraintKind::PrimaryKey {
                columns: own.primary_key.clone(),
                include: Vec::new(),
            };
            table
                .constraints
                .insert("users_pkey".into(), Constraint::new("users_pkey", kind));
            schema.tables.insert(own.name.clone(), table);
        }
        schema
    }

    fn evidence(columns: (&str, &str), code: (&str, &str)) -> CodeEvidence {
        let (old, new) = (declared(columns.0), declared(columns.1));
        let differing = Differing::of(&existing(&old), &new, |_| true);
        let change = SourceChange {
            before: Some(code.0.to_owned()),
            after: Some(code.1.to_owned()),
        };
        CodeEvidence::of(&[change], (&old, &new), &differing)
    }

    /// Counts the uses of `mail` and `email` in two versions of a file.
    fn uses(columns: (&str, &str), code: (&str, &str)) -> Uses {
        let table = TableName::public("users");
        evidence(columns, code).column((&table, "mail"), (&table, "email"))
    }

    const MAIL: &str = "mail -> Text, fax -> Text,";
    const EMAIL: &str = "email -> Text, fax -> Text,";

    #[test]
    fn uses_of_every_kind_are_counted() {
        let code = r#"
            use crate::schema::users::{self, dsl};
            #[derive(Insertable)] #[diesel(table_name = users)] struct New { pub mail: String }
            fn a() { users::mail.eq(1); dsl::mail.eq(2); users::dsl::mail }
            fn b() { use crate::schema::users::dsl::*; users.filter(mail.eq(3)) }
            fn c(user: New) { user.mail; New { mail: x } }
            fn d() { sql_query("SELECT u.mail FROM users u"); sql::<Text>("mail") }
            // mail, and "mail"
            fn e() { println!("mail") }
        "#;
        let found = uses((MAIL, EMAIL), (code, &code.replace("mail", "email")));
        assert_eq!((found.renamed, found.total, found.left), (9, 9, 0), "{found:?}");
        assert!(
            found.near + found.far <= 0.0 && (found.deleted, found.written) == (Ends::default(), Ends::default()),
            "{found:?}"
        );
    }

    #[test]
    fn another_tables_column_is_no_use() {
        let code = "use crate::schema::posts; fn a() { posts::mail; users::mail }";
        let found = uses(
            (MAIL, EMAIL),
            (code, "use crate::schema::posts; fn a() { posts::email; users::email }"),
        );
        assert_eq!((found.renamed, found.total), (1, 1), "{found:?}");
    }

    #[test]
    fn names_in_rust_that_keep_the_column_are_no_rename() {
        let before = "#[derive(Insertable)] #[diesel(table_name = users)] struct New { pub mail: String }";
        let after = "#[derive(Insertable)] #[diesel(table_name = users)] struct New { #[diesel(column_name = mail)] pub email: String }";
        let found = uses((MAIL, "mail -> Text, email -> Text,"), (before, after));
        assert_eq!(found.renamed, 0, "{found:?}");
        let code = "fn a() { users::mail }";
        let found = uses(
            (MAIL, "#[sql_name = \"mail\"] email -> Text, other -> Text,"),
            (code, "fn a() { users::email }"),
        );
        assert_eq!(found.renamed, 0, "{found:?}");
    }

    #[test]
    fn a_use_in_rewritten_code_is_neither_deleted_nor_new() {
        let code = |statement: &str| format!("fn before() {{ one() }}\n{statement}\nfn after() {{ two() }}\n");
        let (old, new) = (
            code("fn a() -> Q { users::mail.is_some_and(|at| sent >= limit(at)) }"),
            code("fn a() -> Q { sent >= limit(users::email) }"),
        );
        let found = uses((MAIL, EMAIL), (&old, &new));
        assert_eq!(
            (found.renamed, found.deleted, found.written),
            (1, Ends::default(), Ends::default()),
            "{found:?}"
        );
    }

    #[test]
    fn names_are_exchanged_if_schema_and_code_do_it() {
        let (schema, other) = ("mail -> Text, email -> Text,", "email -> Text, mail -> Text,");
        let (code, moved) = (
            "fn a() { users::mail.eq(1) }\nfn b() { users::email.eq(2) }\n",
            "fn a() { users::email.eq(1) }\nfn b() { users::mail.eq(2) }\n",
        );
        let taken = |columns, code| {
            let found = evidence(columns, code);
            let table = TableName::public("users");
            found.taken_columns(&table).map(str::to_owned).collect::<Vec<String>>()
        };
        assert_eq!(taken((schema, other), (code, moved)), ["email", "mail"]);
        assert!(taken((schema, other), (code, code)).is_empty());
        assert!(taken((schema, schema), (code, moved)).is_empty());
        let found = uses((schema, other), (code, moved));
        assert_eq!((found.renamed, found.total), (1, 1), "{found:?}");
    }

    #[test]
    fn moved_code_is_the_same_code() {
        let body = |name: &str| {
            format!(
                "fn find(conn: &mut C) -> Q {{\n users::table\n .filter(users::{name}.eq(1))\n .order(users::{name}.desc())\n .load(conn)\n}}\n"
            )
        };
        let rest = "fn other() { one(); two(); three() }\n";
        let found = uses(
            (MAIL, EMAIL),
            (&(body("mail") + rest), &(rest.to_owned() + &body("email"))),
        );
        assert_eq!((found.renamed, found.total), (2, 2), "{found:?}");
    }

    #[test]
    fn code_that_is_no_rust_is_no_error() {
        let code = r#"use a :: { b , users :: * , c as d } ; # [ diesel ( column_name = mail ) ] # [ ] struct S < 'a > { # [ x ] pub mail : T , }
            impl < T > X for S { fn f ( ) { Self { ref mail , .. } ; x . mail ; :: mail ; mail :: } } enum E { Mail } use ; struct ; enum ; impl ; # # !"#;
        let words: Vec<&str> = code.split_whitespace().collect();
        for skipped in 0..words.len() {
            for kept in [1, 2, 5] {
                let rest = words.iter().enumerate();
                let rest: Vec<&str> = rest
                    .filter(|(at, word)| !(skipped..skipped + kept).contains(at) || "{}()[]".contains(**word))
                    .map(|(_, word)| *word)
                    .collect();
                uses((MAIL, EMAIL), (code, &rest.join(" ")));
            }
        }
        let found = uses((MAIL, EMAIL), ("fn a( { users::mail", "fn a() { users::email }"));
        assert_eq!(found.renamed, 0);
    }
}

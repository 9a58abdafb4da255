//! Writes a program as Rust: what an application has for each of its tables, with Diesel, a module for each. Programs share equal modules.

use std::fmt::Write as _;

use super::{
    case::Case,
    catalog::{Catalog, Facts},
    declared::{Column, Declared, Join, Table},
    template::{CHANGE, JOIN, READ, RUN, RUN_UPDATE, STATEMENTS, UPDATE, UPSERT},
};

/// A program, and what it has to know of the databases.
pub struct Program<'a> {
    pub case: &'a Case,
    pub declared: &'a Declared,
    /// schema.rs of the other program.
    pub rival: &'a Declared,
    /// The Rust enums.
    pub models: &'a str,
    /// The database for which it was written, and the other one.
    pub home: &'a Catalog,
    pub other: &'a Catalog,
}

/// The text of a module, which depends on its path.
pub type Module<'a> = Box<dyn Fn(&str) -> String + 'a>;

impl Program<'_> {
    /// Returns the modules, those of tables after those to which they refer; each is written for its path.
    pub fn modules(&self) -> Vec<Module<'_>> {
        let (views, tables): (Vec<&Table>, Vec<&Table>) =
            self.declared.tables.iter().partition(|own| self.is_view(own));
        let tables = self.in_order(tables).into_iter().chain(views);
        let tables = tables.map(|table| Box::new(move |path: &str| self.of_table(table, path)) as Module<'_>);
        let joins = self.declared.joins.iter().filter(|own| self.is_changed(own));
        let joins = joins.map(|join| Box::new(move |path: &str| self.of_join(join, path)) as Module<'_>);
        tables.chain(joins).collect()
    }

    /// Returns whether a join compares something else than in the other program: only then it can fail although both tables can be read.
    fn is_changed(&self, join: &Join) -> bool {
        let own = self.declared.compared(join);
        !self.rival.joins.iter().any(|other| self.rival.compared(other) == own)
    }

    fn of_table(&self, table: &Table, path: &str) -> String {
        let (name, is_view) = (&table.name, self.is_view(table));
        let mut text = self.schema(&[table], "", path);
        writeln!(
            text,
            "pub mod {name} {{\n{}}}\nuse deploy_program::Session;",
            self.table(table)
        )
        .unwrap();
        let [seed, write, run] = match is_view {
            true => [String::new(), String::new(), String::new()],
            false => ["seed(s)", "write(s, first)", "run(s)"].map(|call| format!("{name}::{call}.await;")),
        };
        format!(
            "{text}pub async fn seed(s: &mut Session) {{ {seed} }}\n\
             pub async fn write(s: &mut Session, first: usize) {{ {write} }}\n\
             pub async fn run(s: &mut Session) {{ {name}::read(s).await; {run} }}\n"
        )
    }

    fn of_join(&self, join: &Join, path: &str) -> String {
        let table = |name: &String| self.declared.tables.iter().find(|own| own.name == *name).unwrap();
        let (child, parent) = (table(&join.child), table(&join.parent));
        let mut text = self.schema(&[child, parent], &join.text, path);
        for own in [child, parent] {
            let uses = format!("use diesel::prelude::*;\nuse super::schema::{};\n", own.name);
            writeln!(text, "pub mod {} {{\n{uses}{}}}", own.name, self.row(own)).unwrap();
        }
        text + &JOIN
            .replace("$path", &child.path())
            .replace("$child", &child.name)
            .replace("$parent", &parent.name)
    }

    /// Writes the part of schema.rs with these tables, and their enums.
    fn schema(&self, tables: &[&Table], joinable: &str, path: &str) -> String {
        let blocks: String = tables.iter().map(|own| own.text.as_str()).collect();
        let has_enums = tables.iter().any(|own| own.text.contains("sql_types::*"));
        let names: Vec<&str> = tables.iter().map(|own| own.name.as_str()).collect();
        let allowed = match joinable {
            "" => String::new(),
            _ => format!("diesel::allow_tables_to_appear_in_same_query!({});\n", names.join(", ")),
        };
        let types = if has_enums { self.declared.types.as_str() } else { "" };
        let mut text = format!("pub mod schema {{\n{types}{blocks}{joinable}{allowed}}}\n");
        let models = self.models.replace("crate::schema", &format!("{path}::schema"));
        let enums = enums(&models);
        for own in enums
            .into_iter()
            .filter(|own| blocks.contains(&format!("sql_types::{};", own.name)))
        {
            writeln!(
                text,
                "{}\ndeploy_program::labels!({}: {});",
                own.text, own.name, own.labels
            )
            .unwrap();
        }
        text
    }

    fn is_view(&self, table: &Table) -> bool {
        self.facts(table, table.columns.first().unwrap()).is_view
    }

    /// Returns the tables, each after those to which it refers.
    fn in_order<'t>(&self, mut tables: Vec<&'t Table>) -> Vec<&'t Table> {
        let mut found: Vec<&Table> = Vec::new();
        while !tables.is_empty() {
            let is_free = |table: &&Table| {
                let mut parents = self.declared.joins.iter().filter(|own| own.child == table.name);
                parents.all(|join| join.parent == table.name || !tables.iter().any(|own| own.name == join.parent))
            };
            let next = tables.iter().position(is_free).unwrap();
            found.push(tables.remove(next));
        }
        found
    }

    fn facts(&self, table: &Table, column: &Column) -> Facts {
        self.found(self.home, table, column).unwrap_or_else(|| {
            panic!(
                "{}: {}.{} is not in its database",
                self.case.name, table.name, column.name
            )
        })
    }

    fn found(&self, catalog: &Catalog, table: &Table, column: &Column) -> Option<Facts> {
        let key = (table.schema.clone(), table.sql_name.clone(), column.sql_name.clone());
        catalog.get(&key).cloned()
    }

    fn table(&self, table: &Table) -> String {
        let mut text = format!(
            "use diesel::prelude::*;\nuse diesel_async::RunQueryDsl;\nuse deploy_program::{{At, Mode, Session, Shown, Value}};\nuse super::schema::{};\n",
            table.name
        );
        text.push_str(&self.row(table));
        let shown: String = table.columns.iter().map(shown).collect();
        writeln!(text, "impl Row {{ fn shown(&self) -> Shown {{ vec![{shown}] }} }}").unwrap();
        text.push_str(&template(READ, table));
        if self.is_view(table) {
            return text;
        }
        text.push_str(&self.inserted(table));
        text.push_str(&self.keys(table));
        text.push_str(&template(STATEMENTS, table));
        text.push_str(&self.run(table));
        text
    }

    /// Writes the struct that is read.
    fn row(&self, table: &Table) -> String {
        let fields: String = table
            .columns
            .iter()
            .map(|own| format!("pub {}: {},\n", own.name, own.rust()))
            .collect();
        format!(
            "#[derive(Queryable, Selectable)]\n#[diesel(table_name = {})]\npub struct Row {{\n{fields}}}\n",
            table.name
        )
    }

    fn written<'t>(&self, table: &'t Table) -> Vec<&'t Column> {
        table
            .columns
            .iter()
            .filter(|own| !self.facts(table, own).is_generated)
            .collect()
    }

    /// Writes the structs that are inserted: with all columns, and with the mandatory ones.
    fn inserted(&self, table: &Table) -> String {
        let columns = self.written(table);
        let key = table.key.join(", ");
        let (name, mut text) = (&table.name, String::new());
        let fields: String = columns
            .iter()
            .map(|own| format!("pub {}: {},\n", own.name, own.rust()))
            .collect();
        let values: String = columns
            .iter()
            .map(|own| format!("{}: {},\n", own.name, self.value(table, own)))
            .collect();
        let shown: String = columns.iter().map(|own| shown(own)).collect();
        let change = if self.changed(table).is_empty() {
            ""
        } else {
            ", AsChangeset"
        };
        let options = if change.is_empty() {
            String::new()
        } else {
            format!(", primary_key({key}), treat_none_as_null = true")
        };
        write!(
            text,
            "#[derive(Insertable{change}, Clone)]\n#[diesel(table_name = {name}{options})]\npub struct New {{\n{fields}}}\n\
             impl New {{\nfn at(at: &At) -> Self {{ Self {{\n{values}}} }}\nfn shown(&self) -> Shown {{ vec![{shown}] }}\n}}\n"
        )
        .unwrap();
        let is_optional = |own: &Column| own.is_nullable() || self.facts(table, own).has_default;
        let fields = columns.iter().map(|own| match is_optional(own) && !own.is_nullable() {
            true => format!("pub {}: Option<{}>,\n", own.name, own.rust()),
            false => format!("pub {}: {},\n", own.name, own.rust()),
        });
        let fields: String = fields.collect();
        let values = columns.iter().map(|own| match is_optional(own) {
            true => format!("{}: None,\n", own.name),
            false => format!("{}: {},\n", own.name, self.value(table, own)),
        });
        let values: String = values.collect();
        write!(
            text,
            "#[derive(Insertable)]\n#[diesel(table_name = {name})]\npub struct Mandatory {{\n{fields}}}\n\
             impl Mandatory {{\nfn at(at: &At) -> Self {{ let _ = at; Self {{\n{values}}} }}\n}}\n"
        )
        .unwrap();
        text
    }

    fn keys(&self, table: &Table) -> String {
        let column = |name: &String| table.columns.iter().find(|own| own.name == *name).unwrap();
        let columns: Vec<&Column> = table.key.iter().map(column).collect();
        let types: Vec<String> = columns.iter().map(|own| own.rust()).collect();
        let values: Vec<String> = columns.iter().map(|own| self.value(table, own)).collect();
        let text = |own: &&Column| {
            format!(
                "<{0} as Value>::shown(&<{0} as Value>::value(&{1}))",
                own.rust(),
                self.at(table, own)
            )
        };
        let texts: Vec<String> = columns.iter().map(text).collect();
        format!(
            "type Key = {};\nfn key(at: &At) -> Key {{ {} }}\nfn key_texts(at: &At) -> Vec<String> {{ vec![{}] }}\n\
             const KEY: &[&str] = &[{}];\n",
            one_or_tuple(&types),
            one_or_tuple(&values),
            texts.join(", "),
            table
                .key
                .iter()
                .map(|own| format!("\"{own}\""))
                .collect::<Vec<_>>()
                .join(", ")
        )
    }

    fn changed<'t>(&self, table: &'t Table) -> Vec<&'t Column> {
        self.written(table)
            .into_iter()
            .filter(|own| !table.key.contains(&own.name))
            .collect()
    }

    /// Writes the statements that depend on the columns.
    fn run(&self, table: &Table) -> String {
        let mut run = template(RUN, table);
        let mut write = String::from("let _ = write_rows(s, first).await;\n");
        let mut updates = String::new();
        let is_numbered = table
            .key
            .iter()
            .all(|name| self.written(table).iter().any(|own| own.name == *name));
        let key: Vec<String> = table.key.iter().map(|own| format!("{}::{own}", table.name)).collect();
        let changed = self.changed(table);
        if !changed.is_empty() {
            run.push_str(&template(CHANGE, table));
            if is_numbered {
                run.push_str(&template(UPSERT, table).replace("$conflict", &one_or_tuple(&key)));
            }
        }
        for column in &changed {
            let (name, rust) = (&column.name, column.rust());
            updates.push_str(&template(UPDATE, table).replace("$column", name).replace("$rust", &rust));
            let each = template(RUN_UPDATE, table)
                .replace("$column", name)
                .replace("$rust", &rust);
            run.push_str(&each.replace("$value_at", &format!("&{}", self.at(table, column))));
            if column.is_nullable() {
                let (path, column) = (
                    format!("\\\"{}\\\".\\\"{}\\\"", table.schema, table.sql_name),
                    &column.sql_name,
                );
                writeln!(write, "s.last_to_null(\"{path}\", \"{column}\").await;").unwrap();
            }
            if column.is_enum() {
                writeln!(
                    write,
                    "for (place, value) in <{rust} as Value>::each(&At::row(1)).into_iter().enumerate() {{ let mut new = New::at(&At::row(first + 50 + place)); new.{name} = value; let _ = diesel::insert_into({}::table).values(new).execute(&mut s.connection).await; }}",
                    table.name
                )
                .unwrap();
            }
        }
        format!(
            "{updates}pub async fn run(s: &mut Session) {{\n{run}}}\npub async fn write(s: &mut Session, first: usize) {{\n{write}}}\n"
        )
    }

    /// Returns the expression of a column's value in a row `at`.
    fn value(&self, table: &Table, column: &Column) -> String {
        format!("Value::value(&{})", self.at(table, column))
    }

    /// Returns the expression of which value that is.
    fn at(&self, table: &Table, column: &Column) -> String {
        let facts = self.facts(table, column);
        let other = self.found(self.other, table, column).unwrap_or_default();
        let index = table.columns.iter().position(|own| own.name == column.name).unwrap();
        let named_key = column.name.ends_with("_id") && !column.is_enum();
        let mut text = String::from("at.plain()");
        if let Some(length) = limit(&facts.data_type) {
            write!(text, ".limited({length})").unwrap();
        }
        if facts.data_type.starts_with("character(")
            || facts.data_type.starts_with("numeric(") && facts.data_type.contains(",0)")
        {
            text.push_str(".padded()");
        }
        if let Some(values) = self.case.values.get(&format!("{}.{}", table.path(), column.sql_name)) {
            write!(text, ".from(&{values:?})").unwrap();
        }
        text + &match () {
            () if facts.refers => ".referred()".to_owned(),
            () if other.refers && !facts.refers => ".anywhere()".to_owned(),
            () if table.key == [column.name.clone()] || facts.is_unique => ".own()".to_owned(),
            () if other.is_unique => ".perhaps_own()".to_owned(),
            () if named_key => ".referred()".to_owned(),
            () => format!(".column({index})"),
        }
    }
}

/// Returns the limit of a type: characters, or digits before the point.
fn limit(data_type: &str) -> Option<usize> {
    let (name, rest) = data_type.split_once('(')?;
    let inside = rest.trim_end_matches("[]").trim_end_matches(')');
    match name {
        "character varying" | "character" => inside.parse().ok(),
        "numeric" => {
            let (precision, scale) = inside.split_once(',').unwrap_or((inside, "0"));
            Some(precision.parse::<usize>().ok()? - scale.parse::<usize>().ok()?)
        }
        _ => None,
    }
}

fn one_or_tuple(parts: &[String]) -> String {
    match parts {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}

fn shown(column: &Column) -> String {
    format!("(\"{0}\", Value::shown(&self.{0})), ", column.name)
}

/// A Rust enum.
struct Enum {
    name: String,
    labels: String,
    text: String,
}

/// Returns the enums of a text, which has one a line.
fn enums(models: &str) -> Vec<Enum> {
    let of = |line: &str| {
        let (name, rest) = line.split_once("pub enum ")?.1.split_once('{')?;
        let labels = rest.split_once('}')?.0.split(',');
        let labels = labels.map(|own| own.rsplit(']').next().unwrap_or(own).trim());
        Some(Enum {
            name: name.trim().to_owned(),
            labels: labels.filter(|own| !own.is_empty()).collect::<Vec<_>>().join(", "),
            text: line.to_owned(),
        })
    };
    models.lines().filter_map(of).collect()
}

fn template(text: &str, table: &Table) -> String {
    text.replace("$table", &table.name).replace("$path", &table.path())
}

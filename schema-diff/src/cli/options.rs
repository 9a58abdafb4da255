//! Arguments that several commands take, and their values.

use clap::{Args, ValueEnum};

use crate::{
    generate::{From, Options, ScratchChoice},
    model::TableName,
    renames::decide::Decisions,
};

/// Where scratch databases come from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Scratch Postgres")]
pub struct ScratchOptions {
    /// Make scratch databases on this server (also: SCHEMA_DIFF_SCRATCH_URL)
    #[arg(long, value_name = "URL")]
    pub scratch_url: Option<String>,
    /// Make scratch databases on the server of DATABASE_URL
    #[arg(long)]
    pub scratch_on_server: bool,
}

/// What `schema.rs` is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FromArgument {
    /// The database of DATABASE_URL
    Database,
    /// The migrations directory, replayed on a scratch database
    Migrations,
}

/// What is compared, and what is decided beforehand.
#[derive(Debug, Clone, Default, Args)]
pub struct GenerateOptions {
    /// Compare with this [default: the database of DATABASE_URL if it is set, else the migrations]
    #[arg(long, value_enum)]
    pub from: Option<FromArgument>,
    /// A column was renamed: its name in the database, its name in schema.rs
    #[arg(long, value_name = "TABLE.OLD:NEW", value_parser = rename_column, help_heading = "Decisions")]
    pub rename: Vec<(TableName, String, String)>,
    /// A table was renamed
    #[arg(long, value_name = "OLD:NEW", value_parser = rename_table, help_heading = "Decisions")]
    pub rename_table: Vec<(TableName, TableName)>,
    /// A label of an enum was renamed
    #[arg(long, value_name = "TYPE.OLD:NEW", value_parser = rename_column, help_heading = "Decisions")]
    pub rename_label: Vec<(TableName, String, String)>,
    /// A column or table is really dropped, not renamed
    #[arg(long, value_name = "TABLE[.COLUMN]", help_heading = "Decisions")]
    pub drop: Vec<String>,
    /// What fills the rows of a column that takes no NULL: an SQL expression
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = assignment, help_heading = "Decisions")]
    pub backfill: Vec<((TableName, String), String)>,
    /// How a column's values become those of its new type: an SQL expression
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = assignment, help_heading = "Decisions")]
    pub using: Vec<((TableName, String), String)>,
    /// Leave the proof on a scratch database out
    #[arg(long)]
    pub no_prove: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub scratch: ScratchOptions,
}

impl GenerateOptions {
    /// The same for the library.
    pub fn options(&self) -> Options {
        let mut decisions = Decisions {
            columns: self.rename.clone(),
            tables: self.rename_table.clone(),
            labels: self.rename_label.clone(),
            backfills: self.backfill.iter().cloned().collect(),
            usings: self.using.iter().cloned().collect(),
            ..Decisions::default()
        };
        for text in &self.drop {
            decisions.dropped_tables.insert(table(text));
            if let Some((of, column)) = text.rsplit_once('.') {
                decisions.dropped_columns.insert((table(of), column.to_owned()));
            }
        }
        Options {
            from: FromArgument::of(self.from),
            scratch: self.scratch.choice(),
            decisions,
            no_prove: self.no_prove,
        }
    }
}

impl ScratchOptions {
    /// The same for the library.
    pub(super) fn choice(&self) -> ScratchChoice {
        ScratchChoice {
            url: self.scratch_url.clone(),
            on_server: self.scratch_on_server,
        }
    }
}

impl FromArgument {
    /// The same for the library.
    pub(super) const fn of(argument: Option<Self>) -> From {
        match argument {
            None => From::Default,
            Some(Self::Database) => From::Database,
            Some(Self::Migrations) => From::Migrations,
        }
    }
}

fn table(text: &str) -> TableName {
    match text.split_once('.') {
        Some((schema, name)) => TableName::new(schema, name),
        None => TableName::public(text),
    }
}

fn rename_column(text: &str) -> Result<(TableName, String, String), String> {
    let form = || "expected TABLE.OLD:NEW, such as users.mail:email".to_owned();
    let (place, new) = text.rsplit_once(':').ok_or_else(form)?;
    let (of, old) = place.rsplit_once('.').ok_or_else(form)?;
    if of.is_empty() || old.is_empty() || new.is_empty() {
        return Err(form());
    }
    Ok((table(of), old.to_owned(), new.to_owned()))
}

fn rename_table(text: &str) -> Result<(TableName, TableName), String> {
    let form = || "expected OLD:NEW, such as users:accounts".to_owned();
    let (old, new) = text.split_once(':').ok_or_else(form)?;
    if old.is_empty() || new.is_empty() {
        return Err(form());
    }
    Ok((table(old), table(new)))
}

fn assignment(text: &str) -> Result<((TableName, String), String), String> {
    let form = || "expected TABLE.COLUMN=EXPRESSION, such as \"users.email=''\"".to_owned();
    let (place, expression) = text.split_once('=').ok_or_else(form)?;
    let (of, column) = place.rsplit_once('.').ok_or_else(form)?;
    if of.is_empty() || column.is_empty() || expression.trim().is_empty() {
        return Err(form());
    }
    Ok(((table(of), column.to_owned()), expression.to_owned()))
}

//! The arguments that several commands have, and their values.

use clap::{Args, ValueEnum};

use schema_diff_engine::{
    generate::{
        From, Options, ScratchChoice, SizesFrom,
        flag::{self, Dropped},
    },
    matching::{CodeName, Decisions},
    model::{TableName, TypeName},
};

/// Where scratch databases come from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Scratch Postgres")]
pub struct ScratchOptions {
    /// Create scratch databases on this server (also: SCHEMA_DIFF_SCRATCH_URL)
    #[arg(long, value_name = "URL")]
    pub scratch_url: Option<String>,
    /// Create scratch databases on the server of DATABASE_URL
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

/// Where the sizes of tables come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SizesArgument {
    /// The project's file with statistics, which `stats export` writes
    File,
    /// The database of DATABASE_URL; useful only if it is as large as production
    Database,
}

/// What is compared, and what is decided beforehand.
#[derive(Debug, Clone, Default, Args)]
pub struct GenerateOptions {
    /// Compare with this [default: the database of DATABASE_URL if it is set, else the migrations]
    #[arg(long, value_enum)]
    pub from: Option<FromArgument>,
    /// Rename a column: its name in the database, then its name in schema.rs
    #[arg(long, value_name = "TABLE.OLD:NEW", value_parser = flag::rename, help_heading = "Decisions")]
    pub rename: Vec<(TableName, String, String)>,
    /// Rename a table
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_table, help_heading = "Decisions")]
    pub rename_table: Vec<(TableName, TableName)>,
    /// Rename an enum type
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_type, help_heading = "Decisions")]
    pub rename_type: Vec<(TypeName, TypeName)>,
    /// Move the tables of a schema to another one; other objects stay, and the schema is not dropped
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_schema, help_heading = "Decisions")]
    pub rename_schema: Vec<(String, String)>,
    /// Rename a label of an enum type
    #[arg(long, value_name = "TYPE.OLD:NEW", value_parser = flag::rename_label, help_heading = "Decisions")]
    pub rename_label: Vec<(TypeName, String, String)>,
    /// Drop a column, table, enum type, label, view or trigger instead of renaming it. Also drops a policy, check, index or statistics object that does not work with a column's new type
    #[arg(long, value_name = "TABLE[.COLUMN]", value_parser = flag::dropped, help_heading = "Decisions")]
    pub drop: Vec<Dropped>,
    /// SQL expression for the existing rows of a NOT NULL column
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub backfill: Vec<((TableName, String), String)>,
    /// SQL expression that converts a column's values to its new type
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub using: Vec<((TableName, String), String)>,
    /// SQL expression, over the column's new name, with which down.sql converts them back
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub using_down: Vec<((TableName, String), String)>,
    /// New definition of a view (its query), or of a function or trigger (its CREATE statement)
    #[arg(long, value_name = "NAME=SQL", value_parser = flag::replacement, help_heading = "Decisions")]
    pub replace: Vec<(CodeName, String)>,
    /// Keep a function unchanged, even though it refers to something that is renamed or dropped
    #[arg(long, value_name = "FUNCTION", value_parser = flag::table_name, help_heading = "Decisions")]
    pub keep: Vec<TableName>,
    /// Let this table's triggers and rules fire during a backfill; by default the migration disables them meanwhile
    #[arg(long, value_name = "TABLE", value_parser = flag::table_name, help_heading = "Decisions")]
    pub fire_triggers: Vec<TableName>,
    /// Lift FORCE ROW LEVEL SECURITY from this table while the migration runs
    #[arg(long, value_name = "TABLE", value_parser = flag::table_name, help_heading = "Decisions")]
    pub lift_row_security: Vec<TableName>,
    /// Skip the proof on a scratch database
    #[arg(long)]
    pub no_prove: bool,
    /// Take the sizes of tables from here, to say what a migration does under traffic [default: file]
    #[arg(long, value_enum)]
    pub sizes: Option<SizesArgument>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub scratch: ScratchOptions,
}

/// What `diff` and `check` report besides the changes.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct ReportOptions {
    /// List unmanaged objects: in the database, but not declared in schema.rs
    #[arg(long)]
    pub unmanaged: bool,
}

impl GenerateOptions {
    /// Converts the arguments to the engine's options.
    pub fn options(&self) -> Options {
        let mut decisions = Decisions {
            columns: self.rename.clone(),
            tables: self.rename_table.clone(),
            types: self.rename_type.clone(),
            namespaces: self.rename_schema.clone(),
            labels: self.rename_label.clone(),
            backfills: self.backfill.iter().cloned().collect(),
            usings: self.using.iter().cloned().collect(),
            usings_down: self.using_down.iter().cloned().collect(),
            replaced: self.replace.iter().cloned().collect(),
            kept: self.keep.iter().cloned().collect(),
            fire_triggers: self.fire_triggers.iter().cloned().collect(),
            lift_row_security: self.lift_row_security.iter().cloned().collect(),
            ..Decisions::default()
        };
        for dropped in &self.drop {
            dropped.clone().decide(&mut decisions);
        }
        Options {
            from: FromArgument::of(self.from),
            scratch: self.scratch.choice(),
            decisions,
            no_prove: self.no_prove,
            sizes: match self.sizes {
                None | Some(SizesArgument::File) => SizesFrom::File,
                Some(SizesArgument::Database) => SizesFrom::Database,
            },
            without: None,
        }
    }
}

impl ScratchOptions {
    /// Converts the arguments to the engine's choice of scratch databases.
    pub(super) fn choice(&self) -> ScratchChoice {
        ScratchChoice {
            url: self.scratch_url.clone(),
            on_server: self.scratch_on_server,
        }
    }
}

impl FromArgument {
    /// Converts the argument to the engine's source of the existing schema.
    pub(super) const fn of(argument: Option<Self>) -> From {
        match argument {
            None => From::Default,
            Some(Self::Database) => From::Database,
            Some(Self::Migrations) => From::Migrations,
        }
    }
}

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
    /// Create scratch databases on this server [env: SCHEMA_DIFF_SCRATCH_URL]
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
    /// The migrations, all run on a scratch database
    Migrations,
}

/// Where the sizes of tables come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SizesArgument {
    /// The project's statistics file, written by `stats export`
    File,
    /// The database of DATABASE_URL; useful only if it is as large as production
    Database,
}

impl SizesArgument {
    /// Converts the argument to the engine's source of sizes.
    pub(super) fn source(given: Option<Self>) -> SizesFrom {
        match given {
            None | Some(Self::File) => SizesFrom::File,
            Some(Self::Database) => SizesFrom::Database,
        }
    }
}

/// What is compared, and what is decided beforehand.
#[derive(Debug, Clone, Default, Args)]
pub struct GenerateOptions {
    /// Compare schema.rs with the database or with the migrations [default: database if DATABASE_URL is set, else
    /// migrations]
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
    /// Move the tables of schema OLD to schema NEW; other objects stay in OLD, which is not dropped
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_schema, help_heading = "Decisions")]
    pub rename_schema: Vec<(String, String)>,
    /// Rename a label of an enum type
    #[arg(long, value_name = "TYPE.OLD:NEW", value_parser = flag::rename_label, help_heading = "Decisions")]
    pub rename_label: Vec<(TypeName, String, String)>,
    /// Drop a column, table, enum type or label instead of renaming it. Also drops a view, function, trigger or rule that
    /// reads something dropped or changed, and a policy, check, index or statistics object that does not work with a
    /// column's new type
    #[arg(long, value_name = "TABLE[.COLUMN]", value_parser = flag::dropped, help_heading = "Decisions")]
    pub drop: Vec<Dropped>,
    /// SQL expression for existing rows without a value, in a column that is new and NOT NULL or becomes NOT NULL
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub backfill: Vec<((TableName, String), String)>,
    /// SQL expression that converts a column's values to its new type
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub using: Vec<((TableName, String), String)>,
    /// SQL expression with which down.sql converts a column's values back to its old type; it must use the column's
    /// new name
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub using_down: Vec<((TableName, String), String)>,
    /// New definition: the query of a view, or the CREATE statement of a function, of a trigger (NAME is
    /// TABLE.TRIGGER) or of a rule (TABLE.RULE)
    #[arg(long, value_name = "NAME=SQL", value_parser = flag::replacement, help_heading = "Decisions")]
    pub replace: Vec<(CodeName, String)>,
    /// Keep a function unchanged, even though it refers to something that is renamed or dropped
    #[arg(long, value_name = "FUNCTION", value_parser = flag::table_name, help_heading = "Decisions")]
    pub keep: Vec<TableName>,
    /// Let this table's triggers and rules fire during a backfill, instead of disabling them for it
    #[arg(long, value_name = "TABLE", value_parser = flag::table_name, help_heading = "Decisions")]
    pub fire_triggers: Vec<TableName>,
    /// Lift FORCE ROW LEVEL SECURITY from this table while the migration runs
    #[arg(long, value_name = "TABLE", value_parser = flag::table_name, help_heading = "Decisions")]
    pub lift_row_security: Vec<TableName>,
    /// Skip the proof, which runs the migration on a scratch database: up, down, and up again
    #[arg(long)]
    pub no_prove: bool,
    /// Source of the table sizes, from which warnings about long locks are computed [default: file]
    #[arg(long, value_enum)]
    pub sizes: Option<SizesArgument>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub scratch: ScratchOptions,
}

/// What `diff` and `check` report besides the changes.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct ReportOptions {
    /// List unmanaged objects: those in the database that schema.rs does not declare
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
            sizes: SizesArgument::source(self.sizes),
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

//! The arguments that several commands have, and their values.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use schema_diff_engine::{
    generate::{
        From, Options, ScratchChoice, SizesFrom,
        flag::{self, Dropped},
    },
    matching::{CodeName, Decisions},
    model::{TableName, TypeName},
    online::Forms,
};

/// Where scratch databases come from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Scratch Postgres")]
pub struct ScratchOptions {
    /// Create the temporary (scratch) databases for tests on the Postgres server at this URL [env:
    /// SCHEMA_DIFF_SCRATCH_URL]
    #[arg(long, value_name = "URL")]
    pub scratch_url: Option<String>,
    /// Create the temporary (scratch) databases for tests on the server of DATABASE_URL
    #[arg(long)]
    pub scratch_on_server: bool,
}

/// What `schema.rs` is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FromArgument {
    /// The database of DATABASE_URL
    Database,
    /// The schema that results from running all migrations on a temporary (scratch) database
    Migrations,
}

/// Where the sizes of tables come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SizesArgument {
    /// The file that `schema-diff stats export` has written to the project
    File,
    /// The database of DATABASE_URL; useful only if its tables are as large as those of the production database
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

/// When a migration is split into parts that do not keep other sessions waiting for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnlineArgument {
    /// If it concerns a large table; the sizes come from where --sizes says
    Auto,
    /// If it concerns any existing table
    Always,
    /// Never: the migration is one directory
    Never,
}

impl OnlineArgument {
    /// Converts the argument to the engine's option.
    const fn forms(self) -> Forms {
        match self {
            Self::Auto => Forms::Auto,
            Self::Always => Forms::Always,
            Self::Never => Forms::Never,
        }
    }
}

/// What is compared, and what is decided beforehand.
#[derive(Debug, Clone, Default, Args)]
pub struct GenerateOptions {
    /// What to compare schema.rs with [default: database if DATABASE_URL is set, else migrations]
    #[arg(long, value_enum)]
    pub from: Option<FromArgument>,
    /// Rename a column. OLD is the column's name in the database, NEW its name in schema.rs
    #[arg(long, value_name = "TABLE.OLD:NEW", value_parser = flag::rename, help_heading = "Decisions")]
    pub rename: Vec<(TableName, String, String)>,
    /// Rename a table
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_table, help_heading = "Decisions")]
    pub rename_table: Vec<(TableName, TableName)>,
    /// Rename an enum type
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_type, help_heading = "Decisions")]
    pub rename_type: Vec<(TypeName, TypeName)>,
    /// Move the tables of Postgres schema OLD to Postgres schema NEW. Other objects stay in OLD, and OLD is not dropped
    #[arg(long, value_name = "OLD:NEW", value_parser = flag::rename_schema, help_heading = "Decisions")]
    pub rename_schema: Vec<(String, String)>,
    /// Rename a label (a value) of an enum type
    #[arg(long, value_name = "TYPE.OLD:NEW", value_parser = flag::rename_label, help_heading = "Decisions")]
    pub rename_label: Vec<(TypeName, String, String)>,
    /// Drop this column, table, enum type or enum label, instead of renaming it. Pass the option also to drop an object
    /// that is in the way of the migration: a view, function, trigger or rule that reads something dropped or changed;
    /// or a policy, check, index or statistics object that does not work with a column's new type
    #[arg(long, value_name = "TABLE[.COLUMN]", value_parser = flag::dropped, help_heading = "Decisions")]
    pub drop: Vec<Dropped>,
    /// SQL expression that fills a column in existing rows where it has no value. Needed for a column that becomes NOT
    /// NULL, and for a new column that is NOT NULL
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub backfill: Vec<((TableName, String), String)>,
    /// SQL expression with which up.sql converts the values of a column to the column's new type
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub using: Vec<((TableName, String), String)>,
    /// SQL expression with which down.sql converts the values of a column back to the column's old type. If the
    /// migration also renames the column, the expression must use the new name
    #[arg(long, value_name = "TABLE.COLUMN=EXPRESSION", value_parser = flag::assignment, help_heading = "Decisions")]
    pub using_down: Vec<((TableName, String), String)>,
    /// Replace the definition of a view, function, trigger or rule. For a view, SQL is its new query; for the others, a
    /// CREATE statement. NAME is TABLE.TRIGGER for a trigger, and TABLE.RULE for a rule
    #[arg(long, value_name = "NAME=SQL", value_parser = flag::replacement, help_heading = "Decisions")]
    pub replace: Vec<(CodeName, String)>,
    /// Leave this function unchanged, even though the function refers to an object that the migration renames or drops
    #[arg(long, value_name = "FUNCTION", value_parser = flag::table_name, help_heading = "Decisions")]
    pub keep: Vec<TableName>,
    /// During a backfill of this table, let the table's triggers and rules take effect; without this option they are
    /// disabled for that time
    #[arg(long, value_name = "TABLE", value_parser = flag::table_name, help_heading = "Decisions")]
    pub fire_triggers: Vec<TableName>,
    /// Switch off FORCE ROW LEVEL SECURITY for this table while the migration runs
    #[arg(long, value_name = "TABLE", value_parser = flag::table_name, help_heading = "Decisions")]
    pub lift_row_security: Vec<TableName>,
    /// Take a possible rename for one, without a question, if it is more likely than a drop and an add
    #[arg(long, help_heading = "Decisions")]
    pub accept_renames: bool,
    /// Fail and write nothing if there is a question that no option answers, and list the questions; for programs that
    /// cannot answer. Without this option, the migration then raises an error until the questions are answered
    #[arg(long, help_heading = "Decisions")]
    pub no_questions: bool,
    /// The git commit since which the project's code is compared, to tell renames from drops and adds. It must have the
    /// schema.rs that the database agrees with [default: renames.since in schema-diff.toml, else the newest such commit]
    #[arg(long, value_name = "REVISION")]
    pub since: Option<String>,
    /// The schema.rs of another running program: one that uses the same database, or an older release. The statements
    /// that it sends are tried before and after the migration, too [default: deploy.old in schema-diff.toml]
    #[arg(long, value_name = "FILE")]
    pub old: Vec<PathBuf>,
    /// Do not test the migration before it is written. Without this option, up.sql, down.sql and up.sql again are run
    /// on a temporary (scratch) database (the proof)
    #[arg(long)]
    pub no_prove: bool,
    /// Where to read the sizes of the tables; they decide which statements are reported as locking a table for long
    /// [default: file]
    #[arg(long, value_enum)]
    pub sizes: Option<SizesArgument>,
    /// When to split the migration into several migrations that let other sessions go on working: indexes are then built
    /// concurrently, and constraints are validated separately [default: traffic.online in schema-diff.toml, else
    /// auto]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub online: Option<OnlineArgument>,
    /// Keep what the program that is still running needs while a new one is deployed: dropped columns and tables, the old
    /// names of renamed columns and tables, NULL in columns that it does not fill. `migration release` removes it later
    /// [default: traffic.rolling in schema-diff.toml, else off]
    #[arg(long)]
    pub rolling: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its fields are documented")]
    pub scratch: ScratchOptions,
}

/// What `diff` and `check` report besides the changes.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct ReportOptions {
    /// Also list the database's objects that schema.rs does not declare (unmanaged objects)
    #[arg(long)]
    pub unmanaged: bool,
}

/// Resolves a path from the current directory.
fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
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
            online: self.online.map(OnlineArgument::forms),
            rolling: self.rolling.then_some(true),
            release: false,
            since: self.since.clone(),
            accept_renames: self.accept_renames,
            no_questions: self.no_questions,
            old: self.old.iter().map(|file| absolute(file)).collect(),
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

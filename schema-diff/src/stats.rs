//! `stats`: the sizes of tables, with which a migration is judged under traffic, and the speed of this machine.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{EXIT_OK, Failed, ScratchOptions, Screen};
use schema_diff_engine::{
    config::Project,
    generate::{GenerateError, Scratch, read_statistics},
    rates,
};

/// Write the sizes of the tables of a database to a file, for the warnings about locks; or measure how fast this machine works
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  DATABASE_URL=postgres://readonly@production/app schema-diff stats export
  schema-diff stats measure")]
pub struct StatsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the table sizes from the database of DATABASE_URL, and write them to a file in the project
    ///
    /// `schema-diff autogenerate` reads this file. It then warns of statements that make other sessions wait only if
    /// the table is large. The export reads only the system catalogs and the sizes of the tables' files, in a read-only
    /// transaction. The file contains the names of tables, materialized views and columns. For each table it has the
    /// estimated numbers of live and dead rows, the size in bytes, and whether the table belongs to a publication. For
    /// each column it has the share of NULLs, the number of distinct values and the average width. It also has the
    /// number of replication slots and the server's version. It contains no rows and no values from columns, so it can
    /// be committed to git.
    #[command(after_help = "Examples:
  DATABASE_URL=postgres://readonly@production/app schema-diff stats export
  schema-diff stats export --output other.json   # autogenerate does not read this file unless schema-diff.toml names it")]
    Export(ExportArgs),
    /// Measure once how fast this machine reads, indexes, updates and rewrites rows, so that messages about locks say how
    /// long they are held
    ///
    /// The measurement takes about ten seconds, on a temporary Postgres server that waits for its disk. The result is kept
    /// in the cache directory of the user, for each major version of Postgres. From then on, messages about locks on
    /// tables of known size have an estimate: the time is probably within the range, on this machine without other load.
    #[command(after_help = "Example:
  schema-diff stats measure")]
    Measure(ScratchOptions),
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// Write to this file [default: the file named by `statistics` in schema-diff.toml, else
    /// schema-diff-statistics.json]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The database cannot be read, or the file cannot be written.
pub fn run(args: &StatsArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    match &args.command {
        Command::Export(args) => export(args, project, screen, json),
        Command::Measure(scratch) => measured(scratch, project, screen, json),
    }
}

fn measured(scratch: &ScratchOptions, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    let mut scratch = Scratch::new(project, scratch.choice())
        .for_rehearsal()
        .installing(screen.installer());
    let server = scratch.server(0)?;
    let measured = rates::measure(server, &mut |text| screen.progress(text));
    screen.clear_progress();
    let measured = measured.map_err(GenerateError::from)?;
    let path = measured.keep(server.major())?;
    if json {
        let value = json!({ "path": path.display().to_string(), "postgres": server.major(), "rates": measured });
        writeln!(screen.out, "{value:#}")?;
        return Ok(EXIT_OK);
    }
    writeln!(screen.out, "{}", path.display())?;
    let kinds = [
        ("read", measured.scan),
        ("index", measured.build),
        ("update", measured.write),
        ("rewrite", measured.rewrite),
    ];
    for (kind, rate) in kinds {
        // A row of a hundred bytes.
        let nanoseconds = rate.per_row + 100.0 * rate.per_byte;
        screen.message(format!(
            "  {kind:8} {:8.0} rows of 100 bytes per millisecond",
            1e6 / nanoseconds
        ))?;
    }
    Ok(EXIT_OK)
}

fn export(args: &ExportArgs, project: &Project, screen: &mut Screen<'_>, json: bool) -> Result<u8, Failed> {
    screen.progress("reading the sizes of tables");
    let read = read_statistics(project);
    screen.clear_progress();
    let statistics = read?;
    let path = args.output.clone().unwrap_or_else(|| project.statistics_file());
    statistics.write(&path)?;
    let shown = project.relative(&path).display().to_string();
    let unknown = statistics.tables.values().filter(|table| table.rows.is_none()).count();
    if json {
        let value = json!({ "path": shown, "tables": statistics.tables.len(), "never_analyzed": unknown });
        writeln!(screen.out, "{value:#}")?;
        return Ok(EXIT_OK);
    }
    writeln!(screen.out, "{shown}")?;
    let tables = match statistics.tables.len() {
        1 => "1 table".to_owned(),
        many => format!("{many} tables"),
    };
    screen.message(format!("The file has the sizes of {tables}."))?;
    if unknown > 0 {
        screen.labeled_message(
            "note",
            &format!("{unknown} of them have never been analyzed, so their numbers of rows are unknown: ANALYZE, then export again"),
        )?;
    }
    Ok(EXIT_OK)
}

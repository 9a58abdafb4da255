//! The part of `diesel.toml` that schema-diff needs. Other keys are left to Diesel's CLI to check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::toml_file::{Table, TomlFile, Value};
use super::{ConfigError, Filtering};

/// The keys that `[print_schema]` itself can have. Any other table below it is a named section.
const PRINT_SCHEMA_KEYS: [&str; 13] = [
    "file",
    "with_docs",
    "allow_tables_to_appear_in_same_query_config",
    "filter",
    "column_sorting",
    "schema",
    "patch_file",
    "import_types",
    "generate_missing_sql_type_definitions",
    "except_custom_type_definitions",
    "custom_type_derives",
    "sqlite_integer_primary_key_is_bigint",
    "pg_domains_as_custom_types",
];

/// The configuration in `diesel.toml`.
#[derive(Debug, Clone, Default)]
pub struct DieselToml {
    /// The file; `None` when it does not exist.
    pub path: Option<PathBuf>,
    /// `[print_schema]` (under the name `default`) and `[print_schema.NAME]`.
    pub print_schema: BTreeMap<String, PrintSchema>,
    /// `[migrations_directory] dir`.
    pub migrations_directory: Option<PathBuf>,
}

/// One `print_schema` section.
#[derive(Debug, Clone, Default)]
pub struct PrintSchema {
    /// The file that Diesel's CLI overwrites after migrations.
    pub file: Option<PathBuf>,
    /// The line of `file`, counted from 1.
    pub file_line: usize,
    /// The Postgres schema; `None` means `public`.
    pub schema: Option<String>,
    /// The tables that the section shows.
    pub filter: Filtering,
    /// The patch that Diesel's CLI applies to the printed schema.
    pub patch_file: Option<PathBuf>,
    /// `use` lines that are written into every table.
    pub import_types: Vec<String>,
    /// Whether comments are printed as doc comments.
    pub with_docs: bool,
}

impl DieselToml {
    /// Reads the file. Relative paths are resolved from its directory.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let Some(file) = TomlFile::read(path)? else {
            return Ok(Self::default());
        };
        let tree = file.parse()?;
        let root = file.root(&tree);
        let base = path.parent().unwrap_or(Path::new(""));

        let print_schema = match root.get("print_schema") {
            Some(section) => sections(section.table()?, base)?,
            None => BTreeMap::new(),
        };
        let migrations_directory = match root.get("migrations_directory") {
            Some(section) => section
                .table()?
                .get("dir")
                .map(|dir| dir.string().map(|dir| base.join(dir)))
                .transpose()?,
            None => None,
        };
        Ok(Self {
            path: Some(path.to_path_buf()),
            print_schema,
            migrations_directory,
        })
    }

    /// Returns the filters of all sections, each with its Postgres schema.
    pub(super) fn filters(&self) -> Vec<(String, Filtering)> {
        self.print_schema
            .values()
            .map(|section| {
                (
                    section.schema.clone().unwrap_or_else(|| "public".to_owned()),
                    section.filter.clone(),
                )
            })
            .collect()
    }
}

fn sections(table: Table<'_>, base: &Path) -> Result<BTreeMap<String, PrintSchema>, ConfigError> {
    let is_section = |entry: &Value<'_>| !PRINT_SCHEMA_KEYS.contains(&entry.key()) && entry.as_table().is_some();
    let mut sections = BTreeMap::new();
    for entry in table.entries().filter(is_section) {
        sections.insert(entry.key().to_owned(), print_schema(entry.table()?, base)?);
    }
    if table.entries().any(|entry| PRINT_SCHEMA_KEYS.contains(&entry.key())) {
        let unnamed = print_schema(table, base)?;
        sections.entry("default".to_owned()).or_insert(unnamed);
    }
    Ok(sections)
}

fn print_schema(table: Table<'_>, base: &Path) -> Result<PrintSchema, ConfigError> {
    let path = |key| {
        table
            .get(key)
            .map(|value| value.string().map(|path| base.join(path)))
            .transpose()
    };
    Ok(PrintSchema {
        file: path("file")?,
        file_line: table.get("file").map_or(0, Value::line),
        schema: table.get("schema").map(Value::string).transpose()?.map(str::to_owned),
        filter: table.get("filter").map(filtering).transpose()?.unwrap_or_default(),
        patch_file: path("patch_file")?,
        with_docs: table.get("with_docs").is_some_and(|value| match value.as_string() {
            Some(mode) => mode != "no-doc-comments",
            None => value.boolean().unwrap_or_default(),
        }),
        import_types: match table.get("import_types") {
            Some(list) => list
                .strings()?
                .into_iter()
                .filter_map(Value::as_string)
                .map(str::to_owned)
                .collect(),
            None => Vec::new(),
        },
    })
}

fn filtering(value: Value<'_>) -> Result<Filtering, ConfigError> {
    let table = value.table()?;
    match (table.get("only_tables"), table.get("except_tables")) {
        (Some(_), Some(except)) => Err(except.error("`filter` takes only_tables or except_tables, not both")),
        (Some(only), None) => Ok(Filtering::OnlyTables(regexes(only)?)),
        (None, Some(except)) => Ok(Filtering::ExceptTables(regexes(except)?)),
        (None, None) => Ok(Filtering::None),
    }
}

fn regexes(list: Value<'_>) -> Result<Vec<Regex>, ConfigError> {
    list.strings()?
        .into_iter()
        .map(|item| {
            Regex::new(item.string()?).map_err(|error| item.error(format!("not a regular expression: {error}")))
        })
        .collect()
}

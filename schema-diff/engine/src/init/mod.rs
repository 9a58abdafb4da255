//! Sets up a project: writes the missing files, and reports what keeps the existing ones from working.
//!
//! Existing files are never overwritten. The only edit of an existing file, in `diesel.toml`, is made on request.

mod error;
mod template;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

pub use error::InitError;

use crate::{
    config::{ConfigWarning, Environment, Project},
    history::BackEnds,
};

/// The user's options.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether lines of `diesel.toml` that make Diesel's CLI overwrite the schema are commented out.
    pub fix_diesel_toml: bool,
}

/// What was done, and what remains to be done.
#[derive(Debug, Default)]
pub struct Initialized {
    /// The project's directory.
    pub root: PathBuf,
    /// Files that were written, relative to the root.
    pub written: Vec<PathBuf>,
    /// Existing files that were not changed, relative to the root.
    pub unchanged: Vec<PathBuf>,
    /// Lines of `diesel.toml` that were commented out.
    pub commented_out: Vec<String>,
    /// The remaining problems, as text.
    pub problems: Vec<String>,
    /// The next commands, each with its purpose.
    pub next: Vec<(String, &'static str)>,
}

/// Sets up a directory as a project of schema-diff.
///
/// # Errors
/// A file of the configuration cannot be read, or a new one cannot be written.
pub fn init(start: &Path, environment: Environment, options: Options) -> Result<Initialized, InitError> {
    let start = std::path::absolute(start).map_err(|source| failed(start, source))?;
    let found = Project::discover_in(&start, environment.clone()).ok();
    let root = found
        .as_ref()
        .map_or_else(|| package(&start), |project| project.root.clone());
    let mut done = Initialized {
        root: root.clone(),
        ..Initialized::default()
    };
    let diesel_toml = found
        .as_ref()
        .and_then(|project| project.diesel_toml.path.clone())
        .unwrap_or_else(|| root.join("diesel.toml"));
    done.file(&diesel_toml, template::DIESEL_TOML)?;
    let mut project = Project::discover_in(&root, environment)?;
    let back_end = BackEnds::find(&project.migrations_dir).and_then(|found| found.postgres(&project.migrations_dir));
    if let Some(directory) = &back_end {
        project.migrations_dir.clone_from(directory);
    }
    let has_migrations = has_entries(&project.migrations_dir);
    let has_tables = project.schema_files.iter().any(|path| mentions_table(path));
    let has_database = project.environment.database_url().is_some();
    let is_new = !has_migrations && !has_tables && !has_database;
    if project.migrations_dir.is_dir() {
        done.unchanged
            .push(project.relative(&project.migrations_dir).to_owned());
    } else {
        done.file(&project.migrations_dir.join(".keep"), "")?;
    }
    for path in &project.schema_files {
        done.file(path, template::SCHEMA_RS)?;
    }
    let overwritten: Vec<&ConfigWarning> = project
        .warnings
        .iter()
        .filter(|warning| matches!(warning, ConfigWarning::SchemaWouldBeOverwritten { .. }))
        .collect();
    done.file(
        &root.join("schema-diff.toml"),
        &template::schema_diff_toml(&project, is_new, !overwritten.is_empty(), back_end.is_some()),
    )?;
    for warning in overwritten {
        done.overwritten(&project, warning, options)?;
    }
    done.next_steps(&project, is_new, has_database || has_migrations);
    Ok(done)
}

impl Initialized {
    /// Writes a file, unless it exists.
    fn file(&mut self, path: &Path, text: &str) -> Result<(), InitError> {
        let shown = path.strip_prefix(&self.root).unwrap_or(path).to_owned();
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(|source| failed(directory, source))?;
        }
        match fs::File::create_new(path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).map_err(|source| failed(path, source))?;
                self.written.push(shown);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => self.unchanged.push(shown),
            Err(source) => return Err(failed(path, source)),
        }
        Ok(())
    }

    /// Comments out the line because of which Diesel's CLI would overwrite the schema, or reports it as a problem.
    fn overwritten(&mut self, project: &Project, warning: &ConfigWarning, options: Options) -> Result<(), InitError> {
        let ConfigWarning::SchemaWouldBeOverwritten {
            file,
            diesel_toml,
            line,
            ..
        } = warning
        else {
            return Ok(());
        };
        let shown = project.relative(diesel_toml).display().to_string();
        let text = fs::read_to_string(diesel_toml).map_err(|source| failed(diesel_toml, source))?;
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let own = lines.get_mut(line.saturating_sub(1));
        let is_alone = own
            .as_ref()
            .is_some_and(|own| own.trim_start().starts_with("file") && own.contains('='));
        match own.filter(|_| options.fix_diesel_toml && is_alone) {
            Some(own) => {
                self.commented_out.push(format!("{shown}:{line}: {}", own.trim()));
                *own = format!("# {own}");
                replace(diesel_toml, &lines.concat())?;
            }
            None => {
                let hint = if is_alone {
                    "init --fix-diesel-toml comments the line out".to_owned()
                } else {
                    "remove `file` from it manually".to_owned()
                };
                self.problems.push(format!(
                    "{shown}:{line}: `diesel migration run` would overwrite {} with the database's tables; {hint}",
                    project.relative(file).display()
                ));
            }
        }
        Ok(())
    }

    fn next_steps(&mut self, project: &Project, is_new: bool, has_history: bool) {
        let package = Package::of(project);
        if package.manifest.is_empty() {
            self.next
                .push(("cargo init".to_owned(), "create the package; existing files are kept"));
        }
        if !package.manifest.contains("diesel") {
            let add = format!(
                "cargo add{} diesel --no-default-features --features postgres_backend",
                package.option
            );
            self.next.push((add, "add Diesel"));
        }
        if is_new {
            let schema = project.schema_files.first().map_or_else(
                || "src/schema.rs".to_owned(),
                |path| project.relative(path).display().to_string(),
            );
            self.next.push((format!("$EDITOR {schema}"), "declare a table"));
            let generate = "schema-diff autogenerate -m \"first tables\"";
            self.next.push((generate.to_owned(), "write the migration"));
        } else if has_history {
            self.next
                .push(("schema-diff pull --diff".to_owned(), "show what schema.rs lacks"));
            self.next.push(("schema-diff pull".to_owned(), "write it to schema.rs"));
            self.next
                .push(("schema-diff check".to_owned(), "check that they agree"));
        } else {
            self.next
                .push(("schema-diff diff".to_owned(), "show what a migration would do"));
        }
    }
}

/// The package that contains the schema.
struct Package {
    /// Its `Cargo.toml`; empty if it does not exist.
    manifest: String,
    /// The option that selects it for cargo, if it is not the one in the project's directory.
    option: String,
}

impl Package {
    fn of(project: &Project) -> Self {
        let start = project
            .schema_files
            .first()
            .map_or(project.root.as_path(), |file| file.as_path());
        // The project may be inside the package. A manifest that only declares a workspace is not a package.
        let read = |directory: &Path| {
            let manifest = fs::read_to_string(directory.join("Cargo.toml")).ok()?;
            let is_package = directory.starts_with(&project.root) || manifest.contains("[package]");
            is_package.then(|| (directory.to_owned(), manifest))
        };
        let Some((directory, manifest)) = start.ancestors().find_map(read) else {
            return Self {
                manifest: String::new(),
                option: String::new(),
            };
        };
        let name = manifest.parse::<toml::Table>().ok().and_then(|table| {
            let name = table.get("package")?.get("name")?.as_str()?;
            Some(name.to_owned())
        });
        let option = name
            .filter(|_| directory != project.root && directory.starts_with(&project.root))
            .map_or_else(String::new, |name| format!(" -p {name}"));
        Self { manifest, option }
    }
}

/// Finds the nearest package; otherwise returns the directory itself.
fn package(start: &Path) -> PathBuf {
    let mut ancestors = start.ancestors();
    let found = ancestors.find(|directory| directory.join("Cargo.toml").is_file());
    found.unwrap_or(start).to_owned()
}

fn has_entries(directory: &Path) -> bool {
    let is_migration = |entry: &fs::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    directory
        .read_dir()
        .is_ok_and(|entries| entries.flatten().any(|entry| is_migration(&entry)))
}

fn mentions_table(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains("table!"))
}

/// Replaces a file, writing it under another name first.
fn replace(path: &Path, text: &str) -> Result<(), InitError> {
    let staged = path.with_extension("toml.schema-diff");
    fs::write(&staged, text)
        .and_then(|()| fs::rename(&staged, path))
        .map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> InitError {
    InitError::File {
        path: path.to_owned(),
        source,
    }
}

//! Reads the source files of a project: the schema files, the files of their modules, and files with enums or SQL
//! types.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use syn::{Item, ext::IdentExt};

use super::{
    cfg,
    error::{ParseError, ParseErrors},
    path::ModulePath,
    source::{Role, SourceFile, locate},
    syntax,
};
use crate::{
    declared::{Declared, Location},
    diagnostic::DiagnosticCode,
};

/// Loads the schema files, the files of the modules that they name (`mod x;`), and every `.rs` file below the source
/// directories that may contain an enum or a SQL type. Relative paths are resolved from `project_root`.
///
/// # Errors
/// A schema file or a module's file cannot be read, or [`parse`](super::parse) reports errors.
pub fn load(project_root: &Path, schema_files: &[PathBuf], source_dirs: &[PathBuf]) -> Result<Declared, ParseErrors> {
    super::parse(&read(project_root, schema_files, source_dirs)?)
}

/// Reads the files that [`load`] parses.
///
/// # Errors
/// A schema file or a module's file cannot be read.
pub fn read(
    project_root: &Path,
    schema_files: &[PathBuf],
    source_dirs: &[PathBuf],
) -> Result<Vec<SourceFile>, ParseErrors> {
    let mut reader = Reader {
        root: project_root,
        files: Vec::new(),
        seen: BTreeSet::new(),
    };
    for path in schema_files {
        let path = project_root.join(path);
        let module = ModulePath::of_file(&reader.shown(&path));
        reader.schema_file(&path, module, None)?;
    }
    for directory in source_dirs {
        reader.sources(&project_root.join(directory));
    }
    Ok(reader.files)
}

struct Reader<'a> {
    root: &'a Path,
    files: Vec<SourceFile>,
    seen: BTreeSet<PathBuf>,
}

impl Reader<'_> {
    /// Reads a schema file and the files of its modules.
    fn schema_file(&mut self, path: &Path, module: ModulePath, named_at: Option<Location>) -> Result<(), ParseErrors> {
        if !self
            .seen
            .insert(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
        {
            return Ok(());
        }
        let text = fs::read_to_string(path).map_err(|error| {
            let location = Location::file(self.shown(path));
            let error = match error.kind() {
                io::ErrorKind::NotFound => ParseError::new(DiagnosticCode::FileNotFound, location, "the schema file does not exist")
                    .hint(
                        "if the database already has tables, write this file with `schema-diff pull` or `diesel print-schema`; if the database is empty, create an empty file; if the file is in another place, write its path into schema-diff.toml (`schema = \"...\"`)",
                    ),
                io::ErrorKind::InvalidData => {
                    ParseError::new(DiagnosticCode::UnreadableFile, location, "this file is not UTF-8").hint("Rust source files are UTF-8; convert it")
                }
                _ => ParseError::new(DiagnosticCode::UnreadableFile, location, format!("this file cannot be read: {error}")),
            };
            ParseErrors::of_file(match named_at {
                Some(place) => error.related(place, "named here"),
                None => error,
            })
        })?;
        let file = SourceFile::new(self.shown(path), text, Role::Schema).in_module(module.clone());
        let modules = module_files(&file, path);
        self.files.push(file);
        for (module, candidates, location) in modules {
            let Some(path) = candidates.iter().find(|path| path.is_file()) else {
                let shown: Vec<String> = candidates
                    .iter()
                    .map(|path| self.shown(path).display().to_string())
                    .collect();
                let error = ParseError::new(
                    DiagnosticCode::FileNotFound,
                    location,
                    format!(
                        "the file of the module `{}` does not exist",
                        module.name().unwrap_or_default()
                    ),
                );
                let texts = self
                    .files
                    .iter()
                    .map(|file| (Arc::clone(&file.path), file.text.clone()))
                    .collect();
                return Err(ParseErrors::of_file(
                    error.hint(format!("the file is expected at {}", shown.join(" or "))),
                )
                .with_texts(texts));
            };
            self.schema_file(path, module, Some(location))?;
        }
        Ok(())
    }

    /// Reads the files below a directory that may contain types of the schema. Unreadable files are skipped, because it
    /// is not known whether they matter.
    fn sources(&mut self, directory: &Path) {
        for path in rust_files(directory) {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if may_matter(&text) && self.seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                self.files.push(SourceFile::new(self.shown(&path), text, Role::Rust));
            }
        }
    }

    /// Returns a path for messages, relative to the root.
    fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.root).unwrap_or(path).to_owned()
    }
}

/// Lists the project's `.rs` files below a directory, sorted by name. What cannot be read is skipped.
pub(super) fn rust_files(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = walkdir::WalkDir::new(directory).sort_by_file_name().into_iter();
    let walk = walk.filter_entry(|entry| entry.depth() == 0 || !is_passed_over(&entry.file_name().to_string_lossy()));
    let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let paths = files.map(walkdir::DirEntry::into_path);
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
}

/// Checks whether a directory contains none of the project's source files.
fn is_passed_over(name: &str) -> bool {
    name == "target" || name == "node_modules" || name.starts_with('.')
}

/// Checks whether a file may contain an enum or a SQL type. Most files do not, and are not parsed.
fn may_matter(text: &str) -> bool {
    ["DbEnum", "diesel::Enum", "postgres_type", "postgres(type_name"]
        .iter()
        .any(|word| text.contains(word))
        || (text.contains("Enum") && text.contains("diesel(sql_type"))
}

/// Lists the modules that a file declares without a body, with the paths where each file may be.
fn module_files(file: &SourceFile, path: &Path) -> Vec<(ModulePath, Vec<PathBuf>, Location)> {
    let mut found = Vec::new();
    if !names_modules(&file.text) {
        return found;
    }
    // Syntax errors are reported later, with all others.
    let Ok(syntax) = syntax::file(&file.text) else {
        return found;
    };
    let directory = path.parent().unwrap_or(Path::new("")).to_owned();
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let own = if matches!(stem.as_str(), "mod" | "lib" | "main") {
        directory.clone()
    } else {
        directory.join(stem)
    };
    push_modules(file, &syntax.items, &file.module, &own, &directory, &mut found);
    found
}

/// Checks whether a text may contain `mod x;`.
fn names_modules(text: &str) -> bool {
    text.match_indices("mod ").any(|(at, _)| {
        let rest = text.get(at + 4..).unwrap_or_default().trim_start();
        rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '#')
            .trim_start()
            .starts_with(';')
    })
}

fn push_modules(
    file: &SourceFile,
    items: &[Item],
    module: &ModulePath,
    directory: &Path,
    attribute_directory: &Path,
    found: &mut Vec<(ModulePath, Vec<PathBuf>, Location)>,
) {
    for item in items {
        let Item::Mod(item) = item else { continue };
        if !cfg::is_on(&item.attrs) {
            continue;
        }
        let name = item.ident.unraw().to_string();
        let child = module.child(&name);
        if let Some((_, items)) = &item.content {
            let within = directory.join(&name);
            push_modules(file, items, &child, &within, &within, found);
            continue;
        }
        let written = item
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("path"))
            .find_map(|attribute| super::sql_type::text(&attribute.meta));
        let candidates = match written {
            Some(path) => vec![attribute_directory.join(path)],
            None => vec![
                directory.join(format!("{name}.rs")),
                directory.join(&name).join("mod.rs"),
            ],
        };
        found.push((child, candidates, locate(&file.path, item.ident.span())));
    }
}

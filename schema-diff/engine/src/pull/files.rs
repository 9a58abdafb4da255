//! Reads and writes the files of a project. Each file is written completely or not at all.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{PullError, rust_enums};
use crate::{
    config::Project,
    declaration::{Dialect, Form},
    generate::source_files,
    parse::{Role, SourceFile},
};

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text before; `None` if it does not exist.
    pub before: Option<String>,
    /// Its text after.
    pub after: String,
}

/// Reads the schema files, the files beside them, and the one for enums. A schema file that does not exist is empty.
pub(super) fn read(project: &Project, enums: Option<&Path>) -> Result<Vec<SourceFile>, PullError> {
    let (existing, missing): (Vec<PathBuf>, Vec<PathBuf>) =
        project.schema_files.iter().cloned().partition(|path| path.exists());
    let mut files = source_files(project, &existing)?;
    for path in missing {
        let mut file = SourceFile::new(project.relative(&path), "", Role::Schema);
        file.has_doc_comments = project.has_doc_comments(&path);
        files.push(file);
    }
    let Some(path) = enums else { return Ok(files) };
    let text = match fs::read_to_string(project.root.join(path)) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(source) => {
            let path = path.to_owned();
            return Err(PullError::File { path, source });
        }
    };
    Ok(rust_enums::with_file(files, path, text))
}

/// Returns the files whose text has changed.
pub(super) fn changed(project: &Project, before: Vec<SourceFile>, after: Vec<SourceFile>) -> Vec<PulledFile> {
    let pairs = before
        .into_iter()
        .zip(after)
        .filter(|(before, after)| before.text != after.text);
    pairs
        .map(|(before, after)| {
            let path = project.root.join(&after.path);
            PulledFile {
                before: path.exists().then_some(before.text),
                path,
                after: after.text,
            }
        })
        .collect()
}

/// Writes each file under another name first, and renames it.
///
/// # Errors
/// A file cannot be written, or has changed since it was read.
pub fn write(files: &[PulledFile]) -> Result<(), PullError> {
    for file in files {
        let now = match fs::read_to_string(&file.path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(failed(file, source)),
        };
        if now != file.before {
            let path = file.path.clone();
            return Err(PullError::Overtaken { path });
        }
    }
    files
        .iter()
        .try_for_each(|file| replace(file).map_err(|source| failed(file, source)))
}

fn replace(file: &PulledFile) -> io::Result<()> {
    // A symbolic link is kept.
    let path = file.path.canonicalize().unwrap_or_else(|_| file.path.clone());
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut staged = tempfile::Builder::new()
        .prefix(".schema-diff-")
        .tempfile_in(directory)?;
    staged.write_all(file.after.as_bytes())?;
    staged.as_file().sync_all()?;
    let permissions = match fs::metadata(&path) {
        Ok(metadata) => metadata.permissions(),
        Err(_) => std::os::unix::fs::PermissionsExt::from_mode(0o644),
    };
    fs::set_permissions(staged.path(), permissions)?;
    staged.persist(&path)?;
    Ok(())
}

fn failed(file: &PulledFile, source: io::Error) -> PullError {
    PullError::File {
        path: file.path.clone(),
        source,
    }
}

/// Returns the form of attributes: as in the files; for files without attributes, the path if the package depends on
/// the attributes' crate, and otherwise the form that needs no dependency.
pub(super) fn form(project: &Project, files: &[SourceFile]) -> Form {
    let schema = files.iter().filter(|file| file.role == Role::Schema);
    let dense: String = schema
        .flat_map(|file| file.text.chars())
        .filter(|c| !c.is_whitespace())
        .collect();
    let all = dense.matches("schema_diff::").count();
    let conditional = dense.matches("cfg_attr(any(),schema_diff::").count();
    if conditional < all || (all == 0 && manifest(project).contains("schema_diff")) {
        Form::Path
    } else {
        Form::CfgAttr
    }
}

/// Reads the `Cargo.toml` of the package that contains the schema.
fn manifest(project: &Project) -> String {
    let start = project
        .schema_files
        .first()
        .map_or(project.root.as_path(), PathBuf::as_path);
    let nearest = start
        .ancestors()
        .map(|directory| directory.join("Cargo.toml"))
        .find(|path| path.is_file());
    nearest
        .and_then(|path| fs::read_to_string(path).ok())
        .unwrap_or_default()
}

/// Returns how the package's version of diesel-derive-enum spells its attributes.
pub(super) fn dialect(project: &Project) -> Dialect {
    let mut locks = project.root.ancestors().map(|directory| directory.join("Cargo.lock"));
    let lock = locks
        .find(|path| path.is_file())
        .and_then(|path| fs::read_to_string(path).ok());
    let version = lock.as_deref().and_then(|text| {
        let rest = text.split_once("name = \"diesel-derive-enum\"\n")?.1;
        rest.strip_prefix("version = \"")
    });
    match version {
        Some(version) if version.starts_with(['0', '1', '2']) => Dialect::Bare,
        _ => Dialect::Namespaced,
    }
}

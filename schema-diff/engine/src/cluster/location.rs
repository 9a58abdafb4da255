//! The location of the data of a project's development server.
//!
//! It is `target/schema-diff/postgres` in the project, unless the unprivileged account that root's servers run as
//! cannot access the project. Then it is a separate directory for the project in /var/tmp, and a note in the project
//! names it.

use std::fs;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::{ClusterError, directory, runtime};

/// The directory with `data` and `log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) home: PathBuf,
    /// The project's root, with symbolic links resolved.
    pub(crate) root: PathBuf,
}

const NOTE: &str = "location.txt";

impl Location {
    /// Finds the location of a project, without creating anything.
    pub(crate) fn find(project_root: &Path) -> Result<Self, ClusterError> {
        let root = resolved(project_root)?;
        let inside = inside(&root);
        let elsewhere = elsewhere(&root);
        let home = if inside.join(NOTE).exists() && elsewhere.exists() {
            elsewhere
        } else {
            inside
        };
        Ok(Self { home, root })
    }

    /// Creates the location of a project for the account.
    pub(crate) fn prepare(project_root: &Path, account: Account) -> Result<Self, ClusterError> {
        let root = resolved(project_root)?;
        let inside = inside(&root);
        let failed = || ClusterError::io(format!("prepare {}", inside.display()));
        if let Some(parent) = inside.parent() {
            fs::create_dir_all(parent).map_err(failed())?;
        }
        directory::secure(&inside, account)?;
        if !account.is_dropped() || account.reaches(&inside) {
            return Ok(Self { home: inside, root });
        }
        let elsewhere = elsewhere(&root);
        directory::secure(&elsewhere, account)?;
        let note = format!(
            "The project's own Postgres stores its data in {}:\n\
             Postgres refuses to run as root, and the user as whom it runs cannot access this directory.\n",
            elsewhere.display()
        );
        fs::write(inside.join(NOTE), note).map_err(failed())?;
        Ok(Self { home: elsewhere, root })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    /// Returns the major version that created the data; `None` if there is no data yet.
    pub(crate) fn major(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("PG_VERSION"))
            .ok()?
            .trim()
            .split('.')
            .next()?
            .parse()
            .ok()
    }
}

fn resolved(project_root: &Path) -> Result<PathBuf, ClusterError> {
    fs::canonicalize(project_root).map_err(ClusterError::io(format!("find the project {}", project_root.display())))
}

fn inside(root: &Path) -> PathBuf {
    root.join("target/schema-diff/postgres")
}

fn elsewhere(root: &Path) -> PathBuf {
    let name: String = root
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(40)
        .collect();
    Path::new("/var/tmp").join(format!("schema-diff-{name}-{}", runtime::digest(root)))
}

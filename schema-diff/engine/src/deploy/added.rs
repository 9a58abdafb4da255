//! Which migrations are new: git says which ones a commit does not have, or has with another text.

use std::collections::BTreeSet;

use crate::{
    config::Project,
    generate::GenerateError,
    git::Repository,
    history::{MigrationDir, MigrationsDirectory, Version},
};

/// The commit that has the migrations which are not new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// As it is named.
    pub revision: String,
    /// Whether the user or the configuration names it.
    is_given: bool,
}

impl Base {
    /// Returns the given commit; otherwise that of the configuration, the branch into which GitHub merges a pull request, or the last commit.
    pub fn of(project: &Project, given: Option<&str>) -> Self {
        let given = given.or(project.deploy.base.as_deref()).map(str::to_owned);
        let branch = project
            .environment
            .get("GITHUB_BASE_REF")
            .filter(|branch| !branch.is_empty());
        let given = given.or_else(|| branch.map(|branch| format!("origin/{branch}")));
        Self {
            is_given: given.is_some(),
            revision: given.unwrap_or_else(|| "HEAD".to_owned()),
        }
    }

    /// Returns the commit of the program that runs before the new migrations: where the change began. `None` if git does not know.
    pub fn commit(&self, project: &Project) -> Option<String> {
        let repository = Repository::perhaps_shallow(&project.root).ok()?;
        let commit = repository.commit(&self.revision)?;
        Some(repository.common_commit(&commit).unwrap_or(commit))
    }

    fn missing(&self) -> GenerateError {
        GenerateError::NoBase {
            revision: self.revision.clone(),
        }
    }
}

/// Returns the migrations that a commit does not have as they are now.
///
/// # Errors
/// There is no such commit.
pub fn added(
    project: &Project,
    directory: &MigrationsDirectory,
    base: &Base,
) -> Result<BTreeSet<Version>, GenerateError> {
    let all = directory.migrations().iter();
    let repository = Repository::perhaps_shallow(&project.root).ok();
    let found = repository.and_then(|own| Some((own.commit(&base.revision)?, own)));
    let Some((commit, repository)) = found else {
        // Nothing is committed yet.
        return match base.is_given {
            true => Err(base.missing()),
            false => Ok(all.map(|own| own.version.clone()).collect()),
        };
    };
    let commit = repository.common_commit(&commit).unwrap_or(commit);
    let differences = repository.differences(&commit).ok_or_else(|| base.missing())?;
    let changed: BTreeSet<String> = differences.into_iter().filter_map(|own| own.after).collect();
    let is_new = |own: &&MigrationDir| {
        let path = repository.within(&own.up());
        path.is_none_or(|path| changed.contains(&path))
    };
    Ok(all.filter(is_new).map(|own| own.version.clone()).collect())
}

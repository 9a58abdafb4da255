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

    fn missing(&self) -> GenerateError {
        GenerateError::NoBase {
            revision: self.revision.clone(),
        }
    }
}

/// The migrations that a commit does not have as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Their versions.
    pub versions: BTreeSet<Version>,
    /// The commit of the program that runs before them: where the change began. `None` if nothing is committed.
    pub began: Option<String>,
}

impl Added {
    /// Finds them.
    ///
    /// # Errors
    /// There is no such commit.
    pub fn since(base: &Base, project: &Project, directory: &MigrationsDirectory) -> Result<Self, GenerateError> {
        let all = directory.migrations().iter();
        let repository = Repository::perhaps_shallow(&project.root).ok();
        let found = repository.and_then(|own| Some((own.commit(&base.revision)?, own)));
        let Some((commit, repository)) = found else {
            return match base.is_given {
                true => Err(base.missing()),
                false => Ok(Self {
                    versions: all.map(|own| own.version.clone()).collect(),
                    began: None,
                }),
            };
        };
        let commit = repository.common_commit(&commit).unwrap_or(commit);
        let differences = repository.differences(&commit).ok_or_else(|| base.missing())?;
        let changed: BTreeSet<String> = differences.into_iter().filter_map(|own| own.after).collect();
        let is_new = |own: &&MigrationDir| {
            let path = repository.within(&own.up());
            path.is_none_or(|path| changed.contains(&path))
        };
        Ok(Self {
            versions: all.filter(is_new).map(|own| own.version.clone()).collect(),
            began: Some(commit),
        })
    }
}

//! The target version of a command.

use std::convert::Infallible;
use std::str::FromStr;

use super::RunnerError;
use crate::history::{MigrationsDirectory, Version};

/// A version, or a keyword for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The last migration in the directory.
    Head,
    /// The state before the first migration.
    Base,
    /// A version, with or without dashes; the beginning of one; or the name of a directory.
    Version(String),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "head" => Self::Head,
            "base" => Self::Base,
            version => Self::Version(version.to_owned()),
        })
    }
}

impl Target {
    /// Resolves the target to a version; `None` for the state before the first migration.
    pub fn resolve(&self, directory: &MigrationsDirectory) -> Result<Option<Version>, RunnerError> {
        let wanted = match self {
            Self::Head => return Ok(directory.head().map(|head| head.version.clone())),
            Self::Base => return Ok(None),
            Self::Version(wanted) => wanted,
        };
        let version = Version::of_directory(wanted);
        if directory.get(&version).is_some() {
            return Ok(Some(version));
        }
        let begins_so =
            |candidate: &Version| !version.as_str().is_empty() && candidate.as_str().starts_with(version.as_str());
        let candidates: Vec<&Version> = directory
            .migrations()
            .iter()
            .map(|migration| &migration.version)
            .filter(|candidate| begins_so(candidate))
            .collect();
        match candidates.as_slice() {
            [only] => Ok(Some((*only).clone())),
            [] => Err(RunnerError::UnknownTarget {
                wanted: wanted.clone(),
                directory: directory.path.clone(),
            }),
            several => Err(RunnerError::AmbiguousTarget {
                wanted: wanted.clone(),
                candidates: several.iter().map(|candidate| (*candidate).clone()).collect(),
            }),
        }
    }
}

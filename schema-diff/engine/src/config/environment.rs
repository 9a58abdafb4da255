//! Environment variables as Diesel's CLI sees them: first those of the process, then those of the nearest `.env`.
//!
//! The process environment is never written to: the variables of `.env` are kept apart, with the file's path.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::ConfigError;

/// The environment variables that a run can read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    process: BTreeMap<String, String>,
    dotenv_path: Option<PathBuf>,
    dotenv: BTreeMap<String, String>,
}

/// The place where the value of a variable was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The process environment.
    Process,
    /// This `.env` file.
    Dotenv(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("the environment"),
            Self::Dotenv(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Environment {
    /// Reads the process environment only. Variables that are not Unicode are skipped.
    #[must_use]
    pub fn process() -> Self {
        let process = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            process,
            ..Self::default()
        }
    }

    /// Reads the process environment and the first `.env` in `start` or above it.
    ///
    /// # Errors
    /// The `.env` cannot be read or is not a list of `NAME=value` lines.
    pub fn load(start: &Path) -> Result<Self, ConfigError> {
        Self::process().with_dotenv(start)
    }

    /// Returns an environment of these variables only, as if they were the process environment.
    #[must_use]
    pub fn of<N: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let process = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self {
            process,
            ..Self::default()
        }
    }

    /// Adds the first `.env` in `start` or above it.
    ///
    /// # Errors
    /// The `.env` cannot be read or is not a list of `NAME=value` lines.
    pub fn with_dotenv(mut self, start: &Path) -> Result<Self, ConfigError> {
        let Some(path) = start
            .ancestors()
            .map(|dir| dir.join(".env"))
            .find(|path| path.is_file())
        else {
            return Ok(self);
        };
        let unreadable = |error: dotenvy::Error| match error {
            dotenvy::Error::Io(source) => ConfigError::Read {
                path: path.clone(),
                source,
            },
            // The line itself is not shown: it may hold a password.
            dotenvy::Error::LineParse(line, _) => {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let at = text.find(line.trim_end()).unwrap_or(0);
                let message = match line.split_once('=') {
                    Some((name, _)) => format!(
                        "the value of `{}` cannot be read, because a quote in it is not closed",
                        name.trim()
                    ),
                    None => "this line cannot be read: expected NAME=value".to_owned(),
                };
                ConfigError::at(&path, &text, at, message)
            }
            other => ConfigError::Dotenv {
                path: path.clone(),
                message: other.to_string(),
            },
        };
        for entry in dotenvy::from_path_iter(&path).map_err(unreadable)? {
            let (name, value) = entry.map_err(unreadable)?;
            self.dotenv.entry(name).or_insert(value);
        }
        self.dotenv_path = Some(path);
        Ok(self)
    }

    /// Returns the value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.process
            .get(name)
            .or_else(|| self.dotenv.get(name))
            .map(String::as_str)
    }

    /// Returns the value of a variable with its origin, unless the value is empty.
    #[must_use]
    pub fn with_origin(&self, name: &str) -> Option<(&str, Origin)> {
        if let Some(value) = self.process.get(name) {
            return (!value.is_empty()).then_some((value.as_str(), Origin::Process));
        }
        let value = self.dotenv.get(name).filter(|value| !value.is_empty())?;
        Some((value.as_str(), Origin::Dotenv(self.dotenv_path.clone()?)))
    }

    /// Returns whether a variable switches something on or off; `None` if it is unset or empty.
    #[must_use]
    pub fn is_on(&self, name: &str) -> Option<bool> {
        let (value, _) = self.with_origin(name)?;
        Some(!["0", "false", "no", "off"].contains(&value.to_ascii_lowercase().as_str()))
    }

    /// Returns `DATABASE_URL` with its origin. An empty value counts as none.
    #[must_use]
    pub fn database_url(&self) -> Option<(&str, Origin)> {
        self.with_origin("DATABASE_URL")
    }
}

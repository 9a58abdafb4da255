//! The `postgres` and `initdb` that servers are started from: which there are, and which is taken.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use super::ClusterError;

/// Names the directory of Postgres binaries, as `--pg-bin` does.
pub const VARIABLE: &str = "SCHEMA_DIFF_PG_BIN";

/// Is told each step of an installation.
pub type Installer<'a> = &'a mut dyn FnMut(&super::install::Step);

/// A directory of Postgres binaries that has been tried and works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The directory that holds `postgres` and `initdb`, without symbolic links.
    pub dir: PathBuf,
    /// The major version: 15 for 15.18.
    pub major: u32,
    /// The version as the program says it: `15.18 (Debian 15.18-0+deb12u1)`.
    pub version_text: String,
    /// How it was found.
    pub origin: Origin,
}

/// How a directory of binaries was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The user named it.
    Configured,
    /// Through `PATH`.
    Path,
    /// `pg_config --bindir` names it.
    PgConfig,
    /// Where the packages of Linux distributions put it.
    System,
    /// Installed by Homebrew.
    Homebrew,
    /// Part of Postgres.app.
    PostgresApp,
    /// Put into the cache by an installation of ours.
    Installed,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configured => "as configured",
            Self::Path => "found on PATH",
            Self::PgConfig => "named by pg_config",
            Self::System => "found on this system",
            Self::Homebrew => "from Homebrew",
            Self::PostgresApp => "from Postgres.app",
            Self::Installed => "installed by schema-diff",
        })
    }
}

impl fmt::Display for Binaries {
    /// `Postgres 15.18 in /usr/lib/postgresql/15/bin (found on PATH)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version_text.split(' ').next().unwrap_or(&self.version_text);
        write!(f, "Postgres {version} in {} ({})", self.dir.display(), self.origin)
    }
}

impl Binaries {
    /// The binaries to start servers from.
    ///
    /// `configured` (or else the variable [`VARIABLE`]) is taken as it is, and is an error when it does not work.
    /// Otherwise every place of this machine is looked at: the first with `preferred_major` is taken, or else the one with
    /// the highest version; of equals, the first found.
    ///
    /// # Errors
    ///
    /// [`ClusterError::UnusableBinaries`] for a configured directory, [`ClusterError::NoBinaries`] when there are none.
    pub fn discover(configured: Option<&Path>, preferred_major: Option<u32>) -> Result<Self, ClusterError> {
        let variable = env::var_os(VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        match configured.map(Path::to_owned).or(variable) {
            Some(dir) => Self::configured(&dir),
            None => Self::on_this_machine(preferred_major),
        }
    }

    /// As [`discover`](Self::discover); where this machine has no binaries, pinned ones are installed, of the preferred major
    /// version if there is a package of it. Without an installer nothing is fetched.
    ///
    /// # Errors
    ///
    /// Those of `discover`; [`ClusterError::NotInstalled`] when there are none and none could be installed.
    pub fn discover_or_install(
        configured: Option<&Path>,
        preferred_major: Option<u32>,
        installer: Option<Installer<'_>>,
    ) -> Result<Self, ClusterError> {
        use super::install::{InstallError, install};

        let found = Self::discover(configured, preferred_major);
        let Some(installer) = installer else { return found };
        let (rejected, hint) = match found {
            Err(ClusterError::NoBinaries { rejected, hint }) => (rejected, hint),
            found => return found,
        };
        let installed = match install(preferred_major, installer) {
            Err(InstallError::NoPackage { .. }) if preferred_major.is_some() => install(None, installer),
            installed => installed,
        };
        installed.map_err(|source| ClusterError::NotInstalled { rejected, source, hint })
    }

    #[cfg(unix)]
    fn configured(dir: &Path) -> Result<Self, ClusterError> {
        use super::account::Account;
        use super::candidates::Candidate;

        let unusable = |reason| ClusterError::UnusableBinaries {
            dir: dir.to_owned(),
            reason,
        };
        let account = Account::for_servers()?;
        let candidate = Candidate::at(dir, Origin::Configured).map_err(unusable)?;
        let found = candidate.version(account).map_err(unusable)?;
        found.try_out(account).map_err(unusable)?;
        Ok(found)
    }

    #[cfg(unix)]
    fn on_this_machine(preferred_major: Option<u32>) -> Result<Self, ClusterError> {
        use super::account::Account;
        use super::candidates::{candidates, hint};

        let account = Account::for_servers()?;
        let mut rejected = Vec::new();
        let mut found: Vec<Self> = Vec::new();
        for candidate in candidates() {
            match candidate.version(account) {
                Ok(binaries) => found.push(binaries),
                Err(reason) => rejected.push((candidate.dir, reason)),
            }
        }
        // A stable sort: of equal versions the place that was looked at first stays first.
        found.sort_by_key(|binaries| {
            (
                Some(binaries.major) != preferred_major,
                std::cmp::Reverse(binaries.major),
            )
        });
        for binaries in found {
            match binaries.try_out(account) {
                Ok(()) => return Ok(binaries),
                Err(reason) => rejected.push((binaries.dir, reason)),
            }
        }
        Err(ClusterError::NoBinaries { rejected, hint: hint() })
    }

    #[cfg(not(unix))]
    fn configured(_: &Path) -> Result<Self, ClusterError> {
        Err(ClusterError::Unsupported)
    }

    #[cfg(not(unix))]
    fn on_this_machine(_: Option<u32>) -> Result<Self, ClusterError> {
        Err(ClusterError::Unsupported)
    }

    /// Finds out whether `initdb` finds its server and its templates, which a copied binary may not.
    #[cfg(unix)]
    pub(crate) fn try_out(&self, account: super::account::Account) -> Result<(), String> {
        use std::process::Stdio;

        let output = account
            .command(&self.dir.join("initdb"))
            .args(["--show", "--pgdata", "/nonexistent"])
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| format!("initdb does not run: {error}"))?;
        let words = String::from_utf8_lossy(&output.stderr);
        if words.contains(super::template::UNKNOWN_USER) {
            // The user's trouble, not that of the binaries: a prepared data directory may do.
            return Ok(());
        }
        if !output.status.success() {
            return Err(first_line(&words, "initdb does not run"));
        }
        match words.lines().find_map(|line| line.strip_prefix("POSTGRES_BKI=")) {
            Some(file) if !Path::new(file).is_file() => Err(format!("its file {file} is missing")),
            _ => Ok(()),
        }
    }
}

/// What a program said that failed, in one line.
#[cfg(unix)]
pub(crate) fn first_line(words: &str, otherwise: &str) -> String {
    words
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or(otherwise)
        .to_owned()
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` to 15 and everything after the bracket.
#[cfg(unix)]
pub(crate) fn parse_version(words: &str) -> Option<(u32, String)> {
    let text = words.trim().split_once("(PostgreSQL) ")?.1;
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, text.to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_of_every_style_are_read() {
        let cases = [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
                Some((15, "15.18 (Debian 15.18-0+deb12u1)")),
            ),
            ("postgres (PostgreSQL) 18beta1", Some((18, "18beta1"))),
            ("postgres (PostgreSQL) 9.6.24", Some((9, "9.6.24"))),
            ("postgres (EnterpriseDB) 15", None),
            ("", None),
        ];
        for (words, expected) in cases {
            assert_eq!(
                parse_version(words),
                expected.map(|(major, text)| (major, text.to_owned())),
                "{words:?}"
            );
        }
    }
}

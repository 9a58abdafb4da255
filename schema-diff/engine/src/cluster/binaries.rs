//! A directory with `postgres` and `initdb`: its version, how it was found, and whether it works.

use std::fmt;
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;

#[cfg(unix)]
use super::account::Account;

/// Names the directory of Postgres binaries, as `--pg-bin` does.
pub const VARIABLE: &str = "SCHEMA_DIFF_PG_BIN";

/// The message of `initdb` if the user id has no name.
#[cfg(unix)]
pub(crate) const UNKNOWN_USER: &str = "could not look up effective user ID";

/// A directory of Postgres binaries that was tested and works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The directory with `postgres` and `initdb`, without symbolic links.
    pub dir: PathBuf,
    /// The major version: 15 for 15.18.
    pub major: u32,
    /// The version as `postgres` prints it: `15.18 (Debian 15.18-0+deb12u1)`.
    pub version_text: String,
    /// How it was found.
    pub origin: Origin,
}

/// How a directory of binaries was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The user configured it.
    Configured,
    /// It is on `PATH`.
    Path,
    /// `pg_config --bindir` reports it.
    PgConfig,
    /// It is a directory of a Linux distribution's packages.
    System,
    /// Installed by Homebrew.
    Homebrew,
    /// Part of Postgres.app.
    PostgresApp,
    /// schema-diff installed it into the cache.
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
    /// Formats as `Postgres 15.18 in /usr/lib/postgresql/15/bin (found on PATH)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version_text.split(' ').next().unwrap_or(&self.version_text);
        write!(f, "Postgres {version} in {} ({})", self.dir.display(), self.origin)
    }
}

#[cfg(unix)]
impl Binaries {
    /// Tests whether `initdb` finds its server and its templates; a copied binary may not.
    pub(crate) fn test_run(&self, account: Account) -> Result<(), String> {
        use std::process::Stdio;

        let output = account
            .command(&self.dir.join("initdb"))
            .args(["--show", "--pgdata", "/nonexistent"])
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| format!("initdb does not run: {error}"))?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if stderr.contains(UNKNOWN_USER) {
            // This is a problem of the user, not of the binaries: a prepared data directory may work.
            return Ok(());
        }
        if !output.status.success() {
            return Err(first_line(&stderr, "initdb does not run"));
        }
        match stderr.lines().find_map(|line| line.strip_prefix("POSTGRES_BKI=")) {
            Some(file) if !Path::new(file).is_file() => Err(format!("its file {file} is missing")),
            _ => Ok(()),
        }
    }
}

/// Returns the first line of a failed program's output.
#[cfg(unix)]
pub(crate) fn first_line(output: &str, default: &str) -> String {
    output
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or(default)
        .to_owned()
}

/// Parses `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` to 15 and everything after the bracket.
#[cfg(unix)]
pub(crate) fn parse_version(output: &str) -> Option<(u32, String)> {
    let text = output.trim().split_once("(PostgreSQL) ")?.1;
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
        for (output, expected) in cases {
            assert_eq!(
                parse_version(output),
                expected.map(|(major, text)| (major, text.to_owned())),
                "{output:?}"
            );
        }
    }
}

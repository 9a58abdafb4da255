//! The places on a machine where Postgres binaries may be, and the commands that install some.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use super::account::Account;
use super::binaries::{Origin, first_line, parse_version};
use super::{Binaries, cache};

/// A directory with files named `postgres` and `initdb`.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) dir: PathBuf,
    origin: Origin,
}

impl Candidate {
    /// Checks a directory. The error describes what is missing.
    pub(crate) fn at(dir: &Path, origin: Origin) -> Result<Self, String> {
        let postgres = fs::canonicalize(dir.join("postgres")).map_err(|_| "it contains no `postgres`".to_owned())?;
        // `postgres` may be a link into the real directory, and only that one has all files.
        let dir = postgres.parent().unwrap_or(dir).to_owned();
        if dir.join("initdb").is_file() && postgres.is_file() {
            Ok(Self { dir, origin })
        } else {
            Err(format!("{} contains no `initdb`", dir.display()))
        }
    }

    /// Runs `postgres --version` as the account that would run the server.
    pub(crate) fn version(&self, account: Account) -> Result<Binaries, String> {
        let program = self.dir.join("postgres");
        let output = account
            .command(&program)
            .arg("--version")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| {
                if account.is_dropped() && error.kind() == std::io::ErrorKind::PermissionDenied {
                    "the unprivileged user that runs the server is not allowed to execute its `postgres`".to_owned()
                } else {
                    format!("postgres does not run: {error}")
                }
            })?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let (major, version_text) = parse_version(&stdout).ok_or_else(|| {
            first_line(
                &String::from_utf8_lossy(&output.stderr),
                "`postgres --version` fails or prints no version",
            )
        })?;
        Ok(Binaries {
            dir: self.dir.clone(),
            major,
            version_text,
            origin: self.origin,
        })
    }
}

/// Returns all candidates on this machine, each directory once, in the order of preference.
pub(crate) fn candidates() -> Vec<Candidate> {
    let mut seen = BTreeSet::new();
    places()
        .into_iter()
        .filter_map(|(dir, origin)| Candidate::at(&dir, origin).ok())
        .filter(|candidate| seen.insert(candidate.dir.clone()))
        .collect()
}

fn places() -> Vec<(PathBuf, Origin)> {
    let mut places: Vec<(PathBuf, Origin)> = Vec::new();
    let path = env::var_os("PATH").unwrap_or_default();
    places.extend(
        env::split_paths(&path)
            .filter(|dir| dir.is_absolute())
            .map(|dir| (dir, Origin::Path)),
    );
    places.extend(pg_config().map(|dir| (dir, Origin::PgConfig)));
    let mut below = |root: &str, prefix: &str, origin| {
        places.extend(
            subdirectories(Path::new(root), prefix)
                .into_iter()
                .map(|dir| (dir.join("bin"), origin)),
        );
    };
    below("/usr/lib/postgresql", "", Origin::System);
    below("/usr", "pgsql-", Origin::System);
    below("/opt/homebrew/opt", "postgresql", Origin::Homebrew);
    below("/usr/local/opt", "postgresql", Origin::Homebrew);
    below("/home/linuxbrew/.linuxbrew/opt", "postgresql", Origin::Homebrew);
    below("/Applications/Postgres.app/Contents/Versions", "", Origin::PostgresApp);
    if let Some(installed) = cache::installed_binaries() {
        let versions = subdirectories(&installed, "");
        places.extend(versions.into_iter().map(|dir| (dir.join("bin"), Origin::Installed)));
    }
    places
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config")
        .arg("--bindir")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let dir = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    dir.is_absolute().then_some(dir)
}

/// Returns the directories (and links to directories) whose names have this prefix, by name. Hidden ones are skipped,
/// because they may be unfinished installations.
fn subdirectories(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(prefix) && !name.starts_with('.')
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// Returns the commands that install Postgres binaries, the one for this platform first.
pub(crate) fn hint() -> String {
    let install = ("any machine with npm", "schema-diff db install");
    let debian = ("Debian, Ubuntu", "sudo apt-get install postgresql");
    let fedora = ("Fedora, RHEL", "sudo dnf install postgresql-server");
    let alpine = ("Alpine", "sudo apk add postgresql");
    let arch = ("Arch", "sudo pacman -S postgresql");
    let macos = ("macOS", "brew install postgresql@17");
    let has = |file: &str| Path::new(file).exists();
    let own = if cfg!(target_os = "macos") {
        macos
    } else if has("/etc/debian_version") {
        debian
    } else if has("/etc/fedora-release") || has("/etc/redhat-release") {
        fedora
    } else if has("/etc/alpine-release") {
        alpine
    } else if has("/etc/arch-release") {
        arch
    } else {
        install
    };
    let mut hint = format!("install them with `{}`, or", own.1);
    let others = [install, debian, fedora, macos]
        .into_iter()
        .filter(|(_, command)| *command != own.1);
    for (platform, command) in others {
        hint.push_str(&format!("\n  {command:<36} {platform}"));
    }
    hint.push_str("\nor name a directory of binaries with --pg-bin, or a server with --scratch-url");
    hint
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn the_hint_begins_with_one_command_and_names_those_of_every_platform() {
        let hint = hint();
        assert!(hint.starts_with("install them with `"), "{hint}");
        for command in [
            "apt-get install postgresql",
            "dnf install",
            "brew install",
            "schema-diff db install",
            "--scratch-url",
        ] {
            assert_eq!(hint.matches(command).count(), 1, "{command}: {hint}");
        }
    }
}

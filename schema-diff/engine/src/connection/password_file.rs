//! libpq's password file, `~/.pgpass`: lines of `host:port:database:user:password`, where `*` matches anything.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The result of searching a password file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The password of the first matching line.
    Password(String),
    /// There is no file, or no matching line.
    Nothing,
    /// The file is readable by others and is ignored, as libpq does.
    Open,
}

/// Searches for the password of a user on a database.
pub(super) fn look_up(path: &Path, hosts: &[&str], port: &str, database: &str, user: &str) -> Found {
    let Ok(metadata) = fs::metadata(path) else {
        return Found::Nothing;
    };
    if !metadata.is_file() {
        return Found::Nothing;
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Found::Open;
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    let fits = |field: &str, wanted: &str| field == "*" || unescape(field) == wanted;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let [host, of_port, of_database, of_user, password, ..] = fields(line).as_slice() {
            let host_fits = hosts.iter().any(|wanted| fits(host, wanted));
            if host_fits && fits(of_port, port) && fits(of_database, database) && fits(of_user, user) {
                return Found::Password(unescape(password));
            }
        }
    }
    Found::Nothing
}

/// Splits at colons that are not escaped by a backslash.
fn fields(line: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, character) in line.char_indices() {
        if character == ':' && !escaped {
            fields.extend(line.get(start..at));
            start = at + 1;
        }
        escaped = character == '\\' && !escaped;
    }
    fields.extend(line.get(start..));
    fields
}

fn unescape(field: &str) -> String {
    let mut plain = String::with_capacity(field.len());
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' {
            characters.next()
        } else {
            Some(character)
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_and_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pgpass");
        fs::write(
            &path,
            "# comment\nother:*:*:*:no\nh:5432:d:u\\:x:pa\\:ss\\\\\n*:*:*:u:fallback\n",
        )
        .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let look = |host, user| look_up(&path, &[host], "5432", "d", user);
        assert_eq!(look("h", "u:x"), Found::Password("pa:ss\\".into()));
        assert_eq!(look("elsewhere", "u"), Found::Password("fallback".into()));
        assert_eq!(look("h", "nobody"), Found::Nothing);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(look("h", "u"), Found::Open);
    }
}

//! Short fingerprints of texts and schemas, by which edits are detected. They protect against accidents, not against
//! attacks.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

const ALGORITHM: &str = "sha256:";
const LENGTH: usize = 16;

/// The first 64 bits of a SHA-256, written `sha256:` and 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

/// A text that is not a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a fingerprint: expected sha256: and 16 hexadecimal digits")]
pub struct NotAFingerprint(pub String);

impl Fingerprint {
    /// Returns the fingerprint of bytes.
    #[must_use]
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self::shortened(&Sha256::digest(bytes.as_ref()))
    }

    fn shortened(digest: &[u8]) -> Self {
        Self(
            digest
                .iter()
                .take(LENGTH / 2)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// Returns the fingerprint of SQL text. Line endings and trailing white space are ignored, because git and editors
    /// change them.
    #[must_use]
    pub fn of_sql(text: &str) -> Self {
        Self::of(text.replace("\r\n", "\n").trim_end())
    }
}

/// The hash of a canonical form, line by line.
#[derive(Default)]
pub struct SchemaHash(Sha256);

impl SchemaHash {
    /// Adds the next line.
    pub fn add(&mut self, line: &str) {
        self.0.update(line);
        self.0.update("\n");
    }

    /// Returns the fingerprint of the lines so far, for this version of the form.
    pub fn fingerprint(self, version: u32) -> SchemaFingerprint {
        SchemaFingerprint {
            version,
            digest: Fingerprint::shortened(&self.0.finalize()),
        }
    }
}

/// The fingerprint of a schema's canonical form, with the version of that form: `v1:sha256:` and 16 hexadecimal digits.
///
/// Fingerprints of different versions cannot be compared. Headers that were written before the form had versions have
/// `sha256:` and the digits only, which is version 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchemaFingerprint {
    version: u32,
    digest: Fingerprint,
}

impl SchemaFingerprint {
    /// Returns the fingerprint of a canonical form with this version and these lines.
    pub fn of(version: u32, lines: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut hash = SchemaHash::default();
        lines.into_iter().for_each(|line| hash.add(line.as_ref()));
        hash.fingerprint(version)
    }

    /// Returns whether two schemas differ; `None` if that is not known, because their forms have different versions.
    pub fn differs_from(&self, other: &Self) -> Option<bool> {
        (self.version == other.version).then(|| self.digest != other.digest)
    }
}

impl fmt::Display for SchemaFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.version > 0 {
            write!(f, "v{}:", self.version)?;
        }
        self.digest.fmt(f)
    }
}

impl FromStr for SchemaFingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (version, digest) = match text.strip_prefix('v').and_then(|rest| rest.split_once(':')) {
            Some((version, digest)) => {
                let is_number = version.bytes().all(|byte| byte.is_ascii_digit()) && !version.starts_with('0');
                let version = is_number.then(|| version.parse().ok()).flatten();
                (version.ok_or_else(|| NotAFingerprint(text.to_owned()))?, digest)
            }
            None => (0, text),
        };
        let digest = digest.parse().map_err(|_| NotAFingerprint(text.to_owned()))?;
        Ok(Self { version, digest })
    }
}

impl serde::Serialize for SchemaFingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM}{}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.strip_prefix(ALGORITHM).unwrap_or_default();
        let valid = hex.len() == LENGTH && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        valid
            .then(|| Self(hex.to_owned()))
            .ok_or_else(|| NotAFingerprint(text.to_owned()))
    }
}

impl serde::Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_fingerprint_of_any_version_is_read_and_written_alike() {
        for text in [
            "sha256:0123456789abcdef",
            "v1:sha256:0123456789abcdef",
            "v42:sha256:0123456789abcdef",
        ] {
            assert_eq!(text.parse::<SchemaFingerprint>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "v1",
            "v:sha256:0123456789abcdef",
            "v0:sha256:0123456789abcdef",
            "v+1:sha256:0123456789abcdef",
            "v1:0123456789abcdef",
        ] {
            assert!(text.parse::<SchemaFingerprint>().is_err(), "{text}");
        }
    }

    #[test]
    fn fingerprints_of_other_versions_say_nothing_about_each_other() {
        let first = SchemaFingerprint::of(1, ["a"]);
        assert_eq!(first.differs_from(&SchemaFingerprint::of(1, ["a"])), Some(false));
        assert_eq!(first.differs_from(&SchemaFingerprint::of(1, ["b"])), Some(true));
        assert_eq!(first.differs_from(&SchemaFingerprint::of(2, ["b"])), None);
        let old: SchemaFingerprint = "sha256:0123456789abcdef".parse().unwrap();
        assert_eq!(first.differs_from(&old), None);
    }
}

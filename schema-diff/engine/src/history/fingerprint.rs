//! Short fingerprints of texts and schemas, by which edits are noticed. They guard against accidents, not against malice.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

const ALGORITHM: &str = "sha256:";
const LENGTH: usize = 16;

/// The first 64 bits of a SHA-256, written `sha256:` and 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

/// A text that is no fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a fingerprint: expected sha256: and 16 hexadecimal digits")]
pub struct NotAFingerprint(pub String);

impl Fingerprint {
    /// The fingerprint of bytes.
    #[must_use]
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        let digest = Sha256::digest(bytes.as_ref());
        Self(
            digest
                .iter()
                .take(LENGTH / 2)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// The fingerprint of SQL text. Line endings and white space at the end do not count: git and editors change them.
    #[must_use]
    pub fn of_sql(text: &str) -> Self {
        Self::of(text.replace("\r\n", "\n").trim_end())
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

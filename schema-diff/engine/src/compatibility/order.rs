//! When a program can be deployed. Pure.

use std::{fmt, str::FromStr};

/// When the new program can be deployed, so that both programs work as long as they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// After the migration.
    MigrateFirst,
    /// Before the migration.
    DeployFirst,
    /// At any time.
    Either,
    /// After this many parts of the migration.
    AfterPart(usize),
    /// At no time: one of the programs fails.
    ExpandAndContract,
    /// Nothing was observed.
    #[default]
    Unknown,
}

impl Order {
    /// The words of all orders in the configuration.
    pub const WORDS: [&'static str; 6] = [
        "migrate-first",
        "deploy-first",
        "either",
        "after-part",
        "expand-and-contract",
        "unknown",
    ];

    /// Returns the word of the order in the configuration.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::MigrateFirst => "migrate-first",
            Self::DeployFirst => "deploy-first",
            Self::Either => "either",
            Self::AfterPart(_) => "after-part",
            Self::ExpandAndContract => "expand-and-contract",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the order if both programs work at these of all states, by the number of parts that have run.
    pub(super) fn of(possible: &[usize], states: usize, parts: usize) -> Self {
        match possible {
            [] => Self::ExpandAndContract,
            all if all.len() == states => Self::Either,
            all if all.contains(&parts) => Self::MigrateFirst,
            all if all.contains(&0) => Self::DeployFirst,
            [first, ..] => Self::AfterPart(*first),
        }
    }

    /// Returns when the migration is reverted, if the program of before is deployed again; `None` if that makes no difference, or is not known.
    #[must_use]
    pub const fn when_reverted(self) -> Option<&'static str> {
        match self {
            Self::MigrateFirst => Some("when the old program is deployed again"),
            Self::DeployFirst => Some("before the old program is deployed again"),
            _ => None,
        }
    }

    /// Returns the order in which the migration is reverted and the program of before is deployed again.
    #[must_use]
    pub const fn reverted(self) -> Self {
        match self {
            Self::MigrateFirst => Self::DeployFirst,
            Self::DeployFirst => Self::MigrateFirst,
            other => other,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MigrateFirst => f.write_str("migrate first"),
            Self::DeployFirst => f.write_str("deploy first"),
            Self::Either => f.write_str("either"),
            Self::AfterPart(part) => write!(f, "after part {part}"),
            Self::ExpandAndContract => f.write_str("needs expand and contract"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl FromStr for Order {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = [
            Self::MigrateFirst,
            Self::DeployFirst,
            Self::Either,
            Self::ExpandAndContract,
            Self::Unknown,
        ];
        if let Some(found) = plain.into_iter().find(|own| own.to_string() == text) {
            return Ok(found);
        }
        let part = text.strip_prefix("after part ").ok_or(())?;
        part.parse().map(Self::AfterPart).map_err(|_| ())
    }
}

impl serde::Serialize for Order {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_in_which_both_work_give_the_order() {
        let orders = [
            (&[][..], Order::ExpandAndContract),
            (&[0], Order::DeployFirst),
            (&[3], Order::MigrateFirst),
            (&[1, 2], Order::AfterPart(1)),
            (&[2, 3], Order::MigrateFirst),
            (&[0, 1], Order::DeployFirst),
            (&[0, 1, 2, 3], Order::Either),
        ];
        for (possible, order) in orders {
            assert_eq!(Order::of(possible, 4, 3), order);
            assert_eq!(order.to_string().parse(), Ok(order));
            assert_eq!(order.reverted().reverted(), order);
            assert!(Order::WORDS.contains(&order.word()));
        }
    }
}

//! Lock modes of tables, and what each blocks.

use std::fmt;

/// A lock mode of a table. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// `SELECT` takes it.
    AccessShare,
    /// `SELECT ... FOR UPDATE` takes it.
    RowShare,
    /// `INSERT`, `UPDATE` and `DELETE` take it.
    RowExclusive,
    /// `VALIDATE CONSTRAINT` and `CREATE INDEX CONCURRENTLY` take it.
    ShareUpdateExclusive,
    /// `CREATE INDEX` takes it.
    Share,
    /// `ADD FOREIGN KEY` and `CREATE TRIGGER` take it.
    ShareRowExclusive,
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY` takes it.
    Exclusive,
    /// Most forms of `ALTER TABLE` take it, and `DROP TABLE`.
    AccessExclusive,
}

impl LockMode {
    /// Every mode, the weakest first.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// Returns its name as Postgres's manual writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Returns whether `SELECT` waits for it.
    pub fn blocks_reads(self) -> bool {
        self == Self::AccessExclusive
    }

    /// Returns whether `INSERT`, `UPDATE` and `DELETE` wait for it.
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

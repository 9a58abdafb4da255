//! A generated migration as the directories to be written: one for each of its parts.

use super::NewMigration;
use crate::{
    generate::Migration,
    history::{PartNumber, Version},
    traffic::Transaction,
};

impl NewMigration {
    /// Returns a generated migration, or its first part, without its message.
    pub fn first_of(migration: &Migration, revises: Option<Version>) -> Self {
        Self {
            message: String::new(),
            up_body: migration.up.clone(),
            down_body: migration.down.clone(),
            named_at: migration.named_at,
            run_in_transaction: migration.transaction == Transaction::Inside,
            part: None,
            revises,
            before_fingerprint: Some(migration.before_fingerprint.clone()),
            after_fingerprint: Some(migration.after_fingerprint.clone()),
            decided: migration.decided.clone(),
            keeps: migration.keeps.clone(),
            releases: migration.releases.clone(),
            deploy: Some(migration.compatibility.order),
        }
    }

    /// Returns the parts of a generated migration, in their order.
    pub fn parts_of(migration: &Migration, message: &str, revises: Option<Version>) -> Vec<Self> {
        let first = Self {
            message: message.to_owned(),
            ..Self::first_of(migration, revises)
        };
        let of = 1 + migration.later_parts.len();
        if of == 1 {
            return vec![first];
        }
        let later = migration.later_parts.iter().map(|own| Self {
            up_body: own.up.clone(),
            down_body: own.down.clone(),
            named_at: None,
            run_in_transaction: own.transaction == Transaction::Inside,
            before_fingerprint: None,
            after_fingerprint: None,
            decided: Vec::new(),
            keeps: Vec::new(),
            releases: Vec::new(),
            deploy: None,
            ..first.clone()
        });
        let mut parts: Vec<Self> = std::iter::once(first.clone()).chain(later).collect();
        for (at, part) in parts.iter_mut().enumerate() {
            part.part = Some(PartNumber { number: at + 1, of });
            // Only the last part leads to the schema after.
            part.after_fingerprint = first.after_fingerprint.clone().filter(|_| at + 1 == of);
        }
        parts
    }
}

//! The order of deployment of new migrations, in words. Pure.

use crate::{
    compatibility::{Certainty, Compatibility, Finding, Order},
    history::MigrationDir,
};

/// When the program can be deployed with which new migrations were written.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// The order, and what fails at other times. Each migration counts as a part.
    pub compatibility: Compatibility,
    /// The migrations: the first new one, and those after it.
    pub migrations: Vec<MigrationDir>,
    /// Whether they keep what the program of before needs.
    pub is_rolling: bool,
}

impl Ordered {
    /// Returns the migration that makes the order necessary: at which the program of before fails, or which the new one needs.
    pub fn culprit(&self) -> Option<&MigrationDir> {
        let is_certain = |own: &&Finding| own.certainty == Certainty::Always;
        let Compatibility { old, new, .. } = &self.compatibility;
        let old = old.iter().find(is_certain).map(|own| own.after_part.saturating_sub(1));
        let new = || new.iter().find(is_certain).map(|own| own.after_part);
        let at = match self.compatibility.order {
            Order::MigrateFirst => new(),
            _ => old.or_else(new),
        };
        let last = self.migrations.len().checked_sub(1)?;
        self.migrations.get(at.unwrap_or(last).min(last))
    }

    /// Returns the order as messages name it.
    pub fn order(&self) -> String {
        match self.compatibility.order {
            Order::AfterPart(part) => {
                let name = part.checked_sub(1).and_then(|at| self.migrations.get(at));
                name.map_or_else(|| "after a part".to_owned(), |own| format!("after {}", own.name))
            }
            order => order.to_string(),
        }
    }

    /// Returns what fails in another order, and the way out.
    pub fn reasons(&self) -> Vec<String> {
        let Compatibility { old, new, order, .. } = &self.compatibility;
        let certain = |own: &&Finding| own.certainty == Certainty::Always;
        let mut found: Vec<String> = match order {
            Order::Unknown | Order::Either => Vec::new(),
            Order::MigrateFirst => self.first(new.iter().filter(certain), "the new program"),
            Order::DeployFirst => self.first(old.iter(), "the old program"),
            Order::AfterPart(_) | Order::ExpandAndContract => [
                self.first(old.iter(), "the old program"),
                self.first(new.iter(), "the new program"),
            ]
            .concat(),
        };
        found.push(self.way_out().to_owned());
        found
    }

    /// Describes the first of a program's findings.
    fn first<'a>(&self, mut all: impl Iterator<Item = &'a Finding>, program: &str) -> Vec<String> {
        let sentence = |own: &Finding| {
            let program = own
                .file
                .as_ref()
                .map_or_else(|| program.to_owned(), |file| format!("the program of {file}"));
            format!("{program} {}: {own}", self.when(own.after_part))
        };
        all.next().map(sentence).into_iter().collect()
    }

    fn when(&self, after_part: usize) -> String {
        match after_part.checked_sub(1).and_then(|at| self.migrations.get(at)) {
            Some(own) => format!("after {}", own.name),
            None => self
                .migrations
                .first()
                .map_or_else(String::new, |own| format!("before {}", own.name)),
        }
    }

    fn way_out(&self) -> &'static str {
        match self.compatibility.order {
            Order::Unknown => {
                "nothing could be tried, because no declared table is concerned; allow \"unknown\" if that is intended"
            }
            Order::MigrateFirst => "merge and run the migration before the program that needs it",
            Order::AfterPart(_) => "merge the later migrations when the new program is deployed",
            Order::Either | Order::DeployFirst | Order::ExpandAndContract => {
                self.compatibility.way_out(self.is_rolling)
            }
        }
    }
}

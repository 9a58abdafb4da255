//! What a reviewer reads of the order: what fails at other times, and the way out. Pure.

use super::{Cause, Certainty, Compatibility, Finding, Order, Source};

/// The most findings of a program that are listed.
const LISTED: usize = 3;
/// The length of a commit's name in messages.
const SHORT_COMMIT: usize = 8;

impl Compatibility {
    /// Returns sentences about what speaks against another order; none if nothing does. `is_rolling`: whether the migration keeps what the
    /// program of before needs.
    pub fn remarks(&self, is_rolling: bool) -> Vec<String> {
        let may_fail = |own: &Finding| own.certainty != Certainty::Always;
        let all = |_: &Finding| true;
        let always = |own: &Finding| own.certainty == Certainty::Always;
        let reads = |own: &Finding| own.certainty != Certainty::MayBeRefused;
        match self.order {
            Order::Unknown | Order::Either => Vec::new(),
            Order::MigrateFirst => self.old_programs(may_fail),
            Order::DeployFirst => [self.old_programs(all), self.new_program(may_fail)].concat(),
            Order::AfterPart(_) => [self.old_programs(all), self.new_program(all)].concat(),
            Order::ExpandAndContract => {
                let mut found = [self.old_programs(always), self.new_program(reads)].concat();
                found.push(self.way_out(is_rolling).to_owned());
                found
            }
        }
    }

    /// Returns what the code of the program of before says: that it is not known, or that it does not use a column that changes.
    pub fn assumption(&self) -> Option<String> {
        match &self.source {
            Source::Unknown if !self.old.is_empty() => Some(
                "the code of the old program was not found: it is assumed to read and write all columns of the changed tables"
                    .to_owned(),
            ),
            Source::Commit(commit) if !self.unused.is_empty() => {
                let columns = self
                    .unused
                    .iter()
                    .map(|(table, column)| format!("{}.{column}", table.plain()));
                let columns: Vec<String> = columns.collect();
                let commit = commit.get(..SHORT_COMMIT).unwrap_or(commit);
                let columns = columns.join(", ");
                Some(match self.relies_on_code {
                    true => format!("no query of the old program (commit {commit}) uses {columns}"),
                    false => format!(
                        "no query of the old program (commit {commit}) was found that uses {columns}; with code = true below [deploy] in \
                         schema-diff.toml, the order relies on that"
                    ),
                })
            }
            _ => None,
        }
    }

    /// Returns how to deploy without errors.
    pub fn way_out(&self, is_rolling: bool) -> &'static str {
        let has = |cause| {
            self.old
                .iter()
                .chain(&self.new)
                .any(|own| own.cause == cause && own.certainty == Certainty::Always)
        };
        let mut new = self.new.iter().filter(|own| own.certainty == Certainty::Always);
        if new.any(|own| own.after_part == self.parts && own.cause != Cause::Privilege) {
            "the new program fails after the migration, too: change one of them"
        } else if has(Cause::Type) {
            "add a column of another name with the new type, and drop the old one in a later migration; otherwise stop the old program first"
        } else if has(Cause::Label) {
            "first deploy a program that knows all labels, and writes only those that stay; otherwise stop the old program first"
        } else if has(Cause::Privilege) {
            "grant the role the privilege in the migration"
        } else if is_rolling {
            "stop the old program first"
        } else {
            "--rolling keeps what the old program needs; otherwise stop the old program first"
        }
    }

    /// Lists what fails of the program of before, and of each other running one.
    fn old_programs(&self, is_shown: impl Fn(&Finding) -> bool) -> Vec<String> {
        let shown: Vec<&Finding> = self.old.iter().filter(|own| is_shown(own)).collect();
        let mut files: Vec<Option<&str>> = shown.iter().map(|own| own.file.as_deref()).collect();
        files.sort_unstable();
        files.dedup();
        let listed = |file: Option<&str>| {
            let name = file.map_or_else(|| "the old program".to_owned(), |file| format!("the program of {file}"));
            let own = shown.iter().filter(|own| own.file.as_deref() == file);
            self.listed(&name, own.copied())
        };
        files.into_iter().flat_map(listed).collect()
    }

    fn new_program(&self, is_shown: impl Fn(&Finding) -> bool) -> Vec<String> {
        self.listed("the new program", self.new.iter().filter(|own| is_shown(own)))
    }

    /// Lists what fails of a program, once for each cause in a table.
    fn listed<'a>(&self, program: &str, all: impl Iterator<Item = &'a Finding>) -> Vec<String> {
        let mut found: Vec<&Finding> = Vec::new();
        for own in all {
            let is_like =
                |other: &&Finding| other.table == own.table && other.cause == own.cause && own.cause != Cause::Other;
            if !found.iter().any(is_like) {
                found.push(own);
            }
        }
        let shown = found.iter().take(LISTED);
        let mut lines: Vec<String> = shown
            .map(|own| format!("{program} {}: {own}", self.when(own)))
            .collect();
        if let Some(more) = found.len().checked_sub(LISTED).filter(|more| *more > 0) {
            lines.push(format!("{program}: {more} more"));
        }
        lines
    }

    fn when(&self, finding: &Finding) -> String {
        match finding.after_part {
            0 => "before the migration".to_owned(),
            part if part == self.parts => "after the migration".to_owned(),
            part => format!("after part {part}"),
        }
    }
}

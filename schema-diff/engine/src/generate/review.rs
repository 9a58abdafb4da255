//! Renders the texts of a migration: first what the user has to review, then the statements, in one alternative or in
//! two.
//!
//! If the user has to decide, a guard in `up.sql` raises an error. Below it is the alternative that loses nothing. The
//! other one follows in comments, so that deleting only the guard never loses a value.

use std::fmt::Write as _;

use super::{
    Draft, Flag, Question, inverse,
    plans::{OpenRenames, Plans},
    question::{about, describe_dependent, describe_evidence, join_or, options_of_broken, questions, shown},
    without_rename::WithoutRename,
};
use crate::{
    compare::Change,
    history::{UNDECIDED, UP_SQL},
    matching::Fate,
    model::Pair,
    plan::{Plan, Statement},
    prove::Broken,
    render,
    sql_text::{comment_line, commented, sql_text},
    statement::{Ddl, Transaction},
};

/// The maximum number of names in a heading or a message.
const NAMED: usize = 3;

/// The parts of the texts, and why an alternative is missing.
pub(super) struct Written<'a> {
    pub draft: &'a Draft,
    pub active: &'a Plans,
    pub other: Option<&'a Plans>,
    /// Why an alternative is not written.
    pub missing: Option<String>,
    pub alternatives: &'a [WithoutRename],
    /// Functions that fail after up.sql.
    pub broken: &'a [Broken],
    /// Why programs cannot be deployed at any time.
    pub deploy: &'a [String],
}

impl Written<'_> {
    /// Returns `up.sql` without its header, and the byte at which the directory's name is inserted.
    pub fn up(&self) -> (String, Option<usize>) {
        let mut text = String::new();
        for remark in self.deploy {
            let _ = writeln!(text, "-- DEPLOY: {}", comment_line(remark));
        }
        for alternative in self.alternatives {
            self.review(alternative, &alternative.up, &mut text);
        }
        if self.draft.open.is_empty() && self.active.dependents.is_empty() && self.broken.is_empty() {
            notes(self.active, &mut text);
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&self.up_part(0));
            return (text, None);
        }
        if !text.is_empty() {
            text.push('\n');
        }
        self.decide(&mut text);
        let (guard, at) = self.guard();
        let named_at = at.map(|at| text.len() + at);
        text.push_str(&guard);
        self.write_alternatives(|plans| &plans.up, &mut text);
        (text, named_at)
    }

    /// Returns `down.sql` without its header.
    pub fn down(&self) -> String {
        let mut text = String::new();
        for lost in self.active.lost.values() {
            let _ = writeln!(text, "-- DATA LOSS: {}", comment_line(lost));
        }
        for note in self.not_restored() {
            let _ = writeln!(text, "-- NOTE: {}", comment_line(&note));
        }
        for alternative in self.alternatives {
            self.review(alternative, &alternative.down, &mut text);
        }
        if !text.is_empty() {
            text.push('\n');
        }
        if self.draft.open.is_empty() {
            text.push_str(&self.down_part(0));
            return text;
        }
        if self.other.is_some() {
            text.push_str("-- Undecided: keep the same alternative here as in up.sql.\n\n");
        }
        self.write_alternatives(|plans| &plans.down, &mut text);
        text
    }

    /// Returns the texts of the parts after the first.
    pub fn later_parts(&self) -> Vec<PartText> {
        let parts = self.active.parts.iter().enumerate().skip(1);
        let texts = parts.map(|(at, own)| PartText {
            up: self.up_part(at),
            down: self.down_part(at),
            transaction: own.transaction,
        });
        texts.collect()
    }

    /// Returns the statements of a part of up.sql, below what it does.
    fn up_part(&self, at: usize) -> String {
        let longer = match part(&self.active.up, at).any(|own| !own.waits.is_empty()) {
            true => "; longer locks have a LOCK comment",
            false => "",
        };
        let title = self.active.parts.get(at);
        let title = title.map(|own| format!("-- {}{longer}\n", comment_line(&own.title)));
        title.unwrap_or_default() + &sql_text(part(&self.active.up, at))
    }

    /// Returns the statements of a part of down.sql.
    fn down_part(&self, at: usize) -> String {
        let text = sql_text(part(&self.active.down, at));
        match text.is_empty() {
            // Diesel refuses a file without a statement.
            true => "-- There is nothing to revert.\nSELECT 1;\n".to_owned(),
            false => text,
        }
    }

    /// Writes the renames that the evidence has decided, with the statements that would be written if they were drops.
    fn review(&self, alternative: &WithoutRename, instead: &str, text: &mut String) {
        for rename in &alternative.renames {
            let drop = Flag::of(&rename.before, &self.draft.unless_renamed(&rename.before));
            let _ = writeln!(
                text,
                "-- REVIEW: this migration renames {} ({}).\n--   If this is not a rename: schema-diff review {}",
                comment_line(&shown(rename)),
                comment_line(&describe_evidence(&rename.evidence)),
                comment_line(&drop.to_string())
            );
        }
        if !instead.is_empty() {
            let _ = writeln!(
                text,
                "--   To drop and add {} instead:",
                if alternative.renames.len() == 1 {
                    "it"
                } else {
                    "all of them"
                }
            );
            text.push_str(&indented(instead));
        }
    }

    /// Writes the questions, each with its answers.
    fn decide(&self, text: &mut String) {
        for open in &self.draft.open {
            let _ = writeln!(text, "-- DECIDE: was {} renamed?", comment_line(&about(&open.before)));
            let mut write_option = |what: String, fate: Fate| {
                let flag = Flag::of(&open.before, &fate).to_string();
                let _ = writeln!(
                    text,
                    "--   {}\n--     schema-diff review {}",
                    comment_line(&what),
                    comment_line(&flag)
                );
            };
            for rename in &open.candidates {
                let what = format!(
                    "renamed to {} ({})",
                    rename.after.name(),
                    describe_evidence(&rename.evidence)
                );
                write_option(what, Fate::Renamed(rename.after.clone()));
            }
            let fate = self.draft.unless_renamed(&open.before);
            write_option(not_renamed(&fate).to_owned(), fate);
        }
        for question in self.code() {
            let what = question.title();
            let _ = writeln!(text, "-- DECIDE: {}", comment_line(&what));
            for flag in question.options {
                let _ = writeln!(text, "--     schema-diff review {}", comment_line(&flag.to_string()));
            }
        }
        if let Some(why) = &self.missing {
            let _ = writeln!(text, "-- {}", comment_line(why));
        }
        text.push_str(
            "-- Until you decide, up.sql raises an error. On a terminal, `schema-diff review` asks you, and rewrites both files.\n",
        );
        text.push_str(if self.other.is_some() {
            "-- To decide by hand, delete the guard (the DO block below), and keep only one of the two alternatives, the same one in up.sql and down.sql.\n"
        } else {
            "-- To decide by hand, delete the guard (the DO block below) if the statements below it are right.\n"
        });
    }

    /// Returns the statement that raises the error, and the byte in it at which the directory's name is inserted.
    fn guard(&self) -> (String, Option<usize>) {
        let open = &self.draft.open;
        let mut asked: Vec<String> = open
            .iter()
            .take(NAMED)
            .map(|open| {
                let names = join_or(open.candidates.iter().map(|rename| rename.after.name()));
                format!("was {} renamed to {names}?", about(&open.before))
            })
            .collect();
        if let Some(more) = open.len().checked_sub(NAMED).filter(|more| *more > 0) {
            asked.push(format!("and {more} more."));
        }
        let code = self.code();
        let options: Vec<Flag> = match code.first().filter(|_| open.is_empty()) {
            Some(first) => {
                asked.push(format!("{}.", first.what));
                first.options.clone()
            }
            None => {
                let first = questions(self.draft).into_iter().next();
                first
                    .iter()
                    .flat_map(|question: &Question| question.options())
                    .collect()
            }
        };
        let commands = join_or(options.iter().map(|flag| format!("schema-diff review {flag}")));
        let message = format!("{UNDECIDED}{UP_SQL}{} Run: {commands}", asked.join(" "));
        let hint = "up.sql and down.sql contain both alternatives, and up.sql the reasons for them; schema-diff review asks which one is right, and rewrites the files";
        let hint = if self.other.is_some() {
            hint
        } else {
            "up.sql explains the question; schema-diff review asks it, and rewrites the files"
        };
        let guard = Ddl::Guard {
            condition: None,
            message: comment_line(&message),
            hint: hint.to_owned(),
        };
        let text = format!("{};\n\n", render::sql(&guard));
        let at = text
            .find(&format!("{UNDECIDED}{UP_SQL}"))
            .map(|at| at + UNDECIDED.len());
        (text, at)
    }

    /// Returns the questions about code.
    fn code(&self) -> Vec<CodeQuestion> {
        let dependents = self.active.dependents.iter().map(|dependent| CodeQuestion {
            what: describe_dependent(dependent),
            options: Question::Code(dependent.clone()).options(),
        });
        let broken = self.broken.iter().map(|broken| CodeQuestion {
            what: broken.to_string(),
            options: options_of_broken(broken),
        });
        dependents.chain(broken).collect()
    }

    fn write_alternatives(&self, side: impl Fn(&Plans) -> &Plan, text: &mut String) {
        let Some(other) = self.other else {
            notes(self.active, text);
            text.push_str(&sql_text(&side(self.active).statements));
            return;
        };
        let _ = writeln!(
            text,
            "-- ==== alternative 1: {} ====\n",
            self.heading(self.active.open_renames)
        );
        notes(self.active, text);
        text.push_str(&sql_text(&side(self.active).statements));
        let _ = writeln!(
            text,
            "\n-- ==== alternative 2: {} ====\n--",
            self.heading(other.open_renames)
        );
        let mut second = String::new();
        notes(other, &mut second);
        second.push_str(&sql_text(&side(other).statements));
        text.push_str(&commented(&second));
        text.push_str("--\n-- ==== end of alternative 2 ====\n");
    }

    /// Describes what happens to the open renames.
    fn heading(&self, open_renames: OpenRenames) -> String {
        let open = &self.draft.open;
        let mut parts: Vec<String> = open
            .iter()
            .take(NAMED)
            .map(|open| {
                let what = about(&open.before);
                match self
                    .draft
                    .new_name(&open.before)
                    .filter(|_| open_renames == OpenRenames::Renamed)
                {
                    Some(after) => format!("{what} is renamed to {}", after.name()),
                    None => format!("{what}: {}", not_renamed(&self.draft.unless_renamed(&open.before))),
                }
            })
            .collect();
        if let Some(more) = open.len().checked_sub(NAMED).filter(|more| *more > 0) {
            parts.push(format!("and {more} more"));
        }
        comment_line(&parts.join("; "))
    }

    /// Lists what down.sql does not restore: added labels, filled values and converted values.
    fn not_restored(&self) -> Vec<String> {
        let resolution = &self.draft.resolution;
        let altered = self.draft.changes.iter().filter_map(|change| match change {
            Change::AlterColumn { table, column, delta } => Some((&table.after, &column.after, delta)),
            _ => None,
        });
        let mut kept = Vec::new();
        for (name, labels) in &self.active.kept_labels {
            let before = self.draft.base.schema.enum_type(name);
            let is_new = |label: &&String| before.is_none_or(|found| !found.labels.contains(label));
            let added: Vec<&str> = labels.iter().filter(is_new).map(String::as_str).collect();
            kept.push(format!(
                "enum {} keeps the labels that up.sql added ({}): Postgres can drop a label only together with its type, which other objects use.",
                name.plain(),
                added.join(", ")
            ));
        }
        for (table, column, delta) in altered {
            let key = (table.clone(), column.clone());
            let shown = format!("{}.{column}", table.plain());
            if delta.nullable && resolution.backfills.contains_key(&key) {
                kept.push(format!(
                    "down.sql does not restore the NULLs of {shown}: where up.sql replaced a NULL by a value, the value stays."
                ));
            }
            let pair = Pair::new(&self.draft.base.schema, &resolution.after);
            let is_known =
                inverse::inverse_conversion(pair, resolution, &key).is_some() || self.active.lost.contains_key(&key);
            if delta.data_type && resolution.usings.contains_key(&key) && !is_known {
                kept.push(format!(
                    "down.sql converts the values of {shown} back to the old type. The results may differ from the values before up.sql. To convert the values back in another way, run schema-diff autogenerate with --using-down \"{shown}=EXPRESSION\"."
                ));
            }
        }
        kept
    }
}

/// The texts of a part of a migration.
#[derive(Clone, Debug)]
pub struct PartText {
    /// The SQL of `up.sql`, without its header.
    pub up: String,
    /// The SQL of `down.sql`.
    pub down: String,
    /// Whether it runs in a transaction.
    pub transaction: Transaction,
}

/// Returns the statements of a part of a plan.
fn part(plan: &Plan, at: usize) -> impl Iterator<Item = &Statement> {
    plan.statements.iter().filter(move |own| own.part == at)
}

/// A question about code.
struct CodeQuestion {
    what: String,
    options: Vec<Flag>,
}

impl CodeQuestion {
    /// Returns the heading of its answers.
    fn title(&self) -> String {
        format!("{}; decide:", self.what)
    }
}

/// Describes what happens to an object that is not renamed.
const fn not_renamed(fate: &Fate) -> &'static str {
    match fate {
        Fate::Dropped => "dropped, with its values",
        Fate::Renamed(_) => "not renamed",
    }
}

fn notes(plans: &Plans, text: &mut String) {
    for note in &plans.notes {
        let _ = writeln!(text, "-- NOTE: {}", comment_line(&note.to_string()));
    }
}

/// Formats SQL as comments below a heading.
fn indented(sql: &str) -> String {
    commented(sql.trim_end())
        .split('\n')
        .fold(String::new(), |text, line| match line.strip_prefix("-- ") {
            Some(line) => text + "--     " + line + "\n",
            None => text + line + "\n",
        })
}

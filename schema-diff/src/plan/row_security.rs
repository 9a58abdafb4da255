//! Row security must not hide rows from what checks or changes them.
//!
//! Postgres leaves out, without a word, the rows that a policy hides from the role that runs a statement: a guard then finds nothing, and a
//! backfill fills nothing. So such statements run with `row_security = off`, which makes Postgres refuse them instead. A table's owner
//! is held to its policies only under `FORCE ROW LEVEL SECURITY`: there the migration stops before it changes anything, or lifts `FORCE`
//! while it runs, when the user has decided so.

use std::collections::BTreeSet;

use super::{Phase, Planner, Step, guards};
use crate::{
    model::{Table, TableName, quote_literal},
    render,
};

impl Planner<'_> {
    /// Adds what row security needs around the statements of a plan, which are in their order.
    pub(super) fn with_row_security(&self, steps: Vec<Step>) -> Vec<Step> {
        let is_on = |table: &&Table| table.row_security;
        let tables: Vec<&Table> = self.before().tables.values().filter(is_on).collect();
        if tables.is_empty() || !steps.iter().any(|step| reads_rows(&step.sql)) {
            return steps;
        }
        let mut first = Vec::new();
        let mut last = Vec::new();
        for table in tables.into_iter().filter(|table| table.force_row_security) {
            let new = self.request.renames.table(&table.name);
            let names = [table.name.to_string(), new.to_string()];
            let is_read =
                |step: &Step| reads_rows(&step.sql) && names.iter().any(|name| step.sql.contains(name.as_str()));
            if !steps.iter().any(is_read) {
                continue;
            }
            if self.is_lifted(&table.name, &new) {
                let comment = format!(
                    "The policies of {} do not hold while this migration runs.",
                    table.name.plain()
                );
                let lift = render::alter_table(&table.name, &["NO FORCE ROW LEVEL SECURITY".to_owned()]);
                first.push(step(Phase::Guard, vec![comment], lift));
                let stays = self.after().tables.get(&new);
                if stays.is_some_and(|table| table.force_row_security) {
                    let force = render::alter_table(&new, &["FORCE ROW LEVEL SECURITY".to_owned()]);
                    last.push(step(Phase::Cleanup, Vec::new(), force));
                }
            } else {
                first.push(step(Phase::Guard, Vec::new(), hidden(&table.name)));
            }
        }
        let mut all = first;
        let mut is_off = false;
        for next in steps {
            let reads = reads_rows(&next.sql);
            if reads != is_off {
                let sql = if reads {
                    "SET LOCAL row_security = off"
                } else {
                    "RESET row_security"
                };
                all.push(step(next.phase, Vec::new(), sql.to_owned()));
                is_off = reads;
            }
            all.push(next);
        }
        if is_off {
            all.push(step(Phase::Cleanup, Vec::new(), "RESET row_security".to_owned()));
        }
        all.extend(last);
        all
    }

    fn is_lifted(&self, old: &TableName, new: &TableName) -> bool {
        let lifted: &BTreeSet<TableName> = self.request.lifted;
        lifted.contains(old) || lifted.contains(new)
    }
}

/// Stops where row security is in force for the role that runs the migration.
fn hidden(table: &TableName) -> String {
    let shown = table.plain();
    guards::raise_if(
        &format!("pg_catalog.row_security_active({})", quote_literal(&table.to_string())),
        &format!("row security may hide rows of {shown} from this migration, which has to see all of them"),
        &format!(
            "Run it as a role with BYPASSRLS, or let it lift FORCE ROW LEVEL SECURITY while it runs: autogenerate --lift-row-security {shown}"
        ),
    )
}

/// Whether a statement of a plan reads or changes rows by itself, other than by `ALTER TABLE`, which sees all of them.
fn reads_rows(sql: &str) -> bool {
    let begins = |word: &str| sql.starts_with(word);
    ["UPDATE ", "INSERT ", "DELETE ", "WITH ", "SELECT "]
        .into_iter()
        .any(begins)
        || (begins("DO ")
            && (sql.contains("SELECT") || sql.contains("UPDATE "))
            && !sql.contains("pg_catalog.pg_roles"))
}

const fn step(phase: Phase, comments: Vec<String>, sql: String) -> Step {
    Step {
        phase,
        comments,
        sql,
        hint: None,
    }
}

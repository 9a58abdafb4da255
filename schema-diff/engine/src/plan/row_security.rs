//! Row security must not hide rows from statements that check or change them.
//!
//! Postgres silently leaves out the rows that a policy hides from the role that runs a statement: a guard then finds
//! nothing, and a backfill fills nothing. Therefore such statements run with `row_security = off`, with which Postgres
//! raises an error instead. Policies apply to a table's owner only under `FORCE ROW LEVEL SECURITY`: then the migration
//! stops before it changes anything, or lifts `FORCE` while it runs, if the user decided so.

use std::collections::BTreeSet;

use super::{Phase, Planner, Statement, guards::raise_if};
use crate::{
    model::{Table, TableName},
    statement::{Condition, Ddl, Setting, TableAction},
};

impl Planner<'_> {
    /// Adds the settings and guards for row security to the ordered statements of a plan.
    pub(super) fn with_row_security(&self, statements: Vec<Statement>) -> Vec<Statement> {
        let is_on = |table: &&Table| table.row_security;
        let tables: Vec<&Table> = self.before().tables.values().filter(is_on).collect();
        if tables.is_empty() || !statements.iter().any(|own| own.ddl.reads_rows()) {
            return statements;
        }
        let mut first = Vec::new();
        let mut last = Vec::new();
        for table in tables.into_iter().filter(|table| table.force_row_security) {
            let new = self.request.matches.table(&table.name);
            let is_read = |own: &Statement| own.ddl.reads_rows_of(&table.name) || own.ddl.reads_rows_of(&new);
            if !statements.iter().any(is_read) {
                continue;
            }
            if self.is_lifted(&table.name, &new) {
                first.push(lift(&table.name));
                let after = self.after().tables.get(&new);
                if after.is_some_and(|table| table.force_row_security) {
                    let force = Ddl::alter_table(&new, TableAction::ForceRowSecurity(true));
                    last.push(Statement::new(Phase::Cleanup, force));
                }
            } else {
                first.push(Statement::new(Phase::Guard, hidden(&table.name)));
            }
        }
        let mut all = first;
        let mut is_off = false;
        for next in statements {
            let reads = next.ddl.reads_rows();
            if reads != is_off {
                let setting = if reads {
                    Setting::RowSecurityOff
                } else {
                    Setting::RowSecurityReset
                };
                all.push(Statement::new(next.phase, Ddl::Set(setting)));
                is_off = reads;
            }
            all.push(next);
        }
        if is_off {
            all.push(Statement::new(Phase::Cleanup, Ddl::Set(Setting::RowSecurityReset)));
        }
        all.extend(last);
        all
    }

    fn is_lifted(&self, old: &TableName, new: &TableName) -> bool {
        let lifted: &BTreeSet<TableName> = self.request.lift_row_security;
        lifted.contains(old) || lifted.contains(new)
    }
}

/// Returns the statement that lifts `FORCE ROW LEVEL SECURITY` from a table.
fn lift(table: &TableName) -> Statement {
    let shown = table.plain();
    let lift = Ddl::alter_table(table, TableAction::ForceRowSecurity(false));
    Statement {
        comments: vec![format!(
            "The policies of {shown} do not apply while this migration runs."
        )],
        ..Statement::new(Phase::Guard, lift)
    }
}

/// Returns a guard that raises an error if row security is active for the role that runs the migration.
fn hidden(table: &TableName) -> Ddl {
    let shown = table.plain();
    raise_if(
        Condition::RowSecurityActive(table.clone()),
        format!("row security may hide rows of {shown} from this migration, which must see all of them"),
        format!(
            "Run the migration as a role with BYPASSRLS, or pass --lift-row-security {shown} to schema-diff autogenerate, which lifts FORCE ROW LEVEL SECURITY while the migration runs"
        ),
    )
}

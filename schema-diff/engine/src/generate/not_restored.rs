//! Reports values that `down.sql` does not restore, in both files. If Postgres cannot convert them back, `down.sql`
//! raises an error first.

use super::plans::Plans;
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::ObjectId,
    plan::{Phase, Statement, raise_if},
    prove::{NotBack, NotRestored, retypes},
    resolve::Resolution,
    statement::{Condition, RowTest},
};

/// Adds the findings of the proof to the plans.
pub(super) fn add_findings(resolution: &Resolution, plans: &mut Plans, found: &NotRestored) {
    for ((old, column), how) in found {
        let table = resolution.matches.table(old);
        let name = resolution.matches.column(old, column);
        let shown = format!("{}.{name}", table.plain());
        let decided = resolution.usings_down.contains_key(&(table.clone(), name.clone()));
        let option = format!("--using-down \"{shown}=EXPRESSION\"");
        let (lost, in_up) = match how {
            NotBack::Fails => {
                let message = format!("up.sql converted the values of {shown}; they cannot be converted back");
                let hint = format!(
                    "Pass {option} to schema-diff autogenerate; or change the conversion in down.sql by hand and delete this check"
                );
                let has_values = Condition::Rows {
                    table: table.clone(),
                    test: RowTest::NotNull(vec![name.clone()]),
                };
                let guard = raise_if(has_values, message, hint);
                let converts = |own: &&Statement| retypes(&own.ddl, &table, &name);
                let part = plans.down.statements.iter().find(converts).map_or(0, |own| own.part);
                let mut all = plans.down.statements.iter();
                let at = all.position(|own| own.part == part).unwrap_or_default();
                let guard = Statement {
                    part,
                    ..Statement::new(Phase::Guard, guard)
                };
                plans.down.statements.insert(at, guard);
                let text = format!(
                    "the values of {shown} cannot be converted back; down.sql raises an error unless all of them are NULL"
                );
                (
                    text,
                    format!(
                        "down.sql cannot convert the values of {shown} back, and raises an error unless all of them are NULL"
                    ),
                )
            }
            NotBack::Differs { was, now } => {
                let text = format!(
                    "down.sql does not restore the values of {shown} exactly. In a test, up.sql and then down.sql changed the value {} to {}",
                    value(was.as_deref()),
                    value(now.as_deref())
                );
                (text, format!("down.sql does not restore the values of {shown} exactly"))
            }
        };
        let hint = if decided {
            String::new()
        } else {
            format!("; to convert these values back in another way, run schema-diff autogenerate with {option}")
        };
        let id = ObjectId::column(&table, &name);
        plans.lost.insert((table, name), format!("{lost}{hint}."));
        let found = Diagnostic::new(DiagnosticCode::NotRestored, format!("{in_up}{hint}"));
        plans.notes.push(found.about(id));
    }
}

/// Formats a value for the reader.
fn value(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), crate::model::quote_literal)
}

//! The second round: tables with rows. Every value that the change keeps must be equal after up, down, and up again.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, error::SqlState};

use super::{
    Claim, Proof, ProofError, Side, Stopped,
    catalogs::Catalogs,
    conversions::Conversions,
    probe::{Outcomes, broken, probe},
    run::{Failure, Watch, find, run_plan},
    seed::{Kind, empty, seed},
};
use crate::{
    cluster::ScratchError,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ObjectId, Schema, TableKind, TableName, quote_ident},
    plan::{Phase, Plan},
    statement::Ddl,
};

/// A row as the texts of its kept columns.
type Row = Vec<Option<String>>;
/// Rows by table (by names in the before schema), sorted.
type Values = BTreeMap<TableName, Vec<Row>>;

pub(super) fn follow(
    client: &mut Client,
    claim: Claim<'_>,
    baseline: &Schema,
    probes: &mut Probes<'_>,
    catalogs: &mut Catalogs<'_>,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    proof.rows_followed = seed(client, baseline, Kind::Full);
    if proof.rows_followed == 0 {
        return Ok(());
    }
    let kept = kept_columns(claim, baseline);
    let round = Round {
        claim,
        baseline,
        conversions: Conversions::new(claim, baseline, &kept.columns),
        kept,
    };
    if !probes.tables.is_empty() {
        probes.before = probe(&mut (probes.connect)()?, baseline, probes.tables);
    }
    if let Some((side, stop)) = round.run(
        client,
        &[Side::Up, Side::Down, Side::UpAgain],
        Some(probes),
        catalogs,
        proof,
    )? {
        // If rows of the before schema stop the migration, code is tried with rows of the after schema.
        if side == Side::Up && !(probes.tables.is_empty() && round.conversions.is_empty()) {
            // After the first part, tables have their names of the after schema.
            empty(client, if stop.part == 0 { baseline } else { &proof.reached });
            if run(client, claim.up, Side::Up, stop.part)?.is_none() {
                seed(client, &proof.reached, Kind::Full);
                probes.after(Side::Up, claim, baseline, proof)?;
                round.conversions.try_back(client, &mut proof.not_restored);
            }
        }
        if side == Side::Down {
            round.conversions.failed(&stop.statement, &mut proof.not_restored);
        }
        let plan = if side == Side::Down { claim.down } else { claim.up };
        let condition = find(plan, &stop.statement).and_then(|own| match &own.ddl {
            Ddl::Guard { condition, .. } => condition.clone(),
            _ => None,
        });
        proof.stopped = Some(Stopped {
            side,
            message: stop.message,
            condition,
        });
        return Ok(());
    }
    // Rows with NULLs take other paths through fills and conversions. A guard that stops on them works as intended.
    let mut statements = claim.up.statements.iter().chain(&claim.down.statements);
    if statements.any(|own| matches!(own.phase, Phase::Fill | Phase::Alter))
        && run(client, claim.down, Side::Down, 0)?.is_none()
    {
        proof.rows_followed += seed(client, baseline, Kind::Nulls);
        round.run(client, &[Side::Up, Side::Down], None, catalogs, proof)?;
    }
    Ok(())
}

/// The writes that show whether code still runs.
pub(super) struct Probes<'a> {
    /// Opens a session. A new one is needed because functions cache facts about tables for the session.
    pub connect: &'a dyn Fn() -> Result<Client, ScratchError>,
    /// The tables and views, by names in the before schema.
    pub tables: &'a BTreeSet<TableName>,
    /// The results before the migration.
    pub before: Outcomes,
}

impl Probes<'_> {
    /// Repeats all writes after a plan has run.
    fn after(&self, side: Side, claim: Claim<'_>, baseline: &Schema, proof: &mut Proof) -> Result<(), ProofError> {
        if self.tables.is_empty() || side == Side::UpAgain {
            return Ok(());
        }
        let mut client = (self.connect)()?;
        let flipped = claim.matches.flip();
        let found = if side == Side::Down {
            let now = probe(&mut client, baseline, self.tables);
            broken(&self.before, &now, side, baseline, Clone::clone)
        } else {
            let tables = self.tables.iter().map(|name| claim.matches.table(name)).collect();
            let now = probe(&mut client, &proof.reached, &tables);
            broken(&self.before, &now, side, baseline, |name| flipped.table(name))
        };
        proof.broken.extend(found);
        Ok(())
    }
}

/// The inputs of a round with rows.
struct Round<'a> {
    claim: Claim<'a>,
    baseline: &'a Schema,
    kept: Kept,
    conversions: Conversions<'a>,
}

impl Round<'_> {
    /// Runs the plans one after the other; returns the one that stops because of the rows, and its error.
    fn run(
        &self,
        client: &mut Client,
        sides: &[Side],
        mut probes: Option<&mut Probes<'_>>,
        catalogs: &mut Catalogs<'_>,
        proof: &mut Proof,
    ) -> Result<Option<(Side, Stop)>, ProofError> {
        let Self {
            claim,
            baseline,
            kept,
            conversions,
        } = self;
        let converted = conversions.values(client)?;
        let as_before = |table: &TableName, column: &str| (table.clone(), column.to_owned());
        let renamed =
            |table: &TableName, column: &str| (claim.matches.table(table), claim.matches.column(table, column));
        let wanted = values(client, kept, as_before)?;
        let relabelled = relabelled(&wanted, kept, *claim, baseline);
        let mut is_changed = false;
        for side in sides {
            let plan = if *side == Side::Down { claim.down } else { claim.up };
            if *side != Side::UpAgain {
                // What a statement does may depend on the rows.
                let mut found = Vec::new();
                let observed = Watch {
                    observed: Some(&mut found),
                    ..Watch::default()
                };
                let ran = run_plan(client, plan, *side, observed);
                proof.observed.merge(*side, found);
                if let Err(failure) = ran {
                    return Ok(Some((*side, stop(failure)?)));
                }
            } else if let Some(stop) = run(client, plan, *side, 0)? {
                return Ok(Some((*side, stop)));
            }
            if *side == Side::Down {
                catalogs.compare(client, Side::Down)?;
            }
            if *side == Side::Down && !conversions.is_empty() {
                let back = conversions.values(client)?;
                conversions.compare(&converted, &back, &mut proof.not_restored);
            }
            if let Some(probes) = &mut probes {
                probes.after(*side, *claim, baseline, proof)?;
            }
            let (found, expected) = match side {
                Side::Down => (values(client, kept, as_before)?, &wanted),
                _ => (values(client, kept, renamed)?, &relabelled),
            };
            let differing = expected.iter().find(|(table, rows)| found.get(*table) != Some(*rows));
            let Some((table, rows)) = differing.filter(|_| !is_changed) else {
                continue;
            };
            let columns = kept.columns.get(table).map_or(&[][..], Vec::as_slice);
            let after = found.get(table).map_or(&[][..], Vec::as_slice);
            let difference = table_difference(columns, rows, after);
            if !claim.fires {
                return Err(ProofError::Rows {
                    side: *side,
                    table: table.plain(),
                    difference,
                });
            }
            // Changes that triggers make to rows follow from the user's decision.
            is_changed = true;
            let message = format!(
                "triggers that {side} lets fire change rows of {} (-: before, +: after):\n{difference}",
                table.plain()
            );
            let note = Diagnostic::new(DiagnosticCode::RowsChanged, message);
            proof.notes.push(note.about(ObjectId::Table(table.clone())));
        }
        Ok(None)
    }
}

/// The maximum number of rows that a difference shows of each side.
const SHOWN: usize = 5;
/// The maximum number of characters that it shows of a value.
const WIDEST: usize = 40;

/// Renders the rows that are on one side only, as a table with a header.
fn table_difference(columns: &[String], before: &[Row], after: &[Row]) -> String {
    let only = |rows: &[Row], other: &[Row]| -> Vec<Row> {
        let mut rest: Vec<&Row> = other.iter().collect();
        let is_missing = |row: &&Row| match rest.iter().position(|found| found == row) {
            Some(at) => {
                rest.remove(at);
                false
            }
            None => true,
        };
        rows.iter().filter(is_missing).cloned().collect()
    };
    let mut lines: Vec<(&str, Vec<String>)> = vec![(" ", columns.to_vec())];
    for (sign, rows) in [("-", only(before, after)), ("+", only(after, before))] {
        let texts = |row: &Row| row.iter().map(|value| shortened(value.as_deref())).collect();
        lines.extend(rows.iter().take(SHOWN).map(|row| (sign, texts(row))));
    }
    let width = |at: usize| {
        lines
            .iter()
            .filter_map(|(_, line)| Some(line.get(at)?.chars().count()))
            .max()
    };
    let widths: Vec<usize> = (0..columns.len()).map(|at| width(at).unwrap_or(0)).collect();
    let line = |(sign, cells): &(&str, Vec<String>)| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{sign} {}\n", cells.join("  ").trim_end())
    };
    lines.iter().map(line).collect()
}

fn shortened(value: Option<&str>) -> String {
    let Some(value) = value else { return "NULL".to_owned() };
    let plain: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.chars().count() <= WIDEST {
        return plain;
    }
    plain.chars().take(WIDEST - 3).chain("...".chars()).collect()
}

/// Returns the values with the labels of the after schema.
fn relabelled(values: &Values, kept: &Kept, claim: Claim<'_>, baseline: &Schema) -> Values {
    let mut values = values.clone();
    for (table, rows) in &mut values {
        let Some(found) = baseline.tables.get(table) else {
            continue;
        };
        for row in rows.iter_mut() {
            for (name, value) in kept.columns.get(table).into_iter().flatten().zip(row.iter_mut()) {
                let Some(column) = found.column(name) else { continue };
                if baseline.enum_type(&column.data_type.name).is_some() {
                    *value = value
                        .as_ref()
                        .map(|text| claim.matches.label(&column.data_type.name, text));
                }
            }
        }
        rows.sort();
    }
    values
}

/// The statement at which a plan stops because of the rows.
struct Stop {
    statement: String,
    message: String,
    /// The part that stops.
    part: usize,
}

/// Runs a plan from a part on. A stop because of the rows (a guard, a value that does not fit) is a result, not an error.
fn run(client: &mut Client, plan: &Plan, side: Side, from: usize) -> Result<Option<Stop>, ProofError> {
    let from = Watch {
        from,
        ..Watch::default()
    };
    match run_plan(client, plan, side, from) {
        Ok(()) => Ok(None),
        Err(failure) => stop(failure).map(Some),
    }
}

/// Returns the stop because of the rows, or otherwise the error.
fn stop(failure: Failure) -> Result<Stop, ProofError> {
    match failure {
        (ProofError::Statement { statement, message, .. }, Some(code), part) if is_about_rows(&code) => Ok(Stop {
            statement,
            message,
            part,
        }),
        (error, ..) => Err(error),
    }
}

/// Returns whether an error concerns rows: classes 22 (data exception) and 23 (constraint violation), and errors of
/// guards.
fn is_about_rows(code: &SqlState) -> bool {
    code.code().starts_with("22") || code.code().starts_with("23") || *code == SqlState::RAISE_EXCEPTION
}

/// The columns that are compared before and after, by names in the before schema.
#[derive(Default)]
struct Kept {
    /// The columns with the same type on both sides, by table.
    columns: BTreeMap<TableName, Vec<String>>,
    partitioned: BTreeSet<TableName>,
}

fn kept_columns(claim: Claim<'_>, baseline: &Schema) -> Kept {
    let mut kept = Kept::default();
    // A partition's rows are read through its parent.
    for (name, table) in baseline.tables.iter().filter(|(_, table)| table.partition_of.is_none()) {
        let Some(after) = claim.schemas.after.tables.get(&claim.matches.table(name)) else {
            continue;
        };
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(|column| {
                after
                    .column(&claim.matches.column(name, &column.name))
                    .is_some_and(|other| {
                        other.data_type == claim.matches.data_type(&column.data_type)
                        // Labels in an array's text are not replaced.
                        && !(column.data_type.array && claim.matches.has_renamed_labels(&column.data_type.name))
                        && column.generated.is_none()
                        && other.generated.is_none()
                        // A nullable column that becomes NOT NULL may be filled, so its values may change.
                        && (!column.nullable || other.nullable)
                    })
            })
            .map(|column| column.name.clone())
            .collect();
        if !columns.is_empty() {
            kept.columns.insert(name.clone(), columns);
        }
        if matches!(table.kind, TableKind::Partitioned { .. }) {
            kept.partitioned.insert(name.clone());
        }
    }
    kept
}

fn values(
    client: &mut Client,
    kept: &Kept,
    named: impl Fn(&TableName, &str) -> (TableName, String),
) -> Result<Values, ProofError> {
    let mut values = Values::new();
    for (table, columns) in &kept.columns {
        let list: Vec<String> = columns
            .iter()
            .map(|column| format!("{}::text", quote_ident(&named(table, column).1)))
            .collect();
        let (target, _) = named(table, "");
        // A child table is read without its children; a partitioned table is read with its partitions, which store its
        // rows.
        let only = if kept.partitioned.contains(table) { "" } else { "ONLY " };
        let sql = format!("SELECT ARRAY[{}] FROM {only}{target}", list.join(", "));
        let found = client.query(sql.as_str(), &[]).map_err(|source| ProofError::Query {
            action: "read the rows back",
            source,
        })?;
        let mut rows: Vec<Row> = found.iter().map(|row| row.get(0)).collect();
        rows.sort();
        values.insert(table.clone(), rows);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::table_difference;

    #[test]
    fn only_rows_that_differ_are_shown() {
        let row = |texts: [Option<&str>; 2]| texts.iter().map(|text| text.map(str::to_owned)).collect();
        let before = [row([Some("1"), None]), row([Some("2"), Some("b")])];
        let after = [row([Some("2"), Some("b")]), row([Some("1"), Some("x")])];
        let shown = table_difference(&["id".to_owned(), "title".to_owned()], &before, &after);
        assert_eq!(shown, "  id  title\n- 1   NULL\n+ 1   x\n");
    }
}

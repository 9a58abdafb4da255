//! Which of the dropped and added things are the same: by decision where there is one, else by the evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, Place, Sureness, column_evidence};
use crate::model::{Column, TableName, TypeName};

/// What a person said: flags, and answers given at a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// `--rename table.old:new`; the table by its name before or after.
    pub columns: Vec<(TableName, String, String)>,
    /// `--rename-table old:new`.
    pub tables: Vec<(TableName, TableName)>,
    /// `--rename-label type.old:new`.
    pub labels: Vec<(TypeName, String, String)>,
    /// `--drop table.column`: it is gone, not renamed.
    pub dropped_columns: BTreeSet<(TableName, String)>,
    /// `--drop table`.
    pub dropped_tables: BTreeSet<TableName>,
    /// `--backfill table.column=EXPRESSION`.
    pub backfills: BTreeMap<(TableName, String), String>,
    /// `--using table.column=EXPRESSION`.
    pub usings: BTreeMap<(TableName, String), String>,
}

/// Who decided a rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// A flag or an answer.
    Person,
    /// `renamed_from` in schema.rs.
    Attribute,
    /// The evidence alone.
    Evidence,
}

/// One rename of a pair of names, with what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The name before.
    pub from: String,
    /// The name after.
    pub to: String,
    /// Who decided.
    pub by: DecidedBy,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// A dropped name that may have become an added one; nobody said so.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    /// The name before.
    pub from: String,
    /// What it may have become, the likeliest first; never empty.
    pub candidates: Vec<Verdict>,
}

/// What came of a set of dropped and added names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// These are renames.
    pub renames: Vec<Verdict>,
    /// These may be; nobody said so.
    pub undecided: Vec<Undecided>,
}

/// A dropped or added column of one table.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The column.
    pub column: &'a Column,
    /// Where it stands among the columns that stay.
    pub place: Place,
}

/// Pairs dropped with added columns of one table. `said` holds decisions of this table, old to new name.
pub fn columns(
    dropped: &[Candidate<'_>],
    added: &[Candidate<'_>],
    said: &BTreeMap<String, (String, DecidedBy)>,
    surely_dropped: &BTreeSet<String>,
) -> Outcome {
    let only = dropped.len() == 1 && added.len() == 1;
    assign(
        &dropped.iter().map(|old| old.column.name.clone()).collect::<Vec<_>>(),
        &added.iter().map(|new| new.column.name.clone()).collect::<Vec<_>>(),
        said,
        surely_dropped,
        |old, new| {
            column_evidence(
                (dropped[old].column, &dropped[old].place),
                (added[new].column, &added[new].place),
                only,
            )
        },
    )
}

/// Pairs dropped with added names: what was said first, then the pairs with the best evidence, each name once.
pub fn assign(
    dropped: &[String],
    added: &[String],
    said: &BTreeMap<String, (String, DecidedBy)>,
    surely_dropped: &BTreeSet<String>,
    evidence: impl Fn(usize, usize) -> Evidence,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut free_old: BTreeSet<usize> = (0..dropped.len()).collect();
    let mut free_new: BTreeSet<usize> = (0..added.len()).collect();
    for (old, name) in dropped.iter().enumerate() {
        let Some((to, by)) = said.get(name) else { continue };
        let Some(new) = added.iter().position(|other| other == to) else {
            continue;
        };
        free_old.remove(&old);
        free_new.remove(&new);
        outcome.renames.push(Verdict {
            from: name.clone(),
            to: to.clone(),
            by: *by,
            evidence: evidence(old, new),
        });
    }
    free_old.retain(|old| !surely_dropped.contains(&dropped[*old]));
    let mut pairs: Vec<(usize, usize, Evidence)> = free_old
        .iter()
        .flat_map(|old| free_new.iter().map(move |new| (*old, *new)))
        .map(|(old, new)| (old, new, evidence(old, new)))
        .filter(|(_, _, found)| found.sureness > Sureness::No)
        .collect();
    pairs.sort_by(|a, b| b.2.score.total_cmp(&a.2.score).then(a.0.cmp(&b.0)).then(a.1.cmp(&b.1)));
    for (old, new, found) in pairs {
        if !free_old.contains(&old) || !free_new.contains(&new) {
            continue;
        }
        free_old.remove(&old);
        free_new.remove(&new);
        let sure = found.sureness == Sureness::Sure;
        let verdict = Verdict {
            from: dropped[old].clone(),
            to: added[new].clone(),
            by: DecidedBy::Evidence,
            evidence: found,
        };
        if sure {
            outcome.renames.push(verdict)
        } else {
            outcome.undecided.push(Undecided {
                from: verdict.from.clone(),
                candidates: vec![verdict],
            })
        }
    }
    outcome
}

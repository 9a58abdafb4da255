//! Which of the dropped and added things are the same: by decision where there is one, else by the evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    assignment::{self, Pairing},
    evidence::{Balance, Evidence, PLAUSIBLE, Sureness},
    odds,
};
use crate::model::{TableName, TypeName};

/// What a person said: flags, and answers given at a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// `--rename table.old:new`; the table by its name before or after.
    pub columns: Vec<(TableName, String, String)>,
    /// `--rename-table old:new`.
    pub tables: Vec<(TableName, TableName)>,
    /// `--rename-type old:new`.
    pub types: Vec<(TypeName, TypeName)>,
    /// `--rename-schema old:new`.
    pub namespaces: Vec<(String, String)>,
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
    /// `--using-down table.column=EXPRESSION`.
    pub usings_down: BTreeMap<(TableName, String), String>,
    /// `--replace view=QUERY`, `--replace table.trigger=STATEMENT`, `--replace function=STATEMENT`.
    pub replaced: BTreeMap<CodeName, String>,
    /// `--keep function`: it stays although it names what changes.
    pub kept: BTreeSet<TableName>,
    /// `--fire-triggers table`: its triggers fire for rows that are filled.
    pub fires: BTreeSet<TableName>,
    /// `--lift-row-security table`: its policies do not hold for the migration.
    pub lifted: BTreeSet<TableName>,
}

/// The name of a view, function or trigger in a flag: `a.b` may be a view of the schema `a`, or a trigger on the table `a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeName {
    /// As a view or function.
    pub table: Option<TableName>,
    /// As a trigger or rule of a table.
    pub column: Option<(TableName, String)>,
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

/// The names that are there on one side only, and what was said about them.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// Of before. Where nothing else decides, the first ones come first.
    pub dropped: &'a [String],
    /// Of after.
    pub added: &'a [String],
    /// Decisions, old to new name.
    pub said: &'a BTreeMap<String, (String, DecidedBy)>,
    /// A person said of these that they go.
    pub surely_dropped: &'a BTreeSet<String>,
}

/// Pairs below these odds are no rivals of any other.
const NO_RIVAL: f64 = -5.0;
/// What a pair is worth at even odds; 0 is reached where nobody would think of a rename any more.
const WORTH_AT_EVEN_ODDS: f64 = 4.0;
/// Beside better ones, a candidate is still worth asking about.
const WORTH_ASKING: f64 = 0.03;
/// A person reads no more.
const MOST_CANDIDATES: usize = 8;

/// Pairs dropped with added names: what was said first, then the best assignment of all. `pairs` are those that may be the same at all,
/// by their indexes in `names`.
pub fn assign(
    names: Names<'_>,
    pairs: impl IntoIterator<Item = (usize, usize)>,
    balance: impl Fn(usize, usize) -> Balance,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut free_old: Vec<bool> = names
        .dropped
        .iter()
        .map(|name| !names.surely_dropped.contains(name))
        .collect();
    let mut free_new = vec![true; names.added.len()];
    for (old, name) in names.dropped.iter().enumerate() {
        let Some((to, by)) = names.said.get(name) else { continue };
        let Some(new) = names.added.iter().position(|other| other == to) else {
            continue;
        };
        free_old[old] = false;
        free_new[new] = false;
        outcome.renames.push(Verdict {
            from: name.clone(),
            to: to.clone(),
            by: *by,
            evidence: balance(old, new).evidence(1.0),
        });
    }
    let mut edges: Vec<Edge> = pairs
        .into_iter()
        .filter(|(old, new)| free_old[*old] && free_new[*new])
        .map(|(old, new)| Edge {
            old,
            new,
            balance: balance(old, new),
            score: 0.0,
        })
        .filter(|edge| edge.balance.log_odds() > NO_RIVAL)
        .collect();
    edges.sort_by_key(|edge| (edge.old, edge.new));
    edges.dedup_by_key(|edge| (edge.old, edge.new));
    let log_odds: Vec<(usize, usize, f64)> = edges
        .iter()
        .map(|edge| (edge.old, edge.new, edge.balance.log_odds()))
        .collect();
    for (edge, score) in edges.iter_mut().zip(odds::scores(&log_odds)) {
        edge.score = score;
    }
    let chosen: BTreeSet<(usize, usize)> = assignment::best(&worths(&edges)).into_iter().collect();
    let mut by_old: BTreeMap<usize, Vec<&Edge>> = BTreeMap::new();
    let mut by_new: BTreeMap<usize, Vec<&Edge>> = BTreeMap::new();
    for edge in &edges {
        by_old.entry(edge.old).or_default().push(edge);
        by_new.entry(edge.new).or_default().push(edge);
    }
    let is_sure = |edge: &Edge| {
        chosen.contains(&(edge.old, edge.new)) && edge.balance.evidence(edge.score).sureness == Sureness::Sure
    };
    let taken: BTreeSet<usize> = edges.iter().filter(|edge| is_sure(edge)).map(|edge| edge.new).collect();
    for (old, of_old) in &by_old {
        let verdict = |edge: &Edge| Verdict {
            from: names.dropped[edge.old].clone(),
            to: names.added[edge.new].clone(),
            by: DecidedBy::Evidence,
            evidence: beside_rivals(edge, of_old, &by_new[&edge.new], names),
        };
        if let Some(sure) = of_old.iter().find(|edge| is_sure(edge)) {
            outcome.renames.push(verdict(sure));
            continue;
        }
        let mut candidates: Vec<&&Edge> = of_old
            .iter()
            .filter(|edge| !taken.contains(&edge.new) && edge.alone() >= PLAUSIBLE && edge.score >= WORTH_ASKING)
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.new.cmp(&b.new)));
        // What is best for all comes before what is best for one.
        candidates.sort_by_key(|edge| !chosen.contains(&(edge.old, edge.new)));
        candidates.truncate(MOST_CANDIDATES);
        if !candidates.is_empty() {
            outcome.undecided.push(Undecided {
                from: names.dropped[*old].clone(),
                candidates: candidates.into_iter().map(|edge| verdict(edge)).collect(),
            });
        }
    }
    outcome
}

/// A pair that may be the same.
struct Edge {
    old: usize,
    new: usize,
    balance: Balance,
    score: f64,
}

impl Edge {
    /// How sure it would be without rivals.
    fn alone(&self) -> f64 {
        1.0 / (1.0 + (-self.balance.log_odds()).exp())
    }
}

fn worths(edges: &[Edge]) -> Vec<Pairing> {
    edges
        .iter()
        .map(|edge| Pairing {
            old: edge.old,
            new: edge.new,
            #[expect(clippy::cast_possible_truncation, reason = "odds are small numbers")]
            worth: ((edge.balance.log_odds() + WORTH_AT_EVEN_ODDS) * 1e6).round() as i64,
        })
        .filter(|pairing| pairing.worth > 0)
        .collect()
}

/// The evidence for a pair, with the others that its two names may be.
fn beside_rivals(edge: &Edge, of_old: &[&Edge], of_new: &[&Edge], names: Names<'_>) -> Evidence {
    let mut evidence = edge.balance.evidence(edge.score);
    let percent = |rival: &Edge| rival.balance.evidence(rival.score).percent();
    let rivals = |edges: &[&Edge]| -> Vec<usize> {
        let mut found: Vec<usize> = (0..edges.len())
            .filter(|at| edges[*at].score >= 0.1 && (edges[*at].old, edges[*at].new) != (edge.old, edge.new))
            .collect();
        found.sort_by(|a, b| edges[*b].score.total_cmp(&edges[*a].score).then(a.cmp(b)));
        found
    };
    for at in rivals(of_old) {
        evidence.reasons.push(format!(
            "but it may be {} as well ({} %)",
            names.added[of_old[at].new],
            percent(of_old[at])
        ));
    }
    for at in rivals(of_new) {
        evidence.reasons.push(format!(
            "but {} may be {} as well ({} %)",
            names.added[edge.new],
            names.dropped[of_new[at].old],
            percent(of_new[at])
        ));
    }
    evidence
}

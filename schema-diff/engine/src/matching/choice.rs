//! Chooses which of the dropped and added names are the same object: by decision, otherwise by the evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    assignment::{self, Pairing},
    decided_by::DecidedBy,
    evidence::{Evidence, PLAUSIBLE, Reasons, Sureness},
    odds,
};

/// A pair of names that is, or may be, one object.
#[derive(Clone, Debug)]
pub(super) struct Candidate<K> {
    /// The name before.
    pub from: K,
    /// The name after.
    pub to: K,
    /// Who decided.
    pub by: DecidedBy,
    /// The reasons for and against it.
    pub evidence: Evidence,
}

/// The result for a set of dropped and added names.
#[derive(Clone, Debug)]
pub(super) struct Choice<K> {
    /// The renames.
    pub renames: Vec<Candidate<K>>,
    /// Names before that may be renamed, each with at least one candidate; the likeliest candidate is first.
    pub undecided: Vec<(K, Vec<Candidate<K>>)>,
}

/// Decided renames: old name to new name.
pub(super) type Decided<K> = BTreeMap<K, (K, DecidedBy)>;

/// The names that exist on one side only, and the decisions about them.
pub(super) struct Names<'a, K> {
    /// The names before. Where nothing else decides, the first come first.
    pub dropped: &'a [K],
    /// The names after.
    pub added: &'a [K],
    /// Decided renames, old to new.
    pub decided: &'a Decided<K>,
    /// Names that take no part, because the user decided that they are dropped or keep their names.
    pub not_renamed: &'a BTreeSet<K>,
    /// The score from which a rename needs no decision.
    pub sure: f64,
    /// Formats a name for messages.
    pub shown: fn(&K) -> String,
}

/// Pairs with at most these log-odds are not considered.
const MIN_LOG_ODDS: f64 = -5.0;
/// The weight of a pair at even odds; the weight is 0 where a rename is out of the question.
const WEIGHT_AT_EVEN_ODDS: f64 = 4.0;
/// The lowest score at which a candidate beside better ones is still offered.
const MIN_CANDIDATE_SCORE: f64 = 0.03;
/// The maximal number of candidates in a question.
const MAX_CANDIDATES: usize = 8;

/// Pairs dropped names with added names: decided renames first, then the best assignment of the others. `pairs` are the
/// pairs that may be the same object, as indexes into `names`.
pub(super) fn assign<K: Ord + Clone>(
    names: &Names<'_, K>,
    pairs: impl IntoIterator<Item = (usize, usize)>,
    reasons: impl Fn(usize, usize) -> Reasons,
) -> Choice<K> {
    let mut outcome = Choice {
        renames: Vec::new(),
        undecided: Vec::new(),
    };
    let mut free_old: Vec<bool> = names
        .dropped
        .iter()
        .map(|name| !names.not_renamed.contains(name))
        .collect();
    let mut free_new = vec![true; names.added.len()];
    for (old, name) in names.dropped.iter().enumerate() {
        let Some((to, by)) = names.decided.get(name) else {
            continue;
        };
        let Some(new) = names.added.iter().position(|other| other == to) else {
            continue;
        };
        free_old[old] = false;
        free_new[new] = false;
        outcome.renames.push(Candidate {
            from: name.clone(),
            to: to.clone(),
            by: *by,
            evidence: reasons(old, new).evidence(1.0, names.sure),
        });
    }
    let mut edges: Vec<Edge> = pairs
        .into_iter()
        .filter(|(old, new)| free_old[*old] && free_new[*new])
        .map(|(old, new)| Edge {
            old,
            new,
            reasons: reasons(old, new),
            score: 0.0,
        })
        .filter(|edge| edge.reasons.log_odds() > MIN_LOG_ODDS)
        .collect();
    edges.sort_by_key(|edge| (edge.old, edge.new));
    edges.dedup_by_key(|edge| (edge.old, edge.new));
    let log_odds: Vec<(usize, usize, f64)> = edges
        .iter()
        .map(|edge| (edge.old, edge.new, edge.reasons.log_odds()))
        .collect();
    for (edge, score) in edges.iter_mut().zip(odds::scores(&log_odds)) {
        edge.score = score;
    }
    let chosen: BTreeSet<(usize, usize)> = assignment::best(&weights(&edges)).into_iter().collect();
    let mut by_old: BTreeMap<usize, Vec<&Edge>> = BTreeMap::new();
    let mut by_new: BTreeMap<usize, Vec<&Edge>> = BTreeMap::new();
    for edge in &edges {
        by_old.entry(edge.old).or_default().push(edge);
        by_new.entry(edge.new).or_default().push(edge);
    }
    let is_sure = |edge: &Edge| {
        chosen.contains(&(edge.old, edge.new))
            && edge.reasons.evidence(edge.score, names.sure).sureness == Sureness::Sure
    };
    let taken: BTreeSet<usize> = edges.iter().filter(|edge| is_sure(edge)).map(|edge| edge.new).collect();
    for (old, of_old) in &by_old {
        let candidate = |edge: &Edge| Candidate {
            from: names.dropped[edge.old].clone(),
            to: names.added[edge.new].clone(),
            by: DecidedBy::Evidence,
            evidence: with_rivals(edge, of_old, &by_new[&edge.new], names),
        };
        if let Some(sure) = of_old.iter().find(|edge| is_sure(edge)) {
            outcome.renames.push(candidate(sure));
            continue;
        }
        let mut candidates: Vec<&&Edge> = of_old
            .iter()
            .filter(|edge| {
                !taken.contains(&edge.new) && edge.unrivaled_score() >= PLAUSIBLE && edge.score >= MIN_CANDIDATE_SCORE
            })
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.new.cmp(&b.new)));
        // The best candidates in total come before those that are best for one name.
        candidates.sort_by_key(|edge| !chosen.contains(&(edge.old, edge.new)));
        candidates.truncate(MAX_CANDIDATES);
        if !candidates.is_empty() {
            let from = names.dropped[*old].clone();
            let candidates = candidates.into_iter().map(|edge| candidate(edge)).collect();
            outcome.undecided.push((from, candidates));
        }
    }
    outcome
}

/// A pair that may be one object.
struct Edge {
    old: usize,
    new: usize,
    reasons: Reasons,
    score: f64,
}

impl Edge {
    /// Returns the score that it would have without competing pairs.
    fn unrivaled_score(&self) -> f64 {
        1.0 / (1.0 + (-self.reasons.log_odds()).exp())
    }
}

fn weights(edges: &[Edge]) -> Vec<Pairing> {
    edges
        .iter()
        .map(|edge| Pairing {
            old: edge.old,
            new: edge.new,
            #[expect(clippy::cast_possible_truncation, reason = "odds are small numbers")]
            weight: ((edge.reasons.log_odds() + WEIGHT_AT_EVEN_ODDS) * 1e6).round() as i64,
        })
        .filter(|pairing| pairing.weight > 0)
        .collect()
}

/// Returns the evidence for a pair, with a reason for each competing pair.
fn with_rivals<K>(edge: &Edge, of_old: &[&Edge], of_new: &[&Edge], names: &Names<'_, K>) -> Evidence {
    let shown = names.shown;
    let mut evidence = edge.reasons.evidence(edge.score, names.sure);
    let percent = |rival: &Edge| rival.reasons.evidence(rival.score, names.sure).percent();
    let rivals = |edges: &[&Edge]| -> Vec<usize> {
        let mut found: Vec<usize> = (0..edges.len())
            .filter(|at| edges[*at].score >= 0.1 && (edges[*at].old, edges[*at].new) != (edge.old, edge.new))
            .collect();
        found.sort_by(|a, b| edges[*b].score.total_cmp(&edges[*a].score).then(a.cmp(b)));
        found
    };
    for at in rivals(of_old) {
        evidence.reasons.push(format!(
            "but it may have been renamed to {} instead ({} %)",
            shown(&names.added[of_old[at].new]),
            percent(of_old[at])
        ));
    }
    for at in rivals(of_new) {
        evidence.reasons.push(format!(
            "but {} may be the new name of {} instead ({} %)",
            shown(&names.added[edge.new]),
            shown(&names.dropped[of_new[at].old]),
            percent(of_new[at])
        ));
    }
    evidence
}

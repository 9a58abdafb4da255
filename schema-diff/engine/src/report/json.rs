//! Changes, questions and migrations as JSON. `docs/json.md` documents the shape; fields are added, never renamed.

use serde_json::{Value, json};

use super::{
    line::{Line, lines},
    unmanaged::Unmanaged,
};
use crate::{
    compatibility::{Compatibility, Finding, Source},
    diagnostic::Diagnostic,
    generate::{Draft, Flag, Migration, PartText, Question, questions, shown},
    matching::{DecidedBy, Evidence, Rename, Sureness},
    model::{ObjectId, Pair, QualifiedName},
    plan::Statement,
    rates::Rates,
    render,
    statement::{LockMode, Observation, Transaction, Wait, Work, WorkKind},
};

/// Returns one change as JSON.
pub fn change_json(line: &Line) -> Value {
    json!({
        "sign": line.sign.symbol().to_string(),
        "kind": line.kind,
        "object": line.object,
        "text": line.text,
        "loses_data": line.loses_data,
    })
}

/// Returns an open question as JSON.
fn question_json(question: &Question) -> Value {
    let ways: Vec<String> = question.options().iter().map(ToString::to_string).collect();
    match question {
        Question::Rename { before, candidates, .. } => {
            let listed = candidates.iter().zip(&ways).map(|(rename, way)| {
                let Rename { after, evidence, .. } = rename;
                json!({ "to": after.name(), "score": score(evidence), "reasons": evidence.reasons, "way": way })
            });
            json!({
                "kind": "rename",
                "what": candidates.first().map_or_else(|| question.about(), shown),
                "from": before.name(),
                "reasons": candidates.first().map(|rename| &rename.evidence.reasons),
                "candidates": listed.collect::<Vec<_>>(),
                "ways": ways,
            })
        }
        Question::Code(dependent) => {
            json!({ "kind": "code", "what": question.about(), "reads": dependent.reads, "ways": ways })
        }
        Question::Backfill { is_new, .. } => {
            json!({ "kind": "backfill", "what": question.about(), "is_new": is_new, "ways": ways })
        }
    }
}

/// Rounds a score to hundredths, because it is not more precise.
fn score(evidence: &Evidence) -> f64 {
    (evidence.score * 100.0).round() / 100.0
}

/// Returns the changes, the decisions and the open questions of a draft as JSON.
pub fn draft_json(draft: &Draft) -> Value {
    let resolution = &draft.resolution;
    let lines = lines(&draft.changes, Pair::new(&draft.base.schema, &resolution.after));
    let is_open = |rename: &&Rename| draft.open.iter().any(|open| open.before == rename.before);
    let renames: Vec<Value> = resolution
        .renames
        .iter()
        .filter(|rename| !is_open(rename))
        .map(|rename| {
            let Rename { before, after, evidence, .. } = rename;
            let drop = Flag::of(before, &draft.unless_renamed(before));
            json!({
                "what": shown(rename),
                "from": before.name(),
                "to": after.name(),
                "decided_by": match rename.by { DecidedBy::User => "person", DecidedBy::Attribute => "attribute", DecidedBy::Evidence => "evidence" },
                "sure": evidence.sureness == Sureness::Sure,
                "score": score(evidence),
                "reasons": evidence.reasons,
                "alternatives": [drop.to_string()],
            })
        })
        .collect();
    let open: Vec<Value> = questions(draft).iter().map(question_json).collect();
    json!({
        "compared_with": draft.base.description,
        "changes": lines.iter().map(change_json).collect::<Vec<_>>(),
        "renames": renames,
        "open": open,
        "notes": resolution.notes().map(ToString::to_string).collect::<Vec<_>>(),
        "remarks": resolution.remarks().map(ToString::to_string).collect::<Vec<_>>(),
        "diagnostics": resolution.diagnostics.iter().map(diagnostic_json).collect::<Vec<_>>(),
    })
}

/// Returns a diagnostic, with its code, as JSON.
fn diagnostic_json(found: &Diagnostic) -> Value {
    json!({
        "code": found.code.as_str(),
        "severity": found.code.severity().as_str(),
        "object": found.object.as_ref().map(ObjectId::path),
        "file": found.place.as_ref().map(|place| place.file.display().to_string()),
        "line": found.place.as_ref().map(|place| place.line),
        "message": found.message,
        "hint": Some(&found.hint).filter(|hint| !hint.is_empty()),
    })
}

/// Returns the unmanaged objects as JSON.
pub fn unmanaged_json(found: &[Unmanaged]) -> Value {
    found
        .iter()
        .map(|own| json!({ "object": own.object, "kind": own.kind, "text": own.text, "why": own.why }))
        .collect()
}

/// Returns a statement with what it does to existing tables as JSON.
fn statement_json(statement: &Statement, rates: Option<Rates>) -> Value {
    let waits = statement.waits.iter().map(|wait| wait_json(wait, rates));
    json!({
        "sql": render::sql(&statement.ddl),
        "hazards": statement.observed.as_ref().map(hazards_json),
        "waits": waits.collect::<Vec<_>>(),
    })
}

/// Returns what other sessions wait for, on large tables and on tables of unknown size.
fn wait_json(wait: &Wait, rates: Option<Rates>) -> Value {
    let estimate = rates.and_then(|rates| rates.estimate(wait));
    let estimate = estimate.map(|own| json!({ "low": own.low.as_secs_f64(), "high": own.high.as_secs_f64() }));
    let works = |work: &[Work]| work.iter().map(work_json).collect::<Vec<_>>();
    json!({
        "relations": wait.relations.iter().map(QualifiedName::plain).collect::<Vec<_>>(),
        "lock": wait.lock.as_str(),
        "blocks": blocks(wait.lock),
        "work": works(&wait.work),
        "later": works(&wait.later),
        "seconds": estimate,
        "text": wait.to_string(),
    })
}

fn work_json(work: &Work) -> Value {
    json!({
        "kind": kind_of_work(work.kind),
        "relation": work.relation.plain(),
        "rows": work.size.and_then(|size| size.rows),
        "bytes": work.size.map(|size| size.bytes),
    })
}

const fn kind_of_work(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::Scan => "scan",
        WorkKind::Build => "index_build",
        WorkKind::Write => "write",
        WorkKind::Rewrite => "rewrite",
    }
}

/// Returns which statements of other sessions wait for a lock.
fn blocks(lock: LockMode) -> &'static str {
    if lock.blocks_reads() {
        "reads and writes"
    } else if lock.blocks_writes() {
        "writes"
    } else {
        "writes of the changed rows"
    }
}

/// Returns what other sessions notice of a statement: locks that block them, and what takes long on large tables.
fn hazards_json(observed: &Observation) -> Vec<Value> {
    let locks = observed.locks.iter().filter(|(_, lock)| lock.blocks_writes());
    let locks = locks.map(|(relation, lock)| {
        json!({ "kind": "lock", "relation": relation.plain(), "lock": lock.as_str(), "blocks": blocks(*lock) })
    });
    let of_kind = |kind: &'static str, relation: &QualifiedName| json!({ "kind": kind, "relation": relation.plain(), "lock": null, "blocks": null });
    let rewrites = observed.rewrites.iter().map(|relation| of_kind("rewrite", relation));
    let scans = observed.scans.keys().map(|relation| of_kind("scan", relation));
    let builds = observed.builds.keys().map(|relation| of_kind("index_build", relation));
    let writes = observed.writes.keys().map(|relation| of_kind("write", relation));
    locks.chain(rewrites).chain(scans).chain(builds).chain(writes).collect()
}

/// Returns the SQL of a part after the first as JSON.
fn part_json(part: &PartText) -> Value {
    json!({
        "up": part.up,
        "down": part.down,
        "run_in_transaction": part.transaction == Transaction::Inside,
    })
}

/// Returns when the new program can be deployed, and what fails at other times, as JSON.
pub fn deploy_json(found: &Compatibility) -> Value {
    let findings = |all: &[Finding]| -> Value { all.iter().map(finding_json).collect() };
    json!({
        "order": found.order.to_string(),
        "revert": found.order.reverted().to_string(),
        "old": findings(&found.old),
        "new": findings(&found.new),
        "code": match &found.source {
            Source::Commit(commit) => json!(commit),
            Source::Unknown | Source::Unneeded => Value::Null,
        },
        "unused": found.unused.iter().map(|(table, column)| format!("{}.{column}", table.plain())).collect::<Vec<_>>(),
    })
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "after_part": finding.after_part,
        "program": finding.file,
        "table": finding.table.plain(),
        "statement": finding.statement.as_str(),
        "fails": finding.certainty.as_str(),
        "text": finding.to_string(),
        "file": finding.origin.as_ref().map(|own| &own.file),
        "line": finding.origin.as_ref().map(|own| own.line),
    })
}

/// Returns the SQL of a migration and the result of its proof as JSON.
pub fn migration_json(migration: &Migration) -> Value {
    let statements =
        |all: &[Statement]| -> Value { all.iter().map(|own| statement_json(own, migration.rates)).collect() };
    let mut deploy = deploy_json(&migration.compatibility);
    deploy["allowed"] = json!(migration.allowed_orders.is_none());
    json!({
        "up": migration.up,
        "down": migration.down,
        "run_in_transaction": migration.transaction == Transaction::Inside,
        "later_parts": migration.later_parts.iter().map(part_json).collect::<Vec<_>>(),
        "before": migration.before_fingerprint.to_string(),
        "after": migration.after_fingerprint.to_string(),
        "statements": statements(&migration.up_statements),
        "down_statements": statements(&migration.down_statements),
        "deploy": deploy,
        "proof": migration.proof.as_ref().map(|proof| json!({
            "server": migration.proved_on,
            "other_major": migration.other_major.map(|(compared, proved)| json!({ "compared": compared, "proved": proved })),
            "rows_followed": proof.rows_followed,
            "notes": proof.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "diagnostics": proof.notes.iter().map(diagnostic_json).collect::<Vec<_>>(),
        })),
    })
}

//! The same as data. The shape is documented in `docs/json.md`; fields are added, never renamed.

use serde_json::{Value, json};

use super::{
    line::{Line, lines},
    unmanaged::LeftAlone,
};
use crate::{
    generate::{Draft, Migration, Question, flags, questions, shown},
    model::Pair,
    renames::decide::DecidedBy,
};

/// One change.
pub fn change_json(line: &Line) -> Value {
    json!({
        "sign": line.sign.symbol().to_string(),
        "kind": line.kind,
        "object": line.object,
        "text": line.text,
        "loses_data": line.loses_data,
    })
}

/// What differs, what was decided, what is open.
pub fn draft_json(draft: &Draft) -> Value {
    let resolution = &draft.resolution;
    let lines = lines(&draft.changes, Pair::new(&draft.base.schema, &resolution.after));
    let renames: Vec<Value> = resolution
        .verdicts
        .iter()
        .map(|(subject, verdict)| {
            json!({
                "what": shown(subject, verdict),
                "from": verdict.from,
                "to": verdict.to,
                "decided_by": match verdict.by { DecidedBy::Person => "person", DecidedBy::Attribute => "attribute", DecidedBy::Evidence => "evidence" },
                "reasons": verdict.evidence.reasons,
            })
        })
        .collect();
    let open: Vec<Value> = questions(&draft.base.schema, resolution)
        .iter()
        .map(|question| match question {
            Question::Rename { subject, verdict } => {
                let (rename, drop) = flags(subject, verdict);
                json!({ "kind": "rename", "what": shown(subject, verdict), "reasons": verdict.evidence.reasons, "ways": [rename, drop] })
            }
            Question::Backfill { table, column, is_new } => json!({
                "kind": "backfill",
                "what": format!("{}.{column}", table.plain()),
                "is_new": is_new,
                "ways": [format!("--backfill {}.{column}=EXPRESSION", table.plain())],
            }),
        })
        .collect();
    json!({
        "compared_with": draft.base.description,
        "changes": lines.iter().map(change_json).collect::<Vec<_>>(),
        "renames": renames,
        "open": open,
        "notes": resolution.notes,
        "remarks": resolution.remarks,
    })
}

/// What is left alone.
pub fn unmanaged_json(found: &[LeftAlone]) -> Value {
    found
        .iter()
        .map(|own| json!({ "object": own.object, "kind": own.kind, "text": own.text, "why": own.why }))
        .collect()
}

/// The texts of a migration, and what the proof says.
pub fn migration_json(migration: &Migration) -> Value {
    json!({
        "up": migration.up,
        "down": migration.down,
        "before": migration.before_fingerprint.to_string(),
        "after": migration.after_fingerprint.to_string(),
        "proof": migration.proof.as_ref().map(|proof| json!({
            "server": migration.proved_on,
            "other_major": migration.other_major.map(|(compared, proved)| json!({ "compared": compared, "proved": proved })),
            "rows_followed": proof.rows_followed,
            "notes": proof.notes,
        })),
    })
}

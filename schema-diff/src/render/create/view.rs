//! `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.

use super::{
    access::{Target, access},
    comment::comment,
    grant::grants,
    index::{Build, index},
    options,
    rule::rule,
    trigger::trigger,
};
use crate::model::{Access, Session, View, quote_ident};

/// Creates a view with everything that hangs on it: options, defaults, comments, indexes, rules, triggers, rights.
pub fn view(view: &View) -> Vec<String> {
    let mut statements = bare(view);
    statements.extend(grants(&view.name, None, &view.grants));
    statements.extend(column_grants(view));
    statements
}

/// The same for a view that was there before: with its owner, and no more rights than it had.
pub fn view_again(view: &View, session: &Session) -> Vec<String> {
    let mut statements = bare(view);
    let name = view.name.to_string();
    let target = Target {
        altered: &format!("{} {name}", kind(view)),
        granted: &name,
        namespace: &view.name.schema,
        kind: 'r',
    };
    let wanted = Access {
        owner: view.owner.clone(),
        grants: view.grants.clone(),
        revoked_from_owner: view.revoked_from_owner.clone(),
    };
    statements.extend(access(&target, &wanted, session));
    statements.extend(column_grants(view));
    statements
}

fn column_grants(view: &View) -> Vec<String> {
    let columns = view.column_grants.iter();
    columns
        .flat_map(|(column, own)| grants(&view.name, Some(column), own))
        .collect()
}

const fn kind(view: &View) -> &'static str {
    if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" }
}

fn bare(view: &View) -> Vec<String> {
    let kind = kind(view);
    let data = match (view.materialized, view.populated) {
        (true, false) => "\nWITH NO DATA",
        _ => "",
    };
    let mut statements = vec![format!(
        "CREATE {kind} {}{} AS\n{}{data}",
        view.name,
        options(&view.options),
        view.query
    )];
    statements.extend(view.defaults.iter().map(|(column, default)| {
        format!(
            "ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {default}",
            view.name,
            quote_ident(column)
        )
    }));
    if let Some(text) = &view.comment {
        statements.push(comment(&format!("{kind} {}", view.name), Some(text)));
    }
    statements.extend(
        view.column_comments
            .iter()
            .map(|(column, text)| comment(&format!("COLUMN {}.{}", view.name, quote_ident(column)), Some(text))),
    );
    statements.extend(
        view.indexes
            .values()
            .flat_map(|own| index(&view.name, own, Build::Locking)),
    );
    statements.extend(view.rules.values().flat_map(|own| rule(&view.name, own)));
    statements.extend(view.triggers.values().flat_map(|own| trigger(&view.name, own)));
    statements
}

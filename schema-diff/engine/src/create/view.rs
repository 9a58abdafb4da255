//! `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.

use super::{access::access, grant::grants, index::index, rule::rule, trigger::trigger};
use crate::{
    model::{Access, ObjectId, Session, View},
    statement::{Build, ColumnAction, Ddl},
};

/// Creates a view with everything that belongs to it: options, defaults, comments, indexes, rules, triggers and
/// privileges.
pub fn view(view: &View) -> Vec<Ddl> {
    let mut statements = bare(view);
    statements.extend(grants(&view.name, None, &view.grants));
    statements.extend(column_grants(view));
    statements
}

/// Recreates a view with its owner and no more privileges than it had.
pub fn restore_view(view: &View, session: &Session) -> Vec<Ddl> {
    let mut statements = bare(view);
    let wanted = Access {
        owner: view.owner.clone(),
        grants: view.grants.clone(),
        revoked_from_owner: view.revoked_from_owner.clone(),
    };
    statements.extend(access(&id(view), &wanted, session));
    statements.extend(column_grants(view));
    statements
}

fn id(view: &View) -> ObjectId {
    ObjectId::view(&view.name, view.materialized)
}

fn column_grants(view: &View) -> Vec<Ddl> {
    let columns = view.column_grants.iter();
    columns
        .flat_map(|(column, own)| grants(&view.name, Some(column), own))
        .collect()
}

fn bare(view: &View) -> Vec<Ddl> {
    let mut statements = vec![Ddl::CreateView {
        view: id(view),
        options: view.options.clone(),
        query: view.query.clone(),
        with_data: !view.materialized || view.populated,
    }];
    statements.extend(view.defaults.iter().map(|(column, default)| Ddl::AlterViewColumn {
        view: id(view),
        column: column.clone(),
        action: ColumnAction::SetDefault(default.clone()),
    }));
    statements.extend(Ddl::comment(id(view), view.comment.as_deref()));
    let comments = view.column_comments.iter();
    statements
        .extend(comments.filter_map(|(column, text)| Ddl::comment(ObjectId::column(&view.name, column), Some(text))));
    statements.extend(
        view.indexes
            .values()
            .flat_map(|own| index(&view.name, own, Build::Locking)),
    );
    statements.extend(view.rules.values().flat_map(|own| rule(&view.name, own)));
    statements.extend(view.triggers.values().flat_map(|own| trigger(&view.name, own)));
    statements
}

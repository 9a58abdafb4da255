//! Views that read what goes: a plain column of theirs goes with it, everything else needs a person.

use std::collections::BTreeSet;

use sqlparser::{
    ast::{Expr, SelectItem, SetExpr, Statement},
    dialect::PostgreSqlDialect,
    parser::Parser,
};

use super::{Resolver, consequences::is_dropped};
use crate::model::{ColumnRef, Schema, TableName, View, rename_identifiers};

impl Resolver<'_> {
    /// Adapts every view that reads something dropped.
    pub(super) fn views(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let mut dropped = dropped.clone();
        for name in in_dependency_order(self.input.before) {
            let Some(view) = self.input.before.views.get(&name) else {
                continue;
            };
            let hits: Vec<&ColumnRef> = view
                .depends_on
                .iter()
                .filter(|read| is_dropped(&dropped, read))
                .collect();
            if hits.is_empty() || !self.out.after.views.contains_key(&name) {
                continue;
            }
            let relations: BTreeSet<&TableName> = view.depends_on.iter().map(|read| &read.relation).collect();
            if relations
                .iter()
                .all(|relation| dropped.contains(&ColumnRef::relation(relation)))
            {
                self.note(format!(
                    "view {} reads nothing but what goes, and goes with it",
                    name.plain()
                ));
                self.out.after.views.remove(&name);
                dropped.insert(ColumnRef::relation(&name));
                continue;
            }
            let columns: BTreeSet<&str> = hits.iter().filter_map(|read| read.column.as_deref()).collect();
            let whole = hits
                .iter()
                .any(|read| dropped.contains(&ColumnRef::relation(&read.relation)));
            let rewritten = if whole { None } else { without_columns(view, &columns) };
            let Some((query, gone)) = rewritten else {
                let read: Vec<String> = hits
                    .iter()
                    .map(|read| {
                        read.column.as_ref().map_or_else(
                            || read.relation.plain(),
                            |column| format!("{}.{column}", read.relation.plain()),
                        )
                    })
                    .collect();
                self.problem(
                    None,
                    format!("view {} reads {}, which this change takes away, and not only as a plain column of its own", name.plain(), read.join(", ")),
                    format!("change the view in a migration of your own first (CREATE OR REPLACE VIEW {name} or DROP VIEW {name}), then run autogenerate again"),
                );
                continue;
            };
            for column in &gone {
                self.note(format!(
                    "view {} loses its column {column}, which showed a dropped column",
                    name.plain()
                ));
                dropped.insert(ColumnRef::column(&name, column));
            }
            let renames: Vec<_> = self
                .out
                .renames
                .columns
                .values()
                .flatten()
                .map(|(from, to)| (from.clone(), to.clone()))
                .collect();
            if let Some(after) = self.out.after.views.get_mut(&name) {
                after.query = rename_identifiers(&query, |own| {
                    renames.iter().find(|(from, _)| from == own).map(|(_, to)| to.clone())
                });
                after.columns.retain(|(column, _)| !gone.contains(column));
                after.column_comments.retain(|column, _| !gone.contains(column));
                after.depends_on.retain(|read| !is_dropped(&dropped, read));
            }
        }
    }
}

/// Views after the views that they read.
pub(crate) fn in_dependency_order(schema: &Schema) -> Vec<TableName> {
    fn visit(schema: &Schema, name: &TableName, seen: &mut BTreeSet<TableName>, out: &mut Vec<TableName>) {
        let Some(view) = schema.views.get(name).filter(|_| seen.insert(name.clone())) else {
            return;
        };
        for read in &view.depends_on {
            visit(schema, &read.relation, seen, out);
        }
        out.push(name.clone());
    }
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    for name in schema.views.keys() {
        visit(schema, name, &mut seen, &mut out);
    }
    out
}

/// The view's query without some columns, and the names under which it showed them; `None` where it reads them for more
/// than showing them.
fn without_columns(view: &View, columns: &BTreeSet<&str>) -> Option<(String, Vec<String>)> {
    let mut statements = Parser::parse_sql(&PostgreSqlDialect {}, &view.query).ok()?;
    let Some(Statement::Query(query)) = statements.first_mut() else {
        return None;
    };
    let SetExpr::Select(select) = query.body.as_mut() else {
        return None;
    };
    let mut gone = Vec::new();
    let mut kept = Vec::new();
    for (at, item) in std::mem::take(&mut select.projection).into_iter().enumerate() {
        let expression = match &item {
            SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => {
                Some(expression)
            }
            _ => None,
        };
        let shows = match expression {
            Some(Expr::Identifier(name)) => Some(name.value.as_str()),
            Some(Expr::CompoundIdentifier(path)) => path.last().map(|name| name.value.as_str()),
            _ => None,
        };
        if shows.is_some_and(|name| columns.contains(name)) {
            gone.push(view.columns.get(at)?.0.clone());
        } else {
            kept.push(item);
        }
    }
    if kept.is_empty() || gone.is_empty() {
        return None;
    }
    select.projection = kept;
    let text = query.to_string();
    let still_read = std::cell::Cell::new(false);
    rename_identifiers(&text, |name| {
        still_read.set(still_read.get() || columns.contains(name));
        None
    });
    (!still_read.get()).then_some((text, gone))
}

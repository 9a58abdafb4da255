//! Adapts views that read dropped objects: a plain column of a view is dropped with its source; the user decides about
//! everything else.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::{
    ast::{Expr, SelectItem, SetExpr, Statement},
    dialect::PostgreSqlDialect,
    parser::Parser,
};

use super::{
    Resolver,
    dependents::is_dropped,
    dependents::{Code, FunctionFate, shown},
};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{ColumnRef, Depth, Node, ObjectId, TableName, View, Walk, rename_identifiers},
};

impl Resolver<'_> {
    /// Adapts every view that reads something dropped, and every function that uses it, each after its dependencies.
    pub(super) fn views_and_functions(&mut self, dropped: &BTreeSet<ColumnRef>) {
        let before = self.input.before;
        let mut seen = Seen {
            dropped: dropped.clone(),
            ..Seen::default()
        };
        let walk = Walk::new(before, Depth::Recorded);
        for node in walk.views_and_functions() {
            match node {
                Node::View(name) => {
                    let Some(view) = before.views.get(name) else { continue };
                    let calls: BTreeSet<&str> = walk.called_by(name).iter().copied().collect();
                    let is_recreated = |signature: &&str| seen.functions.contains_key(*signature);
                    let changes = view.depends_on.iter().any(|read| {
                        is_dropped(&seen.dropped, read)
                            || self.is_retyped(read)
                            || seen.recreated.contains(&read.relation)
                    });
                    if changes || calls.iter().any(is_recreated) {
                        seen.recreated.insert(name.clone());
                    }
                    self.view(view, &calls, &mut seen);
                }
                Node::Function(signature) => {
                    let Some(function) = before.functions.get(signature) else {
                        continue;
                    };
                    let fate = self.function(signature, function, &seen.dropped, &seen.recreated);
                    seen.functions.extend(fate.map(|fate| (signature.to_owned(), fate)));
                }
                Node::Type(_) | Node::Sequence(_) | Node::Unmanaged(_) | Node::Table(_) => {}
            }
        }
    }

    fn view(&mut self, view: &View, calls: &BTreeSet<&str>, seen: &mut Seen) {
        let name = &view.name;
        let code = Code::View(name.clone());
        if let Some(query) = self.replacement(&code) {
            self.replace_view(view, query, &mut seen.dropped);
            return;
        }
        if self.is_code_dropped(&code) {
            self.out.after.views.remove(name);
            seen.dropped.insert(ColumnRef::relation(name));
            return;
        }
        let hits: Vec<&ColumnRef> = view
            .depends_on
            .iter()
            .filter(|read| is_dropped(&seen.dropped, read))
            .collect();
        let fates = calls.iter().filter_map(|own| Some((*own, *seen.functions.get(*own)?)));
        let lost: Vec<(&str, FunctionFate)> = fates.filter(|(_, fate)| *fate != FunctionFate::Recreated).collect();
        if hits.is_empty() && lost.is_empty() || !self.out.after.views.contains_key(name) {
            return;
        }
        if !lost.is_empty() {
            // After the decision about the function, the view may need no question.
            let is_undecided = lost.iter().all(|(_, fate)| *fate == FunctionFate::Undecided);
            let functions = lost.iter().map(|(signature, _)| format!("function {signature}"));
            let reads: Vec<String> = hits.iter().map(|read| shown(read)).chain(functions).collect();
            if !is_undecided || !hits.is_empty() {
                self.add_dependent(code, reads, true);
            }
            self.drop_view(name, seen);
            return;
        }
        let relations: BTreeSet<&TableName> = view.depends_on.iter().map(|read| &read.relation).collect();
        if relations
            .iter()
            .all(|relation| seen.dropped.contains(&ColumnRef::relation(relation)))
        {
            self.report(
                Diagnostic::new(
                    DiagnosticCode::ViewDropped,
                    format!(
                        "view {} depends only on dropped objects, and is dropped with them",
                        name.plain()
                    ),
                )
                .about(ObjectId::View(name.clone())),
            );
            self.out.after.views.remove(name);
            seen.dropped.insert(ColumnRef::relation(name));
            return;
        }
        let columns: BTreeSet<&str> = hits.iter().filter_map(|read| read.column.as_deref()).collect();
        let drops_relation = hits
            .iter()
            .any(|read| seen.dropped.contains(&ColumnRef::relation(&read.relation)));
        let rewritten = if drops_relation || self.is_ambiguous(view, &columns, &seen.dropped) {
            None
        } else {
            without_columns(view, &columns)
        };
        let Some((query, removed)) = rewritten else {
            let reads = hits.iter().map(|read| shown(read)).collect();
            self.add_dependent(code, reads, true);
            self.drop_view(name, seen);
            return;
        };
        for column in &removed {
            self.report(
                Diagnostic::new(
                    DiagnosticCode::ViewDropped,
                    format!(
                        "view {} loses its column {column}, which showed a dropped column",
                        name.plain()
                    ),
                )
                .about(ObjectId::column(name, column)),
            );
            seen.dropped.insert(ColumnRef::column(name, column));
        }
        let matches = &self.out.matches;
        let tables = matches.tables_with_renamed_columns();
        let renamed: Vec<(&String, &String)> = tables.flat_map(|table| matches.renamed_columns(table)).collect();
        if let Some(after) = self.out.after.views.get_mut(name) {
            after.query = rename_identifiers(&query, |own| {
                let found = renamed.iter().find(|(from, _)| *from == own);
                found.map(|(_, to)| (*to).clone())
            });
            after.columns.retain(|(column, _)| !removed.contains(column));
            keep_columns(after, |column| !removed.iter().any(|own| own == column));
            after.depends_on.retain(|read| !is_dropped(&seen.dropped, read));
        }
    }

    fn drop_view(&mut self, name: &TableName, seen: &mut Seen) {
        self.report(
            Diagnostic::new(DiagnosticCode::ViewDropped, format!("view {} is dropped", name.plain()))
                .about(ObjectId::View(name.clone())),
        );
        self.out.after.views.remove(name);
        seen.dropped.insert(ColumnRef::relation(name));
    }
}

/// The results so far, while views and functions are adapted one after the other.
#[derive(Default)]
struct Seen {
    /// Dropped tables, views and columns.
    dropped: BTreeSet<ColumnRef>,
    /// Views that are recreated or dropped.
    recreated: BTreeSet<TableName>,
    /// Functions that are recreated or dropped, or about which the user has to decide.
    functions: BTreeMap<String, FunctionFate>,
}

impl Resolver<'_> {
    /// Gives a view the query that the user decided on; columns that the query does not return are dropped.
    fn replace_view(&mut self, view: &View, query: String, dropped: &mut BTreeSet<ColumnRef>) {
        let shown = shown_columns(&query);
        if let Some(after) = self.out.after.views.get_mut(&view.name) {
            after.query = query.trim().trim_end_matches(';').to_owned();
            after.depends_on.retain(|read| !is_dropped(dropped, read));
            if let Some(shown) = &shown {
                after.columns.retain(|(column, _)| shown.contains(column));
                keep_columns(after, |column| shown.contains(column));
            }
        }
        for (column, _) in &view.columns {
            if shown.as_ref().is_some_and(|shown| !shown.contains(column)) {
                dropped.insert(ColumnRef::column(&view.name, column));
            }
        }
    }

    /// Returns whether another relation that the view reads has a kept column of the same name.
    fn is_ambiguous(&self, view: &View, columns: &BTreeSet<&str>, dropped: &BTreeSet<ColumnRef>) -> bool {
        let before = self.input.before;
        let relations: BTreeSet<&TableName> = view.depends_on.iter().map(|read| &read.relation).collect();
        relations.into_iter().any(|relation| {
            let has = |column: &str| {
                let of_table = before
                    .tables
                    .get(relation)
                    .is_some_and(|table| table.column(column).is_some());
                let views = before.views.get(relation);
                of_table || views.is_some_and(|view| view.columns.iter().any(|(own, _)| own == column))
            };
            columns
                .iter()
                .any(|column| has(column) && !dropped.contains(&ColumnRef::column(relation, *column)))
        })
    }
}

/// Removes comments, grants, defaults and indexes of columns that a view no longer has.
fn keep_columns(view: &mut View, has: impl Fn(&str) -> bool) {
    view.column_comments.retain(|column, _| has(column));
    view.column_grants.retain(|column, _| has(column));
    view.defaults.retain(|column, _| has(column));
    view.indexes
        .retain(|_, index| index.columns.iter().all(|column| has(column)));
}

/// Returns the names of a query's columns, if they are evident from its text.
fn shown_columns(query: &str) -> Option<BTreeSet<String>> {
    let mut statements = Parser::parse_sql(&PostgreSqlDialect {}, query).ok()?;
    let Some(Statement::Query(query)) = statements.pop() else {
        return None;
    };
    let mut body = *query.body;
    while let SetExpr::SetOperation { left, .. } = body {
        body = *left;
    }
    let SetExpr::Select(select) = body else { return None };
    let folded = |name: &sqlparser::ast::Ident| match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    };
    let name_of = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(folded(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(folded(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(path)) => path.last().map(folded),
        _ => None,
    };
    select.projection.iter().map(name_of).collect()
}

/// Returns the view's query without some columns, and the view's names for them; `None` if the query uses them in any
/// other way, or cannot be rewritten.
fn without_columns(view: &View, columns: &BTreeSet<&str>) -> Option<(String, Vec<String>)> {
    let mut statements = Parser::parse_sql(&PostgreSqlDialect {}, &view.query).ok()?;
    let Some(Statement::Query(query)) = statements.first_mut() else {
        return None;
    };
    let SetExpr::Select(select) = query.body.as_mut() else {
        return None;
    };
    // With DISTINCT, a query without the column would return different rows.
    if select.distinct.is_some() {
        return None;
    }
    let mut removed = Vec::new();
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
            removed.push(view.columns.get(at)?.0.clone());
        } else {
            kept.push(item);
        }
    }
    if kept.is_empty() || removed.is_empty() {
        return None;
    }
    select.projection = kept;
    let text = query.to_string();
    let still_read = std::cell::Cell::new(false);
    rename_identifiers(&text, |name| {
        still_read.set(still_read.get() || columns.contains(name));
        None
    });
    (!still_read.get()).then_some((text, removed))
}

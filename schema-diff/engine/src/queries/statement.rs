//! What becomes of a table in an expression: whether all its columns are read, and whether its rows are changed.

use std::collections::BTreeSet;

use super::{
    chain::{Call, Chain, Method},
    code::Code,
    found::{Effect, Found},
    origin::Origin,
    scope::Names,
};
use crate::model::TableName;

/// Methods that build a query and keep its selection.
const BUILDS: [&str; 31] = [
    "as_query",
    "count",
    "distinct",
    "distinct_on",
    "filter",
    "find",
    "for_key_share",
    "for_no_key_update",
    "for_share",
    "for_update",
    "full_join",
    "full_outer_join",
    "group_by",
    "having",
    "inner_join",
    "into_boxed",
    "left_join",
    "left_outer_join",
    "limit",
    "no_wait",
    "nullable",
    "offset",
    "on",
    "or_filter",
    "order",
    "order_by",
    "right_join",
    "select",
    "single_value",
    "skip_locked",
    "then_order_by",
];
/// Methods that run a query.
const RUNS: [&str; 8] = [
    "execute",
    "first",
    "get_result",
    "get_results",
    "load",
    "load_iter",
    "load_stream",
    "load_dyn",
];
/// Methods whose argument is read together with the receiver.
const JOINS: [&str; 7] = [
    "full_join",
    "full_outer_join",
    "inner_join",
    "left_join",
    "left_outer_join",
    "right_join",
    "right_outer_join",
];
/// Functions and methods whose argument is a query in the query.
const SUBQUERIES: [&str; 14] = [
    "all",
    "any",
    "eq_any",
    "except",
    "except_all",
    "exists",
    "intersect",
    "intersect_all",
    "ne_all",
    "ne_any",
    "union",
    "union_all",
    "values",
    "into_columns",
];
/// Functions that insert rows.
pub(super) const INSERTS: [&str; 3] = ["insert_into", "insert_or_ignore_into", "replace_into"];
/// Functions that update or delete rows.
pub(super) const CHANGES: [&str; 2] = ["delete", "update"];

/// A file in which tables are used.
pub(super) struct Statements<'a, 'f> {
    pub code: &'a Code,
    pub names: Names<'a>,
    pub found: &'a mut Found<'f>,
}

impl Statements<'_, '_> {
    /// Adds what an expression does with tables whose name is its value.
    pub fn table(&mut self, tables: &BTreeSet<TableName>, (start, end): (usize, usize)) {
        if self.is_in_type(start) {
            return;
        }
        let mut chain = Chain::of(self.code, start, end + 1);
        let first = &self.code.tokens[start..=end];
        let value: String = first.iter().map(|token| token.text.as_str()).collect();
        loop {
            match self.selection(&chain) {
                Selection::Explicit => return,
                Selection::All(method) => {
                    let text = format!("{value}{}", method.map(|own| self.called(own)).unwrap_or_default());
                    let origin = self.code.origin(start, text, "selects all columns");
                    return self.add(tables, &[Effect::ReadsAll], &origin);
                }
                Selection::Unknown => {}
            }
            let call = chain.call(self.code);
            let Some(call) = call.filter(|call| self.is_join(*call)) else {
                return self.argument(tables, &value, &chain, call);
            };
            chain = Chain::around(self.code, call);
        }
    }

    /// Returns whether a table is the query of a type whose selection follows: `Select<users::table, ..>`.
    fn is_in_type(&self, start: usize) -> bool {
        start > 1 && self.code.is(start - 1, "<") && self.code.is(start - 2, "Select")
    }

    fn is_join(&self, call: Call) -> bool {
        call.is_method && JOINS.contains(&self.code.text(call.name))
    }

    fn called(&self, method: Method) -> String {
        format!(".{}", self.code.text(method.name))
    }

    /// Returns what a query selects, as its methods tell.
    fn selection(&self, chain: &Chain) -> Selection {
        for method in &chain.methods {
            match self.code.text(method.name) {
                // The text of `sql("*")` has no names.
                "select" if self.has_sql(*method) => return Selection::All(Some(*method)),
                "select" | "count" => return Selection::Explicit,
                name if RUNS.contains(&name) => return Selection::All(Some(*method)),
                name if BUILDS.contains(&name) => {}
                _ => return Selection::Unknown,
            }
        }
        Selection::Unknown
    }

    fn has_sql(&self, method: Method) -> bool {
        let end = self.code.brackets.end(method.open);
        (method.open..end).any(|at| self.code.is(at, "sql"))
    }

    /// Adds what a call does with a query that it is given, or with one that is kept.
    fn argument(&mut self, tables: &BTreeSet<TableName>, value: &str, chain: &Chain, call: Option<Call>) {
        let code = self.code;
        let name = call.map_or("", |call| self.names.own.function(code.text(call.name)));
        let is_insert = INSERTS.contains(&name);
        match call {
            Some(call) if is_insert || CHANGES.contains(&name) && self.is_diesel(call) => {
                let (effect, action) = match is_insert {
                    true => (Effect::Inserts, "inserts rows"),
                    false => (Effect::Changes, "changes rows"),
                };
                let text = format!("{}({value})", code.text(call.name));
                let origin = code.origin(call.name, text, action);
                self.add(tables, &[effect], &origin);
                if let Some(origin) = self.returned(call) {
                    self.add(tables, &[Effect::ReadsAll], &origin);
                }
            }
            Some(call) if SUBQUERIES.contains(&name) => {
                let text = format!("{}({value})", code.text(call.name));
                let origin = code.origin(chain.start, text, "selects all columns");
                self.add(tables, &[Effect::ReadsAll], &origin);
            }
            // Only a table by itself can be inserted into.
            _ => {
                let origin = code.origin(chain.start, value, "may select all columns");
                let all: &[Effect] = match chain.methods.is_empty() {
                    true => &[Effect::ReadsAll, Effect::Changes, Effect::Inserts],
                    false => &[Effect::ReadsAll, Effect::Changes],
                };
                self.add(tables, all, &origin);
            }
        }
    }

    /// Returns whether a function is Diesel's: one of its modules qualifies it, or nothing does.
    pub fn is_diesel(&self, call: Call) -> bool {
        let code = self.code;
        if call.is_method {
            return false;
        }
        match call.name.checked_sub(2).filter(|_| code.follows(call.name, "::")) {
            Some(qualifier) => {
                let qualifier = code.text(qualifier);
                self.names.own.is_diesel(qualifier) || self.names.all.is_diesel(qualifier)
            }
            None => !code.follows(call.name, "fn") && !self.names.own.is_foreign(code.text(call.name)),
        }
    }

    /// Returns what reads all columns of the rows that a statement has changed.
    pub fn returned(&self, call: Call) -> Option<Origin> {
        let code = self.code;
        let chain = Chain::around(code, call);
        let mut methods = chain.methods.iter();
        let last = methods.find_map(|method| match code.text(method.name) {
            "returning" if !self.has_sql(*method) => Some(None),
            "execute" => Some(None),
            name if RUNS.contains(&name) || name == "returning" => Some(Some(*method)),
            _ => None,
        });
        let action = "returns all columns";
        let name = code.text(call.name);
        match last {
            Some(None) => None,
            Some(Some(method)) => Some(code.origin(method.name, format!("{name}(..){}", self.called(method)), action)),
            None => Some(code.origin(call.name, name, "may return all columns")),
        }
    }

    fn add(&mut self, tables: &BTreeSet<TableName>, effects: &[Effect], origin: &Origin) {
        for table in tables {
            for effect in effects {
                self.found.add(table, *effect, origin);
            }
        }
    }
}

/// What a query selects.
enum Selection {
    /// What its `select` names.
    Explicit,
    /// Everything, when a method runs it.
    All(Option<Method>),
    /// What others do with it decides.
    Unknown,
}

//! Renders constraints as attributes: `references(country(id), on_delete = cascade)`.

use super::{
    attribute::{Names, Place, Written, call, over_columns},
    expression::Spelling,
    literal::string,
};
use crate::model::{Constraint, ConstraintKind, ForeignKey, Match, ReferentialAction, Table, default_name};

/// Renders a constraint; `None` for a primary key, and for a constraint that attributes cannot express.
pub fn constraint(names: Names<'_>, table: &Table, found: &Constraint, spelling: Spelling) -> Option<Written> {
    let (name, sql) = (table.name.name.as_str(), &table.name);
    match &found.kind {
        ConstraintKind::PrimaryKey { .. } => None,
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
        } => {
            let own = names.columns(sql, columns)?;
            let mut options = vec![nulls_not_distinct.then(|| "nulls_not_distinct".to_owned())];
            if !include.is_empty() {
                options.push(Some(format!("include({})", names.columns(sql, include)?)));
            }
            options.extend(timing(found));
            let default = default_name::unique(name, columns.iter().map(String::as_str));
            options.push(named(found, &default));
            Some(over("unique", "unique", columns, &own, None, options))
        }
        ConstraintKind::Check {
            expression,
            columns,
            no_inherit,
        } => {
            let default = default_name::check(name, columns);
            let options = [
                no_inherit.then(|| "no_inherit".to_owned()),
                not_valid(found),
                named(found, &default),
            ];
            let value = string(&over_columns(table, expression, spelling));
            let place = match columns.as_slice() {
                [column] if names.column(sql, column).is_some() => Place::Column(column.clone()),
                _ => Place::Table,
            };
            Some(Written {
                place,
                text: call("check", [Some(value)].into_iter().chain(options)),
            })
        }
        ConstraintKind::ForeignKey(key) => foreign_key(names, table, found, key),
        ConstraintKind::Exclude { definition, columns } => exclude(table, found, definition, columns, spelling),
    }
}

fn foreign_key(names: Names<'_>, table: &Table, found: &Constraint, key: &ForeignKey) -> Option<Written> {
    let sql = &table.name;
    // The referenced table must be declared. Tables without a primary key and partitions are not.
    names.table(&key.references)?;
    let own = names.columns(sql, &key.columns)?;
    let target = names.target(sql, &key.references, &key.referenced_columns);
    let set = if key.on_delete_columns.is_empty() {
        String::new()
    } else {
        format!("({})", names.columns(sql, &key.on_delete_columns)?)
    };
    let mut options = actions(key, &set);
    options.extend(timing(found));
    options.push(not_valid(found));
    let default = default_name::foreign_key(&sql.name, key.columns.iter().map(String::as_str));
    options.push(named(found, &default));
    Some(over(
        "references",
        "foreign_key",
        &key.columns,
        &own,
        Some(target),
        options,
    ))
}

fn exclude(
    table: &Table,
    found: &Constraint,
    definition: &str,
    columns: &[String],
    spelling: Spelling,
) -> Option<Written> {
    let (method, elements, predicate) = exclusion(definition)?;
    let default = default_name::exclusion(&table.name.name, columns.iter().map(String::as_str));
    let mut options = vec![
        (method != "gist").then(|| format!("method = {}", string(method))),
        predicate.map(|text| format!("where = {}", string(&over_columns(table, text, spelling)))),
    ];
    options.extend(timing(found));
    options.push(named(found, &default));
    Some(Written {
        place: Place::Table,
        text: call("exclude", [Some(string(elements))].into_iter().chain(options)),
    })
}

/// Renders when a constraint is checked.
fn timing(found: &Constraint) -> [Option<String>; 2] {
    [
        (found.deferrable && !found.initially_deferred).then(|| "deferrable".to_owned()),
        found.initially_deferred.then(|| "initially_deferred".to_owned()),
    ]
}

fn not_valid(found: &Constraint) -> Option<String> {
    (!found.validated).then(|| "not_valid".to_owned())
}

/// Renders a constraint's name, unless it is the default name.
fn named(found: &Constraint, default: &str) -> Option<String> {
    (found.name != default).then(|| format!("name = {}", string(&found.name)))
}

/// Places an attribute on the column, if it is over one, or else on the table with its columns first.
fn over(
    on_column: &str,
    on_table: &str,
    columns: &[String],
    shown: &str,
    target: Option<String>,
    options: impl IntoIterator<Item = Option<String>>,
) -> Written {
    let (place, text) = match (columns, target) {
        ([column], target) => (
            Place::Column(column.clone()),
            call(on_column, [target].into_iter().chain(options)),
        ),
        (_, Some(target)) => {
            let first = Some(format!("{shown} -> {target}"));
            (Place::Table, call(on_table, [first].into_iter().chain(options)))
        }
        (_, None) => {
            let first = Some(shown.to_owned());
            (Place::Table, call(on_table, [first].into_iter().chain(options)))
        }
    };
    Written { place, text }
}

/// Renders the actions and the match type. `set` lists the columns that a deletion sets, if not all of them.
fn actions(key: &ForeignKey, set: &str) -> Vec<Option<String>> {
    let action = |word: &str, action: ReferentialAction, set: &str| {
        (action != ReferentialAction::NoAction)
            .then(|| format!("{word} = {}{set}", action.sql().to_lowercase().replace(' ', "_")))
    };
    vec![
        action("on_delete", key.on_delete, set),
        action("on_update", key.on_update, ""),
        (key.matching == Match::Full).then(|| "match_full".to_owned()),
    ]
}

/// Splits `EXCLUDE USING gist (...) WHERE (...)` into method, elements and condition; `None` if it has other parts.
fn exclusion(definition: &str) -> Option<(&str, &str, Option<&str>)> {
    let (method, rest) = definition.strip_prefix("EXCLUDE USING ")?.split_once(" (")?;
    let (elements, rest) = match rest.split_once(") WHERE (") {
        Some((elements, rest)) => (elements, Some(rest.strip_suffix(')')?)),
        None => (rest.strip_suffix(')')?, None),
    };
    let has_other_parts =
        elements.contains(") INCLUDE (") || elements.contains(") WITH (") || elements.contains(") USING ");
    (!has_other_parts).then_some((method, elements, rest))
}

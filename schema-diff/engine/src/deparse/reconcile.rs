//! Compares two schemas that should be the same: where their texts differ but mean the same, one takes the text of the
//! other.

use std::collections::BTreeMap;

use postgres::Client;

use super::{Chain, Deparser, Origin, Place, Question, columns_of};
use crate::{
    model::{
        Column, ConstraintKind, CustomType, Index, QualifiedName, Rule, Schema, Table, Trigger, View, quote_ident,
    },
    resolve::qualified_type,
};

/// The key of a text: kind, schema and name, name within it, number.
type TextPlace = (&'static str, QualifiedName, String, usize);

/// A callback for each text of a schema: its key, its place, the text.
type Visit<'a> = &'a mut dyn FnMut(TextPlace, &dyn Fn() -> Place, &mut String);

/// Returns `found` with the texts of `wanted` where both mean the same. Postgres parses them on a database that has
/// `found`.
///
/// # Errors
/// The connection is lost.
pub fn reconcile(client: &mut Client, wanted: &Schema, found: &Schema) -> Result<Schema, postgres::Error> {
    let mut texts = BTreeMap::new();
    visit(&mut wanted.clone(), &mut |text_place, _, text| {
        texts.insert(text_place, text.clone());
    });
    let mut found = found.clone();
    let mut differing: Vec<(TextPlace, Question, Question)> = Vec::new();
    visit(&mut found, &mut |text_place, place, text| {
        if let Some(wanted) = texts.get(&text_place).filter(|wanted| *wanted != text) {
            let question = |text: &String| Question {
                place: place(),
                text: text.clone(),
            };
            differing.push((text_place, question(wanted), question(text)));
        }
    });
    if differing.is_empty() {
        return Ok(found);
    }
    let mut deparser = Deparser::begin(client)?;
    let sides: [Vec<Question>; 2] = [
        differing.iter().map(|(_, wanted, _)| wanted.clone()).collect(),
        differing.iter().map(|(.., found)| found.clone()).collect(),
    ];
    let [wanted, own] = [
        deparser.chains(&sides[0], Origin::Printed)?,
        deparser.chains(&sides[1], Origin::Printed)?,
    ];
    let mut same = BTreeMap::new();
    for ((text_place, question, _), (wanted, own)) in differing.into_iter().zip(wanted.into_iter().zip(own)) {
        let (Some(wanted), Some(own)) = (wanted, own) else {
            continue;
        };
        if is_equivalent(&mut deparser, &question.place, &wanted, &own)? {
            same.insert(text_place, question.text);
        }
    }
    visit(&mut found, &mut |text_place, _, text| {
        if let Some(wanted) = same.get(&text_place) {
            text.clone_from(wanted);
        }
    });
    Ok(found)
}

/// Copies the texts of `from` to the same places in `into`, where `which` holds for the text in `into`.
pub fn copy_texts(from: &Schema, into: &mut Schema, which: &dyn Fn(&str) -> bool) {
    let mut texts = BTreeMap::new();
    visit(&mut from.clone(), &mut |text_place, _, text| {
        texts.insert(text_place, text.clone());
    });
    visit(into, &mut |text_place, _, text| {
        if let Some(new) = texts.remove(&text_place).filter(|_| which(text)) {
            *text = new;
        }
    });
}

fn is_equivalent(deparser: &mut Deparser<'_>, place: &Place, a: &Chain, b: &Chain) -> Result<bool, postgres::Error> {
    if a.meets(b) {
        return Ok(true);
    }
    let texts = (&a.fixed_point().text, &b.fixed_point().text);
    match (place, texts) {
        (Place::Default { data_type }, (Some(a), Some(b))) => deparser.same_default(data_type, a, b),
        _ => Ok(false),
    }
}

/// Calls `each` for every text of a schema that Postgres deparses.
fn visit(schema: &mut Schema, each: Visit<'_>) {
    for table in schema.tables.values_mut() {
        of_table(table, each);
    }
    for view in schema.views.values_mut() {
        of_view(view, each);
    }
    for function in schema.functions.values_mut() {
        let name = function.name.clone();
        let place = || Place::Function { name: name.clone() };
        // The key contains the whole signature, because functions may be overloaded.
        let signature = function.definition.lines().next().unwrap_or_default().to_owned();
        let text_place = ("function", name.clone(), signature, 0);
        each(text_place, &place, &mut function.definition);
    }
    for (name, kind) in &mut schema.types {
        let CustomType::Domain(domain) = kind else { continue };
        let base = qualified_type(&domain.base);
        for check in &mut domain.checks {
            let text_place = ("domain check", (**name).clone(), check.name.clone(), 0);
            let place = || Place::DomainCheck { base: base.clone() };
            each(text_place, &place, &mut check.definition);
        }
        if let Some(default) = &mut domain.default {
            let text_place = ("domain default", (**name).clone(), String::new(), 0);
            each(text_place, &|| Place::DomainDefault { base: base.clone() }, default);
        }
    }
}

fn of_table(table: &mut Table, each: Visit<'_>) {
    let name = table.name.clone();
    let columns = table.columns.clone();
    for own in &mut table.columns {
        of_column(&name, &columns, own, each);
    }
    let probe = || columns_of(&columns, None);
    for (key, constraint) in table.constraints.iter_mut() {
        match &mut constraint.kind {
            ConstraintKind::Check { expression, .. } => {
                let place = || Place::Condition { columns: probe() };
                each(("check", name.clone(), key.clone(), 0), &place, expression);
            }
            ConstraintKind::Exclude { definition, .. } => {
                let place = || Place::Exclusion { columns: probe() };
                each(("exclusion", name.clone(), key.clone(), 0), &place, definition);
            }
            _ => {}
        }
    }
    for (key, index) in table.indexes.iter_mut() {
        of_index(&name, &columns, key, index, each);
    }
    let on = || name.clone();
    for (key, policy) in &mut table.policies {
        for (number, text) in [&mut policy.using, &mut policy.check].into_iter().enumerate() {
            if let Some(text) = text {
                let place = || Place::Policy { on: on() };
                each(("policy", name.clone(), key.clone(), number), &place, text);
            }
        }
    }
    of_code(&name, &mut table.rules, &mut table.triggers, each);
}

fn of_column(table: &QualifiedName, columns: &[Column], column: &mut Column, each: Visit<'_>) {
    let text_place = |kind| (kind, table.clone(), column.name.clone(), 0);
    let (of_default, of_generated) = (text_place("default"), text_place("generated"));
    let data_type = qualified_type(&column.data_type);
    if let Some(default) = &mut column.default {
        let place = || Place::Default {
            data_type: data_type.clone(),
        };
        each(of_default, &place, default);
    }
    let own = column.clone();
    if let Some(generated) = &mut column.generated {
        let place = || Place::Generated {
            columns: columns_of(columns, Some(&own.name)),
            own: columns_of(std::slice::from_ref(&own), None),
        };
        each(of_generated, &place, &mut generated.expression);
    }
}

fn of_index(table: &QualifiedName, columns: &[Column], name: &str, index: &mut Index, each: Visit<'_>) {
    let text_place = |kind, number| (kind, table.clone(), name.to_owned(), number);
    let column = |text: &str| columns.iter().find(|own| quote_ident(&own.name) == text);
    for (number, key) in index.keys.iter_mut().enumerate() {
        let place = || Place::IndexKey {
            columns: columns_of(columns, None),
        };
        // An expression that no longer changes its column is deparsed as the plain column.
        let own = if key.is_expression {
            key.text.clone()
        } else {
            quote_ident(&key.text)
        };
        let mut text = own.clone();
        each(text_place("index key", number), &place, &mut text);
        if text != own {
            (key.text, key.is_expression) = match column(&text) {
                Some(column) => (column.name.clone(), false),
                None => (text, true),
            };
        }
    }
    if let Some(predicate) = &mut index.predicate {
        let place = || Place::Condition {
            columns: columns_of(columns, None),
        };
        each(text_place("predicate", 0), &place, predicate);
    }
}

fn of_view(view: &mut View, each: Visit<'_>) {
    let name = view.name.clone();
    each(
        ("view", name.clone(), String::new(), 0),
        &|| Place::Query,
        &mut view.query,
    );
    let columns: Vec<Column> = view
        .columns
        .iter()
        .map(|(column, data_type)| Column::new(column, data_type.clone(), true))
        .collect();
    for (key, index) in view.indexes.iter_mut() {
        of_index(&name, &columns, key, index, each);
    }
    for (column, default) in &mut view.defaults {
        let own = columns.iter().find(|own| own.name == *column);
        let data_type = own.map_or_else(|| "text".to_owned(), |own| qualified_type(&own.data_type));
        let place = || Place::Default {
            data_type: data_type.clone(),
        };
        each(("default", name.clone(), column.clone(), 0), &place, default);
    }
    of_code(&name, &mut view.rules, &mut view.triggers, each);
}

fn of_code(
    on: &QualifiedName,
    rules: &mut BTreeMap<String, Rule>,
    triggers: &mut BTreeMap<String, Trigger>,
    each: Visit<'_>,
) {
    for (name, rule) in rules {
        let place = || Place::Rule {
            on: on.clone(),
            name: name.clone(),
        };
        each(("rule", on.clone(), name.clone(), 0), &place, &mut rule.definition);
    }
    for (name, trigger) in triggers {
        let place = || Place::Trigger {
            on: on.clone(),
            name: name.clone(),
        };
        let text_place = ("trigger", on.clone(), name.clone(), 0);
        each(text_place, &place, &mut trigger.definition);
    }
}

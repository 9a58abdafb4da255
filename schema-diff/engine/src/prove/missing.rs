//! Objects that code needs and the scratch database lacks. Postgres's error names a missing object, which is then
//! loaded too.

use std::collections::BTreeSet;

use super::probe::{Failure, Outcomes};
use crate::model::{Needs, QualifiedName, Schema};

/// The maximum number of rounds; each one finds the objects that the code reads next.
pub(super) const ROUNDS: usize = 12;

/// Returns the objects that failures report as missing and that the whole schema has.
pub(super) fn needs(outcomes: &Outcomes, whole: &Schema, loaded: &Schema) -> Needs {
    let mut needs = Needs::default();
    for failure in outcomes.values().flatten() {
        if let Some(name) = missing(failure) {
            add(&name, whole, loaded, &mut needs);
        }
    }
    needs
}

/// Returns the name of the object that does not exist according to a failure, from Postgres's message in English:
/// `relation "app.t" does not exist`, `function app.f(integer) does not exist`, `type "mood" does not exist`,
/// `schema "app" does not exist`.
fn missing(failure: &Failure) -> Option<String> {
    // Tables, functions, other objects, schemas.
    if !["42P01", "42883", "42704", "3F000"].contains(&failure.code.as_str()) {
        return None;
    }
    let (what, _) = failure.message.split_once(" does not exist")?;
    let (_, name) = what.split_once(' ')?;
    let name = name.split('(').next().unwrap_or(name);
    Some(name.trim_matches('"').to_owned())
}

fn add(name: &str, whole: &Schema, loaded: &Schema, needs: &mut Needs) {
    // A name without a schema is resolved by a search path that only the function knows.
    let is_it = |found: &QualifiedName| found.name == name || format!("{}.{}", found.schema, found.name) == name;
    let of_schema = |found: &QualifiedName| found.schema == name;
    let is_named = |found: &QualifiedName| is_it(found) || of_schema(found);
    let named = |found: &&QualifiedName| is_named(found);
    let relations = whole.tables.keys().chain(whole.views.keys()).filter(named);
    let is_loaded = |name: &QualifiedName| loaded.tables.contains_key(name) || loaded.views.contains_key(name);
    needs
        .relations
        .extend(relations.filter(|name| !is_loaded(name)).cloned());
    let sequences = whole.sequences.keys().filter(named);
    needs
        .sequences
        .extend(sequences.filter(|name| !loaded.sequences.contains_key(*name)).cloned());
    let types = whole.types.keys().filter(|name| is_named(name));
    needs
        .types
        .extend(types.filter(|name| !loaded.types.contains_key(*name)).cloned());
    let functions = whole.functions.iter().filter(|(_, function)| named(&&function.name));
    let new: BTreeSet<String> = functions
        .map(|(signature, _)| signature.clone())
        .filter(|signature| !loaded.functions.contains_key(signature))
        .collect();
    needs.functions.extend(new);
}

#[cfg(test)]
mod tests {
    use super::{Failure, missing};

    #[test]
    fn names_are_read_from_the_message() {
        for (code, message, name) in [
            ("42P01", "relation \"reserved\" does not exist", Some("reserved")),
            (
                "42P01",
                "relation \"app.reserved\" does not exist",
                Some("app.reserved"),
            ),
            ("42883", "function app.f(integer, text) does not exist", Some("app.f")),
            ("42704", "type \"mood\" does not exist", Some("mood")),
            ("42703", "column \"x\" does not exist", None),
        ] {
            let failure = Failure {
                code: code.to_owned(),
                message: message.to_owned(),
                context: String::new(),
            };
            assert_eq!(missing(&failure).as_deref(), name, "{message}");
        }
    }
}

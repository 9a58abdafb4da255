//! Names that change in the same migration, in code that it recreates.

use std::collections::BTreeSet;

use super::{Input, around};
use crate::{
    model::{ObjectId, mentioned_words},
    statement::Ddl,
};

/// Returns code that the migration recreates, and a name in its text that changes. The text is that of before. Postgres follows a rename only in
/// code that exists, so that both have to be in one part: names change in the first part, and the code is recreated in the last one.
pub(super) fn in_recreated_code(input: &Input<'_>) -> Option<String> {
    let (_, recreated) = around::code(&input.simple.statements);
    let renamed = Renamed::of(input);
    recreated.iter().find_map(|own| {
        let (code, text) = code(&own.ddl)?;
        let name = renamed.name_in(&mentioned_words(&text))?;
        Some(format!("{name} is renamed in the same migration, and {code} reads it"))
    })
}

/// Returns the code that a statement creates, and its text.
fn code(ddl: &Ddl) -> Option<(String, String)> {
    match ddl {
        Ddl::CreateView {
            view: ObjectId::View(name) | ObjectId::MaterializedView(name),
            query,
            ..
        } => Some((format!("view {}", name.plain()), query.clone())),
        Ddl::CreateCode {
            id: ObjectId::Trigger { name, .. } | ObjectId::Rule { name, .. },
            definition,
        } => Some((name.clone(), definition.clone())),
        Ddl::CreateCode {
            id: ObjectId::Function(of) | ObjectId::Procedure(of),
            definition,
        } => Some((format!("function {}", of.signature), definition.clone())),
        Ddl::CreatePolicy { policy, .. } => {
            let texts = policy.using.iter().chain(&policy.check);
            let texts: Vec<_> = texts.map(String::as_str).collect();
            Some((format!("policy {}", policy.name), texts.join(" ")))
        }
        _ => None,
    }
}

/// The names before that change, each with the words that a text has which reads it.
struct Renamed(Vec<(String, BTreeSet<String>)>);

impl Renamed {
    fn of(input: &Input<'_>) -> Self {
        let matches = input.matches();
        let tables = matches.renamed_tables().map(|(table, _)| table);
        let tables = tables.map(|own| (own.plain(), words(&[&own.name])));
        let columns = matches.tables_with_renamed_columns().flat_map(|table| {
            let columns = matches.renamed_columns(table);
            columns.map(|(own, _)| (format!("{}.{own}", table.plain()), words(&[&table.name, own])))
        });
        let types = matches
            .renamed_types()
            .map(|(own, _)| (own.plain(), words(&[&own.name])));
        let labels = matches.types_with_renamed_labels().flat_map(|of| {
            let own = input.schemas().before.enum_type(of).into_iter();
            let labels = own.flat_map(|own| &own.labels);
            let labels = labels.filter(|own| matches.new_label(of, own).is_some());
            labels.map(|own| (format!("label {own} of {}", of.plain()), words(&[own])))
        });
        Self(tables.chain(columns).chain(types).chain(labels).collect())
    }

    fn name_in(&self, words: &BTreeSet<String>) -> Option<&str> {
        let mut names = self.0.iter();
        names
            .find(|(_, own)| own.is_subset(words))
            .map(|(name, _)| name.as_str())
    }
}

fn words(names: &[&String]) -> BTreeSet<String> {
    names.iter().flat_map(|own| mentioned_words(own)).collect()
}

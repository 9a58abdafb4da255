//! Matches the declared labels of an enum type with the existing ones.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DecidedBy, Matcher,
    choice::{self, Decided, Names},
    evidence::{Name, Place, add_code_reasons_by_share, label_reasons, places},
};
use crate::model::{ObjectId, TypeName};

impl Matcher<'_> {
    /// Decides which labels are renamed, in the enum types that declared columns have.
    pub(super) fn labels(&mut self) {
        let declared = self.declared_labels();
        for (name, labels) in &declared {
            self.labels_of(name, labels);
        }
        self.out.declared_labels = declared;
    }

    /// Returns the existing enum types that columns of managed tables have, each with the labels that its Rust enum
    /// declares.
    fn declared_labels(&self) -> BTreeMap<TypeName, Vec<String>> {
        let mut by_name: BTreeMap<String, Vec<(&TypeName, TypeName)>> = BTreeMap::new();
        for (name, _) in self.input.before.enums() {
            let now = self.out.matches.type_name(name);
            by_name.entry(now.name.clone()).or_default().push((name, now));
        }
        let types = self.types();
        let mut found = BTreeMap::new();
        if by_name.is_empty() {
            return found;
        }
        for column in self.out.managed.iter().flat_map(|(table, _)| &table.columns) {
            let declared = &column.data_type;
            let mut enums = by_name.get(&declared.name).into_iter().flatten();
            let is_it = |now: &TypeName| declared.schema.as_ref().is_none_or(|schema| *schema == now.schema);
            let Some((name, now)) = enums.find(|(_, now)| is_it(now)) else {
                continue;
            };
            if declared.schema.as_deref() == Some("pg_catalog") || found.contains_key(*name) {
                continue;
            }
            let own = types.rust_enum(Some(&now.schema), &now.name);
            if let Some(own) = own.or_else(|| types.rust_enum(None, &now.name)) {
                found.insert((*name).clone(), own.labels.clone());
            }
        }
        found
    }

    fn labels_of(&mut self, of: &TypeName, declared: &[String]) {
        let Some(before) = self.input.before.enum_type(of) else {
            return;
        };
        let decided = self.decided_labels(of, &before.labels, declared);
        let same_labels = before.labels.iter().collect::<BTreeSet<_>>() == declared.iter().collect::<BTreeSet<_>>();
        if same_labels && decided.is_empty() {
            return;
        }
        // A label on both sides takes part if the user decided to give its name to another label.
        let reassigned = |label: &String| decided.iter().any(|(from, (to, _))| from == label || to == label);
        let differing = |labels: &[String], others: &[String]| -> Vec<String> {
            let own = labels
                .iter()
                .filter(|label| !others.contains(label) || reassigned(label));
            own.cloned().collect()
        };
        let not_renamed: BTreeSet<String> = self
            .input
            .decisions
            .dropped_columns
            .iter()
            .filter(|(name, _)| *name == **of)
            .map(|(_, label)| label.clone())
            .collect();
        let (removed, added) = (differing(&before.labels, declared), differing(declared, &before.labels));
        let kept: BTreeSet<&str> = before
            .labels
            .iter()
            .filter(|label| declared.contains(label) && !reassigned(label))
            .map(String::as_str)
            .collect();
        let type_name = Name::read(&of.name);
        let read = |labels: &[String]| -> Vec<(Name, Place)> {
            let texts: Vec<&str> = labels.iter().map(String::as_str).collect();
            let all = texts.iter().zip(places(&texts, &kept));
            all.filter(|(label, _)| !kept.contains(*label))
                .map(|(label, place)| (Name::of_column(label, &type_name), place))
                .collect()
        };
        let after = self.out.matches.type_name(of);
        let (removed_names, added_names) = (read(&before.labels), read(declared));
        let chosen = choice::assign(
            &Names {
                dropped: &removed,
                added: &added,
                decided: &decided,
                not_renamed: &not_renamed,
                sure: self.input.rules.sure,
                shown: String::clone,
            },
            (0..removed_names.len()).flat_map(|old| (0..added_names.len()).map(move |new| (old, new))),
            |old, new| {
                let (from, to) = (&removed_names[old], &added_names[new]);
                let mut reasons = label_reasons((&from.0, &from.1), (&to.0, &to.1));
                let uses = self.input.code.label((of, &removed[old]), (&after, &added[new]));
                add_code_reasons_by_share(&uses, &added[new], &mut reasons);
                reasons
            },
        );
        for found in &chosen.renames {
            self.out.matches.match_label(of, found.from.as_str(), found.to.as_str());
        }
        let label = |of: &TypeName, name: &String| ObjectId::Label {
            of: of.clone(),
            name: name.clone(),
        };
        let (renames, undecided) = chosen.identified(|name| label(of, name), |name| label(&after, name));
        self.out.renames.extend(renames);
        self.out.undecided.extend(undecided);
    }

    /// Returns the user's decisions about a type's labels, as far as both labels exist.
    fn decided_labels(&self, name: &TypeName, before: &[String], declared: &[String]) -> Decided<String> {
        let now = self.out.matches.type_name(name);
        let of_this: Vec<(&String, &String)> = self
            .input
            .decisions
            .labels
            .iter()
            .filter(|(of, from, to)| (of == name || *of == now) && from != to)
            .map(|(_, from, to)| (from, to))
            .collect();
        let fits = |(from, to): &&(&String, &String)| {
            let is_freed = of_this.iter().any(|(other, _)| other == to);
            let is_taken = of_this.iter().any(|(_, other)| other == from);
            before.contains(from)
                && declared.contains(to)
                && (!before.contains(to) || is_freed)
                && (!declared.contains(from) || is_taken)
        };
        of_this
            .iter()
            .filter(fits)
            .map(|(from, to)| ((*from).clone(), ((*to).clone(), DecidedBy::User)))
            .collect()
    }
}

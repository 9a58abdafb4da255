//! Matches declared constraints and indexes with existing ones, which are the same, changed, or new; and names new
//! ones.

use super::{NamesInUse, Resolver};
use crate::{
    declared::Location,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{
        Constraint, ConstraintKind, Index, MAX_IDENTIFIER_BYTES, ObjectId, QualifiedName, Table, TableName,
        default_name,
    },
};

/// A declared constraint or index of a table.
pub(super) struct Wanted {
    pub(super) object: Object,
    /// Whether its name is declared; otherwise it has the default name that Postgres would choose.
    pub(super) named: bool,
    /// Where it is declared.
    pub(super) at: Location,
}

/// A constraint or an index.
pub(super) enum Object {
    Constraint(Constraint),
    Index(Index),
}

impl Object {
    fn name(&self) -> &String {
        match self {
            Self::Constraint(constraint) => &constraint.name,
            Self::Index(index) => &index.name,
        }
    }

    fn id(&self, table: &TableName) -> ObjectId {
        match self {
            Self::Constraint(own) => ObjectId::constraint(table, &own.name),
            Self::Index(own) => ObjectId::Index(table.sibling(&own.name)),
        }
    }

    fn name_mut(&mut self) -> &mut String {
        match self {
            Self::Constraint(constraint) => &mut constraint.name,
            Self::Index(index) => &mut index.name,
        }
    }

    fn insert_into(self, table: &mut Table) {
        match self {
            Self::Constraint(constraint) => {
                table.constraints.insert(constraint.name.clone(), constraint);
            }
            Self::Index(index) => {
                table.indexes.insert(index.name.clone(), index);
            }
        }
    }
}

impl<'a> Resolver<'a> {
    /// Finds the existing constraint or index with the declared definition, and gives it its declared name. Returns the
    /// declared one if none exists.
    pub(super) fn find(&mut self, table: &mut Table, wanted: Wanted) -> Option<Wanted> {
        let is_free = |name: &String| !self.is_declared(&table.name, name);
        let found = match &wanted.object {
            Object::Constraint(own) => {
                let canonical = |found: &Constraint| self.input.normalized.canonical_constraint(&table.name, found);
                let same = |found: &&Constraint| is_free(&found.name) && same_constraint(&canonical(found), own);
                let by_name = table.constraints.get(&own.name).filter(same);
                let found = by_name.or_else(|| table.constraints.values().find(same));
                found.map(|found| Object::Constraint(found.clone()))
            }
            Object::Index(own) => {
                let canonical = |found: &Index| self.input.normalized.canonical_index(&table.name, found);
                let same = |found: &&Index| is_free(&found.name) && same_index(&canonical(found), own);
                let by_name = table.indexes.get(&own.name).filter(same);
                let found = by_name.or_else(|| table.indexes.values().find(same));
                found.map(|found| Object::Index(found.clone()))
            }
        };
        let Some(mut found) = found else {
            return Some(wanted);
        };
        if wanted.named && found.name() != wanted.object.name() {
            remove(table, &found);
            found.name_mut().clone_from(wanted.object.name());
            self.drop_same_name(table, &found);
            self.declare(&table.name, found.name().clone(), &wanted.at);
            found.insert_into(table);
        } else {
            self.declare(&table.name, found.name().clone(), &wanted.at);
        }
        None
    }

    /// Adds a constraint or index that does not exist, and removes its earlier version.
    pub(super) fn add(&mut self, table: &mut Table, wanted: Wanted) {
        let Wanted { mut object, named, at } = wanted;
        if let Some(old) = self.earlier_version(table, &object) {
            let kind = if matches!(old, Object::Index(_)) {
                "index"
            } else {
                "constraint"
            };
            self.report(
                Diagnostic::new(
                    DiagnosticCode::Recreated,
                    format!(
                        "{}: {kind} {} differs from schema.rs and will be recreated",
                        table.name.plain(),
                        old.name()
                    ),
                )
                .about(old.id(&table.name)),
            );
            remove(table, &old);
        }
        if !named {
            *object.name_mut() = self.free_name(table, object.name());
        }
        self.drop_same_name(table, &object);
        self.declare(&table.name, object.name().clone(), &at);
        object.insert_into(table);
    }

    /// Drops the constraint or index that has the name of a declared one, and reports it.
    fn drop_same_name(&mut self, table: &mut Table, by: &Object) {
        // A constraint shares its namespace with those of the table, an index with the relations of the schema.
        let (is_constraint, is_relation) = match by {
            Object::Constraint(own) => (true, own.is_indexed()),
            Object::Index(_) => (false, true),
        };
        let name = by.name();
        let blocks = |found: &Constraint| is_constraint || found.is_indexed();
        let (kind, id) = if table.constraints.get(name).is_some_and(blocks) {
            table.constraints.remove(name);
            ("constraint", ObjectId::constraint(&table.name, name))
        } else if is_relation && table.indexes.remove(name).is_some() {
            ("index", ObjectId::Index(table.name.sibling(name)))
        } else {
            return;
        };
        self.report(
            Diagnostic::new(
                DiagnosticCode::NameReused,
                format!(
                    "table {}: the existing {kind} {name} is dropped, because schema.rs declares a different object with this name, which is created instead",
                    table.name.plain()
                ),
            )
            .about(id),
        );
    }

    /// Returns the earlier version of a declared constraint or index, before `schema.rs` changed it: the object of the
    /// same name and a similar kind that no declaration has matched yet.
    ///
    /// A declared name identifies the object. A default name implies an object of this kind over the same columns. A
    /// check has to read the same columns, too.
    fn earlier_version(&self, table: &Table, object: &Object) -> Option<Object> {
        let name = object.name();
        if self.is_declared(&table.name, name) {
            return None;
        }
        let constraint = table.constraints.get(name).filter(|found| !found.inherited);
        if let Some(found) = constraint {
            let is_foreign = found.foreign_key().is_some() || matches!(found.kind, ConstraintKind::PrimaryKey { .. });
            let is_similar = match object {
                Object::Constraint(own) => match (&found.kind, &own.kind) {
                    (ConstraintKind::Check { columns: old, .. }, ConstraintKind::Check { columns: new, .. }) => {
                        old == new
                    }
                    _ => std::mem::discriminant(&found.kind) == std::mem::discriminant(&own.kind),
                },
                Object::Index(_) => !is_foreign,
            };
            return is_similar.then(|| Object::Constraint(found.clone()));
        }
        let index = table.indexes.get(name).filter(|found| !found.inherited)?;
        Some(Object::Index(index.clone()))
    }

    /// Returns a default name that is not in use. Like Postgres, it numbers names from 1.
    pub(super) fn free_name(&self, table: &Table, name: &str) -> String {
        let before = self.old_name(&table.name);
        let names = self.names_in_use();
        let is_taken = |name: &str| {
            table.constraints.contains_key(name)
                || table.indexes.contains_key(name)
                || names.is_used_by(&table.name.sibling(name), |user| {
                    user != &before && !self.releases_name(user, name)
                })
        };
        if !is_taken(name) {
            return name.to_owned();
        }
        (1_u32..)
            .map(|number| numbered(name, number))
            .find(|name| !is_taken(name))
            .unwrap_or_else(|| name.to_owned())
    }

    /// Returns the names in use in the before schema.
    pub(super) fn names_in_use(&self) -> &'a NamesInUse {
        self.input.names.get_or_init(|| NamesInUse::of(self.input.whole))
    }

    /// Returns whether a renamed table (named as before) no longer uses a name.
    fn releases_name(&self, user: &TableName, name: &str) -> bool {
        let Some(new) = self.out.matches.new_table(user) else {
            return false;
        };
        let keeps = |table: &Table| {
            let mut sequences = table.sequences();
            table.constraints.contains_key(name)
                || table.indexes.contains_key(name)
                || sequences.any(|own| own.name == name)
                || table.name.name == name
        };
        self.out.after.tables.get(new).is_some_and(|table| !keeps(table))
    }

    /// Returns the name of a new sequence for a column, which is not in use.
    pub(super) fn free_sequence(&self, table: &TableName, column: &str) -> QualifiedName {
        let name = default_name::sequence(&table.name, column);
        table.sibling(self.free_name(&Table::new(table.clone()), &name))
    }
}

fn remove(table: &mut Table, object: &Object) {
    match object {
        Object::Constraint(constraint) => {
            table.constraints.remove(&constraint.name);
        }
        Object::Index(index) => {
            table.indexes.remove(&index.name);
        }
    }
}

fn same_constraint(found: &Constraint, wanted: &Constraint) -> bool {
    found.kind == wanted.kind
        && found.deferrable == wanted.deferrable
        && found.initially_deferred == wanted.initially_deferred
        && (found.validated || !wanted.validated)
}

/// Returns whether two indexes are the same, except for their names and comments.
fn same_index(found: &Index, wanted: &Index) -> bool {
    let blank = |index: &Index| Index {
        name: String::new(),
        comment: None,
        columns: Vec::new(),
        valid: true,
        clustered: false,
        attached_to: None,
        inherited: false,
        options: index.options.iter().map(|own| option(own)).collect(),
        ..index.clone()
    };
    found.valid && blank(found) == blank(wanted)
}

/// Normalizes a boolean storage parameter to `on` or `off`, because Postgres stores the spelling that was written.
fn option(text: &str) -> String {
    let Some((name, value)) = text.split_once('=') else {
        return text.to_owned();
    };
    let value = match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => "on".to_owned(),
        "false" | "no" | "off" => "off".to_owned(),
        _ => value.to_owned(),
    };
    format!("{name}={value}")
}

/// Appends a number to a default name, as in `posts_title_key1`; a name that is too long is truncated before its last
/// word.
fn numbered(name: &str, number: u32) -> String {
    let (head, label) = name.rsplit_once('_').unwrap_or((name, ""));
    let tail = format!("_{label}{number}");
    let space = MAX_IDENTIFIER_BYTES.saturating_sub(tail.len());
    format!("{}{tail}", &head[..head.floor_char_boundary(space.min(head.len()))])
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_number_fits_behind_a_long_name() {
        assert_eq!(numbered("t_a_key", 1), "t_a_key1");
        let long = format!("{}_key", "ä".repeat(29));
        assert_eq!(numbered(&long, 12), format!("{}_key12", "ä".repeat(28)));
    }
}

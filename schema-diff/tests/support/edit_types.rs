//! Edits of enum types.

use super::{
    super::production::{Enum, Type, plain},
    Draft, Edit,
};

impl Draft {
    pub(super) fn add_label(mut self, place: usize, detail: usize) -> Option<Edit> {
        let label = self.name("label");
        let of = self.an_enum(place, |_| true)?;
        let own = &mut self.edit.after.enums[of];
        let name = own.name.clone();
        let intent = if detail.is_multiple_of(3) {
            let before = own.labels[0].clone();
            own.first.insert(0, label.clone());
            let before = own.first.get(1).unwrap_or(&before);
            format!("ALTER TYPE {name} ADD VALUE '{label}' BEFORE '{before}'")
        } else {
            own.unused.push(label.clone());
            format!("ALTER TYPE {name} ADD VALUE '{label}'")
        };
        self.edit.reranked.insert(name.clone());
        self.finish_as(format!("add label {name}.{label}"), &[&label], intent)
    }

    pub(super) fn rename_label(mut self, place: usize, detail: usize) -> Option<Edit> {
        let new = self.name("relabelled");
        let of = self.an_enum(place, |_| true)?;
        let labels = &mut self.edit.after.enums[of].labels;
        let at = detail % labels.len();
        let old = std::mem::replace(&mut labels[at], new.clone());
        let name = self.edit.after.enums[of].name.clone();
        self.option("--rename-label", format!("{name}.{old}:{new}"));
        self.edit.converted = self.of_enum(of);
        self.edit.renamed_others.insert(old.clone(), new.clone());
        for column in self.edit.after.tables.iter_mut().flat_map(|table| &mut table.columns) {
            for attribute in column
                .attributes
                .iter_mut()
                .filter(|attribute| attribute.starts_with("default("))
            {
                *attribute = super::with_name(attribute, &old, &new);
            }
        }
        self.finish(format!("rename label {name}.{old} to {new}"), &[])
    }

    pub(super) fn drop_label(mut self, place: usize) -> Option<Edit> {
        let of = self.an_enum(place, |of| !of.unused.is_empty() || !of.first.is_empty())?;
        let own = &mut self.edit.after.enums[of];
        let label = own.unused.pop().or_else(|| own.first.pop())?;
        let name = own.name.clone();
        self.option("--drop", format!("{name}.{label}"));
        self.edit.reranked.insert(name.clone());
        self.finish(format!("drop label {name}.{label}"), &[&label])
    }

    /// Another order of the same labels is left as it is: Rust's says nothing about Postgres's.
    pub(super) fn reorder_labels(mut self, place: usize) -> Option<Edit> {
        let of = self.an_enum(place, |of| of.labels.len() > 1)?;
        let own = &mut self.edit.after.enums[of];
        own.labels.rotate_left(1);
        let name = own.name.clone();
        self.edit.nothing = true;
        self.finish(format!("other order of {name}"), &[])
    }

    pub(super) fn rename_enum(mut self, place: usize) -> Option<Edit> {
        let new = self.name("kind");
        let of = self.an_enum(place, |_| true)?;
        let old = std::mem::replace(&mut self.edit.after.enums[of].name, new.clone());
        self.option("--rename-type", format!("{old}:{new}"));
        self.edit.renamed_others.insert(old.clone(), new.clone());
        self.finish(format!("rename type {old} to {new}"), &[])
    }

    pub(super) fn add_enum(mut self, place: usize) -> Option<Edit> {
        let (name, column) = (self.name("flavour"), self.name("added"));
        let number = self.edit.after.next;
        self.edit.after.enums.push(Enum {
            name: name.clone(),
            rust: format!("Flavour{number}"),
            first: Vec::new(),
            labels: vec!["sweet".into(), "sour".into()],
            unused: Vec::new(),
            dropped: false,
        });
        let mut of = plain(&column, Type::Enum(self.edit.after.enums.len() - 1), true);
        of.attributes.push("default(\"'sour'\")".to_owned());
        let at = place % self.edit.after.tables.len();
        self.edit.after.tables[at].columns.push(of);
        self.edit.converted.insert(column.clone());
        let table = self.table(at).path();
        let intent = format!(
            "CREATE TYPE {name} AS ENUM ('sweet', 'sour'); ALTER TABLE {table} ADD {column} {name} DEFAULT 'sour'"
        );
        self.finish_as(
            format!("add type {name} for {table}.{column}"),
            &[&name, &column, "sweet", "sour"],
            intent,
        )
    }
}

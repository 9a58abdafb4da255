//! Recreates the dependents that are not dropped permanently.

use super::{
    Phase, Planner, Statement,
    code::without_semicolon,
    current_names::Names,
    dependents::{Dependent, Object, Reason, Recreated},
};
use crate::{
    create::{self, comment_and_grants},
    model::{Column, Function, Table, plain_part},
    statement::{Ddl, TableAction},
};

impl<'a> Planner<'a> {
    /// Recreates the objects that were dropped because of their dependencies.
    pub(super) fn recreate_dependents(&mut self) {
        let dependents: Vec<Dependent<'a>> = self.dependents.iter().cloned().collect();
        for own in &dependents {
            if let Some(recreated) = own.recreated {
                self.recreate(own, recreated);
            }
        }
    }

    fn recreate(&mut self, own: &Dependent<'a>, recreated: Recreated<'a>) {
        let created = self.created(recreated);
        let is_redefined = own.reasons.contains(&Reason::Redefined);
        let mut comments = match own.object {
            Object::View(view) if is_redefined => {
                vec![format!("view {} has different columns than before", view.name.plain())]
            }
            _ => Vec::new(),
        };
        let is_view = matches!(own.object, Object::View(_));
        let hint = self.hint(own, recreated.names).filter(|_| is_view || !is_redefined);
        for ddl in created {
            self.statements.push(Statement {
                comments: std::mem::take(&mut comments),
                hint: hint.clone(),
                ..Statement::new(phase(recreated, &ddl), ddl)
            });
        }
    }

    /// Returns the statements that create an object with everything that belongs to it, with the names that are valid
    /// at that time.
    fn created(&self, recreated: Recreated<'_>) -> Vec<Ddl> {
        let Recreated { names, object } = recreated;
        let statements = match object {
            Object::Column(table, column) => self.created_column(names, table, column),
            Object::Constraint(table, constraint) => self.add_with_partitions(names, table, constraint),
            Object::Index(table, index) => self.create_index(names, table, index),
            Object::Rule(relation, rule) => create::rule(relation, rule),
            Object::Trigger(relation, trigger) => create::trigger(relation, trigger),
            Object::Policy(table, policy) => create::policy(&table.name, policy),
            Object::View(view) => create::restore_view(view, self.session()),
            Object::Function(signature, function) => self.new_function(signature, function),
        };
        let is_stored = matches!(object, Object::Column(..) | Object::Constraint(..) | Object::Index(..));
        let rewrite = |ddl: Ddl| match names {
            Names::Before if is_stored => ddl.map_texts(|text| self.rewrite_before(text)),
            Names::Before => ddl.map_texts(|text| self.rewrite_code(text)),
            Names::After => without_semicolon(ddl),
        };
        statements.into_iter().map(rewrite).collect()
    }

    fn created_column(&self, names: Names, table: &Table, column: &Column) -> Vec<Ddl> {
        let context = self.context(names);
        let added = TableAction::AddColumn(Box::new(create::column(column, context)));
        let added = (!column.inherited).then(|| Ddl::alter_table(&table.name, added));
        let own = comment_and_grants(&table.name, column);
        added.into_iter().chain(own).collect()
    }

    /// Returns the statements that create a function that does not exist, with its settings.
    pub(super) fn new_function(&self, signature: &str, function: &Function) -> Vec<Ddl> {
        let mut statements = vec![without_semicolon(create::function(signature, function))];
        if let Some(settings) = self.restored().functions.get(signature) {
            let id = create::routine(signature, function);
            statements.extend(create::function_settings(&id, settings, self.session()));
        }
        statements
    }
}

impl Planner<'_> {
    /// Returns a hint for an object that cannot be recreated because the type of a column that it depends on changes.
    fn hint(&self, own: &Dependent<'_>, names: Names) -> Option<String> {
        let is_stored = matches!(own.object, Object::Constraint(..) | Object::Index(..));
        let (what, options) = decision_options(own.object).filter(|_| !is_stored || names == Names::Before)?;
        let retyped = self.dependents.retyped_columns(own);
        let retyped = retyped.iter();
        let retyped: Vec<String> = retyped
            .filter_map(|read| Some(format!("{}.{}", read.relation.plain(), read.column.as_ref()?)))
            .collect();
        (!retyped.is_empty()).then(|| {
            format!(
                "{what} depends on {}, whose type changes: {options}",
                retyped.join(", ")
            )
        })
    }
}

/// Returns the phase of one of the statements that recreate an object.
fn phase(recreated: Recreated<'_>, ddl: &Ddl) -> Phase {
    let adds_column =
        || matches!(ddl, Ddl::AlterTable { actions, .. } if matches!(actions[..], [TableAction::AddColumn(_)]));
    match (recreated.names, recreated.object) {
        (Names::Before, _) => Phase::Recreate,
        (Names::After, Object::Column(..)) if adds_column() => Phase::AddColumn,
        (Names::After, Object::Column(..)) => Phase::Comment,
        (Names::After, Object::Constraint(_, constraint)) if constraint.foreign_key().is_some() => Phase::ForeignKey,
        (Names::After, Object::Constraint(..) | Object::Index(..)) => Phase::Key,
        (Names::After, _) => Phase::Code,
    }
}

/// Returns an object's description for messages, and the options that decide about it.
fn decision_options(object: Object<'_>) -> Option<(String, String)> {
    let of = |kind: &str, table: &Table, name: &str| format!("{kind} {name} of {}", table.name.plain());
    // The object of a table as an option names it.
    let drop = |table: &Table, name: &str| format!("pass --drop {}.{}", table.name.plain(), plain_part(name));
    Some(match object {
        Object::Constraint(table, constraint) if constraint.foreign_key().is_none() => {
            let drop = drop(table, &constraint.name);
            (
                of("constraint", table, &constraint.name),
                format!("declare its new form in schema.rs (#[schema_diff::check(\"...\")]), or {drop}"),
            )
        }
        Object::Index(table, index) => {
            let drop = drop(table, &index.name);
            (
                of("index", table, &index.name),
                format!("declare its new form in schema.rs (#[schema_diff::index(...)]), or {drop}"),
            )
        }
        Object::Policy(table, policy) => (of("policy", table, &policy.name), drop(table, &policy.name)),
        Object::View(view) => {
            let name = view.name.plain();
            (
                format!("view {name}"),
                format!("pass --drop {name} or --replace \"{name}=SELECT ...\""),
            )
        }
        Object::Column(table, column) if column.generated.is_some() => (
            format!("generated column {}.{}", table.name.plain(), column.name),
            "declare another expression (#[schema_diff::generated(\"...\")]), or remove it from schema.rs".to_owned(),
        ),
        Object::Constraint(..) | Object::Column(..) | Object::Rule(..) | Object::Trigger(..) | Object::Function(..) => {
            return None;
        }
    })
}

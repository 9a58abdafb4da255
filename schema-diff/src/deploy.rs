//! The order of deployment of new migrations, for `check`.

use serde_json::{Value, json};

use super::{Failed, Screen};
use schema_diff_engine::{
    config::Project,
    declared::Location,
    deploy::{Added, Base, Ordered, Request, ordered},
    generate::{Draft, Scratch},
    history::{MigrationsDirectory, Version},
    report::{Annotation, Level, deploy_json},
};

/// When new migrations and their program can be deployed.
pub(super) struct NewMigrations {
    ordered: Ordered,
    /// The commit that does not have the migrations.
    base: Base,
    /// Whether the configuration allows the order.
    pub is_allowed: bool,
}

/// Finds out when new migrations and their program can be deployed, if the configuration or a given commit asks for it. `since` names the
/// commit of the program of before.
///
/// # Errors
/// The commit does not exist, or a migration cannot be run.
pub(super) fn new_migrations(
    (given, since): (Option<&str>, Option<&str>),
    project: &Project,
    draft: &Draft,
    scratch: &mut Scratch<'_>,
    screen: &mut Screen<'_>,
) -> Result<Option<NewMigrations>, Failed> {
    if given.is_none() && project.deploy.allow.is_none() {
        return Ok(None);
    }
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let base = Base::of(project, given);
    // A later commit of the change may be the first that does not use a column: it does not run yet.
    let Added {
        versions: mut new,
        began,
    } = Added::since(&base, project, &directory)?;
    let pending = |name: &String| draft.base.pending.contains(name);
    let pending = directory.migrations().iter().filter(|own| pending(&own.name));
    new.extend(pending.map(|own| own.version.clone()).collect::<Vec<Version>>());
    let request = Request {
        project,
        draft,
        directory: &directory,
        new: &new,
        since: since.or(began.as_deref()),
    };
    let found = ordered(request, scratch, &mut |text| screen.progress(text))?;
    screen.clear_progress();
    Ok(found.map(|ordered| NewMigrations {
        is_allowed: project.deploy.allows(ordered.compatibility.order),
        ordered,
        base,
    }))
}

impl NewMigrations {
    /// Shows the order; if it is not allowed, with what fails and the way out.
    pub(super) fn show(&self, project: &Project, screen: &mut Screen<'_>) -> Result<(), Failed> {
        let text = match self.is_allowed {
            true => format!(
                "{} (migrations that {} does not have)",
                self.ordered.order(),
                self.base.revision
            ),
            false => self.problem(project),
        };
        screen.labeled_message(if self.is_allowed { "deploy" } else { "problem" }, &text)?;
        Ok(())
    }

    /// Returns the annotation of an order that is not allowed.
    pub(super) fn annotation(&self, project: &Project) -> Option<Annotation> {
        (!self.is_allowed).then(|| Annotation {
            level: Level::Error,
            location: self
                .ordered
                .culprit()
                .map(|own| Location::file(project.relative(&own.up()))),
            title: "order of deployment".to_owned(),
            message: self.problem(project),
        })
    }

    /// Returns the order as JSON.
    pub(super) fn json(&self) -> Value {
        let mut value = deploy_json(&self.ordered.compatibility);
        let names: Vec<&str> = self.ordered.migrations.iter().map(|own| own.name.as_str()).collect();
        value["allowed"] = json!(self.is_allowed);
        value["base"] = json!(self.base.revision);
        value["migrations"] = json!(names);
        value
    }

    fn problem(&self, project: &Project) -> String {
        let name = self.ordered.culprit().map_or("the migrations", |own| own.name.as_str());
        let allowed: Vec<&str> = project.deploy.allow.iter().flatten().copied().collect();
        let mut text = format!(
            "{name}: order of deployment: {}; schema-diff.toml allows: {}",
            self.ordered.order(),
            allowed.join(", ")
        );
        for reason in self.ordered.reasons() {
            text.push_str("\n    ");
            text.push_str(&reason);
        }
        text
    }
}

//! Annotations as GitHub's workflow commands: `::error file=src/schema.rs,line=12,title=...::message`.

use std::path::Path;

use crate::{
    compare::Change,
    declared::{Declared, DeclaredTable, Location},
    generate::{Draft, GenerateError},
    history::{Finding, Severity},
    model::{Pair, TableName},
};

use super::line::lines;

/// The severity of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A red cross.
    Error,
    /// A yellow triangle.
    Warning,
    /// A note.
    Notice,
}

/// One annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Its severity.
    pub level: Level,
    /// Its place, relative to the project's directory.
    pub location: Option<Location>,
    /// A short title.
    pub title: String,
    /// The complete message.
    pub message: String,
}

impl Annotation {
    /// Renders the workflow command. `prefix` is the path of the project's directory from the repository's root.
    pub fn command(&self, prefix: &Path) -> String {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let mut properties = Vec::new();
        if let Some(location) = &self.location {
            let file = prefix.join(&location.file);
            // GitHub wants slashes, on Windows too.
            let parts: Vec<String> = file.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            properties.push(format!("file={}", property(&parts.join("/"))));
            if location.line > 0 {
                properties.push(format!("line={}", location.line));
                properties.push(format!("col={}", location.column));
            }
        }
        properties.push(format!("title={}", property(&self.title)));
        format!("::{level} {}::{}", properties.join(","), data(&self.message))
    }
}

/// Escapes the characters that GitHub unescapes in a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the characters that GitHub unescapes in a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns an annotation for each change that the migrations lack, at the line of `schema.rs` that declares it.
pub fn differences(draft: &Draft, schema_file: &Path) -> Vec<Annotation> {
    let pair = Pair::new(&draft.base.schema, &draft.resolution.after);
    let shown = lines(&draft.changes, pair);
    let named = draft.changes.iter().zip(shown);
    named
        .map(|(change, line)| {
            let loss = if line.loses_data { " (DATA LOSS)" } else { "" };
            Annotation {
                level: Level::Error,
                location: Some(place(change, &draft.declared).unwrap_or_else(|| Location::file(schema_file))),
                title: "no migration for this".to_owned(),
                message: format!(
                    "{} {}{loss}\n{} does not contain this change yet: `schema-diff autogenerate -m MESSAGE` writes the migration",
                    line.sign.symbol(),
                    line.text,
                    draft.base.description
                ),
            }
        })
        .collect()
}

/// Returns an annotation for each finding about the chain of migrations.
pub fn findings(findings: &[(Finding, Option<Location>)]) -> Vec<Annotation> {
    findings
        .iter()
        .map(|(finding, location)| Annotation {
            level: match finding.severity() {
                Severity::Problem => Level::Error,
                _ => Level::Notice,
            },
            location: location.clone(),
            title: "migrations".to_owned(),
            message: finding.to_string(),
        })
        .collect()
}

/// Returns annotations for an error; only errors in `schema.rs` have places.
pub fn mistakes(error: &GenerateError) -> Vec<Annotation> {
    let annotation = |location: Option<Location>, message: &str, hint: &str| Annotation {
        level: Level::Error,
        location,
        title: "schema.rs".to_owned(),
        message: if hint.is_empty() {
            message.to_owned()
        } else {
            format!("{message}\nhint: {hint}")
        },
    };
    match error {
        GenerateError::Parse(errors) => errors
            .errors()
            .iter()
            .map(|error| {
                let hint = error.hint.as_deref().unwrap_or_default();
                annotation(Some(error.location.clone()), &error.message, hint)
            })
            .collect(),
        GenerateError::Resolve(errors) => errors
            .0
            .iter()
            .map(|problem| annotation(problem.place.clone(), &problem.message, &problem.hint))
            .collect(),
        other => vec![annotation(None, &other.to_string(), "")],
    }
}

/// Returns the place where a change is declared: the column, otherwise the table or enum.
fn place(change: &Change, declared: &Declared) -> Option<Location> {
    let table = |name: &TableName| declared.tables.iter().find(|table| table.name == *name);
    let column = |table: &DeclaredTable, name: &str| {
        let found = table.columns.iter().find(|column| column.name == name);
        found.map_or_else(|| table.location.clone(), |column| column.location.clone())
    };
    match change {
        Change::CreateTable(name) => Some(table(name)?.location.clone()),
        Change::RenameTable(names) | Change::AlterTable { table: names, .. } => {
            Some(table(&names.after)?.location.clone())
        }
        Change::AddColumn {
            table: of,
            column: name,
        } => Some(column(table(&of.after)?, name)),
        Change::AlterColumn {
            table: of,
            column: name,
            ..
        }
        | Change::RenameColumn {
            table: of,
            column: name,
        } => Some(column(table(&of.after)?, &name.after)),
        Change::DropColumn { table: of, .. }
        | Change::AddConstraint { table: of, .. }
        | Change::DropConstraint { table: of, .. }
        | Change::RenameConstraint { table: of, .. }
        | Change::CreateIndex { table: of, .. }
        | Change::DropIndex { table: of, .. }
        | Change::RenameIndex { table: of, .. }
        | Change::CreatePolicy { table: of, .. }
        | Change::DropPolicy { table: of, .. } => Some(table(&of.after)?.location.clone()),
        Change::AlterEnum {
            name: Pair { after: name, .. },
            ..
        }
        | Change::RenameType(Pair { after: name, .. })
        | Change::CreateType(name) => {
            let of_it = |found: &&crate::declared::DeclaredEnum| found.name == name.name;
            Some(declared.enums.iter().find(of_it)?.location.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Annotation, Level, Location};

    #[test]
    fn what_has_a_meaning_for_github_is_escaped() {
        let annotation = Annotation {
            level: Level::Error,
            location: Some(Location {
                file: Path::new("src/a,b:c.rs").into(),
                line: 12,
                column: 9,
                length: 3,
            }),
            title: "50%: a, b".to_owned(),
            message: "100 %, one: two\r\nlines, %0A".to_owned(),
        };
        assert_eq!(
            annotation.command(Path::new("app")),
            "::error file=app/src/a%2Cb%3Ac.rs,line=12,col=9,title=50%25%3A a%2C b::100 %25, one: two%0D%0Alines, %250A"
        );
    }
}

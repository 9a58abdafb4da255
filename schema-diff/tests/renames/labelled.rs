//! Labelled changes of schemas: what was really renamed, against what the evidence says.
#![allow(clippy::unwrap_used, reason = "labelled data that cannot be read has failed")]
#![allow(dead_code, reason = "the test and the example each use a part")]

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use heck::ToUpperCamelCase;
use schema_diff_engine::{
    declared::{Declared, DeclaredEnum, Location},
    matching::{self, Decisions, Fate, Rename},
    model::{ObjectId, Schema, TableName},
    parse::{Role, SourceFile, parse},
    resolve::{NormalizedExpressions, Resolution, Unchanged, attempt, resolve},
    rules::{ObjectKind, Rules, Undeclared},
    uses::CodeEvidence,
};
use serde::Deserialize;

/// Tables beside a change that it does not touch, with objects that have to stay known as declared.
const BYSTANDERS: [&str; 3] = [
    "#[schema_diff::index(label)]\nbystander_kinds (id) { id -> Int4, #[schema_diff::unique] label -> Text, }",
    "bystander_notes (id) { id -> Int8, #[schema_diff::references(bystander_kinds)] kind_id -> Int4, body -> Nullable<Text>, }",
    "joinable!(bystander_notes -> bystander_kinds (kind_id))",
];

/// One change, and what was renamed in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    pub kind: String,
    /// The inside of `table!`, one a table.
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// `users.mail:email`, the table by its name before.
    #[serde(default)]
    pub columns: BTreeSet<String>,
    /// `users:accounts`.
    #[serde(default)]
    pub tables: BTreeSet<String>,
    /// `order_status.paid:settled`.
    #[serde(default)]
    pub labels: BTreeSet<String>,
    /// `status:order_status`.
    #[serde(default)]
    pub types: BTreeSet<String>,
    #[serde(default)]
    pub enums_before: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub enums_after: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Labelled {
    case: Vec<Case>,
}

/// The files of labelled data.
pub fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/renames");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

/// The cases of a file.
pub fn load(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let labelled: Labelled = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    labelled.case
}

/// What was said of a case, in the words of the labels (`columns: users.mail:email`).
#[derive(Debug, Default, PartialEq)]
pub struct Said {
    pub sure: BTreeMap<String, String>,
    pub flagged: BTreeMap<String, String>,
    /// What goes, and nobody asks about it.
    pub gone: BTreeSet<String>,
}

impl Case {
    /// Every rename that the labels name.
    pub fn truth(&self) -> BTreeSet<String> {
        let of = |what: &str, names: &BTreeSet<String>| -> Vec<String> {
            names.iter().map(|name| format!("{what} {name}")).collect()
        };
        [
            of("column", &self.columns),
            of("table", &self.tables),
            of("label", &self.labels),
            of("type", &self.types),
        ]
        .concat()
        .into_iter()
        .collect()
    }

    /// What the evidence says. `turned` reads the tables in the opposite order, which must make no difference.
    pub fn said(&self, turned: bool) -> Said {
        let before = self.declared(&self.before, &self.enums_before, turned);
        let after = self.declared(&self.after, &self.enums_after, turned);
        let before = self.resolve(&Schema::default(), &before).after;
        let resolution = self.resolve(&before, &after);
        let mut said = Self::told(&before, &resolution);
        // Who is asked about a table is asked about its columns next.
        let mut decisions = Decisions::default();
        let asked = self
            .tables
            .iter()
            .filter(|table| said.flagged.contains_key(&format!("table {table}")));
        decisions.tables = asked
            .filter_map(|table| table.split_once(':'))
            .map(|(old, new)| {
                (
                    TableName::read_plain(old, "public"),
                    TableName::read_plain(new, "public"),
                )
            })
            .collect();
        if !decisions.tables.is_empty() {
            let then = Self::told(&before, &self.resolve_with(&before, &after, &decisions));
            let of_columns =
                |said: BTreeMap<String, String>| said.into_iter().filter(|(label, _)| label.starts_with("column "));
            said.sure.extend(of_columns(then.sure));
            said.flagged.extend(of_columns(then.flagged));
        }
        said
    }

    /// Resolves each way to answer what is open as the alternatives of a migration are, without another look at unchanged tables, and
    /// in full. Returns how many tables were unchanged.
    pub fn alternatives_agree(&self) -> usize {
        let mut with_bystanders = self.clone();
        for tables in [&mut with_bystanders.before, &mut with_bystanders.after] {
            tables.extend(BYSTANDERS.map(str::to_owned));
        }
        let own = &with_bystanders;
        let drops = [
            ObjectKind::Uniques,
            ObjectKind::Indexes,
            ObjectKind::Checks,
            ObjectKind::ForeignKeys,
        ];
        let rules = Rules {
            undeclared: drops.map(|kind| (kind, Undeclared::Drop)).into_iter().collect(),
            ..Rules::default()
        };
        let normalized = NormalizedExpressions::default();
        let before = own.declared(&own.before, &own.enums_before, false);
        let before = own.resolve(&Schema::default(), &before).after;
        let declared = own.declared(&own.after, &own.enums_after, false);
        let resolved = |decisions: &Decisions, unchanged: &Unchanged| {
            let known = matching::Input {
                before: &before,
                declared: &declared,
                rules: &rules,
                decisions,
                code: CodeEvidence::NONE,
            };
            attempt(known, &normalized, unchanged, &OnceCell::new())
        };
        let (first, _) = resolved(&Decisions::default(), &Unchanged::default());
        let unchanged = Unchanged::of(&before, &declared, &first);
        let (mut renamed, mut dropped) = (Decisions::default(), Decisions::default());
        for open in &first.undecided {
            renamed.decide(&open.before, &Fate::Renamed(open.candidates[0].after.clone()));
            dropped.decide(&open.before, &Fate::Dropped);
        }
        for taken in &first.renames {
            dropped.decide(&taken.before, &Fate::Dropped);
        }
        for decisions in [&Decisions::default(), &renamed, &dropped] {
            let quick = format!("{:#?}", resolved(decisions, &unchanged));
            let full = format!("{:#?}", resolved(decisions, &Unchanged::default()));
            assert!(
                quick == full,
                "{}: with {decisions:?}\n{}",
                self.name,
                similar::TextDiff::from_lines(&full, &quick).unified_diff()
            );
        }
        unchanged.tables().len()
    }

    fn told(before: &Schema, resolution: &Resolution) -> Said {
        let mut said = Said::default();
        for rename in &resolution.renames {
            said.sure.insert(label(rename), words(&rename.evidence));
        }
        for rename in resolution.undecided.iter().flat_map(|open| &open.candidates) {
            said.flagged.insert(label(rename), words(&rename.evidence));
        }
        said.gone = gone(before, resolution);
        said
    }

    fn resolve(&self, before: &Schema, declared: &Declared) -> Resolution {
        self.resolve_with(before, declared, &Decisions::default())
    }

    fn resolve_with(&self, before: &Schema, declared: &Declared, decisions: &Decisions) -> Resolution {
        let known = matching::Input {
            before,
            declared,
            rules: &Rules::default(),
            decisions,
            code: CodeEvidence::NONE,
        };
        resolve(known, &NormalizedExpressions::default()).unwrap_or_else(|errors| panic!("{}: {errors}", self.name))
    }

    fn declared(&self, tables: &[String], enums: &BTreeMap<String, Vec<String>>, turned: bool) -> Declared {
        let mut text = "pub mod sql_types {\n".to_owned();
        for name in enums.keys() {
            let rust_name = name.to_upper_camel_case();
            text += &format!(
                "#[derive(diesel::sql_types::SqlType)]\n#[diesel(postgres_type(name = \"{name}\"))]\npub struct {rust_name};\n"
            );
        }
        text += "}\n";
        let mut tables: Vec<&String> = tables.iter().collect();
        if turned {
            tables.reverse();
        }
        for table in tables {
            if table.trim_start().starts_with("joinable!") {
                text += &format!("diesel::{table};\n");
            } else {
                text +=
                    &format!("diesel::table! {{\nuse diesel::sql_types::*;\nuse super::sql_types::*;\n{table}\n}}\n");
            }
        }
        let file = SourceFile::new("src/schema.rs", text, Role::Schema);
        let mut declared = parse(&[file]).unwrap_or_else(|errors| panic!("{}: {}", self.name, errors.render(false)));
        for (name, labels) in enums {
            declared.enums.push(DeclaredEnum {
                schema: None,
                name: name.clone(),
                labels: labels.clone(),
                variants: BTreeMap::new(),
                rust_name: name.to_upper_camel_case(),
                location: Location::default(),
            });
        }
        declared
    }
}

fn words(evidence: &schema_diff_engine::matching::Evidence) -> String {
    format!("{} %: {}", evidence.percent(), evidence.reasons.join(", "))
}

fn label(rename: &Rename) -> String {
    let (from, to) = (rename.before.name(), rename.after.name());
    match &rename.before {
        ObjectId::Column { relation, .. } => format!("column {}.{from}:{to}", relation.plain()),
        ObjectId::Type(_) => format!("type {from}:{to}"),
        ObjectId::Label { of, .. } => format!("label {}.{from}:{to}", of.plain()),
        ObjectId::Schema(_) => format!("schema {from}:{to}"),
        _ => format!("table {from}:{to}"),
    }
}

/// Columns, tables and labels of before that are not there any more, whether anybody asks about them or not.
fn gone(before: &Schema, resolution: &Resolution) -> BTreeSet<String> {
    let (after, matches) = (&resolution.after, &resolution.matches);
    let mut gone = BTreeSet::new();
    for (name, table) in &before.tables {
        let Some(now) = after.tables.get(&matches.table(name)) else {
            gone.insert(format!("table {}:", name.plain()));
            continue;
        };
        for column in &table.columns {
            if now.column(&matches.column(name, &column.name)).is_none() {
                gone.insert(format!("column {}.{}:", name.plain(), column.name));
            }
        }
    }
    for (name, own) in before.enums() {
        let Some(now) = after.enum_type(&matches.type_name(name)) else {
            gone.insert(format!("type {}:", name.plain()));
            continue;
        };
        for label in &own.labels {
            if !now.labels.contains(&matches.label(name, label)) {
                gone.insert(format!("label {}.{label}:", name.plain()));
            }
        }
    }
    gone
}

/// Truth against what was said.
#[derive(Clone, Debug, Default)]
pub struct Confusion {
    /// True renames: sure, flagged, neither.
    pub renames: [usize; 3],
    /// Others: held for a rename, flagged, gone without a question.
    pub others: [usize; 3],
    /// In words, what is wrong.
    pub wrong: Vec<String>,
    /// In words, renames that a person has to confirm.
    pub asked: Vec<String>,
    /// In words, questions that nobody needed.
    pub needless: Vec<String>,
}

impl Confusion {
    pub fn add(&mut self, case: &Case) {
        let (said, truth) = (case.said(false), case.truth());
        for rename in &truth {
            if said.sure.contains_key(rename) {
                self.renames[0] += 1;
            } else if let Some(why) = said.flagged.get(rename) {
                self.renames[1] += 1;
                self.asked
                    .push(format!("{} ({}): {rename}: {why}", case.name, case.kind));
            } else {
                self.renames[2] += 1;
                self.wrong
                    .push(format!("{} ({}): missed {rename}", case.name, case.kind));
            }
        }
        for (rename, why) in &said.sure {
            if !truth.contains(rename) {
                self.others[0] += 1;
                self.wrong
                    .push(format!("{} ({}): not so: {rename}: {why}", case.name, case.kind));
            }
        }
        let is_renamed = |name: &str| truth.iter().any(|rename| rename.starts_with(name));
        let asked: BTreeSet<&str> = said
            .flagged
            .keys()
            .filter_map(|rename| rename.get(..=rename.rfind(':')?))
            .filter(|name| !is_renamed(name))
            .collect();
        self.others[1] += asked.len();
        for name in &asked {
            let why = said.flagged.iter().find(|(rename, _)| rename.starts_with(name));
            self.needless.push(format!("{} ({}): {why:?}", case.name, case.kind));
        }
        let silent = said
            .gone
            .iter()
            .filter(|name| !is_renamed(name) && !asked.contains(name.as_str()));
        self.others[2] += silent.count();
    }

    /// Of what was held for a rename without asking, how much is one.
    pub fn precision(&self) -> f64 {
        share(self.renames[0], self.renames[0] + self.others[0])
    }

    /// Of the renames, how many were found or asked about.
    pub fn recall(&self) -> f64 {
        share(self.renames[0] + self.renames[1], self.renames.iter().sum())
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are a few hundred")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

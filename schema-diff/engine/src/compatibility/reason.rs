//! Why a statement fails, in words. Pure: Postgres's error code and the schema say it, not its message.

use super::{
    actual::Actual,
    finding::{Cause, Certainty},
    narrowed::violates,
    observe::Refusal,
    program::{Given, KnownColumn, KnownTable, base_type},
    readable::{Enums, Reading, reading},
    statements::{Kind, ReadColumn},
};
use crate::model::{DataType, Schema};

/// What fails, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    pub certainty: Certainty,
    pub cause: Cause,
    pub text: String,
    pub concern: Concern,
}

/// What of a program is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// Nothing that its code names.
    Nothing,
    /// A column.
    Column(String),
    /// That it inserts rows.
    Insert,
}

impl Reason {
    pub const fn new(certainty: Certainty, cause: Cause, text: String) -> Self {
        Self {
            certainty,
            cause,
            text,
            concern: Concern::Nothing,
        }
    }

    /// Names the column that is in the way.
    pub fn of_column(self, name: &str) -> Self {
        let concern = Concern::Column(name.to_owned());
        Self { concern, ..self }
    }

    /// Says that an insert is in the way.
    fn of_insert(self) -> Self {
        let concern = Concern::Insert;
        Self { concern, ..self }
    }

    pub const fn always(cause: Cause, text: String) -> Self {
        Self::new(Certainty::Always, cause, text)
    }
}

/// How a sentence says that something does not exist.
pub(super) const fn missing(is_old: bool) -> &'static str {
    match is_old {
        true => "does not exist any more",
        false => "does not exist yet",
    }
}

/// A statement that Postgres refuses.
pub(super) struct Refused<'a> {
    pub refusal: &'a Refusal,
    pub known: &'a KnownTable,
    pub actual: Actual<'a>,
    pub statement: Kind,
    pub is_old: bool,
}

impl Refused<'_> {
    /// Explains it.
    pub fn reason(&self) -> Reason {
        let Self { known, actual, .. } = *self;
        let gone = missing(self.is_old);
        let column = self.refusal.column.as_deref().unwrap_or_default();
        match self.refusal.code.as_str() {
            "42703" => names_columns(known, actual, gone),
            "42704" if missing_columns(known, actual).next().is_some() => names_columns(known, actual, gone),
            "42704" => Reason::always(Cause::Name, format!("uses a type that {gone}")),
            "42883" => Reason::always(Cause::Type, other_types("compares", known, actual)),
            "42804" | "42846" => Reason::always(Cause::Type, other_types("writes", known, actual)),
            "22P02" => self.label(),
            "23502" if self.statement == Kind::UpdateNull => {
                let text = format!("may set {column} to NULL, which is NOT NULL");
                Reason::new(Certainty::MayBeRefused, Cause::Null, text).of_column(column)
            }
            "23502" => {
                let text = format!("gives no value for {column}, which is NOT NULL");
                Reason::always(Cause::Null, text).of_insert()
            }
            // Up to Postgres 13, a value for a generated column is a syntax error.
            "428C9" | "42601" => Reason::always(Cause::Other, always_generated(known, actual)),
            "42P10" => Reason::always(Cause::Other, format!("uses a key that {gone}")),
            code if code.starts_with("23") => self.violation(),
            code if code.starts_with("22") => {
                let text = format!(
                    "may give a value that its column does not hold ({})",
                    self.refusal.message
                );
                Reason::new(Certainty::MayBeRefused, Cause::Other, text)
            }
            _ => Reason::always(Cause::Other, format!("fails: {}", self.refusal.message)),
        }
    }

    fn label(&self) -> Reason {
        let mut columns = self.known.columns.iter();
        let found = columns.find_map(|own| missing_label(own, self.actual, self.is_old));
        found.unwrap_or_else(|| Reason::always(Cause::Label, format!("gives a label that {}", missing(self.is_old))))
    }

    fn violation(&self) -> Reason {
        let name = self.refusal.constraint.as_deref().unwrap_or_default();
        let mut tables = self.actual.schema.tables.values();
        let text = match tables.find_map(|table| table.constraints.get(name)) {
            Some(constraint) => violates(constraint),
            None if name.is_empty() => format!("may be refused: {}", self.refusal.message),
            None => format!("may violate the unique index {name}"),
        };
        Reason::new(Certainty::MayBeRefused, Cause::Other, text)
    }
}

/// Says that a program may write a label that its column's enum type does not have.
pub(super) fn missing_label(column: &KnownColumn, actual: Actual<'_>, is_old: bool) -> Option<Reason> {
    let labels = actual.labels(&column.name)?;
    let label = column.labels.iter().find(|own| !labels.contains(own))?;
    let text = format!(
        "may give {} the label '{label}', which {}",
        column.name,
        missing(is_old)
    );
    Some(Reason::always(Cause::Label, text))
}

/// Returns the columns that the program uses and that do not exist.
fn missing_columns<'a>(known: &'a KnownTable, actual: Actual<'a>) -> impl Iterator<Item = &'a str> {
    let used = known.columns.iter().filter(|own| own.is_used());
    let names = used.map(|own| own.name.as_str());
    names.filter(move |name| actual.data_type(name).is_none())
}

fn names_columns(known: &KnownTable, actual: Actual<'_>, gone: &str) -> Reason {
    let names: Vec<&str> = missing_columns(known, actual).collect();
    let text = match names.as_slice() {
        [] => format!("names a column that {gone}"),
        [one] => format!("names the column {one}, which {gone}"),
        many => format!(
            "names the columns {}, which {}",
            many.join(", "),
            gone.replacen("does", "do", 1)
        ),
    };
    let reason = Reason::always(Cause::Name, text);
    match names.first() {
        Some(first) => reason.of_column(first),
        None => reason,
    }
}

/// Names the columns that have another type.
fn other_types(verb: &str, known: &KnownTable, actual: Actual<'_>) -> String {
    let used = known.columns.iter().filter(|own| own.is_used());
    let changed = used.filter_map(|own| {
        let now = base_type(actual.data_type(&own.name)?, actual.schema);
        (own.data_type != now).then(|| format!("{} as {}, which is {now}", own.name, own.data_type))
    });
    let changed: Vec<String> = changed.collect();
    match changed.is_empty() {
        true => "uses values of another type".to_owned(),
        false => format!("{verb} {}", changed.join(", ")),
    }
}

fn always_generated(known: &KnownTable, actual: Actual<'_>) -> String {
    let written = known.columns.iter().filter(|own| own.given != Given::Never);
    let generated = written
        .filter_map(|own| actual.column(&own.name))
        .find(|column| column.generated.is_some() || column.identity.as_ref().is_some_and(|own| own.always));
    let name = generated.map_or("a column", |column| column.name.as_str());
    format!("gives a value for {name}, which is always generated")
}

/// Explains a column that is read as another type.
pub(super) fn read_as(own: &ReadColumn, found: &DataType, schema: &Schema) -> Option<Reason> {
    let enums = Enums {
        declared: own.is_enum,
        actual: schema.enum_type(&found.name).is_some(),
    };
    let text = || format!("reads {} as {}, which is {found}", own.name, own.data_type);
    let is_other = reading(&own.data_type, found, enums) == Reading::Other;
    is_other.then(|| Reason::always(Cause::Type, text()).of_column(&own.name))
}

//! Conversions of the values of retyped columns, if Postgres needs an explicit one.

use super::{Direction, Planner};
use crate::{
    casts::{self, Cast, Loss, base, cast, inverse_cast, loss},
    model::{Column, DataType, Pair, Table},
    render::{data_type, ident},
    statement::{Conversion, Element, RowTest},
};

/// The hint for values that a conversion changes.
const CHANGE_FIRST: &str = "First change these values";

/// A column whose type changes.
struct Change<'a> {
    tables: Pair<&'a Table>,
    before: &'a Column,
    /// The previous type, without domains.
    from: DataType,
    /// The new type, without domains.
    to: DataType,
    /// The new type, as it is written.
    new: DataType,
    /// `table.column`, for messages.
    shown: String,
}

impl Planner<'_> {
    /// Returns the conversion of a column, and adds the guards against a silent loss of values.
    pub(super) fn using(
        &mut self,
        tables: Pair<&Table>,
        before: &Column,
        after: &Column,
        comments: &mut Vec<String>,
    ) -> Option<Conversion> {
        let decided = self
            .request
            .usings
            .get(&(tables.after.name.clone(), after.name.clone()));
        if let Some(expression) = decided {
            return Some(Conversion::Expression(expression.clone()));
        }
        let change = Change {
            tables,
            before,
            from: base(self.before(), &before.data_type),
            to: base(self.after(), &after.data_type),
            new: self.retyped_to(after),
            shown: format!("{}.{}", tables.before.name.plain(), before.name),
        };
        let array = before.data_type.array;
        // No cast exists between the type under its old name and the new type.
        let is_same_rebuilt = self.rebuilt_types.contains(&before.data_type.name)
            && before.data_type.name == self.flipped.type_name(&after.data_type.name);
        if is_same_rebuilt && array == after.data_type.array {
            return Some(Conversion::ThroughText { array });
        }
        if let Some(known) = self.known_conversion(&change, comments) {
            return known;
        }
        self.guard_silent_loss(&change);
        let by = match self.request.direction {
            Direction::Up => cast(&change.from, &change.to),
            Direction::Down => inverse_cast(&change.to, &change.from),
        };
        self.conversion_by(&change, by, is_same_rebuilt)
    }

    /// Returns a conversion that is more than a cast; `Some(None)` if Postgres's conversion is correct but needs a
    /// guard.
    fn known_conversion(&mut self, change: &Change<'_>, comments: &mut Vec<String>) -> Option<Option<Conversion>> {
        let column = change.before.name.clone();
        let shown = &change.shown;
        let mut review = |text: String| comments.push(format!("REVIEW: {text}"));
        match (change.from.builtin_name()?, change.to.builtin_name()?) {
            ("timestamp", "timestamptz") => {
                review(format!(
                    "{shown} has no time zone, and is read as UTC; if the values are meant in another time zone, replace 'UTC' below"
                ));
                Some(Some(Conversion::AtUtc))
            }
            ("timestamptz", "timestamp") => {
                review(format!("{shown} is converted to UTC"));
                Some(Some(Conversion::AtUtc))
            }
            ("int2" | "int4" | "int8" | "numeric" | "float4" | "float8", "bool") => {
                self.guard_rounded(change, RowTest::NotZeroOrOne(column));
                Some(Some(Conversion::NotZero))
            }
            ("date", "timestamptz") => {
                review(format!(
                    "{shown} is a date, and becomes midnight in UTC; if the dates are meant in another time zone, replace 'UTC' below"
                ));
                Some(Some(Conversion::MidnightUtc))
            }
            ("timestamptz", "date") => {
                review(format!("{shown} is converted to dates: each is the day in UTC"));
                self.guard_rounded(change, RowTest::NoMidnight(column));
                Some(Some(Conversion::DateUtc))
            }
            ("json", "jsonb") => {
                review(format!(
                    "JSONB keeps neither the order of the keys of {shown} nor white space"
                ));
                self.guard_conversion(
                    change,
                    RowTest::DuplicateKeys(column),
                    format!("{shown} has objects with duplicate keys, of which JSONB keeps the last one"),
                    &format!(
                        "accept the loss: pass --using \"{shown}={}::jsonb\" to schema-diff autogenerate",
                        ident(&change.before.name)
                    ),
                );
                Some(None)
            }
            ("text" | "varchar", "bytea") => {
                review(format!("{shown} is encoded as UTF-8"));
                Some(Some(Conversion::ToUtf8))
            }
            ("bytea", "text" | "varchar") => {
                review(format!("{shown} is decoded as UTF-8"));
                Some(Some(Conversion::FromUtf8))
            }
            _ => None,
        }
    }

    /// Adds a guard against values that a cast would change without an error.
    fn guard_silent_loss(&mut self, change: &Change<'_>) {
        let column = change.before.name.clone();
        let (shown, new) = (&change.shown, data_type(&change.new));
        let is_number = |name| matches!(name, "int2" | "int4" | "int8" | "numeric" | "float4" | "float8");
        let is_text = |name| matches!(name, "text" | "varchar" | "bpchar");
        if change.from.builtin_name().is_some_and(is_text) && change.to.builtin_name().is_some_and(is_number) {
            self.guard_conversion(
                change,
                RowTest::LeadingZero(column.clone()),
                format!("{shown} has numbers with leading zeros, which {new} does not keep"),
                &format!(
                    "accept the loss: pass --using \"{shown}={}::{new}\" to schema-diff autogenerate",
                    ident(&column)
                ),
            );
        }
        if loss(&change.from, &change.to) == Loss::Silent && cast(&change.from, &change.to) != Cast::None {
            let is_reversible = matches!(cast(&change.to, &change.from), Cast::Assignment | Cast::Explicit);
            let back = is_reversible && !has_no_equality(&change.from);
            let test = RowTest::ChangedByCast {
                column,
                to: change.new.clone(),
                back: back.then(|| change.before.data_type.clone()),
            };
            self.guard_rounded(change, test);
        }
    }

    fn conversion_by(&mut self, change: &Change<'_>, by: Cast, is_same_rebuilt: bool) -> Option<Conversion> {
        let array = change.before.data_type.array;
        let element = |from: &DataType, to: &DataType| match cast(from, to) {
            _ if is_same_rebuilt => Element::ThroughText,
            Cast::ThroughText => Element::ThroughText,
            Cast::ThroughInteger => Element::ThroughInteger,
            _ => Element::Cast,
        };
        match by {
            Cast::Assignment => None,
            Cast::Explicit => Some(Conversion::Cast),
            Cast::ThroughText => Some(Conversion::ThroughText { array }),
            Cast::ThroughInteger => Some(Conversion::ThroughInteger { array }),
            Cast::IntoArray => Some(Conversion::IntoArray(element(
                &change.from,
                &casts::element(&change.to),
            ))),
            Cast::OutOfArray => {
                let shown = &change.shown;
                self.guard_rows(
                    &change.tables.before.name,
                    RowTest::NotOneElement(change.before.name.clone()),
                    format!("{shown} has arrays that do not have exactly one element"),
                    format!(
                        "Change those arrays first, or pass --using \"{shown}=EXPRESSION\" to schema-diff autogenerate"
                    ),
                );
                Some(Conversion::OutOfArray(element(
                    &casts::element(&change.from),
                    &change.to,
                )))
            }
            Cast::None => {
                let shown = &change.shown;
                let (old, new) = (data_type(&change.before.data_type), data_type(&change.new));
                self.guard_rows(
                    &change.tables.before.name,
                    RowTest::NotNull(vec![change.before.name.clone()]),
                    format!("there is no conversion of {shown} from {old} to {new}"),
                    format!("Pass --using \"{shown}=EXPRESSION\" to schema-diff autogenerate"),
                );
                Some(Conversion::Null)
            }
        }
    }

    /// Adds a guard against values that the new type would round or truncate.
    fn guard_rounded(&mut self, change: &Change<'_>, test: RowTest) {
        let (shown, new) = (&change.shown, data_type(&change.new));
        let message = format!("{shown} has values that {new} would round or truncate");
        let option = format!("pass --using \"{shown}=EXPRESSION\" to schema-diff autogenerate");
        self.guard_conversion(change, test, message, &option);
    }

    fn guard_conversion(&mut self, change: &Change<'_>, test: RowTest, message: String, option: &str) {
        let hint = format!("{CHANGE_FIRST}, or {option}");
        self.guard_rows(&change.tables.before.name, test, message, hint);
    }
}

/// Returns whether Postgres cannot compare the values of a type.
fn has_no_equality(data_type: &DataType) -> bool {
    data_type.is_builtin() && matches!(data_type.name.name.as_str(), "json" | "xml" | "point")
}

//! The values that programs write, and their texts.

use diesel::pg::data_types::{PgInterval, PgMoney, PgNumeric};

/// The last rows that the programs write.
const LAST: [usize; 2] = [8, 243];

/// Which value of a column a program writes.
#[derive(Clone, Debug)]
pub struct At {
    /// The row, from 1 on.
    pub row: usize,
    /// What the values are like.
    pub mode: Mode,
    /// The number of the value: rows with the same number have the same value.
    number: usize,
    limit: Option<usize>,
    is_padded: bool,
    choice: &'static [&'static str],
}

/// What values are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Such as most rows have.
    Ordinary,
    /// As large and as long as the column allows, and references to rows that do not exist.
    Large,
    /// Negative or empty.
    Small,
}

impl At {
    /// Returns the values of a row.
    pub const fn row(row: usize) -> Self {
        Self {
            row,
            mode: Mode::Ordinary,
            number: 0,
            limit: None,
            is_padded: false,
            choice: &[],
        }
    }

    /// Returns the values of another kind.
    pub const fn like(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Returns the value of a column whose values may occur twice.
    pub const fn column(&self, column: usize) -> Self {
        let mut own = self.plain();
        own.number = 30 + 4 * column + self.row % 2;
        own
    }

    /// Returns the value of a column whose values are those of one row.
    pub const fn own(&self) -> Self {
        let mut own = self.plain();
        own.number = self.row;
        own.mode = match self.mode {
            Mode::Large => Mode::Large,
            _ => Mode::Ordinary,
        };
        own
    }

    /// Returns the value of a column whose values the other program does not write twice: that of an existing row.
    pub const fn perhaps_own(&self) -> Self {
        let mut own = self.plain();
        own.number = match self.row {
            0..=3 => self.row,
            row => 2 - row % 2,
        };
        own
    }

    /// Returns the value of a column that refers to the first row of a table.
    pub const fn referred(&self) -> Self {
        let mut own = self.plain();
        own.number = 1;
        own.mode = Mode::Ordinary;
        own
    }

    /// Returns the value of a column that need not refer to a row.
    pub const fn anywhere(&self) -> Self {
        let mut own = self.referred();
        if matches!(self.mode, Mode::Large) {
            own.number = 77;
        }
        own
    }

    /// Returns the same value.
    pub const fn plain(&self) -> Self {
        Self { ..*self }
    }

    /// Limits the characters of a text, or the digits of a number.
    pub const fn limited(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Gives each text all characters that its column has.
    pub const fn padded(mut self) -> Self {
        self.is_padded = true;
        self
    }

    /// Chooses ordinary texts from these, except that of the last row that a program writes.
    pub const fn from(mut self, choice: &'static [&'static str]) -> Self {
        self.choice = choice;
        self
    }

    fn is_chosen(&self) -> bool {
        !self.choice.is_empty() && self.mode == Mode::Ordinary && !LAST.contains(&self.row)
    }

    fn integer(&self, largest: i64) -> i64 {
        match self.mode {
            Mode::Ordinary => self.number as i64,
            Mode::Large => largest,
            Mode::Small => -1,
        }
    }

    fn text(&self) -> String {
        let limit = self.limit.unwrap_or(300);
        match self.mode {
            Mode::Ordinary if self.is_chosen() => self.choice[self.number % self.choice.len()].to_owned(),
            Mode::Ordinary => {
                let digits = match limit {
                    0..=3 => format!("{:02}", self.number % 100),
                    _ => format!("v{:02}", self.number),
                };
                match self.is_padded {
                    true => digits.chars().cycle().take(limit).collect(),
                    false => digits.chars().take(limit).collect(),
                }
            }
            // Texts of one row differ from those of another one.
            Mode::Large => format!("{:03}", self.number).chars().cycle().take(limit).collect(),
            Mode::Small if self.is_padded => "-".repeat(limit),
            Mode::Small => String::new(),
        }
    }
}

/// A Rust type that a column has.
pub trait Value: Sized {
    /// Returns a value.
    fn value(at: &At) -> Self;
    /// Returns its text.
    fn shown(&self) -> String;
    /// Returns each value, if there are few.
    fn each(at: &At) -> Vec<Self> {
        vec![Self::value(at)]
    }
    /// Returns NULL.
    fn null() -> Option<Self> {
        None
    }
}

macro_rules! numbers {
    ($($rust:ty),*) => { $(impl Value for $rust {
        fn value(at: &At) -> Self { Self::try_from(at.integer(i64::from(Self::MAX))).unwrap_or(Self::MAX) }
        fn shown(&self) -> String { self.to_string() }
    })* };
}

numbers!(i16, i32, i64);

macro_rules! floats {
    ($($rust:ty: $largest:expr),*) => { $(impl Value for $rust {
        fn value(at: &At) -> Self {
            match at.mode {
                Mode::Large => $largest,
                _ => at.integer(0) as Self + 0.25,
            }
        }
        fn shown(&self) -> String { self.to_string() }
    })* };
}

floats!(f32: 3e38, f64: 1e300);

impl Value for bool {
    fn value(at: &At) -> Self {
        at.integer(1) % 2 == 0
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    fn value(at: &At) -> Self {
        at.text()
    }

    fn shown(&self) -> String {
        self.clone()
    }
}

impl Value for Vec<u8> {
    fn value(at: &At) -> Self {
        // Unless texts are chosen, no text in UTF-8.
        let first: &[u8] = if at.is_chosen() { &[] } else { &[0xff] };
        [first, at.text().as_bytes()].concat()
    }

    fn shown(&self) -> String {
        self.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Value for uuid::Uuid {
    fn value(at: &At) -> Self {
        Self::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 + at.number as u128)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for serde_json::Value {
    fn value(at: &At) -> Self {
        serde_json::json!({ "n": at.number })
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for chrono::NaiveDate {
    fn value(at: &At) -> Self {
        let first = Self::from_ymd_opt(2026, 1, 1).unwrap();
        first + chrono::Duration::days(at.integer(20_000))
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for chrono::NaiveTime {
    fn value(at: &At) -> Self {
        let seconds = u32::try_from(at.integer(70_000).max(0)).unwrap();
        Self::from_num_seconds_from_midnight_opt(3600 + seconds, 0).unwrap()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for chrono::NaiveDateTime {
    fn value(at: &At) -> Self {
        chrono::NaiveDate::value(at).and_hms_opt(3, 4, 5).unwrap()
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for chrono::DateTime<chrono::Utc> {
    fn value(at: &At) -> Self {
        chrono::NaiveDateTime::value(at).and_utc()
    }

    fn shown(&self) -> String {
        self.naive_utc().to_string()
    }
}

impl Value for PgInterval {
    fn value(at: &At) -> Self {
        Self::new(3_600_000_000, i32::try_from(at.integer(3000)).unwrap(), 0)
    }

    fn shown(&self) -> String {
        format!("{} {} {}", self.months, self.days, self.microseconds)
    }
}

impl Value for PgMoney {
    fn value(at: &At) -> Self {
        Self(at.integer(9_000_000) * 100 + 25)
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

impl Value for PgNumeric {
    fn value(at: &At) -> Self {
        let digits = u32::try_from(at.limit.unwrap_or(20)).unwrap();
        let number = match at.mode {
            Mode::Large => 10_i128.pow(digits) - 1,
            _ => i128::from(at.integer(0)) % 10_i128.pow(digits),
        };
        // 2,500 ten-thousandths, unless the column has none.
        let (fraction, scale) = if at.is_padded { (0, 0) } else { (2500, 2) };
        let whole = number.unsigned_abs();
        let group = |place: u32| i16::try_from(whole / 10_000_u128.pow(place) % 10_000).unwrap();
        let mut digits: Vec<i16> = (0..GROUPS).rev().map(group).collect();
        digits.push(fraction);
        let weight = i16::try_from(GROUPS - 1).unwrap();
        match number < 0 {
            true => Self::Negative { weight, scale, digits },
            false => Self::Positive { weight, scale, digits },
        }
    }

    fn shown(&self) -> String {
        let (sign, weight, digits) = match self {
            Self::Positive { weight, digits, .. } => ("", weight, digits),
            Self::Negative { weight, digits, .. } => ("-", weight, digits),
            Self::NaN => return "NaN".to_owned(),
        };
        let digit = |place: i16| {
            let index = usize::try_from(*weight - place).ok();
            index.and_then(|index| digits.get(index)).copied().unwrap_or(0)
        };
        let all: String = (-2..=7).rev().map(|place| format!("{:04}", digit(place))).collect();
        let (whole, fraction) = all.split_at(32);
        format!(
            "{sign}{}.{}",
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0')
        )
    }
}

/// How many groups of four digits a number has before the point.
const GROUPS: u32 = 5;

type Range<T> = (std::ops::Bound<T>, std::ops::Bound<T>);

impl<T: Value + std::fmt::Debug> Value for Range<T> {
    fn value(at: &At) -> Self {
        let low = At {
            mode: Mode::Ordinary,
            ..at.clone()
        };
        let high = At {
            number: at.number + 3,
            ..low.clone()
        };
        (
            std::ops::Bound::Included(T::value(&low)),
            std::ops::Bound::Excluded(T::value(&high)),
        )
    }

    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

impl<T: Value> Value for Option<T> {
    fn value(at: &At) -> Self {
        Some(T::value(at))
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "NULL".to_owned(), T::shown)
    }

    fn each(at: &At) -> Vec<Self> {
        T::each(at).into_iter().map(Some).collect()
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

/// An array.
impl<T: Value> Value for Vec<T> {
    fn value(at: &At) -> Self {
        vec![T::value(at), T::value(at)]
    }

    fn shown(&self) -> String {
        let all: Vec<String> = self.iter().map(T::shown).collect();
        format!("[{}]", all.join(","))
    }
}

/// Implements [`Value`] for an enum with these labels.
#[macro_export]
macro_rules! labels {
    ($rust:ident: $($label:ident),*) => {
        impl $crate::Value for $rust {
            fn value(at: &$crate::At) -> Self {
                let all = [$($rust::$label),*];
                all[at.label(all.len())]
            }

            fn shown(&self) -> String {
                format!("{self:?}")
            }

            fn each(_: &$crate::At) -> Vec<Self> {
                vec![$($rust::$label),*]
            }
        }
    };
}

impl At {
    /// Returns the place of a label: ordinary rows have one of the first two.
    pub fn label(&self, labels: usize) -> usize {
        match self.mode {
            Mode::Ordinary => self.number % labels.min(2),
            Mode::Large => labels - 1,
            Mode::Small => 0,
        }
    }
}

//! Columns of tables.

use schema_diff_grammar::attribute::ColumnSetting;
use serde::{Deserialize, Serialize};

use super::{
    data_type::DataType,
    default_name,
    name::{QualifiedName, TableName},
    privilege::Grant,
    sequence::{OwnedSequence, SequenceOptions},
};

/// A column of a table. Rarely used fields are boxed, because columns make up most of a large schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type; a domain counts as a separate type.
    pub data_type: DataType,
    /// Whether it is nullable.
    pub nullable: bool,
    /// Its default, as deparsed by Postgres; `None` for generated and identity columns.
    pub default: Option<String>,
    /// `GENERATED ... AS IDENTITY`.
    pub identity: Option<Box<Identity>>,
    /// `GENERATED ALWAYS AS (...)`.
    pub generated: Option<Box<Generated>>,
    /// The sequence that this column owns (`serial`), if its default uses it.
    pub sequence: Option<Box<OwnedSequence>>,
    /// A collation that differs from its type's.
    pub collation: Option<Box<QualifiedName>>,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
    /// Privileges on this column only.
    pub grants: Vec<Grant>,
    /// Whether it comes from a parent table (inheritance, partition), not from the table's definition.
    pub inherited: bool,
    /// Its storage, compression, statistics target and attribute options, if any is set; see [`Self::settings`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<ColumnSettings>>,
}

/// The settings of a column's storage and statistics that differ from the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSettings {
    /// `SET STATISTICS`.
    pub statistics: Option<i32>,
    /// `SET STORAGE`, if it differs from the type's storage: `EXTERNAL`.
    pub storage: Option<String>,
    /// `SET COMPRESSION` (Postgres 14): `lz4`.
    pub compression: Option<String>,
    /// `SET (...)`: `n_distinct=-0.5`, sorted.
    pub options: Vec<String>,
    /// Whether the column is NOT NULL only because its domain is NOT NULL.
    pub null_refused_by_domain_alone: bool,
}

/// The start of the option of [`ColumnSetting::Distinct`].
const N_DISTINCT: &str = "n_distinct=";

impl ColumnSettings {
    /// The settings of a column without any settings.
    const DEFAULT: Self = Self {
        statistics: None,
        storage: None,
        compression: None,
        options: Vec::new(),
        null_refused_by_domain_alone: false,
    };

    /// Returns a setting in the form of its attribute: `500`, `external`, `lz4`; `None` if it is not set.
    pub fn get(&self, of: ColumnSetting) -> Option<String> {
        match of {
            ColumnSetting::Statistics => self.statistics.map(|target| target.to_string()),
            ColumnSetting::Distinct => {
                let value = self.n_distinct().and_then(|own| own.strip_prefix(N_DISTINCT));
                value.map(|text| {
                    text.parse()
                        .map_or_else(|_| text.to_owned(), |number: f64| number.to_string())
                })
            }
            ColumnSetting::Storage => self.storage.as_ref().map(|word| word.to_ascii_lowercase()),
            ColumnSetting::Compression => self.compression.clone(),
        }
    }

    /// Sets a setting to the value of its attribute. An equivalent value is kept as Postgres stores it.
    pub fn set(&mut self, of: ColumnSetting, value: Option<&str>) {
        if self.get(of).as_deref() == value {
            return;
        }
        match of {
            ColumnSetting::Statistics => self.statistics = value.and_then(|text| text.parse().ok()),
            ColumnSetting::Distinct => {
                self.options.retain(|own| !own.starts_with(N_DISTINCT));
                self.options.extend(value.map(|value| format!("{N_DISTINCT}{value}")));
                self.options.sort();
            }
            ColumnSetting::Storage => self.storage = value.map(str::to_ascii_uppercase),
            ColumnSetting::Compression => self.compression = value.map(str::to_owned),
        }
    }

    /// Returns the settings that differ from those of `others`, with the values of `self`.
    pub fn differing(&self, others: &Self) -> impl Iterator<Item = (ColumnSetting, Option<String>)> {
        let pairs = ColumnSetting::ALL.map(|of| (of, self.get(of), others.get(of)));
        let differing = pairs.into_iter().filter(|(_, own, other)| own != other);
        differing.map(|(of, own, _)| (of, own))
    }

    /// Returns the option `n_distinct` as Postgres stores it.
    pub fn n_distinct(&self) -> Option<&str> {
        let mut options = self.options.iter();
        options.find(|own| own.starts_with(N_DISTINCT)).map(String::as_str)
    }

    /// Returns whether nothing is set.
    pub fn is_default(&self) -> bool {
        *self == Self::DEFAULT
    }

    /// Returns the settings in the form of [`Column::settings`]: `None` if nothing is set.
    pub fn unless_default(self) -> Option<Box<Self>> {
        (!self.is_default()).then(|| Box::new(self))
    }
}

impl Column {
    /// Creates a column without a default and other properties.
    pub fn new(name: impl Into<String>, data_type: DataType, nullable: bool) -> Self {
        Self {
            name: name.into(),
            data_type,
            nullable,
            default: None,
            identity: None,
            generated: None,
            sequence: None,
            collation: None,
            comment: None,
            grants: Vec::new(),
            inherited: false,
            settings: None,
        }
    }

    /// Returns the settings of its storage and statistics.
    pub fn settings(&self) -> &ColumnSettings {
        const DEFAULT: &ColumnSettings = &ColumnSettings::DEFAULT;
        self.settings.as_deref().unwrap_or(DEFAULT)
    }

    /// Changes the settings of its storage and statistics.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut ColumnSettings)) {
        let mut settings = self.settings.take().map_or_else(ColumnSettings::default, |own| *own);
        change(&mut settings);
        self.settings = settings.unless_default();
    }

    /// Returns whether an `INSERT` can omit this column: it is nullable or gets a value automatically.
    pub const fn can_be_omitted(&self) -> bool {
        self.nullable || self.default.is_some() || self.identity.is_some() || self.generated.is_some()
    }

    /// Returns `SERIAL`, `BIGSERIAL` or `SMALLSERIAL`, if that type creates exactly this column of a table.
    pub fn serial(&self, table: &TableName) -> Option<&'static str> {
        let sequence = self.sequence.as_ref()?;
        let word = match self.data_type.builtin_name()? {
            "int2" => "SMALLSERIAL",
            "int4" => "SERIAL",
            "int8" => "BIGSERIAL",
            _ => return None,
        };
        let is_usual = !self.nullable
            && self.default.as_deref() == Some(sequence.name.nextval().as_str())
            && sequence.options == SequenceOptions::default_for(&self.data_type)
            && sequence.name == table.sibling(default_name::sequence(&table.name, &self.name));
        is_usual.then_some(word)
    }
}

/// `GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Whether it is `ALWAYS`, not `BY DEFAULT`.
    pub always: bool,
    /// The name of its sequence.
    pub sequence: QualifiedName,
    /// The sequence's options.
    pub options: SequenceOptions,
}

/// `GENERATED ALWAYS AS (expression)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression as deparsed by Postgres, without the outer parentheses that `GENERATED ALWAYS AS` adds.
    pub expression: String,
    /// Whether it is `STORED`, not `VIRTUAL` (Postgres 18).
    pub stored: bool,
    /// The columns of the same table that it reads, sorted.
    pub columns: Vec<String>,
}

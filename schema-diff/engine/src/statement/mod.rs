//! The statements of a migration as data. Planning produces them, rendering writes them as SQL, the proof runs them.
//!
//! Only expressions, queries and definitions are SQL texts, as the user wrote them or Postgres deparsed them.

mod condition;
mod ddl;
mod effects;
mod lock;
mod mentions;
mod observation;
mod rows;
mod sequence;
mod table;
mod wait;

pub use condition::{Condition, Key, RowTest};
pub use ddl::{Build, Ddl, Grants, IndexAction, LabelPosition, Publishing, Revokes, Setting, Transaction, TypeAction};
pub use effects::Effects;
pub use lock::LockMode;
pub use observation::Observation;
pub use rows::{Batches, RowChange};
pub use sequence::{SequenceAction, SequenceOption};
pub use table::{ColumnAction, Conversion, Element, Firing, IdentityChange, NewConstraint, NewTable, TableAction};
pub use wait::{Size, Wait, Work, WorkKind, all_of, bytes_text, described, grouped};

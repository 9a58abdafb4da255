//! The statements of a migration, as data: what planning yields, what rendering writes as SQL, what is observed and proved.
//!
//! Nothing here is SQL but what people wrote or Postgres printed: expressions, queries, bodies of functions.

mod condition;
mod ddl;
mod effects;
mod mentions;
mod rows;
mod sequence;
mod table;

pub use condition::{Condition, Key, RowTest};
pub use ddl::{Build, Ddl, Grants, IndexAction, LabelPosition, Publishing, Revokes, Setting, TypeAction};
pub use effects::Effects;
pub use rows::RowChange;
pub use sequence::{SequenceAction, SequenceOption};
pub use table::{ColumnAction, Conversion, Element, Firing, IdentityChange, NewConstraint, NewTable, TableAction};

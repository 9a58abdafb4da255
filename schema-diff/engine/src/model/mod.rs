//! The one model of a Postgres schema: introspection reads it, resolving completes it, comparing uses it.
//!
//! Pure data, as Postgres prints it. Expressions are as Postgres deparses them with an empty `search_path`
//! (`pg_get_expr`, `pg_get_constraintdef`, ...), so that equal text means equal meaning. No module here connects to a
//! database or knows the declarations of the user.

mod affected;
mod builtin_type;
mod by_name;
mod caller;
mod column;
mod constraint;
mod custom_type;
mod data_type;
pub mod default_name;
pub mod dependencies;
mod expression;
mod free_name;
mod index;
mod mention;
mod name;
mod object_id;
mod pair;
pub(crate) mod path;
mod privilege;
mod readers;
mod relation;
mod replication;
mod restored;
mod schema;
mod sequence;
mod singular;
mod subset;
mod tables;
mod type_storage;
mod view;
mod walk;

pub use affected::Affected;
pub use builtin_type::is_builtin_type;
pub use by_name::ByName;
pub use caller::Caller;
pub use column::{Column, ColumnSettings, Generated, Identity};
pub use constraint::{Constraint, ConstraintKind, ForeignKey, Match, ReferentialAction};
pub use custom_type::{Composite, CustomType, Domain, DomainCheck, EnumType, RangeType};
pub use data_type::DataType;
pub use expression::{rename_casts, rename_identifiers};
pub use free_name::free_name;
pub use index::{Index, IndexKey};
pub use mention::{mentioned_names, mentioned_words, plain_words};
pub(crate) use name::name_hash;
pub use name::{
    ColumnRef, MAX_IDENTIFIER_BYTES, QualifiedName, TableName, TypeName, is_quoted_by_postgres, quote_ident,
    quote_ident_always, quote_literal, truncate_identifier,
};
pub use object_id::{ObjectId, Routine};
pub use pair::Pair;
pub use path::plain_part;
pub use privilege::{Access, DefaultGrant, Grant, Session};
pub use readers::{Reader, readers};
pub use relation::{Partition, Policy, Rule, Table, TableKind, Trigger};
pub use replication::{Publication, PublishedTable, ReplicaIdentity, Replication};
pub use restored::{IndexSettings, PartitionTrigger, Restored, Settings, Statistics};
pub use schema::{Extension, Function, Schema, Unmanaged, UnmanagedReason};
pub use sequence::{OwnedSequence, SequenceOptions};
pub(crate) use singular::singular;
pub use subset::{Needs, subset, subset_needing, subset_with, subset_with_types};
pub use tables::Tables;
pub use type_storage::type_storage;
pub use view::View;
pub use walk::{Depth, Node, Walk, views_in_order};

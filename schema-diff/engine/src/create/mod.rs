//! The statements that create each kind of object of the model, with everything that belongs to it.
//!
//! Pure functions, one file per kind of object; [`schema`] puts them in order. The role that runs the statements owns
//! all objects; [`access`] restores the owner of a recreated object.

mod access;
mod column;
mod constraint;
mod context;
mod copy;
mod custom_type;
mod function;
mod grant;
mod index;
mod policy;
mod replication;
mod restored;
mod role;
mod rule;
mod schema;
mod sequence;
mod table;
mod trigger;
mod unmanaged;
mod view;

pub use access::{access, privileges};
pub(crate) use column::comment_and_grants;
pub use column::{column, column_settings};
pub use constraint::{add_constraint, constraint};
pub use context::Context;
pub use copy::copied_settings;
pub use custom_type::custom_type;
pub use function::{function, routine};
pub use grant::grants;
pub use index::{index, index_and_attached};
pub use policy::policy;
pub use replication::{publish, replica_identity, replication, unpublish};
pub use restored::{
    function_settings, index_settings, partition_trigger, sequence_settings, statistics, statistics_settings,
    view_column_settings,
};
pub use role::{missing_owners, missing_roles, named_roles, owners, owning_roles};
pub use rule::rule;
pub use schema::schema;
pub use sequence::{owned_by, sequence};
pub use table::table;
pub use trigger::trigger;
pub use view::{restore_view, view};

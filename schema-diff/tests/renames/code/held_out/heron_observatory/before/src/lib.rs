pub mod catalog;
pub mod exposures;
pub mod models;
pub mod planner;
pub mod proposals;
pub mod schema;

diesel::allow_tables_to_appear_in_same_query!(schema::sched::blocks, schema::sky::targets);
diesel::allow_tables_to_appear_in_same_query!(schema::sched::blocks, schema::sky::exposures);

pub mod gql;
pub mod import;
pub mod schema;
pub mod store;

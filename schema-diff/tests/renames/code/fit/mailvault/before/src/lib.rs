pub mod attachment;
pub mod audit;
pub mod import;
pub mod mailbox;
pub mod message;
pub mod retention;
pub mod schema;
pub mod search;

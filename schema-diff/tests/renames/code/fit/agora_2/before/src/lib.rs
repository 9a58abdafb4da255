pub mod api;
pub mod federation;
pub mod models;
pub mod moderation;
pub mod relationships;
pub mod schema;
pub mod timeline;

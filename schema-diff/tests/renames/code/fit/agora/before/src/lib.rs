pub mod board;
pub mod cmd;
pub mod member;
pub mod moderation;
pub mod post;
pub mod schema;

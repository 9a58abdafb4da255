#[macro_use]
mod macros;

pub mod arena;
pub mod hero;
pub mod players;
pub mod schema;
pub mod world;

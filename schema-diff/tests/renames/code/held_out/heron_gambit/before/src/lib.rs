pub mod db;
pub mod elo;
pub mod model;
pub mod pairing;
pub mod players;
pub mod schema;
pub mod standings;

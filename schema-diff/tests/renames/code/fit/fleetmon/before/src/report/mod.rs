//! Reports are plain SQL: the planner needs the hints, the query builder cannot give them.

pub mod daily;
pub mod health;

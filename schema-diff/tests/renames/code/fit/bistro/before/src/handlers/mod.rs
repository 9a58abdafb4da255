pub mod menu;
pub mod orders;
pub mod reservations;

pub mod bookings;
pub mod events;
pub mod report;
pub mod schema;
pub mod seats;

pub mod event;
pub mod person;

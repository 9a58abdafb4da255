pub mod application;
pub mod candidate;
pub mod employer;
pub mod job;

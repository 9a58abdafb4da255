pub mod alarm;
pub mod device;
pub mod ingest;
pub mod report;
pub mod schema;

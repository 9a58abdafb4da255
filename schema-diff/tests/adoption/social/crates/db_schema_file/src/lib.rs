pub mod enums;
#[cfg(feature = "full")]
pub mod schema;

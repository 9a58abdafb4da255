pub mod catalogue;
pub mod circulation;

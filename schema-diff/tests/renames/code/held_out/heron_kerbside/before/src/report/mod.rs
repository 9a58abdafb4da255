pub mod missed;
pub mod tonnage;

pub mod hiring;
pub mod matching;

// DbEnum
pub fn broken( {

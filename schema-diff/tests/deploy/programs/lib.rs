//! What the programs of the labelled changes share. The labeller writes each program beside it.

mod session;
mod values;

pub use session::{Session, Shown};
pub use values::{At, Mode, Value};

<<<<<<< HEAD
//! The commands: arguments and words, one module a command. What a command does lives in the library.

pub mod db;
=======
//! The commands: their arguments, and how what they do is shown. One module per command; the work is the library's.

pub mod history;
pub mod migration;
>>>>>>> runner

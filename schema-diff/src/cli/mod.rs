//! The commands: arguments and words, one module a command. What a command does lives in the library.

pub mod db;

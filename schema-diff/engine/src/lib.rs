//! The engine of schema-diff: from a declared Diesel schema to a proven migration.
//!
//! See `ARCHITECTURE.md` for an overview. This library can do everything that the `schema-diff` command does, without a
//! terminal.

mod canonical;
mod casts;
pub mod catalog_snapshot;
pub mod cluster;
pub mod compare;
pub mod compatibility;
pub mod config;
pub mod connection;
pub mod create;
pub mod declaration;
pub mod declared;
mod declared_type;
mod deparse;
pub mod deploy;
pub mod diagnostic;
mod doc_comment;
pub mod generate;
mod git;
pub mod history;
pub mod init;
pub mod introspect;
pub mod lint;
mod location;
pub mod matching;
pub mod model;
mod normalize;
pub mod observe;
pub mod online;
pub mod parse;
pub mod plan;
pub mod prove;
pub mod pull;
pub mod queries;
pub mod rates;
pub mod rehearse;
pub mod render;
pub mod replay;
pub mod report;
pub mod resolve;
pub mod rollout;
pub mod rules;
pub mod runner;
mod sample_value;
pub mod sql_text;
mod statement;
pub mod statistics;
pub mod traffic;
pub mod uses;
pub mod write;

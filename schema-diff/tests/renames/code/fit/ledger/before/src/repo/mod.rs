mod accounts;
mod holders;
mod statements;
mod transfers;

pub use accounts::{AccountRepo, PgAccounts};
pub use holders::{HolderRepo, PgHolders};
pub use statements::PgStatements;
pub use transfers::{PgTransfers, TransferRepo};

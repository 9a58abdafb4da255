//! Transactions for which a concurrent index statement would wait until they end.
//!
//! Such a statement waits for every transaction that might still see the table as it was. One that has been open for long is
//! probably forgotten: then it is better not to begin than to wait in the middle, with an index that is not valid.

use std::{
    thread,
    time::{Duration, Instant},
};

use postgres::Client;

use super::{
    Observer,
    patience::{Blocker, Patience, Source, as_blockers},
};
use crate::{connection, history::MigrationDir};

const PAUSE: Duration = Duration::from_millis(500);

/// The error for transactions that do not end.
#[derive(Debug, thiserror::Error)]
#[error("not started, because an old transaction is open, and the statement would wait until it ends")]
pub(super) struct OldTransactions {
    pub blockers: Vec<Blocker>,
}

impl OldTransactions {
    /// Returns what to do.
    pub fn hint(&self) -> String {
        let who: Vec<String> = self.blockers.iter().map(Blocker::to_string).collect();
        format!(
            "End the transaction of {}. Or pass --wait-for-transactions: the statement then starts, and waits as long as the transaction takes",
            who.join("; and of ")
        )
    }
}

/// Waits until no transaction of an age is open, as long as the patience lasts. `table` is the table of the index, as SQL, if it is known.
pub(super) fn wait(
    source: &Source,
    table: Option<&str>,
    age: Duration,
    patience: Patience,
    migration: &MigrationDir,
    observer: &mut dyn Observer,
) -> Result<(), OldTransactions> {
    // If the second connection fails, nothing is waited for.
    let Ok(mut client) = connection::connect_to(&source.url, &source.environment) else {
        return Ok(());
    };
    let began = Instant::now();
    let mut last = Vec::new();
    loop {
        let blockers = old(&mut client, source.pid, table, age).unwrap_or_default();
        if blockers.is_empty() {
            return Ok(());
        }
        if began.elapsed() >= patience.retry_for {
            return Err(OldTransactions { blockers });
        }
        let processes: Vec<i32> = blockers.iter().map(|own| own.pid).collect();
        if processes != last {
            observer.waiting_for_transactions(migration, &blockers);
            last = processes;
        }
        thread::sleep(PAUSE);
    }
}

/// Returns the old transactions of the database that have a snapshot, or have changed the table.
fn old(client: &mut Client, process: i32, table: Option<&str>, age: Duration) -> Result<Vec<Blocker>, postgres::Error> {
    let age = age.as_secs_f64();
    let rows = client.query(include_str!("old_transactions.sql"), &[&process, &table, &age])?;
    as_blockers(&rows)
}

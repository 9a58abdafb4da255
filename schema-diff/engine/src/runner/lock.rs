//! Allows one run at a time, by an advisory lock of Postgres.
//!
//! The lock belongs to the session that runs the migrations. It cannot be lost while they run, neither because a second
//! connection is dropped, nor because the tool is killed while the server still executes its last statement. Waiting
//! means polling: a session that sleeps inside `pg_advisory_lock` holds a snapshot, for which
//! `CREATE INDEX CONCURRENTLY` in the other run would wait forever.

use std::thread;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Bool};

use super::{Connection, Observer, RunnerError};

/// The key of the lock: the first eight bytes of the SHA-256 of `schema-diff migration`, as a big-endian signed number.
pub const LOCK_KEY: i64 = -9_138_995_019_811_961_023;

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

#[derive(diesel::QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    done: bool,
}

pub(super) fn acquire(
    connection: &mut Connection,
    timeout: Option<Duration>,
    observer: &mut dyn Observer,
) -> Result<(), RunnerError> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    while !ask(connection, "SELECT pg_try_advisory_lock($1) AS done")? {
        if pause == FIRST_PAUSE {
            observer.waiting();
        }
        let remaining = timeout.map_or(LONGEST_PAUSE, |timeout| timeout.saturating_sub(began.elapsed()));
        if remaining.is_zero() {
            return Err(RunnerError::LockTimeout {
                waited: began.elapsed(),
            });
        }
        thread::sleep(pause.min(remaining));
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Ok(())
}

pub(super) fn release(connection: &mut Connection) -> Result<(), RunnerError> {
    ask(connection, "SELECT pg_advisory_unlock($1) AS done").map(|_| ())
}

fn ask(connection: &mut Connection, query: &str) -> Result<bool, RunnerError> {
    let answer: Answer = diesel::sql_query(query)
        .bind::<BigInt, _>(LOCK_KEY)
        .get_result(connection)?;
    Ok(answer.done)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    #[test]
    fn the_key_is_what_it_says() {
        let digest = Sha256::digest("schema-diff migration");
        let first: [u8; 8] = std::array::from_fn(|at| digest[at]);
        assert_eq!(super::LOCK_KEY, i64::from_be_bytes(first));
    }
}

//! Watches which sessions wait for the migration, on a connection of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use postgres::Client;

/// The time between two looks.
pub const EVERY: Duration = Duration::from_millis(10);

/// A time during which a session waited for the migration, or for sessions that waited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The process of the session.
    pub process: i32,
    /// When it was first seen to wait, since the rehearsal began.
    pub from: Duration,
    /// When it was last seen to wait.
    pub to: Duration,
}

impl Blocked {
    /// Returns how long the session waited, to about twice [`EVERY`].
    pub fn took(&self) -> Duration {
        self.to - self.from + EVERY
    }
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub blocked: Vec<Blocked>,
    /// The write-ahead log's length in bytes at each look.
    pub wal: Vec<(Duration, u64)>,
}

const WAITING: &str = "SELECT waiting.pid, pg_catalog.pg_blocking_pids(waiting.pid) \
    FROM (SELECT pid FROM pg_catalog.pg_stat_activity \
          WHERE wait_event_type = 'Lock' AND datname = pg_catalog.current_database() OFFSET 0) AS waiting";
const WAL: &str = "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::int8";

/// Watches until it is stopped.
pub(super) fn watch(mut client: Client, migration: i32, origin: Instant, stop: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut open: BTreeMap<i32, Blocked> = BTreeMap::new();
    let (Ok(waiting), Ok(wal)) = (client.prepare(WAITING), client.prepare(WAL)) else {
        return seen;
    };
    while !stop.load(Ordering::Relaxed) {
        let now = origin.elapsed();
        let Ok(rows) = client.query(&waiting, &[]) else { break };
        let edges: Vec<(i32, Vec<i32>)> = rows
            .iter()
            .filter_map(|row| Some((row.try_get(0).ok()?, row.try_get(1).ok()?)))
            .collect();
        let blocked = blocked_by(migration, &edges);
        let (still, over) = open.into_iter().partition(|(process, _)| blocked.contains(process));
        let over: BTreeMap<i32, Blocked> = over;
        seen.blocked.extend(over.into_values());
        open = still;
        for process in blocked {
            let entry = open.entry(process).or_insert(Blocked {
                process,
                from: now,
                to: now,
            });
            entry.to = now;
        }
        if let Ok(bytes) = client.query_one(&wal, &[]).and_then(|row| row.try_get::<_, i64>(0)) {
            seen.wal.push((now, u64::try_from(bytes).unwrap_or(0)));
        }
        thread::sleep(EVERY);
    }
    seen.blocked.extend(open.into_values());
    seen
}

/// Returns the sessions that wait for a session, directly or behind others.
fn blocked_by(root: i32, edges: &[(i32, Vec<i32>)]) -> BTreeSet<i32> {
    let mut blocked = BTreeSet::new();
    loop {
        let more: Vec<i32> = edges
            .iter()
            .filter(|(process, _)| *process != root && !blocked.contains(process))
            .filter(|(_, by)| by.iter().any(|own| *own == root || blocked.contains(own)))
            .map(|(process, _)| *process)
            .collect();
        if more.is_empty() {
            return blocked;
        }
        blocked.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::blocked_by;

    #[test]
    fn who_waits_behind_a_waiting_session_waits_too() {
        let edges = [(2, vec![1]), (3, vec![2]), (4, vec![5]), (1, vec![6])];
        assert_eq!(blocked_by(1, &edges).into_iter().collect::<Vec<_>>(), [2, 3]);
    }
}

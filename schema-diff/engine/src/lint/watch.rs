//! Observes the locks of a statement that cannot run in a transaction: when it has ended, its locks are released.
//!
//! Another session holds a lock on each table, so that the statement has to wait wherever it blocks writes, and is seen
//! there. Before that session lets it go on, a third one locks all other tables. Neither of them ever waits.

use std::{collections::BTreeMap, thread, time::Duration};

use postgres::Client;

use crate::{cluster::ScratchDatabase, replay::ReplayError, statement::LockMode};

/// Locks by the OID of the relation.
type Locks = BTreeMap<u32, LockMode>;

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(2);

/// Locks each table that can be locked at once.
const HOLD: &str = "BEGIN; DO $$ \
    DECLARE relation pg_catalog.text; \
    BEGIN \
        FOR relation IN \
            SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) \
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
            WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND NOT pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') \
        LOOP \
            BEGIN \
                EXECUTE pg_catalog.format('LOCK TABLE ONLY %s IN ROW EXCLUSIVE MODE NOWAIT', relation); \
            EXCEPTION WHEN lock_not_available OR undefined_table OR insufficient_privilege THEN NULL; \
            END; \
        END LOOP; \
    END $$";

const WAITING: &str = "SELECT \
        CASE WHEN l.locktype = 'relation' THEN l.relation END, l.mode, NOT l.granted \
    FROM pg_catalog.pg_locks l WHERE l.pid = $1";

/// Runs a statement, and returns the locks that blocked writes while it ran. The inner error is that of the statement.
pub(super) fn run(
    client: &mut Client,
    database: &ScratchDatabase,
    sql: &str,
) -> Result<Result<Locks, postgres::Error>, ReplayError> {
    let process: i32 = client
        .query_one("SELECT pg_catalog.pg_backend_pid()", &[])?
        .try_get(0)?;
    let mut watcher = Watcher {
        process,
        client: database.connect()?,
        holder: database.connect()?,
        next: database.connect()?,
        locks: Locks::new(),
    };
    watcher.holder.batch_execute(HOLD)?;
    let ran = thread::scope(|scope| {
        let statement = scope.spawn(|| client.batch_execute(sql));
        let mut watched = Ok(());
        while !statement.is_finished() && watched.is_ok() {
            thread::sleep(PAUSE);
            watched = watcher.look();
        }
        // The statement waits for no lock any longer.
        let released = watcher.release();
        let ran = statement.join();
        watched.and(released).map(|()| ran)
    })?;
    match ran {
        Ok(Ok(())) => Ok(Ok(watcher.locks)),
        Ok(Err(error)) => Ok(Err(error)),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

struct Watcher {
    /// The process of the session that runs the statement.
    process: i32,
    client: Client,
    /// The session that holds the locks.
    holder: Client,
    /// The session that will hold them next.
    next: Client,
    locks: Locks,
}

impl Watcher {
    /// Remembers the locks of the statement, and lets it go on if it waits.
    fn look(&mut self) -> Result<(), postgres::Error> {
        let mut is_waiting = false;
        for row in self.client.query(WAITING, &[&self.process])? {
            is_waiting |= row.try_get::<_, bool>(2)?;
            let mode: &str = row.try_get(1)?;
            let mode = LockMode::ALL.into_iter().find(|own| catalog_name(*own) == mode);
            if let (Some(relation), Some(mode)) = (row.try_get::<_, Option<u32>>(0)?, mode) {
                let own = self.locks.entry(relation).or_insert(mode);
                *own = mode.max(*own);
            }
        }
        if is_waiting {
            self.next.batch_execute(HOLD)?;
            self.holder.batch_execute("ROLLBACK")?;
            std::mem::swap(&mut self.holder, &mut self.next);
        }
        Ok(())
    }

    fn release(&mut self) -> Result<(), postgres::Error> {
        self.holder.batch_execute("ROLLBACK")
    }
}

/// Returns the name of a lock mode in `pg_locks`: `AccessShareLock`.
fn catalog_name(mode: LockMode) -> String {
    let words = mode.as_str().split(' ').map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{first}{}", rest.to_lowercase())
    });
    format!("{}Lock", words.collect::<String>())
}

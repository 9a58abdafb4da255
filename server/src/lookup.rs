//! Finds countries by their codes for many requests at once: those that wait at the same time share one statement.
//!
//! A statement costs Postgres and this server many times what one more code in it costs. So a request puts its code into a
//! queue, and a worker takes everything that the queue holds. On an idle server a worker is free, and the statement has one
//! code; under load the codes that arrived while the workers were busy share a statement. Nothing is cached: a response was
//! always read after its request arrived.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use demo::models::Country;
use demo::schema::countries;
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use futures_util::FutureExt;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::pool::{Connections, DatabaseError, Lease};

/// The largest number of requests that share a statement.
const MOST: usize = 256;

type Answer = Result<Option<Country>, DatabaseError>;

/// The queue of the requests that wait for a country.
pub struct Lookup {
    queue: mpsc::UnboundedSender<Wanted>,
    acquire_timeout: Duration,
}

/// A request that waits for a country.
struct Wanted {
    code: String,
    /// Set when its statement starts: from then on it waits for Postgres, no longer for a connection.
    is_asked: Arc<AtomicBool>,
    answer: oneshot::Sender<Answer>,
}

impl Wanted {
    /// Returns whether the request still waits.
    fn is_awaited(&self) -> bool {
        !self.answer.is_closed()
    }
}

impl Lookup {
    /// Starts this many workers, each with one statement at a time. They end when this is dropped.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn start(connections: &Connections, workers: usize) -> Self {
        let (queue, wanted) = mpsc::unbounded_channel();
        let wanted = Arc::new(Mutex::new(wanted));
        for _ in 0..workers {
            tokio::spawn(work(connections.clone(), Arc::clone(&wanted)));
        }
        Self {
            queue,
            acquire_timeout: connections.acquire_timeout(),
        }
    }

    /// Returns the country with this code, which must be valid: an error of Postgres is the error of all that share the statement.
    ///
    /// # Errors
    /// What [`Connections::lease`] and [`Lease::run`] say: [`DatabaseError::Busy`] if no statement started within the
    /// acquire timeout.
    pub async fn find(&self, code: String) -> Answer {
        let gone = || DatabaseError::Unreachable("the lookup has ended".to_owned());
        let is_asked = Arc::new(AtomicBool::new(false));
        let (answer, mut answered) = oneshot::channel();
        let wanted = Wanted {
            code,
            is_asked: Arc::clone(&is_asked),
            answer,
        };
        self.queue.send(wanted).map_err(|_| gone())?;
        match tokio::time::timeout(self.acquire_timeout, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if is_asked.load(Ordering::Acquire) => answered.await,
            Err(_) => return Err(DatabaseError::Busy),
        }
        .map_err(|_| gone())?
    }
}

/// Runs a worker: takes codes from the queue, looks them up and responds, until the queue is closed.
async fn work(connections: Connections, queue: Arc<Mutex<mpsc::UnboundedReceiver<Wanted>>>) {
    let mut wanted: Vec<Wanted> = Vec::with_capacity(MOST);
    loop {
        if wanted.is_empty() {
            match queue.lock().await.recv().await {
                Some(first) => wanted.push(first),
                None => return,
            }
        }
        // Without holding the queue: this may have to connect first.
        let lease = connections.lease().await;
        wanted.retain(Wanted::is_awaited);
        // If another worker holds the queue, then it is empty.
        if let Ok(mut queue) = queue.try_lock() {
            while wanted.len() < MOST
                && let Ok(late) = queue.try_recv()
            {
                if late.is_awaited() {
                    wanted.push(late);
                }
            }
        }
        let found = match lease {
            Ok(lease) => {
                for one in &wanted {
                    one.is_asked.store(true, Ordering::Release);
                }
                // A panic would otherwise end this worker.
                let asked = AssertUnwindSafe(find_all(lease, &wanted)).catch_unwind().await;
                asked.unwrap_or_else(|_| Err(DatabaseError::Unreachable("the lookup panicked".to_owned())))
            }
            // Each request knows how long it may wait.
            Err(DatabaseError::Busy) => continue,
            Err(error) => Err(error),
        };
        for one in wanted.drain(..) {
            let answer = match &found {
                Ok(found) => Ok(found.get(&one.code).cloned()),
                Err(error) => Err(error.clone()),
            };
            // An error means that the request is gone.
            let _ = one.answer.send(answer);
        }
    }
}

/// Returns the wanted countries by their codes.
async fn find_all(mut lease: Lease, wanted: &[Wanted]) -> Result<HashMap<String, Country>, DatabaseError> {
    // Not for the whole module: it gives atomic values another `load`.
    use diesel_async::RunQueryDsl;

    let mut codes: Vec<&str> = wanted.iter().map(|one| one.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    let query = countries::table
        .filter(countries::iso2code.eq_any(codes))
        .select(Country::as_select());
    let found: Vec<Country> = lease.run(async |connection| query.load(connection).await).await?;
    Ok(found
        .into_iter()
        .map(|country| (country.iso2code.clone(), country))
        .collect())
}

//! Countries by their codes, for many requests at once: those that wait at the same time share one statement.
//!
//! The coming and going of a statement costs Postgres and this server many times what one more code in it costs. So a
//! request leaves its code in a queue, and an asker takes all that the queue holds at once. On an idle server an asker
//! is there at once, and the statement has one code; under load the codes that came in while the askers were busy go
//! together. Nothing is remembered: what a request is answered was always read after it came.

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

/// Requests that one statement answers, at most.
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
    /// Set as soon as it is asked for: from then on it waits for Postgres, no longer for a connection.
    is_asked: Arc<AtomicBool>,
    answer: oneshot::Sender<Answer>,
}

impl Wanted {
    /// Whether its time is not yet up.
    fn is_awaited(&self) -> bool {
        !self.answer.is_closed()
    }
}

impl Lookup {
    /// Starts so many askers, each with one statement at a time. They end when this is dropped.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn start(connections: &Connections, askers: usize) -> Self {
        let (queue, wanted) = mpsc::unbounded_channel();
        let wanted = Arc::new(Mutex::new(wanted));
        for _ in 0..askers {
            tokio::spawn(ask(connections.clone(), Arc::clone(&wanted)));
        }
        Self {
            queue,
            acquire_timeout: connections.acquire_timeout(),
        }
    }

    /// The country with this code, which has been found valid: what Postgres refuses, it refuses all that wait with it.
    ///
    /// # Errors
    /// What [`Connections::lease`] and [`Lease::run`] say: [`DatabaseError::Busy`] when nobody has asked for it within
    /// the acquire timeout.
    pub async fn find(&self, code: String) -> Answer {
        let gone = || DatabaseError::Unreachable("nobody asks any more".to_owned());
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

/// An asker: takes what is wanted, asks for it, and gives the answers, until nothing can be wanted any more.
async fn ask(connections: Connections, queue: Arc<Mutex<mpsc::UnboundedReceiver<Wanted>>>) {
    let mut wanted: Vec<Wanted> = Vec::with_capacity(MOST);
    loop {
        if wanted.is_empty() {
            match queue.lock().await.recv().await {
                Some(first) => wanted.push(first),
                None => return,
            }
        }
        // Nobody else has to wait while this may have to connect first.
        let lease = connections.lease().await;
        wanted.retain(Wanted::is_awaited);
        // If another asker has the queue, then because it is empty.
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
                // What must not happen would otherwise take this asker away from all the others.
                let asked = AssertUnwindSafe(find_all(lease, &wanted)).catch_unwind().await;
                asked.unwrap_or_else(|_| Err(DatabaseError::Unreachable("asking for it panicked".to_owned())))
            }
            // Each of them knows by itself for how long it may wait.
            Err(DatabaseError::Busy) => continue,
            Err(error) => Err(error),
        };
        for one in wanted.drain(..) {
            let answer = match &found {
                Ok(found) => Ok(found.get(&one.code).cloned()),
                Err(error) => Err(error.clone()),
            };
            // An error here means that nobody waits for it any more.
            let _ = one.answer.send(answer);
        }
    }
}

/// The countries that are wanted, by their codes.
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

//! A private Postgres server for a test binary, gone when the binary ends, however it ends.

#[path = "binaries.rs"]
mod binaries;

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use postgres::{Client, Config, NoTls};
use schema_diff_engine::cluster::Private;

/// A running server.
pub struct Server {
    private: Private,
    databases: AtomicUsize,
}

impl Server {
    /// The server of this test binary, started by the first who asks.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Self {
            private: Private::start(binaries::binaries()).unwrap(),
            databases: AtomicUsize::new(0),
        })
    }

    /// How to reach a database as the superuser `postgres`.
    pub fn config(&self, database: &str) -> Config {
        self.private.config(database)
    }

    /// A connection to a new, empty database, and its name.
    pub fn database(&self) -> (Client, String) {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut client = self.config("postgres").connect(NoTls).unwrap();
        client
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap();
        (self.config(&name).connect(NoTls).unwrap(), name)
    }
}

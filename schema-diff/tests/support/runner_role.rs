//! Who makes the objects of a test and runs its migrations: a superuser, or an ordinary role that owns them.
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part of this")]

use std::sync::Once;

use postgres::Client;

use super::workshop::{apply, clear};

/// Roles that tests may name without creating them. `app_owner` is a member of `keeper`, and of no other.
const ROLES: &str = "CREATE ROLE app_owner LOGIN; CREATE ROLE keeper; CREATE ROLE reader; CREATE ROLE writer; CREATE ROLE outsider; \
                     GRANT keeper TO app_owner";

/// The first line of a test's `before` that an ordinary role cannot run, with the reason behind it.
const SUPERUSER: &str = "-- superuser: ";

/// The first line of a test's `before` whose outcome is another for a superuser, with the reason behind it.
const OWNER: &str = "-- owner: ";

/// Who runs a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// `postgres`, who made everything and whom nothing is denied.
    Superuser,
    /// `app_owner`, who owns the database, the schema `public` and everything in it, and has no other rights.
    Owner,
}

impl Runner {
    /// Who can run a test that begins with this SQL.
    pub fn all(before: &str) -> &'static [Self] {
        if before.trim_start().starts_with(SUPERUSER) {
            &[Self::Superuser]
        } else if before.trim_start().starts_with(OWNER) {
            &[Self::Owner]
        } else {
            &[Self::Superuser, Self::Owner]
        }
    }

    /// Makes the roles that tests use, once a server.
    pub fn create_roles(client: &mut Client) {
        static CREATED: Once = Once::new();
        CREATED.call_once(|| client.batch_execute(ROLES).unwrap());
    }

    const fn role(self) -> &'static str {
        match self {
            Self::Superuser => "postgres",
            Self::Owner => "app_owner",
        }
    }

    /// The URL by which this role connects.
    pub fn url(self, url: &str) -> String {
        let named = url.replacen("://postgres@", &format!("://{}@", self.role()), 1);
        assert!(named.contains(self.role()), "{url} names no role");
        named
    }

    /// Empties a database and gives it, and its schema `public`, to this role. The client is a superuser's.
    pub fn take_over(self, client: &mut Client) {
        client.batch_execute("RESET ALL").unwrap();
        clear(client);
        let role = self.role();
        client
            .batch_execute(&format!(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO {role}', current_database()); END $$; \
                 ALTER SCHEMA public OWNER TO {role}"
            ))
            .unwrap();
    }

    /// Runs the SQL that a test begins with: as this role, and as the superuser what stands below `-- as superuser`.
    pub fn set_up(self, client: &mut Client, sql: &str) -> Result<(), postgres::Error> {
        let (own, others) = sql.split_once("-- as superuser\n").unwrap_or((sql, ""));
        self.execute(client, own)?;
        client.batch_execute(others)
    }

    /// Runs SQL as this role on a superuser's connection.
    pub fn execute(self, client: &mut Client, sql: &str) -> Result<(), postgres::Error> {
        self.begin(client);
        let ran = client.batch_execute(sql);
        // What failed may have left a transaction open.
        let _ = client.batch_execute("ROLLBACK");
        client.batch_execute("RESET SESSION AUTHORIZATION").unwrap();
        ran
    }

    /// Runs a migration's text as this role on a superuser's connection. `Err` is the code and the message.
    pub fn apply(self, client: &mut Client, sql: &str) -> Result<(), (String, String)> {
        self.begin(client);
        let ran = apply(client, sql);
        client.batch_execute("RESET SESSION AUTHORIZATION").unwrap();
        ran
    }

    fn begin(self, client: &mut Client) {
        client
            .batch_execute(&format!("SET SESSION AUTHORIZATION {}", self.role()))
            .unwrap();
    }
}

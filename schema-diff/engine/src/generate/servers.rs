//! Finds the server for scratch databases, once and only if it is needed.

use super::GenerateError;
use crate::{
    cluster::{Binaries, ScratchServer, install::Step},
    config::Project,
    connection::{self, DatabaseUrl},
};

/// The user's choice of scratch databases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScratchChoice {
    /// The URL of a server for scratch databases.
    pub url: Option<String>,
    /// Whether the compared database's own server may be used.
    pub on_server: bool,
}

/// The scratch server of one command.
pub struct Scratch<'a> {
    project: &'a Project,
    choice: ScratchChoice,
    /// Whether a private server works as one in production does.
    is_for_rehearsal: bool,
    installer: Option<Box<Installing>>,
    server: Option<ScratchServer>,
}

/// Receives each step of installing Postgres binaries.
pub type Installing = dyn FnMut(&Step);

impl<'a> Scratch<'a> {
    /// Creates the scratch server without starting it.
    pub const fn new(project: &'a Project, choice: ScratchChoice) -> Self {
        Self {
            project,
            choice,
            is_for_rehearsal: false,
            installer: None,
            server: None,
        }
    }

    /// Makes the server one for rehearsals, if it is started for this command.
    #[must_use]
    pub const fn for_rehearsal(mut self) -> Self {
        self.is_for_rehearsal = true;
        self
    }

    /// Returns the project.
    pub(super) const fn project(&self) -> &'a Project {
        self.project
    }

    /// Allows Postgres binaries to be installed if this machine has none, unless the project is offline.
    #[must_use]
    pub fn installing(mut self, installer: Box<Installing>) -> Self {
        self.installer = Some(installer).filter(|_| !self.project.offline);
        self
    }

    /// Returns the server. The first call starts it or connects to it, with the given major version if there is a
    /// choice (0: any).
    ///
    /// # Errors
    /// No server is available.
    pub fn server(&mut self, major: u32) -> Result<&ScratchServer, GenerateError> {
        let server = match self.server.take() {
            Some(server) => server,
            None => self.find(major)?,
        };
        Ok(self.server.insert(server))
    }

    /// Returns the server, if one was needed.
    pub const fn used(&self) -> Option<&ScratchServer> {
        self.server.as_ref()
    }

    fn find(&mut self, major: u32) -> Result<ScratchServer, GenerateError> {
        let environment = &self.project.environment;
        if let Some(url) = self
            .choice
            .url
            .as_deref()
            .or_else(|| environment.get("SCHEMA_DIFF_SCRATCH_URL").filter(|url| !url.is_empty()))
        {
            return self.at_url(url);
        }
        if self.choice.on_server
            && let Some((url, _)) = environment.database_url()
        {
            return self.at_url(url);
        }
        let binaries = Binaries::discover_or_install(
            self.project.postgres_bin.as_deref(),
            (major > 0).then_some(major),
            self.installer.as_deref_mut().map(|installer| installer as _),
        )?;
        let start = match self.is_for_rehearsal {
            true => ScratchServer::rehearsal,
            false => ScratchServer::private,
        };
        Ok(start(&binaries)?)
    }

    fn at_url(&self, url: &str) -> Result<ScratchServer, GenerateError> {
        let environment = self.project.environment.clone();
        let connect = Box::new(move |url: &str| {
            // The hints of connection errors are about DATABASE_URL; the error of the scratch server has its own.
            DatabaseUrl::parse(url)
                .and_then(|url| connection::connect_to(&url, &environment))
                .map_err(|error| error.message.into())
        });
        Ok(ScratchServer::at_url(url, connect)?)
    }
}

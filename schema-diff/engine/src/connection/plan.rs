//! Turns parameters into the driver's settings: fills in defaults as libpq does, and checks every value.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::Place;
use super::{ConnectionError, DatabaseUrl, parameter, password_file, service_file, tls};
use crate::config::Environment;

const APPLICATION_NAME: &str = "schema-diff";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// The checked settings of a connection.
pub(super) struct Plan {
    pub(super) config: Config,
    /// `None` if TLS is not wanted or not possible.
    pub(super) tls: Option<MakeRustlsConnect>,
    place: Place,
}

impl Plan {
    pub(super) fn new(url: &DatabaseUrl, environment: &Environment) -> Result<Self, ConnectionError> {
        let mut parameters = with_defaults(url.parameters().clone(), environment)?;
        for (name, value) in &parameters {
            parameter::check_value(name, value)?;
        }
        let open_password_file = find_password(&mut parameters, environment);
        let config = config(&parameters)?;
        let get = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let on_sockets = get("host").split(',').all(|host| host.starts_with('/'));
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ if on_sockets => None,
            _ => Some(tls::connector(&parameters, environment)?),
        };
        let place = Place {
            host: get("host"),
            port: get("port"),
            user: get("user"),
            database: get("dbname"),
            open_password_file,
        };
        let mut plan = Self { config, tls, place };
        if plan.tls.is_none() {
            // Postgres has no TLS on sockets; libpq ignores the mode there.
            plan.config.ssl_mode(SslMode::Disable);
        }
        Ok(plan)
    }

    pub(super) fn failed(&self, error: tokio_postgres::Error) -> ConnectionError {
        ConnectionError::from_driver(&self.place, error)
    }

    pub(super) fn not_set_up(&self, error: diesel::ConnectionError) -> ConnectionError {
        ConnectionError::other(&self.place, Box::new(error))
    }
}

/// Fills in parameters from the service, then from the environment, then libpq's own defaults.
fn with_defaults(
    mut parameters: BTreeMap<String, String>,
    environment: &Environment,
) -> Result<BTreeMap<String, String>, ConnectionError> {
    let given = |parameters: &BTreeMap<String, String>, name: &str, variable: &str| {
        parameters.get(name).cloned().or_else(|| {
            environment
                .get(variable)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        })
    };
    if let Some(service) = given(&parameters, "service", "PGSERVICE") {
        let file = given(&parameters, "servicefile", "PGSERVICEFILE");
        for (name, value) in service_file::look_up(&service, file.as_deref(), environment)? {
            parameters.entry(name).or_insert(value);
        }
    }
    for (name, variable) in parameter::variables() {
        let names_a_host = parameters.contains_key("host") && name == "hostaddr";
        if let Some(value) = environment
            .get(variable)
            .filter(|value| !value.is_empty() && !names_a_host)
        {
            parameters.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    parameters.entry("port".to_owned()).or_insert_with(|| "5432".to_owned());
    if let (None, Some(address)) = (parameters.get("host"), parameters.get("hostaddr").cloned()) {
        parameters.insert("host".to_owned(), address);
    }
    let host = default_host(parameters.get("port").map_or("5432", String::as_str));
    parameters.entry("host".to_owned()).or_insert(host);
    if !parameters.contains_key("user") {
        let user = nix::unistd::User::from_uid(nix::unistd::geteuid())
            .ok()
            .flatten()
            .map(|user| user.name);
        let Some(user) = user.or_else(|| environment.get("USER").map(str::to_owned)) else {
            return Err(ConnectionError::bad_url(
                "the database URL names no user",
                Some("write postgresql://USER@host/database".to_owned()),
            ));
        };
        parameters.insert("user".to_owned(), user);
    }
    let user = parameters.get("user").cloned().unwrap_or_default();
    parameters.entry("dbname".to_owned()).or_insert(user);
    Ok(parameters)
}

fn default_host(port: &str) -> String {
    let listens = |dir: &&str| Path::new(dir).join(format!(".s.PGSQL.{port}")).exists();
    SOCKET_DIRECTORIES
        .into_iter()
        .find(|dir| listens(dir))
        .unwrap_or("localhost")
        .to_owned()
}

/// Adds the password from the password file if there is none. Returns the file if it is ignored because others can read
/// it.
fn find_password(parameters: &mut BTreeMap<String, String>, environment: &Environment) -> Option<String> {
    if parameters.contains_key("password") {
        return None;
    }
    let path = match parameters.get("passfile") {
        Some(path) => PathBuf::from(path),
        None => Path::new(environment.get("HOME")?).join(".pgpass"),
    };
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let host = get("host").split(',').next().unwrap_or_default();
    let hosts = if host.starts_with('/') {
        vec![host, "localhost"]
    } else {
        vec![host]
    };
    let port = get("port").split(',').next().unwrap_or_default();
    match password_file::look_up(&path, &hosts, port, get("dbname"), get("user")) {
        password_file::Found::Password(password) => {
            parameters.insert("password".to_owned(), password);
            None
        }
        password_file::Found::Nothing => None,
        password_file::Found::Open => Some(path.display().to_string()),
    }
}

fn config(parameters: &BTreeMap<String, String>) -> Result<Config, ConnectionError> {
    let mut config = Config::new();
    config
        .application_name(APPLICATION_NAME)
        .connect_timeout(CONNECT_TIMEOUT);
    for (name, value) in parameters {
        set(&mut config, name, value).map_err(|NotPossible| {
            ConnectionError::bad_url(format!("the connection parameter `{name}` cannot be `{value}`"), None)
        })?;
    }
    Ok(config)
}

/// A value that a parameter does not accept.
struct NotPossible;

fn set<'a>(config: &'a mut Config, name: &str, value: &str) -> Result<&'a mut Config, NotPossible> {
    let number = || value.trim().parse::<u64>().map_err(|_| NotPossible);
    let seconds = || number().map(Duration::from_secs);
    Ok(match name {
        "user" => config.user(value),
        "password" => config.password(value),
        "dbname" => config.dbname(value),
        "options" => config.options(value),
        "application_name" => config.application_name(value),
        "host" => {
            for host in value.split(',') {
                config.host(if host.is_empty() { "localhost" } else { host });
            }
            config
        }
        "hostaddr" => {
            for address in value.split(',') {
                config.hostaddr(address.parse().map_err(|_| NotPossible)?);
            }
            config
        }
        "port" => {
            for port in value.split(',') {
                config.port(if port.is_empty() {
                    5432
                } else {
                    port.trim().parse().map_err(|_| NotPossible)?
                });
            }
            config
        }
        "connect_timeout" => config.connect_timeout(match value.trim().parse::<i64>().map_err(|_| NotPossible)? {
            // libpq takes these as "wait forever", and otherwise waits at least two seconds.
            ..=0 => Duration::from_secs(u64::from(u32::MAX)),
            seconds => Duration::from_secs(seconds.unsigned_abs().max(2)),
        }),
        "tcp_user_timeout" => config.tcp_user_timeout(Duration::from_millis(number()?)),
        "keepalives" => config.keepalives(number()? != 0),
        "keepalives_idle" => config.keepalives_idle(seconds()?),
        "keepalives_interval" => config.keepalives_interval(seconds()?),
        "keepalives_count" => config.keepalives_retries(u32::try_from(number()?).map_err(|_| NotPossible)?),
        "sslmode" => config.ssl_mode(match value {
            "disable" => SslMode::Disable,
            // `allow` prefers not to encrypt; encrypting where possible also satisfies it, and is safer.
            "allow" | "prefer" => SslMode::Prefer,
            _ => SslMode::Require,
        }),
        "sslnegotiation" => config.ssl_negotiation(match value {
            "postgres" => SslNegotiation::Postgres,
            "direct" => SslNegotiation::Direct,
            _ => return Err(NotPossible),
        }),
        "channel_binding" => config.channel_binding(match value {
            "disable" => ChannelBinding::Disable,
            "prefer" => ChannelBinding::Prefer,
            "require" => ChannelBinding::Require,
            _ => return Err(NotPossible),
        }),
        "target_session_attrs" => config.target_session_attrs(match value {
            "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
            "read-only" => TargetSessionAttrs::ReadOnly,
            _ => TargetSessionAttrs::Any,
        }),
        "load_balance_hosts" => config.load_balance_hosts(match value {
            "disable" => LoadBalanceHosts::Disable,
            "random" => LoadBalanceHosts::Random,
            _ => return Err(NotPossible),
        }),
        _ => config,
    })
}

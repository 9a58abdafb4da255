//! libpq's connection parameters: their names, their environment variables, and which values are supported here.

use super::ConnectionError;

/// How a parameter is supported.
enum Support {
    /// Supported.
    Honoured,
    /// Ignored, because it has no effect on this tool.
    Harmless,
    /// Supported with these values only.
    Only(&'static [&'static str]),
}

use Support::{Harmless, Honoured, Only};

/// All parameters of libpq, with the environment variables for their defaults.
const PARAMETERS: &[(&str, Option<&str>, Support)] = &[
    ("application_name", Some("PGAPPNAME"), Honoured),
    ("channel_binding", Some("PGCHANNELBINDING"), Honoured),
    (
        "client_encoding",
        Some("PGCLIENTENCODING"),
        Only(&["UTF8", "utf8", "UTF-8", "utf-8", "auto"]),
    ),
    ("connect_timeout", Some("PGCONNECT_TIMEOUT"), Honoured),
    ("dbname", Some("PGDATABASE"), Honoured),
    ("fallback_application_name", None, Harmless),
    ("gssdelegation", Some("PGGSSDELEGATION"), Only(&["0"])),
    ("gssencmode", Some("PGGSSENCMODE"), Only(&["disable", "prefer"])),
    ("gsslib", Some("PGGSSLIB"), Harmless),
    ("host", Some("PGHOST"), Honoured),
    ("hostaddr", Some("PGHOSTADDR"), Honoured),
    ("keepalives", None, Honoured),
    ("keepalives_count", None, Honoured),
    ("keepalives_idle", None, Honoured),
    ("keepalives_interval", None, Honoured),
    ("krbsrvname", Some("PGKRBSRVNAME"), Harmless),
    ("load_balance_hosts", Some("PGLOADBALANCEHOSTS"), Honoured),
    ("max_protocol_version", Some("PGMAXPROTOCOLVERSION"), Harmless),
    ("min_protocol_version", Some("PGMINPROTOCOLVERSION"), Only(&["3.0"])),
    ("options", Some("PGOPTIONS"), Honoured),
    ("passfile", Some("PGPASSFILE"), Honoured),
    ("password", Some("PGPASSWORD"), Honoured),
    ("port", Some("PGPORT"), Honoured),
    ("replication", None, Only(&["false", "off", "no", "0"])),
    ("require_auth", Some("PGREQUIREAUTH"), Only(&[])),
    ("requirepeer", Some("PGREQUIREPEER"), Only(&[])),
    ("requiressl", None, Only(&["0"])),
    ("service", Some("PGSERVICE"), Honoured),
    ("servicefile", Some("PGSERVICEFILE"), Honoured),
    (
        "ssl_max_protocol_version",
        Some("PGSSLMAXPROTOCOLVERSION"),
        Only(&["TLSv1.2", "TLSv1.3"]),
    ),
    (
        "ssl_min_protocol_version",
        Some("PGSSLMINPROTOCOLVERSION"),
        Only(&["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ),
    ("sslcert", Some("PGSSLCERT"), Honoured),
    ("sslcertmode", Some("PGSSLCERTMODE"), Only(&["allow"])),
    ("sslcompression", Some("PGSSLCOMPRESSION"), Harmless),
    ("sslcrl", Some("PGSSLCRL"), Only(&[])),
    ("sslcrldir", Some("PGSSLCRLDIR"), Only(&[])),
    ("sslkey", Some("PGSSLKEY"), Honoured),
    ("sslkeylogfile", None, Only(&[])),
    (
        "sslmode",
        Some("PGSSLMODE"),
        Only(&["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
    ),
    ("sslnegotiation", Some("PGSSLNEGOTIATION"), Honoured),
    ("sslpassword", None, Only(&[])),
    ("sslrootcert", Some("PGSSLROOTCERT"), Honoured),
    ("sslsni", Some("PGSSLSNI"), Honoured),
    (
        "target_session_attrs",
        Some("PGTARGETSESSIONATTRS"),
        Only(&["any", "read-write", "read-only", "primary"]),
    ),
    ("tcp_user_timeout", None, Honoured),
    ("user", Some("PGUSER"), Honoured),
];

/// Checks whether libpq has such a parameter.
pub(super) fn is_known(name: &str) -> bool {
    PARAMETERS.iter().any(|(known, ..)| *known == name)
}

/// Checks that libpq has such a parameter.
pub(super) fn check_name(name: &str) -> Result<(), ConnectionError> {
    if is_known(name) {
        return Ok(());
    }
    let nearest = PARAMETERS
        .iter()
        .map(|(known, ..)| (strsim::damerau_levenshtein(name, known), *known))
        .filter(|(distance, _)| *distance <= 3)
        .min();
    let hint = match nearest {
        Some((_, nearest)) => format!("did you mean `{nearest}`?"),
        None => "libpq and `diesel` have no such parameter either: remove it from the URL".to_owned(),
    };
    Err(ConnectionError::bad_url(
        format!("the database URL has an unknown parameter `{name}`"),
        Some(hint),
    ))
}

/// Checks that a parameter's value is supported here.
pub(super) fn check_value(name: &str, value: &str) -> Result<(), ConnectionError> {
    let Some((_, variable, Only(possible))) = PARAMETERS.iter().find(|(known, ..)| *known == name) else {
        return Ok(());
    };
    if possible.contains(&value) {
        return Ok(());
    }
    let value = if name.contains("password") { "***" } else { value };
    let from = variable.map(|variable| format!(" (or {variable})")).unwrap_or_default();
    let hint = match *possible {
        [] => format!("remove `{name}`{from}"),
        possible => format!("possible values: {}", possible.join(", ")),
    };
    Err(ConnectionError::bad_url(
        format!("schema-diff does not support `{value}` for the connection parameter `{name}`{from}"),
        Some(hint),
    ))
}

/// Returns the parameters that environment variables set, with those variables.
pub(super) fn variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    PARAMETERS
        .iter()
        .filter_map(|(name, variable, _)| Some((*name, (*variable)?)))
}

//! The server and the connected role.

use super::{
    error::IntrospectError,
    reader::{Fields, Reader},
};

/// The connected role; the version is in the reader.
pub(super) struct Server {
    pub role: String,
}

/// Reads the server's version into the reader, and the role. Fails below Postgres 12.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Server, IntrospectError> {
    const WHAT: &str = "the server's version";
    let rows = reader.query(
        WHAT,
        "SELECT pg_catalog.current_setting('server_version_num')::int4, current_user::text",
    )?;
    let row = rows.first().ok_or_else(|| IntrospectError::Changed {
        what: WHAT,
        detail: "no answer".to_owned(),
    })?;
    let mut fields = Fields::of(row, WHAT);
    reader.version = fields.next::<i32>()?.unsigned_abs();
    if reader.version < 120_000 {
        return Err(IntrospectError::TooOld {
            version: reader.version,
        });
    }
    Ok(Server { role: fields.next()? })
}

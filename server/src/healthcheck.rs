//! `server healthcheck`, for containers without curl. It writes one request to a socket, which needs no HTTP client
//! among the dependencies.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::config;
use crate::startup::load_dot_env;
use crate::startup_error::StartupError;

const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the server of this configuration whether it is ready.
///
/// # Errors
/// [`StartupError::NotReady`] with what it answered.
pub fn run() -> Result<(), StartupError> {
    load_dot_env()?;
    let rocket = config::read()?.rocket;
    // A server on all interfaces listens on the loopback interface, too.
    let address = match rocket.address {
        IpAddr::V4(any) if any.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(any) if any.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    };
    let first_line = ask(SocketAddr::new(address, rocket.port)).map_err(|e| StartupError::NotReady(e.to_string()))?;
    if first_line.contains(" 200 ") {
        Ok(())
    } else {
        Err(StartupError::NotReady(first_line))
    }
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned())
}

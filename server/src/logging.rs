//! The log on standard error: structured lines, as text or as JSON.
//!
//! Rocket's own log has neither and is switched off. Requests that fail with 5xx are always logged, the others with
//! `ROCKET_LOG_LEVEL=debug`.

use std::io::IsTerminal;
use std::time::Instant;

use rocket::config::LogLevel;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Data, Request, Response};
use tracing::level_filters::LevelFilter;

use crate::config::{Configuration, LogFormat};

/// Starts logging. Call it once, before anything logs.
pub fn start(configuration: &Configuration) {
    let level = match configuration.rocket.log_level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Critical => LevelFilter::WARN,
        LogLevel::Normal => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_writer(std::io::stderr);
    match configuration.settings.log_format {
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Text => {
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            lines.with_ansi(colour).init();
        }
    }
}

/// Logs each request with its status and how long it took.
pub struct RequestLog;

/// When the request arrived.
#[derive(Clone, Copy)]
struct Arrival(Instant);

#[rocket::async_trait]
impl Fairing for RequestLog {
    fn info(&self) -> Info {
        Info {
            name: "request log",
            kind: Kind::Request | Kind::Response,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| Arrival(Instant::now()));
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let microseconds = request.local_cache(|| Arrival(Instant::now())).0.elapsed().as_micros();
        let (status, method, path) = (response.status().code, request.method(), request.uri().path());
        if status >= 500 {
            tracing::warn!(%method, %path, status, microseconds, "request");
        } else {
            tracing::debug!(%method, %path, status, microseconds, "request");
        }
    }
}

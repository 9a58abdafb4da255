//! The output for the user: lines with signs and colours, progress, errors. Data goes to one stream, messages to the
//! other.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;

use schema_diff_engine::report::{Line, Sign, Unmanaged};

/// The two output streams, and whether they are a terminal.
pub struct Screen<'a> {
    /// Data: paths, SQL, JSON.
    pub out: &'a mut dyn Write,
    /// Messages.
    pub err: &'a mut dyn Write,
    /// Whether `err` is in colour.
    pub color: bool,
    /// Whether progress is shown, and questions may be asked.
    pub interactive: bool,
    /// What to clean up and report if the run is interrupted now.
    pub interruption: Interruption,
}

/// What the screen shows if a run is interrupted. The run sets it, and the thread that ends the run uses it.
#[derive(Clone, Default)]
pub struct Interruption {
    spinner: Arc<Mutex<Option<ProgressBar>>>,
    text: Arc<Mutex<String>>,
}

impl Interruption {
    /// Sets the message for an interruption from now on, which follows "interrupted: ".
    pub fn set_message(&self, text: impl Into<String>) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text.into();
    }

    /// Removes the progress line and returns the current message for an interruption.
    #[must_use]
    pub fn message(&self) -> String {
        self.clear();
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        if text.is_empty() {
            "interrupted: nothing was changed".to_owned()
        } else {
            format!("interrupted: {text}")
        }
    }

    pub(super) fn clear(&self) {
        let spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
    }

    /// Shows a progress bar for this number of bytes.
    pub(super) fn bytes(&self, text: &str, total: u64) {
        self.clear();
        let bar = ProgressBar::new(total).with_message(text.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{bar:30}] {bytes} of {total_bytes}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        *self.spinner.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    /// Advances the progress bar.
    pub(super) fn received(&self, bytes: u64) {
        if let Some(bar) = &*self.spinner.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.set_position(bytes);
        }
    }

    pub(super) fn progress(&self, text: &str) {
        let mut spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner);
        let spinner = spinner.get_or_insert_with(|| {
            let spinner = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                spinner.set_style(style);
            }
            spinner.enable_steady_tick(Duration::from_millis(100));
            spinner
        });
        spinner.set_message(text.to_owned());
    }
}

impl<'a> Screen<'a> {
    /// Returns a screen that writes to two streams.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, color: bool, interactive: bool) -> Self {
        Self {
            out,
            err,
            color,
            interactive,
            interruption: Interruption::default(),
        }
    }

    /// Shows what the run is doing, on a terminal only. The next message removes the line.
    pub fn progress(&mut self, text: &str) {
        if self.interactive {
            self.interruption.progress(text);
        }
    }

    /// Removes the progress line.
    pub fn clear_progress(&mut self) {
        self.interruption.clear();
    }

    /// Writes a message line.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn message(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        self.clear_progress();
        writeln!(self.err, "{}", text.as_ref())
    }

    /// Writes a message line that begins with a coloured key. Control characters in names are escaped.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn labeled_message(&mut self, key: &str, text: &str) -> io::Result<()> {
        let key = match (self.color, key) {
            (false, _) => key.to_owned(),
            (true, "note") => format!("{}", key.cyan().bold()),
            (true, "error" | "problem") => format!("{}", key.red().bold()),
            (true, _) => format!("{}", key.yellow().bold()),
        };
        self.message(format!("{key}: {}", harmless(text)))
    }

    /// Writes the unmanaged objects, one per line, if they were requested.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn unmanaged(&mut self, found: Option<&[Unmanaged]>) -> io::Result<()> {
        let Some(found) = found else { return Ok(()) };
        if found.is_empty() {
            return self.message("The database has nothing that schema.rs does not declare.");
        }
        self.message("Unmanaged (not declared in schema.rs):")?;
        for own in found {
            let why = own.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            self.message(escape(&format!("  {}{why}", own.text)))?;
        }
        Ok(())
    }

    /// Writes the changes, one per line.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn changes(&mut self, lines: &[Line]) -> io::Result<()> {
        self.clear_progress();
        for line in lines {
            let text = format!("{} {}", line.sign.symbol(), escape(&line.text));
            let loss = if line.loses_data { "  DATA LOSS" } else { "" };
            if self.color {
                let loss = loss.red().bold().to_string();
                match line.sign {
                    Sign::Add => writeln!(self.err, "  {}{loss}", text.green())?,
                    Sign::Change => writeln!(self.err, "  {}{loss}", text.yellow())?,
                    Sign::Remove => writeln!(self.err, "  {}{loss}", text.red())?,
                }
            } else {
                writeln!(self.err, "  {text}{loss}")?;
            }
        }
        Ok(())
    }
}

/// Escapes all control characters, so that names can neither move the cursor nor break the line.
pub(super) fn escape(text: &str) -> String {
    shown(text, |_| false)
}

/// Escapes all control characters except line breaks and tabs.
pub(super) fn harmless(text: &str) -> String {
    shown(text, |c| matches!(c, '\n' | '\t'))
}

fn shown(text: &str, passes: impl Fn(char) -> bool) -> String {
    text.chars()
        .flat_map(|c| {
            if c.is_control() && !passes(c) {
                c.escape_default().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}

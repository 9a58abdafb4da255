//! What a person sees: lines with signs and colours, progress, errors. Data goes to one stream, words to the other.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;

use schema_diff_engine::report::{LeftAlone, Line, Sign};

/// The two streams, and whether they are a terminal's.
pub struct Screen<'a> {
    /// Data: paths, SQL, JSON.
    pub out: &'a mut dyn Write,
    /// Words.
    pub err: &'a mut dyn Write,
    /// Colours on `err`.
    pub color: bool,
    /// Whether progress is shown, and questions may be asked.
    pub interactive: bool,
    /// What is to be done and said if the run is interrupted now.
    pub interruption: Interruption,
}

/// What a run leaves on the screen when it is interrupted: known to the run, used by whoever ends it.
#[derive(Clone, Default)]
pub struct Interruption {
    spinner: Arc<Mutex<Option<ProgressBar>>>,
    meaning: Arc<Mutex<String>>,
}

impl Interruption {
    /// From now on an interruption means this: words that follow "interrupted: ".
    pub fn means(&self, text: impl Into<String>) {
        *self.meaning.lock().unwrap_or_else(PoisonError::into_inner) = text.into();
    }

    /// The words for an interruption now; the progress line is gone afterwards.
    #[must_use]
    pub fn message(&self) -> String {
        self.clear();
        let meaning = self.meaning.lock().unwrap_or_else(PoisonError::into_inner);
        if meaning.is_empty() {
            "interrupted: nothing was changed".to_owned()
        } else {
            format!("interrupted: {meaning}")
        }
    }

    pub(super) fn clear(&self) {
        let spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
    }

    /// Shows how many of so many bytes have come.
    pub(super) fn bytes(&self, text: &str, total: u64) {
        self.clear();
        let bar = ProgressBar::new(total).with_message(text.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{bar:30}] {bytes} of {total_bytes}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        *self.spinner.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    /// Moves the bar on.
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
    /// Two streams.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, color: bool, interactive: bool) -> Self {
        Self {
            out,
            err,
            color,
            interactive,
            interruption: Interruption::default(),
        }
    }

    /// Says what is going on, on a terminal only; the line is gone when something else is said.
    pub fn progress(&mut self, text: &str) {
        if self.interactive {
            self.interruption.progress(text);
        }
    }

    /// Takes the progress line away.
    pub fn quiet(&mut self) {
        self.interruption.clear();
    }

    /// A line of words.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn say(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        self.quiet();
        writeln!(self.err, "{}", text.as_ref())
    }

    /// A line of words that begins with a key in colour. What names bring along cannot move the cursor.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn remark(&mut self, key: &str, text: &str) -> io::Result<()> {
        let key = match (self.color, key) {
            (false, _) => key.to_owned(),
            (true, "note") => format!("{}", key.cyan().bold()),
            (true, "error" | "problem") => format!("{}", key.red().bold()),
            (true, _) => format!("{}", key.yellow().bold()),
        };
        self.say(format!("{key}: {}", harmless(text)))
    }

    /// What is left alone, a line each, where somebody asked for it.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn unmanaged(&mut self, found: Option<&[LeftAlone]>) -> io::Result<()> {
        let Some(found) = found else { return Ok(()) };
        if found.is_empty() {
            return self.say("The database has nothing that schema.rs does not declare.");
        }
        self.say("Unmanaged (not declared in schema.rs):")?;
        for own in found {
            let why = own.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            self.say(escape(&format!("  {}{why}", own.text)))?;
        }
        Ok(())
    }

    /// The changes, a line each.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn changes(&mut self, lines: &[Line]) -> io::Result<()> {
        self.quiet();
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

/// Names with control characters in them must not move the cursor, nor break the line.
pub(super) fn escape(text: &str) -> String {
    shown(text, |_| false)
}

/// Text of several lines without any other control character.
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

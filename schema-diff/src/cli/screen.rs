//! What a person sees: lines with signs and colours, progress, errors. Data goes to one stream, words to the other.

use std::{
    io::{self, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;

use crate::report::{Line, Sign};

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
    spinner: Option<ProgressBar>,
}

impl<'a> Screen<'a> {
    /// Two streams.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, color: bool, interactive: bool) -> Self {
        Self {
            out,
            err,
            color,
            interactive,
            spinner: None,
        }
    }

    /// Says what is going on, on a terminal only; the line is gone when something else is said.
    pub fn progress(&mut self, text: &str) {
        if !self.interactive {
            return;
        }
        let spinner = self.spinner.get_or_insert_with(|| {
            let spinner = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                spinner.set_style(style);
            }
            spinner.enable_steady_tick(Duration::from_millis(100));
            spinner
        });
        spinner.set_message(text.to_owned());
    }

    /// Takes the progress line away.
    pub fn quiet(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }

    /// A line of words.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn say(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        self.quiet();
        writeln!(self.err, "{}", text.as_ref())
    }

    /// A line of words that begins with a key in colour.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn remark(&mut self, key: &str, text: &str) -> io::Result<()> {
        let key = if self.color {
            format!("{}", key.yellow().bold())
        } else {
            key.to_owned()
        };
        self.say(format!("{key}: {text}"))
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

/// Names with control characters in them must not move the cursor.
fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}

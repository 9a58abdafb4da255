//! A rehearsal as a picture: the statements on a time line, above the latency of the clients; alone as SVG, or with the
//! numbers on an HTML page. Neither needs another file. Pure.

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use super::{Outcome, Rehearsal, RehearsedMigration, RehearsedStatement, format};

const WIDTH: f64 = 1100.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
/// The height of the bars of migrations and of statements.
const BAR: f64 = 22.0;
/// Where the latencies begin and end.
const TOP: f64 = 90.0;
const BOTTOM: f64 = 390.0;
const HEIGHT: f64 = 450.0;
/// The latencies at both ends of the logarithmic axis, in seconds.
const SHORTEST: f64 = 0.0001;
const LONGEST: f64 = 10.0;
/// A character of a label is about this wide.
const CHARACTER: f64 = 6.5;

const LEGEND: &str = "<g><path class=\"read\" d=\"M72 432h0\"/><text x=\"80\" y=\"436\">statement that reads</text>\
    <path class=\"write\" d=\"M212 432h0\"/><text x=\"220\" y=\"436\">statement that writes</text>\
    <path class=\"failed\" d=\"M352 432h0\"/><text x=\"360\" y=\"436\">failed statement</text>\
    <rect class=\"wait\" x=\"468\" y=\"426\" width=\"12\" height=\"12\"/><text x=\"486\" y=\"436\">a client waits for the migration</text></g>\n";

const STYLE: &str = include_str!("picture.css");
const PAGE_STYLE: &str = include_str!("page.css");

impl Rehearsal {
    /// Renders the page. `max_stall` is the longest time that a client may wait for the migrations.
    pub fn html(&self, max_stall: Option<Duration>) -> String {
        let names: Vec<&str> = self.migrations.iter().map(|own| own.name.as_str()).collect();
        let title = match names.as_slice() {
            [] => "Rehearsal".to_owned(),
            [only] => format!("Rehearsal of {only}"),
            [first, ..] => format!("Rehearsal of {first} and {} more", names.len() - 1),
        };
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n{PAGE_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
            title = escape(&title)
        );
        let result = format!("Postgres {}. Result: {}.", self.server, format::result(self, max_stall));
        let stopped = self.stopped.iter().cloned();
        for line in std::iter::once(result)
            .chain(stopped)
            .chain(format::conclusions(self, max_stall))
        {
            let _ = writeln!(page, "<p>{}</p>", escape(&line));
        }
        page.push_str(&self.svg(max_stall));
        page.push_str(&self.table());
        let _ = writeln!(page, "<p>{}</p>\n<h2>Tables</h2>\n<ul>", escape(format::LEGEND));
        for line in format::preparations(self) {
            let _ = writeln!(page, "<li>{}</li>", escape(&line));
        }
        page.push_str("</ul>\n");
        page.push_str("</body>\n</html>\n");
        page
    }

    /// Renders the picture alone, as SVG.
    pub fn svg(&self, max_stall: Option<Duration>) -> String {
        let axis = Axis::new(self);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"The statements of the migrations, and the latency of the clients\">\n<style>\n{STYLE}</style>\n<rect class=\"paper\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n"
        );
        svg.push_str(&axis.grid());
        for (number, migration) in self.migrations.iter().enumerate() {
            svg.push_str(&bar(&axis, migration, number));
        }
        for wait in &self.blocked {
            let (x, to) = (axis.x(wait.from), axis.x(wait.from + wait.took()));
            let _ = writeln!(
                svg,
                "<rect class=\"wait\" x=\"{x:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                (to - x).max(0.5),
                BOTTOM - TOP
            );
        }
        svg.push_str(&self.points(&axis));
        if let Some(limit) = max_stall {
            let y = y(limit);
            let _ = writeln!(
                svg,
                "<line class=\"limit\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"limit\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">max_stall {}</text>",
                WIDTH - RIGHT,
                WIDTH - RIGHT - 4.0,
                y - 4.0,
                format::duration(limit)
            );
        }
        svg.push_str(LEGEND);
        svg.push_str("</svg>\n");
        svg
    }

    /// Returns the clients' statements as points. Points that would be drawn over each other are drawn once.
    fn points(&self, axis: &Axis) -> String {
        let mut paths = [
            ("read", String::new()),
            ("write", String::new()),
            ("failed", String::new()),
        ];
        let mut drawn = BTreeSet::new();
        for own in &self.sent {
            let kind = match (&own.outcome, own.operation) {
                (Outcome::Failed(_), _) => 2,
                (_, super::Operation::Select) => 0,
                _ => 1,
            };
            let (x, y) = (axis.x(own.at), y(own.took));
            #[expect(clippy::cast_possible_truncation, reason = "places in the picture")]
            if drawn.insert((kind, (x * 2.0) as i32, (y * 2.0) as i32)) {
                // A statement is as long as it took.
                let length = axis.x(own.ended()) - x;
                let _ = write!(paths[kind].1, "M{x:.1} {y:.1}h{length:.1}");
            }
        }
        let path = |(class, path): &(&str, String)| format!("<path class=\"{class}\" d=\"{path}\"/>\n");
        paths.iter().filter(|(_, path)| !path.is_empty()).map(path).collect()
    }

    fn table(&self) -> String {
        let mut table = String::from(
            "<table>\n<tr><th>Statement</th><th>Time</th><th>Longest statement of a client</th><th>Longest wait for the migration</th><th>Failed</th><th>WAL</th></tr>\n",
        );
        for migration in &self.migrations {
            let _ = writeln!(
                table,
                "<tr><th colspan=\"6\">{}</th></tr>",
                escape(&format::heading(migration))
            );
            for own in &migration.statements {
                let cells = format::cells(own).map(|cell| format!("<td>{}</td>", escape(&cell)));
                let _ = writeln!(
                    table,
                    "<tr><td><pre>{}</pre></td>{}</tr>",
                    escape(&own.sql),
                    cells.concat()
                );
            }
        }
        table.push_str("</table>\n");
        table
    }
}

/// The axis of time.
struct Axis {
    from: f64,
    /// The end, in seconds.
    to: f64,
    began: f64,
}

impl Axis {
    fn new(rehearsal: &Rehearsal) -> Self {
        let last = rehearsal.sent.iter().map(|own| own.ended()).max();
        let first = rehearsal.sent.iter().map(|own| own.at).min();
        Self {
            from: first.unwrap_or(rehearsal.began).min(rehearsal.began).as_secs_f64(),
            to: last.unwrap_or_default().max(rehearsal.ended).as_secs_f64(),
            began: rehearsal.began.as_secs_f64(),
        }
    }

    fn x(&self, at: Duration) -> f64 {
        let share = (at.as_secs_f64() - self.from) / (self.to - self.from).max(0.001);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    /// Returns the lines and labels of both axes. The migrations begin at 0.
    fn grid(&self) -> String {
        let mut grid = String::new();
        let length = self.to - self.from;
        let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0];
        let step = steps.into_iter().find(|step| length / step <= 16.0).unwrap_or(600.0);
        #[expect(clippy::cast_possible_truncation, reason = "few lines")]
        let (first, last) = (
            ((self.from - self.began) / step).ceil() as i32,
            ((self.to - self.began) / step).floor() as i32,
        );
        for number in first..=last {
            let at = f64::from(number) * step;
            let x = self.x(Duration::from_secs_f64((at + self.began).max(0.0)));
            let digits = usize::from(step < 1.0);
            let _ = writeln!(
                grid,
                "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"20\" y2=\"{BOTTOM}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{at:.digits$} s</text>",
                BOTTOM + 18.0
            );
        }
        for (seconds, label) in [
            (0.0001, "0.1 ms"),
            (0.001, "1 ms"),
            (0.01, "10 ms"),
            (0.1, "100 ms"),
            (1.0, "1 s"),
            (10.0, "10 s"),
        ] {
            let y = y(Duration::from_secs_f64(seconds));
            let _ = writeln!(
                grid,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0
            );
        }
        grid
    }
}

/// Returns the place of a latency.
fn y(took: Duration) -> f64 {
    let seconds = took.as_secs_f64().clamp(SHORTEST, LONGEST);
    let share = (seconds / SHORTEST).ln() / (LONGEST / SHORTEST).ln();
    BOTTOM - share * (BOTTOM - TOP)
}

/// Returns the bar of a migration, with those of its statements below it.
fn bar(axis: &Axis, migration: &RehearsedMigration, number: usize) -> String {
    let class = if number.is_multiple_of(2) { "even" } else { "odd" };
    let mut svg = labeled(
        axis,
        (migration.began, migration.ended),
        20.0,
        class,
        &format::heading(migration),
    );
    for own in &migration.statements {
        let label = format::one_line(&own.sql);
        svg.push_str(&labeled(
            axis,
            (own.began, own.ended()),
            20.0 + BAR + 4.0,
            &format!("{class} statement"),
            &tip(own, &label),
        ));
    }
    svg
}

fn tip(statement: &RehearsedStatement, label: &str) -> String {
    format!("{label} ({})", format::duration(statement.took))
}

fn labeled(axis: &Axis, (from, to): (Duration, Duration), y: f64, class: &str, label: &str) -> String {
    let (x, end) = (axis.x(from), axis.x(to));
    let width = (end - x).max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few characters"
    )]
    let fitting = ((width - 8.0) / CHARACTER).max(0.0) as usize;
    let shown: String = match label.chars().count() {
        length if length <= fitting => label.to_owned(),
        _ if fitting < 4 => String::new(),
        _ => label.chars().take(fitting - 1).chain(['\u{2026}']).collect(),
    };
    format!(
        "<g><title>{}</title><rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\"/><text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{}</text></g>\n",
        escape(label),
        x + 4.0,
        y + BAR - 7.0,
        escape(&shown)
    )
}

/// Escapes a text for HTML.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
        out
    })
}

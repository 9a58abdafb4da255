//! The questions about renames as a form on one screen: the answers, the choices and the layout. It does not use a
//! terminal.
//!
//! Up and down select a question, left and right an answer. Two objects cannot be renamed to the same name: choosing it
//! for one object makes it unavailable to the other, as long as it is chosen.

use std::collections::BTreeSet;
use std::ops::Range;

use console::{Key, measure_text_width};

use super::screen::escape;
use schema_diff_engine::{
    generate::{Question, describe_evidence},
    matching::Fate,
    model::ObjectId,
};

/// If fewer lines than this are available for the questions, the line about the keys is omitted.
const MIN_HEIGHT: usize = 4;

/// The result of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The screen is drawn again.
    Draw,
    /// The answers are accepted.
    Accept,
    /// The user cancels.
    Leave,
}

/// The style of a line on a terminal with colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Faint,
    Safe,
    Loss,
    Later,
}

/// An answer to one of the questions.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Fate(Fate),
    Kept(ObjectId),
    Later,
}

struct Entry {
    before: ObjectId,
    about: String,
    answers: Vec<(Answer, String)>,
    score: f64,
    wanted: usize,
    /// The sequence number of the last answer; 0 if it was never answered.
    touched: usize,
}

/// The questions and the answers so far.
pub(super) struct Form {
    entries: Vec<Entry>,
    at: usize,
    touches: usize,
}

impl Form {
    /// Returns a form of the questions about renames, each with its likeliest answer chosen.
    pub fn new(questions: &[Question]) -> Self {
        let entries = questions.iter().filter_map(|question| {
            let Question::Rename {
                before,
                candidates,
                alternative,
                sure,
            } = question
            else {
                return None;
            };
            let renamed = candidates.iter().map(|rename| {
                let fate = Fate::Renamed(rename.after.clone());
                (Answer::Fate(fate), describe_evidence(&rename.evidence))
            });
            let mut answers: Vec<(Answer, String)> = renamed.collect();
            let alternative = match alternative {
                Fate::Renamed(same) => Answer::Kept(same.clone()),
                Fate::Dropped => Answer::Fate(Fate::Dropped),
            };
            answers.push((alternative, String::new()));
            if !sure {
                answers.push((Answer::Later, String::new()));
            }
            Some(Entry {
                before: before.clone(),
                about: question.about(),
                answers,
                score: candidates.first().map_or(0.0, |rename| rename.evidence.score),
                wanted: 0,
                touched: 0,
            })
        });
        Self {
            entries: entries.collect(),
            at: 0,
            touches: 0,
        }
    }

    /// Returns the number of questions.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the answer for each existing object. Questions to be decided later are omitted.
    pub fn fates(&self) -> Vec<(&ObjectId, Fate)> {
        let chosen = self.chosen();
        let mut fates = Vec::new();
        for (entry, chosen) in self.entries.iter().zip(chosen) {
            let fate = match entry.answers.get(chosen) {
                Some((Answer::Fate(fate), _)) => fate.clone(),
                Some((Answer::Kept(same), _)) => Fate::Renamed(same.clone()),
                Some((Answer::Later, _)) | None => continue,
            };
            fates.push((&entry.before, fate));
        }
        fates
    }

    /// Handles a key.
    pub fn key(&mut self, key: &Key) -> Step {
        let last = self.entries.len().saturating_sub(1);
        match key {
            Key::Enter => return Step::Accept,
            Key::Escape | Key::CtrlC | Key::Char('q') => return Step::Leave,
            Key::ArrowUp | Key::BackTab | Key::Char('k') => self.at = self.at.saturating_sub(1),
            Key::ArrowDown | Key::Tab | Key::Char('j') => self.at = (self.at + 1).min(last),
            Key::PageUp | Key::Home => self.at = 0,
            Key::PageDown | Key::End => self.at = last,
            Key::ArrowLeft | Key::Char('h') => self.turn(false),
            Key::ArrowRight | Key::Char('l' | ' ') => self.turn(true),
            Key::Char(digit) => {
                if let Some(number) = digit.to_digit(10).and_then(|digit| digit.checked_sub(1)) {
                    self.choose(self.at, number as usize);
                }
            }
            _ => {}
        }
        Step::Draw
    }

    /// Chooses an answer, if the question has it.
    pub fn choose(&mut self, question: usize, answer: usize) {
        self.touches += 1;
        if let Some(entry) = self.entries.get_mut(question)
            && answer < entry.answers.len()
        {
            entry.wanted = answer;
            entry.touched = self.touches;
        }
    }

    fn turn(&mut self, forwards: bool) {
        let Some(count) = self.entries.get(self.at).map(|entry| entry.answers.len()) else {
            return;
        };
        let now = self.chosen().get(self.at).copied().unwrap_or(0);
        let step = if forwards { 1 } else { count - 1 };
        self.choose(self.at, (now + step) % count);
    }

    /// Returns the current answer of each question. If two have chosen the same name, the one that was answered last
    /// gets it, or else the likelier one; the other one gets its first available answer.
    pub fn chosen(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&self.entries[*a], &self.entries[*b]);
            b.touched.cmp(&a.touched).then(b.score.total_cmp(&a.score))
        });
        let mut taken: BTreeSet<&ObjectId> = BTreeSet::new();
        let mut chosen = vec![0; self.entries.len()];
        for at in &order {
            let entry = &self.entries[*at];
            let free = |(answer, _): &(Answer, String)| match answer {
                Answer::Fate(Fate::Renamed(to)) => !taken.contains(to),
                Answer::Fate(Fate::Dropped) | Answer::Kept(_) | Answer::Later => true,
            };
            let wanted = entry.answers.get(entry.wanted).is_some_and(free);
            let now = if wanted {
                entry.wanted
            } else {
                entry.answers.iter().position(free).unwrap_or(0)
            };
            if let Some((Answer::Fate(Fate::Renamed(to)), _)) = entry.answers.get(now) {
                taken.insert(to);
            }
            chosen[*at] = now;
        }
        // An object that can only be dropped cannot be decided later.
        for (entry, chosen) in self.entries.iter().zip(&mut chosen) {
            let open = entry
                .answers
                .iter()
                .any(|(answer, _)| matches!(answer, Answer::Fate(Fate::Renamed(to)) if !taken.contains(to)));
            if matches!(entry.answers.get(*chosen), Some((Answer::Later, _))) && !open {
                *chosen -= 1;
            }
        }
        chosen
    }

    /// Returns the number of answers to a question.
    pub fn answers(&self, question: usize) -> usize {
        self.entries.get(question).map_or(0, |entry| entry.answers.len())
    }

    /// Returns a question with its answers, numbered from 1, for a terminal that cannot move its cursor.
    pub fn numbered(&self, question: usize) -> Vec<String> {
        let Some(entry) = self.entries.get(question) else {
            return Vec::new();
        };
        let mut lines = vec![format!("Possible rename of {}:", escape(&entry.about))];
        for (number, (answer, why)) in entry.answers.iter().enumerate() {
            let why = if why.is_empty() {
                String::new()
            } else {
                format!(" ({})", escape(why))
            };
            lines.push(format!("  {} {}{why}", number + 1, long(answer)));
        }
        lines
    }

    /// Returns the screen's lines, within this width and height.
    pub fn lines(&self, width: usize, height: usize) -> Vec<(Tone, String)> {
        let width = width.saturating_sub(1).max(8);
        let mut head = Vec::new();
        let title = match self.entries.len() {
            1 => "A possible rename".to_owned(),
            many => format!("{many} possible renames ({} of {many})", self.at + 1),
        };
        wrap(&mut head, Tone::Strong, "", &title, width);
        let mut foot = Vec::new();
        let keys = if self.entries.len() > 1 {
            "up/down: question, left/right: answer, Enter: accept all, Esc: cancel"
        } else {
            "left/right: answer, Enter: accept, Esc: cancel"
        };
        wrap(&mut foot, Tone::Faint, "", keys, width);

        let (body, block, chosen) = self.body(width);
        if height < 3 * MIN_HEIGHT {
            head.truncate(1);
        }
        let mut space = height.saturating_sub(1 + head.len() + foot.len());
        if space < MIN_HEIGHT {
            space = height.saturating_sub(1 + head.len()).max(1);
            foot.clear();
        }
        let mut lines = head;
        lines.extend(window(body, if block.len() <= space { block } else { chosen }, space));
        lines.extend(foot);
        lines
    }

    /// Returns the lines of all questions, the current one with all its answers; the lines of the current question; and
    /// those of its chosen answer.
    fn body(&self, width: usize) -> (Vec<(Tone, String)>, Range<usize>, Range<usize>) {
        let chosen = self.chosen();
        let mut lines = Vec::new();
        let (mut block, mut focus) = (0..0, 0..0);
        for (at, (entry, chosen)) in self.entries.iter().zip(chosen).enumerate() {
            let about = escape(&entry.about);
            if at != self.at {
                let answer = entry.answers.get(chosen).map(|(answer, _)| answer);
                let text = format!("  {about}: {}", answer.map_or_else(String::new, short));
                lines.push((answer.map_or(Tone::Plain, tone), cut(&text, width)));
                continue;
            }
            let start = lines.len();
            wrap(&mut lines, Tone::Strong, "> ", &about, width);
            for (number, (answer, why)) in entry.answers.iter().enumerate() {
                let is_chosen = number == chosen;
                let mark = if is_chosen { "(*)" } else { "( )" };
                let tone = if is_chosen { tone(answer) } else { Tone::Plain };
                let first = lines.len();
                wrap(&mut lines, tone, &format!("  {mark} "), &long(answer), width);
                if is_chosen {
                    focus = first..lines.len();
                }
                wrap(&mut lines, Tone::Faint, "      ", &escape(why), width);
            }
            block = start..lines.len();
        }
        (lines, block, focus)
    }
}

/// Returns as many lines as there is room for, around the focus. Omitted lines are shown as dots.
fn window(lines: Vec<(Tone, String)>, focus: Range<usize>, space: usize) -> Vec<(Tone, String)> {
    if lines.len() <= space {
        return lines;
    }
    let middle = (focus.start + focus.end) / 2;
    let most = lines.len() - space;
    let start = middle.saturating_sub(space / 2).min(most);
    let total = lines.len();
    let mut shown: Vec<(Tone, String)> = lines.into_iter().skip(start).take(space).collect();
    if space >= 3 {
        if start > 0
            && let Some(first) = shown.first_mut()
        {
            *first = (Tone::Faint, "  ...".to_owned());
        }
        if start + space < total
            && let Some(last) = shown.last_mut()
        {
            *last = (Tone::Faint, "  ...".to_owned());
        }
    }
    shown
}

fn short(answer: &Answer) -> String {
    match answer {
        Answer::Fate(Fate::Renamed(to)) => format!("renamed to {}", escape(&to.name())),
        Answer::Fate(Fate::Dropped) => "dropped, values lost".to_owned(),
        Answer::Kept(_) => "not renamed".to_owned(),
        Answer::Later => "later".to_owned(),
    }
}

fn long(answer: &Answer) -> String {
    match answer {
        Answer::Fate(Fate::Renamed(to)) => format!("renamed to {}", escape(&to.name())),
        Answer::Fate(Fate::Dropped) => "dropped: its values are lost".to_owned(),
        Answer::Kept(_) => "not renamed".to_owned(),
        Answer::Later => "decide later: until then up.sql raises an error".to_owned(),
    }
}

const fn tone(answer: &Answer) -> Tone {
    match answer {
        Answer::Fate(Fate::Renamed(_)) | Answer::Kept(_) => Tone::Safe,
        Answer::Fate(Fate::Dropped) => Tone::Loss,
        Answer::Later => Tone::Later,
    }
}

fn cut(text: &str, width: usize) -> String {
    console::truncate_str(text, width, "...").into_owned()
}

/// Appends a text in lines of at most this width. Further lines have the same indentation; words that are too long are
/// cut.
fn wrap(lines: &mut Vec<(Tone, String)>, tone: Tone, before: &str, text: &str, width: usize) {
    let mut line = before.to_owned();
    let indent = " ".repeat(measure_text_width(before));
    let mut empty = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let needed = measure_text_width(&line) + usize::from(!empty) + measure_text_width(word);
        if !empty && needed > width {
            lines.push((tone, std::mem::replace(&mut line, indent.clone())));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        line = cut(&line, width);
        empty = false;
    }
    if !empty {
        lines.push((tone, line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema_diff_engine::{
        matching::{DecidedBy, Evidence, Rename, Sureness},
        model::TableName,
    };

    fn column(name: &str) -> ObjectId {
        ObjectId::column(&TableName::public("users"), name)
    }

    fn question(from: &str, to: &[&str], sure: bool) -> Question {
        let mut score = 0.9;
        let candidates = to.iter().map(|to| {
            score -= 0.1;
            Rename {
                before: column(from),
                after: column(to),
                by: DecidedBy::Evidence,
                evidence: Evidence {
                    score,
                    sureness: Sureness::Plausible,
                    reasons: vec!["the names are alike (89 %)".into(), "same type (text)".into()],
                },
            }
        });
        Question::Rename {
            before: column(from),
            candidates: candidates.collect(),
            alternative: Fate::Dropped,
            sure,
        }
    }

    fn fates(form: &Form) -> Vec<String> {
        form.chosen()
            .into_iter()
            .zip(&form.entries)
            .map(|(chosen, entry)| short(&entry.answers[chosen].0))
            .collect()
    }

    #[test]
    fn a_name_is_taken_once() {
        let mut form = Form::new(&[question("a", &["x", "y"], false), question("b", &["x"], false)]);
        assert_eq!(fates(&form), ["renamed to x", "dropped, values lost"]);
        form.key(&Key::ArrowRight);
        assert_eq!(fates(&form), ["renamed to y", "renamed to x"]);
        form.key(&Key::ArrowRight);
        assert_eq!(fates(&form), ["dropped, values lost", "renamed to x"]);
        form.key(&Key::ArrowLeft);
        form.key(&Key::ArrowLeft);
        assert_eq!(fates(&form), ["renamed to x", "dropped, values lost"]);
        form.key(&Key::ArrowDown);
        form.key(&Key::Char('1'));
        assert_eq!(fates(&form), ["renamed to y", "renamed to x"]);
        // An answer can be deferred only while a rename is possible.
        form.key(&Key::Char('3'));
        assert_eq!(fates(&form), ["renamed to x", "dropped, values lost"]);
        form.key(&Key::ArrowUp);
        form.key(&Key::Char('2'));
        assert_eq!(fates(&form), ["renamed to y", "later"]);
        assert_eq!(form.fates().len(), 1);
    }

    #[test]
    fn keys() {
        let mut form = Form::new(&[question("a", &["x"], true)]);
        assert_eq!(form.key(&Key::Char('9')), Step::Draw);
        assert_eq!(form.key(&Key::ArrowDown), Step::Draw);
        assert_eq!(fates(&form), ["renamed to x"]);
        form.key(&Key::ArrowLeft);
        assert_eq!(fates(&form), ["dropped, values lost"]);
        assert_eq!(form.key(&Key::Enter), Step::Accept);
        assert_eq!(form.key(&Key::Escape), Step::Leave);
    }

    #[test]
    fn any_window_shows_what_is_chosen() {
        let names: Vec<String> = (0..30)
            .map(|at| format!("\u{1b}[2Jcolumn {at} \u{5217}\u{5217}\u{5217} of a name as long as any"))
            .collect();
        let questions: Vec<Question> = names
            .iter()
            .map(|name| question(name, &["x\ny", "z", name], at_random(name)))
            .collect();
        let mut form = Form::new(&questions);
        for _ in 0..questions.len() {
            for (width, height) in [(40, 12), (20, 8), (80, 24), (200, 200), (9, 5)] {
                let lines = form.lines(width, height);
                assert!(lines.len() < height.max(6), "{width}x{height}: {lines:#?}");
                for (_, line) in &lines {
                    assert!(measure_text_width(line) < width, "{width}: {line:?}");
                    assert!(!line.chars().any(char::is_control), "{line:?}");
                }
                if height >= 8 && width >= 20 {
                    assert!(lines.iter().any(|(_, line)| line.contains("(*)")), "{lines:#?}");
                }
            }
            form.key(&Key::ArrowDown);
            form.key(&Key::ArrowRight);
        }
    }

    fn at_random(name: &str) -> bool {
        name.len().is_multiple_of(2)
    }
}

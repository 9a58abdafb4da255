//! Splits names into words, and compares words.

use strsim::damerau_levenshtein;

use super::{
    contrasts,
    contrasts::are_exclusive,
    synonyms::{self, canonical, related},
};
use crate::model::singular;

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word in lower case.
    pub text: String,
    /// The singular; for all words of one meaning, the same word.
    pub meaning: String,
    /// Whether it is a word of the table's or type's name.
    pub of_table: bool,
}

/// How two words are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordRelation {
    /// The same letters.
    Same,
    /// Singular and plural, or another form of one word.
    Form,
    /// One abbreviates the other.
    Abbreviation,
    /// Synonyms.
    Synonym,
    /// One is the other with a typing error.
    Typo,
    /// They mean nearly the same.
    Related,
}

impl Word {
    fn new(text: &str) -> Self {
        Self {
            meaning: canonical(text)
                .or_else(|| canonical(singular(text)))
                .map_or_else(|| singular(text).to_owned(), ToOwned::to_owned),
            text: text.to_owned(),
            of_table: false,
        }
    }

    /// Returns how similar two words are, from 0 to 1, and in which way; `None` if they are not.
    pub fn relation(&self, other: &Self) -> Option<(f64, WordRelation)> {
        let (a, b) = (self.text.as_str(), other.text.as_str());
        if a == b {
            return Some((1.0, WordRelation::Same));
        }
        if is_number(a) || is_number(b) {
            return (a.trim_start_matches('0') == b.trim_start_matches('0')).then_some((1.0, WordRelation::Same));
        }
        if singular(a) == singular(b) {
            return Some((0.97, WordRelation::Form));
        }
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if self.meaning == other.meaning {
            let relation = if abbreviation(short, long).is_some() {
                WordRelation::Abbreviation
            } else {
                WordRelation::Synonym
            };
            return Some((0.95, relation));
        }
        let is_participle = long.strip_suffix('d') == Some(short) && short.ends_with('e');
        if is_participle || verb_stem(a) == verb_stem(b) {
            return Some((0.9, WordRelation::Form));
        }
        // A known word is not an abbreviation or misspelling of another, however similar.
        if !is_known(singular(short))
            && let Some(alike) = abbreviation(short, long)
        {
            return Some((alike, WordRelation::Abbreviation));
        }
        let both_known = is_known(singular(a)) && is_known(singular(b));
        if !both_known && a.chars().next() == b.chars().next() && !is_negation(short, long) {
            match (damerau_levenshtein(a, b), short.chars().count()) {
                (1, 7..) | (2, 9..) => return Some((0.9, WordRelation::Typo)),
                (1, 5..) => return Some((0.75, WordRelation::Typo)),
                _ => {}
            }
        }
        related(&self.meaning, &other.meaning).then_some((0.6, WordRelation::Related))
    }

    /// Returns whether the other word differs by one typing error: a missing, added, replaced or exchanged letter.
    pub fn is_typo_of(&self, other: &Self) -> bool {
        let one_letter = damerau_levenshtein(&self.text, &other.text) == 1;
        one_letter && matches!(self.relation(other), Some((_, WordRelation::Typo)))
    }

    /// Returns whether two words exclude each other: `start` and `end`, `active` and `inactive`, 1 and 2.
    pub fn contradicts(&self, other: &Self) -> bool {
        let (a, b) = (self.text.as_str(), other.text.as_str());
        if is_number(a) && is_number(b) {
            return a.trim_start_matches('0') != b.trim_start_matches('0');
        }
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let is_letter = |word: &str| word.chars().count() == 1;
        (is_letter(a) && is_letter(b) && a != b)
            || is_negation(short, long)
            || are_exclusive(&self.meaning, &other.meaning)
    }
}

/// Splits a name into words: snake, kebab and camel case, digits, and compounds of known words.
pub fn words(name: &str) -> Vec<Word> {
    parts(name)
        .iter()
        .flat_map(|part| match compound(part) {
            Some((head, tail)) => vec![Word::new(head), Word::new(tail)],
            None => vec![Word::new(part)],
        })
        .collect()
}

/// Splits a name into words like [`words`], but keeps compounds as written: `hashtag`.
pub fn written_words(name: &str) -> Vec<Word> {
    parts(name).iter().map(|part| Word::new(part)).collect()
}

fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut previous = ' ';
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        let next_is_small = characters.peek().is_some_and(|next| next.is_lowercase());
        let breaks = !c.is_alphanumeric()
            || (c.is_uppercase() && (previous.is_lowercase() || (previous.is_uppercase() && next_is_small)))
            || (c.is_numeric() != previous.is_numeric() && previous.is_alphanumeric());
        if breaks && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.extend(c.to_lowercase());
        }
        previous = c;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Splits a compound of two known words: `firstname`, `zipcode`.
fn compound(part: &str) -> Option<(&str, &str)> {
    if is_known(part) || is_known(singular(part)) || part.len() < 6 {
        return None;
    }
    (3..=part.len().saturating_sub(2))
        .filter(|at| part.is_char_boundary(*at))
        .map(|at| part.split_at(at))
        .find(|(head, tail)| is_known(head) && is_known(singular(tail)))
}

fn is_number(word: &str) -> bool {
    word.chars().all(char::is_numeric)
}

/// Returns the stem of a word: that of `publish`, `published`, `publishing`, `publisher`..., also of `category` and
/// `categories`.
fn verb_stem(word: &str) -> &str {
    let stem = ["ies", "ing", "ed", "es", "y", "e"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending));
    stem.filter(|stem| stem.len() >= 4).unwrap_or(word)
}

/// Checks whether a word abbreviates another, and returns how similar they are. `cnt` and `msg` are the consonants of
/// `count` and `message`; `attr` is the beginning of `attribute`, which is weaker because it may be a separate word.
fn abbreviation(short: &str, long: &str) -> Option<f64> {
    if short.len() < 2 || short.len() >= long.len() || !short.is_ascii() || !long.is_ascii() {
        return None;
    }
    let short = if short.len() > 3 && long.ends_with('s') {
        short.strip_suffix('s').unwrap_or(short)
    } else {
        short
    };
    let is_vowel = |c: char| "aeiouy".contains(c);
    let mut skeleton = String::new();
    for (at, c) in long.chars().enumerate() {
        if at == 0 || (!is_vowel(c) && !skeleton.ends_with(c)) {
            skeleton.push(c);
        }
    }
    if short == skeleton || (short.len() >= 3 && skeleton.starts_with(short) && long.len() <= short.len() * 3) {
        return Some(0.9);
    }
    (short.len() >= 3 && long.starts_with(short) && long.len() >= short.len() + 2).then_some(0.75)
}

/// Returns whether one word negates the other: `valid` and `invalid`, `read` and `unread`.
fn is_negation(short: &str, long: &str) -> bool {
    short.len() >= 3
        && ["un", "in", "non", "dis", "not", "im"]
            .iter()
            .any(|prefix| long.strip_prefix(prefix) == Some(short))
}

/// Returns whether it is a word in the lists of synonyms or contrasts.
fn is_known(word: &str) -> bool {
    synonyms::is_known(word) || contrasts::is_known(word)
}

#[cfg(test)]
mod tests {
    use super::{Word, WordRelation, words};

    fn texts(name: &str) -> Vec<String> {
        words(name).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn names_in_words() {
        for (name, expected) in [
            ("createdAt", "created at"),
            ("HTTPServer", "http server"),
            ("address2", "address 2"),
            ("zipcode", "zip code"),
            ("firstname", "first name"),
            ("some-thing odd", "some thing odd"),
        ] {
            assert_eq!(texts(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn kinds_of_kinship() {
        let relation = |a: &str, b: &str| Word::new(a).relation(&Word::new(b)).map(|(_, how)| how);
        for (a, b, how) in [
            ("users", "user", Some(WordRelation::Form)),
            ("cnt", "count", Some(WordRelation::Abbreviation)),
            ("descr", "description", Some(WordRelation::Abbreviation)),
            ("mail", "email", Some(WordRelation::Synonym)),
            ("recieved", "received", Some(WordRelation::Typo)),
            ("county", "country", None),
            ("price", "bio", None),
        ] {
            assert_eq!(relation(a, b), how, "{a} {b}");
        }
        assert!(Word::new("valid").contradicts(&Word::new("invalid")));
        assert!(Word::new("begin").contradicts(&Word::new("end")));
    }
}

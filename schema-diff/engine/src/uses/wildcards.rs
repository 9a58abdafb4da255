//! The names that differ between two versions of a schema. In an alignment, a name before and one after that may be the
//! same object are equal.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::tokens::{Token, TokenKind};

/// Names that may have become each other, by the group that they belong to.
#[derive(Clone, Debug, Default)]
pub(super) struct Wildcards {
    /// The words of each name, by the first word; the longest names first.
    by_first: BTreeMap<String, Vec<(Vec<String>, usize)>>,
}

/// A token as an alignment compares it: equal tokens have the same number.
pub(super) type Shape = usize;

/// The shapes of tokens, each text of which is read once.
#[derive(Debug)]
pub(super) struct Shapes<'a> {
    wildcards: &'a Wildcards,
    numbers: HashMap<String, Shape>,
    known: HashMap<(bool, String), (Shape, Vec<String>)>,
}

impl<'a> Shapes<'a> {
    /// Knows no token yet.
    pub fn new(wildcards: &'a Wildcards) -> Self {
        Self {
            wildcards,
            numbers: HashMap::new(),
            known: HashMap::new(),
        }
    }

    /// Returns the shape of a token, and the names in question that it contains.
    pub fn of(&mut self, token: &Token) -> (Shape, Vec<String>) {
        let is_word = matches!(token.kind, TokenKind::Ident | TokenKind::Word(_));
        let key = (is_word, token.text.clone());
        if let Some(found) = self.known.get(&key) {
            return found.clone();
        }
        let (text, names) = if is_word {
            self.wildcards.shape(&token.text)
        } else {
            (token.text.clone(), Vec::new())
        };
        let next = self.numbers.len();
        let number = *self.numbers.entry(text).or_insert(next);
        self.known.insert(key, (number, names.clone()));
        (number, names)
    }
}

impl Wildcards {
    /// Collects groups of names. Groups with a common name are one.
    pub fn of(groups: impl IntoIterator<Item = BTreeSet<String>>) -> Self {
        let mut merged: Vec<BTreeSet<Vec<String>>> = Vec::new();
        for group in groups {
            let mut group: BTreeSet<Vec<String>> = group.iter().map(|name| words(name)).collect();
            merged.retain(|other| {
                let is_apart = other.is_disjoint(&group);
                if !is_apart {
                    group.extend(other.iter().cloned());
                }
                is_apart
            });
            merged.push(group);
        }
        let mut found = Self::default();
        for (number, name) in merged
            .into_iter()
            .enumerate()
            .flat_map(|(number, group)| group.into_iter().map(move |name| (number, name)))
        {
            if let Some(first) = name.first() {
                found.by_first.entry(first.clone()).or_default().push((name, number));
            }
        }
        for names in found.by_first.values_mut() {
            names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        }
        found
    }

    /// Returns whether a name may occur in a text: whether the first word of one does.
    pub fn may_occur(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.by_first.keys().any(|word| text.contains(word))
    }

    /// Returns an identifier with a wildcard for each name that it contains, and these names.
    fn shape(&self, text: &str) -> (String, Vec<String>) {
        let words = words(text);
        let (mut shape, mut names) = (String::new(), Vec::new());
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let own = self.by_first.get(word).into_iter().flatten();
            let found = own.into_iter().find(|(name, _)| words[at..].starts_with(name));
            match found {
                Some((name, group)) => {
                    shape += &format!("\u{1}{group} ");
                    names.push(name.join("_"));
                    at += name.len();
                }
                None => {
                    shape.push_str(word);
                    shape.push(' ');
                    at += 1;
                }
            }
        }
        if names.is_empty() {
            return (text.to_owned(), names);
        }
        (shape, names)
    }
}

/// Returns a name as its words in lower case, joined by `_`.
pub(super) fn key(name: &str) -> String {
    words(name).join("_")
}

/// Splits an identifier into words, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '_' || letter == '-' || letter.is_whitespace() {
            previous = '_';
            continue;
        }
        let is_before_lower = letters.peek().is_some_and(|next| next.is_lowercase());
        let begins = previous == '_' || (letter.is_uppercase() && (!previous.is_uppercase() || is_before_lower));
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
        previous = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Wildcards, key};

    #[test]
    fn names_within_identifiers_are_wildcards() {
        let group = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        let wildcards = Wildcards::of([group(&["mail", "email_address"]), group(&["fax", "phone"])]);
        let shape = |text: &str| wildcards.shape(text);
        assert_eq!(shape("find_by_mail").0, shape("find_by_email_address").0);
        assert_eq!(shape("ByMail").0, shape("by_email_address").0);
        assert_ne!(shape("mail").0, shape("phone").0);
        assert_ne!(shape("mailer").0, shape("email_address").0);
        assert_eq!(shape("mail").1, ["mail"]);
        assert_eq!(key("HTTPServer2"), "http_server2");
    }
}

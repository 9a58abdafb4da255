//! Compares two names.

use super::{
    contrasts::changes_meaning,
    words::{Word, WordRelation, words, written_words},
};

/// A name, split into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    raw: String,
    words: Vec<Word>,
    /// The words as written: `hashtag`, where `words` has `hash` and `tag`.
    written: Vec<Word>,
    letters: String,
}

/// What two names have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// The share of the two names that agrees, from 0 to 1.
    pub share: f64,
    /// Two words that exclude each other.
    pub contrast: Option<(String, String)>,
    /// A word that only one of them has, and that changes its meaning.
    pub qualifier: Option<String>,
    /// Whether every word of one name is in the other or means the same, and no additional word changes the meaning.
    pub is_close: bool,
    /// What they have in common, as text; empty if nothing.
    pub text: String,
}

/// What a contrast adds to the log-odds.
const CONTRAST: f64 = -2.5;
/// What a word that may change the meaning adds to the log-odds.
const QUALIFIER: f64 = -1.5;

/// Words with little meaning: if only one of the names has them, they count little.
const PARTICLES: &[&str] = &[
    "at", "on", "is", "has", "was", "are", "the", "of", "a", "an", "in", "for", "col", "column", "field", "fld", "tbl",
    "my", "e",
];
/// Words for the kind of a value, and words that are usually implied.
const KINDS: &[&str] = &[
    "id",
    "uuid",
    "date",
    "time",
    "timestamp",
    "text",
    "string",
    "str",
    "value",
    "number",
    "code",
    "data",
    "info",
    "name",
    "url",
    "amount",
    "address",
    "full",
    "total",
    "line",
    "1",
    "identifier",
    "iso",
    "utc",
    "json",
    "list",
    "flag",
    "display",
    "current",
    "count",
    "quantity",
    "unit",
    "kg",
    "g",
    "km",
    "m",
    "cm",
    "mm",
    "ms",
    "seconds",
    "minutes",
    "hours",
    "days",
    "percent",
];

impl Name {
    /// Splits a name into words.
    pub fn read(name: &str) -> Self {
        Self {
            raw: name.to_owned(),
            words: words(name),
            written: written_words(name),
            letters: name
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect(),
        }
    }

    /// Splits a column's or label's name into words; words of its table's or type's name count less.
    pub fn of_column(name: &str, table: &Self) -> Self {
        let mut read = Self::read(name);
        for word in read.words.iter_mut().chain(&mut read.written) {
            word.of_table = table.words.iter().any(|own| own.meaning == word.meaning);
        }
        read
    }

    /// Returns a key for each word; similar names have one in common. The keys are coarse, to allow for abbreviations
    /// and typing errors.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        let beginnings = self
            .words
            .iter()
            .map(|word| word.text.chars().take(3).collect::<String>());
        let meanings = self.words.iter().map(|word| format!("={}", word.meaning));
        beginnings.chain(meanings)
    }

    /// Returns whether this name and another differ only in the name of a table that each contains: `user_id` and
    /// `account_id` for `users` and `accounts`.
    pub fn follows(&self, other: &Self, (here, there): (&Self, &Self)) -> bool {
        let rest = |name: &Self, of: &Self| -> Option<Vec<String>> {
            let meanings =
                |name: &Self| -> Vec<String> { name.words.iter().map(|word| word.meaning.to_string()).collect() };
            let (words, without) = (meanings(name), meanings(of));
            let at = words.windows(without.len().max(1)).position(|part| part == without)?;
            let mut rest = words;
            rest.splice(at..at + without.len(), ["".to_owned()]);
            Some(rest)
        };
        matches!((rest(self, here), rest(other, there)), (Some(one), Some(two)) if one == two)
    }

    /// Returns whether the other name differs only in one letter of one word, and no words exclude each other.
    fn is_typo_of(&self, other: &Self) -> bool {
        let (own, others) = (&self.written, &other.written);
        let unlike: Vec<_> = own.iter().zip(others).filter(|(a, b)| a.text != b.text).collect();
        let excludes = |a: &Word| other.words.iter().any(|b| a.contradicts(b));
        own.len() == others.len()
            && matches!(unlike.as_slice(), [(a, b)] if a.is_typo_of(b))
            && !self.words.iter().any(excludes)
    }

    /// Compares the name with another one.
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.letters == other.letters {
            return Likeness {
                share: 1.0,
                contrast: None,
                qualifier: None,
                is_close: true,
                text: if self.raw == other.raw {
                    "the name is the same".into()
                } else {
                    "the names differ only in case or underscores".into()
                },
            };
        }
        // A typing error in a compound would split it into other words: `hastag`.
        let (own_words, other_words) = if self.is_typo_of(other) {
            (&self.written, &other.written)
        } else {
            (&self.words, &other.words)
        };
        let pairs = pairing(own_words, other_words);
        let left: Vec<&Word> = unpaired(own_words, |at| pairs.iter().any(|pair| pair.0 == at));
        let right: Vec<&Word> = unpaired(other_words, |at| pairs.iter().any(|pair| pair.1 == at));
        let contrast = left
            .iter()
            .flat_map(|a| right.iter().map(move |b| (*a, *b)))
            .find(|(a, b)| a.contradicts(b) && (own_words.len() > 1 || !is_letter(a)))
            .map(|(a, b)| (a.text.clone(), b.text.clone()));
        let exchanged = left.iter().any(|word| !is_particle(word)) && right.iter().any(|word| !is_particle(word));
        let mut agreed = 0.0;
        let mut all = 0.0;
        for (a, b, alike, _) in &pairs {
            let weight = word_weight(&own_words[*a]) + word_weight(&other_words[*b]);
            agreed += alike * weight;
            all += weight;
        }
        let mut qualifier = None;
        for (own, rest) in [(own_words, &left), (other_words, &right)] {
            for word in rest {
                let is_minor = is_particle(word) || word.of_table;
                let is_head = own.last().is_some_and(|last| std::ptr::eq(last, *word));
                all += match () {
                    () if is_minor => 0.2,
                    () if exchanged => 1.0,
                    () if KINDS.contains(&word.text.as_str()) || KINDS.contains(&word.meaning.as_str()) => 0.4,
                    () if is_head => 1.5,
                    () => 0.8,
                };
                let neutral = KINDS.contains(&word.text.as_str());
                let is_another = changes_meaning(&word.text, &word.meaning) || is_letter(word) || is_counted(word);
                if !is_minor && !exchanged && !neutral && is_another {
                    qualifier = Some(word.text.clone());
                }
            }
        }
        let in_order = pairs.windows(2).all(|two| two[0].1 < two[1].1);
        let share = if all > 0.0 { agreed / all } else { 0.0 };
        let qualifier = qualifier.filter(|_| !pairs.is_empty());
        let has_meaning = pairs.iter().any(|pair| !is_particle(&own_words[pair.0]));
        let near_only = pairs.iter().any(|pair| {
            let particles = is_particle(&own_words[pair.0]) || is_particle(&other_words[pair.1]);
            pair.3 == WordRelation::Related && !particles
        });
        Likeness {
            share: if in_order { share } else { share * 0.97 },
            is_close: contrast.is_none() && qualifier.is_none() && !exchanged && !near_only && has_meaning,
            contrast,
            qualifier,
            text: describe(own_words, other_words, &pairs),
        }
    }
}

/// Returns how much a word counts that both names have.
fn word_weight(word: &Word) -> f64 {
    if is_particle(word) {
        0.2
    } else if word.of_table || matches!(word.text.as_str(), "id" | "name" | "date" | "time") {
        0.6
    } else {
        1.0
    }
}

fn is_particle(word: &Word) -> bool {
    PARTICLES.contains(&word.text.as_str())
}

/// Returns whether a word is one letter: `option_a`, `x`.
fn is_letter(word: &Word) -> bool {
    word.text.chars().count() == 1 && word.text.chars().all(char::is_alphabetic)
}

/// Returns whether a word is a number above 1: `address2` suggests a first one.
fn is_counted(word: &Word) -> bool {
    word.text.parse::<u32>().is_ok_and(|number| number > 1)
}

fn unpaired(words: &[Word], is_paired: impl Fn(usize) -> bool) -> Vec<&Word> {
    words
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_paired(*at))
        .map(|(_, word)| word)
        .collect()
}

/// Pairs the words of two names: the closest first, each word once. The result is in the order of the first name.
fn pairing(a: &[Word], b: &[Word]) -> Vec<(usize, usize, f64, WordRelation)> {
    let mut all: Vec<(usize, usize, f64, WordRelation)> = Vec::new();
    for (at, word) in a.iter().enumerate() {
        for (to, other) in b.iter().enumerate() {
            if let Some((alike, how)) = word.relation(other) {
                all.push((at, to, alike, how));
            }
        }
    }
    all.sort_by(|x, y| {
        y.2.total_cmp(&x.2)
            .then((x.0.abs_diff(x.1)).cmp(&y.0.abs_diff(y.1)))
            .then((x.0, x.1).cmp(&(y.0, y.1)))
    });
    let mut pairs: Vec<(usize, usize, f64, WordRelation)> = Vec::new();
    for pair in all {
        if pairs.iter().all(|taken| taken.0 != pair.0 && taken.1 != pair.1) {
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.0);
    pairs
}

fn describe(a: &[Word], b: &[Word], pairs: &[(usize, usize, f64, WordRelation)]) -> String {
    let mut reasons = Vec::new();
    let shared: Vec<&str> = pairs
        .iter()
        .filter(|pair| pair.3 == WordRelation::Same && !is_particle(&a[pair.0]))
        .map(|pair| a[pair.0].text.as_str())
        .collect();
    if !shared.is_empty() {
        reasons.push(format!("both names contain \"{}\"", shared.join(" ")));
    }
    for (at, to, _, how) in pairs {
        let (one, other) = (&a[*at].text, &b[*to].text);
        let (short, long) = if one.len() <= other.len() {
            (one, other)
        } else {
            (other, one)
        };
        match how {
            WordRelation::Same => {}
            WordRelation::Form => reasons.push(format!("\"{one}\" and \"{other}\" are forms of one word")),
            WordRelation::Abbreviation => reasons.push(format!("\"{short}\" is short for \"{long}\"")),
            WordRelation::Synonym => reasons.push(format!("\"{one}\" and \"{other}\" mean the same")),
            WordRelation::Typo => reasons.push(format!("\"{one}\" and \"{other}\" are spelled nearly the same")),
            WordRelation::Related => reasons.push(format!("\"{one}\" and \"{other}\" mean nearly the same")),
        }
    }
    reasons.join(", ")
}

impl Likeness {
    /// Returns what it adds to the log-odds.
    pub fn weight(&self) -> f64 {
        match (&self.contrast, &self.qualifier) {
            (Some(_), _) => CONTRAST,
            (None, Some(_)) => self.by_share() + QUALIFIER,
            (None, None) => self.by_share(),
        }
    }

    fn by_share(&self) -> f64 {
        6.5f64.mul_add(self.share.powf(1.5), -1.0)
    }

    /// Adds its reasons.
    pub fn add_reasons(&self, reasons: &mut super::Reasons) {
        if !self.is_close {
            reasons.doubt();
        }
        if let Some((one, other)) = &self.contrast {
            reasons.add(CONTRAST, format!("\"{one}\" and \"{other}\" are different things"));
            return;
        }
        let weight = self.by_share();
        if self.text.is_empty() || weight <= 0.0 {
            reasons.add(weight.min(-0.01), "the names have little in common");
        } else {
            reasons.add(weight, self.text.clone());
        }
        if let Some(word) = &self.qualifier {
            reasons.add(QUALIFIER, format!("\"{word}\" may change the meaning"));
        }
    }
}

/// Adds the reasons of the names of objects that are recognized by their contents more than by their names. Returns
/// whether there are any: names with nothing in common are no evidence.
pub(super) fn add_name_reasons(old: &Name, new: &Name, reasons: &mut super::Reasons) -> bool {
    let likeness = old.likeness(new);
    if likeness.contrast.is_some() {
        likeness.add_reasons(reasons);
    } else if !likeness.text.is_empty() {
        reasons.add(0.7 * likeness.weight(), likeness.text);
    } else {
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn units_and_other_qualifiers_are_asked() {
        let table = Name::read("measurements");
        let is_close = |old: &str, new: &str| {
            Name::of_column(old, &table)
                .likeness(&Name::of_column(new, &table))
                .is_close
        };
        let qualifiers = [
            "cm in mm m km ft mi",
            "centimeters inches feet miles meters kilometers",
            "cm inches",
            "feet meters",
            "kg lb g oz",
            "kilograms pounds ounces grams",
            "celsius fahrenheit kelvin",
            "c f k",
            "usd eur gbp jpy chf",
            "cents dollars euros",
            "ms s min h",
            "milliseconds seconds minutes hours days",
            "ms seconds",
            "secs mins hrs",
            "seconds min",
            "bytes kb mb gb",
            "kilobytes megabytes",
            "percent ratio bps fraction",
            "net gross",
            "min max avg",
            "minimum maximum",
            "start end",
            "from to",
            "first last",
            "old new",
            "utc local",
            "lat lng",
            "latitude longitude",
            "x y z",
            "before after",
            "width height",
            "left right",
            "liters gallons",
        ];
        for words in qualifiers {
            let words: Vec<&str> = words.split(' ').collect();
            for (at, old) in words.iter().enumerate() {
                for new in words.iter().skip(at + 1) {
                    for (old, new) in [(old, new), (new, old)] {
                        for form in ["value_@", "@_value", "size@"] {
                            let camel = |word: &str| word[..1].to_uppercase() + &word[1..];
                            let of = |word: &str| match form {
                                "size@" => form.replace('@', &camel(word)),
                                _ => form.replace('@', word),
                            };
                            assert!(!is_close(&of(old), &of(new)), "{} {}", of(old), of(new));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn alike_and_not_alike() {
        let users = Name::read("users");
        let share = |old: &str, new: &str| {
            Name::of_column(old, &users)
                .likeness(&Name::of_column(new, &users))
                .weight()
        };
        for (old, new) in [
            ("name", "full_name"),
            ("cnt", "count"),
            ("createdAt", "created_at"),
            ("mail", "email"),
            ("user_name", "name"),
            ("surname", "last_name"),
            ("zipcode", "postal_code"),
            ("created_at", "created_on"),
            ("is_hastag", "is_hashtag"),
            ("is_hashtag", "is_hastag"),
        ] {
            assert!(share(old, new) > 2.0, "{old} {new} {}", share(old, new));
        }
        for (old, new) in [
            ("a", "z"),
            ("first", "family_name"),
            ("start_date", "end_date"),
            ("bio", "price"),
            ("password", "password_reset_token"),
            ("name", "first_name"),
            ("address1", "address2"),
            ("billing_address", "shipping_address"),
        ] {
            assert!(share(old, new) < 2.0, "{old} {new} {}", share(old, new));
        }
    }
}

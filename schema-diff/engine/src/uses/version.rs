//! Compares two versions of the source files: which places name something in question.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    SourceChange,
    align::{self, Side},
    count::Event,
    moved::{self, Line},
    scan::{Known, Use, scan, structs_of},
    structs::Structs,
    tokens::{Token, tokens},
    vocabulary::Vocabulary,
    wildcards::{Shape, Shapes, Wildcards},
};

/// One version of a file.
#[derive(Clone, Default)]
struct Version {
    tokens: Vec<Token>,
    shapes: Vec<Shape>,
    /// The names in question that each token contains.
    names: Vec<Vec<String>>,
    /// What each token names.
    named: Vec<Option<Use>>,
}

impl Version {
    fn of(tokens: Vec<Token>, shapes: &mut Shapes<'_>) -> Self {
        let (shapes, names) = tokens.iter().map(|token| shapes.of(token)).unzip();
        Self {
            tokens,
            shapes,
            names,
            named: Vec::new(),
        }
    }

    fn side(&self) -> Side<'_> {
        Side {
            tokens: &self.tokens,
            shapes: &self.shapes,
        }
    }

    /// Returns the lines of which no token is aligned.
    fn unaligned(&self, file: usize, aligned: &[Option<usize>]) -> Vec<Line> {
        let lines = align::lines(&self.tokens).into_values();
        let free = lines.filter(|line| line.iter().all(|at| aligned[*at].is_none()));
        free.map(|tokens| Line {
            file,
            shapes: tokens.iter().map(|at| self.shapes[*at]).collect(),
            tokens,
        })
        .collect()
    }

    /// Returns the share of the tokens in a token's line that are aligned.
    fn aligned_share(&self, at: usize, aligned: &[Option<usize>]) -> (usize, usize) {
        let line = self.tokens[at].line;
        let is_in_line = |at: &usize| self.tokens.get(*at).is_some_and(|token| token.line == line);
        let left = (0..at).rev().take_while(is_in_line);
        let right = (at..).take_while(is_in_line);
        let all: Vec<usize> = left.chain(right).collect();
        (all.iter().filter(|at| aligned[**at].is_some()).count(), all.len())
    }
}

/// A pair of versions with its alignment.
struct Aligned {
    before: Version,
    after: Version,
    alignment: align::Alignment,
    /// The tokens that moved here: the token after, with the file and token before.
    moved: Vec<(usize, (usize, usize))>,
}

/// The tokens of a file in both versions; `None` after if it is unchanged.
pub(super) struct Tokens {
    pub before: Vec<Token>,
    pub after: Option<Vec<Token>>,
}

/// Splits the source files into tokens. A version that is no Rust has none.
pub(super) fn tokens_of<'f>(files: impl IntoIterator<Item = &'f SourceChange>) -> Vec<Tokens> {
    let read = |text: &Option<String>| text.as_deref().and_then(tokens).unwrap_or_default();
    let both = files.into_iter().map(|file| Tokens {
        before: read(&file.before),
        after: (file.after != file.before).then(|| read(&file.after)),
    });
    both.collect()
}

/// Returns the places that name something in question, in either version.
pub(super) fn events(
    files: Vec<Tokens>,
    wildcards: &Wildcards,
    vocabularies: (&Vocabulary, &Vocabulary),
) -> Vec<Event> {
    let mut all = aligned(files, wildcards, vocabularies);
    let (gone, moved) = moved_tokens(&all);
    for (file, at, from) in moved {
        all[file].moved.push((at, from));
    }
    let mut events = Vec::new();
    for (number, file) in all.iter().enumerate() {
        file.events(number, &all, &gone, &mut events);
    }
    events
}

/// Finds what the tokens of both versions name, and aligns them.
fn aligned(files: Vec<Tokens>, wildcards: &Wildcards, (before, after): (&Vocabulary, &Vocabulary)) -> Vec<Aligned> {
    let mut shapes = Shapes::new(wildcards);
    let read = |file: Tokens| {
        let before = Version::of(file.before, &mut shapes);
        (before, file.after.map(|after| Version::of(after, &mut shapes)))
    };
    let versions: Vec<(Version, Option<Version>)> = files.into_iter().map(read).collect();
    let (mut old_structs, mut new_structs) = (Structs::default(), Structs::default());
    for (old, new) in &versions {
        structs_of(&old.tokens, before, &mut old_structs);
        structs_of(&new.as_ref().unwrap_or(old).tokens, after, &mut new_structs);
    }
    let known = |vocabulary, structs| Known { vocabulary, structs };
    let (known_before, known_after) = (known(before, &old_structs), known(after, &new_structs));
    let aligned = versions.into_iter().map(|(mut old, new)| {
        let mut new = new.unwrap_or_else(|| old.clone());
        old.named = scan(&old.tokens, &old.names, known_before);
        new.named = scan(&new.tokens, &new.names, known_after);
        Aligned {
            alignment: align::align(old.side(), new.side()),
            before: old,
            after: new,
            moved: Vec::new(),
        }
    });
    aligned.collect()
}

/// The tokens that moved: those before, and each after with the one before.
type Moved = (BTreeSet<(usize, usize)>, Vec<(usize, usize, (usize, usize))>);

fn moved_tokens(all: &[Aligned]) -> Moved {
    let files = || all.iter().enumerate();
    let removed: Vec<Line> = files()
        .flat_map(|(number, file)| file.before.unaligned(number, &file.alignment.after))
        .collect();
    let added: Vec<Line> = files()
        .flat_map(|(number, file)| file.after.unaligned(number, &file.alignment.before))
        .collect();
    let mut moved = Moved::default();
    for (old, new) in moved::pair(&removed, &added) {
        let (old, new) = (&removed[old], &added[new]);
        for (from, to) in old.tokens.iter().zip(&new.tokens) {
            moved.0.insert((old.file, *from));
            moved.1.push((new.file, *to, (old.file, *from)));
        }
    }
    moved
}

impl Aligned {
    fn events(&self, number: usize, all: &[Self], gone: &BTreeSet<(usize, usize)>, events: &mut Vec<Event>) {
        for (at, named) in self.before.named.iter().enumerate() {
            let is_alone = self.alignment.after[at].is_none() && !gone.contains(&(number, at));
            if named.is_some() && is_alone {
                events.push(Event {
                    before: named.clone(),
                    after: None,
                    is_kept: false,
                    likeness: 0.0,
                    rewritten: self.alignment.gap_before(at).map(|gap| (number, gap)),
                });
            }
        }
        let moved: BTreeMap<usize, (usize, usize)> = self.moved.iter().copied().collect();
        for (at, named) in self.after.named.iter().enumerate() {
            let (from, likeness) = match (self.alignment.before[at], moved.get(&at)) {
                (Some(old), _) => (Some((self, old)), self.likeness(old, at)),
                (None, Some((file, old))) => (Some((&all[*file], *old)), 1.0),
                (None, None) => (None, 0.0),
            };
            let before = from.and_then(|(file, old)| file.before.named[old].clone());
            let is_same = |(file, old): (&Self, usize)| file.before.tokens[old].text == self.after.tokens[at].text;
            if named.is_some() || before.is_some() {
                events.push(Event {
                    before,
                    after: named.clone(),
                    is_kept: from.is_some_and(is_same),
                    likeness,
                    rewritten: self
                        .alignment
                        .gap_after(at)
                        .filter(|_| from.is_none())
                        .map(|gap| (number, gap)),
                });
            }
        }
    }

    /// Returns how much of the lines around two aligned tokens is aligned.
    fn likeness(&self, old: usize, new: usize) -> f64 {
        let (old_same, old_all) = self.before.aligned_share(old, &self.alignment.after);
        let (new_same, new_all) = self.after.aligned_share(new, &self.alignment.before);
        #[expect(clippy::cast_precision_loss, reason = "a line has few tokens")]
        let share = (old_same + new_same) as f64 / (old_all + new_all).max(1) as f64;
        share
    }
}

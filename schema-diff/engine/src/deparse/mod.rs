//! Deparses expressions: asks Postgres for their text, until it no longer changes.
//!
//! Postgres deparses an expression from its parse tree, and parsing the result need not give the same tree: the text of
//! `status IN ('new', 'paid')` on a `varchar` differs between the first and the second round. Two texts mean the same
//! if their chains of deparsed texts have one in common. Everything runs on a scratch database, within one transaction
//! that is rolled back.

mod constants;
mod place;
mod reconcile;

use std::collections::BTreeSet;

use postgres::{Client, Transaction};

pub use place::{Place, columns_of};
pub use reconcile::{copy_texts, reconcile};

use crate::introspect::SETTINGS;

/// How many texts are parsed at once: each may need a table, and a server's lock table is limited.
const BATCH: usize = 64;

/// How many rounds a text may take before it counts as one that never stops changing. No kind of expression took more
/// than two rounds when this was written.
const ROUNDS: usize = 5;

/// A text, and where Postgres parses it.
#[derive(Clone, Debug)]
pub struct Question {
    /// The place.
    pub place: Place,
    /// The expression; for places that hold a statement, the statement.
    pub text: String,
}

/// The text that Postgres deparses, and what it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The deparsed text; `None` for a default that is only NULL.
    pub text: Option<String>,
    /// The columns of the table that it reads, sorted.
    pub columns: Vec<String>,
    /// The names of the keys of an index on it.
    pub keys: Vec<String>,
}

/// The texts that Postgres deparses from a text, one after the other, until the last no longer changes or `ROUNDS` is
/// reached.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    texts: BTreeSet<Option<String>>,
    last: Printed,
}

impl Chain {
    /// Returns whether the chains have a text in common: both then mean the same.
    pub fn meets(&self, other: &Self) -> bool {
        !self.texts.is_disjoint(&other.texts)
    }

    /// Returns whether the chain contains a text.
    pub fn has(&self, text: &str) -> bool {
        self.texts.iter().any(|own| own.as_deref() == Some(text))
    }

    /// Returns the last text, which no longer changes.
    pub const fn fixed_point(&self) -> &Printed {
        &self.last
    }
}

impl From<Printed> for Chain {
    /// Starts a chain with a deparsed text.
    fn from(last: Printed) -> Self {
        Self {
            texts: BTreeSet::from([last.text.clone()]),
            last,
        }
    }
}

/// The author of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user: names are looked up along the session's `search_path`.
    Typed,
    /// Postgres, with an empty `search_path`.
    Printed,
}

/// Parses and deparses texts on a scratch database, without changing it.
pub struct Deparser<'a> {
    transaction: Transaction<'a>,
    search_path: String,
}

impl<'a> Deparser<'a> {
    /// Starts a transaction on a database that has the types and functions that the texts name.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn begin(client: &'a mut Client) -> Result<Self, postgres::Error> {
        let mut transaction = client.transaction()?;
        let search_path = transaction
            .query_one("SELECT pg_catalog.current_setting('search_path')", &[])?
            .get(0);
        transaction.batch_execute(SETTINGS)?;
        Ok(Self {
            transaction,
            search_path,
        })
    }

    /// Deparses each text once. Texts that Postgres rejects do not affect the others.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn read(
        &mut self,
        questions: &[Question],
        origin: Origin,
    ) -> Result<Vec<Result<Printed, postgres::Error>>, postgres::Error> {
        let mut answers = Vec::with_capacity(questions.len());
        let mut unfinished: Vec<&[Question]> = questions.chunks(BATCH).rev().collect();
        while let Some(part) = unfinished.pop() {
            match self.batch(part, origin) {
                Ok(printed) => answers.extend(printed.into_iter().map(Ok)),
                Err(error) if error.is_closed() => return Err(error),
                Err(error) if part.len() <= 1 => answers.push(Err(error)),
                Err(_) => {
                    let (head, tail) = part.split_at(part.len() / 2);
                    unfinished.extend([tail, head]);
                }
            }
        }
        Ok(answers)
    }

    /// Deparses each text until it no longer changes; `None` for texts that Postgres rejects.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn chains(&mut self, questions: &[Question], origin: Origin) -> Result<Vec<Option<Chain>>, postgres::Error> {
        let mut chains: Vec<Option<Chain>> = match origin {
            // The text itself is one of the chain.
            Origin::Printed => questions
                .iter()
                .map(|question| {
                    Some(Chain::from(Printed {
                        text: Some(question.text.clone()),
                        ..Printed::default()
                    }))
                })
                .collect(),
            Origin::Typed => self
                .read(questions, origin)?
                .into_iter()
                .map(|answer| answer.ok().map(Chain::from))
                .collect(),
        };
        self.extend(questions, &mut chains, origin == Origin::Printed)?;
        Ok(chains)
    }

    /// Deparses the last text of each chain again, until it no longer changes. With `must_parse`, a chain becomes
    /// `None` if Postgres rejects its text in the first round.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn extend(
        &mut self,
        questions: &[Question],
        chains: &mut [Option<Chain>],
        must_parse: bool,
    ) -> Result<(), postgres::Error> {
        let mut unfinished: Vec<usize> = (0..questions.len()).collect();
        for round in 0..ROUNDS {
            let mut asked = Vec::new();
            unfinished.retain(|at| {
                let chain = chains.get(*at).and_then(Option::as_ref);
                let text = chain.and_then(|chain| chain.last.text.clone());
                let place = questions.get(*at).map(|question| question.place.clone());
                match (place, text) {
                    (Some(place), Some(text)) => {
                        asked.push(Question { place, text });
                        true
                    }
                    _ => false,
                }
            });
            if asked.is_empty() {
                break;
            }
            let answers = self.read(&asked, Origin::Printed)?;
            let mut changing = Vec::new();
            for (at, answer) in unfinished.iter().copied().zip(answers) {
                let Some(own) = chains.get_mut(at) else { continue };
                match (own.as_mut(), answer) {
                    (Some(chain), Ok(printed)) => {
                        if chain.texts.insert(printed.text.clone()) {
                            changing.push(at);
                        }
                        chain.last = printed;
                    }
                    // A text that Postgres has deparsed is enough; a stored text must be accepted at least once.
                    (_, Err(_)) if round == 0 && must_parse => *own = None,
                    _ => {}
                }
            }
            unfinished = changing;
        }
        Ok(())
    }

    /// Deparses a few texts together; if Postgres rejects one, all of them fail.
    fn batch(&mut self, questions: &[Question], origin: Origin) -> Result<Vec<Printed>, postgres::Error> {
        let mut inner = self.transaction.transaction()?;
        let mut script = place::tables(questions);
        if origin == Origin::Typed {
            script.push_str(&format!(
                "SELECT pg_catalog.set_config('search_path', {}, true);\n",
                crate::model::quote_literal(&self.search_path)
            ));
        }
        for (number, question) in questions.iter().enumerate() {
            script.push_str(&question.place.create(number, &question.text, questions));
            script.push_str(";\n");
        }
        script.push_str("SET LOCAL search_path = ''");
        inner.batch_execute(&script)?;
        let selects: Vec<String> = questions
            .iter()
            .enumerate()
            .map(|(number, question)| question.place.print(number, questions))
            .collect();
        let rows = inner.query_typed(&format!("{}\nORDER BY 1", selects.join("\nUNION ALL\n")), &[])?;
        let mut printed = Vec::with_capacity(rows.len());
        for row in &rows {
            let text: Option<String> = row.try_get(1)?;
            printed.push(Printed {
                text: text.map(|text| text.trim_end().trim_end_matches(';').trim().to_owned()),
                columns: row.try_get(2)?,
                keys: row.try_get(3)?,
            });
        }
        inner.rollback()?;
        printed.resize(questions.len(), Printed::default());
        Ok(printed)
    }
}

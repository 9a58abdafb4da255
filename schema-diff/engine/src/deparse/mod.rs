//! Expressions as Postgres deparses them, up to the text that no longer changes.
//!
//! Postgres prints an expression from the tree that it has read, and what it prints need not give the same tree again:
//! `status IN ('new', 'paid')` on a `varchar` is printed in one way by the first reading and in another by the second. Two texts
//! mean the same where their chains of readings meet. Everything happens on a scratch database, within one transaction that is rolled back.

mod constants;
mod place;
mod reconcile;

use std::collections::BTreeSet;

use postgres::{Client, Transaction};

pub use place::{Place, columns_of};
pub use reconcile::{reconcile, take_texts};

use crate::introspect::SETTINGS;

/// How many texts are read at once: each may take a table, and a server's lock table is bounded.
const BATCH: usize = 64;

/// How often a text is read again before it counts as one that never stops changing. Two readings were the most that any kind
/// of expression took when this was written.
const ROUNDS: usize = 5;

/// One text, and where Postgres is to read it.
#[derive(Clone, Debug)]
pub struct Question {
    /// The kind of place.
    pub place: Place,
    /// The expression, or the statement for what is a statement.
    pub text: String,
}

/// What Postgres prints for a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The text; `None` for a default that is no more than NULL.
    pub text: Option<String>,
    /// Columns of the table that it reads, sorted.
    pub columns: Vec<String>,
    /// Names of the keys of an index that is made of it.
    pub keys: Vec<String>,
}

/// The texts that a text becomes, the last of which stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    texts: BTreeSet<Option<String>>,
    last: Printed,
}

impl Chain {
    /// Whether the two mean the same.
    pub fn meets(&self, other: &Self) -> bool {
        !self.texts.is_disjoint(&other.texts)
    }

    /// Whether a text is one of these.
    pub fn has(&self, text: &str) -> bool {
        self.texts.iter().any(|own| own.as_deref() == Some(text))
    }

    /// What no longer changes.
    pub const fn fixed_point(&self) -> &Printed {
        &self.last
    }
}

impl From<Printed> for Chain {
    /// A chain that begins with what has been printed.
    fn from(last: Printed) -> Self {
        Self {
            texts: BTreeSet::from([last.text.clone()]),
            last,
        }
    }
}

/// Who wrote a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// By a person: names are looked up along the session's `search_path`.
    Typed,
    /// By Postgres, with an empty `search_path`.
    Printed,
}

/// Reads and prints texts; ends without a trace.
pub struct Deparser<'a> {
    transaction: Transaction<'a>,
    search_path: String,
}

impl<'a> Deparser<'a> {
    /// Begins, on a database that has the types and functions that the texts name.
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

    /// Reads each text once. Those that Postgres refuses do not keep the others from being read.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn read(
        &mut self,
        questions: &[Question],
        origin: Origin,
    ) -> Result<Vec<Result<Printed, postgres::Error>>, postgres::Error> {
        let mut answers = Vec::with_capacity(questions.len());
        let mut left: Vec<&[Question]> = questions.chunks(BATCH).rev().collect();
        while let Some(part) = left.pop() {
            match self.batch(part, origin) {
                Ok(printed) => answers.extend(printed.into_iter().map(Ok)),
                Err(error) if error.is_closed() => return Err(error),
                Err(error) if part.len() <= 1 => answers.push(Err(error)),
                Err(_) => {
                    let (head, tail) = part.split_at(part.len() / 2);
                    left.extend([tail, head]);
                }
            }
        }
        Ok(answers)
    }

    /// Reads each text until it no longer changes; `None` for those that Postgres refuses.
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

    /// Reads the last text of each chain again, until it no longer changes.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn extend(
        &mut self,
        questions: &[Question],
        chains: &mut [Option<Chain>],
        must_be_read: bool,
    ) -> Result<(), postgres::Error> {
        let mut left: Vec<usize> = (0..questions.len()).collect();
        for round in 0..ROUNDS {
            let mut asked = Vec::new();
            left.retain(|at| {
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
            for (at, answer) in left.iter().copied().zip(answers) {
                let Some(own) = chains.get_mut(at) else { continue };
                match (own.as_mut(), answer) {
                    (Some(chain), Ok(printed)) => {
                        if chain.texts.insert(printed.text.clone()) {
                            changing.push(at);
                        }
                        chain.last = printed;
                    }
                    // What has been printed once is good enough; a stored text must be readable at all.
                    (_, Err(_)) if round == 0 && must_be_read => *own = None,
                    _ => {}
                }
            }
            left = changing;
        }
        Ok(())
    }

    /// Reads a few texts in one go, all or none.
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

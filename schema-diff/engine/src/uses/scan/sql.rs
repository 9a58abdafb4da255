//! Finds the names in queries that strings contain.

use super::{Named, Place, Scanner};
use crate::{model::TableName, uses::tokens::TokenKind};

impl Scanner<'_> {
    /// Notes the words of strings that contain a query.
    pub(super) fn sql(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            let TokenKind::Word(string) = self.tokens[at].kind else {
                at += 1;
                continue;
            };
            let rest = self.tokens[at..].iter();
            let end = at + rest.take_while(|token| token.kind == TokenKind::Word(string)).count();
            if self.is_query(at, end) {
                self.query(at, end);
            }
            at = end;
        }
    }

    /// Returns whether a string is a query, or a part of one: it has the words of one, or a call makes it one.
    fn is_query(&self, start: usize, end: usize) -> bool {
        const CALLS: [&str; 4] = ["sql", "sql_query", "batch_execute", "execute"];
        let called = (1..=12).map(|distance| self.text_before(start, distance));
        let is_called = called.take_while(|text| *text != ";").any(|text| CALLS.contains(&text));
        let has = |wanted: &[&str]| {
            let mut words = self.tokens[start..end].iter();
            words.any(|word| wanted.iter().any(|own| word.text.eq_ignore_ascii_case(own)))
        };
        is_called || (has(&["select", "insert", "update", "delete"]) && has(&["from", "into", "set", "where"]))
    }

    fn query(&mut self, start: usize, end: usize) {
        let vocabulary = self.known.vocabulary;
        let words = self.tokens[start..end].iter();
        let mut tables: Vec<TableName> = words
            .flat_map(|word| vocabulary.tables_in_sql(&word.text))
            .cloned()
            .collect();
        tables.sort();
        tables.dedup();
        for at in (start..end).filter(|at| !self.names[*at].is_empty()) {
            self.found[at] = Some(Named::Sql(self.tokens[at].text.clone(), tables.clone()).at(Place::Code));
        }
    }
}

//! Many schema changes in one file: a topic of `tests/pairs`.
//!
//! A topic has a base (`before` as SQL, `schema` as `schema.rs`, `rows`) and facts. A fact is written twice, by hand: as SQL that
//! adds it to the base, and as attributes on the lines of `schema.rs` (`on`) or as other words there (`swap`). Each fact is then tried in
//! every way:
//!
//! | way       | from, to |
//! |-----------|----------|
//! | `added`   | the base, the base with the fact |
//! | `new`     | nothing, the base with the fact |
//! | `dropped` | the base with the fact, the base, where what is not declared goes |
//! | `kept`    | the same where it stays: nothing to do |
//! | `gone`    | the base with the fact, no tables at all; only where `ways` names it |
//! | `same`    | the base with the fact, the same: nothing to do; only where `ways` names it, like the next three |
//! | `redone`  | the same where the statements of `again` have run on what was there |
//! | `beside`  | the base with the fact, the same with the topic's `[other]` change beside it |
//! | `redone beside` | both |
//!
//! A `chain` names facts, each of which becomes the next one where what is not declared goes. What needs thinking is a `[[pair]]`,
//! written out whole.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::change::{Change, Wanted};

const EXACT: &str = "undeclared = \"drop\"\n";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    #[serde(default)]
    before: String,
    #[serde(default)]
    schema: String,
    #[serde(default)]
    models: Option<String>,
    #[serde(default)]
    rows: String,
    #[serde(default)]
    fact: Vec<Fact>,
    #[serde(default)]
    chain: Vec<Vec<String>>,
    #[serde(default)]
    expect: BTreeMap<String, Expect>,
    #[serde(default)]
    pair: Vec<Written>,
    /// A change beside each fact, for the way `beside`.
    #[serde(default)]
    other: Option<Fact>,
    /// SQL that runs on what is there, for the way `redone`.
    #[serde(default)]
    again: String,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Fact {
    name: String,
    #[serde(default)]
    on: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    swap: Vec<(String, String)>,
    sql: String,
    /// Says the names of what it makes.
    #[serde(default)]
    named: bool,
    /// The first major version of Postgres that has it.
    #[serde(default)]
    since: u32,
    /// The ways in which it is tried; all but `gone` where none are said.
    #[serde(default)]
    ways: Option<Vec<String>>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// What is to be expected of a pair other than that all goes well.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
struct Expect {
    #[serde(default)]
    lossy: bool,
    #[serde(default)]
    stops: Option<String>,
    #[serde(default)]
    down_stops: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    says: Vec<String>,
    asks: Option<String>,
    #[serde(default)]
    arguments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    before: Option<String>,
    rows: Option<String>,
    after: String,
    #[serde(default)]
    models: Option<String>,
    #[serde(default)]
    config: Option<String>,
    /// Leaves undeclared things out: `config` for short.
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    intent: Option<String>,
    /// The first major version of Postgres that has what it is about.
    #[serde(default)]
    since: u32,
    /// The last major version of Postgres that lacks what it is about.
    #[serde(default)]
    until: u32,
    #[serde(default)]
    names: bool,
    // As in `Expect`: serde flattens no struct that refuses what it does not know.
    #[serde(default)]
    lossy: bool,
    #[serde(default)]
    stops: Option<String>,
    #[serde(default)]
    down_stops: Option<String>,
    #[serde(default)]
    down_keeps: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    says: Vec<String>,
    asks: Option<String>,
    #[serde(default)]
    answered: Vec<String>,
    #[serde(default)]
    arguments: Vec<String>,
}

/// The changes of a topic.
pub fn changes(topic: &str, text: &str) -> Result<Vec<Change>, String> {
    let parsed: Topic = toml::from_str(text).map_err(|error| format!("{topic}: {error}"))?;
    let mut changes = Vec::new();
    for fact in &parsed.fact {
        let all = ["added", "new", "dropped", "kept"].map(str::to_owned);
        for way in fact.ways.as_deref().unwrap_or(&all) {
            changes.push(parsed.way(fact, way)?);
        }
    }
    for chain in &parsed.chain {
        for step in chain.windows(2) {
            changes.push(parsed.step(parsed.fact(&step[0])?, parsed.fact(&step[1])?)?);
        }
    }
    let names: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
    if let Some(unknown) = parsed.expect.keys().find(|name| !names.contains(*name)) {
        return Err(format!("{topic}: [expect] of {unknown:?}, which is none of its pairs"));
    }
    for pair in parsed.pair {
        let rows = pair.rows.unwrap_or_else(|| parsed.rows.clone());
        changes.push(Change {
            before: format!("{}\n{rows}", pair.before.unwrap_or_else(|| parsed.before.clone())),
            name: pair.name,
            schema: pair.after,
            models: pair.models.or_else(|| parsed.models.clone()),
            config: pair.config.or_else(|| pair.exact.then(|| EXACT.to_owned())),
            wanted: pair.intent.map_or(Wanted::Nowhere, Wanted::Intent),
            lossy: pair.lossy,
            since: pair.since,
            until: pair.until,
            names: pair.names,
            stops: pair.stops,
            down_stops: pair.down_stops,
            down_keeps: pair.down_keeps,
            error: pair.error,
            says: pair.says,
            answered: pair.answered,
            asks: pair.asks,
            arguments: pair.arguments,
            snapshots: None,
        });
    }
    for change in &mut changes {
        change.name = format!("{topic}: {}", change.name);
    }
    Ok(changes)
}

impl Topic {
    fn fact(&self, name: &str) -> Result<&Fact, String> {
        let found = self.fact.iter().find(|fact| fact.name == name);
        found.ok_or_else(|| format!("a chain names {name:?}, which is no fact"))
    }

    fn sql(&self, fact: &Fact) -> String {
        format!("{}\n{}", self.before, fact.sql)
    }

    fn change(&self, name: String) -> Change {
        let expect = self.expect.get(&name).cloned().unwrap_or_default();
        Change {
            name,
            models: self.models.clone(),
            lossy: expect.lossy,
            stops: expect.stops,
            down_stops: expect.down_stops,
            error: expect.error,
            says: expect.says,
            asks: expect.asks,
            arguments: expect.arguments,
            ..Change::default()
        }
    }

    fn way(&self, fact: &Fact, way: &str) -> Result<Change, String> {
        let (sql, schema) = (self.sql(fact), self.declared(fact)?);
        let with_rows = |sql: &str| format!("{sql}\n{}", self.rows);
        let change = Change {
            since: fact.since,
            ..self.change(format!("{} {way}", fact.name))
        };
        Ok(match way {
            "added" => Change {
                before: with_rows(&self.before),
                schema,
                wanted: Wanted::State(with_rows(&sql)),
                names: true,
                ..change
            },
            "new" => Change {
                schema,
                wanted: Wanted::State(sql),
                names: true,
                ..change
            },
            "dropped" => Change {
                before: with_rows(&sql),
                schema: self.schema.clone(),
                config: Some(EXACT.to_owned()),
                wanted: Wanted::State(with_rows(&self.before)),
                names: true,
                ..change
            },
            "kept" => Change {
                before: with_rows(&sql),
                schema: self.schema.clone(),
                ..change
            },
            "gone" => Change {
                before: with_rows(&sql),
                wanted: Wanted::State(String::new()),
                lossy: true,
                ..change
            },
            "same" => Change {
                before: with_rows(&sql),
                schema,
                ..change
            },
            "redone" => Change {
                before: format!("{}\n{}", with_rows(&sql), self.again),
                schema,
                ..change
            },
            "beside" | "redone beside" => {
                let other = self.other.as_ref().ok_or("there is no [other] change")?;
                let again = if way == "beside" { "" } else { self.again.as_str() };
                let before = format!("{}\n{again}", with_rows(&sql));
                Change {
                    schema: declared(schema, other)?,
                    wanted: Wanted::State(format!("{before}\n{}", other.sql)),
                    names: true,
                    before,
                    ..change
                }
            }
            _ => return Err(format!("{way:?} is no way to try a fact")),
        })
    }

    fn step(&self, from: &Fact, to: &Fact) -> Result<Change, String> {
        let with_rows = |sql: String| format!("{sql}\n{}", self.rows);
        Ok(Change {
            before: with_rows(self.sql(from)),
            schema: self.declared(to)?,
            config: Some(EXACT.to_owned()),
            wanted: Wanted::State(with_rows(self.sql(to))),
            names: to.named || !from.named,
            since: from.since.max(to.since),
            ..self.change(format!("{} -> {}", from.name, to.name))
        })
    }

    /// The base's `schema.rs` with the fact in it.
    fn declared(&self, fact: &Fact) -> Result<String, String> {
        declared(self.schema.clone(), fact)
    }
}

/// A `schema.rs` with a fact in it.
fn declared(mut schema: String, fact: &Fact) -> Result<String, String> {
    for (from, to) in &fact.swap {
        if !schema.contains(from.as_str()) {
            return Err(format!("{}: {from:?} is not in the schema", fact.name));
        }
        schema = schema.replace(from.as_str(), to);
    }
    for (item, attributes) in &fact.on {
        let attributes = match attributes {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        };
        let said: String = attributes
            .iter()
            .map(|text| format!("#[schema_diff::{text}]\n"))
            .collect();
        let begins = |line: &&str| {
            let rest = line.trim_start().strip_prefix(item.as_str()).map(str::trim_start);
            rest.is_some_and(|rest| rest.starts_with("->") || rest.starts_with('('))
        };
        if !schema.lines().any(|line| begins(&line)) {
            return Err(format!("{}: no line of the schema begins with {item:?}", fact.name));
        }
        schema = schema
            .lines()
            .map(|line| {
                if begins(&line) {
                    format!("{said}{line}\n")
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
    }
    Ok(schema)
}

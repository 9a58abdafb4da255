//! Chooses values that satisfy a table's conditions, by trying them on the server.

use std::collections::BTreeSet;

use postgres::Client;

use super::generator::{Generator, satisfying};

/// The number of rows that are tried.
const TRIED: u64 = 200;
/// The share of rows that satisfy the conditions from which nothing better is looked for.
const ENOUGH: f64 = 0.5;
/// The most combinations of values that are tried for one group of conditions.
const COMBINATIONS: usize = 2000;

/// Chooses values such that as many rows as possible satisfy the conditions.
pub(super) fn fit(client: &mut Client, generator: &mut Generator, wanted: u64) {
    for group in groups(generator) {
        let columns: Vec<(String, usize)> = group
            .columns
            .iter()
            .map(|name| (name.clone(), generator.choices(name)))
            .filter(|(_, choices)| *choices > 1)
            .collect();
        let mut best = (share(client, generator, &group, wanted), generator.clone());
        for number in 1..combinations(&columns) {
            if best.0 >= ENOUGH {
                break;
            }
            let mut tried = best.1.clone();
            if choose(&mut tried, &columns, number) {
                let share = share(client, &tried, &group, wanted);
                if share > best.0 {
                    best = (share, tried);
                }
            }
        }
        *generator = best.1;
    }
}

/// Conditions that share columns.
struct Group {
    columns: BTreeSet<String>,
    conditions: Vec<String>,
}

fn groups(generator: &Generator) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for condition in &generator.conditions {
        let mut group = Group {
            columns: condition.columns.iter().cloned().collect(),
            conditions: vec![condition.sql.clone()],
        };
        let (shared, others) = groups
            .into_iter()
            .partition::<Vec<_>, _>(|own| !own.columns.is_disjoint(&group.columns));
        for own in shared {
            group.columns.extend(own.columns);
            group.conditions.extend(own.conditions);
        }
        groups = others;
        groups.push(group);
    }
    groups
}

fn combinations(columns: &[(String, usize)]) -> usize {
    let all = columns
        .iter()
        .try_fold(1_usize, |product, (_, choices)| product.checked_mul(*choices));
    all.unwrap_or(COMBINATIONS).min(COMBINATIONS)
}

/// Chooses the combination with a number: its digits are the choices of the columns.
fn choose(generator: &mut Generator, columns: &[(String, usize)], mut number: usize) -> bool {
    columns.iter().all(|(name, choices)| {
        let choice = number % choices;
        number /= choices;
        generator.choose(name, choice)
    })
}

/// Returns the share of some of the wanted rows that satisfy conditions; 0 if an expression fails.
fn share(client: &mut Client, generator: &Generator, group: &Group, wanted: u64) -> f64 {
    let lengths = generator.lengths(&group.columns);
    let conditions: Vec<&str> = group.conditions.iter().chain(&lengths).map(String::as_str).collect();
    let sql = format!(
        "SELECT pg_catalog.count(*) FROM {}{}",
        generator.tried(TRIED, wanted),
        satisfying(&conditions)
    );
    let count = client
        .query_one(sql.as_str(), &[])
        .and_then(|row| row.try_get::<_, i64>(0));
    #[expect(clippy::cast_precision_loss, reason = "at most the number of tried rows")]
    count.map_or(0.0, |count| count as f64 / TRIED as f64)
}

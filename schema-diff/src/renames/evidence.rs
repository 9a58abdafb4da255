//! How much speaks for a rename, in numbers and in words.

use std::collections::BTreeSet;

use similar::TextDiff;

use crate::model::{Column, DataType, Table};

/// How sure a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// Nothing speaks for a rename: it is a drop and an add.
    No,
    /// It may be one; a person has to say.
    Plausible,
    /// It is written as one, flagged for review.
    Sure,
}

/// What speaks for one rename.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Between 0 and 1.
    pub score: f64,
    /// The verdict of the score.
    pub sureness: Sureness,
    /// In words, the strongest first.
    pub reasons: Vec<String>,
}

/// A column's place: which of the columns that stay come right before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many of the columns that stay come before.
    pub kept_before: usize,
    /// Where among its fellows (dropped or added ones) between the same neighbours.
    pub among_fellows: usize,
}

/// Evidence that a dropped column and an added one are the same.
pub fn column_evidence(dropped: (&Column, &Place), added: (&Column, &Place), only_candidate: bool) -> Evidence {
    let (old, old_place) = dropped;
    let (new, new_place) = added;
    let mut reasons = Vec::new();
    let names = name_likeness(&old.name, &new.name);
    let types = type_likeness(&old.data_type, &new.data_type);
    if types == 0.0 {
        return Evidence {
            score: 0.0,
            sureness: Sureness::No,
            reasons: vec!["their types have nothing in common".into()],
        };
    }
    if names >= 0.5 {
        reasons.push(format!("the names are alike ({:.0} %)", names * 100.0));
    }
    reasons.push(if types >= 1.0 {
        format!("same type ({})", new.data_type)
    } else {
        format!("{} becomes {}", old.data_type, new.data_type)
    });
    let same_place = old_place == new_place;
    if same_place {
        reasons.push("same place in the table".into());
    }
    let same_null = old.nullable == new.nullable;
    if same_null && !old.nullable {
        reasons.push("both NOT NULL".into());
    }
    let mut score = 0.45 * names + 0.2 * types;
    score += if same_place { 0.2 } else { 0.0 };
    score += if same_null { 0.05 } else { 0.0 };
    // A column that takes no NULL and has no default is hardly ever *added* to a table with rows.
    score += if same_place && same_null && !new.fills_itself() && types >= 1.0 {
        0.2
    } else {
        0.0
    };
    score += if only_candidate { 0.1 } else { 0.0 };
    let sureness = match score {
        s if s >= 0.7 => Sureness::Sure,
        s if s >= 0.45 && (types >= 1.0 || names >= 0.5) => Sureness::Plausible,
        _ => Sureness::No,
    };
    Evidence {
        score: score.min(1.0),
        sureness,
        reasons,
    }
}

/// Evidence that a dropped table and an added one are the same.
pub fn table_evidence(old: &Table, new: &Table) -> Evidence {
    let names = name_likeness(&old.name.name, &new.name.name);
    let total = old.columns.len().max(new.columns.len()).max(1);
    let same = new
        .columns
        .iter()
        .filter(|column| {
            old.column(&column.name)
                .is_some_and(|other| type_likeness(&other.data_type, &column.data_type) > 0.0)
        })
        .count();
    #[expect(clippy::cast_precision_loss, reason = "tables have at most 1,600 columns")]
    let columns = same as f64 / total as f64;
    let same_key = old.primary_key_columns() == new.primary_key_columns();
    let mut reasons = Vec::new();
    if same > 0 {
        reasons.push(format!("{same} of {total} columns agree"));
    }
    if names >= 0.5 {
        reasons.push(format!("the names are alike ({:.0} %)", names * 100.0));
    }
    if same_key {
        reasons.push("same primary key".into());
    }
    // Two tables of one or two columns agree by accident (`id`, `name`), larger ones hardly ever.
    let weight = if same >= 3 { 0.65 } else { 0.35 };
    let score = weight * columns + 0.35 * names + if same_key { 0.05 } else { 0.0 };
    let sureness = match score {
        s if s >= 0.6 && columns >= 0.5 => Sureness::Sure,
        s if s >= 0.35 && columns >= 0.5 => Sureness::Plausible,
        _ => Sureness::No,
    };
    Evidence {
        score: score.min(1.0),
        sureness,
        reasons,
    }
}

/// Evidence that a removed enum label and an added one are the same. `same_place` is between the same neighbours.
pub fn label_evidence(old: &str, new: &str, same_place: bool, only_candidate: bool) -> Evidence {
    let names = name_likeness(old, new);
    let mut reasons = Vec::new();
    if names >= 0.5 {
        reasons.push(format!("the labels are alike ({:.0} %)", names * 100.0));
    }
    if same_place {
        reasons.push("same place in the type".into());
    }
    let score = 0.5 * names + if same_place { 0.4 } else { 0.0 } + if only_candidate { 0.2 } else { 0.0 };
    let sureness = match score {
        s if s >= 0.6 => Sureness::Sure,
        s if s >= 0.4 => Sureness::Plausible,
        _ => Sureness::No,
    };
    Evidence {
        score: score.min(1.0),
        sureness,
        reasons,
    }
}

/// How alike two names are: words in common (snake, camel and kebab case apart), abbreviations, letters in common.
pub fn name_likeness(old: &str, new: &str) -> f64 {
    let (old_words, new_words) = (words(old), words(new));
    if old_words == new_words {
        return 1.0;
    }
    let letters = f64::from(TextDiff::from_chars(old.to_lowercase().as_str(), new.to_lowercase().as_str()).ratio());
    let matched = old_words
        .iter()
        .filter(|word| new_words.iter().any(|other| same_word(word, other)))
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a name has at most 63 bytes")]
    let words_in_common = 2.0 * matched as f64 / (old_words.len() + new_words.len()).max(1) as f64;
    let contained = matched == old_words.len().min(new_words.len()) && matched > 0;
    letters.max(words_in_common).max(if contained { 0.75 } else { 0.0 })
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous_lower = false;
    for c in name.chars() {
        let breaks = !c.is_alphanumeric() || (c.is_uppercase() && previous_lower);
        if breaks && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        previous_lower = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The same word, its plural, or its abbreviation (`cnt` and `count`, `desc` and `description`).
fn same_word(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short == long || format!("{short}s") == long || format!("{short}es") == long {
        return true;
    }
    let mut rest = long.chars();
    short.len() >= 2
        && short.chars().next() == long.chars().next()
        && short.chars().all(|c| rest.any(|other| other == c))
        && (short.len() >= 3 || long.len() <= 5)
}

/// 1 for the same type, less for one that converts without losing, 0 for one that has nothing to do with it.
fn type_likeness(old: &DataType, new: &DataType) -> f64 {
    if old.name == new.name && old.array == new.array {
        return if old.modifier == new.modifier { 1.0 } else { 0.9 };
    }
    if old.array != new.array {
        return 0.0;
    }
    const FAMILIES: &[&[&str]] = &[
        &["int2", "int4", "int8", "numeric", "float4", "float8", "money"],
        &["text", "varchar", "bpchar", "citext", "name"],
        &["timestamp", "timestamptz", "date"],
        &["time", "timetz"],
        &["json", "jsonb"],
        &["inet", "cidr"],
        &["macaddr", "macaddr8"],
        &["bit", "varbit"],
    ];
    let both: BTreeSet<&str> = [old.name.name.as_str(), new.name.name.as_str()].into();
    if FAMILIES
        .iter()
        .any(|family| both.iter().all(|name| family.contains(name)))
    {
        0.7
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::name_likeness;

    #[test]
    fn alike_and_not_alike() {
        let alike = [
            ("name", "full_name"),
            ("cnt", "count"),
            ("createdAt", "created_at"),
            ("mail", "email"),
            ("user", "users"),
        ];
        let apart = [
            ("a", "z"),
            ("first", "given_name"),
            ("paid", "shipped"),
            ("bio", "price"),
        ];
        for (old, new) in alike {
            assert!(
                name_likeness(old, new) >= 0.6,
                "{old} {new} {}",
                name_likeness(old, new)
            );
        }
        for (old, new) in apart {
            assert!(name_likeness(old, new) < 0.5, "{old} {new} {}", name_likeness(old, new));
        }
    }
}

//! "Did you mean": the known names that are most similar to a misspelt one.

/// Returns the known names within a few edits of `name`, nearest first, at most `limit`. Case and underscores are
/// ignored.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let written = simplified(name);
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .map(|candidate| (distance(&written, &simplified(candidate)), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(limit).map(|(_, candidate)| candidate).collect()
}

/// Lists names for messages: `` `a` ``, `` `a` or `b` ``.
pub fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn simplified(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .take(64)
        .collect()
}

/// Counts the characters to insert, delete, replace or swap with a neighbour.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&row, j) + usize::from(from != *to))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped = j > 0 && previous == Some(*to) && b.get(j - 1) == Some(&from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        previous = Some(from);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{alternatives, nearest};

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(nearest("uniqe", ["unique", "index", "check"], 3), ["unique"]);
        assert_eq!(nearest("idnex", ["unique", "index", "check"], 3), ["index"]);
        assert_eq!(nearest("ondelete", ["on_delete", "on_update"], 3), ["on_delete"]);
        assert_eq!(nearest("Int", ["Int2", "Int4", "Text"], 3), ["Int2", "Int4"]);
        assert!(nearest("zzz", ["unique", "index"], 3).is_empty());
        assert!(nearest("", ["unique"], 3).is_empty());
    }

    #[test]
    fn lists_alternatives() {
        assert_eq!(alternatives(&["a"]), "`a`");
        assert_eq!(alternatives(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(alternatives(&[]), "");
    }
}

//! The singular of an English word.

/// Removes a plural ending.
pub fn singular(word: &str) -> &str {
    if word.len() < 4 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word;
    }
    for (ending, keep) in [("sses", 2), ("shes", 2), ("ches", 2), ("xes", 1)] {
        if word.ends_with(ending) {
            return &word[..word.len() - ending.len() + keep];
        }
    }
    word.strip_suffix('s').unwrap_or(word)
}

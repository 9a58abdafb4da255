//! Renders texts as Rust literals.

/// Returns a string literal, raw if that avoids escapes.
pub fn string(text: &str) -> String {
    let needs_escape = |c: char| matches!(c, '"' | '\\');
    if !text.contains(needs_escape) || text.chars().any(char::is_control) {
        return format!("{text:?}");
    }
    let hashes = (1..)
        .map(|count| "#".repeat(count))
        .find(|hashes| !text.contains(&format!("\"{hashes}")))
        .unwrap_or_default();
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn literals_read_back() {
        for text in [
            "plain",
            "it's",
            "a\"b",
            "back\\slash",
            "\"#",
            "two\nlines \"q\"",
            "größe",
        ] {
            let read: syn::LitStr = syn::parse_str(&super::string(text)).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(read.value(), text);
        }
    }
}

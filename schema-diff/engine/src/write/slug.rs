//! The readable part of a migration directory's name.

const MAX_LENGTH: usize = 60;

/// Converts a message to at most 60 lower-case ASCII letters, digits and single underscores; `migration` if none
/// remain.
#[must_use]
pub fn slug(message: &str) -> String {
    let mut slug = String::with_capacity(MAX_LENGTH);
    for character in message.chars() {
        if slug.len() == MAX_LENGTH {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') && !matches!(character, '\'' | '\u{2019}') {
            slug.push('_');
        }
    }
    slug.truncate(slug.trim_end_matches('_').len());
    if slug.is_empty() { "migration".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages() {
        let cases = [
            ("add iso3code", "add_iso3code"),
            ("Add  `users.email`!", "add_users_email"),
            ("don't drop", "dont_drop"),
            ("../../etc/passwd", "etc_passwd"),
            ("a\nb", "a_b"),
            ("\u{1f600}", "migration"),
            ("", "migration"),
            ("_x_", "x"),
        ];
        for (message, expected) in cases {
            assert_eq!(slug(message), expected, "{message:?}");
        }
        assert_eq!(slug(&"x".repeat(300)).len(), MAX_LENGTH);
    }

    proptest! {
        #[test]
        fn any_message_gives_a_valid_name(message in any::<String>()) {
            let slug = slug(&message);
            prop_assert!((1..=MAX_LENGTH).contains(&slug.len()));
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
            prop_assert!(!slug.starts_with('_') && !slug.ends_with('_') && !slug.contains("__"));
        }
    }
}

//! Converts the name of an enum's variant to its label in Postgres.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// A style of labels.
#[derive(Clone, Copy, Debug)]
pub(super) enum Style {
    /// The variant's name, unchanged.
    Verbatim,
    /// The variant's name, converted by a rule.
    Rule(fn(&str) -> String),
}

impl Style {
    /// Returns a `value_style` of diesel-derive-enum. Its rules are those of `heck` 0.4.
    pub fn of_derive_enum(name: &str) -> Option<Self> {
        Some(match name {
            "snake_case" => Self::Rule(|name| name.to_snake_case()),
            "SCREAMING_SNAKE_CASE" => Self::Rule(|name| name.to_shouty_snake_case()),
            "kebab-case" => Self::Rule(|name| name.to_kebab_case()),
            "camelCase" => Self::Rule(|name| name.to_lower_camel_case()),
            "PascalCase" => Self::Rule(|name| name.to_upper_camel_case()),
            "UPPERCASE" => Self::Rule(str::to_uppercase),
            "verbatim" | "verbatimcase" => Self::Verbatim,
            _ => return None,
        })
    }

    /// Returns a `rename_all` of Diesel 2.4. A word begins at every capital letter.
    pub fn of_diesel(name: &str) -> Option<Self> {
        Some(match name {
            "PascalCase" => Self::Verbatim,
            "lowercase" => Self::Rule(str::to_ascii_lowercase),
            "UPPERCASE" => Self::Rule(str::to_ascii_uppercase),
            "camelCase" => Self::Rule(|name| {
                let mut characters = name.chars();
                characters.next().map_or_else(String::new, |first| {
                    first.to_ascii_lowercase().to_string() + characters.as_str()
                })
            }),
            "snake_case" => Self::Rule(|name| words(name, '_')),
            "SCREAMING_SNAKE_CASE" => Self::Rule(|name| words(name, '_').to_ascii_uppercase()),
            "kebab-case" => Self::Rule(|name| words(name, '-')),
            "SCREAMING-KEBAB-CASE" => Self::Rule(|name| words(name, '-').to_ascii_uppercase()),
            _ => return None,
        })
    }

    /// Returns the label of a variant.
    pub fn label(self, variant: &str) -> String {
        match self {
            Self::Verbatim => variant.to_owned(),
            Self::Rule(spell) => spell(variant),
        }
    }
}

/// The names of `value_style`s.
pub(super) const DERIVE_ENUM_STYLES: &[&str] = &[
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "camelCase",
    "PascalCase",
    "UPPERCASE",
    "verbatim",
];
/// The names of `rename_all`s.
pub(super) const DIESEL_STYLES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// Converts to lower case, with a separator before every capital letter except the first character.
fn words(name: &str, separator: char) -> String {
    let mut spelt = String::new();
    for (at, character) in name.char_indices() {
        if at > 0 && character.is_uppercase() {
            spelt.push(separator);
        }
        spelt.push(if character == '_' {
            separator
        } else {
            character.to_ascii_lowercase()
        });
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::Style;

    fn spelt(style: &str, names: &[&str]) -> Vec<String> {
        let style = Style::of_derive_enum(style).map_or(Style::Verbatim, |style| style);
        names.iter().map(|name| style.label(name)).collect()
    }

    #[test]
    fn spells_as_diesel_derive_enum() {
        let names = [
            "InReview",
            "HTTPServer",
            "OAuth2",
            "IPv4",
            "Foo1Bar",
            "Type2FA",
            "Größe",
        ];
        assert_eq!(
            spelt("snake_case", &names),
            [
                "in_review",
                "http_server",
                "o_auth2",
                "i_pv4",
                "foo1_bar",
                "type2_fa",
                "gr_e"
            ]
        );
        assert_eq!(spelt("SCREAMING_SNAKE_CASE", &names[..2]), ["IN_REVIEW", "HTTP_SERVER"]);
        assert_eq!(spelt("kebab-case", &names[..2]), ["in-review", "http-server"]);
        assert_eq!(spelt("camelCase", &names[..2]), ["inReview", "httpServer"]);
        assert_eq!(spelt("PascalCase", &names[..2]), ["InReview", "HttpServer"]);
        assert_eq!(spelt("UPPERCASE", &names[..1]), ["INREVIEW"]);
        assert_eq!(spelt("verbatim", &names[..2]), ["InReview", "HTTPServer"]);
        assert!(Style::of_derive_enum("Snake").is_none());
    }

    #[test]
    fn spells_as_diesel() {
        let of = |style: &str| Style::of_diesel(style).map(|style| style.label("HTTPServer"));
        assert_eq!(of("snake_case").as_deref(), Some("h_t_t_p_server"));
        assert_eq!(of("camelCase").as_deref(), Some("hTTPServer"));
        assert_eq!(of("SCREAMING-KEBAB-CASE").as_deref(), Some("H-T-T-P-SERVER"));
    }
}

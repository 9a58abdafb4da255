//! Rust paths: of modules, and as written in source.

use std::path::{Component, Path};

use syn::ext::IdentExt;

/// The path of a module: the root directory of its crate, then the modules down to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModulePath(Vec<String>);

impl ModulePath {
    /// Returns the module of a file by Cargo's layout: the part of its path after the last `src`.
    pub fn of_file(path: &Path) -> Self {
        let mut parts: Vec<String> = path
            .with_extension("")
            .components()
            .filter_map(|part| match part {
                Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect();
        let below_src = parts
            .iter()
            .rposition(|part| part == "src")
            .map_or(parts.len().saturating_sub(1), |at| at + 1);
        let modules = parts.split_off(below_src);
        let root = parts.join("/");
        let named = modules.len()
            - usize::from(matches!(
                modules.last().map(String::as_str),
                Some("mod" | "lib" | "main")
            ));
        Self(std::iter::once(root).chain(modules.into_iter().take(named)).collect())
    }

    /// Returns the root module of the same crate.
    pub fn root(&self) -> Self {
        Self(self.0.iter().take(1).cloned().collect())
    }

    /// Returns the parent module. The root's parent is the root.
    pub fn parent(&self) -> Self {
        Self(
            self.0
                .iter()
                .take(self.0.len().saturating_sub(1).max(1))
                .cloned()
                .collect(),
        )
    }

    /// Returns a child module.
    pub fn child(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain(std::iter::once(name.to_owned())).collect())
    }

    /// Counts how many of its last modules equal these, starting at the innermost one.
    pub fn common_end(&self, innermost_first: &[&str]) -> usize {
        let own = self.0.iter().skip(1).rev();
        own.zip(innermost_first)
            .take_while(|(own, other)| own == *other)
            .count()
    }

    /// Returns its name, unless it is a root.
    pub fn name(&self) -> Option<&str> {
        if self.0.len() > 1 {
            self.0.last().map(String::as_str)
        } else {
            None
        }
    }
}

impl std::fmt::Display for ModulePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("crate")?;
        self.0.iter().skip(1).try_for_each(|module| write!(f, "::{module}"))
    }
}

/// A path as written: `crate::schema::sql_types::Mood`, `super::Mood`, `::diesel::sql_types::Text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenPath {
    /// Whether it begins with `::`.
    pub external: bool,
    /// The segments; raw identifiers without `r#`.
    pub segments: Vec<String>,
}

impl WrittenPath {
    pub fn new(path: &syn::Path) -> Self {
        Self {
            external: path.leading_colon.is_some(),
            segments: path
                .segments
                .iter()
                .map(|segment| segment.ident.unraw().to_string())
                .collect(),
        }
    }

    /// Returns the last segment; empty for an empty path.
    pub fn last(&self) -> &str {
        self.segments.last().map_or("", String::as_str)
    }
}

impl std::fmt::Display for WrittenPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.external {
            f.write_str("::")?;
        }
        f.write_str(&self.segments.join("::"))
    }
}

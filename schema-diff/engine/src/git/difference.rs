//! The files that differ between a commit and the working tree.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::Repository;

/// The maximal size of the texts of a commit, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// A file that differs between a commit and the working tree. Paths are relative to the repository's root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Its path in the commit; `None` if it is new.
    pub before: Option<String>,
    /// Its path in the working tree; `None` if it was deleted.
    pub after: Option<String>,
}

impl Repository {
    /// Returns the commit of a revision.
    pub fn commit(&self, revision: &str) -> Option<String> {
        let commit = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let found = self.git.ask(&self.root, &arguments)?;
        let found = found.trim();
        (!found.is_empty()).then(|| found.to_owned())
    }

    /// Returns the newest commit that a commit and the current one have in common.
    pub fn common_commit(&self, commit: &str) -> Option<String> {
        let found = self.git.ask(&self.root, &["merge-base", commit, "HEAD"])?;
        let found = found.trim();
        (!found.is_empty()).then(|| found.to_owned())
    }

    /// Returns a path in the working tree.
    pub fn path(&self, within: &str) -> PathBuf {
        self.root.join(within)
    }

    /// Returns the files that differ between a commit and the working tree, staged or not, with those that git does not
    /// track and does not ignore. Renamed files are one.
    pub fn differences(&self, commit: &str) -> Option<Vec<Difference>> {
        let arguments = ["diff-index", "-z", "-M", "--name-status", commit, "--"];
        let tracked = self.git.ask(&self.root, &arguments)?;
        let untracked = self
            .git
            .ask(&self.root, &["ls-files", "-z", "--others", "--exclude-standard"])?;
        let mut found = name_status(&tracked);
        found.extend(names(&untracked).map(|after| Difference {
            before: None,
            after: Some(after),
        }));
        found.sort();
        Some(found)
    }

    /// Returns the files that git tracks.
    pub fn tracked(&self) -> BTreeSet<String> {
        let listed = self.git.ask(&self.root, &["ls-files", "-z"]).unwrap_or_default();
        names(&listed).collect()
    }

    /// Returns the files of a commit.
    pub fn committed(&self, commit: &str) -> Option<BTreeSet<String>> {
        let arguments = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
        Some(names(&self.git.ask(&self.root, &arguments)?).collect())
    }

    /// Returns the files that git tracks, and those that it neither tracks nor ignores.
    pub fn present(&self) -> Option<BTreeSet<String>> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        Some(names(&self.git.ask(&self.root, &arguments)?).collect())
    }

    /// Returns the texts of files in a commit. Files that do not exist in it, are missing from a partial clone or are no
    /// text are left out.
    pub fn texts(&self, commit: &str, paths: &BTreeSet<&str>) -> BTreeMap<String, String> {
        // A line names a file, so that a name with a line break cannot be asked for.
        let paths: Vec<&str> = paths.iter().copied().filter(|path| !path.contains('\n')).collect();
        if paths.is_empty() {
            return BTreeMap::new();
        }
        let input: String = paths.iter().map(|path| format!("{commit}:{path}\n")).collect();
        let arguments = ["cat-file", "--batch"];
        let printed = self.git.run(&self.root, &arguments, input.into_bytes(), MAX_BYTES);
        let printed = printed.unwrap_or_default();
        let mut rest = printed.as_slice();
        let mut found = BTreeMap::new();
        for path in paths {
            let Some(text) = next_object(&mut rest) else { break };
            if let Some(text) = text.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()) {
                found.insert(path.to_owned(), text);
            }
        }
        found
    }
}

/// Takes the next object from the output of `cat-file --batch`: its content, or `None` within if it is missing.
fn next_object<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&rest[..end]).unwrap_or_default();
    *rest = &rest[end + 1..];
    let mut words = line.rsplit(' ');
    let Some(size) = words.next().and_then(|size| size.parse::<usize>().ok()) else {
        return Some(None);
    };
    let content = rest.get(..size)?;
    *rest = rest.get(size + 1..)?;
    Some((words.next() == Some("blob")).then_some(content))
}

fn names(listed: &str) -> impl Iterator<Item = String> {
    listed.split('\0').filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Reads the output of `diff-index --name-status -z`.
fn name_status(listed: &str) -> Vec<Difference> {
    let mut names = names(listed);
    let mut found = Vec::new();
    while let (Some(status), Some(name)) = (names.next(), names.next()) {
        found.push(match status.chars().next() {
            Some('R' | 'C') => Difference {
                before: Some(name),
                after: names.next(),
            },
            Some('A') => Difference {
                before: None,
                after: Some(name),
            },
            Some('D') => Difference {
                before: Some(name),
                after: None,
            },
            _ => Difference {
                before: Some(name.clone()),
                after: Some(name),
            },
        });
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use super::super::{Repository, support::git};

    #[test]
    fn differences_are_those_of_the_working_tree() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        git(root, &["init", "-q"]);
        assert_eq!(Repository::perhaps_shallow(root).unwrap().commit("HEAD"), None);
        let long = "line of a file that moves\n".repeat(20);
        for (name, text) in [
            ("a.rs", "a"),
            ("gone.rs", "gone"),
            ("old.rs", &long),
            ("same.rs", "s"),
            (".gitignore", "no"),
        ] {
            fs::write(root.join(name), text).unwrap();
        }
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "one"]);
        fs::write(root.join("a.rs"), "changed").unwrap();
        fs::remove_file(root.join("gone.rs")).unwrap();
        git(root, &["mv", "old.rs", "é new.rs"]);
        fs::write(root.join("staged.rs"), "x").unwrap();
        git(root, &["add", "staged.rs"]);
        fs::write(root.join("untracked.rs"), "x").unwrap();
        fs::write(root.join("no"), "ignored").unwrap();
        let repository = Repository::perhaps_shallow(root).unwrap();
        let commit = repository.commit("HEAD").unwrap();
        let shown: Vec<String> = repository
            .differences(&commit)
            .unwrap()
            .into_iter()
            .map(|own| format!("{} > {}", own.before.unwrap_or_default(), own.after.unwrap_or_default()))
            .collect();
        let wanted = [
            " > staged.rs",
            " > untracked.rs",
            "a.rs > a.rs",
            "gone.rs > ",
            "old.rs > é new.rs",
        ];
        assert_eq!(shown, wanted);
        let texts = repository.texts(&commit, &["a.rs", "missing.rs", "old.rs"].into());
        assert_eq!(texts.len(), 2);
        assert_eq!((texts["a.rs"].as_str(), &texts["old.rs"]), ("a", &long));
        assert_eq!(repository.commit("nothing"), None);
    }
}

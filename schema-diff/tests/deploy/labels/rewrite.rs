//! Writes labels into the files of cases: `old_breaks` and `new_breaks`, a line each.

use std::{collections::BTreeMap, fs};

use super::{case::files, labelling::Labels};

/// Writes the labels of the cases with these names.
pub fn rewrite(labels: &BTreeMap<String, Labels>) {
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let parts: Vec<String> = text.split("[[case]]\n").map(|part| labelled(part, labels)).collect();
        fs::write(&path, parts.join("[[case]]\n")).unwrap();
    }
}

fn labelled(part: &str, labels: &BTreeMap<String, Labels>) -> String {
    let name = part
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let Some(found) = name.and_then(|name| labels.get(name)) else {
        return part.to_owned();
    };
    let is_label = |line: &&str| line.starts_with("old_breaks = ") || line.starts_with("new_breaks = ");
    let rest: Vec<&str> = part.trim_end().lines().filter(|line| !is_label(line)).collect();
    let mut text = rest.join("\n") + "\n";
    for (key, all) in [("old_breaks", &found.old), ("new_breaks", &found.new)] {
        text.push_str(&format!("{key} = {all:?}\n"));
    }
    text + "\n"
}

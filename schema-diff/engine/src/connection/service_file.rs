//! libpq's service files: `[name]` sections of parameters.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{ConnectionError, parameter};
use crate::config::Environment;

/// Reads the parameters of a service from the first file that has it.
pub(super) fn look_up(
    service: &str,
    file: Option<&str>,
    environment: &Environment,
) -> Result<BTreeMap<String, String>, ConnectionError> {
    let files = files(file, environment);
    for path in &files {
        if let Some(parameters) = std::fs::read_to_string(path)
            .ok()
            .and_then(|text| section(&text, service))
        {
            for name in parameters.keys() {
                parameter::check_name(name)?;
            }
            return Ok(parameters);
        }
    }
    let looked = files
        .iter()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(", ");
    Err(ConnectionError::bad_url(
        format!("there is no service `{service}` in {looked}"),
        None,
    ))
}

fn files(file: Option<&str>, environment: &Environment) -> Vec<PathBuf> {
    let own = match file {
        Some(file) => Some(PathBuf::from(file)),
        None => environment
            .get("HOME")
            .map(|home| PathBuf::from(home).join(".pg_service.conf")),
    };
    let system =
        PathBuf::from(environment.get("PGSYSCONFDIR").unwrap_or("/etc/postgresql-common")).join("pg_service.conf");
    own.into_iter().chain([system]).collect()
}

fn section(text: &str, service: &str) -> Option<BTreeMap<String, String>> {
    let mut found: Option<BTreeMap<String, String>> = None;
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            if found.is_some() {
                break;
            }
            if name == service {
                found = Some(BTreeMap::new());
            }
        } else if let (Some(parameters), Some((name, value))) = (&mut found, line.split_once('=')) {
            parameters
                .entry(name.trim().to_owned())
                .or_insert_with(|| value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn sections() {
        let text = "[a]\nhost=x\n\n# c\n[b]\nhost = y\nport=1\n[c]\n";
        assert_eq!(
            section(text, "b").map(|found| found.into_iter().collect::<Vec<_>>()),
            Some(vec![("host".into(), "y".into()), ("port".into(), "1".into())])
        );
        assert_eq!(section(text, "d"), None);
    }
}

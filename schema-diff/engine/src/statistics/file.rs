//! The file with statistics: JSON with one table per line, sorted by name, so that a new export has a readable
//! difference.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{ColumnStatistics, Statistics, StatisticsError, TableStatistics};
use crate::model::QualifiedName;

/// The form of the file.
const FORMAT: u32 = 1;

/// The form alone, whatever else a file has.
#[derive(Deserialize)]
#[serde(expecting = "the file that stats export writes, with its `format`")]
struct Form {
    format: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(rename = "format")]
    _format: u32,
    server_version: u32,
    replication_slots: u32,
    tables: Vec<Table>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with its sizes")]
struct Table {
    schema: String,
    name: String,
    rows: Option<u64>,
    dead_rows: u64,
    bytes: u64,
    index_bytes: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    published: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    columns: Vec<ColumnStatistics>,
}

impl Table {
    fn new(name: &QualifiedName, size: &TableStatistics) -> Self {
        Self {
            schema: name.schema.clone(),
            name: name.name.clone(),
            rows: size.rows,
            dead_rows: size.dead_rows,
            bytes: size.bytes,
            index_bytes: size.index_bytes,
            published: size.published,
            columns: size.columns.clone(),
        }
    }

    fn into_entry(self) -> (QualifiedName, TableStatistics) {
        let size = TableStatistics {
            rows: self.rows,
            dead_rows: self.dead_rows,
            bytes: self.bytes,
            index_bytes: self.index_bytes,
            published: self.published,
            columns: self.columns,
        };
        (QualifiedName::new(self.schema, self.name), size)
    }
}

impl Statistics {
    /// Reads a file; `None` if it does not exist.
    ///
    /// # Errors
    /// The file cannot be read, or is not one of statistics; the error has the line.
    pub fn from_file(path: &Path) -> Result<Option<Self>, StatisticsError> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                let path = path.to_path_buf();
                return Err(StatisticsError::Read { path, source });
            }
            Ok(text) => text,
        };
        let wrong = |error: serde_json::Error| {
            let message = error.to_string();
            // The place is shown in front.
            let message = message.split(" at line ").next().unwrap_or_default();
            StatisticsError::Form {
                path: path.to_path_buf(),
                line: error.line(),
                column: error.column(),
                message: message.to_owned(),
            }
        };
        let Form { format } = serde_json::from_str(&text).map_err(wrong)?;
        if format != FORMAT {
            let path = path.to_path_buf();
            return Err(StatisticsError::Newer { path, format });
        }
        let contents: Contents = serde_json::from_str(&text).map_err(wrong)?;
        let mut tables = BTreeMap::new();
        for table in contents.tables {
            let (name, size) = table.into_entry();
            if tables.contains_key(&name) {
                let (path, table) = (path.to_path_buf(), name.plain());
                return Err(StatisticsError::Twice { path, table });
            }
            tables.insert(name, size);
        }
        Ok(Some(Self {
            server_version: contents.server_version,
            replication_slots: contents.replication_slots,
            tables,
        }))
    }

    /// Returns the text of the file.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{{\n\"format\": {FORMAT},\n\"server_version\": {},\n\"replication_slots\": {},\n\"tables\": [",
            self.server_version, self.replication_slots
        );
        for (number, (name, size)) in self.tables.iter().enumerate() {
            // A table always has a JSON form.
            let line = serde_json::to_string(&Table::new(name, size)).unwrap_or_default();
            let _ = write!(text, "{}\n{line}", if number > 0 { "," } else { "" });
        }
        text.push_str("\n]\n}\n");
        text
    }

    /// Writes the file, completely or not at all. A symbolic link stays, and the file that it names is written.
    ///
    /// # Errors
    /// The directory does not exist, or the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), StatisticsError> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        if !directory.is_dir() {
            return Err(StatisticsError::NoDirectory {
                path: directory.to_path_buf(),
            });
        }
        let written = NamedTempFile::new_in(directory).and_then(|mut file| {
            file.write_all(self.text().as_bytes())?;
            file.as_file().sync_all()?;
            make_readable(file.as_file())?;
            file.persist(&target).map_err(io::Error::from)
        });
        written.map(drop).map_err(|source| StatisticsError::Write {
            path: path.to_path_buf(),
            source,
        })
    }
}

/// Makes a temporary file readable for others, as a file of a project is.
#[cfg(unix)]
fn make_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics() -> Statistics {
        let orders = TableStatistics {
            rows: Some(41_000_000),
            dead_rows: 12,
            bytes: 3_200_000_000,
            index_bytes: 900_000_000,
            published: true,
            columns: vec![ColumnStatistics {
                name: "qty".to_owned(),
                null_fraction: 0.25,
                distinct: -0.5,
                width: 4,
            }],
        };
        let tables = [
            (QualifiedName::public("orders"), orders),
            (QualifiedName::new("a.b", "say \"hi\""), TableStatistics::default()),
        ];
        Statistics {
            server_version: 150_020,
            replication_slots: 1,
            tables: tables.into_iter().collect(),
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("statistics.json");
        assert_eq!(Statistics::from_file(&path).expect("no file"), None);
        statistics().write(&path).expect("written");
        assert_eq!(Statistics::from_file(&path).expect("read"), Some(statistics()));
        let empty = Statistics::default();
        empty.write(&path).expect("overwritten");
        assert_eq!(Statistics::from_file(&path).expect("read"), Some(empty));
    }

    #[test]
    fn an_error_has_the_line() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("statistics.json");
        let error = |text: &str| {
            fs::write(&path, text).expect("written");
            let error = Statistics::from_file(&path).expect_err("refused").to_string();
            error.replace(&path.display().to_string(), "FILE")
        };
        let broken = statistics().text().replace("\"rows\":41000000", "\"rows\":-1");
        assert!(error(&broken).starts_with("FILE:7:"), "{}", error(&broken));
        assert!(error("").starts_with("FILE:1:0: "), "{}", error(""));
        let unknown = statistics().text().replace("\"rows\":41000000", "\"rowz\":1");
        assert!(error(&unknown).starts_with("FILE:7:"), "{}", error(&unknown));
        let mut twice = statistics().text();
        let orders = twice.lines().nth(6).map(str::to_owned).unwrap_or_default();
        twice = twice.replace(&orders, &format!("{orders},\n{orders}"));
        assert!(error(&twice).contains("orders twice"), "{}", error(&twice));
        assert!(
            error("{\"format\": 2}").starts_with("FILE has format 2"),
            "{}",
            error("{\"format\": 2}")
        );
    }
}

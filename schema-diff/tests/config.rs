//! Projects on disk, and what is read from them.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use schema_diff_engine::config::{ConfigWarning, Environment, IntegerKeys, Origin, Project, UndeclaredKind};

struct Dir(tempfile::TempDir);

impl Dir {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() {
            self.0.path().to_path_buf()
        } else {
            self.0.path().join(name)
        }
    }

    fn project(&self) -> Project {
        self.project_in("", &[]).unwrap()
    }

    fn project_in(&self, start: &str, variables: &[(&str, &str)]) -> Result<Project, String> {
        let start = self.path(start);
        let environment = Environment::of(variables.iter().copied())
            .with_dotenv(&start)
            .map_err(|error| error.to_string())?;
        Project::discover_in(&start, environment).map_err(|error| error.to_string())
    }

    fn error(&self) -> String {
        let error = self.project_in("", &[]).unwrap_err();
        error.replace(&format!("{}/", self.0.path().display()), "")
    }
}

#[test]
fn the_root_is_where_the_configuration_is() {
    let dir = Dir::new(&[
        ("diesel.toml", ""),
        ("Cargo.toml", ""),
        ("app/Cargo.toml", ""),
        ("app/src/lib.rs", ""),
        ("app/src/deep/x.rs", ""),
    ]);
    assert_eq!(dir.project_in("app/src/deep", &[]).unwrap().root, dir.path(""));
    fs::remove_file(dir.path("diesel.toml")).unwrap();
    assert_eq!(dir.project_in("app/src/deep", &[]).unwrap().root, dir.path("app"));
    // A Cargo.toml without sources is a workspace, not a project.
    assert!(dir.project_in("", &[]).unwrap_err().contains("no project found"));
    fs::write(dir.path("schema-diff.toml"), "").unwrap();
    assert_eq!(dir.project_in("app", &[]).unwrap().root, dir.path(""));
}

#[test]
fn defaults() {
    let dir = Dir::new(&[("Cargo.toml", ""), ("src/lib.rs", "")]);
    let project = dir.project();
    assert_eq!(project.schema_files, [dir.path("src/schema.rs")]);
    assert_eq!(project.migrations_dir, dir.path("migrations"));
    assert_eq!(project.sources, [dir.path("src")]);
    assert!(project.warnings.is_empty() && project.filter.is_empty());
    assert_eq!(
        (project.integer_keys, project.postgres_bin.clone(), project.offline),
        (IntegerKeys::Identity, None, false)
    );
    assert!(UndeclaredKind::ALL.iter().all(|kind| !project.undeclared.drops(*kind)));
    assert_eq!(project.relative(&dir.path("src/schema.rs")), Path::new("src/schema.rs"));
}

#[test]
fn what_diesel_toml_says() {
    let dir = Dir::new(&[(
        "diesel.toml",
        r#"
[print_schema]
file = "src/schema.rs"
filter = { except_tables = ["^spatial_", "ref"] }
import_types = ["diesel::sql_types::*"]
patch_file = "src/schema.patch"
some_future_key = true

[print_schema.audit]
file = "src/audit.rs"
schema = "audit"
filter = { only_tables = ["log"] }

[migrations_directory]
dir = "db/migrations"
"#,
    )]);
    let project = dir.project();
    assert_eq!(
        project.schema_files,
        [dir.path("src/audit.rs"), dir.path("src/schema.rs")]
    );
    assert_eq!(project.migrations_dir, dir.path("db/migrations"));
    assert_eq!(
        project.diesel_toml.print_schema["default"].import_types,
        ["diesel::sql_types::*"]
    );
    assert_eq!(
        project.diesel_toml.print_schema["default"].patch_file,
        Some(dir.path("src/schema.patch"))
    );
    let shown = [
        ("public", "users", true),
        ("public", "spatial_ref_sys", false),
        // Diesel's expressions are not anchored.
        ("public", "xrefx", false),
        ("audit", "log", true),
        ("audit", "changelog", true),
        ("audit", "users", false),
        ("elsewhere", "spatial_ref_sys", true),
    ];
    for (schema, table, expected) in shown {
        assert_eq!(project.filter.admits(schema, table), expected, "{schema}.{table}");
    }
    let lines: Vec<usize> = project
        .warnings
        .iter()
        .map(|warning| match warning {
            ConfigWarning::SchemaWouldBeOverwritten { line, .. } => *line,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(lines, [10, 3]);
    let shown = project.warnings[1].to_string();
    assert!(shown.contains("--> diesel.toml:3\n"), "{shown}");
}

#[test]
fn what_schema_diff_toml_says() {
    let dir = Dir::new(&[
        (
            "diesel.toml",
            "[print_schema]\nfile = \"src/printed.rs\"\n[migrations_directory]\ndir = \"a\"\n",
        ),
        (
            "schema-diff.toml",
            r#"
schema = ["src/a.rs", "src/b.rs"]
migrations = "b"
undeclared = { indexes = "drop", foreign_keys = "keep", others = "keep" }
ignore = ["spatial_*", "audit.*", "categories.path"]
integer_keys = "serial"
sources = ["src", "shared/src"]
[postgres]
bin = "/usr/lib/postgresql/15/bin"
download = false
"#,
        ),
    ]);
    let project = dir.project();
    assert_eq!(project.schema_files, [dir.path("src/a.rs"), dir.path("src/b.rs")]);
    assert_eq!(project.migrations_dir, dir.path("b"));
    assert_eq!(project.sources, [dir.path("src"), dir.path("shared/src")]);
    assert_eq!(project.postgres_bin, Some("/usr/lib/postgresql/15/bin".into()));
    assert!(project.offline);
    let on = dir.project_in("", &[("SCHEMA_DIFF_OFFLINE", "0")]).unwrap();
    assert!(!on.offline, "the environment counts more");
    assert_eq!(project.integer_keys, IntegerKeys::Serial);
    assert!(project.undeclared.drops(UndeclaredKind::Indexes) && !project.undeclared.drops(UndeclaredKind::Checks));
    assert!(project.warnings.is_empty());
    assert!(!project.filter.admits("public", "spatial_x") && !project.filter.admits("audit", "log"));
    assert!(
        project.filter.admits("public", "categories") && !project.filter.admits_column("public", "categories", "path")
    );

    fs::write(dir.path("schema-diff.toml"), "undeclared = \"drop\"").unwrap();
    assert!(
        UndeclaredKind::ALL
            .iter()
            .all(|kind| dir.project().undeclared.drops(*kind))
    );
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let cases = [
        (
            "schema-diff.toml",
            "\nundeclard = \"drop\"",
            "schema-diff.toml:2:1: unknown key `undeclard`: did you mean `undeclared`?",
        ),
        (
            "schema-diff.toml",
            "zzz = 1",
            "schema-diff.toml:1:1: unknown key `zzz`: known keys are schema, migrations, undeclared, ignore, integer_keys, postgres, sources",
        ),
        (
            "schema-diff.toml",
            "undeclared = \"drpo\"",
            "schema-diff.toml:1:14: the value of `undeclared` cannot be \"drpo\": expected one of \"keep\", \"drop\"",
        ),
        (
            "schema-diff.toml",
            "[undeclared]\nindexs = \"drop\"",
            "schema-diff.toml:2:1: unknown key `indexs`: did you mean `indexes`?",
        ),
        (
            "schema-diff.toml",
            "[undeclared]\nindexes = 3",
            "schema-diff.toml:2:11: `indexes` should be a string",
        ),
        (
            "schema-diff.toml",
            "ignore = [\"ok\",\n  \"a.b.c.d\"]",
            "schema-diff.toml:2:3: `a.b.c.d` has 4 parts: expected table, schema.table, table.column or schema.table.column",
        ),
        (
            "schema-diff.toml",
            "integer_keys = \"uuid\"",
            "schema-diff.toml:1:16: the value of `integer_keys` cannot be \"uuid\": expected one of \"identity\", \"serial\", \"none\"",
        ),
        (
            "schema-diff.toml",
            "[postgres]\nbni = \"x\"",
            "schema-diff.toml:2:1: unknown key `bni`: did you mean `bin`?",
        ),
        (
            "schema-diff.toml",
            "ignore = []\nsql = \"sql/functions.sql\"",
            "schema-diff.toml:2:7: `sql` has no effect: SQL files are not read as declarations; remove the line",
        ),
        (
            "schema-diff.toml",
            "schema = 1",
            "schema-diff.toml:1:10: `schema` should be a string or a list of strings",
        ),
        (
            "diesel.toml",
            "[print_schema]\nfile = 1",
            "diesel.toml:2:8: `file` should be a string",
        ),
        (
            "diesel.toml",
            "[print_schema]\nfilter = { only_tables = [\"(\"] }",
            "diesel.toml:2:27: not a regular expression",
        ),
        (
            "diesel.toml",
            "[print_schema]\nfilter = { only_tables = [], except_tables = [] }",
            "diesel.toml:2:46: `filter` takes only_tables or except_tables, not both",
        ),
        ("diesel.toml", "[print_schema\n", "diesel.toml:1:14:"),
        (
            ".env",
            "DATABASE_URL=x\nnonsense\n",
            ".env:2:1: this line cannot be read: expected NAME=value",
        ),
    ];
    for (file, text, expected) in cases {
        let dir = Dir::new(&[("diesel.toml", ""), (file, text)]);
        let error = dir.error();
        assert!(error.starts_with(expected), "{text}\n{error}\n{expected}");
    }
}

#[test]
fn the_environment_as_diesel_sees_it() {
    let dir = Dir::new(&[
        ("diesel.toml", "[migrations_directory]\ndir = \"configured\""),
        (
            "other/diesel.toml",
            "[print_schema]\nfile = \"x.rs\"\n[migrations_directory]\ndir = \"there\"",
        ),
        (
            ".env",
            "DATABASE_URL=postgres://from/dotenv\nMIGRATION_DIRECTORY=from_dotenv\nEMPTY=\n",
        ),
        ("app/src/lib.rs", ""),
        ("app/migrations/1_x/up.sql", "--"),
    ]);
    let project = dir.project_in("app", &[]).unwrap();
    assert_eq!(project.migrations_dir, dir.path("app/from_dotenv"));
    assert_eq!(
        project.environment.database_url(),
        Some(("postgres://from/dotenv", Origin::Dotenv(dir.path(".env"))))
    );
    assert!(
        std::env::var("MIGRATION_DIRECTORY").is_err(),
        "the process environment was written to"
    );

    let variables = [
        ("DATABASE_URL", "postgres://from/process"),
        ("MIGRATION_DIRECTORY", "given"),
        ("DIESEL_CONFIG_FILE", "../other/diesel.toml"),
    ];
    let project = dir.project_in("app", &variables).unwrap();
    assert_eq!(
        project.environment.database_url(),
        Some(("postgres://from/process", Origin::Process))
    );
    assert_eq!(project.migrations_dir, dir.path("app/given"));
    assert!(
        project.schema_files[0].ends_with("other/x.rs"),
        "{:?}",
        project.schema_files
    );

    // Set but empty is not set, and hides what .env says.
    let project = dir
        .project_in("app", &[("DATABASE_URL", ""), ("MIGRATION_DIRECTORY", "")])
        .unwrap();
    assert_eq!(
        (project.environment.database_url(), &project.migrations_dir),
        (None, &dir.path("configured"))
    );

    let project = dir
        .project_in(
            "app",
            &[("MIGRATION_DIRECTORY", ""), ("DIESEL_CONFIG_FILE", "nowhere.toml")],
        )
        .unwrap();
    assert_eq!(project.migrations_dir, dir.path("app/migrations"));
    assert_eq!(
        project.warnings,
        [ConfigWarning::NoConfigFile {
            path: dir.path("app/nowhere.toml")
        }]
    );
}

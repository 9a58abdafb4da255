//! Diesel projects of five kinds are taken over: a folder of `tests/adoption` is one, as its authors left it, with a database at the head of
//! its migrations. `init` finds its way and proposes commands that work; nothing is proposed for what did not change, and one column that
//! is added is that column.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::git::git;
use crate::postgres_server::client;
use crate::project::{Project, Seen};

/// A project, and where its parts lie.
struct Kind {
    /// The folder.
    name: &'static str,
    /// Where the commands run.
    directory: &'static str,
    /// The schema file, from there.
    schema: &'static str,
    /// Its migrations, from there.
    migrations: &'static str,
    /// SQL beside them that the application runs itself.
    outside: Option<&'static str>,
    /// The first table, of which one more column is declared.
    table: &'static str,
    /// Whether the history alone makes the database.
    is_whole: bool,
    /// Commands that `init` proposes, but for those that are run here.
    proposed: &'static [&'static str],
    /// What pulling does not write.
    never: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    // A package of a workspace has the schema, columns are taken out by a patch, comments are doc comments.
    Kind {
        name: "registry",
        directory: "",
        schema: "crates/registry_database/src/schema.rs",
        migrations: "migrations",
        outside: None,
        table: "crates",
        is_whole: true,
        proposed: &["cargo add -p registry_database diesel --no-default-features --features postgres_backend"],
        never: &["comment("],
    },
    // Enums beside the schema, a type of an extension, functions and triggers outside of migrations.
    Kind {
        name: "social",
        directory: "",
        schema: "crates/db_schema_file/src/schema.rs",
        migrations: "migrations",
        outside: Some("crates/db_schema_setup/replaceable_schema/triggers.sql"),
        table: "comment",
        is_whole: true,
        proposed: &["cargo add -p social_db_schema_file diesel --no-default-features --features postgres_backend"],
        never: &[],
    },
    // Two back ends, models in a package of their own.
    Kind {
        name: "blog",
        directory: "",
        schema: "blog-models/src/schema.rs",
        migrations: "migrations/postgres",
        outside: None,
        table: "api_tokens",
        is_whole: true,
        proposed: &[],
        never: &["Serial", "Bpchar"],
    },
    // Three back ends, Text over whatever each of them has.
    Kind {
        name: "vault",
        directory: "",
        schema: "src/db/schema.rs",
        migrations: "migrations/postgresql",
        outside: None,
        table: "ciphers",
        is_whole: true,
        proposed: &[],
        never: &["Serial", "Bpchar", "Varchar", "max_length"],
    },
    // diesel.toml deep in a package, wide tables with lengths, migrations that read Diesel's own table.
    Kind {
        name: "indexer",
        directory: "processor/src/db/postgres",
        schema: "schema.rs",
        migrations: "migrations",
        outside: None,
        table: "current_token_datas",
        is_whole: true,
        proposed: &[],
        never: &[],
    },
];

/// A copy of a project with a database at head.
struct Adopted {
    kind: &'static Kind,
    project: Project,
}

impl Adopted {
    fn new(kind: &'static Kind, with_git: bool) -> Self {
        let project = Project::on_database("");
        fs::remove_dir_all(project.root()).unwrap();
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/adoption")
                .join(kind.name),
            &project.root(),
        );
        let adopted = Self { kind, project };
        adopted.migrate();
        if with_git {
            for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "as it is"]] {
                git(&adopted.project.root(), arguments);
            }
        }
        adopted
    }

    fn directory(&self) -> PathBuf {
        self.project.root().join(self.kind.directory)
    }

    /// As `diesel migration run` does it.
    fn migrate(&self) {
        let mut client = client(self.project.url());
        client
            .batch_execute(
                "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now())",
            )
            .unwrap();
        let mut migrations: Vec<PathBuf> = fs::read_dir(self.directory().join(self.kind.migrations))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        migrations.sort();
        for path in migrations {
            client
                .batch_execute(&fs::read_to_string(path.join("up.sql")).unwrap())
                .unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            let version = name.split('_').next().unwrap().replace('-', "");
            let insert = "INSERT INTO __diesel_schema_migrations (version) VALUES ($1)";
            client.execute(insert, &[&version]).unwrap();
        }
        if let Some(path) = self.kind.outside {
            client
                .batch_execute(&fs::read_to_string(self.directory().join(path)).unwrap())
                .unwrap();
        }
    }

    fn run(&self, arguments: &[&str]) -> Seen {
        let mut command = self.project.command();
        self.project.seen(command.args(arguments).current_dir(self.directory()))
    }

    fn expect(&self, arguments: &[&str], status: i32) -> Seen {
        let seen = self.run(arguments);
        let name = self.kind.name;
        assert_eq!(seen.status, status, "{name}: {arguments:?}\n{}{}", seen.out, seen.err);
        seen
    }

    /// Nothing differs, whichever side is compared.
    fn agrees(&self) {
        assert_eq!(self.expect(&["diff"], 0).out, "", "{}", self.kind.name);
        self.expect(&["check"], 0);
        if self.kind.is_whole {
            self.expect(&["check", "--from", "migrations"], 0);
        }
    }

    /// Runs what `init` proposes; commands of cargo name packages that are there.
    fn follow(&self, proposals: &[String]) {
        let mut others = Vec::new();
        for proposal in proposals {
            match proposal.strip_prefix("schema-diff ") {
                Some(rest) => {
                    let arguments: Vec<&str> = rest.split(' ').collect();
                    self.expect(&arguments, i32::from(arguments.contains(&"--diff")));
                }
                None => others.push(proposal.as_str()),
            }
        }
        assert_eq!(others, self.kind.proposed, "{}", self.kind.name);
        for name in others.iter().filter_map(|proposal| proposal.split(" -p ").nth(1)) {
            let name = name.split(' ').next().unwrap();
            let found = Command::new(env!("CARGO"))
                .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
                .current_dir(self.directory())
                .output()
                .unwrap();
            let text = String::from_utf8(found.stdout).unwrap();
            assert!(text.contains(&format!("\"name\":\"{name}\"")), "{name}: {text}");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = {
            let entry = entry.unwrap();
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

/// The commands below `next:`.
fn proposals(seen: &Seen) -> Vec<String> {
    let (_, listed) = seen.err.split_once("next:\n").unwrap();
    listed
        .lines()
        .map(|line| line.trim().split("  ").next().unwrap().to_owned())
        .collect()
}

#[test]
fn diesel_projects_are_taken_over() {
    for kind in KINDS {
        let adopted = Adopted::new(kind, true);
        let file = adopted.directory().join(kind.schema);
        let before = fs::read_to_string(&file).unwrap();
        let begun = adopted.expect(&["init", "--fix-diesel-toml"], 0);
        assert_eq!(
            before,
            fs::read_to_string(&file).unwrap(),
            "init leaves the schema alone"
        );
        adopted.agrees();
        adopted.follow(&proposals(&begun));
        let pulled = fs::read_to_string(&file).unwrap();
        for word in kind.never {
            let count = |text: &str| text.matches(word).count();
            assert!(count(&pulled) <= count(&before), "{}: {word}\n{pulled}", kind.name);
        }
        assert_eq!(
            adopted.expect(&["pull"], 0).out,
            "",
            "{}: nothing more to pull",
            kind.name
        );
        let configuration = adopted.directory().join("schema-diff.toml");
        let rest = fs::read_to_string(&configuration).unwrap();
        let drop = "undeclared = { others = \"drop\", views = \"keep\", enums = \"keep\" }";
        assert!(rest.contains("undeclared = \"keep\""), "{rest}");
        fs::write(&configuration, rest.replace("undeclared = \"keep\"", drop)).unwrap();
        adopted.agrees();
        let first = pulled
            .find(" -> ")
            .and_then(|at| Some(at + pulled[at..].find('\n')? + 1))
            .unwrap();
        let (head, tail) = pulled.split_at(first);
        fs::write(&file, format!("{head}        brand_new -> Nullable<Integer>,\n{tail}")).unwrap();
        let seen = adopted.expect(&["diff"], 1);
        let wanted = format!("ALTER TABLE {} ADD COLUMN brand_new INTEGER;\n", kind.table);
        assert_eq!(seen.out, wanted, "{}", kind.name);
        adopted.expect(&["autogenerate", "-m", "one column"], 0);
        adopted.expect(&["migration", "run"], 0);
        adopted.expect(&["check"], 0);
    }
}

#[test]
fn a_history_alone_is_taken_over() {
    for kind in KINDS {
        let adopted = Adopted::new(kind, true);
        adopted.expect(&["init", "--fix-diesel-toml"], 0);
        let mut command = adopted.project.command();
        command
            .env_remove("DATABASE_URL")
            .args(["check"])
            .current_dir(adopted.directory());
        let seen = adopted.project.seen(&mut command);
        assert_eq!(seen.status, 0, "{}: {}{}", kind.name, seen.out, seen.err);
    }
}

//! Beginning: `init` where nothing is and where Diesel is, `pull` and its baseline on a database that is there.

use std::fs;

use crate::postgres_server::client;
use crate::project::{Project, USERS};

const DATABASE: &str = "\
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE, mood mood DEFAULT 'good' NOT NULL);
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW moods AS SELECT mood FROM users;
CREATE TABLE posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id integer NOT NULL REFERENCES users);
INSERT INTO users (email) VALUES ('a@b');
";

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.root().join(path)).unwrap()
}

#[test]
fn a_project_begins_with_nothing() {
    let project = Project::new("");
    fs::remove_dir_all(project.root()).unwrap();
    fs::create_dir(project.root()).unwrap();
    let first = project.run(&["init"]);
    assert_eq!(first.status, 0, "{}", first.err);
    assert_eq!(
        first.out,
        "diesel.toml\nmigrations/.keep\nsrc/schema.rs\nschema-diff.toml\n"
    );
    assert!(first.err.contains("cargo add diesel"), "{}", first.err);
    assert!(read(&project, "schema-diff.toml").contains("\nundeclared = \"drop\"\n"));
    let again = project.run(&["init"]);
    assert_eq!((again.status, again.out.as_str()), (0, ""));
    project.schema(USERS);
    assert_eq!(project.run(&["autogenerate", "-m", "users"]).status, 0);
}

#[test]
fn a_project_of_diesels_is_not_overwritten() {
    let project = Project::new(USERS);
    let toml = "[print_schema]\nfile = \"src/schema.rs\"\ncustom_type_derives = [\"Debug\"]\n";
    project.write("p/diesel.toml", toml);
    let seen = project.run(&["init"]);
    assert_eq!(seen.status, 1);
    assert!(seen.err.contains("problem: diesel.toml:2: "), "{}", seen.err);
    assert_eq!(
        (
            read(&project, "diesel.toml").as_str(),
            read(&project, "src/schema.rs").as_str()
        ),
        (toml, USERS)
    );
    let fixed = project.run(&["init", "--fix-diesel-toml"]);
    assert_eq!(fixed.status, 0, "{}", fixed.err);
    assert_eq!(
        read(&project, "diesel.toml"),
        "[print_schema]\n# file = \"src/schema.rs\"\ncustom_type_derives = [\"Debug\"]\n"
    );
    assert!(!project.run(&["diff"]).err.contains("OVERWRITE"));
}

#[test]
fn a_schema_file_elsewhere_is_still_found_when_diesel_no_longer_prints_it() {
    let project = Project::new("");
    project.write("p/diesel.toml", "[print_schema.one]\nfile = \"src/db.rs\"\n");
    project.write("p/src/db.rs", USERS);
    assert_eq!(project.run(&["init", "--fix-diesel-toml"]).status, 0);
    assert!(read(&project, "schema-diff.toml").contains("schema = [\"src/db.rs\"]"));
    assert!(project.run(&["diff"]).out.contains("CREATE TABLE users"));
}

#[test]
fn a_database_is_taken_over() {
    let project = Project::on_database("");
    fs::remove_file(project.root().join("src/schema.rs")).unwrap();
    client(project.url()).batch_execute(DATABASE).unwrap();

    let printed = project.run(&["pull", "--print", "--attributes", "path"]);
    assert_eq!(printed.status, 0, "{}", printed.err);
    assert!(printed.out.contains("#[schema_diff::unique]"), "{}", printed.out);
    let shown = project.run(&["pull", "--diff"]);
    assert_eq!(shown.status, 1);
    assert!(shown.out.contains("+++ b/src/schema.rs"), "{}", shown.out);
    assert!(!project.root().join("src/schema.rs").exists(), "neither writes");

    let pulled = project.run(&["pull", "--enums", "src/enums.rs", "--baseline"]);
    assert_eq!(pulled.status, 0, "{}", pulled.err);
    for left in ["trigger touched on users", "view moods", "function public.touch()"] {
        assert!(pulled.err.contains(left), "{left}: {}", pulled.err);
    }
    assert!(
        pulled.err.contains("the baseline is marked as applied"),
        "{}",
        pulled.err
    );
    assert!(read(&project, "src/enums.rs").contains("pub enum Mood"));
    project.write(
        "p/schema-diff.toml",
        "undeclared = { views = \"keep\", others = \"drop\" }\n",
    );
    let seen = project.run(&["check"]);
    assert_eq!(seen.status, 0, "{}{}", seen.out, seen.err);
    assert_eq!(
        project.run(&["check", "--from", "migrations"]).status,
        0,
        "the baseline gives the same"
    );
    assert_eq!(project.run(&["migration", "pending"]).status, 0);
    assert_eq!(project.run(&["pull"]).out, "", "nothing more to pull");
    let second = project.run(&["pull", "--baseline"]);
    assert_eq!(second.status, 2);
    assert!(second.err.contains("has migrations already"), "{}", second.err);
    // Down and up again, for whoever has no rows to lose.
    assert_eq!(project.run(&["migration", "redo"]).status, 0);
    assert_eq!(project.run(&["check"]).status, 0);
}

#[test]
fn one_back_end_of_several_is_found_and_a_missing_one_explained() {
    let project = Project::new(USERS);
    project.write(
        "p/migrations/sqlite/2024-01-01-000000_a/up.sql",
        "CREATE TABLE t (id INTEGER PRIMARY KEY)",
    );
    project.write(
        "p/migrations/postgresql/2024-01-01-000000_a/up.sql",
        "CREATE TABLE users (id INT PRIMARY KEY, email TEXT NOT NULL, age SMALLINT)",
    );
    let seen = project.run(&["diff"]);
    assert_eq!(seen.status, 2);
    assert!(
        seen.err
            .contains("directories for several Diesel backends: postgresql, sqlite")
            && seen.err.contains("migrations = \"migrations/postgresql\""),
        "{}",
        seen.err
    );
    let begun = project.run(&["init"]);
    assert_eq!(begun.status, 0, "{}", begun.err);
    assert!(read(&project, "schema-diff.toml").contains("\nmigrations = \"migrations/postgresql\"\n"));
    let seen = project.run(&["check"]);
    assert_eq!(seen.status, 0, "{}{}", seen.out, seen.err);
}

#[test]
fn a_schema_in_a_package_of_its_own_has_its_enums_beside_it() {
    let project = Project::new("");
    project.write("p/Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n");
    project.write(
        "p/diesel.toml",
        "[print_schema]\nfile = \"crates/db_schema_file/src/schema.rs\"\n",
    );
    project.write(
        "p/crates/db_schema_file/Cargo.toml",
        "[package]\nname = \"db_schema_file\"\n",
    );
    project.write("p/crates/db_schema_file/src/enums.rs", ENUMS);
    project.write("p/crates/db_schema_file/src/schema.rs", POSTS);
    let begun = project.run(&["init", "--fix-diesel-toml"]);
    assert_eq!(begun.status, 0, "{}", begun.err);
    assert!(
        begun.err.contains("cargo add -p db_schema_file diesel "),
        "{}",
        begun.err
    );
    let seen = project.run(&["diff"]);
    assert!(
        seen.out
            .contains("CREATE TYPE listing_type_enum AS ENUM ('All', 'Local', 'ModeratorView');"),
        "{}{}",
        seen.out,
        seen.err
    );
}

const ENUMS: &str = "\
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = \"full\", derive(DbEnum))]
#[cfg_attr(
    feature = \"full\",
    db_enum(existing_type_path = \"crate::schema::sql_types::ListingTypeEnum\", value_style = \"verbatim\")
)]
pub enum ListingType {
    All,
    #[default]
    Local,
    ModeratorView,
}
";

const POSTS: &str = "\
pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = \"listing_type_enum\"))]
    pub struct ListingTypeEnum;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ListingTypeEnum;
    local_user (id) {
        id -> Int4,
        default_listing_type -> ListingTypeEnum,
    }
}
";

#[test]
fn a_history_may_touch_the_table_in_which_diesel_keeps_it() {
    let project = Project::new(USERS);
    project.write(
        "p/migrations/2024-01-01-000000_a/up.sql",
        "CREATE TABLE users (id INT PRIMARY KEY, email TEXT NOT NULL)",
    );
    project.write(
        "p/migrations/2024-01-02-000000_b/up.sql",
        "UPDATE __diesel_schema_migrations SET run_on = now() WHERE version = '20240101000000';\n\
         DO $$ BEGIN IF (SELECT count(*) FROM __diesel_schema_migrations) <> 1 THEN RAISE 'not one'; END IF; END $$;\n\
         ALTER TABLE users ADD COLUMN age SMALLINT;",
    );
    let seen = project.run(&["check"]);
    assert_eq!(seen.status, 0, "{}{}", seen.out, seen.err);
}

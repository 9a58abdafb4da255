//! The project's code decides renames, as far as git knows it: `autogenerate` on real repositories.
#![allow(clippy::unwrap_used)]

#[path = "support/git.rs"]
mod git;
#[path = "support/workshop.rs"]
mod workshop;

use std::{fs, path::Path};

use git::git;
use schema_diff_engine::{
    cluster::ScratchDatabase,
    generate::{GenerateError, Options},
    matching::DecidedBy,
};
use workshop::workshop;

const MODELS: &str = r#"
use crate::schema::users;

#[derive(Queryable, Selectable)]
pub struct User {
    pub id: i32,
    pub handle: String,
}

pub fn named(conn: &mut PgConnection, wanted: &str) -> QueryResult<Vec<User>> {
    users::table
        .filter(users::handle.eq(wanted))
        .order(users::handle.asc())
        .load(conn)
}

pub fn raw(conn: &mut PgConnection) -> QueryResult<Vec<User>> {
    diesel::sql_query("SELECT id, handle FROM users ORDER BY handle").load(conn)
}
"#;

fn schema(column: &str) -> String {
    format!("diesel::table! {{ users (id) {{ id -> Int4, {column} -> Text, }} }}\n")
}

/// A database with the table, as the first commit declares it.
fn database() -> ScratchDatabase {
    let database = workshop().database();
    let mut client = database.connect().unwrap();
    client
        .batch_execute("CREATE TABLE users (id int PRIMARY KEY, handle text NOT NULL);")
        .unwrap();
    database
}

/// Writes a project; `name` is that of the column, in the schema and in the code.
fn write(root: &Path, in_schema: &str, in_code: &str) {
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(root.join("diesel.toml"), "").unwrap();
    fs::write(root.join("src/schema.rs"), schema(in_schema)).unwrap();
    fs::write(root.join("src/models.rs"), MODELS.replace("handle", in_code)).unwrap();
}

fn commit(root: &Path, message: &str) {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", message]);
}

/// Returns the reasons of the rename that the evidence has decided, or of the open one (`?`).
fn said(root: &Path, options: &Options) -> String {
    let database = database();
    let (draft, migration) = workshop().generate(root, &database.url(), options).unwrap().unwrap();
    if let Some(open) = draft.open.first() {
        return format!("? {}", open.candidates[0].evidence.reasons.join(", "));
    }
    let rename = draft.decided_by_evidence().next();
    let Some(rename) = rename else {
        return "dropped".to_owned();
    };
    assert_eq!(rename.by, DecidedBy::Evidence);
    let reasons = rename.evidence.reasons.join(", ");
    assert!(migration.up.contains(&reasons), "{}", migration.up);
    reasons
}

const DECIDED: &str = "in the code, 5 of 5 uses became badge; none is left";

/// A repository with the project as the database has it.
fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "-q"]);
    write(directory.path(), "handle", "handle");
    commit(directory.path(), "one");
    directory
}

#[test]
fn changes_count_whether_staged_or_committed() {
    type Step = fn(&Path);
    let steps: [(&str, Step); 4] = [
        ("in the working tree", |_| {}),
        ("staged", |root| git(root, &["add", "-A"])),
        ("committed", |root| commit(root, "two")),
        ("committed, and more after it", |root| {
            commit(root, "two");
            fs::write(root.join("src/lib.rs"), "pub mod models;\n").unwrap();
            commit(root, "three");
        }),
    ];
    for (name, step) in steps {
        let directory = repository();
        write(directory.path(), "badge", "badge");
        step(directory.path());
        let said = said(directory.path(), &Options::default());
        assert!(said.starts_with(DECIDED), "{name}: {said}");
    }
}

#[test]
fn a_merge_is_compared_with_the_side_that_agrees() {
    let directory = repository();
    let root = directory.path();
    git(root, &["checkout", "-qb", "rename"]);
    write(root, "badge", "badge");
    commit(root, "rename");
    git(root, &["checkout", "-q", "-"]);
    fs::write(root.join("src/lib.rs"), "pub mod models;\n").unwrap();
    commit(root, "other work");
    git(root, &["merge", "-q", "--no-edit", "rename"]);
    let said = said(root, &Options::default());
    assert!(said.starts_with(DECIDED), "{said}");
}

#[test]
fn a_worktree_a_subdirectory_and_a_shallow_clone_are_repositories() {
    let directory = repository();
    let other = tempfile::tempdir().unwrap();
    let worktree = other.path().join("worktree");
    git(directory.path(), &["worktree", "add", "-q", worktree.to_str().unwrap()]);
    let clone = other.path().join("clone");
    let url = format!("file://{}", directory.path().display());
    git(other.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let monorepo = tempfile::tempdir().unwrap();
    git(monorepo.path(), &["init", "-q"]);
    let project = monorepo.path().join("services/users");
    write(&project, "handle", "handle");
    commit(monorepo.path(), "one");
    for root in [worktree, clone, project] {
        write(&root, "badge", "badge");
        let said = said(&root, &Options::default());
        assert!(said.starts_with(DECIDED), "{}: {said}", root.display());
    }
}

/// In CI, the merge commit of a pull request is checked out alone, or with the commits that it merges.
#[test]
fn a_merge_commit_needs_the_commits_that_it_merges() {
    let directory = repository();
    let root = directory.path();
    git(root, &["checkout", "-qb", "rename"]);
    write(root, "badge", "badge");
    commit(root, "rename");
    git(root, &["checkout", "-q", "-"]);
    git(root, &["merge", "-q", "--no-ff", "--no-edit", "rename"]);
    let url = format!("file://{}", root.display());
    for (depth, is_decided) in [("1", false), ("2", true)] {
        let other = tempfile::tempdir().unwrap();
        git(other.path(), &["clone", "-q", "--depth", depth, &url, "clone"]);
        let clone = other.path().join("clone");
        git(&clone, &["checkout", "-q", "--detach"]);
        let said = said(&clone, &Options::default());
        assert_eq!(said.starts_with(DECIDED), is_decided, "{depth}: {said}");
        assert_eq!(said.starts_with('?'), !is_decided, "{depth}: {said}");
    }
}

#[test]
fn files_outside_a_sparse_checkout_are_not_deleted() {
    let directory = repository();
    let root = directory.path();
    fs::create_dir_all(root.join("reports")).unwrap();
    fs::write(root.join("reports/users.rs"), MODELS).unwrap();
    commit(root, "reports");
    git(root, &["sparse-checkout", "set", "src"]);
    assert!(!root.join("reports").exists());
    write(root, "badge", "badge");
    let said = said(root, &Options::default());
    assert!(said.starts_with(DECIDED), "{said}");
}

#[test]
fn the_code_of_submodules_does_not_count() {
    let library = repository();
    let directory = repository();
    let root = directory.path();
    let url = library.path().to_str().unwrap();
    git(
        root,
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "add",
            "-q",
            url,
            "library",
        ],
    );
    commit(root, "library");
    write(root, "badge", "badge");
    fs::write(root.join("library/src/models.rs"), "// empty\n").unwrap();
    let of_project = said(root, &Options::default());
    assert!(of_project.starts_with(DECIDED), "{of_project}");
    let submodule = root.join("library");
    write(&submodule, "badge", "badge");
    let of_submodule = said(&submodule, &Options::default());
    assert!(of_submodule.starts_with(DECIDED), "{of_submodule}");
}

#[test]
fn code_that_has_not_followed_says_nothing() {
    let without = {
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), "badge", "handle");
        said(directory.path(), &Options::default())
    };
    assert!(
        without.starts_with('?') && !without.contains("in the code"),
        "{without}"
    );
    let first = repository();
    write(first.path(), "badge", "handle");
    assert_eq!(said(first.path(), &Options::default()), without);
    let unborn = tempfile::tempdir().unwrap();
    git(unborn.path(), &["init", "-q"]);
    write(unborn.path(), "badge", "badge");
    assert_eq!(said(unborn.path(), &Options::default()), without);
}

#[test]
fn new_code_beside_deleted_code_is_no_rename() {
    let directory = repository();
    write(directory.path(), "avatar", "handle");
    let models = r#"
use crate::schema::users;

#[derive(Queryable, Selectable)]
pub struct User {
    pub id: i32,
    pub avatar: String,
}

pub fn with_picture(conn: &mut PgConnection) -> QueryResult<i64> {
    users::table.filter(users::avatar.ne("")).count().get_result(conn)
}
"#;
    fs::write(directory.path().join("src/models.rs"), models).unwrap();
    assert_eq!(said(directory.path(), &Options::default()), "dropped");
}

#[test]
fn a_revision_is_compared_if_it_agrees() {
    let directory = repository();
    let root = directory.path();
    write(root, "badge", "badge");
    commit(root, "two");
    let since = |revision: &str| Options {
        since: Some(revision.to_owned()),
        ..Options::default()
    };
    assert!(said(root, &since("HEAD^")).starts_with(DECIDED));
    // Its schema.rs is the new one.
    assert!(said(root, &since("HEAD")).starts_with('?'));
    let database = database();
    let error = workshop()
        .generate(root, &database.url(), &since("nothing"))
        .err()
        .unwrap();
    assert!(matches!(error, GenerateError::NoCommit { .. }), "{error}");
}

#[test]
fn the_score_that_is_sure_is_configured() {
    let directory = repository();
    let root = directory.path();
    write(root, "badge", "badge");
    fs::write(root.join("schema-diff.toml"), "renames = { sure = 1.0 }\n").unwrap();
    assert!(said(root, &Options::default()).starts_with('?'));
    let accepted = Options {
        accept_renames: true,
        ..Options::default()
    };
    let database = database();
    let (draft, _) = workshop().generate(root, &database.url(), &accepted).unwrap().unwrap();
    assert_eq!(draft.resolution.renames[0].by, DecidedBy::User);
    let refused = Options {
        no_questions: true,
        ..Options::default()
    };
    let error = workshop().generate(root, &database.url(), &refused).err().unwrap();
    let text = error.to_string();
    assert!(matches!(error, GenerateError::OpenQuestions { .. }), "{text}");
    assert!(
        text.contains("--rename users.handle:badge or --drop users.handle"),
        "{text}"
    );
}

const NAMES: &str = r#"
use crate::schema::people;

#[derive(Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct Person {
    pub id: i32,
    pub given: String,
    pub family: String,
}

pub fn sorted(conn: &mut PgConnection) -> QueryResult<Vec<Person>> {
    people::table
        .filter(people::given.ne(""))
        .order(people::family.asc())
        .load(conn)
}

pub fn greeting(person: &Person) -> String {
    format!("Dear {}", person.given)
}

pub fn letters(conn: &mut PgConnection, initial: &str) -> QueryResult<Vec<String>> {
    people::table
        .filter(people::family.like(initial))
        .select(people::given)
        .load(conn)
}
"#;

fn exchanged(text: &str) -> String {
    let text = text.replace("given", "\u{1}").replace("family", "given");
    text.replace('\u{1}', "family")
}

/// The columns have the same type, so that the schemas do not differ.
#[test]
fn names_that_schema_and_code_exchange_are_renames() {
    let schema = "diesel::table! { people (id) { id -> Int4, given -> Text, family -> Text, } }\n";
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let files = |in_schema: &str, in_code: &str| {
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("diesel.toml"), "").unwrap();
        fs::write(root.join("src/schema.rs"), in_schema).unwrap();
        fs::write(root.join("src/people.rs"), in_code).unwrap();
    };
    git(root, &["init", "-q"]);
    files(schema, NAMES);
    commit(root, "one");
    let database = workshop().database();
    let sql = "CREATE TABLE people (id int PRIMARY KEY, given text NOT NULL, family text NOT NULL);";
    database.connect().unwrap().batch_execute(sql).unwrap();
    let generate = || workshop().generate(root, &database.url(), &Options::default()).unwrap();

    files(&exchanged(schema), NAMES);
    assert!(generate().is_none(), "another order is no change");
    files(schema, &exchanged(NAMES));
    assert!(generate().is_none(), "the schema has not followed");
    files(&exchanged(schema), &exchanged(NAMES));
    let (draft, _) = generate().unwrap();
    let found = draft
        .resolution
        .renames
        .iter()
        .chain(draft.open.iter().flat_map(|open| &open.candidates));
    let mut found: Vec<String> = found
        .map(|rename| format!("{} -> {}", rename.before.name(), rename.after.name()))
        .collect();
    found.sort();
    assert_eq!(found, ["family -> given", "given -> family"]);
}

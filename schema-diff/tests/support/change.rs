//! One schema change with rows, and everything that must hold of its migration.
//!
//! It must apply (up), lead where it is wanted (same), with the same rows (rows), leave nothing more to do (calm), lead
//! back (down) with the rows (back), and apply again (up again). Every change is made twice: by a superuser, and by an ordinary role that
//! owns the objects of before.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

#[path = "deparsed.rs"]
mod deparsed;

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use postgres::Client;
use schema_diff_engine::{
    cluster::ScratchDatabase,
    diagnostic::{Diagnostic, DiagnosticCode},
    generate::{Draft, Options},
    introspect::introspect,
    model::Schema,
    prove::difference_on,
};

use super::{
    catalog_snapshot::{self, CatalogSnapshot},
    pg_dump::dump,
    runner_role::Runner,
    workshop::{Holders, empty, facts, forms, joined, names, options, rows, workshop},
};

/// A change.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: String,
    /// The schema and rows that are there, as SQL.
    pub before: String,
    /// What is declared.
    pub schema: String,
    /// Rust enums beside it.
    pub models: Option<String>,
    /// `schema-diff.toml`.
    pub config: Option<String>,
    /// Flags.
    pub arguments: Vec<String>,
    /// Where it has to lead.
    pub wanted: Wanted,
    /// Values cannot come back.
    pub lossy: bool,
    /// Names of constraints and indexes count too.
    pub names: bool,
    /// What `up.sql` says when it refuses the rows; the rest is then tried without rows.
    pub stops: Option<String>,
    /// The same for `down.sql`.
    pub down_stops: Option<String>,
    /// What `down.sql` leaves in the catalogs: every line of the difference has it.
    pub down_keeps: Option<String>,
    /// What `up.sql` asks before it runs: nothing more is tried.
    pub asks: Option<String>,
    /// What the tool says instead of writing a migration.
    pub error: Option<String>,
    /// What `up.sql` has to say or do, in so many words.
    pub says: Vec<String>,
    /// What is asked without the arguments, which answer it.
    pub answered: Vec<String>,
    /// The first major version of Postgres that has what it is about.
    pub since: u32,
    /// The last major version of Postgres that lacks what it is about; 0 where none does.
    pub until: u32,
    /// Where the migration is kept to be compared with.
    pub snapshots: Option<PathBuf>,
}

/// Where a change leads.
#[derive(Clone, Debug, Default)]
pub enum Wanted {
    /// Nowhere: there is nothing to do.
    #[default]
    Nowhere,
    /// To what this SQL makes of what was there.
    Intent(String),
    /// To what this SQL makes of nothing.
    State(String),
}

/// Two databases that a thread uses for one change after the other, by the same connections: what these have planned and cached is
/// used again.
struct Place {
    database: ScratchDatabase,
    client: RefCell<Client>,
    intended: RefCell<Client>,
    /// Dropped with the place.
    _wanted: ScratchDatabase,
}

/// How many changes are tried in one place.
const PLACE_LASTS: usize = 12;

impl Place {
    fn new() -> Self {
        let (database, wanted) = (workshop().database(), workshop().database());
        let mut client = database.connect().unwrap();
        Runner::create_roles(&mut client);
        Self {
            client: RefCell::new(client),
            intended: RefCell::new(wanted.connect().unwrap()),
            database,
            _wanted: wanted,
        }
    }
}

/// Tries all changes, a few at a time; panics with those that fail. `CASE=one,another` tries some.
pub fn try_all(mut changes: Vec<Change>, threads: usize) {
    let only = std::env::var("CASE").unwrap_or_default();
    let version = workshop().major_version();
    changes.retain(|change| {
        change.since <= version
            && (change.until == 0 || version <= change.until)
            && only.split(',').any(|part| change.name.contains(part))
    });
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut place = Place::new();
                let mut used = 0;
                while let Some(change) = changes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // Nothing vacuums the catalogs of what is made and dropped there.
                    if used == PLACE_LASTS {
                        (place, used) = (Place::new(), 0);
                    }
                    used += 1;
                    if let Err(failure) = change.run(&place) {
                        failures.lock().unwrap().push(format!("{}: {failure}", change.name));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} changes fail:\n\n{}",
        failures.len(),
        changes.len(),
        failures.join("\n\n")
    );
}

impl Change {
    fn project(&self) -> tempfile::TempDir {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        fs::create_dir(root.join("src")).unwrap();
        for (name, text) in [
            ("diesel.toml", Some("")),
            ("src/schema.rs", Some(self.schema.as_str())),
            ("src/models.rs", self.models.as_deref()),
            ("schema-diff.toml", self.config.as_deref()),
        ] {
            if let Some(text) = text {
                fs::write(root.join(name), text).unwrap();
            }
        }
        project
    }

    fn run(&self, place: &Place) -> Result<(), String> {
        let project = self.project();
        let mut proved = None;
        for runner in Runner::all(&self.before) {
            let attempt = Attempt {
                change: self,
                place,
                root: project.path(),
                runner: *runner,
            };
            proved = attempt
                .run(proved)
                .map_err(|failure| format!("as {runner:?}: {failure}"))?;
        }
        Ok(())
    }
}

/// The texts of a migration; `None` where there is nothing to do.
type Texts = Option<(String, String)>;

/// A change as one role makes it.
struct Attempt<'a> {
    change: &'a Change,
    place: &'a Place,
    root: &'a Path,
    runner: Runner,
}

impl Attempt<'_> {
    /// Without the arguments, `up.sql` is to stop with the questions that they answer.
    fn is_asked(&self) -> Result<(), String> {
        let asks = &self.change.answered;
        if asks.is_empty() {
            return Ok(());
        }
        let url = self.runner.url(&self.place.database.url());
        let made = workshop()
            .generate(self.root, &url, &Options::default())
            .map_err(|error| format!("ASKED: {error}"))?;
        let count = |draft: &Draft| draft.open.len() + draft.resolution.dependents.len();
        let Some((draft, made)) = made.filter(|(draft, _)| count(draft) > 0) else {
            return Err("nothing is asked".to_owned());
        };
        for expected in asks {
            said(&made.up, expected)?;
        }
        if count(&draft) == asks.len() {
            Ok(())
        } else {
            Err(format!("more is asked:\n{}", made.up))
        }
    }

    /// The migration that the tool writes. A text that is proved already is not proved once more.
    fn generate(&self, proved: Option<&Texts>) -> Result<Result<Texts, String>, String> {
        let options = options(self.change.arguments.iter().map(String::as_str));
        let mut options = options.map_err(|error| error.to_string())?;
        let url = self.runner.url(&self.place.database.url());
        let mut generate = |no_prove: bool| {
            options.no_prove = no_prove;
            options.online = forms();
            let made = workshop().generate(self.root, &url, &options);
            let made = made.map_err(|error| error.to_string())?;
            let proof = made.as_ref().and_then(|(_, made)| made.proof.as_ref());
            let mut notes = proof.into_iter().flat_map(|proof| &proof.notes);
            let by_scratch_role =
                |note: &&Diagnostic| note.message.starts_with("proved by the role of the scratch server");
            let by_simple_form = |note: &&Diagnostic| note.code == DiagnosticCode::OnlineFormUnproved;
            match notes
                .clone()
                .find(by_simple_form)
                .or_else(|| notes.find(by_scratch_role))
            {
                Some(note) => Err(note.to_string()),
                None => Ok(made.map(|(_, made)| joined(&made))),
            }
        };
        let depends_on_role = ["OWNER TO", "ROW LEVEL SECURITY"]
            .iter()
            .any(|words| self.change.before.contains(words));
        if let Some(proved) = proved.filter(|_| !depends_on_role)
            && generate(true).as_ref() == Ok(proved)
        {
            return Ok(Ok(proved.clone()));
        }
        Ok(generate(false))
    }

    fn run(&self, proved: Option<Texts>) -> Result<Option<Texts>, String> {
        let (change, runner) = (self.change, self.runner);
        let client = &mut *self.place.client.borrow_mut();
        runner.take_over(client);
        runner
            .set_up(client, &change.before)
            .map_err(|error| format!("before: {error:?}"))?;
        if proved.is_none() {
            self.is_asked()?;
        }
        let made = match (self.generate(proved.as_ref())?, &change.error) {
            (Err(error), Some(expected)) => return said(&error, expected).map(|()| None),
            (Err(error), None) => return Err(format!("no migration: {error}")),
            (Ok(_), Some(expected)) => return Err(format!("no error, where this was expected: {expected}")),
            (Ok(made), None) => made,
        };
        let (up, down) = made.clone().unwrap_or_default();
        // The online forms need other statements.
        for expected in change.says.iter().filter(|_| forms().is_none()) {
            said(&up, expected)?;
        }
        if let Some(expected) = &change.asks {
            return match runner.apply(client, &up) {
                Ok(()) => Err(format!("up.sql runs, where it should have asked: {expected}\n{up}")),
                Err((_, message)) => said(&message, expected).map(|()| Some(made)),
            };
        }
        match &change.wanted {
            Wanted::Nowhere if made.is_some() => return Err(format!("nothing was to be done, and this is:\n{up}")),
            Wanted::Nowhere => return Ok(Some(made)),
            Wanted::Intent(_) | Wanted::State(_) => {}
        }
        self.up_down_up(client, made.is_some(), &up, &down)?;
        if let Some(folder) = change.snapshots.as_ref().filter(|_| forms().is_none()) {
            snapshot(&folder.join("up.snap"), &up)?;
            snapshot(&folder.join("down.snap"), &down)?;
        }
        Ok(Some(made))
    }

    /// Runs the migration up, down and up again.
    fn up_down_up(&self, client: &mut Client, is_change: bool, up: &str, down: &str) -> Result<(), String> {
        let (change, runner) = (self.change, self.runner);
        let intended = &mut *self.place.intended.borrow_mut();
        runner.take_over(intended);
        let (state, intent) = match &change.wanted {
            Wanted::Nowhere => return Ok(()),
            Wanted::Intent(sql) => (change.before.as_str(), sql.as_str()),
            Wanted::State(sql) => (sql.as_str(), ""),
        };
        runner
            .set_up(intended, state)
            .map_err(|error| format!("what is wanted: {error:?}"))?;
        let before = self.state(client);
        // Of the folders alone: a program that is started as often as there are pairs takes its time.
        let is_dumped = change.snapshots.is_some() && runner == Runner::Superuser;
        let dumped = is_dumped.then(|| dump(&self.place.database.url())).flatten();
        if let Some(expected) = &change.stops {
            self.stops(client, "up.sql", up, expected)?;
            // An earlier part may have run.
            if forms().is_some() && self.is_at(&before, "STOPS", client, up).is_err() {
                return Ok(());
            }
            empty(intended);
        }
        let (rows_before, holders) = (rows(client), Holders::of(client));
        runner
            .execute(intended, intent)
            .map_err(|error| format!("intent: {error:?}"))?;
        self.apply(client, "UP", up)?;
        let (after, rows_after) = (self.state(client), rows(client));
        let unsaid = holders.lost_unsaid(&rows_before, &rows_after, up);
        if !unsaid.is_empty() {
            return Err(format!("LOST without a word: {unsaid:?}\n{up}"));
        }
        same("SAME (- wanted, + up.sql)", &facts(intended), &after.facts, up)?;
        if change.names {
            same("NAMES (- wanted, + up.sql)", &names(intended), &names(client), up)?;
        }
        same("ROWS (- wanted, + up.sql)", &rows(intended), &rows_after, up)?;
        let url = runner.url(&self.place.database.url());
        if let Some((_, again)) = workshop()
            .generate(self.root, &url, &Default::default())
            .map_err(|error| format!("CALM: {error}"))?
        {
            return Err(format!("CALM: a second run finds\n{}\nafter\n{up}", again.up));
        }
        if let Some(expected) = &change.down_stops {
            self.stops(client, "down.sql", down, expected)?;
        }
        self.apply(client, "DOWN", down)?;
        match &change.down_keeps {
            None => self.is_at(&before, "DOWN (- before, + after down.sql)", client, down)?,
            Some(kept) => before.same_but(kept, "DOWN (- before, + after down.sql)", client, down)?,
        }
        if let Some(dumped) = dumped {
            let now = dump(&self.place.database.url()).unwrap_or_default();
            same("DUMP (- before, + after down.sql)", &dumped, &now, down)?;
        }
        let keeps_rows = is_change && !change.lossy;
        if keeps_rows {
            same("BACK (- before, + after down.sql)", &rows_before, &rows(client), down)?;
        }
        self.apply(client, "UP AGAIN", up)?;
        self.is_at(&after, "UP AGAIN (- after up.sql, + after up, down, up)", client, up)?;
        if keeps_rows && change.down_stops.is_none() {
            same(
                "ROWS AGAIN (- after up.sql, + after up, down, up)",
                &rows_after,
                &rows(client),
                up,
            )?;
        }
        Ok(())
    }

    /// Reads what there is. The engine's reading is a part of it for the first role only: it is a superuser's, and the same for both.
    fn state(&self, client: &mut Client) -> State {
        let is_first = Runner::all(&self.change.before).first() == Some(&self.runner);
        State {
            facts: facts(client),
            model: is_first.then(|| introspect(client).unwrap()),
            catalogs: catalog_snapshot::snapshot(client),
        }
    }

    /// Compares the schema with what there is now.
    fn is_at(&self, then: &State, what: &str, client: &mut Client, sql: &str) -> Result<(), String> {
        let now = self.state(client);
        same(what, &then.facts, &now.facts, sql)?;
        if let [Some(then), Some(now)] = [&then.model, &now.model]
            && let Some(left) = difference_on(client, then, now).unwrap()
        {
            return Err(format!("{what}: {left}\n{sql}"));
        }
        match catalog_snapshot::difference(&then.catalogs, &now.catalogs, client) {
            Some(left) => Err(format!("CATALOGS {what}:\n{left}\n{sql}")),
            None => Ok(()),
        }
    }

    fn apply(&self, client: &mut Client, what: &str, sql: &str) -> Result<(), String> {
        let ran = self.runner.apply(client, sql);
        ran.map_err(|(_, message)| format!("{what}: {message}\n{sql}"))
    }

    /// Runs what has to refuse the rows, and takes them away.
    fn stops(&self, client: &mut Client, file: &str, sql: &str, expected: &str) -> Result<(), String> {
        match self.runner.apply(client, sql) {
            Ok(()) => return Err(format!("{file} runs, where it should have stopped: {expected}\n{sql}")),
            Err((_, message)) => said(&message, expected)?,
        }
        empty(client);
        Ok(())
    }
}

/// All that a database's schema is, as three observers see it.
struct State {
    facts: BTreeSet<String>,
    model: Option<Schema>,
    catalogs: CatalogSnapshot,
}

impl State {
    /// Compares the catalogs with what there is now, but for lines with this text, of which there is one at least.
    fn same_but(&self, kept: &str, what: &str, client: &mut Client, sql: &str) -> Result<(), String> {
        let now = catalog_snapshot::snapshot(client);
        let left = catalog_snapshot::difference(&self.catalogs, &now, client);
        let left = left.unwrap_or_default();
        if !left.is_empty() && left.lines().all(|line| line.contains(kept)) {
            return Ok(());
        }
        Err(format!("CATALOGS {what}, but for {kept}:\n{left}\n{sql}"))
    }
}

fn said(message: &str, expected: &str) -> Result<(), String> {
    let expected = expected.trim();
    if message.contains(expected) {
        Ok(())
    } else {
        Err(format!("says {message:?}, where {expected:?} was expected"))
    }
}

fn same<T: std::fmt::Debug + PartialEq>(what: &str, wanted: &T, found: &T, sql: &str) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (format!("{wanted:#?}"), format!("{found:#?}"));
    let lines: Vec<String> = similar::TextDiff::from_lines(&wanted, &found)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim()))
        .collect();
    Err(format!("{what}:\n{}\n{sql}", lines.join("\n")))
}

/// Compares with the file, or writes it (`SNAPSHOTS=overwrite`).
fn snapshot(path: &Path, text: &str) -> Result<(), String> {
    let stored = fs::read_to_string(path).unwrap_or_default();
    if deparsed::alike(&stored) == deparsed::alike(text) {
        return Ok(());
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(path, text).unwrap();
        return Ok(());
    }
    same(
        &format!("{} (SNAPSHOTS=overwrite writes it)", path.display()),
        &stored,
        &text.to_owned(),
        "",
    )
}

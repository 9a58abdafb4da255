//! Runs that are killed: in each part and between two parts, up and down.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use postgres::Client;
use schema_diff_engine::online::Forms;

use super::{Case, Project, large, own_facts, own_rows, workshop};

/// Where a runner was when it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    is_up: bool,
    /// How many parts were applied.
    applied: i64,
    /// Whether a part was running; otherwise the one before had just ended.
    is_running: bool,
}

/// Parts that are shorter are hardly ever seen at work; the kills after the part before meet them.
const SHORT: Duration = Duration::from_millis(4);

/// How often all parts run and are reverted without kills, so that the time of each is known.
const MEASURED: u64 = 2;

/// How often each place is to be seen yet, and how long the parts take.
struct Kills {
    left: BTreeMap<Place, u64>,
    durations: BTreeMap<(bool, i64), Duration>,
    is_measured: bool,
    done: u64,
}

/// Kills the command `SCHEMA_DIFF_TEST_KILLS` times in each part and after each part, up and down, and runs it again until it ends. Without this
/// variable: once at every third of these places.
#[test]
fn a_killed_run_is_resumed() {
    let each = std::env::var("SCHEMA_DIFF_TEST_KILLS").map(|text| text.parse().unwrap());
    for (case, more) in &large() {
        kill_and_resume(case, more, each.clone().ok());
    }
}

fn kill_and_resume(case: &Case, more: &str, each: Option<u64>) {
    let [simple, back] = [(); 2].map(|()| Project::new(case));
    let [up, down] = simple.generate(Forms::Never).map(|own| [own.up, own.down]).unwrap();
    for (project, sql) in [(&simple, &[&up][..]), (&back, &[&up, &down])] {
        project.client().batch_execute(more).unwrap();
        sql.iter()
            .for_each(|own| workshop::apply(&mut project.client(), own).unwrap());
    }
    let project = Project::new(case);
    project.client().batch_execute(more).unwrap();
    let reverted = own_facts(&mut project.client());
    let rows = own_rows(&mut back.client());
    let count = i64::try_from(project.write().len()).unwrap();
    let mut kills = Kills::of(count, each);
    let most = 8 * each.unwrap_or(1);
    for pass in 0.. {
        if pass > MEASURED && kills.left.values().all(|left| *left == 0) || each.is_none() && pass == most {
            break;
        }
        assert!(pass < most, "{}: {:?}", case.name, kills.left);
        kills.is_measured = pass >= MEASURED;
        kills.run(&project, true);
        project.is_like(&mut simple.client(), "after kills");
        kills.run(&project, false);
        let found = own_facts(&mut project.client());
        let differ: Vec<_> = found.symmetric_difference(&reverted).collect();
        assert!(differ.is_empty(), "{}: after kills, reverted: {differ:#?}", case.name);
        assert!(rows == own_rows(&mut project.client()), "{}: rows, reverted", case.name);
    }
    eprintln!("{}: {} kills at {} places", case.name, kills.done, kills.left.len());
}

impl Kills {
    fn of(count: i64, each: Option<u64>) -> Self {
        let up = (0..=count).map(|applied| (true, applied, applied < count, applied > 0));
        let down = (0..=count).map(|applied| (false, applied, applied > 0, applied < count));
        let places = up.chain(down).flat_map(|(is_up, applied, runs, ended)| {
            let place = move |is_running| Place {
                is_up,
                applied,
                is_running,
            };
            [runs.then(|| place(true)), ended.then(|| place(false))]
        });
        let wanted = |number: usize| each.unwrap_or(u64::from(number.is_multiple_of(3)));
        let left = places
            .flatten()
            .enumerate()
            .map(|(number, place)| (place, wanted(number)));
        Self {
            left: left.collect(),
            durations: BTreeMap::new(),
            is_measured: false,
            done: 0,
        }
    }

    /// Runs or reverts all parts.
    fn run(&mut self, project: &Project<'_>, is_up: bool) {
        let args = if is_up { &["run"][..] } else { &["revert", "--all"] };
        let mut watch = Watch::new(project, is_up);
        let mut killed = BTreeSet::new();
        loop {
            let mut runner = project.command(args).spawn().unwrap();
            if !self.is_measured {
                self.measure(&mut watch, &mut runner);
            } else if let Some(place) = self.kill(&mut watch, &mut runner, &killed) {
                killed.insert(place);
                continue;
            }
            assert!(runner.wait().unwrap().success(), "{}: {args:?}", project.case.name);
            return;
        }
    }

    fn measure(&mut self, watch: &mut Watch, runner: &mut Child) {
        let mut since = BTreeMap::new();
        while runner.try_wait().unwrap().is_none() {
            let place = watch.place();
            if place.is_running {
                since.entry(place.applied).or_insert_with(Instant::now);
            }
            for (applied, began) in &since {
                if *applied != place.applied {
                    let took = self.durations.entry((place.is_up, *applied));
                    took.and_modify(|own| *own = began.elapsed().min(*own))
                        .or_insert_with(|| began.elapsed());
                }
            }
        }
        let is_short = |place: &Place| {
            self.durations
                .get(&(place.is_up, place.applied))
                .is_none_or(|took| *took < SHORT)
        };
        self.left
            .retain(|place, _| !place.is_running || place.is_up != watch.is_up || !is_short(place));
    }

    /// Kills the runner at a place that is wanted; none: it ended before.
    fn kill(&mut self, watch: &mut Watch, runner: &mut Child, killed: &BTreeSet<Place>) -> Option<Place> {
        let start = watch.place().applied;
        loop {
            if runner.try_wait().unwrap().is_some() {
                return None;
            }
            let place = watch.place();
            let is_reached = place.is_running || place.applied != start;
            if is_reached && !killed.contains(&place) && self.left.get(&place).is_some_and(|left| *left > 0) {
                thread::sleep(self.delay(place));
                let place = watch.place();
                runner.kill().unwrap();
                runner.wait().unwrap();
                self.done += 1;
                if let Some(left) = self.left.get_mut(&place) {
                    *left = left.saturating_sub(1);
                }
                return Some(place);
            }
        }
    }

    /// A part of the time that the part takes, another one each time.
    fn delay(&self, place: Place) -> Duration {
        let took = self
            .durations
            .get(&(place.is_up, place.applied))
            .copied()
            .unwrap_or_default();
        let part = u32::try_from(self.done * 37 % 80).unwrap_or_default();
        if place.is_running {
            took * part / 100
        } else {
            Duration::ZERO
        }
    }
}

/// Looks where a runner is.
struct Watch {
    client: Client,
    is_up: bool,
    /// The beginnings of the files that it sends.
    files: Vec<String>,
}

impl Watch {
    fn new(project: &Project<'_>, is_up: bool) -> Self {
        let file = if is_up { "up.sql" } else { "down.sql" };
        let parts = fs::read_dir(project.migrations()).unwrap();
        let parts = parts.filter_map(|entry| fs::read_to_string(entry.unwrap().path().join(file)).ok());
        let files: Vec<_> = parts.map(|text| text.chars().take(200).collect()).collect();
        let mut client = project.client();
        let table = format!(
            "CREATE TABLE IF NOT EXISTS {} (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)",
            super::DIESELS
        );
        client.batch_execute(&table).unwrap();
        Self { client, is_up, files }
    }

    fn place(&mut self) -> Place {
        let look = format!(
            "SELECT (SELECT count(*) FROM {}), EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND state = 'active' AND left(query, 200) = ANY ($1))",
            super::DIESELS
        );
        let row = self.client.query_one(&look, &[&self.files]).unwrap();
        Place {
            is_up: self.is_up,
            applied: row.get(0),
            is_running: row.get(1),
        }
    }
}

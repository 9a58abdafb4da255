//! SIGINT and SIGKILL at many moments: nothing half-written, nothing left running, and the next run works.

use std::process::Child;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::postgres_server::Server;
use crate::project::{Project, USERS, database, eventually};

/// Starts the command, sends the signal after so long, and gives the exit status and the words; `None` for a killed one.
fn interrupt(project: &Project, args: &[&str], after: Duration, signal: Signal) -> Option<(i32, String)> {
    let run: Child = project.command().args(args).spawn().unwrap();
    std::thread::sleep(after);
    let _ = kill(Pid::from_raw(i32::try_from(run.id()).unwrap()), signal);
    let output = run.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let status = output.status.code()?;
    if status == 2 {
        assert!(err.contains("interrupted: "), "{err}");
    } else {
        assert_eq!(status, 0, "{err}");
    }
    Some((status, err))
}

/// So many moments of a run that takes this long, none of them at its very edges.
fn moments(whole: Duration, count: u32) -> impl Iterator<Item = (Duration, Signal)> {
    (0..count).map(move |at| {
        let signal = if at % 2 == 0 { Signal::SIGINT } else { Signal::SIGKILL };
        (whole * (2 * at + 1) / (2 * count), signal)
    })
}

fn scratch_databases(server: &Server) -> i64 {
    server
        .client("postgres")
        .query_one(
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'schema_diff_scratch_%'",
            &[],
        )
        .unwrap()
        .get(0)
}

#[test]
fn of_autogenerate() {
    // Of its own: other tests have scratch databases on the one that they share.
    let server = Server::start("local all all trust", &[], &[], 5432);
    let scratch = server.url("postgres");
    let ways: [(Project, &[&str]); 3] = [
        (Project::new(USERS), &[]),
        (Project::on_database(USERS), &[]),
        (Project::on_database(USERS), &["--scratch-url", &scratch]),
    ];
    for (project, more) in &ways {
        let args = [&["autogenerate", "-m", "users"], *more].concat();
        let began = Instant::now();
        project.ok(&args);
        let whole = began.elapsed();
        let _ = std::fs::remove_dir_all(project.migrations());
        for (after, signal) in moments(whole, 4) {
            let seen = interrupt(project, &args, after, signal);
            eventually(10, "the private server ends", || project.processes().is_empty());
            match (project.slugs().as_slice(), &seen) {
                ([], Some((status, _))) => assert_eq!(*status, 2),
                ([], None) => {}
                // Written before the signal came: whole.
                (written, _) => {
                    assert_eq!(written, ["users"]);
                    assert!(
                        project.last("up.sql").contains("CREATE TABLE users")
                            && project.last("down.sql").contains("DROP TABLE users")
                    );
                }
            }
            if project.slugs().is_empty() {
                project.ok(&args);
            }
            assert_eq!(project.run(&["history"]).status, 0);
            let left: Vec<_> = std::fs::read_dir(project.migrations())
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect();
            assert_eq!(left.len(), 1, "{left:?}");
            std::fs::remove_dir_all(project.migrations()).unwrap();
        }
    }
    assert_eq!(
        scratch_databases(&server),
        0,
        "the last run should have removed what the interrupted ones left"
    );
}

#[test]
fn of_migration_run() {
    let url = database();
    let project = Project::with(USERS, Some(url.clone()));
    let up = "CREATE TABLE a (id int);\nSELECT pg_sleep(0.3);\nCREATE TABLE b (id int);\n";
    project.write("p/migrations/2024-01-01-000000_a/up.sql", up);
    project.write("p/migrations/2024-01-01-000000_a/down.sql", "DROP TABLE a, b;");
    let began = Instant::now();
    project.ok(&["migration", "run"]);
    let whole = began.elapsed();
    project.ok(&["migration", "revert"]);
    for (after, signal) in moments(whole, 4) {
        interrupt(&project, &["migration", "run"], after, signal);
        project.ok(&["migration", "run"]);
        assert_eq!(project.run(&["migration", "pending"]).status, 0);
        project.ok(&["migration", "revert"]);
    }

    // A statement that goes on for long does not keep its locks once nobody waits for it.
    project.write("p/migrations/2024-01-01-000000_a/up.sql", &up.replace("0.3", "60"));
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        interrupt(&project, &["migration", "run"], Duration::from_millis(500), signal);
        let seen = project.run(&["migration", "--lock-timeout", "5", "revert"]);
        assert_eq!(seen.status, 0, "{}", seen.err);
        assert!(
            seen.err.ends_with("No migration is applied: nothing to revert.\n"),
            "{}",
            seen.err
        );
    }
}

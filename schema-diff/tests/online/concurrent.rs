//! Several runners, and programs that go on reading and writing.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use postgres::Client;
use schema_diff_engine::runner::{Count, Silent};

use super::{Case, Project, cases, large};

#[test]
fn ten_runners_at_once_do_the_work_of_one() {
    for (case, _) in large() {
        ten_runners_do_the_work_of_one(&case);
    }
}

fn ten_runners_do_the_work_of_one(case: &Case) {
    let project = Project::new(case);
    let count = project.write().len();
    let ran = thread::scope(|scope| {
        let run = || {
            let mut runner = project.runner();
            runner.run(Count::All, None, &mut Silent).unwrap().ran.len()
        };
        let runners: Vec<_> = (0..10).map(|_| scope.spawn(run)).collect();
        let ran = runners.into_iter().map(|runner| runner.join().unwrap());
        ran.collect::<Vec<usize>>()
    });
    assert_eq!(ran.iter().filter(|own| **own > 0).count(), 1, "{ran:?}");
    assert_eq!(ran.iter().sum::<usize>(), count);
    project.is_as_simple("after ten runners");
}

/// Programs that run their migrations when they start have no lock: two that start at once run the same parts. One that fails starts again.
///
/// If Postgres ends the one that builds an index, because the other one waits for its lock with an old snapshot, an index is left that is not
/// valid, and every later build fails. Our runner builds it again.
#[test]
fn two_that_start_at_once_reach_the_same_database() {
    let binary = std::env::var("DIESEL_BIN").unwrap_or_else(|_| "diesel".to_owned());
    for case in cases() {
        let project = Project::new(&case);
        project.write();
        let run = || {
            Command::new(&binary)
                .args(["migration", "run"])
                .current_dir(project.root.path())
                .env("DATABASE_URL", project.database.url())
                .env_remove("MIGRATION_DIRECTORY")
                .env_remove("DIESEL_CONFIG_FILE")
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
        };
        let Ok(first) = run() else { return };
        let second = run().unwrap();
        let mut outputs = [first, second].map(|child| child.wait_with_output().unwrap());
        for _ in 0..5 {
            if outputs.iter().all(|own| own.status.success()) {
                break;
            }
            outputs = [run(), run()].map(|child| child.unwrap().wait_with_output().unwrap());
        }
        for output in outputs.iter().filter(|own| !own.status.success()) {
            let text = String::from_utf8_lossy(&output.stderr);
            let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
            let invalid: i64 = project.client().query_one(invalid, &[]).unwrap().get(0);
            assert!(invalid == 1 && text.contains("already exists"), "{}: {text}", case.name);
            project.runner().run(Count::All, None, &mut Silent).unwrap();
        }
        project.is_as_simple("after two runs at once");
    }
}

#[test]
fn programs_that_do_not_know_a_column_go_on_writing() {
    let Some(case) = cases()
        .into_iter()
        .find(|case| case.name.starts_with("one fill reads another"))
    else {
        return;
    };
    let project = Project::new(&case);
    let count = project.write().len();
    let mut client = project.client();
    for part in 1..count {
        project.runner().run(Count::AtMost(1), None, &mut Silent).unwrap();
        let id = 100 + part * 2;
        client
            .batch_execute(&format!("INSERT INTO t (id) VALUES ({id})"))
            .unwrap();
        client
            .batch_execute(&format!("INSERT INTO t (id, z) VALUES ({id} + 1, NULL)"))
            .unwrap();
        client
            .batch_execute(&format!("UPDATE t SET found = {part} WHERE id = {part}"))
            .unwrap();
    }
    project.runner().run(Count::All, None, &mut Silent).unwrap();
    let wrong = "SELECT count(*) FROM t WHERE z <> 'x' OR a <> 'X' OR id > 100 AND c <> 1 OR id < 100 AND c <> id";
    let wrong: i64 = client.query_one(wrong, &[]).unwrap().get(0);
    assert_eq!(wrong, 0);
}

#[test]
fn programs_go_on_writing_the_labels_that_stay() {
    let mut cases = cases().into_iter();
    let Some(case) = cases.find(|case| case.name == "an enum type that loses a label") else {
        return;
    };
    let project = Project::new(&case);
    let count = project.write().len();
    let mut client = project.client();
    for part in 1..=count {
        project.runner().run(Count::AtMost(1), None, &mut Silent).unwrap();
        client
            .batch_execute(&format!("INSERT INTO t (id, m, ms, note) VALUES (9000 + {part}, 'bad', '{{ok}}', 'n'); INSERT INTO t (id) VALUES (9100 + {part}); UPDATE t SET m = 'it''s', ms = '{{bad}}' WHERE id = {part}"))
            .unwrap();
        let dropped = client.batch_execute("UPDATE t SET m = 'unused' WHERE id = 1000");
        assert_eq!(dropped.is_ok(), part == 1, "part {part}: {dropped:?}");
        client.batch_execute("UPDATE t SET m = 'ok' WHERE id = 1000").unwrap();
    }
    let wrong = format!("SELECT count(*) FROM t WHERE (id BETWEEN 9001 AND 9099 AND (m, ms) IS DISTINCT FROM ('bad', '{{ok}}')
        OR id > 9100 AND (m, ms) IS DISTINCT FROM ('ok', '{{ok,bad}}') OR id <= {count} AND (m, ms) IS DISTINCT FROM ('it''s', '{{bad}}'))");
    let wrong: i64 = client.query_one(&wrong, &[]).unwrap().get(0);
    assert_eq!(wrong, 0);
}

#[test]
fn other_sessions_go_on_reading_and_writing() {
    let case = cases().into_iter().find(|case| case.name == "everything at once");
    let Some(case) = case else { return };
    let project = Project::new(&case);
    let more = "INSERT INTO customers (id, email, name) SELECT n, 'x' || n, 'n' || n FROM generate_series(1000, 30000) n;
        INSERT INTO orders (id, customer_id, code, qty) SELECT n, 1000 + n % 29000, 'c' || n, 1 FROM generate_series(1000, 30000) n";
    project.client().batch_execute(more).unwrap();
    project.write();
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|number| {
                let (project, ends) = (&project, &ends);
                scope.spawn(move || {
                    let mut client = project.client();
                    let mut done = 0;
                    while !ends.load(Ordering::Relaxed) {
                        let id = 1000 + (done * 7919 + number) % 29000;
                        let statements = [
                            format!("SELECT count(*) FROM orders WHERE customer_id = {id}"),
                            format!("UPDATE customers SET name = name || '.' WHERE id = {id}"),
                            format!("UPDATE orders SET code = code || '.' WHERE id = {id}"),
                        ];
                        for statement in statements {
                            client
                                .batch_execute(&statement)
                                .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
                        }
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        project.runner().run(Count::All, None, &mut Silent).unwrap();
        ends.store(true, Ordering::Relaxed);
        let done: i32 = clients.into_iter().map(|client| client.join().unwrap()).sum();
        assert!(done > 0);
    });
    let filled: i64 = project
        .client()
        .query_one(
            "SELECT count(*) FROM customers WHERE shown IS NULL OR email IS NULL",
            &[],
        )
        .unwrap()
        .get(0);
    assert_eq!(filled, 0);
}

/// Clients insert, change and delete rows while columns are replaced by others of another type. Each counts its own rows.
#[test]
fn replaced_columns_follow_what_others_write() {
    let large = large();
    let Some((case, more)) = large.iter().find(|(case, _)| case.name.starts_with("int to bigint")) else {
        return;
    };
    let project = Project::new(case);
    project.client().batch_execute(more).unwrap();
    project.write();
    let ends = AtomicBool::new(false);
    let kept: Vec<BTreeMap<i64, (i64, i64)>> = thread::scope(|scope| {
        let clients: Vec<_> = (0..4_i64)
            .map(|number| {
                let (project, ends) = (&project, &ends);
                scope.spawn(move || write_orders(&mut project.client(), number, ends))
            })
            .collect();
        project.runner().run(Count::All, None, &mut Silent).unwrap();
        thread::sleep(Duration::from_millis(200));
        ends.store(true, Ordering::Relaxed);
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let mut client = project.client();
    let mut wrong = Vec::new();
    for (id, (customer, qty)) in kept.iter().flatten() {
        let row = client
            .query_one("SELECT customer_id, qty FROM orders WHERE id = $1", &[id])
            .unwrap();
        let found: (i64, i64) = (row.get(0), row.get(1));
        if found != (*customer, *qty) {
            wrong.push((*id, found, (*customer, *qty)));
        }
    }
    assert!(kept.iter().all(|own| own.len() > 10), "the clients worked");
    assert!(wrong.is_empty(), "{wrong:?}");
    let numbered = "SELECT (SELECT max(id) FROM orders) < nextval('orders_id_seq') AND (SELECT max(id) FROM customers) < nextval('customers_id_seq')";
    assert!(client.query_one(numbered, &[]).unwrap().get::<_, bool>(0));
}

/// Writes orders until it ends, and returns those that it has left: customer and quantity by id.
fn write_orders(client: &mut Client, number: i64, ends: &AtomicBool) -> BTreeMap<i64, (i64, i64)> {
    let mut kept = BTreeMap::new();
    let mut done = number;
    let value = |row: &[postgres::SimpleQueryMessage]| {
        let row = row.iter().find_map(|own| match own {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(|text| text.parse::<i64>().unwrap()),
            _ => None,
        });
        row.unwrap()
    };
    while !ends.load(Ordering::Relaxed) {
        done += 4;
        let (customer, qty) = (done % 500 + 1, done % 9 + 1);
        let mut run = |sql: String| {
            client
                .simple_query(&sql)
                .unwrap_or_else(|error| panic!("{sql}: {error:?}"))
        };
        let id = value(&run(format!(
            "INSERT INTO orders (customer_id, qty, note) VALUES ({customer}, {qty}, 'x') RETURNING id"
        )));
        kept.insert(id, (customer, qty));
        let other = value(&run(format!(
            "INSERT INTO customers (name) VALUES ('{number}') RETURNING id"
        )));
        if done % 3 == 0 {
            run(format!(
                "UPDATE orders SET customer_id = {other}, qty = qty + 100 WHERE id = {id}"
            ));
            kept.insert(id, (other, qty + 100));
        } else if done % 7 == 0 {
            run(format!("DELETE FROM orders WHERE id = {id}"));
            kept.remove(&id);
        }
    }
    kept
}

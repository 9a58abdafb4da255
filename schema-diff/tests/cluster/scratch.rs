//! Scratch databases: on a server given by URL those of crashed runs are dropped, and nobody else's.

use postgres::{Client, NoTls};
use schema_diff_engine::cluster::scratch::{PREFIX, ScratchError};
use schema_diff_engine::cluster::{Private, ScratchServer};

use super::chosen::binaries;
use super::process::{Place, eventually, say, wait_for_release};

fn at(url: &str) -> Result<ScratchServer, ScratchError> {
    ScratchServer::at_url(url, Box::new(|url| Ok(Client::connect(url, NoTls)?)))
}

fn databases(url: &str) -> Vec<String> {
    let mut client = Client::connect(url, NoTls).unwrap();
    let rows = client
        .query(
            "SELECT datname::text FROM pg_database WHERE NOT datistemplate ORDER BY 1",
            &[],
        )
        .unwrap();
    rows.iter()
        .map(|row| row.get::<_, String>(0))
        .filter(|name| name != "postgres")
        .collect()
}

/// Makes a database on the server that a variable names, says its name, and keeps it until released.
pub fn play() {
    let server = at(&std::env::var("CLUSTER_TEST_URL").unwrap()).unwrap();
    let database = server.create_database("held").unwrap();
    say(database.name());
    wait_for_release();
}

#[test]
fn leftovers_are_dropped_and_living_ones_kept() {
    let foreign = Private::start(binaries()).unwrap();
    let mut client = foreign.config("postgres").connect(NoTls).unwrap();
    client.batch_execute("CREATE DATABASE other").unwrap();
    client
        .batch_execute("CREATE DATABASE schema_diff_scratch_mine")
        .unwrap();
    let url = foreign.url("postgres");
    let place = Place::new();

    // The living one's session is in another database than the sweeper's.
    let mut living = place.start_with("scratch", &[("CLUSTER_TEST_URL", &foreign.url("other"))]);
    let kept = living.hears();
    let mut killed = place.start_with("scratch", &[("CLUSTER_TEST_URL", &url)]);
    let leftover = killed.hears();
    killed.kill();
    assert!(databases(&url).contains(&leftover));

    eventually(5, "the leftover is dropped", || {
        let server = at(&url).unwrap();
        let own = server.create_database("Add ISO-3; \"é").unwrap();
        assert!(
            own.name().starts_with(PREFIX) && own.name().ends_with("_1_add_iso_3____"),
            "{}",
            own.name()
        );
        assert!(databases(&url).contains(&own.name().to_owned()));
        !databases(&url).contains(&leftover)
    });
    let mut expected = vec!["other".to_owned(), "schema_diff_scratch_mine".to_owned(), kept];
    expected.sort();
    assert_eq!(databases(&url), expected);
    living.ends();
    assert_eq!(databases(&url), ["other", "schema_diff_scratch_mine"]);
}

#[test]
fn a_database_is_empty_copied_and_dropped_under_its_users() {
    let server = ScratchServer::private(binaries()).unwrap();
    let database = server.create_database("before").unwrap();
    let mut client = database.connect().unwrap();
    let tables: i64 = client
        .query_one(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
            &[],
        )
        .unwrap()
        .get(0);
    assert_eq!(tables, 0);
    client
        .batch_execute("CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
        .unwrap();
    drop(client);
    let copy = server.create_database_from(&database).unwrap();
    let mut client = Client::connect(&copy.url(), NoTls).unwrap();
    assert_eq!(client.query_one("SELECT a FROM t", &[]).unwrap().get::<_, i32>(0), 7);
    let url = copy.url();
    drop(copy);
    assert!(client.simple_query("SELECT 1").is_err());
    assert!(Client::connect(&url, NoTls).is_err());
    // The server lives as long as one of its databases.
    drop(server);
    database.connect().unwrap();
}

#[test]
fn without_the_right_to_create_databases_the_message_names_the_role_and_the_way_out() {
    let foreign = Private::start(binaries()).unwrap();
    let mut client = foreign.config("postgres").connect(NoTls).unwrap();
    client
        .batch_execute(r#"CREATE ROLE "Li""m" LOGIN PASSWORD 'secret'"#)
        .unwrap();
    let url = foreign.url("postgres").replace("postgres@", "Li%22m:secret@");
    let error = at(&url).unwrap().create_database("x").unwrap_err();
    let words = error.to_string();
    assert!(matches!(error, ScratchError::NotAllowed { .. }), "{error:?}");
    assert!(words.contains(r#"ALTER ROLE "Li""m" CREATEDB;"#), "{words}");
    assert!(!words.contains("secret"), "{words}");
}

#[test]
fn an_unreachable_server_is_named_without_its_password() {
    let words = at("postgres://someone:secret@127.0.0.1:9/app").unwrap_err().to_string();
    assert!(words.contains("postgresql://someone@127.0.0.1:9/app"), "{words}");
    assert!(words.contains("refused"), "{words}");
    assert!(words.contains("--scratch-url"), "{words}");
}

//! The page for browsers.

use crate::client::{Answer, post_json, send};
use crate::postgres::Postgres;
use crate::server::Server;

fn page(port: u16, path: &str) -> Answer {
    send(port, &format!("GET {path}"), &["Accept: text/html"], b"")
}

fn submit(port: u16, form: &str) -> Answer {
    send(
        port,
        "POST /",
        &["Content-Type: application/x-www-form-urlencoded"],
        form.as_bytes(),
    )
}

#[test]
fn the_page_lists_adds_and_refuses() {
    let server = Server::start(&Postgres::shared().database(), &[]);
    assert!(page(server.port, "/").body.contains("No country yet."));

    let added = submit(server.port, "iso2code=gb&iso3code=gbr&name=United+Kingdom");
    assert_eq!(added.status, 303);
    let seen = page(server.port, added.header("location").unwrap());
    assert_eq!(seen.status, 200);
    for words in [
        "<p role=\"status\" tabindex=\"-1\" autofocus>GB has been added.</p>",
        "<td class=\"code\">GBR</td>",
        "<td>United Kingdom</td>",
        "<html lang=\"en\">",
    ] {
        assert!(seen.body.contains(words), "no {words} in {}", seen.body);
    }

    let refused = submit(server.port, "iso2code=GB&name=Again");
    assert_eq!(refused.status, 409);
    for words in [
        "<p role=\"alert\"",
        "there is a country GB already",
        "value=\"Again\"",
        "aria-invalid=\"true\"",
    ] {
        assert!(refused.body.contains(words), "no {words} in {}", refused.body);
    }
    assert_eq!(submit(server.port, "iso2code=G1").status, 422);
}

#[test]
fn nothing_that_was_typed_becomes_markup() {
    let server = Server::start(&Postgres::shared().database(), &[]);
    post_json(
        server.port,
        "/country",
        r#"{"iso2code": "XX", "name": "<script>alert('1')</script> & \"co\""}"#,
    );
    let seen = page(server.port, "/");
    assert!(!seen.body.contains("<script"), "{}", seen.body);
    assert!(
        seen.body
            .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;co&quot;"),
        "{}",
        seen.body
    );
    assert!(
        seen.header("content-security-policy")
            .unwrap()
            .contains("default-src 'none'")
    );

    let refused = submit(server.port, "iso2code=%22%3E%3Cscript%3E&name=%22+onfocus%3D%22x");
    assert_eq!(refused.status, 422);
    assert!(
        !refused.body.contains("<script") && !refused.body.contains("\" onfocus"),
        "{}",
        refused.body
    );
}

#[test]
fn long_lists_have_a_way_on() {
    let url = Postgres::shared().database();
    let server = Server::start(&url, &[]);
    crate::postgres::connect(&url)
        .batch_execute(
            "INSERT INTO countries (iso2code) SELECT chr(65 + n / 26) || chr(65 + n % 26) FROM generate_series(0, 59) n",
        )
        .unwrap();
    let first = page(server.port, "/");
    assert!(
        first.body.contains("<a href=\"/?after=BX\">More countries</a>"),
        "{}",
        first.body
    );
    let second = page(server.port, "/?after=BX");
    assert!(second.body.contains("/country/BY") && second.body.contains("First page") && !second.body.contains("More"));
}

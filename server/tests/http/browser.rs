//! The pages as somebody meets them: in a browser, by mouse, by keyboard, on a phone, with a screen reader.

use crate::client::{get, post_json};
use crate::postgres::Postgres;
use crate::server::Server;
use crate::webdriver::{Browser, ENTER, TAB};

struct Visit {
    browser: Browser,
    server: Server,
}

impl Visit {
    /// A browser and a server with two countries; nothing where there is no browser.
    fn begin() -> Option<Self> {
        let browser = Browser::start()?;
        let server = Server::start(&Postgres::shared().database(), &[]);
        for country in [
            r#"{"iso2code": "DE", "iso3code": "DEU", "name": "Germany"}"#,
            r#"{"iso2code": "FR"}"#,
        ] {
            assert_eq!(post_json(server.port, "/country", country).status, 201);
        }
        Some(Self { browser, server })
    }

    fn go(&self, path: &str) {
        self.browser.go(&format!("http://127.0.0.1:{}{path}", self.server.port));
    }

    /// Loads the page to try the API on, with an operation open.
    fn open(&self, operation: &str) {
        // From elsewhere: only the fragment would change otherwise, and the page would stay as it is.
        self.browser.go("about:blank");
        let tag = match operation {
            "submitForm" => "browser",
            "readyz" => "health",
            _ => "countries",
        };
        self.go(&format!("/docs#/{tag}/{operation}"));
        self.browser.wait_for(&format!(
            "document.querySelector('[id$=-{operation}].is-open .execute') !== null"
        ));
    }

    /// Sends the request of an operation that is open, and waits until its answer has these words.
    fn execute(&self, operation: &str, words: &str) {
        self.browser.click(&format!("[id$=-{operation}] .execute"));
        self.browser.wait_for(&format!(
            "document.querySelector('[id$=-{operation}] .live-responses-table')?.innerText.includes({words:?})"
        ));
    }

    /// Waits for the focus: after a page has loaded it moves with the first frame.
    fn focused(&self, selector: &str) {
        self.browser
            .wait_for(&format!("document.activeElement.matches({selector:?})"));
    }
}

#[test]
fn somebody_looks_adds_and_is_refused() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.go("/");
    assert_eq!(browser.value("document.title"), "Countries");
    assert_eq!(browser.text("tbody tr:first-child"), "DE Germany DEU");
    browser.picture("list");

    browser.fill("#iso2code", "gb");
    browser.fill("#iso3code", "gbr");
    browser.fill("#name", "United Kingdom");
    browser.click("form button");
    browser.wait_for("location.search === '?added=GB'");
    assert_eq!(browser.text("[role=status]"), "GB has been added.");
    // So that what happened is read out.
    visit.focused("[role=status]");
    assert_eq!(browser.text("tbody tr:last-child"), "GB United Kingdom GBR");
    browser.picture("added");
    browser.go(browser.value("location.href").as_str().unwrap());
    assert_eq!(
        get(visit.server.port, "/countries").json()["countries"]
            .as_array()
            .unwrap()
            .len(),
        3
    );

    browser.fill("#iso2code", "GB");
    browser.fill("#name", "Once more");
    browser.click("form button");
    browser.wait_for("document.title === 'Not added: Countries'");
    assert_eq!(
        browser.text("[role=alert]"),
        "Not added: there is a country GB already."
    );
    visit.focused("#iso2code[aria-invalid=true][aria-describedby=refusal]");
    assert_eq!(browser.value("document.querySelector('#name').value"), "Once more");
    browser.picture("duplicate");

    // What the browser itself sees is not even sent.
    visit.go("/");
    browser.fill("#iso2code", "G1");
    browser.click("form button");
    assert_eq!(
        browser.value("document.querySelectorAll('#iso2code:invalid, [role=alert]').length"),
        1
    );
    // And what it does not see comes back with the reason.
    browser.value("document.querySelector('form').noValidate = true");
    browser.click("form button");
    browser.wait_for("document.title === 'Not added: Countries'");
    assert!(browser.text("[role=alert]").contains("two letters from A to Z"));
    browser.picture("invalid");
    browser.content();
}

#[test]
fn somebody_follows_a_link_to_what_is_not_there() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    for (path, words) in [
        ("/country/ZZ", "There is no country ZZ."),
        ("/country/ZZZ", "Code must be two letters from A to Z, such as GB."),
        ("/nowhere", "There is nothing at this path; start at /."),
    ] {
        visit.go(path);
        assert_eq!(browser.text("[role=alert]"), words);
        browser.click("main a");
        browser.wait_for("location.pathname === '/' && document.title === 'Countries'");
    }
    visit.go("/country/ZZ");
    browser.picture("not-found");
    browser.content();
}

#[test]
fn somebody_has_no_mouse() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.go("/");
    // In the order in which it is read.
    for stop in [
        "nav a[href='/']",
        "nav a[href='/docs']",
        "a[href='#add']",
        "a[href='/country/DE']",
        "a[href='/country/FR']",
        "#iso2code",
    ] {
        browser.press(TAB);
        visit.focused(stop);
        assert_ne!(
            browser.value("getComputedStyle(document.activeElement).outlineStyle"),
            "none",
            "{stop}"
        );
    }
    browser.press(&["it", TAB, "ita", TAB, "Italy", ENTER].concat());
    browser.wait_for("document.querySelector('[role=status]')?.innerText === 'IT has been added.'");
    visit.focused("[role=status]");
    browser.press(&[TAB; 3].concat());
    // The way goes on from what was said.
    visit.focused("a[href='/country/FR']");

    // The short way to the form, and a mistake that is mended where the focus is.
    visit.go("/");
    browser.press(&[TAB, TAB, TAB, ENTER].concat());
    browser.press(&[TAB, "it", ENTER].concat());
    browser.wait_for("document.title === 'Not added: Countries'");
    visit.focused("#iso2code[aria-invalid=true]");
    browser.press(&["\u{e017}\u{e017}", "es", ENTER].concat());
    browser.wait_for("document.querySelector('[role=status]')?.innerText === 'ES has been added.'");
    browser.content();
}

#[test]
fn somebody_listens() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.go("/");
    for (selector, role, name) in [
        ("nav", "navigation", "Site"),
        ("main", "main", ""),
        ("h1", "heading", "Countries"),
        ("table", "table", "Countries, in the order of their codes"),
        ("th:first-child", "columnheader", "Code"),
        ("#iso2code", "textbox", "Two-letter code"),
        ("#iso3code", "textbox", "Three-letter code (may be empty)"),
        ("#name", "textbox", "Name (may be empty)"),
        ("form", "form", "Add a country"),
        ("form button", "button", "Add"),
    ] {
        assert_eq!(
            browser.spoken(selector),
            (role.to_owned(), name.to_owned()),
            "{selector}"
        );
    }
    assert_eq!(browser.value("document.documentElement.lang"), "en");
    visit.open("showCountry");
    for (selector, role, name) in [
        ("nav", "navigation", "Site"),
        ("main", "main", ""),
        (
            "#operations-countries-showCountry .opblock-summary-control",
            "button",
            "GET /country /{code} Show a country",
        ),
        (
            "#operations-countries-showCountry .opblock-body input",
            "textbox",
            "code",
        ),
        ("#operations-countries-showCountry .execute", "button", "Execute"),
    ] {
        let spoken = browser.spoken(selector);
        let spoken = (spoken.0, spoken.1.replace('\u{200b}', ""));
        assert_eq!(spoken, (role.to_owned(), name.to_owned()), "{selector}");
    }
    browser.content();
}

#[test]
fn somebody_has_a_small_phone() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    let long = format!(
        r#"{{"iso2code": "XX", "iso3code": "XXX", "name": "{}"}}"#,
        "Long".repeat(50)
    );
    assert_eq!(post_json(visit.server.port, "/country", &long).status, 201);
    browser.narrow(320);
    let fits = |name: &str| {
        browser.picture(&format!("phone-{name}"));
        assert_eq!(browser.value("innerWidth"), 320, "{name}");
        assert_eq!(
            browser.value("document.documentElement.scrollWidth"),
            320,
            "{name} has to be scrolled sideways"
        );
        // Large enough for a thumb, as WCAG 2.2 counts it at its stricter level, links in a sentence aside.
        let small = "[...document.querySelectorAll('input, textarea, button, summary, nav a')]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)";
        assert_eq!(browser.value(small), serde_json::json!([]), "{name}");
    };
    visit.go("/");
    fits("list");
    browser.fill("#iso2code", "XX");
    browser.click("form button");
    browser.wait_for("document.title === 'Not added: Countries'");
    fits("duplicate");
    visit.go("/country/ZZ");
    fits("not-found");
    visit.open("listCountries");
    visit.execute("listCountries", "LongLong");
    browser.value(
        "document.querySelectorAll('[aria-expanded=false]:not([tabindex=\"-1\"])').forEach((one) => one.click())",
    );
    browser.wait_for("document.querySelectorAll('.opblock-body').length === 10");
    fits("docs");
    browser.content();
}

#[test]
fn somebody_tries_the_api() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.open("showCountry");
    visit.execute("showCountry", "there is no country GB");
    browser.fill("#operations-countries-showCountry input", "de");
    visit.execute("showCountry", "\"name\": \"Germany\"");
    browser.picture("docs");
    for (operation, fill, words) in [
        ("addCountry", &[("textarea", "")][..], "\"iso2code\": \"GB\""),
        (
            "addCountry",
            &[("textarea", "{\"iso2code\": 7}")],
            "iso2code must be text",
        ),
        (
            "changeCountry",
            &[("[placeholder=code]", "fr"), ("textarea", "{\"name\": \"France\"}")],
            "\"name\": \"France\"",
        ),
        (
            "listCountries",
            &[("[placeholder=after]", "de"), ("[placeholder=limit]", "1")],
            "/countries?after=FR&limit=1",
        ),
        (
            "submitForm",
            &[
                ("[placeholder=iso2code]", "pt"),
                ("[placeholder=iso3code]", "prt"),
                ("[placeholder=name]", "Portugal"),
            ],
            "Welcome to the country server",
        ),
        ("removeCountry", &[("[placeholder=code]", "pt")], "204"),
        ("readyz", &[], "ready"),
    ] {
        visit.open(operation);
        for (field, text) in fill {
            browser.fill(&format!("[id$=-{operation}] {field}"), text);
        }
        visit.execute(operation, words);
    }
    browser.content();
}

#[test]
fn somebody_tries_the_api_without_a_mouse() {
    let Some(visit) = Visit::begin() else { return };
    let browser = &visit.browser;
    visit.open("showCountry");
    // From the page's first stop to the operation's field, whatever is on the way.
    let on_the_way = |target: &str| {
        for _ in 0..60 {
            browser.press(TAB);
            assert_ne!(
                browser.value("getComputedStyle(document.activeElement).outlineStyle"),
                "none"
            );
            if browser.value(&format!("document.activeElement.matches({target:?})")) == true {
                return;
            }
        }
        panic!("never reached: {target}");
    };
    on_the_way("#operations-countries-showCountry input");
    // To the end, and over what is there.
    browser.press("\u{e010}\u{e003}\u{e003}de");
    on_the_way("#operations-countries-showCountry .execute");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('.live-responses-table')?.innerText.includes('Germany')");
    // An operation that is closed opens, and closes again.
    browser.value("document.querySelector('#operations-health-readyz .opblock-summary-control').focus()");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('#operations-health-readyz.is-open .opblock-body') !== null");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('#operations-health-readyz.is-open') === null");
    browser.content();
}

//! A real browser: Chromium without a window, driven over WebDriver, which is JSON over HTTP.

use std::fs;
use std::io::{BufRead, BufReader, Write, stderr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::unistd::geteuid;
use serde_json::{Value, json};

use crate::client::send;

/// By this name the protocol hands elements about.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
const DELETE: &str = "\u{e017}";

/// A browser with one window. It ends with this value.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    // One at a time: each is as heavy as all the other tests together.
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts one. Without Chromium on this machine there is none, and the test says so, unless it is told to fail.
    pub fn start() -> Option<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = driver else {
            let required = std::env::var("SCHEMA_DIFF_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "chromedriver is missing (on Debian: apt install chromium chromium-driver)"
            );
            // Not by `eprintln!`, which is shown only where a test fails.
            let how = "on Debian: apt install chromium chromium-driver";
            let _ = writeln!(stderr(), "skipped: no chromedriver on this machine ({how})");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let mut arguments = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1000,800",
        ];
        if geteuid().is_root() {
            arguments.push("--no-sandbox");
        }
        let mut browser = Self {
            driver,
            port: port.unwrap(),
            session: String::new(),
            _turn: turn,
        };
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let opened = browser.ask("POST", "/session", &wanted);
        browser.session = format!("/session/{}", opened["sessionId"].as_str().unwrap());
        Some(browser)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, mut answer) = self.answer(method, path, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer["value"].take()
    }

    fn answer(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if method == "GET" {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let line = format!("{method} {}{path}", self.session);
        let answer = send(
            self.port,
            &line,
            &["Content-Type: application/json; charset=utf-8"],
            &body,
        );
        (answer.status, answer.json())
    }

    /// Loads a page.
    pub fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// What an expression of JavaScript gives on this page.
    pub fn value(&self, expression: &str) -> Value {
        let script = json!({ "script": format!("return {expression}"), "args": [] });
        self.ask("POST", "/execute/sync", &script)
    }

    /// Waits until an expression is true, as a person would.
    pub fn wait_for(&self, expression: &str) {
        let began = Instant::now();
        while self.value(expression) != json!(true) {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "never true: {expression}\nthe page shows:\n{}",
                self.text("body")
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn element(&self, selector: &str) -> String {
        let found = self.ask(
            "POST",
            "/element",
            &json!({ "using": "css selector", "value": selector }),
        );
        format!("/element/{}", found[ELEMENT].as_str().unwrap())
    }

    /// Waits until an element has kept its place for ten frames: a page that still scrolls to it would move it away from a click.
    fn wait_until_still(&self, selector: &str) {
        let look = format!(
            "const done = arguments[0]; let place = null, frames = 0;
            (function look() {{
                const box = document.querySelector({selector:?})?.getBoundingClientRect();
                const now = box && `${{box.x}} ${{box.y}}`;
                frames = now && now === place ? frames + 1 : 0;
                place = now;
                if (frames === 10) done(); else requestAnimationFrame(look);
            }})();"
        );
        self.ask("POST", "/execute/async", &json!({ "script": look, "args": [] }));
    }

    /// Clicks, as a person would: once the element stands still and nothing that moves covers it.
    pub fn click(&self, selector: &str) {
        self.wait_until_still(selector);
        let began = Instant::now();
        loop {
            let path = format!("{}/click", self.element(selector));
            let (status, answer) = self.answer("POST", &path, &json!({}));
            if status == 200 {
                return;
            }
            let is_covered = answer["value"]["error"] == "element click intercepted";
            let in_time = began.elapsed() < Duration::from_secs(10);
            assert!(is_covered && in_time, "{path}: {answer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types into a field once it is there, over what is in it: so that scripts which listen to it notice.
    pub fn fill(&self, selector: &str, text: &str) {
        self.wait_for(&format!("document.querySelector({selector:?}) !== null"));
        self.value(&format!(
            "(field => {{ field.focus(); field.select(); }})(document.querySelector({selector:?}))"
        ));
        self.press(if text.is_empty() { DELETE } else { text });
    }

    /// What is seen of an element's words.
    pub fn text(&self, selector: &str) -> String {
        let text = self.ask("GET", &format!("{}/text", self.element(selector)), &Value::Null);
        text.as_str().unwrap().to_owned()
    }

    /// The role and the name of an element, as a screen reader says them.
    pub fn spoken(&self, selector: &str) -> (String, String) {
        let element = self.element(selector);
        let say = |what: &str| self.ask("GET", &format!("{element}/computed{what}"), &Value::Null);
        let (role, label) = (say("role"), say("label"));
        (role.as_str().unwrap().to_owned(), label.as_str().unwrap().to_owned())
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub fn press(&self, keys: &str) {
        let keys: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() })))
            .collect();
        let keyboard = json!({"actions": [{"type": "key", "id": "keyboard", "actions": keys}]});
        self.ask("POST", "/actions", &keyboard);
    }

    /// Makes the window as a phone's: this wide, in CSS pixels.
    pub fn narrow(&self, width: u32) {
        let parameters = json!({"width": width, "height": 640, "deviceScaleFactor": 2, "mobile": true});
        let command = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": parameters});
        self.ask("POST", "/goog/cdp/execute", &command);
    }

    /// Keeps what is seen now in the directory that `SCHEMA_DIFF_SCREENSHOTS` names, for people to look at.
    pub fn picture(&self, name: &str) {
        let Some(directory) = std::env::var_os("SCHEMA_DIFF_SCREENSHOTS") else {
            return;
        };
        let page = json!({"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": true}});
        let picture = self.ask("POST", "/goog/cdp/execute", &page);
        let text = picture["data"].as_str().unwrap().to_owned();
        fs::write(Path::new(&directory).join(format!("{name}.png.base64")), text).unwrap();
    }

    /// Makes sure that the browser had nothing to complain of: no errors in scripts, nothing that the content security
    /// policy stopped, nothing missing. That a page was itself answered with 4xx is no complaint.
    pub fn content(&self) {
        let complaints = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        let complaints: Vec<&Value> = complaints
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| {
                let words = entry["message"].as_str().unwrap();
                let answered = words.contains("the server responded with a status of 4") && !words.contains("/assets/");
                !answered
            })
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to close it, the driver ends Chromium; killed, it would leave it behind.
        if !self.session.is_empty() {
            let _ = send(self.port, &format!("DELETE {}", self.session), &[], b"");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

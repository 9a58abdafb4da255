//! A temporary cargo workspace with the programs in a few crates, built once.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
};

/// How many crates there are: rustc compiles each in its own process.
const CRATES: usize = 10;

/// The built programs, which wait for orders.
pub struct Workspace {
    binary: PathBuf,
    running: Mutex<Running>,
}

struct Running {
    process: Child,
    answers: BufReader<ChildStdout>,
}

/// Gives each different program a module.
#[derive(Default)]
pub struct Sources {
    /// Their texts by the names of their modules, which stay the same as long as the text does.
    texts: BTreeMap<String, String>,
}

impl Sources {
    /// Adds a program, whose text depends on the path of its module; returns its name.
    pub fn add(&mut self, text: impl Fn(&str) -> String) -> String {
        let mut hasher = DefaultHasher::new();
        text("crate::program").hash(&mut hasher);
        let module = format!("p{:016x}", hasher.finish());
        self.texts
            .entry(module.clone())
            .or_insert_with(|| text(&format!("crate::{module}")));
        module
    }

    /// Writes and builds them.
    pub fn build(self) -> Workspace {
        let root =
            PathBuf::from(std::env::var("SCHEMA_DIFF_LABELS").unwrap_or_else(|_| "target/deploy-labels".to_owned()));
        let mut crates = vec![Vec::new(); CRATES];
        for (module, text) in self.texts {
            let place = usize::from_str_radix(&module[1..4], 16).unwrap() % CRATES;
            crates[place].push((module, text));
        }
        shared(&root);
        for (number, modules) in crates.iter().enumerate() {
            library(&root.join(format!("programs{number}")), number, modules);
        }
        let status = Command::new("cargo")
            .args(["build", "--keep-going"])
            .current_dir(&root)
            .env("CARGO_TARGET_DIR", root.join("target"))
            .status()
            .unwrap();
        assert!(status.success(), "the programs in {} do not compile", root.display());
        Workspace::start(root.join("target/debug/runner"))
    }
}

impl Workspace {
    fn start(binary: PathBuf) -> Self {
        let running = Mutex::new(Running::start(&binary));
        Self { binary, running }
    }

    /// Lets modules do something in a database; returns their report.
    pub fn run(&self, modules: &[String], action: &str, url: &str) -> Result<serde_json::Value, String> {
        let mut running = self.running.lock().unwrap();
        let order = format!("{action} {url} {}\n", modules.join(" "));
        let sent = running.process.stdin.as_mut().unwrap().write_all(order.as_bytes());
        let mut answer = String::new();
        if sent.is_err() || running.answers.read_line(&mut answer).is_err() || answer.is_empty() {
            let _ = running.process.wait();
            *running = Running::start(&self.binary);
            return Err(format!("the program ended: {order}"));
        }
        serde_json::from_str(&answer).map_err(|error| error.to_string())
    }
}

impl Running {
    fn start(binary: &Path) -> Self {
        let mut process = Command::new(binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, answers }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Does what each line of the standard input says.
const MAIN: &str = r#"
use std::io::BufRead as _;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut words = line.split(' ');
        let (action, url) = (words.next().unwrap(), words.next().unwrap());
        let mut session = deploy_program::Session::open(url).await;
        for module in words {
            let s = &mut session;
            let _ = false $calls;
        }
        println!("{}", session.report());
    }
}
"#;

/// Writes a library with some of the modules.
fn library(folder: &Path, number: usize, modules: &[(String, String)]) {
    let dependencies = [
        "chrono",
        "diesel",
        "diesel-async",
        "diesel-derive-enum",
        "serde_json",
        "uuid",
    ];
    put(
        &folder.join("Cargo.toml"),
        &manifest(
            &format!("programs{number}"),
            &dependencies,
            "deploy_program = { path = \"../program\" }\n",
        ),
    );
    let mut text = String::from("#![allow(warnings)]\n");
    let mut arms = String::new();
    for (module, source) in modules {
        text.push_str(&format!("mod {module};\n"));
        for (action, call) in [
            ("seed", "seed(s)"),
            ("run", "run(s)"),
            ("write-old", "write(s, 5)"),
            ("write-new", "write(s, 240)"),
        ] {
            arms.push_str(&format!(
                "        (\"{module}\", \"{action}\") => Box::pin({module}::{call}).await,\n"
            ));
        }
        put(&folder.join(format!("src/{module}.rs")), source);
    }
    text.push_str(&format!(
        "pub async fn act(module: &str, action: &str, s: &mut deploy_program::Session) -> bool {{\n    match (module, action) {{\n{arms}        _ => return false,\n    }}\n    true\n}}\n"
    ));
    put(&folder.join("src/lib.rs"), &text);
}

fn manifest(name: &str, dependencies: &[&str], more: &str) -> String {
    let all: String = dependencies
        .iter()
        .map(|own| format!("{own}.workspace = true\n"))
        .collect();
    format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{more}{all}")
}

/// Writes the workspace, with the versions of this one, and what the programs share.
fn shared(root: &Path) {
    let lock = include_str!("../../../../Cargo.lock");
    let version = |name: &str| {
        let rest = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).unwrap().1;
        rest.split_once('"').unwrap().0
    };
    let workspace = format!(
        "[workspace]\nmembers = [\"program\", \"programs?\", \"runner\"]\nresolver = \"3\"\n\n[workspace.dependencies]\n\
         chrono = {{ version = \"={}\", default-features = false, features = [\"clock\"] }}\n\
         diesel = {{ version = \"={}\", default-features = false, features = [\"postgres_backend\", \"chrono\", \"serde_json\", \"uuid\"] }}\n\
         diesel-async = {{ version = \"={}\", features = [\"postgres\"] }}\n\
         diesel-derive-enum = {{ version = \"={}\", features = [\"postgres\"] }}\n\
         serde_json = \"={}\"\ntokio = {{ version = \"={}\", features = [\"rt\", \"macros\", \"net\", \"time\"] }}\nuuid = \"1\"\n\n\
         [profile.dev]\ndebug = false\nincremental = false\nopt-level = 0\n",
        version("chrono"),
        version("diesel"),
        version("diesel-async"),
        version("diesel-derive-enum"),
        version("serde_json"),
        version("tokio"),
    );
    put(&root.join("Cargo.toml"), &workspace);
    if !root.join("Cargo.lock").exists() {
        put(&root.join("Cargo.lock"), lock);
    }
    let dependencies = ["chrono", "diesel", "diesel-async", "serde_json", "uuid"];
    put(
        &root.join("program/Cargo.toml"),
        &manifest("deploy_program", &dependencies, ""),
    );
    let libraries: String = (0..CRATES)
        .map(|own| format!("programs{own} = {{ path = \"../programs{own}\" }}\n"))
        .collect();
    let more = format!("deploy_program = {{ path = \"../program\" }}\n{libraries}");
    put(&root.join("runner/Cargo.toml"), &manifest("runner", &["tokio"], &more));
    let calls: String = (0..CRATES)
        .map(|own| format!("\n                || programs{own}::act(module, action, s).await"))
        .collect();
    put(&root.join("runner/src/main.rs"), &MAIN.replace("$calls", &calls));
    for (name, text) in [
        ("lib", include_str!("../programs/lib.rs")),
        ("session", include_str!("../programs/session.rs")),
        ("values", include_str!("../programs/values.rs")),
    ] {
        put(&root.join(format!("program/src/{name}.rs")), text);
    }
}

/// Writes a file, unless it has this text: cargo then builds nothing again.
fn put(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

use lingua::jobs::sync::{clone_command, engine, hash};
use lingua::rows::{Project, Segment};
use lingua::translate::{describe, overflows};

fn segment() -> Segment {
    Segment {
        id: 1,
        project_id: 1,
        key: "menu.file.open".into(),
        source_text: "Open".into(),
        context: Some("File menu".into()),
        max_chars: Some(8),
        type_: "button".into(),
        sort_no: 3,
        obsolete: false,
        fingerprint: hash("Open"),
        screenshot: None,
    }
}

fn project() -> Project {
    Project {
        id: 1,
        slug: "editor".into(),
        source_lang: "en".into(),
        repo_url: Some("https://git.example/editor".into()),
        branch: None,
        file_mask: "po/*.po".into(),
        preferred_engine: None,
        auto_merge: true,
        pulled_at: None,
        pushed_at: None,
    }
}

#[test]
fn long_buttons_overflow() {
    assert!(overflows(&segment(), "Datei öffnen"));
    assert!(!overflows(&Segment { max_chars: None, ..segment() }, "Datei öffnen"));
}

#[test]
fn description() {
    assert_eq!(describe(&segment()), "[button] menu.file.open - File menu");
}

#[test]
fn default_branch_and_engine() {
    assert!(clone_command(&project()).unwrap().contains("-b main"));
    assert_eq!(engine(&project()), "marian-en");
}

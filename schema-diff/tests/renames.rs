//! What the evidence says of labelled changes: hardly ever sure and wrong, and no rename goes unnoticed.

#[path = "renames/labelled.rs"]
mod labelled;

use labelled::{Confusion, files, load};

#[test]
fn sure_is_right_and_no_rename_goes_unnoticed() {
    let files = files();
    assert!(!files.is_empty(), "the labelled data is not where it is expected");
    for file in files {
        let mut all = Confusion::default();
        for case in load(&file) {
            all.add(&case);
        }
        let words = all.wrong.join("\n");
        assert!(
            all.precision() >= 0.99,
            "{}: {:.3}\n{words}",
            file.display(),
            all.precision()
        );
        assert!(all.recall() >= 0.97, "{}: {:.3}\n{words}", file.display(), all.recall());
    }
}

#[test]
fn the_order_of_tables_makes_no_difference() {
    for case in files().iter().flat_map(|file| load(file)) {
        assert_eq!(case.said(false), case.said(true), "{}", case.name);
    }
}

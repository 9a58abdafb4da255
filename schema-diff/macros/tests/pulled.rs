//! What `schema-diff pull` writes compiles: each expected file of its tests is a module here.
#![allow(missing_docs, non_snake_case, dead_code, unused_imports, clippy::unwrap_used)]

#[rustfmt::skip]
#[path = "../../tests/pull/fresh_rebuilt/expected_enums.rs"]
mod enums;
/// With the enums of the same project, which name the types of this module.
#[rustfmt::skip]
#[path = "../../tests/pull/fresh_rebuilt/expected.rs"]
mod schema;

#[rustfmt::skip]
#[path = "../../tests/pull/attributes_change/expected.rs"]
mod attributes_change;
#[rustfmt::skip]
#[path = "../../tests/pull/configuration/expected.rs"]
mod configuration;
#[rustfmt::skip]
#[path = "../../tests/pull/enums_change/expected.rs"]
mod enums_change;
#[rustfmt::skip]
#[path = "../../tests/pull/fresh_everything/expected.rs"]
mod fresh_everything;
#[rustfmt::skip]
#[path = "../../tests/pull/hostile_names/expected.rs"]
mod hostile_names;
#[rustfmt::skip]
#[path = "../../tests/pull/in_place/expected.rs"]
mod in_place;
#[rustfmt::skip]
#[path = "../../tests/pull/key_and_index_alike/expected.rs"]
mod key_and_index_alike;
#[rustfmt::skip]
#[path = "../../tests/pull/left_over/expected.rs"]
mod left_over;
#[rustfmt::skip]
#[path = "../../tests/pull/no_dependency/expected.rs"]
mod no_dependency;
#[rustfmt::skip]
#[path = "../../tests/pull/reprinted/expected.rs"]
mod reprinted;
#[rustfmt::skip]
#[path = "../../tests/pull/types_change/expected.rs"]
mod types_change;
#[rustfmt::skip]
#[path = "../../tests/pull/doc_comments/expected.rs"]
mod doc_comments;
#[rustfmt::skip]
#[path = "../../tests/pull/index_storage/expected.rs"]
mod index_storage;
#[rustfmt::skip]
#[path = "../../tests/pull/partitions/expected.rs"]
mod partitions;
#[rustfmt::skip]
#[path = "../../tests/pull/several_back_ends/expected.rs"]
mod several_back_ends;
#[rustfmt::skip]
#[path = "../../tests/pull/storage/expected.rs"]
mod storage;
#[rustfmt::skip]
#[path = "../../tests/pull/without_key/expected.rs"]
mod without_key;

#[test]
fn every_expected_file_is_here() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/pull");
    for entry in folder.read_dir().unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            include_str!("pulled.rs").contains(&format!("/{name}/expected.rs")),
            "tests/pull/{name} is not compiled"
        );
    }
}

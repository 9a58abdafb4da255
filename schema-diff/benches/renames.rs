//! Measures matching renames: `cargo bench --package schema-diff --bench renames -- [columns]` (2,000 when none is named), in memory.
//!
//! As many dropped columns and as many added ones, each renamed in one of the ways that people have: in one table, spread over 200
//! tables, and in 200 tables that are renamed with them. The time is the least of three runs of `resolve` as a whole, on one thread.
#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::{hint::black_box, time::Instant};

use schema_diff_engine::{
    declared::{Declared, DeclaredColumn, DeclaredTable, DeclaredType, Location},
    diagnostic::ResolveErrors,
    matching::{self, Decisions},
    model::{QualifiedName, Schema},
    resolve::{NormalizedExpressions, Resolution, resolve},
    rules::Rules,
    uses::CodeEvidence,
};

const FIRST: &[&str] = &[
    "customer", "billing", "shipping", "product", "invoice", "contract", "vehicle", "patient", "course", "ticket",
    "sensor", "budget",
];
const SECOND: &[&str] = &[
    "name",
    "quantity",
    "description",
    "address",
    "number",
    "amount",
    "category",
    "reference",
    "position",
    "comment",
];
const TYPES: &[&str] = &["text", "int4", "numeric", "timestamptz", "bool", "int8", "date"];

fn main() -> Result<(), ResolveErrors> {
    let columns = std::env::args()
        .skip(1)
        // Cargo adds `--bench`.
        .find(|argument| argument != "--bench")
        .and_then(|text| text.parse().ok())
        .unwrap_or(2_000);
    let one = |_: usize| "t".to_owned();
    measure(&format!("{columns} columns in one table"), 1, columns, one, one)?;
    let table = |at: usize| format!("t{at}");
    measure(
        &format!("{columns} columns over 200 tables"),
        200,
        columns / 200,
        table,
        table,
    )?;
    let before = |at: usize| format!("{}_{at}", FIRST[at % FIRST.len()]);
    let after = |at: usize| format!("tbl_{}_{at}", FIRST[at % FIRST.len()]);
    measure(
        &format!("{columns} columns in 200 renamed tables"),
        200,
        columns / 200,
        before,
        after,
    )
}

fn measure(
    what: &str,
    tables: usize,
    columns: usize,
    before: impl Fn(usize) -> String,
    after: impl Fn(usize) -> String,
) -> Result<(), ResolveErrors> {
    let declared = |name: &dyn Fn(usize) -> String, renamed: bool| Declared {
        tables: (0..tables).map(|at| table(name(at), at, columns, renamed)).collect(),
        ..Declared::default()
    };
    let old = resolved(&Schema::default(), &declared(&before, false))?.after;
    let new = declared(&after, true);
    let mut least = f64::INFINITY;
    let mut found = (0, 0);
    for _ in 0..3 {
        let begun = Instant::now();
        let resolution = black_box(resolved(&old, &new)?);
        least = least.min(begun.elapsed().as_secs_f64());
        found = (resolution.renames.len(), resolution.undecided.len());
    }
    println!("{what}: {:.0} ms, {} sure, {} to decide", least * 1e3, found.0, found.1);
    Ok(())
}

fn resolved(before: &Schema, declared: &Declared) -> Result<Resolution, ResolveErrors> {
    let known = matching::Input {
        before,
        declared,
        rules: &Rules::default(),
        decisions: &Decisions::default(),
        code: CodeEvidence::NONE,
    };
    resolve(known, &NormalizedExpressions::default())
}

fn table(name: String, at: usize, columns: usize, renamed: bool) -> DeclaredTable {
    let mut all = vec![column("id".into(), "int4", false)];
    for number in 0..columns {
        let (first, second) = (
            FIRST[(number + at) % FIRST.len()],
            SECOND[(number / FIRST.len()) % SECOND.len()],
        );
        let before = format!("{first}_{second}_{number}");
        let name = if renamed {
            match number % 4 {
                0 => format!("{first}_{}_{number}", second.chars().take(4).collect::<String>()),
                1 => format!("is_{before}"),
                2 => format!("{before}_value"),
                _ => format!("{second}_{first}_{number}"),
            }
        } else {
            before
        };
        // Every fifth one becomes wider, every seventh is somewhere else.
        let of_type = TYPES[number % TYPES.len()];
        let wider = renamed && number % 5 == 0 && of_type == "int4";
        all.push(column(name, if wider { "int8" } else { of_type }, number % 3 == 0));
    }
    if renamed {
        let end = all.len();
        all[1..end].chunks_mut(7).for_each(|chunk| chunk.rotate_left(1));
    }
    DeclaredTable {
        doc: None,
        rust_name: name.clone(),
        name: QualifiedName::public(name),
        primary_key: vec!["id".into()],
        columns: all,
        attributes: Vec::new(),
        is_view: false,
        location: Location::default(),
    }
}

fn column(name: String, of_type: &str, nullable: bool) -> DeclaredColumn {
    DeclaredColumn {
        doc: None,
        rust_name: name.clone(),
        name,
        data_type: DeclaredType {
            schema: Some("pg_catalog".into()),
            name: of_type.to_owned(),
            array: false,
            serial: false,
            rust_name: of_type.to_owned(),
        },
        nullable,
        max_length: None,
        auto_increment: false,
        attributes: Vec::new(),
        location: Location::default(),
        type_location: Location::default(),
    }
}

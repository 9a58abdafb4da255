//! Input that nobody wrote: everything that reads text from outside is tried on arbitrary, assembled and damaged texts. It answers or
//! refuses, and never panics; what it accepts it can write and read again.
//!
//! A run of the tests tries a few hundred inputs of each kind, the same ones each time. `SCHEMA_DIFF_FUZZ_SECONDS=600` goes on with other
//! ones for so long, each test for itself; `SCHEMA_DIFF_FUZZ_SEED` chooses where that begins. A failure prints the input, made as
//! small as it could be.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

mod damage;
mod flags;
mod header;
mod parser;
mod url;

use std::{
    env,
    time::{Duration, Instant},
};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

/// Tries a target on inputs: so many, or as many as there is time for. Panics with the smallest input that fails.
fn fuzz<S: Strategy>(count: u32, inputs: &S, target: impl Fn(S::Value) -> Result<(), String>) {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seconds = number("SCHEMA_DIFF_FUZZ_SECONDS");
    let mut seed = number("SCHEMA_DIFF_FUZZ_SEED").unwrap_or(1);
    let begun = Instant::now();
    loop {
        let config = Config {
            cases: count,
            failure_persistence: None,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        match runner.run(inputs, |input| target(input).map_err(TestCaseError::fail)) {
            Ok(()) => {}
            Err(TestError::Fail(why, input)) => panic!("SCHEMA_DIFF_FUZZ_SEED={seed}: {why}\n{input:#?}"),
            Err(aborted) => panic!("SCHEMA_DIFF_FUZZ_SEED={seed}: {aborted}"),
        }
        seed += 1;
        if seconds.is_none_or(|seconds| begun.elapsed() > Duration::from_secs(seconds)) {
            return;
        }
    }
}

/// Compares what was written with what was read of it.
fn same<T: std::fmt::Debug + PartialEq>(written: &T, read: &T) -> Result<(), String> {
    if written == read {
        Ok(())
    } else {
        Err(format!("written: {written:#?}\nread:    {read:#?}"))
    }
}

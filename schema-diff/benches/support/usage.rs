//! What a benchmark has used of the machine.

use std::fs;

/// User and system time of this process, in seconds; 0 where `/proc` has none.
pub fn cpu_seconds() -> f64 {
    seconds_from(11)
}

/// User and system time of the programs that this process has run and waited for, in seconds.
#[allow(dead_code, reason = "some benchmarks run no programs")]
pub fn cpu_seconds_of_children() -> f64 {
    seconds_from(13)
}

/// The sum of two fields after the name, as seconds.
fn seconds_from(field: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(field)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// Peak of the resident memory, as Linux words it.
pub fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}

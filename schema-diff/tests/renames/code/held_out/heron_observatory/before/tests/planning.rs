use chrono::{Duration, Utc};
use observatory::catalog::distance_pc;
use observatory::models::{Block, Target};
use observatory::planner::altitude_ok;

fn block() -> Block {
    let now = Utc::now();
    Block {
        id: 1,
        proposal_id: 1,
        target_id: 1,
        start_utc: now,
        stop_utc: now + Duration::hours(2),
        min_alt: 30.0,
        max_seeing: Some(1.2),
        moon_ok: false,
        priority: 2,
        remark: None,
    }
}

#[test]
fn low_is_refused() {
    assert!(!altitude_ok(&block(), 21.0));
    assert!(altitude_ok(&Block { min_alt: 20.0, ..block() }, 21.0));
}

#[test]
fn vega() {
    let t = Target {
        id: 1,
        designation: "alf Lyr".into(),
        ra: 279.23,
        dec: 38.78,
        epoch: 2000.0,
        vmag: Some(0.03),
        parallax: Some(130.2),
        kind: "star".into(),
    };
    assert!((distance_pc(&t).unwrap() - 7.68).abs() < 0.01);
}

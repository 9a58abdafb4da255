use marathon::db::field::{poster, wave_for, Race};
use marathon::db::timing::{parse, Mat};

fn finish() -> Mat {
    Mat {
        id: 8,
        race_id: 1,
        label: "Finish".into(),
        km: 42.195,
        reader_serial: Some("R-77".into()),
        is_finish: true,
        min_gap_s: 5,
    }
}

#[test]
fn a_line() {
    let r = parse("R-77;C0FFEE;1700000000000;-51", &[finish()]).unwrap();
    assert_eq!((r.mat_id, r.chip, r.rssi), (8, "C0FFEE", Some(-51)));
    assert!(parse("R-78;C0FFEE;1700000000000;-51", &[finish()]).is_none());
}

#[test]
fn waves() {
    assert_eq!(wave_for(Some(9000)), 1);
    assert_eq!(wave_for(None), 4);
}

#[test]
fn the_poster() {
    let race = Race {
        id: 1,
        year: 2024,
        distance: "Marathon".into(),
        metres: 42195,
        cutoff_s: 21600,
        fee: 7900,
        cap: Some(5000),
        sponsor: Some("Brezel AG".into()),
        results_public: false,
    };
    assert_eq!(poster(&race), "Marathon 2024 (42195 m) presented by Brezel AG: 7900 cents");
}

use telemetry::rule::Rule;

fn rule(min: Option<f64>, max: Option<f64>) -> Rule {
    Rule {
        id: 1,
        metric: "temperature".into(),
        min,
        max,
        hold_secs: 60,
        active: true,
        note: None,
    }
}

#[test]
fn open_ranges() {
    assert!(rule(Some(2.0), None).is_violated_by(1.9));
    assert!(!rule(Some(2.0), None).is_violated_by(200.0));
    assert!(rule(None, Some(8.0)).is_violated_by(8.1));
}

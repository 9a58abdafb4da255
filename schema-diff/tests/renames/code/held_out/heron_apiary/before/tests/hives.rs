use apiary::http::cards::HiveCard;
use apiary::models::{ColonyMood, FrameKind, Hive, NewHive};

fn fixture() -> Hive {
    Hive {
        id: 7,
        apiary_id: 1,
        label: "B-03".into(),
        frame_kind: FrameKind::Zander,
        supers: 2,
        mood: ColonyMood::Calm,
        queen_color: Some("blue".into()),
        queen_born: None,
        wintered: true,
        remarks: None,
        retired_at: None,
    }
}

#[test]
fn card_counts_brood_box() {
    let card = HiveCard::from(fixture());
    assert_eq!(card.boxes, 3);
    assert_eq!(card.queen, "blue");
    assert!(!card.grumpy);
}

#[test]
fn hot_hives_are_grumpy() {
    let h = Hive { mood: ColonyMood::Hot, ..fixture() };
    assert!(HiveCard::from(h).grumpy);
}

#[test]
fn new_hive_from_json() {
    let n: NewHive = serde_json::from_str(
        r#"{"apiary_id":1,"label":"C","frame_kind":"Dadant","supers":0,"mood":"Calm","queen_color":null,"remarks":null}"#,
    )
    .unwrap();
    assert_eq!(n.label, "C");
}

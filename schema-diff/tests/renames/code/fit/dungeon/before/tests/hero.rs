use dungeon::hero::{Hero, HeroClass};
use dungeon::players::{self, Player};

fn hero() -> Hero {
    Hero {
        id: 1,
        player_id: 1,
        nickname: "Brog".to_string(),
        class: HeroClass::Warrior,
        lvl: 1,
        xp: 0,
        hp: 120,
        mana: 10,
        gold: 50,
        pos_x: 4,
        pos_y: 5,
        guild_id: None,
        hardcore: false,
        died_at: None,
        title: None,
        last_login: None,
    }
}

#[test]
fn death_costs_half_the_gold() {
    let after = hero().hit(500);
    assert_eq!((after.gold, after.pos_x, after.pos_y), (25, 0, 0));
    let after = Hero { hardcore: true, ..hero() }.hit(500);
    assert!(after.died_at.is_some());
}

#[test]
fn a_level_needs_a_thousand() {
    let Hero { lvl, xp, .. } = hero().gain(1100);
    assert_eq!((lvl, xp), (2, 100));
}

#[test]
fn a_ban_keeps_the_rest() {
    let p = players::ban(Player { elo: 1200, ..Player::default() }, "aimbot");
    assert_eq!((p.elo, p.banned), (1200, true));
    assert_eq!(players::pardon(p).ban_note, None);
}

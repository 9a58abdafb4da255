use crate::model::Player;

pub fn expected(a: i32, b: i32) -> f64 {
    1.0 / (1.0 + 10f64.powf((b - a) as f64 / 400.0))
}

pub fn k_factor(p: &Player) -> f64 {
    if p.peak >= 2400 {
        10.0
    } else if p.rating < 2300 && p.born.map_or(false, |y| y >= 2006) {
        40.0
    } else {
        20.0
    }
}

pub fn delta(p: &Player, opponent: i32, score: f64) -> i32 {
    (k_factor(p) * (score - expected(p.rating, opponent))).round() as i32
}

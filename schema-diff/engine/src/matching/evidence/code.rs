//! Weighs what the project's code says of a rename.

use super::Reasons;
use crate::uses::Uses;

/// The greatest weight for a rename.
const FOR: f64 = 8.0;
/// The greatest weight against a rename.
const AGAINST: f64 = -7.0;
/// From this weight on, a rename is no longer doubtful.
const CONVINCING: f64 = 5.0;

/// Adds the reason that the uses of two names give. `new` is the new name.
pub fn add_code_reasons(uses: &Uses, new: &str, reasons: &mut Reasons) {
    let became = 0.5f64.mul_add(uses.became_elsewhere, uses.became);
    let apart = (uses.deleted + uses.written) / 2.0;
    if became + apart < 0.2 {
        return;
    }
    let share = became / (became + apart);
    let enough = |amount: f64| 1.0 - (-amount).exp();
    if share > 0.5 {
        let weight = FOR * (2.0 * share - 1.0) * enough(became);
        if weight >= CONVINCING {
            reasons.trust();
        }
        reasons.add(weight, for_it(uses, new));
    } else {
        reasons.add(AGAINST * (1.0 - 2.0 * share) * enough(apart), against_it(uses, new));
    }
}

fn for_it(uses: &Uses, new: &str) -> String {
    let left = match uses.remaining {
        0 => "none is left".to_owned(),
        1 => "1 is left".to_owned(),
        many => format!("{many} are left"),
    };
    format!("{} of {} became {new}; {left}", uses.renamed, super::counted(uses.total, "use"))
}

fn against_it(uses: &Uses, new: &str) -> String {
    match uses.renamed {
        0 => format!("none of {} became {new}", super::counted(uses.total, "use")),
        some => format!("only {some} of {} became {new}", super::counted(uses.total, "use")),
    }
}

//! Weighs what the project's code says of a rename.
//!
//! A rename leaves the code as it is, except for the name. A new object beside a dropped one has code of its own: some
//! uses are deleted, some are new, and in some the rest of the line changes. The weights were fitted to
//! `tests/renames/code/fit`.

use super::Reasons;
use crate::uses::Uses;

/// From this weight on, the code decides what another reason marks as doubtful.
const CONVINCING: f64 = 3.5;
/// From these log-odds on, the code alone does not reject what the schemas say, but makes it a question.
const LIKELY: f64 = 2.0;
/// The log-odds of such a question.
const ASKED: f64 = -2.0;

/// Adds the reason that the uses of two names give. `new` is the new name. `is_retyped`: whether the values change their
/// type, so that the code around their uses changes too.
pub fn add_code_reasons(uses: &Uses, new: &str, is_retyped: bool, reasons: &mut Reasons) {
    if uses.is_empty() {
        return;
    }
    let mut weight = weight(uses, is_retyped);
    if reasons.log_odds() >= LIKELY {
        weight = weight.max(ASKED - reasons.log_odds());
    }
    add(uses, new, weight, reasons);
}

/// Adds the reason that the uses of two names give that stand for more than values: tables, types, labels. Code may be
/// deleted or written beside a rename of these.
pub fn add_code_reasons_by_share(uses: &Uses, new: &str, reasons: &mut Reasons) {
    if uses.is_empty() {
        return;
    }
    add(uses, new, weight_by_share(uses), reasons);
}

fn add(uses: &Uses, new: &str, weight: f64, reasons: &mut Reasons) {
    if weight >= CONVINCING {
        reasons.trust();
    }
    reasons.add(weight, text(uses, new, weight));
}

fn weight_by_share(uses: &Uses) -> f64 {
    let became = 0.3f64.mul_add(uses.same.loose, uses.same.code + uses.same.declared) + uses.near + uses.far;
    let apart = 0.5f64.mul_add(uses.written, uses.deleted);
    if became + apart <= 0.0 {
        return 0.0;
    }
    let share = became / (became + apart);
    let enough = |amount: f64| 1.0 - (-amount).exp();
    if share > 0.5 {
        6.0 * 2.0f64.mul_add(share, -1.0) * enough(became)
    } else {
        -4.0 * 2.0f64.mul_add(-share, 1.0) * enough(apart)
    }
}

fn weight(uses: &Uses, is_retyped: bool) -> f64 {
    let (mut same, mut near, mut far) = (uses.same.code, uses.near, uses.far);
    if is_retyped {
        same += 0.7f64.mul_add(near, 0.2 * far);
        (near, far) = (0.0, 0.0);
    }
    let against = against(same, near, far) + step(2.8, 1.2, uses.deleted) + step(2.8, 0.7, uses.written);
    if against > 0.0 {
        return 2.8f64.mul_add(same.ln_1p(), 0.5 * uses.same.loose.ln_1p()) - against;
    }
    match same {
        // The rest of the code follows, whatever it will say.
        _ if uses.left > 0 => 1.5f64.mul_add(same.ln_1p(), 1.0),
        // Fields take the places of columns, whether renamed or new.
        same if same <= 0.0 => {
            if uses.same.loose > 0.0 {
                4.5
            } else {
                2.5
            }
        }
        same => {
            let first = if is_retyped { 3.0 } else { 4.0 };
            2.0f64.mul_add((2.0 * same.min(1.0)).ln_1p(), first) + same.ln_1p()
        }
    }
}

/// Returns the weight of uses in code that changed besides. Some do in a rename, too, beside others that did not.
fn against(same: f64, near: f64, far: f64) -> f64 {
    let share = if near > 0.0 { near / (near + same) } else { 0.0 };
    2.6f64.mul_add(share.mul_add(near.min(1.0), far.min(1.0)), (near + far).ln_1p())
}

/// Returns a weight of which the first use makes up most.
fn step(first: f64, further: f64, amount: f64) -> f64 {
    further.mul_add(amount.ln_1p(), first * amount.min(1.0))
}

/// Describes the uses.
fn text(uses: &Uses, new: &str, weight: f64) -> String {
    let total = super::counted(uses.total, "use");
    if weight < 0.0 {
        return match uses.renamed {
            0 => format!("in the code, {total} did not become {new}"),
            all if all == uses.total => format!("in the code, the lines of {total} changed"),
            some => format!("in the code, only {some} of {total} became {new}"),
        };
    }
    let left = match uses.left {
        0 => "none is left".to_owned(),
        1 => "1 is left".to_owned(),
        many => format!("{many} are left"),
    };
    format!("in the code, {} of {total} became {new}; {left}", uses.renamed)
}

#[cfg(test)]
mod tests {
    use super::{add_code_reasons, weight};
    use crate::{
        matching::evidence::{Reasons, Sureness},
        uses::{Amounts, Uses},
    };

    fn renamed(code: f64, declared: f64) -> Uses {
        let same = Amounts {
            code,
            declared,
            loose: 0.0,
        };
        Uses {
            same,
            ..Uses::default()
        }
    }

    #[test]
    fn code_without_changes_elsewhere_is_for_a_rename() {
        assert!(weight(&renamed(3.0, 2.0), false) > weight(&renamed(1.0, 2.0), false));
        assert!(weight(&renamed(1.0, 2.0), false) > weight(&renamed(0.0, 2.0), false));
        let written = Uses {
            written: 1.0,
            ..renamed(1.0, 2.0)
        };
        assert!(weight(&written, false) < 0.0);
        let changed = Uses {
            far: 1.0,
            ..renamed(0.0, 2.0)
        };
        assert!(weight(&changed, false) < 0.0 && weight(&changed, true) > 0.0);
    }

    #[test]
    fn unchanged_code_is_for_nothing() {
        let left = Uses {
            left: 5,
            total: 5,
            ..Uses::default()
        };
        let mut reasons = Reasons::starting_at(1.0);
        add_code_reasons(&left, "email", false, &mut reasons);
        assert_eq!(reasons, Reasons::starting_at(1.0));
    }

    #[test]
    fn convincing_code_overrides_a_doubt() {
        let mut reasons = Reasons::starting_at(0.0);
        reasons.doubt();
        add_code_reasons(&renamed(4.0, 1.0), "email", false, &mut reasons);
        assert_eq!(reasons.evidence(0.99, 0.95).sureness, Sureness::Sure);
    }
}

//! Weighs what the project's code says of a rename.
//!
//! A rename leaves the code as it is, except for the name. A new object beside a dropped one has code of its own: some
//! uses are deleted, some are new, and in some the rest of the line changes. The weights were fitted to
//! `tests/renames/code/fit`; `tests/renames/code/held_out` measures them.

use super::Reasons;
use crate::uses::{Ends, Uses};

/// From this weight on, the code decides what another reason marks as doubtful.
const CONVINCING: f64 = 3.0;
/// From these log-odds on, the code alone does not reject what the schemas say, but makes it a question.
const LIKELY: f64 = 2.0;
/// The log-odds of such a question.
const ASKED: f64 = -2.2;
/// Below these log-odds, the schemas say so much against it that few uses decide nothing.
const UNLIKELY: f64 = -3.2;
/// From this number of uses on, they decide even that.
const MANY: f64 = 3.0;
/// Fewer uses that changed with their values say nothing if these become ones of another kind.
const FEW: f64 = 2.0;

/// How the types of two columns differ for the code that uses them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retyped {
    /// The type in Rust is the same.
    #[default]
    No,
    /// The values are of the same kind, but the code around their uses may change.
    SameKind,
    /// The values are of another kind, as those of another column would be.
    OtherKind,
}

/// Adds the reason that the uses of two names give. `new` is the new name.
pub fn add_code_reasons(uses: &Uses, new: &str, retyped: Retyped, reasons: &mut Reasons) {
    if uses.is_empty() {
        return;
    }
    let mut weight = weight(uses, retyped);
    if retyped == Retyped::OtherKind && uses.same.code < 1.0 && uses.near + uses.far < FEW {
        weight = weight.min(0.0);
    }
    if reasons.log_odds() >= LIKELY || nearly_all_became(uses) {
        weight = weight.max(ASKED - reasons.log_odds());
    }
    let is_of_many = uses.same.code >= MANY && retyped != Retyped::OtherKind;
    if weight > 0.0 && reasons.log_odds() < UNLIKELY && !is_of_many {
        reasons.doubt();
    } else if weight >= CONVINCING {
        reasons.trust();
    }
    reasons.add(weight, text(uses, new, weight));
}

/// Adds the reason that the uses of two names give that stand for more than values: tables, types, labels. Code may be
/// deleted or written beside a rename of these.
pub fn add_code_reasons_by_share(uses: &Uses, new: &str, reasons: &mut Reasons) {
    if uses.is_empty() {
        return;
    }
    let weight = weight_by_share(uses);
    if weight >= CONVINCING {
        reasons.trust();
    }
    reasons.add(weight, text(uses, new, weight));
}

fn weight_by_share(uses: &Uses) -> f64 {
    let became = 0.3f64.mul_add(uses.same.loose, uses.same.code + uses.same.declared) + uses.near + uses.far;
    let deleted = 0.4f64.mul_add(uses.deleted.loose, uses.deleted.certain);
    let written = 0.6f64.mul_add(uses.written.loose, uses.written.certain);
    let apart = 0.5f64.mul_add(written, deleted) + 1.5 * uses.rewritten;
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

/// Returns whether nearly all uses in code became the new name, in code that is the same or nearly so.
fn nearly_all_became(uses: &Uses) -> bool {
    let apart = uses.far + uses.rewritten + uses.deleted.certain + uses.written.certain;
    uses.same.code + uses.near >= 3.0 * apart.max(1.0)
}

fn weight(uses: &Uses, retyped: Retyped) -> f64 {
    let found = Found::of(uses, retyped);
    let against = found.against();
    if against > 0.0 {
        let became = found.same.ln_1p() + 0.5 * uses.same.loose.ln_1p();
        return 2.8f64.mul_add(became, -against) - 0.5 * found.loose;
    }
    // The rest of the code follows, whatever it will say.
    if uses.left > 0 {
        return 1.5f64.mul_add(found.same.ln_1p(), 1.0);
    }
    match found.same {
        same if same > 0.0 => {
            let first = if found.is_retyped { 3.0 } else { 4.0 };
            2.0f64.mul_add((2.0 * same.min(1.0)).ln_1p(), first) + same.ln_1p() - found.loose
        }
        _ if uses.same.loose > 0.0 => 4.5 - found.loose,
        // Fields take the places of columns, whether renamed or new; but a new column has code.
        _ if uses.same.declared > 0.0 => 3.3 - found.loose,
        _ => -found.loose,
    }
}

/// The uses as they count for a pair.
struct Found {
    same: f64,
    near: f64,
    far: f64,
    deleted: f64,
    written: f64,
    /// The weight of names that need not concern the columns.
    loose: f64,
    is_retyped: bool,
}

impl Found {
    fn of(uses: &Uses, retyped: Retyped) -> Self {
        let Ends {
            certain: deleted,
            loose: names_deleted,
        } = uses.deleted;
        let Ends {
            certain: written,
            loose: names_written,
        } = uses.written;
        let mut found = Self {
            same: uses.same.code,
            near: uses.near,
            far: uses.far,
            deleted: deleted + uses.rewritten,
            written: written + uses.rewritten,
            loose: names_apart(names_deleted, names_written),
            is_retyped: retyped != Retyped::No,
        };
        if found.is_retyped {
            // The code around the values changes with their type.
            found.same += 0.2f64.mul_add(uses.far, 0.4f64.mul_add(uses.rewritten, 0.6 * uses.near));
            (found.near, found.far) = (0.0, 0.0);
            (found.deleted, found.written) = (0.8 * deleted, 0.8 * written);
        }
        found
    }

    /// Returns the weight of uses in code that changed besides, was deleted, or is new. Some do in a rename, too, beside
    /// others that did not.
    fn against(&self) -> f64 {
        let near = self.near.min(1.0) * self.near / (self.near + self.same).max(1.0);
        3.2f64.mul_add(near + self.far.min(1.0), (self.near + self.far).ln_1p())
            + step(3.3, 1.2, self.deleted)
            + step(3.3, 0.7, self.written)
    }
}

/// Returns the weight of names that need not concern the columns: the more if old ones are deleted and new ones written.
fn names_apart(deleted: f64, written: f64) -> f64 {
    let (deleted, written) = (deleted.ln_1p(), written.ln_1p());
    1.5f64.mul_add(deleted.min(written), 0.8 * (deleted + written))
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
    use super::{Retyped, add_code_reasons, weight};
    use crate::{
        matching::evidence::{Reasons, Sureness},
        uses::{Amounts, Ends, Uses},
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
        assert!(weight(&renamed(3.0, 2.0), Retyped::No) > weight(&renamed(1.0, 2.0), Retyped::No));
        assert!(weight(&renamed(1.0, 2.0), Retyped::No) > weight(&renamed(0.0, 2.0), Retyped::No));
        let written = Uses {
            written: Ends {
                certain: 1.0,
                loose: 0.0,
            },
            ..renamed(1.0, 2.0)
        };
        assert!(weight(&written, Retyped::No) < 0.0);
        let changed = Uses {
            far: 1.0,
            ..renamed(0.0, 2.0)
        };
        assert!(weight(&changed, Retyped::No) < 0.0 && weight(&changed, Retyped::SameKind) > 0.0);
    }

    #[test]
    fn unchanged_code_is_for_nothing() {
        let left = Uses {
            left: 5,
            total: 5,
            ..Uses::default()
        };
        let mut reasons = Reasons::starting_at(1.0);
        add_code_reasons(&left, "email", Retyped::No, &mut reasons);
        assert_eq!(reasons, Reasons::starting_at(1.0));
    }

    #[test]
    fn convincing_code_overrides_a_doubt() {
        let mut reasons = Reasons::starting_at(0.0);
        reasons.doubt();
        add_code_reasons(&renamed(4.0, 1.0), "email", Retyped::No, &mut reasons);
        assert_eq!(reasons.evidence(0.99, 0.95).sureness, Sureness::Sure);
    }
}

//! The timestamp of a new migration: the current time, unless other migrations have later versions.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::history::Version;

const DIRECTORY: &str = "%Y-%m-%d-%H%M%S";
const DIGITS: &str = "%Y%m%d%H%M%S";

/// Returns the timestamp of a directory (`2024-01-31-235959`, UTC) whose version sorts after `latest`, as early as
/// possible from `now` on; `None` if no timestamp sorts after `latest`.
pub(super) fn after(now: Timestamp, latest: Option<&Version>) -> Option<String> {
    let now = now.to_zoned(TimeZone::UTC).datetime();
    let sorts_after = |moment: &DateTime| latest.is_none_or(|latest| version(*moment).as_str() > latest.as_str());
    let candidates = [Some(now), latest.and_then(second_after), latest.and_then(year_after)];
    candidates
        .into_iter()
        .flatten()
        .find(sorts_after)
        .map(|moment| moment.strftime(DIRECTORY).to_string())
}

fn version(moment: DateTime) -> String {
    moment.strftime(DIGITS).to_string()
}

/// Returns the second after the one that a version begins with. Versions of Diesel's CLI have more digits
/// (`202401312359590000`), so that the same second would sort before them.
fn second_after(version: &Version) -> Option<DateTime> {
    let digits = version.as_str().get(..14)?;
    DateTime::strptime(DIGITS, digits).ok()?.checked_add(1.second()).ok()
}

/// Returns the beginning of the next year, for versions that begin with a year but are not a timestamp.
fn year_after(version: &Version) -> Option<DateTime> {
    let year: i16 = version.as_str().get(..4)?.parse().ok()?;
    DateTime::new(
        year.checked_add(1).filter(|year| (1..=9999).contains(year))?,
        1,
        1,
        0,
        0,
        0,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn timestamps() {
        let now: Timestamp = "2024-01-31T23:59:59.9Z".parse().unwrap();
        let cases = [
            (None, Some("2024-01-31-235959")),
            (Some("00000000000000"), Some("2024-01-31-235959")),
            (Some("20240131235958"), Some("2024-01-31-235959")),
            (Some("20240131235959"), Some("2024-02-01-000000")),
            (Some("202401312359590003"), Some("2024-02-01-000000")),
            (Some("202401312359590003x"), Some("2024-02-01-000000")),
            (Some("20300101000000"), Some("2030-01-01-000001")),
            (Some("20309999999999"), Some("2031-01-01-000000")),
            (Some("1"), Some("2024-01-31-235959")),
            (Some("99991231235959"), None),
            (Some("initial"), None),
        ];
        for (latest, expected) in cases {
            assert_eq!(
                after(now, latest.map(Version::recorded).as_ref()).as_deref(),
                expected,
                "{latest:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_given_sorts_after(latest in "[0-9a-z]{0,20}", seconds in 0_i64..250_000_000_000) {
            let now = Timestamp::from_second(seconds).unwrap();
            let latest = Version::recorded(latest);
            if let Some(stamp) = after(now, Some(&latest)) {
                prop_assert!(Version::of_directory(&(stamp + "_x")) > latest);
            }
        }
    }
}

//! Words that tell alike names apart: of one line, each means another thing.

use std::{collections::HashMap, sync::LazyLock};

use super::synonyms::canonical;

/// Each line: words that exclude one another. A word may stand on several.
const APART: &[&str] = &[
    // time
    "start end stop pause due",
    "from to until",
    "since until",
    "start until",
    "from end",
    "before after",
    "created updated deleted published approved archived verified cancelled completed started ended sent received read viewed accessed expiry shipped delivered paid confirmed closed opened locked registered activated deactivated submitted reviewed scheduled processed failed requested accepted rejected assigned resolved seen joined left activity signin used refreshed due hired fired booked returned",
    "birthday death hire created",
    "day week month quarter year hour minute second date weekday",
    "daily weekly monthly yearly hourly annual",
    "morning evening noon night",
    "arrival departure",
    "checkin checkout",
    "open close closed",
    "login logout",
    "signin signout signup",
    "monday tuesday wednesday thursday friday saturday sunday",
    // order and rank
    "first middle last second third",
    "old new previous current next original",
    "primary secondary tertiary backup",
    "main alternate alternative secondary backup",
    "minimum maximum average median total",
    "low medium high critical urgent",
    "small large big tiny",
    "short long full",
    "upper lower",
    "top bottom",
    "left right center",
    "up down",
    "in out",
    "inbound outbound",
    "incoming outgoing",
    "input output",
    "import export",
    "head tail",
    "parent child sibling",
    "internal external",
    "public private protected",
    "local remote global",
    "soft hard",
    // people and ways to reach them
    "home work mobile office fax emergency business private",
    "phone fax email website address",
    "username email phone password name",
    "customer vendor employee",
    "sender recipient",
    "author editor reviewer approver publisher owner assignee reporter moderator",
    "user admin guest moderator",
    "buyer vendor",
    "customer seller",
    "teacher student",
    "doctor patient",
    "driver passenger",
    "mother father",
    "husband wife",
    "male female other",
    "follower following followed",
    "winner loser",
    "home away",
    "email sms push",
    "host guest",
    "manager employee",
    // places
    "billing shipping",
    "city street state country zip county region province district suburb",
    "latitude longitude altitude",
    "source destination",
    "pickup dropoff",
    "north south east west",
    "country currency language",
    // measures
    "width height depth length weight size",
    "x y z",
    "price quantity tax discount total subtotal fee shipping stock",
    "net gross",
    "debit credit",
    "buy sell",
    "sale purchase list retail wholesale regular unit",
    "cost price",
    "income expense",
    "opening closing",
    "likes dislikes views clicks shares comments downloads impressions",
    "like dislike view click share comment download impression",
    "win loss draw",
    "upvote downvote",
    "positive negative",
    "success failure failed error",
    "actual expected planned estimated target",
    "estimated completed",
    "km miles cm mm inch",
    "kg lb gram",
    "ms seconds minutes hours days weeks months years",
    "cents dollars",
    "usd eur gbp jpy chf",
    "celsius fahrenheit",
    "read write",
    "reads writes",
    // states
    "active inactive archived pending banned deleted draft",
    "visible hidden",
    "draft published archived",
    "new pending processing completed cancelled failed paid shipped delivered refunded rejected approved expired",
    "open closed resolved reopened",
    "enabled disabled",
    "locked unlocked",
    "true false",
    "yes no",
    "allowed denied",
    "optional required",
    "default custom",
    "online offline",
    "paid unpaid free",
    // things
    "title subtitle content slug description",
    "question answer",
    "request response",
    "header footer content sidebar",
    "subject content",
    "access refresh",
    "hash salt",
    "public secret",
    "logo banner icon cover thumbnail avatar favicon background",
    "facebook twitter instagram linkedin github youtube tiktok google",
    "android ios windows",
    "front back",
    "red green blue alpha black white yellow",
    "breakfast lunch dinner",
    "html text markdown json xml pdf csv",
    "foreground background",
    "isbn issn ean sku upc gtin barcode asin",
    "iban bic",
    "make model",
    "name code",
    "key value",
    "id name",
];

/// Words that make another thing of what they are added to: `email` and `email_token`, `password` and `password_hash`.
const OTHER_THING: &[&str] = &[
    "token",
    "cents",
    "hash",
    "salt",
    "secret",
    "reset",
    "backup",
    "history",
    "log",
    "archive",
    "draft",
    "hint",
    "attempts",
    "by",
    "verified",
    "confirmed",
    "verification",
    "confirmation",
    "alt",
    "suffix",
    "prefix",
    "template",
    "format",
    "error",
    "alias",
    "slug",
    "raw",
    "cache",
    "cached",
    "default",
    "limit",
    "flag",
    "temp",
    "temporary",
    "copy",
    "other",
    "extra",
    "parent",
    "external",
    "legacy",
    "digest",
    "type",
    "kind",
    "status",
    "version",
    "notes",
    "comment",
    "reason",
    "changed",
    "level",
    "rate",
    "min",
    "max",
    "currency",
    "icon",
    "color",
    "language",
    "position",
    "order",
    "sort",
    "rank",
    "not",
    "non",
    "without",
    "short",
    "long",
    "normalized",
    "sub",
];

static LINES: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut lines: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (at, line) in APART.iter().enumerate() {
        for word in line.split(' ') {
            lines.entry(word).or_default().push(at);
            if let Some(meaning) = canonical(word) {
                lines.entry(meaning).or_default().push(at);
            }
        }
    }
    lines
});

/// Whether two meanings exclude each other.
pub(super) fn tells_apart(a: &str, b: &str) -> bool {
    a != b
        && match (LINES.get(a), LINES.get(b)) {
            (Some(a), Some(b)) => a.iter().any(|line| b.contains(line)),
            _ => false,
        }
}

/// Whether a word, where only one of two names has it, speaks of another thing: it belongs to a contrast, or makes one.
pub(super) fn sets_apart(text: &str, meaning: &str) -> bool {
    OTHER_THING.contains(&text) || OTHER_THING.contains(&meaning) || LINES.contains_key(meaning)
}

/// Whether it is one of these words.
pub(super) fn is_known(word: &str) -> bool {
    LINES.contains_key(word) || OTHER_THING.contains(&word)
}

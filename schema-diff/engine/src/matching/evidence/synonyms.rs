//! Words of common schemas that mean the same, or nearly the same.

use std::{collections::HashMap, sync::LazyLock};

/// Each line lists words for one thing. A word appears on one line only.
const SAME: &[&str] = &[
    // people
    "email mail emailaddress",
    "phone telephone tel fon",
    "mobile cell cellphone handy",
    "first given forename fname prename",
    "last family surname lname",
    "username login handle nickname nick screenname uname",
    "password pwd passwd passphrase pass",
    "gender sex",
    "birthday birthdate dob birth born",
    "customer client buyer cust",
    "vendor supplier seller",
    "employee staff worker emp personnel",
    "author writer creator",
    "manager supervisor boss mgr",
    "assignee assigned",
    "recipient receiver addressee",
    "teacher instructor lecturer professor",
    "student pupil learner",
    "doctor physician",
    "guest visitor",
    "member membership",
    "attendee participant",
    "artist musician performer",
    "salary wage compensation",
    "user usr",
    // places
    "zip postcode postal plz",
    "city town",
    "street road",
    "country nation",
    "province prov",
    "address addr",
    "latitude lat",
    "longitude lng lon",
    "location loc",
    "website homepage site web",
    "warehouse depot",
    // trade
    "quantity qty",
    "amount amt",
    "fee charge",
    "tax vat",
    "discount rebate reduction",
    "invoice bill",
    "cart basket",
    "stock inventory",
    "shipping delivery shipment",
    "billing invoicing",
    "currency ccy",
    "company organization organisation org firm business",
    "department dept division",
    "transaction txn trx",
    "payment pmt",
    "balance bal",
    "reservation booking",
    "product prod",
    "account acct acc",
    "salutation honorific",
    "due deadline",
    "expiry expires expiration expire expired expiring",
    // writing
    "description desc descr details",
    "comment remark annotation",
    "note notes memo",
    "title headline heading",
    "content body",
    "picture image photo img pic",
    "url uri link href",
    "message msg",
    "language lang",
    "tag label keyword",
    "subject topic",
    "reply response",
    "thread discussion",
    "attachment enclosure",
    "abstract summary synopsis excerpt",
    "movie film",
    "song track",
    "biography bio",
    // time
    "created inserted creation created",
    "updated modified changed edited modification altered",
    "deleted removed trashed",
    "start begin started starts begins begun",
    "end finish ended ends",
    "from since",
    "until till thru through",
    "published posted",
    "signin logon",
    "timestamp ts datetime",
    "month mon",
    // states
    "active enabled",
    "inactive disabled",
    "visible shown displayed",
    "hidden invisible",
    "cancelled canceled voided",
    "completed finished complete done",
    "paid settled",
    "rejected declined denied refused",
    "failed errored",
    "banned blocked suspended",
    "processing ongoing running",
    "refunded reimbursed",
    "pending waiting queued",
    "verified confirmed validated",
    // measures
    "number num no nr nbr",
    "count cnt",
    "value val",
    "weight wt",
    "length len",
    "minimum min lowest",
    "maximum max highest",
    "average avg mean",
    "temperature temp",
    "position pos",
    "index idx",
    "sequence seq",
    "priority prio importance urgency",
    "percentage percent pct",
    "total overall",
    // machines
    "kind type",
    "category cat",
    "reference ref",
    "source src origin",
    "destination dest dst target",
    "hash digest checksum",
    "setting preference config configuration cfg option",
    "permission right privilege",
    "group grp",
    "folder directory dir",
    "temporary tmp",
    "identifier ident",
    "parameter param",
    "application app",
    "version ver",
    "environment env",
    "authentication auth",
    "color colour",
    "gray grey",
    "favourite favorite",
    "catalogue catalog",
    "license licence",
    "center centre",
    "previous prev",
    "current cur",
    "original orig",
    "manufacturer mfr maker",
    // units
    "kilometer km kilometre",
    "centimeter cm centimetre",
    "millimeter mm millimetre",
    "meter metre",
    "foot ft feet",
    "inch inches",
    "mile mi",
    "yard yd",
    "kilogram kg kilo",
    "gram gr",
    "milligram mg",
    "pound lb lbs",
    "ounce oz",
    "liter litre",
    "milliliter ml millilitre",
    "millisecond ms millis msec",
    "microsecond micros usec",
    "hour hr hrs",
    "second sec secs",
    "dollar dollars",
    "euro euros",
    "byte bytes",
    "kilobyte kb",
    "megabyte mb",
    "gigabyte gb",
    "degree deg",
];

/// Each line lists words that may be used for one another.
const NEARLY: &[&str] = &[
    "price cost amount rate",
    "amount total value sum",
    "user account member customer person",
    "user owner author",
    "person people contact",
    "status state condition stage phase",
    "status active",
    "product item article good",
    "order purchase",
    "position rank ordinal sequence order sort",
    "score points rating stars grade mark",
    "name title label",
    "name username",
    "description content text note comment message summary abstract",
    "comment note message",
    "biography about profile description",
    "content text message html",
    "picture avatar logo icon thumbnail cover",
    "picture url",
    "file attachment document",
    "folder path",
    "key token secret",
    "code number identifier key reference",
    "view visit hit",
    "like favourite",
    "follower subscriber",
    "group team",
    "category kind genre class",
    "tag category topic",
    "start from",
    "end until to",
    "date time timestamp at on",
    "created registered added joined",
    "published released",
    "approved accepted confirmed verified",
    "processing progress",
    "shipped sent dispatched delivered",
    "cancelled aborted terminated",
    "completed closed resolved",
    "archived closed inactive",
    "banned inactive",
    "new open created",
    "setting metadata property attribute",
    "metadata data extra payload info",
    "log event journal history audit",
    "task todo job",
    "signin username",
    "duration length time",
    "size length bytes",
    "street address line",
    "region state province",
    "location place venue site",
    "company vendor",
    "supplier manufacturer vendor",
    "teacher author",
    "room space",
    "car vehicle",
    "session visit",
    "text body",
    "post article story entry",
    "fee price amount cost",
    "salary pay income",
    "visible public published active",
    "quantity count number amount",
    "remaining left",
    "expiry until end valid due",
    "author owner user",
    "nationality country",
    "recipient to",
    "sender from",
    "parent ancestor",
    "level grade rank",
    "module component",
    "course class lesson",
    "review rating feedback comment",
    "reason cause",
];

static MEANINGS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    for line in SAME {
        let first = line.split(' ').next().unwrap_or_default();
        for word in line.split(' ') {
            meanings.entry(word).or_insert(first);
        }
    }
    meanings
});

static NEAR: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut near: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (at, line) in NEARLY.iter().enumerate() {
        for word in line.split(' ') {
            let meaning = MEANINGS.get(word).copied().unwrap_or(word);
            near.entry(meaning).or_default().push(at);
        }
    }
    near
});

/// Returns the word that represents all words of its meaning.
pub(super) fn canonical(word: &str) -> Option<&'static str> {
    MEANINGS.get(word).copied()
}

/// Returns whether two meanings are related.
pub(super) fn related(a: &str, b: &str) -> bool {
    match (NEAR.get(a), NEAR.get(b)) {
        (Some(a), Some(b)) => a.iter().any(|line| b.contains(line)),
        _ => false,
    }
}

/// Returns whether it is a word in these lists.
pub(super) fn is_known(word: &str) -> bool {
    MEANINGS.contains_key(word) || NEAR.contains_key(word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{SAME, canonical, related};

    #[test]
    fn a_word_stands_on_one_line() {
        let mut lines: BTreeMap<&str, &str> = BTreeMap::new();
        for line in SAME {
            for word in line.split(' ') {
                let other = lines.insert(word, line);
                assert!(other.is_none_or(|other| other == *line), "{word}: {other:?} and {line}");
            }
        }
    }

    #[test]
    fn meanings() {
        assert_eq!(canonical("surname"), canonical("family"));
        assert!(related("price", "amount"));
        assert!(!related("price", "name"));
    }
}

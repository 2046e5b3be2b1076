//! Columns that are understood by what stands beside them.

use super::infer::Draft;
use super::ledger::just_a_name;
use super::shape::Flag;
use super::table::any;
use crate::lexicon::headers::{is_member, tokens};
use crate::lexicon::record_types::{self, RecordType};
use crate::record::{IS_FIRM, Kind, RECORD_TYPE};

/// Names below a header that promises none: the firm of a person below `parent_id`, and customers below `description` where
/// nothing else names them.
pub(crate) fn choose_names_by_values(drafts: &mut [Draft]) {
    for d in drafts.iter_mut().filter(|d| !d.given) {
        let parents = tokens(&d.portrait.stats.column)
            .iter()
            .any(|w| w == "parent");
        if parents && d.kind == Kind::Ignore && d.values[Kind::Organization as usize] >= 6.0 {
            let why = "names of organizations, not their numbers".to_owned();
            d.settle(Kind::Organization, 0.7, why);
        }
    }
    let names = [Kind::FullName, Kind::FamilyName, Kind::Organization];
    if names.iter().any(|k| any(drafts, *k)) {
        return;
    }
    let described = |d: &&mut Draft| {
        let stats = &d.portrait.stats;
        let best = names.map(|k| d.values[k as usize]);
        !d.given
            && d.kind == Kind::Text
            && d.header.of(Kind::Text) >= 5.0
            && d.portrait.words < 6.0
            && stats.distinct * 10 >= stats.filled * 8
            && best.iter().any(|bits| *bits >= 2.5)
    };
    if let Some(d) = drafts.iter_mut().find(described) {
        let why = "values like names, and nothing else names the records".to_owned();
        d.settle(Kind::FullName, 0.6, why);
    }
}

/// The moment beside an answer (`optout.timestamp` beside `optout.value`) is that of answering, whatever the answer was.
pub(crate) fn set_moments_apart(drafts: &mut [Draft]) {
    let parent = |d: &Draft| {
        let column = &d.portrait.stats.column;
        column.rsplit_once('.').map(|(parent, _)| parent.to_owned())
    };
    let asks = |d: &Draft| matches!(d.kind, Kind::Consent | Kind::OptOut);
    let answers = |d: &&Draft| asks(d) && d.portrait.share(Flag::YesNo) >= 0.9;
    let answered: Vec<String> = drafts.iter().filter(answers).filter_map(parent).collect();
    for d in drafts.iter_mut().filter(|d| !d.given && asks(d)) {
        let when = d.portrait.share(Flag::Date) + d.portrait.share(Flag::Epoch) > 0.9;
        if when && parent(d).is_some_and(|p| answered.contains(&p)) {
            let why = "when it was said, which the column beside it tells".to_owned();
            d.settle(Kind::Text, 0.8, why);
        }
    }
}

/// Dates that only their years would make birth dates, beside a column that is called so, are others.
pub(crate) fn set_dates_apart(drafts: &mut [Draft]) {
    let birth = |d: &Draft| d.kind == Kind::BirthDate;
    let called = |d: &Draft| d.given || d.header.of(Kind::BirthDate) > 0.0;
    if !drafts.iter().any(|d| birth(d) && called(d)) {
        return;
    }
    for d in drafts.iter_mut().filter(|d| birth(d) && !called(d)) {
        let why = "dates; birth dates have a column of their own".to_owned();
        d.settle(Kind::Text, 0.7, why);
    }
}

/// Records from which one address in all of them shows that it is not theirs.
const SHARED_BY: usize = 5;

/// One e-mail address in all rows beside a column of different ones is that of those who keep the data.
pub(crate) fn set_own_mailbox_apart(drafts: &mut [Draft]) {
    let email = |d: &Draft| d.kind == Kind::Email;
    if !drafts
        .iter()
        .any(|d| email(d) && d.portrait.stats.distinct > 1)
    {
        return;
    }
    let shared = |d: &&mut Draft| {
        let stats = &d.portrait.stats;
        !d.given && email(d) && stats.distinct == 1 && stats.filled >= SHARED_BY
    };
    for d in drafts.iter_mut().filter(shared) {
        let why = "one address in all rows, beside a column of different ones".to_owned();
        d.settle(Kind::Text, 0.8, why);
    }
}

/// Numbered pages on one single host, different for each record, are the records' own pages in the system.
pub(crate) fn set_record_pages_apart(drafts: &mut [Draft]) {
    let pages = |d: &&mut Draft| {
        let stats = &d.portrait.stats;
        !d.given && d.kind == Kind::Website && stats.filled >= SHARED_BY && d.portrait.unique()
    };
    for d in drafts.iter_mut().filter(pages) {
        let pages = d.portrait.stats.top.iter();
        let mut hosts = pages.map(|(page, _)| host_of_numbered(page));
        let first = hosts.next().flatten();
        if first.is_some() && hosts.all(|host| host == first) {
            let why = "numbered pages of one single site, one for each record".to_owned();
            d.settle(Kind::Text, 0.8, why);
        }
    }
}

/// The host of a page whose name has a number.
fn host_of_numbered(page: &str) -> Option<&str> {
    let (host, path) = page.trim().split_once("://")?.1.split_once('/')?;
    let name = path.rsplit('/').next()?;
    name.bytes().any(|b| b.is_ascii_digit()).then_some(host)
}

/// A column that nothing else would keep is kept where refusals stand in it.
pub(crate) fn keep_refusals(drafts: &mut [Draft]) {
    let refusing =
        |d: &&mut Draft| d.kind == Kind::Ignore && d.portrait.share(Flag::Refusing) > 0.0;
    for d in drafts.iter_mut().filter(|d| !d.given).filter(refusing) {
        let why = format!("{}; refusals stand in it", d.reason);
        d.settle(Kind::Text, d.confidence, why);
    }
}

/// Most distinct values of a column that tells what records are of.
const TYPES: usize = 8;

/// Labels the columns that say whether a record is of a person or a firm; a bare name beside them is of both.
pub(crate) fn note_record_types(drafts: &mut [Draft]) {
    let mut told_apart = false;
    for d in drafts.iter_mut().filter(|d| !d.given) {
        let stats = &d.portrait.stats;
        if d.kind != Kind::Category || d.label.is_some() || !(1..=TYPES).contains(&stats.distinct) {
            continue;
        }
        let types = stats.top.iter().map(|(v, _)| record_types::of(v));
        let types: Option<Vec<RecordType>> = types.collect();
        let told_here = types.is_some_and(|t| t.contains(&RecordType::Organization));
        let label = if told_here && !is_member(&stats.column) {
            RECORD_TYPE
        } else if d.portrait.share(Flag::YesNo) > 0.99 && record_types::asks_for_firm(&stats.column)
        {
            IS_FIRM
        } else {
            continue;
        };
        d.label = Some(label.to_owned());
        d.reason = format!("{}; tells firms from persons", d.reason);
        told_apart |= stats.distinct > 1;
    }
    for d in drafts.iter_mut().filter(|d| !d.given && told_apart) {
        if d.kind == Kind::Organization && just_a_name(d) {
            let why = "names of people and firms, whom another column tells apart".to_owned();
            d.settle(Kind::FullName, 0.8, why);
        }
    }
}

/// A column of short numbers next to streets without numbers is the house number.
pub(crate) fn choose_house_numbers(drafts: &mut [Draft]) {
    if any(drafts, Kind::HouseNumber) {
        return;
    }
    for i in 0..drafts.len() {
        let d = &drafts[i];
        let p = &d.portrait;
        let says_other = d.header.bits.iter().zip(Kind::ALL).any(|(b, k)| {
            *b >= 6.0
                && !matches!(
                    k,
                    Kind::RecordKey | Kind::Ignore | Kind::HouseNumber | Kind::Identifier
                )
        });
        if d.given || d.header.blocked || says_other || d.kind == Kind::RecordKey || p.values == 0 {
            continue;
        }
        let neighbour = [i.checked_sub(1), Some(i + 1)]
            .into_iter()
            .flatten()
            .filter_map(|j| drafts.get(j))
            .any(|n| n.kind == Kind::Street && n.portrait.share(Flag::HasDigit) < 0.3);
        if neighbour
            && p.share(Flag::HouseNumber) > 0.85
            && p.stats.distinct > 1
            && !p.unique()
            && p.chars < 5.0
        {
            drafts[i].settle(
                Kind::HouseNumber,
                0.75,
                "short numbers beside streets without numbers".to_owned(),
            );
            return;
        }
    }
}

/// A column without header words beside parts of an address is the part that is missing there, if its values allow it.
pub(crate) fn choose_places(drafts: &mut [Draft]) {
    let parts = [
        Kind::Street,
        Kind::HouseNumber,
        Kind::City,
        Kind::Region,
        Kind::Postcode,
        Kind::Country,
    ];
    for kind in [Kind::City, Kind::Postcode, Kind::Region] {
        if any(drafts, kind) {
            continue;
        }
        let mut best: Option<(f64, usize)> = None;
        for (i, d) in drafts.iter().enumerate() {
            let modest = matches!(
                d.kind,
                Kind::Category | Kind::Attribute | Kind::Text | Kind::Ignore
            );
            let beside = [i.checked_sub(1), Some(i + 1)]
                .into_iter()
                .flatten()
                .filter_map(|j| drafts.get(j))
                .filter(|n| parts.contains(&n.kind))
                .count();
            let p = &d.portrait;
            let fits = match kind {
                Kind::City => {
                    p.share(Flag::Letters) > 0.9
                        && p.words < 3.0
                        && p.chars > 3.0
                        && p.stats.distinct > 5
                }
                Kind::Postcode => {
                    p.share(Flag::PostcodeLike) > 0.9 && p.same_length > 0.8 && p.chars > 3.5
                }
                _ => p.share(Flag::Region) > 0.6,
            };
            let bits = d.values[kind as usize];
            if !d.given && modest && !d.header.speaks() && fits && beside > 0 && bits > -1.5 {
                let score = bits + beside as f64;
                if best.is_none_or(|(s, _)| score > s) {
                    best = Some((score, i));
                }
            }
        }
        if let Some((_, i)) = best {
            drafts[i].settle(
                kind,
                0.6,
                "stands beside parts of an address, and its values fit".to_owned(),
            );
        }
    }
}

/// Columns without header words in a table of people: the other name beside a name, and the dates that can only be
/// those of births.
pub(crate) fn choose_people(drafts: &mut [Draft]) {
    let open = |d: &Draft| {
        !d.given
            && !d.header.speaks()
            && d.portrait.values > 0
            && matches!(
                d.kind,
                Kind::Category | Kind::Attribute | Kind::Text | Kind::Ignore
            )
    };
    for (kind, other) in [
        (Kind::FamilyName, Kind::GivenName),
        (Kind::GivenName, Kind::FamilyName),
    ] {
        if any(drafts, kind) || !any(drafts, other) {
            continue;
        }
        let found = (0..drafts.len()).find(|&i| {
            let p = &drafts[i].portrait;
            let beside = [i.checked_sub(1), Some(i + 1)]
                .into_iter()
                .flatten()
                .filter_map(|j| drafts.get(j))
                .any(|n| n.kind == other);
            open(&drafts[i])
                && beside
                && p.share(Flag::Letters) > 0.9
                && p.words < 1.8
                && p.chars > 2.0
                && p.stats.distinct > 12
                && drafts[i].values[kind as usize] > 0.0
        });
        if let Some(i) = found {
            drafts[i].settle(
                kind,
                0.6,
                format!("stands beside the {other}, and its values fit"),
            );
        }
    }
    let people = [Kind::GivenName, Kind::FamilyName, Kind::FullName];
    if any(drafts, Kind::BirthDate) || !people.iter().any(|k| any(drafts, *k)) {
        return;
    }
    let lifetimes = |d: &Draft| {
        open(d)
            && d.portrait.share(Flag::Date) > 0.9
            && d.portrait.share(Flag::Moment) < 0.1
            && d.portrait
                .years
                .is_some_and(|y| y[0] < 1975 && y[2] - y[0] >= 25)
    };
    if let Some(d) = drafts.iter_mut().find(|d| lifetimes(d)) {
        let why = "dates over decades in a table of people, and no other birth date".to_owned();
        d.settle(Kind::BirthDate, 0.6, why);
    }
}

//! Addresses as one comparison: street, house, unit, postcode and city depend on each other.

use super::word::jaro_winkler_at_most;
use crate::record::Dictionary;
use crate::record::frame::{Frame, Row, WordGlance};
use crate::text::edit::{self, Short};

/// What of places tells at a glance whether they may be alike.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Glances at the cities.
    cities: Vec<WordGlance>,
    /// Postcodes that are short.
    codes: Vec<Option<Short>>,
    /// Number of each postcode's area.
    areas: Vec<u32>,
}

impl Places {
    /// Of the cities and postcodes of a frame.
    #[must_use]
    pub fn of(frame: &Frame) -> Self {
        let mut areas = Dictionary::new();
        let codes = || frame.postcode.values.iter();
        Self {
            cities: (frame.city.values.iter())
                .map(|c| WordGlance::new(c, 0, false))
                .collect(),
            codes: codes().map(|c| Short::new(c.as_bytes())).collect(),
            areas: codes().map(|c| areas.intern(area(c))).collect(),
        }
    }

    /// Looks at what is known of a record's place.
    #[must_use]
    pub fn look_ahead(&self, row: &Row) -> u64 {
        let (city, code) = (row.city as usize, row.postcode as usize);
        self.cities[city].characters()
            ^ u64::from(self.areas[code] ^ u32::from(self.codes[code].is_some()))
    }
}

/// Level of two records' addresses (see [`Field::Address`](crate::pair::Field::Address)).
#[must_use]
pub fn address(frame: &Frame, places: &Places, a: usize, b: usize) -> u8 {
    let (x, y) = (&frame.rows[a], &frame.rows[b]);
    let (sa, sb) = (x.street, y.street);
    let (ha, hb) = (x.house, y.house);
    let (pa, pb) = (x.postcode, y.postcode);
    let (ca, cb) = (x.city, y.city);
    let (street, house) = (sa != 0 && sb != 0, ha != 0 && hb != 0);
    let (postcode, city) = (pa != 0 && pb != 0, ca != 0 && cb != 0);
    if !street && !postcode && !city {
        return 0;
    }
    let same_postcode = postcode && pa == pb;
    let same_city = city && ca == cb;
    let similar_city = city
        && (same_city
            || (may_be_similar(&places.cities[ca as usize], &places.cities[cb as usize])
                && similar_place(frame.city.values.get(ca), frame.city.values.get(cb))));
    let near_postcode = postcode
        && (same_postcode
            || match (places.codes[pa as usize], places.codes[pb as usize]) {
                (Some(p), Some(q)) => p.len().min(q.len()) >= 4 && p.one_edit(q),
                _ => near_code(frame.postcode.values.get(pa), frame.postcode.values.get(pb)),
            });
    let same_place = same_postcode || similar_city || near_postcode;
    let unknown_place = !postcode && !city;
    if street && sa == sb {
        let same_house = (house && ha == hb) || (ha == 0 && hb == 0);
        if same_house {
            return if same_place { 1 } else { 2 };
        }
        if same_place {
            return if !house { 2 } else { 4 };
        }
        if unknown_place && !house {
            return 4;
        }
    } else if street
        && (same_place || house && ha == hb)
        && similar_street(frame.street.values.get(sa), frame.street.values.get(sb))
    {
        let same_house = house && ha == hb;
        if same_house && (same_place || unknown_place) {
            return 3;
        }
        if same_place {
            return 4;
        }
    }
    if same_postcode {
        return 5;
    }
    if near_postcode {
        return 6;
    }
    if same_city {
        return 7;
    }
    if similar_city || (postcode && places.areas[pa as usize] == places.areas[pb as usize]) {
        return 8;
    }
    // words of two scripts may be two spellings of one place
    if !postcode && x.unsounded != y.unsounded {
        return 0;
    }
    9
}

/// Whether the characters of two names leave room for similarity: none are taken for similar when each has several that
/// the other lacks and they share fewer than that.
fn may_be_similar(a: &WordGlance, b: &WordGlance) -> bool {
    let (p, q) = (a.characters(), b.characters());
    let (only_p, only_q, both) = (
        (p & !q).count_ones(),
        (q & !p).count_ones(),
        (p & q).count_ones(),
    );
    (only_p.min(only_q) < 2 || both > only_p.max(only_q)) && is_near(a, b)
}

/// Whether one of two names may begin with the other, be one edit away, or be as similar as it takes.
fn is_near(a: &WordGlance, b: &WordGlance) -> bool {
    let differing = (a.characters() ^ b.characters()).count_ones();
    a.may_begin(b)
        || (differing <= 2 && a.len.abs_diff(b.len) <= 1)
        || jaro_winkler_at_most(a, b) >= SIMILAR
}

/// Names of places at least so similar are alike.
const SIMILAR: f64 = 0.9;

fn similar_place(a: &str, b: &str) -> bool {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    (x.len().min(y.len()) >= 4
        && (edit::jaro_winkler(x, y) >= SIMILAR || a.starts_with(b) || b.starts_with(a)))
        || edit::osa_within(x, y, 1).is_some() && x.len().min(y.len()) >= 3
}

fn similar_street(a: &str, b: &str) -> bool {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    x.len().min(y.len()) >= 3 && (edit::jaro_winkler(x, y) >= 0.9 || a.contains(b) || b.contains(a))
}

fn near_code(a: &str, b: &str) -> bool {
    a.len().abs_diff(b.len()) <= 1
        && a.len().min(b.len()) >= 4
        && edit::osa_within(a.as_bytes(), b.as_bytes(), 1).is_some()
}

/// The first half of a postcode: its area.
#[must_use]
pub fn area(code: &str) -> &str {
    code.get(..code.len().div_ceil(2)).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::frame;
    use crate::record::Kind;
    use proptest::prelude::*;

    type Parts<'a> = (&'a str, &'a str, &'a str, &'a str);

    fn level(a: Parts, b: Parts) -> u8 {
        let f = frame(&[
            (Kind::Street, &[a.0, b.0]),
            (Kind::HouseNumber, &[a.1, b.1]),
            (Kind::Postcode, &[a.2, b.2]),
            (Kind::City, &[a.3, b.3]),
        ]);
        let mut places = Places::of(&f);
        let found = address(&f, &places, 0, 1);
        assert_eq!(found, address(&f, &places, 1, 0), "{a:?} {b:?}");
        places.codes.fill(None);
        assert_eq!(
            found,
            address(&f, &places, 0, 1),
            "{a:?} {b:?} the long way"
        );
        found
    }

    #[test]
    fn levels_of_addresses() {
        let here = ("Lindenallee", "4", "80331", "Graz");
        for (a, b, expected) in [
            (here, here, 1),
            (here, ("lindenallee", "4", "", "GRAZ"), 1),
            (here, ("Lindenallee", "4", "", ""), 2),
            (here, ("Lindenallee", "4", "50667", "Lund"), 2),
            (here, ("Lindenalee", "4", "80331", "Graz"), 3),
            (here, ("Lindenalee", "4", "", ""), 3),
            (here, ("Linden", "4", "50667", "Lund"), 9),
            (here, ("Lindenallee", "17", "80331", "Graz"), 4),
            (here, ("Lindenallee", "", "", ""), 4),
            (here, ("Lindenallee", "17", "", ""), 9),
            (here, ("Hafenweg", "9", "80331", "Graz"), 5),
            (here, ("Hafenweg", "9", "80332", "Porto"), 6),
            (here, ("Hafenweg", "9", "", "Graz"), 7),
            (here, ("", "", "80399", "Lund"), 8),
            (here, ("Hafenweg", "9", "50667", "Lund"), 9),
            (here, ("", "", "", ""), 0),
            (("", "", "", ""), ("", "4", "", ""), 0),
        ] {
            assert_eq!(level(a, b), expected, "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn no_place_that_is_similar_is_passed_over(a in "[a-d ]{0,9}", b in "[a-d ]{0,9}") {
            let glances = [&a, &b].map(|c| WordGlance::new(c, 0, false));
            if a != b && !a.is_empty() && !b.is_empty() && !is_near(&glances[0], &glances[1]) {
                prop_assert!(!similar_place(&a, &b), "{a} {b}");
            }
        }
    }

    #[test]
    fn the_area_of_a_postcode_is_its_first_half() {
        for (code, expected) in [("80331", "803"), ("8010", "80"), ("", ""), ("1é", "1é")] {
            assert_eq!(area(code), expected);
        }
    }
}

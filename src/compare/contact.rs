//! E-mail addresses, phone numbers and identifiers: sets of values, compared by their best pair.

use rayon::prelude::*;

use crate::lexicon::role_mailboxes;
use crate::record::frame::{Frame, Row, SEVERAL, TermSets, characters};
use crate::text::edit::{self, Short};

/// Best level over all pairs of values; 0 when either set is empty. `last` is the level for "different".
fn best(xs: &[u32], ys: &[u32], last: u8, mut level: impl FnMut(u32, u32) -> u8) -> u8 {
    if xs.is_empty() || ys.is_empty() {
        return 0;
    }
    if let ([x], [y]) = (xs, ys) {
        return if x == y { 1 } else { level(*x, *y).min(last) };
    }
    if xs.iter().any(|x| ys.contains(x)) {
        return 1;
    }
    let mut best = last;
    for x in xs {
        for y in ys {
            best = best.min(level(*x, *y));
        }
    }
    best
}

/// Value ids of a record of which `only` is the one value, as in [`Row::email`](crate::record::frame::Row::email).
fn values<'a>(sets: &'a TermSets, only: &'a u32, record: usize) -> &'a [u32] {
    match *only {
        0 => &[],
        SEVERAL => sets.of(record),
        _ => std::slice::from_ref(only),
    }
}

/// Value ids that both records hold.
pub fn shared(sets: &TermSets, a: usize, b: usize) -> impl Iterator<Item = u32> + '_ {
    let ys = sets.of(b);
    sets.of(a).iter().copied().filter(move |x| ys.contains(x))
}

/// Edits that a local part of this length may differ by and still be a slip.
fn slips(len: usize) -> usize {
    1 + len / 8
}

/// What of an e-mail address tells at a glance that it is far from another: the characters in it.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    whole: u64,
    local: u64,
    len: u8,
    /// Made of its holder's name: namesakes choose the same.
    named: bool,
    /// A function's, such as `info@`.
    office: bool,
}

impl Glance {
    /// Of a normalized address.
    #[must_use]
    pub fn of(address: &str) -> Self {
        let local = address.split('@').next().unwrap_or("");
        Self {
            whole: characters(address),
            local: characters(local),
            len: local.len().min(255) as u8,
            named: false,
            office: role_mailboxes::is_role(local),
        }
    }

    /// Whether too many characters differ for any level but "different".
    fn far_from(self, other: Self) -> bool {
        let edits = slips(usize::from(self.len.max(other.len))) as u32;
        (self.local ^ other.local).count_ones() > 2 * edits
            && (self.whole ^ other.whole).count_ones() > 4
    }
}

/// Level of two records' e-mail addresses (see [`Field::Email`](crate::pair::Field::Email)).
#[must_use]
pub fn email(frame: &Frame, glances: &[Glance], a: usize, b: usize) -> u8 {
    let sets = &frame.emails;
    let (mut named_alike, mut one_house) = (false, false);
    let xs = values(sets, &frame.rows[a].email, a);
    let ys = values(sets, &frame.rows[b].email, b);
    let level = best(xs, ys, 4, |x, y| {
        let (x_id, y_id) = (x as usize, y as usize);
        let offices = glances[x_id].office && glances[y_id].office;
        if !offices && glances[x_id].far_from(glances[y_id]) {
            return 4;
        }
        let (x, y) = (sets.values.get(x), sets.values.get(y));
        let (lx, dx) = x.split_once('@').unwrap_or((x, ""));
        let (ly, dy) = y.split_once('@').unwrap_or((y, ""));
        if offices && dx == dy {
            one_house = true;
            return 4;
        }
        if lx == ly && lx.len() >= 4 {
            if glances[x_id].named || glances[y_id].named {
                named_alike = true;
                return 4;
            }
            return 2;
        }
        let near = |p: &str, q: &str, edits: usize| {
            p.len().abs_diff(q.len()) <= edits
                && edit::osa_within(p.as_bytes(), q.as_bytes(), edits).is_some()
        };
        if same_but_for_digits(lx, ly) {
            return 4;
        }
        if lx.len().min(ly.len()) >= 4
            && ((dx == dy && near(lx, ly, slips(lx.len().max(ly.len())))) || near(x, y, 2))
        {
            3
        } else {
            4
        }
    });
    // Two addresses made of one name are what one person with two providers has, and what two namesakes have.
    // Two offices of one firm (`info@`, `orders@`) are the firm's both.
    if level == 4 && (named_alike || one_house) {
        0
    } else {
        level
    }
}

/// Glances at all e-mail addresses of a frame.
#[must_use]
pub fn glances(frame: &Frame) -> Vec<Glance> {
    let values = &frame.emails.values;
    let mut glances: Vec<Glance> = (0..values.len() as u32)
        .into_par_iter()
        .map(|id| Glance::of(values.get(id)))
        .collect();
    if frame.emails.is_empty() {
        return glances;
    }
    let named = |r: usize| {
        let (given, family) = (frame.given.terms.value(r), frame.family.terms.value(r));
        let ids = frame.emails.of(r).iter().copied();
        ids.filter(move |id| {
            let local = values.get(*id).split('@').next().unwrap_or("");
            made_of(local, given, family)
        })
    };
    let named: Vec<u32> = (0..frame.len)
        .into_par_iter()
        .flat_map_iter(named)
        .collect();
    for id in named {
        glances[id as usize].named = true;
    }
    glances
}

/// Whether a local part says no more than the name: given name or initial and family name, in either order, or one of them.
#[must_use]
pub fn made_of(local: &str, given: &str, family: &str) -> bool {
    let is_mark = |c: char| matches!(c, '.' | '_' | '-' | '+');
    let local: String = local.chars().filter(|c| !is_mark(*c)).collect();
    let family: String = family.split(' ').collect();
    let given = given.split(' ').next().unwrap_or("");
    if given.is_empty() && family.is_empty() {
        return false;
    }
    let rest_is_given = |rest: &str| {
        rest.is_empty() || rest == given || (rest.len() == 1 && given.starts_with(rest))
    };
    (!family.is_empty()
        && (local.strip_prefix(&family).is_some_and(rest_is_given)
            || local.strip_suffix(&family).is_some_and(rest_is_given)))
        || local == given
        || (!family.is_empty()
            && local.strip_prefix(given).is_some_and(|rest| {
                !given.is_empty() && rest.len() == 1 && family.starts_with(rest)
            }))
}

/// Whether two local parts differ in their digits only: the number is what tells namesakes at one provider apart.
fn same_but_for_digits(a: &str, b: &str) -> bool {
    fn word(s: &str) -> impl Iterator<Item = u8> + '_ {
        s.bytes().filter(|c| !c.is_ascii_digit())
    }
    a != b && word(a).eq(word(b)) && word(a).take(3).count() == 3
}

/// Looks at what is known of a record's e-mail address and phone number.
#[must_use]
pub fn look_ahead(row: &Row, mails: &[Glance], phones: &[Option<Short>]) -> u64 {
    let mail = mails.get(row.email as usize).map_or(0, |m| m.whole);
    let phone = phones.get(row.phone as usize).is_some_and(Option::is_some);
    mail ^ u64::from(phone)
}

/// Level of two records' phone numbers (see [`Field::Phone`](crate::pair::Field::Phone)).
#[must_use]
pub fn phone(frame: &Frame, shorts: &[Option<Short>], a: usize, b: usize) -> u8 {
    let sets = &frame.phones;
    let xs = values(sets, &frame.rows[a].phone, a);
    let ys = values(sets, &frame.rows[b].phone, b);
    best(xs, ys, 3, |x, y| {
        if let (Some(p), Some(q)) = (shorts[x as usize], shorts[y as usize]) {
            let near = p.len().min(q.len()) >= 7 && (p.same_end(q, 7) || p.one_edit(q));
            return if near { 2 } else { 3 };
        }
        let (x, y) = (sets.values.get(x), sets.values.get(y));
        let (x, y) = (x.as_bytes(), y.as_bytes());
        if x.len().min(y.len()) < 7 {
            return 3;
        }
        let tail = |s: &[u8]| -> [u8; 7] {
            let mut t = [0; 7];
            t.copy_from_slice(&s[s.len() - 7..]);
            t
        };
        let slip = x.len().abs_diff(y.len()) <= 1 && edit::osa_within(x, y, 1).is_some();
        if slip || tail(x) == tail(y) { 2 } else { 3 }
    })
}

/// Level of two records' identifiers (see [`Field::Identifier`](crate::pair::Field::Identifier)).
#[must_use]
pub fn identifier(sets: &TermSets, a: usize, b: usize) -> u8 {
    best(sets.of(a), sets.of(b), 4, |x, y| {
        let (x, y) = (sets.values.get(x), sets.values.get(y));
        if x.len().min(y.len()) < 5 || x.len().abs_diff(y.len()) > 2 {
            return 4;
        }
        match edit::osa_within(x.as_bytes(), y.as_bytes(), 2) {
            Some(0 | 1) => 2,
            Some(_) => 3,
            None => 4,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::frame;
    use crate::record::Kind;
    use proptest::prelude::*;

    /// Two records with these values, apart at `|`.
    fn sets(a: &str, b: &str) -> TermSets {
        let mut sets = TermSets::default();
        for record in [a, b] {
            let mut ids: Vec<u32> = record
                .split('|')
                .filter(|v| !v.is_empty())
                .map(|v| sets.values.intern(v))
                .collect();
            sets.push(&mut ids);
        }
        sets
    }

    /// A frame of two records that hold these values.
    fn held(sets: &TermSets) -> Frame {
        let mut frame = Frame {
            emails: sets.clone(),
            phones: sets.clone(),
            ..Frame::default()
        };
        let row = |r: usize| Row {
            email: sets.only(r),
            phone: sets.only(r),
            ..Row::default()
        };
        frame.rows = (0..2).map(row).collect();
        frame
    }

    fn email(sets: &TermSets, a: usize, b: usize) -> u8 {
        let glances: Vec<Glance> = sets.values.iter().map(Glance::of).collect();
        super::email(&held(sets), &glances, a, b)
    }

    fn phone(sets: &TermSets, a: usize, b: usize) -> u8 {
        let shorts: Vec<Option<Short>> = (sets.values.iter())
            .map(|v| Short::new(v.as_bytes()))
            .collect();
        let frame = held(sets);
        let found = super::phone(&frame, &shorts, a, b);
        let slowly = super::phone(&frame, &vec![None; shorts.len()], a, b);
        assert_eq!(found, slowly);
        found
    }

    fn table(level: fn(&TermSets, usize, usize) -> u8, cases: &[(&str, &str, u8)]) {
        for (a, b, expected) in cases {
            let s = sets(a, b);
            assert_eq!(level(&s, 0, 1), *expected, "{a} {b}");
            assert_eq!(level(&s, 1, 0), *expected, "{b} {a}");
        }
    }

    #[test]
    fn e_mail_levels() {
        table(
            email,
            &[
                ("", "mara@example.com", 0),
                ("mara@example.com", "mara@example.com", 1),
                ("info@example.com|mara@example.com", "mara@example.com", 1),
                ("mara@example.com", "mara@example.org", 2),
                ("mar@example.com", "mar@example.org", 3 + 1),
                ("mara.l@example.com", "mara.1@example.com", 3),
                ("mara.l@example.com", "mara.l@exmaple.com", 2),
                ("mara@example.com", "yuki@example.com", 4),
                ("info@example.com", "orders@example.com", 0),
            ],
        );
    }

    #[test]
    fn phone_levels() {
        table(
            phone,
            &[
                ("", "+12125550123", 0),
                ("+12125550123", "+12125550123|+12125550199", 1),
                ("+12125550123", "+12125550132", 2),
                ("+12125550123", "+442125550123", 2),
                ("+12125550123", "+12125550199", 3),
                ("0123", "0124", 3),
            ],
        );
    }

    #[test]
    fn identifier_levels() {
        table(
            identifier,
            &[
                ("", "ab1234567", 0),
                ("ab1234567", "ab1234567", 1),
                ("ab1234567", "ab1234576", 2),
                ("ab1234567", "ab12345", 3),
                ("ab1234567", "cd7654321", 4),
                ("1234", "1235", 4),
            ],
        );
    }

    #[test]
    fn a_mailbox_made_of_the_name_says_no_more_than_the_name() {
        for (local, made) in [
            ("mara.brandt", true),
            ("brandt_mara", true),
            ("mbrandt", true),
            ("brandtm", true),
            ("mara", true),
            ("brandt", true),
            ("marab", true),
            ("mara.brandt77", false),
            ("sunflower", false),
            ("mara.lind", false),
        ] {
            assert_eq!(made_of(local, "mara ines", "brandt"), made, "{local}");
        }
        assert!(!made_of("anyone", "", ""));
        let f = frame(&[
            (Kind::GivenName, &["Mara", "Mara", "Omar", "Omar"]),
            (Kind::FamilyName, &["Brandt", "Brandt", "Nasr", "Nasr"]),
            (
                Kind::Email,
                &[
                    "mara.brandt@example.com",
                    "mara.brandt@example.org",
                    "desertfox@example.com",
                    "desertfox@example.org",
                ],
            ),
        ]);
        let glances = glances(&f);
        assert_eq!(super::email(&f, &glances, 0, 1), 0, "a name, twice");
        assert_eq!(super::email(&f, &glances, 2, 3), 2, "a word of one's own");
    }

    proptest! {
        #[test]
        fn a_glance_never_changes_a_level(a in "[ab1.]{2,12}@[cd]{2,4}", b in "[ab1.]{2,12}@[cd]{2,4}") {
            let s = sets(&a, &b);
            let blind = vec![Glance { whole: 0, local: 0, len: 0, named: false, office: false }; s.values.len()];
            prop_assert_eq!(email(&s, 0, 1), super::email(&held(&s), &blind, 0, 1));
        }

        #[test]
        fn more_values_never_look_less_alike(a in "[ab1]{4,7}", b in "[ab1]{4,7}", c in "[ab1]{4,7}") {
            let (few, many) = (sets(&a, &b), sets(&format!("{a}|{c}"), &b));
            for level in [email, phone, identifier] {
                prop_assert!(level(&many, 0, 1) <= level(&few, 0, 1));
                prop_assert_eq!(level(&many, 0, 1), level(&many, 1, 0));
            }
            prop_assert_eq!(shared(&few, 0, 1).count() == 1, a == b);
        }
    }
}

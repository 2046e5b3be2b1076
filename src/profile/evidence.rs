//! What a column's values say: evidence for each kind in bits, as log-odds against a column of anything.
//!
//! The figures are judgements on shapes (an e-mail address is decisive, letters alone are weak), not fits to data.

use super::header::{Bits, KINDS};
use super::portrait::Portrait;
use super::shape::Flag;
use crate::record::Kind;

/// Evidence of the values for every kind.
pub(crate) fn value_bits(p: &Portrait) -> Bits {
    let mut bits = [0.0; KINDS];
    for kind in Kind::ALL {
        let b = of_kind(*kind, p);
        // a few values cannot rule much out
        bits[*kind as usize] = if b < 0.0 { b * p.trust() } else { b };
    }
    bits
}

/// Piecewise linear function through the points, constant beyond them.
fn ramp(x: f64, points: &[(f64, f64)]) -> f64 {
    let mut last = points[0];
    for &(px, py) in points {
        if x <= px {
            let width = px - last.0;
            return if width > 0.0 {
                last.1 + (x - last.0) / width * (py - last.1)
            } else {
                py
            };
        }
        last = (px, py);
    }
    last.1
}

fn of_kind(kind: Kind, p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    match kind {
        Kind::Email => ramp(
            s(Flag::Email),
            &[(0.02, -11.0), (0.3, 3.0), (0.6, 11.0), (0.9, 14.0)],
        ),
        Kind::Phone => phone(p),
        Kind::Website => {
            ramp(
                s(Flag::Domain),
                &[(0.02, -9.0), (0.3, 1.0), (0.6, 8.0), (0.9, 10.0)],
            ) - social(p)
        }
        Kind::SocialHandle => social_handle(p),
        Kind::GivenName
        | Kind::FamilyName
        | Kind::MiddleName
        | Kind::FullName
        | Kind::Nickname
        | Kind::NameSuffix
        | Kind::Honorific => name(kind, p),
        Kind::Organization => organization(p),
        Kind::Street
        | Kind::HouseNumber
        | Kind::Unit
        | Kind::City
        | Kind::Region
        | Kind::Postcode
        | Kind::Country
        | Kind::Address
        | Kind::BirthPlace => place(kind, p),
        Kind::BirthDate
        | Kind::BirthYear
        | Kind::BirthMonth
        | Kind::BirthDay
        | Kind::Age
        | Kind::CreatedAt
        | Kind::UpdatedAt => time(kind, p),
        Kind::Gender => gender(p),
        Kind::Identifier => identifier(p),
        Kind::JobTitle => {
            ramp(s(Flag::Job), &[(0.0, 0.0), (0.2, 5.0), (0.6, 8.0)])
                + ramp(s(Flag::HasDigit), &[(0.2, 0.0), (0.6, -6.0)])
                + ramp(s(Flag::Honorific), &[(0.3, 0.0), (0.7, -7.0)])
                - wordless(p)
        }
        Kind::Consent | Kind::OptOut => {
            // a recipient's number is no answer
            let numbers = if kind == Kind::Consent {
                ramp(s(Flag::PhoneLike), &[(0.3, 0.0), (0.8, -9.0)])
            } else {
                0.0
            };
            numbers
                + ramp(s(Flag::YesNo), &[(0.0, 0.0), (0.7, 3.0)])
                // the moments of opting out are many; anything else that is said of a permission is not
                + if kind == Kind::OptOut && s(Flag::Date) > 0.8 {
                    0.0
                } else {
                    ramp(s(Flag::Date), &[(0.3, 0.0), (0.8, -3.0)])
                        + if p.stats.distinct > 60 { -8.0 } else { 0.0 }
                }
        }
        Kind::Amount => {
            ramp(s(Flag::Number), &[(0.5, -8.0), (0.9, 2.0)])
                + ramp(s(Flag::Decimal), &[(0.1, 0.0), (0.6, 4.0)])
        }
        Kind::Category => {
            let few = if p.few_values() {
                2.0
            } else {
                ramp(p.distinctness, &[(0.1, 0.0), (0.5, -2.0), (0.9, -5.0)])
            };
            few - ramp(p.words, &[(4.0, 0.0), (7.0, 4.0)])
        }
        Kind::Attribute => attribute(p),
        Kind::Text => {
            ramp(p.chars, &[(20.0, -2.0), (30.0, 0.0), (45.0, 3.0)])
                + ramp(s(Flag::Prose), &[(0.1, 0.0), (0.5, 3.0)])
                + ramp(
                    s(Flag::Date).max(s(Flag::Moment)),
                    &[(0.6, 0.0), (0.9, 4.0)],
                )
        }
        Kind::Source => {
            if p.stats.distinct <= 60 && (p.stats.distinct <= 12 || p.distinctness < 0.3) {
                2.0
            } else {
                -9.0
            }
        }
        Kind::Ignore => {
            ramp(s(Flag::Opaque), &[(0.3, 0.0), (0.9, 1.5)])
                + ramp(s(Flag::Ip), &[(0.5, 0.0), (0.9, 6.0)])
        }
        // a table-wide decision, see `table`
        Kind::RecordKey => 0.0,
    }
}

/// Penalty for names of persons that repeat as those of colleagues or branches do: a dozen over many records.
pub(crate) fn crowded(p: &Portrait) -> f64 {
    let (distinct, filled) = (p.stats.distinct as f64, p.stats.filled as f64);
    ramp(filled / distinct.max(1.0), &[(8.0, 0.0), (40.0, 1.0)])
        * ramp(distinct, &[(12.0, 5.0), (40.0, 0.0)])
}

/// How much the column is digits, codes, dates or addresses of machines: nothing that a word kind can be.
fn wordless(p: &Portrait) -> f64 {
    let machine = p.share(Flag::Email)
        + p.share(Flag::Number)
        + p.share(Flag::Date)
        + p.share(Flag::Domain)
        + p.share(Flag::Ip);
    ramp(machine, &[(0.1, 0.0), (0.5, 8.0), (0.9, 12.0)])
}

fn social(p: &Portrait) -> f64 {
    ramp(p.share(Flag::Handle), &[(0.3, 0.0), (0.7, 6.0)])
}

fn social_handle(p: &Portrait) -> f64 {
    ramp(p.share(Flag::Handle), &[(0.2, 0.0), (0.7, 8.0)])
        + ramp(p.share(Flag::Domain), &[(0.2, 0.0), (0.7, 2.0)])
        - ramp(p.words, &[(1.5, 0.0), (3.0, 5.0)])
        - ramp(
            p.share(Flag::Email) + p.share(Flag::Date) + p.share(Flag::YesNo),
            &[(0.2, 0.0), (0.8, 9.0)],
        )
}

fn phone(p: &Portrait) -> f64 {
    let (sure, like) = (p.share(Flag::Phone), p.share(Flag::PhoneLike));
    let id_like = ramp(p.share(Flag::IdShape), &[(0.2, 0.0), (0.7, 5.0)])
        + if p.sequence { 8.0 } else { 0.0 };
    ramp(like, &[(0.02, -10.0), (0.2, -4.0), (0.5, 0.0), (0.9, 2.0)])
        + ramp(sure, &[(0.1, 0.0), (0.5, 5.0), (0.85, 9.0)])
        + ramp(
            p.share(Flag::PhoneDigits) * (1.0 - sure),
            &[(0.2, 0.0), (0.8, 4.0)],
        )
        - id_like
        - ramp(p.share(Flag::Decimal), &[(0.2, 0.0), (0.6, 5.0)])
        - ramp(p.share(Flag::Epoch), &[(0.6, 0.0), (0.95, 6.0)])
}

fn name(kind: Kind, p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    let letters = ramp(s(Flag::Letters), &[(0.3, -9.0), (0.7, -2.0), (0.9, 0.0)]);
    let given = s(Flag::GivenFirst);
    let company = ramp(s(Flag::Organization), &[(0.1, 0.0), (0.4, 5.0)]);
    let codes = ramp(
        s(Flag::YesNo) * f64::from(u8::from(p.stats.distinct <= 6)),
        &[(0.5, 0.0), (0.9, 8.0)],
    );
    let two = s(Flag::FewWords);
    let base = letters - codes - wordless(p);
    match kind {
        Kind::GivenName => {
            base + ramp(
                given,
                &[(0.0, -1.0), (0.03, 0.0), (0.1, 3.0), (0.3, 6.0), (0.6, 8.0)],
            ) - ramp(p.words, &[(1.6, 0.0), (2.2, 3.0), (3.5, 7.0)])
                - ramp(s(Flag::Initial), &[(0.3, 0.0), (0.8, 3.0)])
                - company
        }
        Kind::FamilyName => {
            base + ramp(
                s(Flag::Surname),
                &[(0.0, 0.0), (0.05, 2.0), (0.15, 4.5), (0.4, 6.0)],
            ) - ramp(given, &[(0.25, 0.0), (0.6, 4.0)])
                - ramp(p.words, &[(1.8, 0.0), (2.4, 4.0), (3.5, 7.0)])
                - company
        }
        Kind::MiddleName => {
            base + ramp(s(Flag::Initial), &[(0.2, 0.0), (0.6, 4.0)])
                + ramp(given, &[(0.1, 0.0), (0.4, 1.0)])
                - ramp(p.words, &[(2.0, 0.0), (3.0, 4.0)])
        }
        Kind::FullName => {
            let named = given + 0.7 * s(Flag::GivenLater) + 0.4 * s(Flag::Surname);
            let cjk = s(Flag::Letters)
                * s(Flag::OneWord)
                * ramp(p.chars, &[(2.0, 1.0), (3.0, 1.0), (4.0, 0.0)]);
            base + ramp(named, &[(0.05, 0.0), (0.2, 3.0), (0.5, 7.0)]) * two.max(cjk)
                + ramp(two.max(cjk), &[(0.1, -6.0), (0.5, 0.0), (0.8, 1.5)])
                - ramp(p.words, &[(4.0, 0.0), (7.0, 6.0)])
                - 1.4 * company
                - ramp(s(Flag::Street), &[(0.2, 0.0), (0.5, 5.0)])
        }
        Kind::Nickname => base - ramp(p.words, &[(2.0, 0.0), (3.5, 4.0)]) - company,
        Kind::NameSuffix => ramp(s(Flag::Suffix), &[(0.1, -4.0), (0.6, 9.0)]),
        _ => {
            ramp(s(Flag::Honorific), &[(0.1, -3.5), (0.4, 3.0), (0.7, 9.0)])
                - if p.stats.distinct > 80 { 6.0 } else { 0.0 }
                - wordless(p)
        }
    }
}

fn organization(p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    let person = (s(Flag::GivenFirst) + 0.7 * s(Flag::GivenLater)).min(1.0);
    ramp(
        s(Flag::Organization),
        &[(0.02, -0.5), (0.1, 2.5), (0.3, 6.0), (0.6, 8.0)],
    ) - ramp(person, &[(0.2, 0.0), (0.6, 5.0)])
        - ramp(s(Flag::Street), &[(0.3, 0.0), (0.8, 5.0)])
        - ramp(s(Flag::OneWord), &[(0.8, 0.0), (1.0, 1.5)])
        - ramp(s(Flag::YesNo) + s(Flag::Gender), &[(0.5, 0.0), (0.9, 6.0)])
        - ramp(s(Flag::Job), &[(0.3, 0.0), (0.8, 4.0)])
        - ramp(s(Flag::Opaque), &[(0.7, 0.0), (0.95, 10.0)])
        - wordless(p)
}

fn place(kind: Kind, p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    let codes = ramp(s(Flag::YesNo), &[(0.6, 0.0), (0.95, 5.0)]);
    match kind {
        Kind::Country => {
            ramp(s(Flag::Country), &[(0.05, -7.0), (0.5, 2.0), (0.85, 7.0)])
                + if s(Flag::Region) > s(Flag::Country) + 0.05 {
                    -6.0
                } else {
                    0.0
                }
                + if p.stats.distinct > 300 || (p.stats.distinct > 30 && p.distinctness > 0.6) {
                    -8.0
                } else {
                    0.0
                }
                - ramp(s(Flag::YesNo) + s(Flag::Gender), &[(0.6, 0.0), (0.95, 9.0)])
        }
        Kind::Region => {
            ramp(
                s(Flag::Region),
                &[
                    (
                        0.02,
                        if p.few_values() && p.stats.distinct <= 8 && s(Flag::City) < 0.3 {
                            -4.0
                        } else {
                            -1.0
                        },
                    ),
                    (0.3, 2.5),
                    (0.8, 6.0),
                    (0.97, 8.0),
                ],
            ) + if s(Flag::Country) >= s(Flag::Region) && s(Flag::Country) > 0.5 {
                -3.0
            } else {
                0.0
            } + ramp(s(Flag::HasDigit), &[(0.3, 0.0), (0.8, -7.0)])
                + ramp(
                    p.distinctness,
                    &[
                        (0.5, 0.0),
                        (0.95, if p.stats.filled > 40 { -5.0 } else { 0.0 }),
                    ],
                )
                - codes
                - ramp(p.words, &[(3.0, 0.0), (5.0, 4.0)])
        }
        Kind::City => {
            ramp(
                s(Flag::City),
                &[(0.0, 0.0), (0.05, 2.0), (0.2, 5.0), (0.5, 7.0)],
            ) + ramp(s(Flag::HasDigit), &[(0.2, 0.0), (0.6, -7.0)])
                - ramp(s(Flag::Street), &[(0.3, 0.0), (0.7, 5.0)])
                - codes
                - ramp(p.words, &[(3.0, 0.0), (5.0, 5.0)])
                - ramp(s(Flag::Initial), &[(0.4, 0.0), (0.8, 6.0)])
                - wordless(p)
        }
        Kind::BirthPlace => {
            ramp(s(Flag::City), &[(0.0, 0.0), (0.2, 2.0)])
                + ramp(s(Flag::HasDigit), &[(0.3, 0.0), (0.8, -7.0)])
                - wordless(p)
        }
        Kind::Postcode => {
            let steady = ramp(p.same_length, &[(0.6, -1.0), (0.9, 1.0)]);
            ramp(s(Flag::PostcodeSure), &[(0.2, 0.0), (0.6, 7.0), (0.9, 9.0)])
                + ramp(
                    s(Flag::PostcodeLike),
                    &[(0.1, -9.0), (0.5, -1.0), (0.8, 1.5)],
                )
                + steady
                - ramp(s(Flag::Year), &[(0.7, 0.0), (0.95, 4.0)])
                - if p.sequence && p.distinctness > 0.5 {
                    5.0
                } else {
                    0.0
                }
                - codes
        }
        Kind::Street => {
            ramp(
                s(Flag::Street),
                &[(0.03, -4.0), (0.25, 1.5), (0.6, 6.0), (0.9, 8.0)],
            ) - wordless(p)
                - ramp(s(Flag::Address), &[(0.5, 0.0), (0.9, 3.0)])
                - ramp(s(Flag::Organization), &[(0.5, 0.0), (0.9, 3.0)])
                - ramp(s(Flag::Unit), &[(0.5, 0.0), (0.9, 4.0)])
        }
        Kind::Address => {
            ramp(s(Flag::Street), &[(0.05, -3.0), (0.4, 1.0), (0.8, 3.0)])
                + ramp(s(Flag::Address), &[(0.1, -1.0), (0.5, 4.0), (0.9, 7.0)])
                - wordless(p)
        }
        Kind::HouseNumber => {
            ramp(s(Flag::HouseNumber), &[(0.2, -8.0), (0.6, 1.0), (0.9, 3.0)])
                - ramp(p.chars, &[(3.5, 0.0), (5.0, 4.0), (7.0, 6.0)])
                - if p.sequence && p.unique() { 5.0 } else { 0.0 }
        }
        _ => {
            // bare numbers may be flats, but nothing shows it
            let shown = ramp(
                s(Flag::Unit),
                &[(0.05, -2.0), (0.2, 1.0), (0.5, 6.0), (0.9, 8.0)],
            );
            let possible = ramp(s(Flag::HouseNumber), &[(0.3, -2.0), (0.7, 0.0)]);
            shown.max(possible)
                - ramp(
                    s(Flag::Email) + s(Flag::Date) + s(Flag::Domain),
                    &[(0.2, 0.0), (0.8, 9.0)],
                )
                // `#1045` counts orders
                - if p.sequence && p.chars > 3.0 { 6.0 } else { 0.0 }
        }
    }
}

fn time(kind: Kind, p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    let spread = p.years.map_or(0, |y| y[2] - y[0]);
    let recent = p.years.is_some_and(|y| y[0] >= 2005);
    match kind {
        Kind::BirthDate => {
            ramp(s(Flag::Date), &[(0.1, -9.0), (0.5, 1.0), (0.85, 4.0)])
                + if spread >= 20 { 3.0 } else { 0.0 }
                - if recent { 5.0 } else { 0.0 }
                - ramp(s(Flag::Moment), &[(0.5, 0.0), (0.9, 5.0)])
        }
        Kind::BirthYear => {
            ramp(s(Flag::Year), &[(0.5, -9.0), (0.9, 3.0)]) + if spread >= 20 { 2.0 } else { -1.0 }
        }
        Kind::BirthMonth => ramp(s(Flag::Month), &[(0.7, -9.0), (0.97, 3.0)]),
        Kind::BirthDay => {
            // a day column has values that no month has
            ramp(s(Flag::Day), &[(0.7, -9.0), (0.97, 3.0)])
                - ramp(s(Flag::Month), &[(0.9, 0.0), (1.0, 2.0)])
        }
        Kind::Age => {
            ramp(s(Flag::AgeLike), &[(0.7, -9.0), (0.95, 3.0)])
                - if p.sequence && p.unique() { 4.0 } else { 0.0 }
        }
        _ => {
            let when = s(Flag::Date).max(s(Flag::Epoch));
            ramp(when, &[(0.2, -12.0), (0.7, 1.0), (0.9, 4.0)])
                + ramp(s(Flag::Moment), &[(0.3, 0.0), (0.9, 1.5)])
                - if spread >= 40 { 2.0 } else { 0.0 }
        }
    }
}

fn gender(p: &Portrait) -> f64 {
    let words = p.share(Flag::Gender);
    let few = if p.stats.distinct > 30 {
        -9.0
    } else if p.stats.distinct > 14 {
        -4.0
    } else {
        0.0
    };
    let honorific_only = ramp(p.share(Flag::Honorific) - words, &[(0.2, 0.0), (0.5, 3.0)]);
    let flags = ramp(p.share(Flag::YesNo) - words, &[(0.2, 0.0), (0.5, 4.0)]);
    // single letters are genders only if one of them is the m of man
    let man = p
        .stats
        .top
        .iter()
        .any(|(v, _)| matches!(v.trim(), "m" | "M" | "м" | "М"));
    let alone = match p.stats.distinct {
        0 | 1 => 4.0,
        _ if p.chars < 1.5 && !man => 2.0,
        _ => 8.5,
    };
    let shown = ramp(words, &[(0.3, -2.0), (0.8, alone)]) + few - honorific_only - flags;
    // codes such as 1 and 2 show nothing, nor do they speak against it
    if p.stats.distinct <= 4 && p.chars <= 2.0 {
        shown.max(0.0)
    } else {
        shown
    }
}

fn identifier(p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    ramp(s(Flag::HasDigit), &[(0.3, -8.0), (0.8, 1.0)])
        + ramp(s(Flag::IdShape), &[(0.3, 0.0), (0.8, 6.0)])
        + ramp(p.distinctness, &[(0.02, -5.0), (0.2, 0.0)])
        - ramp(
            s(Flag::Decimal) - s(Flag::IdShape),
            &[(0.3, 0.0), (0.8, 5.0)],
        )
        - ramp(s(Flag::Email) + s(Flag::Street), &[(0.3, 0.0), (0.8, 9.0)])
}

fn attribute(p: &Portrait) -> f64 {
    let s = |flag| p.share(flag);
    let repeats = ramp(p.distinctness, &[(0.3, 2.0), (0.7, 0.5), (1.0, -1.0)]);
    repeats
        - ramp(p.chars, &[(35.0, 0.0), (60.0, 4.0)])
        - ramp(s(Flag::Opaque), &[(0.3, 0.0), (0.8, 3.0)])
        - wordless(p) / 4.0
}

#[cfg(test)]
mod tests {
    use super::super::stats::survey;
    use super::*;
    use crate::profile::header::strongest;
    use crate::record::Column;

    fn bits(values: &[&str]) -> Bits {
        let mut c = Column::default();
        for v in values {
            let id = c.values.intern(v);
            c.ids.push(id);
        }
        let (stats, picked) = survey(&c, values.len(), 1000);
        value_bits(&Portrait::of(stats, &picked))
    }

    fn best(values: &[&str]) -> Kind {
        strongest(&bits(values)).0
    }

    #[test]
    fn values_alone_decide_the_clear_kinds() {
        assert_eq!(
            best(&["a.b@example.com", "c@example.org", "d.e@example.net"]),
            Kind::Email
        );
        assert_eq!(
            best(&["+44 20 7946 0958", "(212) 555-0142", "+49 30 555 0123"]),
            Kind::Phone
        );
        assert_eq!(
            best(&["12 Main St", "4 Oak Ave", "77 Hill Road", "9 Elm Court"]),
            Kind::Street
        );
        assert_eq!(
            best(&["SW1A 1AA", "M1 1AE", "CV14 5BR", "SE1 8XZ"]),
            Kind::Postcode
        );
        assert_eq!(
            best(&["Anna", "Peter", "Maria", "Hans", "Julia"]),
            Kind::GivenName
        );
        assert_eq!(
            best(&["Muster GmbH", "Harbor LLC", "Beispiel AG", "Exemple SARL"]),
            Kind::Organization
        );
        assert_eq!(
            best(&["Anna Weber", "Peter Novak", "Maria Rossi", "John Smith"]),
            Kind::FullName
        );
        assert_eq!(
            best(&["male", "female", "male", "female", "m"]),
            Kind::Gender
        );
        assert_eq!(
            best(&[
                "www.example.com",
                "http://example.org",
                "https://example.net/a"
            ]),
            Kind::Website
        );
    }

    #[test]
    fn values_rule_out_what_they_cannot_be() {
        let b = bits(&["05/31/13", "01/31/13", "08/31/13", "09/30/12", "02/01/16"]);
        assert!(b[Kind::Email as usize] < -7.0 && b[Kind::Phone as usize] < -5.0);
        let b = bits(&[
            "a.b@example.com",
            "c@example.org",
            "d.e@example.net",
            "x@example.com",
        ]);
        assert!(b[Kind::Phone as usize] < -5.0 && b[Kind::GivenName as usize] < -5.0);
    }

    #[test]
    fn ramp_is_linear_between_and_flat_beyond() {
        let points = [(0.0, 0.0), (1.0, 2.0)];
        for (x, y) in [(-1.0, 0.0), (0.25, 0.5), (1.0, 2.0), (9.0, 2.0)] {
            assert!((ramp(x, &points) - y).abs() < 1e-12);
        }
    }
}

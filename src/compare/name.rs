//! Names: given and family name together, because they are swapped, shortened and mixed together.

use super::word::{Grades, WordGrade};
use crate::record::frame::{Frame, NameTerms, Words};
use crate::text::edit;

/// Levels of [`Field::Given`](crate::pair::Field::Given) used by name.
pub const GIVEN_SWAPPED: u8 = 7;
const GIVEN_ELSEWHERE: u8 = 8;
const GIVEN_DIFFERENT: u8 = 9;
const FAMILY_ELSEWHERE: u8 = 6;
const FAMILY_DIFFERENT: u8 = 7;
/// A spelling that this many records or fewer use may be a slip of another.
const RARE: u32 = 2;

/// Compares the names of records.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The records.
    pub frame: &'a Frame,
    /// Words that are family names more often than given names.
    pub surnames: &'a [bool],
    /// Grades of words found so far.
    pub grades: &'a Grades,
}

impl Names<'_> {
    /// Levels of given and family name of two records. Latin letters and those that do not tell how a name sounds may be
    /// two spellings of one name where they do not fit each other: they say nothing.
    #[must_use]
    pub fn levels(&self, a: usize, b: usize) -> (u8, u8) {
        let rows = &self.frame.rows;
        let (given, family) = self.levels_as_read(a, b);
        if rows[a].unsounded == rows[b].unsounded {
            return (given, family);
        }
        (
            if given == GIVEN_DIFFERENT { 0 } else { given },
            if family == FAMILY_DIFFERENT {
                0
            } else {
                family
            },
        )
    }

    fn levels_as_read(&self, a: usize, b: usize) -> (u8, u8) {
        let frame = self.frame;
        let (x, y) = (&frame.rows[a], &frame.rows[b]);
        let (ga, gb) = (x.given, y.given);
        let (fa, fb) = (x.family, y.family);
        let given = if ga == 0 || gb == 0 {
            0
        } else if ga == gb {
            1
        } else {
            self.given_level(ga, gb)
        };
        let mut family = if fa == 0 || fb == 0 {
            0
        } else if fa == fb {
            1
        } else {
            self.family_level(fa, fb)
        };
        if given == GIVEN_DIFFERENT && x.unsounded != 0 && y.unsounded != 0 && self.runs_on(a, b) {
            return (2, 2);
        }
        // Swapped names are one fact: the level of the given name carries it, the family name counts as missing.
        if given == GIVEN_DIFFERENT
            && family == FAMILY_DIFFERENT
            && self.crosses(ga, fb)
            && self.crosses(gb, fa)
        {
            return (GIVEN_SWAPPED, 0);
        }
        if (given == 0 || family == 0) && (self.crosses(ga, fb) || self.crosses(gb, fa)) {
            return (GIVEN_ELSEWHERE, 0);
        }
        if given == GIVEN_DIFFERENT && family == FAMILY_DIFFERENT {
            // One name in the other's place, and it is the family name: the given names differ.
            let surname = |given: u32, family: u32| {
                let word = frame.given.words(given).first();
                word.is_some_and(|w| self.surnames.get(*w as usize).copied().unwrap_or(false))
                    && self.crosses(given, family)
            };
            if surname(ga, fb) || surname(gb, fa) {
                return (GIVEN_DIFFERENT, FAMILY_ELSEWHERE);
            }
        }
        if given == GIVEN_DIFFERENT
            && (self.elsewhere(&frame.given, ga, b, true)
                || self.elsewhere(&frame.given, gb, a, true))
        {
            // The word found elsewhere is one fact: it does not count for the family name as well.
            return (GIVEN_ELSEWHERE, family);
        }
        if family == FAMILY_DIFFERENT
            && (self.elsewhere(&frame.family, fa, b, false)
                || self.elsewhere(&frame.family, fb, a, false))
        {
            family = FAMILY_ELSEWHERE;
        }
        (given, family)
    }

    /// Whether two names have the same letters, parted at another place: `佐野原 美咲` without its gap may be read `佐野 原美咲`.
    fn runs_on(&self, a: usize, b: usize) -> bool {
        let frame = self.frame;
        let whole = |record: usize| {
            let row = &frame.rows[record];
            let words = [frame.family.words(row.family), frame.given.words(row.given)];
            let first = words.map(|w| w.first().map_or("", |w| frame.words.values.get(*w)));
            first.concat()
        };
        whole(a) == whole(b)
    }

    /// Whether a given name is another record's family name.
    fn crosses(&self, given: u32, family: u32) -> bool {
        let frame = self.frame;
        match (
            frame.given.words(given).first(),
            frame.family.words(family).last(),
        ) {
            (Some(g), Some(f)) => {
                frame.words.len[*g as usize] > 1
                    && self.grades.of(&frame.words, *g, *f) <= WordGrade::Slip
            }
            _ => false,
        }
    }

    /// Whether the leading word of name `id` stands anywhere in the other record's names.
    fn elsewhere(&self, names: &NameTerms, id: u32, other: usize, leading: bool) -> bool {
        let frame = self.frame;
        let words = names.words(id);
        let word = if leading { words.first() } else { words.last() };
        word.is_some_and(|w| {
            frame.rows[other].may_bear(*w)
                && frame.words.len[*w as usize] > 1
                && frame.bag.of(other).contains(w)
                && !(leading && self.only_with_jean(frame.rows[other].given).contains(w))
        })
    }

    /// The words that are no name without the first: nobody calls `Jean-François` `François`, who may be his father.
    fn only_with_jean(&self, given: u32) -> &[u32] {
        match self.frame.given.words(given) {
            [first, rest @ ..] if self.frame.words.values.get(*first) == "jean" => rest,
            _ => &[],
        }
    }

    /// Level of two different given-name values.
    fn given_level(&self, a: u32, b: u32) -> u8 {
        let frame = self.frame;
        if frame.given.skeleton[a as usize] == frame.given.skeleton[b as usize]
            && frame.given.skeleton[a as usize] != 0
        {
            return 2;
        }
        let (wa, wb) = (frame.given.words(a), frame.given.words(b));
        let (Some(x), Some(y)) = (wa.first(), wb.first()) else {
            return 0;
        };
        let grade = self.grades.of(&frame.words, *x, *y);
        match grade {
            WordGrade::Equal | WordGrade::Alike => {
                // Middle names that contradict each other take the pair down to "similar".
                if let (Some(p), Some(q)) = (wa.get(1), wb.get(1))
                    && self.grades.of(&frame.words, *p, *q) == WordGrade::Different
                {
                    return 6;
                }
                2
            }
            WordGrade::Nickname => 3,
            WordGrade::Initial => 4,
            WordGrade::Slip if rare(&frame.words, *x, *y) => 5,
            WordGrade::Slip | WordGrade::Similar => 6,
            WordGrade::Different => {
                let found = |one: u32, all: &[u32], given: u32| {
                    frame.words.len[one as usize] > 1
                        && self.only_with_jean(given).is_empty()
                        && all
                            .iter()
                            .skip(1)
                            .any(|w| self.grades.of(&frame.words, one, *w) <= WordGrade::Nickname)
                };
                if found(*x, wb, b) || found(*y, wa, a) {
                    GIVEN_ELSEWHERE
                } else {
                    GIVEN_DIFFERENT
                }
            }
        }
    }

    /// Level of two different family-name values.
    fn family_level(&self, a: u32, b: u32) -> u8 {
        let frame = self.frame;
        if frame.family.skeleton[a as usize] == frame.family.skeleton[b as usize]
            && frame.family.skeleton[a as usize] != 0
        {
            return 2;
        }
        let (wa, wb) = (frame.family.words(a), frame.family.words(b));
        if let ([x], [y]) = (wa, wb) {
            return match self.grades.of(&frame.words, *x, *y) {
                WordGrade::Equal | WordGrade::Alike => 2,
                WordGrade::Initial => 3,
                WordGrade::Slip if rare(&frame.words, *x, *y) => 4,
                WordGrade::Slip | WordGrade::Similar | WordGrade::Nickname => 5,
                WordGrade::Different => FAMILY_DIFFERENT,
            };
        }
        let (few, many) = if wa.len() <= wb.len() {
            (wa, wb)
        } else {
            (wb, wa)
        };
        // `Ibáñez Romero` and `Ibáñez Calvo`: sons of two mothers
        if let ([x, .., p], [y, .., q]) = (wa, wb)
            && self.grades.of(&frame.words, *x, *y) <= WordGrade::Alike
            && self.grades.of(&frame.words, *p, *q) == WordGrade::Different
            && !wa.contains(q)
            && !wb.contains(p)
        {
            return FAMILY_DIFFERENT;
        }
        let mut worst = WordGrade::Equal;
        let mut best = WordGrade::Different;
        for x in few {
            let grade = many
                .iter()
                .map(|y| self.grades.of(&frame.words, *x, *y))
                .min()
                .unwrap_or(WordGrade::Different);
            worst = worst.max(grade);
            if frame.words.len[*x as usize] > 3 {
                best = best.min(grade);
            }
        }
        match worst {
            WordGrade::Equal | WordGrade::Alike => 3,
            WordGrade::Slip | WordGrade::Initial => 4,
            WordGrade::Similar | WordGrade::Nickname => 5,
            WordGrade::Different if best <= WordGrade::Alike => FAMILY_ELSEWHERE,
            WordGrade::Different => FAMILY_DIFFERENT,
        }
    }
}

fn rare(words: &Words, a: u32, b: u32) -> bool {
    words.counts[a as usize].min(words.counts[b as usize]) <= RARE
}

/// Level of two middle names.
#[must_use]
pub fn middle(a: &str, b: &str) -> u8 {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    if a == b {
        return 1;
    }
    let (x, y) = (a.as_bytes(), b.as_bytes());
    if (x.len() == 1 || y.len() == 1) && x[0] == y[0] {
        return 2;
    }
    if edit::jaro_winkler(x, y) >= 0.88 {
        3
    } else {
        4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::frame;
    use crate::record::Kind;

    fn names(f: &Frame, surnames: &[bool], a: usize, b: usize) -> (u8, u8) {
        let grades = &Grades::default();
        let names = Names {
            frame: f,
            surnames,
            grades,
        };
        names.levels(a, b)
    }

    fn levels(a: (&str, &str), b: (&str, &str)) -> (u8, u8) {
        let f = frame(&[
            (Kind::GivenName, &[a.0, b.0]),
            (Kind::FamilyName, &[a.1, b.1]),
        ]);
        let found = names(&f, &[], 0, 1);
        assert_eq!(found, names(&f, &[], 1, 0), "{a:?} {b:?}");
        found
    }

    #[test]
    fn a_name_without_a_gap_may_be_parted_elsewhere() {
        assert_eq!(levels(("美咲", "佐野原"), ("原美咲", "佐野")), (2, 2));
        assert_ne!(levels(("美咲", "佐野原"), ("原美花", "佐野")), (2, 2));
    }

    #[test]
    fn characters_read_otherwise_say_nothing() {
        let of = |countries: [&str; 2], given: [&str; 2], family: [&str; 2]| {
            let f = frame(&[
                (Kind::GivenName, &given),
                (Kind::FamilyName, &family),
                (Kind::Country, &countries),
            ]);
            names(&f, &[], 0, 1)
        };
        assert_eq!(of(["", ""], ["太郎", "Taro"], ["山田", "Yamada"]), (0, 0));
        assert_eq!(
            of(["CN", "CN"], ["伟", "Jun"], ["李", "Yamada"]),
            (GIVEN_DIFFERENT, FAMILY_DIFFERENT)
        );
        assert_eq!(of(["", ""], ["伟", "Wei"], ["李", "Li"]), (1, 1));
        assert_eq!(
            of(["", ""], ["太郎", "花子"], ["山田", "鈴木"]),
            (GIVEN_DIFFERENT, FAMILY_DIFFERENT)
        );
    }

    #[test]
    fn levels_of_names() {
        for (a, b, expected) in [
            (("Mara", "Lindqvist"), ("MARA", "lindqvist"), (1, 1)),
            (("Mara Ines", "Lindqvist"), ("Mara", "Lindqvist"), (2, 1)),
            (
                ("Mara Ines", "Lindqvist"),
                ("Mara Olga", "Lindqvist"),
                (6, 1),
            ),
            (("William", "Okonkwo"), ("Bill", "Okonkwo"), (3, 1)),
            (("W.", "Okonkwo"), ("William", "Okonkwo"), (4, 1)),
            (("Tobias", "Okonkwo"), ("Tobais", "Okonkwo"), (5, 1)),
            (("Mara", "Brandt"), ("Mara", "Brandt-Lindqvist"), (1, 3)),
            (("Mara", "Silveira"), ("Mara", "Silviera"), (1, 4)),
            (
                ("Mara", "Ibáñez Romero"),
                ("Mara", "Ibáñez Calvo"),
                (1, FAMILY_DIFFERENT),
            ),
            (("Mara", "Ibáñez Romero"), ("Mara", "Ibáñez"), (1, 3)),
            (
                ("Mara", "Lindqvist"),
                ("Lindqvist", "Mara"),
                (GIVEN_SWAPPED, 0),
            ),
            (
                ("Ines Mara", "Brandt"),
                ("Mara", "Brandt"),
                (GIVEN_ELSEWHERE, 1),
            ),
            (
                ("María Guadalupe", "Ramos"),
                ("Lupita", "Ramos"),
                (GIVEN_ELSEWHERE, 1),
            ),
            (
                ("Jean-François", "Brandt"),
                ("François", "Brandt"),
                (GIVEN_DIFFERENT, 1),
            ),
            (("Jean-François", "Brandt"), ("Jean", "Brandt"), (2, 1)),
            (("Mara", ""), ("", "Mara"), (GIVEN_ELSEWHERE, 0)),
            (
                ("Mara", "Brandt"),
                ("Yuki", "Nakamura"),
                (GIVEN_DIFFERENT, FAMILY_DIFFERENT),
            ),
            (("", "Brandt"), ("Mara", ""), (0, 0)),
        ] {
            assert_eq!(levels(a, b), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_family_name_in_the_place_of_the_given_one_leaves_the_given_names_different() {
        let f = frame(&[
            (Kind::GivenName, &["Mara", "Lindqvist"]),
            (Kind::FamilyName, &["Lindqvist", "Yuki"]),
        ]);
        let surnames: Vec<bool> = f.words.values.iter().map(|w| w == "lindqvist").collect();
        assert_eq!(
            names(&f, &surnames, 0, 1),
            (GIVEN_DIFFERENT, FAMILY_ELSEWHERE)
        );
        assert_eq!(
            names(&f, &surnames, 1, 0),
            (GIVEN_DIFFERENT, FAMILY_ELSEWHERE)
        );
        assert_eq!(
            names(&f, &[], 0, 1).0,
            GIVEN_ELSEWHERE,
            "where nothing is known of the word"
        );
    }

    #[test]
    fn a_slip_is_one_of_a_rare_spelling_only() {
        let common = |copies: usize| {
            let mut given = vec!["Jonas"; copies];
            given.extend(vec!["Jonan"; copies]);
            let f = frame(&[(Kind::GivenName, &given)]);
            names(&f, &[], 0, copies).0
        };
        assert_eq!(common(2), 5);
        assert_eq!(common(3), 6);
    }

    #[test]
    fn a_former_family_name_is_found_in_the_other_record() {
        let f = frame(&[
            (Kind::GivenName, &["Mara", "Mara"]),
            (Kind::FamilyName, &["Brandt geb. Lindqvist", "Lindqvist"]),
        ]);
        let (given, family) = names(&f, &[], 0, 1);
        assert_eq!(given, 1);
        assert!(family < FAMILY_DIFFERENT, "level {family}");
    }

    #[test]
    fn middle_names() {
        for (a, b, level) in [
            ("", "ines", 0),
            ("ines", "ines", 1),
            ("i", "ines", 2),
            ("katarina", "katharina", 3),
            ("ines", "olga", 4),
            ("o", "ines", 4),
        ] {
            assert_eq!(middle(a, b), level, "{a} {b}");
            assert_eq!(middle(b, a), level, "{b} {a}");
        }
    }
}

//! Birth dates and ages.

/// Level of two birth dates given as digits YYYYMMDD with unknown parts zero (see [`Field::Birth`](crate::pair::Field::Birth)).
#[must_use]
pub fn birth(a: u32, b: u32) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    if a == b {
        return if a.is_multiple_of(100) { 2 } else { 1 };
    }
    let (ya, ma, da) = (a / 10_000, a / 100 % 100, a % 100);
    let (yb, mb, db) = (b / 10_000, b / 100 % 100, b % 100);
    let unknown = |x: u32, y: u32| x == 0 || y == 0;
    if unknown(ya, yb) || unknown(ma, mb) || unknown(da, db) {
        let fits = |x: u32, y: u32| unknown(x, y) || x == y;
        if fits(ya, yb) && fits(ma, mb) && fits(da, db) {
            return 2;
        }
        return if !unknown(ya, yb) && ya.abs_diff(yb) <= 1 {
            6
        } else {
            7
        };
    }
    if ya == yb && ma == db && da == mb {
        return 3;
    }
    if one_slip(a, b) {
        return 4;
    }
    let equal = u8::from(ya == yb) + u8::from(ma == mb) + u8::from(da == db);
    if equal == 2 {
        return 5;
    }
    if ya.abs_diff(yb) <= 1 { 6 } else { 7 }
}

/// How common years and days of the year are; their product is the chance of a date, whoever is in the data twice.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    years: Vec<f64>,
    days: Vec<f64>,
}

impl Frequencies {
    /// Counts the known dates.
    #[must_use]
    pub fn count(births: &[u32]) -> Self {
        let (mut years, mut days) = (vec![0.0; 10_000], vec![0.0; 10_000]);
        let known = births.iter().filter(|b| **b != 0).count().max(1) as f64;
        for b in births.iter().filter(|b| **b != 0) {
            years[(b / 10_000).min(9999) as usize] += 1.0 / known;
            days[(b % 10_000) as usize] += 1.0 / known;
        }
        Self { years, days }
    }

    /// Chance that an unrelated person is born on the date, 0..=1.
    #[must_use]
    pub fn of(&self, birth: u32) -> f64 {
        self.years[(birth / 10_000).min(9999) as usize] * self.days[(birth % 10_000) as usize]
    }
}

/// One digit differs, or two neighbouring digits are swapped.
fn one_slip(a: u32, b: u32) -> bool {
    let mut differing = [0u32; 2];
    let mut values = [(0, 0); 2];
    let mut count = 0;
    let (mut x, mut y) = (a, b);
    for place in 0..8 {
        let (p, q) = (x % 10, y % 10);
        if p != q {
            if count == 2 {
                return false;
            }
            differing[count] = place;
            values[count] = (p, q);
            count += 1;
        }
        (x, y) = (x / 10, y / 10);
    }
    count == 1
        || (count == 2
            && differing[1] == differing[0] + 1
            && values[0].0 == values[1].1
            && values[0].1 == values[1].0)
}

/// Level of two ages in quarters of a year, 0 unknown (see [`Field::Age`](crate::pair::Field::Age)).
///
/// Whole years are compared, for an age stated is one rounded down: less than a year apart is the same.
#[must_use]
pub fn age(a: u16, b: u16) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    match a.abs_diff(b) / 4 {
        0 => 1,
        1 => 2,
        2..=3 => 3,
        4..=10 => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn birth_levels() {
        for (a, b, level) in [
            (19_800_314, 19_800_314, 1),
            (19_800_300, 19_800_314, 2),
            (19_800_000, 19_800_000, 2),
            (19_800_304, 19_800_403, 3),
            (19_800_314, 19_800_317, 4),
            (19_800_314, 19_080_314, 4),
            (19_800_314, 19_800_325, 5),
            (19_800_314, 19_620_314, 5),
            (19_800_314, 19_811_125, 6),
            (19_800_314, 19_551_125, 7),
            (0, 19_800_314, 0),
        ] {
            assert_eq!(birth(a, b), level, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn symmetric(a in 0u32..30_000_000, b in 0u32..30_000_000) {
            prop_assert_eq!(birth(a, b), birth(b, a));
        }
    }
}

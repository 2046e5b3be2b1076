//! What cells of a telephone column say, once read: by distinct cell and the country of the record.

/// A number in its international form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its digits, country code first; 0 when the cell has no international form.
    pub digits: u64,
    /// Whether the numbering plan has such a number.
    pub valid: bool,
}

impl Number {
    /// In one word that is not 0; 0 when the digits are too many for one.
    #[must_use]
    pub fn packed(self) -> u64 {
        if self.digits < 1 << 62 {
            self.digits << 2 | u64::from(self.valid) << 1 | 1
        } else {
            0
        }
    }
}

/// The numbers of a column whose cells hold one number at most, without extension; other cells are not known here.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// First place of each cell in `countries`, and the end.
    starts: Vec<u32>,
    countries: Vec<u16>,
    /// Packed, 0 when not known.
    numbers: Vec<u64>,
}

impl Numbers {
    /// Numbers by cell: `starts` has the first place of each cell and the end; at each place a country (0 for none) and
    /// what the cell says in it, as [`Number::packed`] gives it, 0 when that is not known.
    #[must_use]
    pub fn new(starts: Vec<u32>, countries: Vec<u16>, numbers: Vec<u64>) -> Self {
        Self {
            starts,
            countries,
            numbers,
        }
    }

    /// What a cell says in a country (alpha-2 code), if that is known.
    #[must_use]
    pub fn of(&self, cell: u32, country: Option<[u8; 2]>) -> Option<Number> {
        let cell = cell as usize;
        let from = *self.starts.get(cell)? as usize;
        let to = *self.starts.get(cell + 1)? as usize;
        let country = country.map_or(0, u16::from_be_bytes);
        let at = self
            .countries
            .get(from..to)?
            .iter()
            .position(|c| *c == country)?;
        let packed = *self.numbers.get(from + at)?;
        (packed & 1 == 1).then_some(Number {
            digits: packed >> 2,
            valid: packed & 2 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_by_cell_and_country() {
        let number = |digits, valid| Some(Number { digits, valid });
        let packed = |digits, valid| Number { digits, valid }.packed();
        let us = u16::from_be_bytes(*b"US");
        let numbers = Numbers::new(
            vec![0, 0, 2, 3],
            vec![0, us, us],
            vec![0, packed(12_125_550_142, true), packed(0, false)],
        );
        assert_eq!(numbers.of(1, Some(*b"US")), number(12_125_550_142, true));
        assert_eq!(numbers.of(2, Some(*b"US")), number(0, false));
        for (cell, country) in [
            (0, None),
            (1, None),
            (1, Some(*b"DE")),
            (2, None),
            (7, None),
        ] {
            assert_eq!(numbers.of(cell, country), None, "{cell}");
        }
    }
}

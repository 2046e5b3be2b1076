//! Columns that hold one value together: a telephone number beside its area code, a number or a postal code in pieces,
//! floor and door, a house number and its addition, the further lines of an address, two surnames.
//!
//! The value is put together in a column of its own, called by the names of its parts with ` + ` between them; the raw
//! row keeps the parts.

use super::header;
use crate::lexicon::headers::{self, Sense};
use crate::lexicon::phone_parts::{PhonePart, is_calling_code, phone_part};
use crate::record::{Column, Kind, SourceTable};

/// What stands between the names of parts.
pub const AND: &str = " + ";
/// Most columns between the first part of a number and its last.
const PIECES: usize = 3;

/// Columns of a table that hold one value together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint {
    /// Name of the column that holds the value.
    pub name: String,
    /// Its parts, by column, in order.
    pub parts: Vec<usize>,
    /// What they hold together.
    pub kind: Kind,
}

impl Joint {
    fn of(table: &SourceTable, parts: Vec<usize>, kind: Kind) -> Self {
        let names: Vec<&str> = parts
            .iter()
            .map(|p| table.columns[*p].name.as_str())
            .collect();
        let name = names.join(AND);
        Self { name, parts, kind }
    }

    /// The joint that a name asks for; none when a column is called so, or a part is missing.
    #[must_use]
    pub fn named(table: &SourceTable, name: &str, kind: Kind) -> Option<Self> {
        if table.column(name).is_some() || !name.contains(AND) {
            return None;
        }
        let parts = name
            .split(AND)
            .map(|part| table.column(part))
            .collect::<Option<Vec<_>>>()?;
        Some(Self::of(table, parts, kind))
    }

    /// Adds the column with the values.
    pub fn add(&self, table: &mut SourceTable) {
        let mut whole = Column {
            name: self.name.clone(),
            ..Column::default()
        };
        let parts: Vec<&Column> = self.parts.iter().map(|p| &table.columns[*p]).collect();
        let said: Vec<Option<PhonePart>> = parts.iter().map(|p| phone_part(&p.name)).collect();
        for row in 0..table.len() {
            let cells: Vec<&str> = parts.iter().map(|p| p.value(row).trim()).collect();
            let value = match self.kind {
                Kind::Phone => phone(&cells, &said),
                Kind::Postcode => filled(&cells).join("-"),
                Kind::Street => filled(&cells).join(", "),
                Kind::HouseNumber => house_number(&filled(&cells)),
                _ => filled(&cells).join(" "),
            };
            whole.ids.push(whole.values.intern(&value));
        }
        table.columns.push(whole);
    }
}

fn filled<'c>(cells: &[&'c str]) -> Vec<&'c str> {
    cells.iter().copied().filter(|c| !c.is_empty()).collect()
}

/// `5` and `a` are `5a`, `123` and `45` are `123/45` as in Czech addresses, `5` and `bis` are `5 bis`.
fn house_number(cells: &[&str]) -> String {
    let mut whole = String::new();
    for cell in cells {
        let ends = whole.chars().next_back().map(|c| c.is_ascii_digit());
        let letter = cell.len() == 1 && cell.bytes().all(|b| b.is_ascii_alphabetic());
        let begins = cell.starts_with(|c: char| c.is_ascii_digit());
        match ends {
            None => {}
            Some(true) if letter => {}
            Some(true) if begins => whole.push('/'),
            Some(_) => whole.push(' '),
        }
        whole.push_str(cell);
    }
    whole
}

fn digits(cell: &str) -> String {
    cell.chars().filter(char::is_ascii_digit).collect()
}

/// A number out of its cells; a last cell that is international, or holds the area code itself, needs no more.
fn phone(cells: &[&str], said: &[Option<PhonePart>]) -> String {
    let Some((number, before)) = cells.split_last() else {
        return String::new();
    };
    let own = digits(number);
    let international = number.starts_with('+') || number.starts_with("00") && own.len() > 9;
    if own.is_empty() || international {
        return (*number).to_owned();
    }
    let mut whole = String::new();
    for (cell, said) in before.iter().zip(said) {
        let code = digits(cell);
        match said {
            _ if code.is_empty() => {}
            Some(PhonePart::Calling | PhonePart::Country) => {
                whole.insert_str(0, &format!("+{} ", code.trim_start_matches('0')));
            }
            Some(PhonePart::Area) if holds(&own, &code) => {}
            _ => {
                whole.push_str(cell);
                whole.push(' ');
            }
        }
    }
    whole + number
}

/// Whether a number begins with its area code, and not just with the same digits.
fn holds(number: &str, code: &str) -> bool {
    let rest = number.strip_prefix(code).map_or(0, str::len);
    rest >= 7 || (rest > 0 && code.starts_with('0'))
}

/// Columns of a table that evidently hold one value together, none of which is `taken`.
#[must_use]
pub fn joints(table: &SourceTable, taken: &dyn Fn(&str) -> bool) -> Vec<Joint> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < table.columns.len() {
        let joint = beside_its_codes(table, at)
            .or_else(|| in_pieces(table, at))
            .or_else(|| in_one_house(table, at))
            .or_else(|| in_one_surname(table, at))
            .or_else(|| further_lines(table, at));
        match joint {
            Some(j) if !j.parts.iter().any(|p| taken(&table.columns[*p].name)) => {
                at += j.parts.len();
                found.push(j);
            }
            _ => at += 1,
        }
    }
    found
}

/// A number with columns for its calling code, its area code, or both before it.
fn beside_its_codes(table: &SourceTable, at: usize) -> Option<Joint> {
    let columns = &table.columns[at..];
    let is_code = |c: &Column| {
        let Some(part) = phone_part(&c.name) else {
            return false;
        };
        let signs = |c: char| c.is_ascii_digit() || "+()/- ".contains(c);
        all(c, |v| {
            let digits = digits(v);
            v.chars().all(signs)
                && match part {
                    PhonePart::Calling | PhonePart::Country => {
                        is_calling_code(digits.trim_start_matches('0'))
                    }
                    PhonePart::Area => (1..=6).contains(&digits.len()),
                }
        })
    };
    let codes = columns
        .iter()
        .take(PIECES - 1)
        .take_while(|c| is_code(c))
        .count();
    let number = columns.get(codes)?;
    let of_phones = |c: &Column| {
        let reading = headers::read(&c.name);
        let mut meanings = reading.phrases.iter().flat_map(|p| p.meanings);
        meanings.any(|m| m.sense == Sense::Kind(Kind::Phone))
    };
    // "36" is the calling code of one country and the ISO number of another
    let sure = |c: &Column| {
        phone_part(&c.name) != Some(PhonePart::Country)
            || codes > 1
            || of_phones(c)
            || all(c, |v| v.starts_with('+') || v.starts_with("00"))
    };
    let whole = codes > 0
        && columns[..codes].iter().all(sure)
        && of_phones(number)
        && phone_part(&number.name).is_none()
        && all(number, |v| (4..=15).contains(&digits(v).len()));
    whole.then(|| Joint::of(table, (at..=at + codes).collect(), Kind::Phone))
}

/// A telephone number in three columns, or a postal code in two, called alike but for a number at the end.
fn in_pieces(table: &SourceTable, at: usize) -> Option<Joint> {
    let stem = |i: usize, nth: char| {
        let name = table.columns.get(i)?.name.trim();
        Some(
            name.strip_suffix(nth)?
                .trim_end_matches(['_', '-', ' ', '.']),
        )
    };
    let first = stem(at, '1')?;
    let alike = |nth: usize| stem(at + nth - 1, char::from(b'0' + nth as u8)) == Some(first);
    let pieces = (2..=PIECES + 1).take_while(|n| alike(*n)).count() + 1;
    let reading = headers::read(first);
    let meanings = reading.phrases.iter().flat_map(|p| p.meanings);
    let of = |kind: Kind| meanings.clone().any(|m| m.sense == Sense::Kind(kind));
    let lengths = |i: usize, range: std::ops::RangeInclusive<usize>| {
        let digit = |c: char| c.is_ascii_digit();
        all(&table.columns[at + i], |v| {
            range.contains(&v.len()) && v.chars().all(digit)
        })
    };
    let kind = match pieces {
        3 if of(Kind::Phone) && lengths(0, 2..=5) && lengths(1, 1..=4) && lengths(2, 4..=4) => {
            Kind::Phone
        }
        2 if of(Kind::Postcode) && lengths(0, 3..=3) && lengths(1, 4..=4) => Kind::Postcode,
        _ => return None,
    };
    Some(Joint::of(table, (at..at + pieces).collect(), kind))
}

/// Columns beside each other of flat, floor and door, or of a house number and its addition.
fn in_one_house(table: &SourceTable, at: usize) -> Option<Joint> {
    let meant = |i: usize| {
        let said = header::read(&table.columns.get(i)?.name);
        let (kind, bits) = header::strongest(&said.bits);
        let part = matches!(kind, Kind::Unit | Kind::HouseNumber);
        (part && bits >= 8.0 && !said.blocked && said.ordinal.is_none())
            .then_some((kind, said.label))
    };
    let first = meant(at)?;
    let count = 1
        + (at + 1..)
            .take_while(|i| meant(*i).as_ref() == Some(&first))
            .count();
    (count > 1).then(|| Joint::of(table, (at..at + count).collect(), first.0))
}

/// A family name beside its prefix (`tussenvoegsel`), or two surnames beside each other, father's and mother's.
fn in_one_surname(table: &SourceTable, at: usize) -> Option<Joint> {
    let meant = |i: usize| {
        let said = header::read(&table.columns.get(i)?.name);
        let (kind, bits) = header::strongest(&said.bits);
        (kind == Kind::FamilyName && bits >= 8.0 && !said.blocked).then_some(said.label)
    };
    let parts = match (meant(at)?.as_deref(), meant(at + 1)?.as_deref()) {
        (None, Some("second")) | (Some("prefix"), None) => vec![at, at + 1],
        (None, Some("prefix")) => vec![at + 1, at],
        _ => return None,
    };
    Some(Joint::of(table, parts, Kind::FamilyName))
}

/// The second and further lines of an address that has a first one: `Address 2` and `Address 3`.
fn further_lines(table: &SourceTable, at: usize) -> Option<Joint> {
    let stem = |i: usize, nth: usize| {
        let name = table.columns.get(i)?.name.trim();
        let stem = name.strip_suffix(&nth.to_string())?;
        Some(stem.trim_end_matches(['_', '-', ' ', '.']))
    };
    let line = stem(at, 2)?;
    let before = at.checked_sub(1)?;
    if stem(before, 1) != Some(line) && table.columns[before].name.trim() != line {
        return None;
    }
    let said = header::read(line);
    if said.of(Kind::Street).max(said.of(Kind::Address)) < 5.0 || said.blocked {
        return None;
    }
    let count = (2..)
        .take_while(|n| stem(at + n - 2, *n) == Some(line))
        .count();
    (count > 1).then(|| Joint::of(table, (at..at + count).collect(), Kind::Street))
}

/// Whether nearly all values of a column that have digits are so, and there are some.
fn all(column: &Column, so: impl Fn(&str) -> bool) -> bool {
    let values = column.values.iter().map(str::trim);
    let counted = values.filter(|v| v.bytes().any(|b| b.is_ascii_digit()));
    let (seen, fit) = counted.fold((0, 0), |(seen, fit), v| {
        (seen + 1, fit + usize::from(so(v)))
    });
    seen > 0 && fit * 20 >= seen * 19
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &[&str])]) -> SourceTable {
        let mut table = SourceTable::default();
        for (name, cells) in columns {
            let mut column = Column {
                name: (*name).to_owned(),
                ..Column::default()
            };
            for cell in *cells {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            table.columns.push(column);
        }
        let origin = crate::record::Origin {
            file: 0,
            row: 1,
            byte: 0,
        };
        table.origins = vec![origin; columns[0].1.len()];
        table
    }

    /// The names of what is found, and the values of the first.
    fn found(columns: &[(&str, &[&str])]) -> (Vec<String>, Vec<String>) {
        let mut table = table(columns);
        let joints = joints(&table, &|_| false);
        let Some(first) = joints.first() else {
            return (Vec::new(), Vec::new());
        };
        first.add(&mut table);
        let whole = &table.columns[columns.len()];
        let values = (0..table.len()).map(|row| whole.value(row).to_owned());
        (
            joints.iter().map(|j| j.name.clone()).collect(),
            values.collect(),
        )
    }

    #[test]
    fn parts_of_a_house_and_lines_of_an_address_are_put_together() {
        let (names, values) = found(&[("Piso", &["3º", "", "1"]), ("Puerta", &["B", "2", ""])]);
        assert_eq!(
            (names.join("|"), values),
            (
                "Piso + Puerta".to_owned(),
                vec!["3º B".to_owned(), "2".to_owned(), "1".to_owned()]
            )
        );
        let (names, values) = found(&[
            ("Straße", &["Weg", "Weg", "Weg", "Weg"]),
            ("Hausnummer", &["5", "12", "123", "7"]),
            ("Hausnummernzusatz", &["a", "bis", "45", ""]),
        ]);
        assert_eq!(names, ["Hausnummer + Hausnummernzusatz"]);
        assert_eq!(values, ["5a", "12 bis", "123/45", "7"]);
        let (names, values) = found(&[
            ("Primer apellido", &["Torres", "Ruiz"]),
            ("Segundo apellido", &["Martínez", ""]),
        ]);
        assert_eq!(names, ["Primer apellido + Segundo apellido"]);
        assert_eq!(values, ["Torres Martínez", "Ruiz"]);
        let (_, values) = found(&[
            ("Achternaam", &["Berg", "Smit"]),
            ("Tussenvoegsel", &["van der", ""]),
        ]);
        assert_eq!(values, ["van der Berg", "Smit"]);
        let (names, values) = found(&[
            ("Address Line 1", &["Flat 3", "9 High St"]),
            ("Address Line 2", &["Rose House", ""]),
            ("Address Line 3", &["12 High St", ""]),
            ("Town", &["Leeds", "Leeds"]),
        ]);
        assert_eq!(names, ["Address Line 2 + Address Line 3"]);
        assert_eq!(values, ["Rose House, 12 High St", ""]);
        for columns in [
            ["Address 1", "Address 2", "Town"],
            ["Phone 1", "Phone 2", "Phone 3"],
        ] {
            let columns = columns.map(|c| (c, &["x 1"] as &[&str]));
            assert_eq!(found(&columns).0, [""; 0]);
        }
    }

    #[test]
    fn a_number_is_put_together_with_its_codes() {
        let (names, values) = found(&[
            ("Name", &["Ann", "Ben", "Cem", "Dee", "Eva"]),
            ("Vorwahl", &["030", "0221", "", "089", "040"]),
            (
                "Rufnummer",
                &["2345678", "0221 765432", "7654321", "+49 89 123456", "n/a"],
            ),
        ]);
        assert_eq!(names, ["Vorwahl + Rufnummer"]);
        assert_eq!(
            values,
            [
                "030 2345678",
                "0221 765432",
                "7654321",
                "+49 89 123456",
                "n/a"
            ]
        );
        let (_, values) = found(&[
            ("phone.area_code", &["206"]),
            ("phone.country_code", &["1"]),
            ("phone.number", &["555-0142"]),
        ]);
        assert_eq!(values, ["+1 206 555-0142"]);
        let (_, values) = found(&[
            ("Country Code", &["+49", "0049"]),
            ("Phone", &["30 2345678", "030 2345679"]),
        ]);
        assert_eq!(values, ["+49 30 2345678", "+49 030 2345679"]);
        let (names, values) = found(&[
            ("Country Code", &["1", "001", "+44", ""]),
            ("Area Code", &["(206)", "206", "20", "206"]),
            ("Phone", &["555-0142", "206-5550", "7946 0123", "555-0143"]),
        ]);
        assert_eq!(names, ["Country Code + Area Code + Phone"]);
        assert_eq!(
            values,
            [
                "+1 (206) 555-0142",
                "+1 206 206-5550",
                "+44 20 7946 0123",
                "206 555-0143"
            ]
        );
    }

    #[test]
    fn pieces_of_numbers_and_postal_codes_are_put_together() {
        let (names, values) = found(&[
            ("電話番号1", &["090", "03"]),
            ("電話番号2", &["1234", "5678"]),
            ("電話番号3", &["5678", "0001"]),
            ("郵便番号1", &["100", "530"]),
            ("郵便番号2", &["0001", "0002"]),
        ]);
        assert_eq!(
            names,
            ["電話番号1 + 電話番号2 + 電話番号3", "郵便番号1 + 郵便番号2"]
        );
        assert_eq!(values, ["090 1234 5678", "03 5678 0001"]);
    }

    #[test]
    fn what_is_whole_stays_apart() {
        for columns in [
            [
                ("Phone 1", ["206 555 0142"]),
                ("Phone 2", ["206 555 0143"]),
                ("Phone 3", ["206 555 0144"]),
            ],
            [
                ("Name", ["Ann"]),
                ("Country Code", ["US"]),
                ("Phone", ["206 555 0142"]),
            ],
            [
                ("Name", ["Ann"]),
                ("Country Code", ["840"]),
                ("Phone", ["206 555 0142"]),
            ],
            [
                ("Name", ["Ann"]),
                ("Country Code", ["36"]),
                ("Phone", ["0412 345 678"]),
            ],
            [
                ("Name", ["Ann"]),
                ("Area Code", ["030"]),
                ("Customer ID", ["100200"]),
            ],
            [
                ("Name", ["Ann"]),
                ("Area Code", ["030"]),
                ("City", ["Berlin"]),
            ],
            [("Phone1", ["206"]), ("Phone2", ["555"]), ("Fax3", ["0142"])],
        ] {
            let columns = columns.each_ref().map(|(name, cells)| (*name, &cells[..]));
            assert_eq!(found(&columns).0, [""; 0], "{columns:?}");
        }
    }

    #[test]
    fn a_name_asks_for_what_is_there() {
        let t = table(&[("a", &["x", "x"]), ("b", &["", "y"]), ("a + c", &["", ""])]);
        let joint = Joint::named(&t, "a + b", Kind::FullName);
        assert_eq!(joint.as_ref().map(|j| j.parts.clone()), Some(vec![0, 1]));
        assert!(
            Joint::named(&t, "a + c", Kind::Phone).is_none(),
            "a column is called so"
        );
        assert!(Joint::named(&t, "a + d", Kind::Phone).is_none());
        let mut t = t;
        joint.iter().for_each(|j| j.add(&mut t));
        assert_eq!((t.columns[3].value(0), t.columns[3].value(1)), ("x", "x y"));
    }
}

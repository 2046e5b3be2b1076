//! Post-office boxes: `PO Box 12`, `Postfach 12 34`, `BP 45`.

use super::Address;
use super::scan::Piece;

/// Takes a post-office box out of `pieces`.
pub(super) fn take(pieces: &mut Vec<Piece>, address: &mut Address) {
    let found = (0..pieces.len()).find_map(|at| Some((at, box_words(pieces, at)?)));
    let Some((at, words)) = found else {
        return;
    };
    let digits = pieces[at + words..]
        .iter()
        .take_while(|p| p.part == pieces[at].part && p.text.bytes().all(|b| b.is_ascii_digit()))
        .count();
    let numbers = digits.max(1);
    let number: Vec<&str> = pieces[at + words..at + words + numbers]
        .iter()
        .map(|p| p.text.as_str())
        .collect();
    address.po_box = number.concat();
    pieces.drain(at..at + words + numbers);
}

/// How many words name a post-office box at `at`, when a number follows them.
fn box_words(pieces: &[Piece], at: usize) -> Option<usize> {
    const NAMES: [&[&str]; 28] = [
        &["p", "o", "box"],
        &["po", "box"],
        &["post", "office", "box"],
        &["p", "box"],
        &["pobox"],
        &["gpo", "box"],
        &["locked", "bag"],
        &["private", "bag"],
        &["postfach"],
        &["postf"],
        &["postbus"],
        &["postboks"],
        &["postbox"],
        &["boite", "postale"],
        &["bp"],
        &["apartado", "de", "correos"],
        &["apartado", "postal"],
        &["apartado"],
        &["apdo", "de", "correos"],
        &["apdo"],
        &["casella", "postale"],
        &["caixa", "postal"],
        &["skrytka", "pocztowa"],
        &["skr", "poczt"],
        &["a", "ya"],
        &["pob"],
        &["postilokero"],
        &["pl", "box"],
    ];
    let words = NAMES.iter().find(|words| {
        words
            .iter()
            .enumerate()
            .all(|(i, w)| pieces.get(at + i).is_some_and(|p| p.text == **w))
    });
    let count = words
        .map(|w| w.len())
        .or_else(|| (pieces[at].text == "box" && at == 0).then_some(1))?;
    let has_no = pieces
        .get(at + count)
        .is_some_and(|p| matches!(p.text.as_str(), "no" | "nr" | "#"));
    let count = count + usize::from(has_no);
    pieces
        .get(at + count)
        .is_some_and(|p| p.text.bytes().any(|b| b.is_ascii_digit()))
        .then_some(count)
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;

    #[test]
    fn boxes_of_several_countries() {
        for (cell, number) in [
            ("P.O. Box 12", "12"),
            ("Postfach 12 34", "1234"),
            ("Apartado de Correos 7", "7"),
            ("GPO Box No. 5", "5"),
            ("Box Hill", ""),
            ("Postfach", ""),
            ("12 High St", ""),
        ] {
            let mut address = Address::default();
            take(&mut scan(cell), &mut address);
            assert_eq!(address.po_box, number, "{cell}");
        }
    }
}

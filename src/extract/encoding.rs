//! Which character encoding a file has: byte order mark, then UTF-16 by its zeros, then valid UTF-8,
//! then a guess with its runner-up.

use super::Error;
use super::charset::Charset;
use super::error::nearest;
use super::guess::{CLEARLY_BETTER, RIVALS, judged, plausibility};
use super::spec::SourceSpec;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

const ISO_2022_JP: Charset = Charset::Web(encoding_rs::ISO_2022_JP);
/// Bytes looked at before plain ASCII is believed.
const SCAN_BYTES: u64 = 1 << 30;
/// Multi-byte characters without a fault after which UTF-8 is believed.
const ENOUGH_UTF8: u64 = 4_000;
/// Faults after which the search for more ends.
const ENOUGH_FAULTS: u64 = 2_000;
/// Bytes of lines with accents that the guess is made from.
const EVIDENCE_BYTES: usize = 256 << 10;
/// The sign that begins an escape sequence.
const ESCAPE: u8 = 0x1B;
/// The encoding of a file and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) encoding: Charset,
    /// Length of the byte order mark, to be left out.
    pub(super) mark: usize,
    /// How it was found, for [`crate::record::InputFile::detected`].
    pub(super) how: String,
    /// What else fits, when it is a guess.
    pub(super) alternatives: Option<String>,
    /// Why it must not be believed: encodings that fit better, and the reason.
    pub(super) doubt: Option<(Vec<String>, String)>,
    /// Lines of two encodings in one file.
    pub(super) mixed: Option<Mixed>,
    /// Line of the first text that seems to be UTF-7.
    pub(super) seven_bits: Option<u64>,
    /// The encoding that the byte order mark names, where another one was given.
    pub(super) against: Option<String>,
}

impl Found {
    pub(super) fn of(encoding: Charset, how: &str) -> Self {
        Self {
            encoding,
            mark: 0,
            how: how.to_owned(),
            alternatives: None,
            doubt: None,
            mixed: None,
            seven_bits: None,
            against: None,
        }
    }
}

/// Lines with letters beyond ASCII, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mixed {
    /// Lines in UTF-8.
    pub(super) whole: u64,
    /// Lines that are not.
    pub(super) broken: u64,
    /// The first of these.
    pub(super) line: u64,
}

/// The encoding a source asks for.
pub(super) fn given(spec: &SourceSpec) -> Result<Option<Charset>, Error> {
    let Some(label) = &spec.encoding else {
        return Ok(None);
    };
    Charset::named(label)
        .map(Some)
        .ok_or_else(|| Error::UnknownEncoding {
            source_name: spec.name.clone(),
            name: label.clone(),
            near: nearest(
                label,
                RIVALS.iter().copied().chain([
                    "utf-8",
                    "utf-16le",
                    "utf-16be",
                    "iso-8859-1",
                    "iso-8859-15",
                    "gb18030",
                    "euc-jp",
                    "cp850",
                    "cp437",
                    "cp852",
                ]),
            ),
        })
}

/// Finds the encoding of a file that is read from its start.
pub(super) fn find(file: &mut impl Read, given: Option<Charset>) -> io::Result<Found> {
    let mut block = vec![0; 64 << 10];
    let head_bytes = fill(file, &mut block)?;
    let head = &block[..head_bytes];
    let certain = |encoding, mark, how: &str| Found {
        mark,
        ..Found::of(encoding, how)
    };
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        let mark = repeated(head, mark);
        let marked = Charset::Web(encoding);
        // of the two orders of UTF-16 the mark tells which one it is
        let agrees = |g: Charset| g == marked || (g.wide().is_some() && marked.wide().is_some());
        return Ok(match given {
            Some(given) if !agrees(given) => Found {
                against: Some(marked.name()),
                ..certain(given, mark, "encoding given, against its byte order mark")
            },
            _ => certain(marked, mark, "encoding by byte order mark"),
        });
    }
    if let Some(encoding) = given {
        return Ok(certain(encoding, 0, "encoding given"));
    }
    if let Some(encoding) = utf16_by_zeros(head) {
        let how = "encoding by the place of its zero bytes";
        return Ok(certain(Charset::Web(encoding), 0, how));
    }
    let evidence = scan(head, file)?;
    Ok(decide(&evidence))
}

/// UTF-16 without a mark: every other byte of what is ASCII is zero, always on the same side.
pub(super) fn utf16_by_zeros(head: &[u8]) -> Option<&'static Encoding> {
    let (mut little, mut big, mut units) = (0_usize, 0_usize, 0_usize);
    for unit in head.chunks_exact(2) {
        units += 1;
        match unit {
            [0, 0] => return None,
            [_, 0] => little += 1,
            [0, _] => big += 1,
            _ => {}
        }
    }
    let enough = units / 10 + 1;
    if units >= 2 && little >= enough && big * 50 <= little {
        Some(UTF_16LE)
    } else if units >= 2 && big >= enough && little * 50 <= big {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Length of a byte order mark together with those that stand behind it once more.
fn repeated(head: &[u8], mark: usize) -> usize {
    let marks = head.chunks(mark).take_while(|c| *c == &head[..mark]);
    marks.count() * mark
}

#[derive(Default)]
struct Evidence {
    multibyte: u64,
    faults: u64,
    /// Line ends so far.
    ends: u64,
    /// Lines beyond ASCII that are UTF-8, and that are not.
    whole: u64,
    broken: u64,
    /// The first that is not, and the first with what seems to be UTF-7.
    first_broken: u64,
    seven_bits: Option<u64>,
    /// Lines beyond ASCII, and those with escape sequences.
    lines: Vec<u8>,
}

impl Evidence {
    fn add(&mut self, block: &[u8]) {
        if block.is_ascii() {
            if self.seven_bits.is_none() {
                let at = seven_bits(block);
                let before = |at: usize| memchr::memchr_iter(b'\n', &block[..at]).count() as u64;
                self.seven_bits = at.map(|at| self.ends + before(at) + 1);
            }
            if memchr::memchr(ESCAPE, block).is_none() {
                self.ends += memchr::memchr_iter(b'\n', block).count() as u64;
                return;
            }
        }
        for chunk in block.utf8_chunks() {
            self.multibyte += chunk.valid().bytes().filter(|b| *b >= 0xC0).count() as u64;
            self.faults += u64::from(!chunk.invalid().is_empty());
        }
        for line in block.split_inclusive(|b| matches!(b, b'\n' | b'\r')) {
            if !line.is_ascii() || line.contains(&ESCAPE) {
                self.line(line);
            }
            self.ends += u64::from(line.ends_with(b"\n"));
        }
    }

    fn line(&mut self, line: &[u8]) {
        if std::str::from_utf8(line).is_err() {
            self.broken += 1;
            if self.first_broken == 0 {
                self.first_broken = self.ends + 1;
            }
        } else {
            self.whole += u64::from(!line.is_ascii());
        }
        if self.lines.len() < EVIDENCE_BYTES {
            self.lines
                .extend_from_slice(&line[..line.len().min(4 << 10)]);
        }
    }

    fn enough(&self) -> bool {
        (self.faults == 0 && self.multibyte >= ENOUGH_UTF8) || self.faults >= ENOUGH_FAULTS
    }

    /// Those lines that are UTF-8.
    fn whole_lines(&self) -> Vec<u8> {
        let lines = self.lines.split_inclusive(|b| matches!(b, b'\n' | b'\r'));
        let whole = lines.filter(|l| !l.is_ascii() && std::str::from_utf8(l).is_ok());
        whole.flatten().copied().collect()
    }
}

fn scan(head: &[u8], file: &mut impl Read) -> io::Result<Evidence> {
    let mut evidence = Evidence::default();
    let mut block = vec![0; 1 << 20];
    block[..head.len()].copy_from_slice(head);
    let (mut filled, mut seen) = (head.len(), 0_u64);
    loop {
        let got = fill(file, &mut block[filled..])?;
        filled += got;
        let at_end = filled < block.len();
        // Whole lines only, so that no character is cut; a block without a line end is taken as it is.
        let whole = if at_end {
            filled
        } else {
            memchr::memrchr(b'\n', &block).map_or(filled, |i| i + 1)
        };
        evidence.add(&block[..whole]);
        seen += whole as u64;
        block.copy_within(whole..filled, 0);
        filled -= whole;
        if at_end || evidence.enough() || seen >= SCAN_BYTES {
            return Ok(evidence);
        }
    }
}

fn decide(evidence: &Evidence) -> Found {
    if evidence.multibyte == 0 && evidence.faults == 0 {
        if evidence.lines.contains(&ESCAPE) && is_iso_2022_jp(&evidence.lines) {
            return Found::of(ISO_2022_JP, "encoding by its escape sequences");
        }
        return Found {
            seven_bits: evidence.seven_bits,
            ..Found::of(Charset::UTF_8, "encoding plain ASCII")
        };
    }
    if evidence.faults == 0 {
        return Found::of(Charset::UTF_8, "encoding by valid UTF-8");
    }
    // bytes of other encodings hardly ever make whole characters of UTF-8
    if evidence.faults * 3 <= evidence.multibyte {
        return Found::of(Charset::UTF_8, "encoding mostly valid UTF-8");
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&evidence.lines, true);
    let encoding = Charset::Web(detector.guess(None, Utf8Detection::Deny));
    if let Some(found) = in_two(evidence, encoding) {
        return found;
    }
    judged(encoding, &evidence.lines)
}

/// A file of which a good part is UTF-8 and a part is not: one encoding is not the truth of it.
fn in_two(evidence: &Evidence, encoding: Charset) -> Option<Found> {
    let lines = evidence.whole_lines();
    let better = plausibility(Charset::UTF_8, &lines).share;
    let (whole, broken) = (evidence.whole, evidence.broken);
    if whole == 0 || better < plausibility(encoding, &lines).share + CLEARLY_BETTER {
        return None;
    }
    if whole > broken {
        return Some(Found::of(Charset::UTF_8, "encoding mostly valid UTF-8"));
    }
    let line = evidence.first_broken;
    (whole * 10 >= broken).then(|| Found {
        mixed: Some(Mixed {
            whole,
            broken,
            line,
        }),
        ..Found::of(encoding, "encoding guessed")
    })
}

/// Whether escape sequences make characters of Japanese.
fn is_iso_2022_jp(lines: &[u8]) -> bool {
    let text = ISO_2022_JP.decode(lines);
    let faults = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let beyond = text.chars().filter(|c| !c.is_ascii()).count();
    beyond > 5 * faults
}

/// Where letters beyond ASCII stand in UTF-7 for the first time, when they do so twice: `M+APw-ller`.
fn seven_bits(text: &[u8]) -> Option<usize> {
    let mut found = memchr::memchr_iter(b'+', text).filter(|at| is_shifted(&text[at + 1..]));
    let first = found.next()?;
    found.next().map(|_| first)
}

/// Whether a text begins with letters in Base64 of UTF-16 and the dash that ends them.
fn is_shifted(text: &[u8]) -> bool {
    let digit = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.iter().take(64).map_while(|b| digit(*b)).collect();
    let words = digits.len() * 6 / 16;
    if text.get(digits.len()) != Some(&b'-')
        || words == 0
        || digits.len() * 6 - words * 16 >= 6
        || !text[..digits.len()].iter().any(u8::is_ascii_alphabetic)
    {
        return false;
    }
    let bit = |at: usize| u16::from(digits[at / 6] >> (5 - at % 6) & 1);
    let unit = |word: usize| (0..16).fold(0, |unit, at| unit << 1 | bit(word * 16 + at));
    let filled = (words * 16..digits.len() * 6).all(|at| bit(at) == 0);
    let mut signs = char::decode_utf16((0..words).map(unit));
    filled && signs.all(|c| c.is_ok_and(|c| !c.is_ascii() && c.is_alphabetic()))
}

fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(bytes: &[u8]) -> String {
        find(&mut io::Cursor::new(bytes), None)
            .unwrap()
            .encoding
            .name()
    }

    #[test]
    fn finds_marks_zeros_and_utf8() {
        assert_eq!(name_of(b"\xEF\xBB\xBFa,b"), "UTF-8");
        assert_eq!(name_of(b"a,b\n1,2"), "UTF-8");
        assert_eq!(name_of("naïve,é\n".as_bytes()), "UTF-8");
        let wide = |s: &str, be: bool| -> Vec<u8> {
            s.encode_utf16()
                .flat_map(|u| if be { u.to_be_bytes() } else { u.to_le_bytes() })
                .collect()
        };
        let text = "имя,почта\nАнна,anna@example.com\n";
        assert_eq!(name_of(&wide(text, false)), "UTF-16LE");
        assert_eq!(name_of(&wide(text, true)), "UTF-16BE");
        assert_eq!(name_of(b"\xFF\xFEa\0"), "UTF-16LE");
        let twice = find(&mut io::Cursor::new(b"\xEF\xBB\xBF\xEF\xBB\xBFa,b"), None).unwrap();
        assert_eq!(twice.mark, 6);
    }

    #[test]
    fn a_late_accent_is_seen_and_the_guess_names_its_runner_up() {
        let mut bytes = b"name,city\nAnna,Ulm\n".repeat(20_000);
        bytes.extend_from_slice(b"J\xFCrgen M\xFCller,K\xF6ln\nFran\xE7ois,Orl\xE9ans\n");
        let found = find(&mut io::Cursor::new(&bytes), None).unwrap();
        assert_eq!(found.encoding.name(), "windows-1252");
        assert!(found.alternatives.unwrap().contains("runner-up"));
    }

    #[test]
    fn few_broken_rows_do_not_make_a_file_legacy() {
        let mut bytes = "Zoë,Åse\n".repeat(500).into_bytes();
        bytes.extend_from_slice(b"J\xFCrgen,x\n");
        assert_eq!(name_of(&bytes), "UTF-8");
    }

    #[test]
    fn lines_of_two_encodings_are_told() {
        let found = |whole: usize, broken: usize| {
            let text = "Jürgen Müller,Köln\n".repeat(whole).into_bytes();
            let latin = b"J\xFCrgen M\xFCller,K\xF6ln\n".repeat(broken);
            find(
                &mut io::Cursor::new([&b"name,city\n"[..], &text, &latin].concat()),
                None,
            )
            .unwrap()
        };
        let mostly = found(3, 2);
        assert_eq!(
            (mostly.encoding.name().as_str(), mostly.mixed),
            ("UTF-8", None)
        );
        let (whole, broken, line) = (3, 3, 5);
        let mixed = Mixed {
            whole,
            broken,
            line,
        };
        assert_eq!(found(3, 3).mixed, Some(mixed));
        let legacy = found(1, 40);
        assert_eq!(
            (legacy.encoding.name().as_str(), legacy.mixed),
            ("windows-1252", None)
        );
    }

    #[test]
    fn a_guess_that_another_one_surely_beats_is_not_believed() {
        let mac = Charset::named("macintosh").unwrap();
        let text =
            b"M\x9Fller,K\x9Aln\nSch\x8Afer,G\x9Attingen\nB\x9Ahm,N\x9Frnberg\nGro\xA7,D\x9Fren\n";
        assert!(mac.decode(text).contains("Groß,Düren"));
        assert_eq!(name_of(text), "macintosh");
        // one sign alone
        let found = find(
            &mut io::Cursor::new(b"id,name,city\n1,M\xFCller,5 \xA4uro\n"),
            None,
        )
        .unwrap();
        assert_eq!(found.doubt.unwrap().0[0], "ISO-8859-15");
    }

    #[test]
    fn of_few_letters_one_that_the_guess_lacks_tells_enough() {
        // `É` of cp850 is nothing in Windows-1252, `È` is `Ô`
        assert_eq!(name_of(b"NAME,CITY\nDUPONT AM\x90LIE,LI\xD4GE\n"), "cp850");
        assert_ne!(name_of(b"NAME,CITY\nDUPONT AM\xC9LIE,LI\xC8GE\n"), "cp850");
    }

    #[test]
    fn escape_sequences_and_utf_7_are_known() {
        let found = |bytes: &[u8]| find(&mut io::Cursor::new(bytes), None).unwrap();
        let japanese = found(b"id,name\n1,\x1b$B;3EDB@O:\x1b(B\n");
        assert_eq!(japanese.encoding.name(), "ISO-2022-JP");
        let coloured = found(b"id,name\n1,\x1b[31mAnn\x1b[0m\n");
        assert_eq!(coloured.encoding.name(), "UTF-8");
        let seven = found(b"id,name\n1,Ann\n2,M+APw-ller\n3,K+APY-ln\n");
        assert_eq!(seven.seven_bits, Some(3));
        let phones = found(b"id,phone\n1,+49-30-123\n2,+1-800-555\n3,+420-7\n4,a+b-c\n5,+AB-\n");
        assert_eq!(phones.seven_bits, None);
    }

    #[test]
    fn dashes_and_quotes_are_no_reason_for_doubt() {
        let found = |bytes: &[u8]| find(&mut io::Cursor::new(bytes), None).unwrap();
        let text =
            b"name,note\nO\x92Brien,\x93Hello\x94 \x96 said for 5 \x80\nAnn,20 \xB0 or \xBD\n";
        let guess = found(&text.repeat(5));
        assert_eq!(
            (guess.encoding.name().as_str(), guess.doubt),
            ("windows-1252", None)
        );
        let dos = found(b"name,city\nJ\x81rgen M\x81ller,K\x94ln\nZo\x89,Malm\x94\n");
        assert!(dos.doubt.is_some());
    }

    #[test]
    fn what_is_given_wins_over_the_mark() {
        let of = |bytes: &[u8], label: &str| {
            let found = find(&mut io::Cursor::new(bytes), Charset::named(label)).unwrap();
            (found.encoding.name(), found.mark, found.against)
        };
        let utf8 = Some("UTF-8".to_owned());
        assert_eq!(
            of(b"\xEF\xBB\xBFa", "latin1"),
            ("windows-1252".into(), 3, utf8)
        );
        assert_eq!(of(b"\xEF\xBB\xBFa", "utf-8"), ("UTF-8".into(), 3, None));
        assert_eq!(of(b"\xFE\xFF\0a", "utf-16"), ("UTF-16BE".into(), 2, None));
    }

    #[test]
    fn unknown_labels_suggest() {
        let mut spec = SourceSpec::new("s", ["a"]);
        spec.encoding = Some("utf_16le".into());
        let Err(Error::UnknownEncoding { near, .. }) = given(&spec) else {
            panic!("known")
        };
        assert_eq!(near.as_deref(), Some("utf-16le"));
        spec.encoding = Some("latin1".into());
        assert_eq!(given(&spec).unwrap().unwrap().name(), "windows-1252");
    }
}

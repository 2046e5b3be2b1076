//! Which character encoding a file has: byte order mark, then UTF-16 by its zeros, then valid UTF-8,
//! then a guess with its runner-up.

use super::Error;
use super::charset::Charset;
use super::error::nearest;
use super::spec::SourceSpec;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

/// Bytes looked at before plain ASCII is believed.
const SCAN_BYTES: u64 = 1 << 30;
/// Multi-byte characters without a fault after which UTF-8 is believed.
const ENOUGH_UTF8: u64 = 4_000;
/// Faults after which the search for more ends.
const ENOUGH_FAULTS: u64 = 2_000;
/// Bytes of lines with accents that the guess is made from.
const EVIDENCE_BYTES: usize = 256 << 10;
/// Encodings that compete for the place of the runner-up, in declared order.
const RIVALS: &[&str] = &[
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "iso-8859-2",
    "windows-1254",
    "windows-1253",
    "windows-1257",
    "macintosh",
    "koi8-r",
    "ibm866",
    "shift_jis",
    "gbk",
    "big5",
    "euc-kr",
];

/// Encodings that are taken by themselves only where all others are surely wrong; they show that another one is.
const ON_REQUEST: &[&str] = &["cp850", "cp437", "cp852", "cp866", "macintosh"];
/// Signs beyond ASCII that texts of any language hold.
const SIGNS: &str = "“”„‘‚«»–—…•·°€£§©®™¿¡ªº½\u{a0}\u{ad}";
/// Share of accented letters as in words below which a guess is doubted.
const DOUBTFUL: f64 = 0.8;
/// Share of accented letters as in words from which an encoding is surely the right one, and below which it is not.
const SURELY: f64 = 0.95;
const SURELY_NOT: f64 = 0.6;
/// By how much another encoding must do better for a guess to be refused.
const CLEARLY_BETTER: f64 = 0.2;

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
    /// Why it must not be believed: another encoding, which fits better, and the reason.
    pub(super) doubt: Option<(String, String)>,
    /// The encoding that the byte order mark names, where another one was given.
    pub(super) against: Option<String>,
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
        encoding,
        mark,
        how: how.to_owned(),
        alternatives: None,
        doubt: None,
        against: None,
    };
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
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

#[derive(Default)]
struct Evidence {
    multibyte: u64,
    faults: u64,
    lines: Vec<u8>,
}

impl Evidence {
    fn add(&mut self, block: &[u8]) {
        if block.is_ascii() {
            return;
        }
        for chunk in block.utf8_chunks() {
            self.multibyte += chunk.valid().bytes().filter(|b| *b >= 0xC0).count() as u64;
            self.faults += u64::from(!chunk.invalid().is_empty());
        }
        for line in block.split_inclusive(|b| matches!(b, b'\n' | b'\r')) {
            if self.lines.len() >= EVIDENCE_BYTES {
                break;
            }
            if !line.is_ascii() {
                self.lines
                    .extend_from_slice(&line[..line.len().min(4 << 10)]);
            }
        }
    }

    fn enough(&self) -> bool {
        (self.faults == 0 && self.multibyte >= ENOUGH_UTF8) || self.faults >= ENOUGH_FAULTS
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
    let found = |encoding, how: &str, alternatives| Found {
        encoding,
        mark: 0,
        how: how.to_owned(),
        alternatives,
        doubt: None,
        against: None,
    };
    if evidence.multibyte == 0 && evidence.faults == 0 {
        return found(Charset::UTF_8, "encoding plain ASCII", None);
    }
    if evidence.faults == 0 {
        return found(Charset::UTF_8, "encoding by valid UTF-8", None);
    }
    // bytes of other encodings hardly ever make whole characters of UTF-8
    if evidence.faults * 3 <= evidence.multibyte {
        return found(Charset::UTF_8, "encoding mostly valid UTF-8", None);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&evidence.lines, true);
    let encoding = Charset::Web(detector.guess(None, Utf8Detection::Deny));
    let ours = plausibility(encoding, &evidence.lines);
    let text = encoding.decode(&evidence.lines);
    // of those that read alike the first, best first
    let scores = |labels: &[&str]| {
        let mut read = vec![text.clone()];
        let mut scores: Vec<(f64, Charset)> = Vec::new();
        for rival in labels.iter().filter_map(|label| Charset::named(label)) {
            let text = rival.decode(&evidence.lines);
            if rival != encoding && !read.contains(&text) {
                scores.push((plausibility(rival, &evidence.lines), rival));
                read.push(text);
            }
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        scores
    };
    let runner_up = scores(RIVALS).first().copied();
    let percent = |score: f64| format!("{:.0} %", score * 100.0);
    let alternatives = match runner_up {
        Some((score, rival)) => format!(
            "{} of its accented letters stand as in words; runner-up `{}` with {}",
            percent(ours),
            rival.name(),
            percent(score)
        ),
        None => format!(
            "{} of its accented letters stand as in words; no runner-up",
            percent(ours)
        ),
    };
    let mut guess = found(encoding, "encoding guessed", Some(alternatives));
    let on_request = scores(ON_REQUEST);
    if let Some((score, rival)) = on_request.first().copied()
        && ours < DOUBTFUL
        && score >= ours + CLEARLY_BETTER
    {
        let next = on_request.get(1).map_or(0.0, |(score, _)| *score);
        if ours.max(next) < SURELY_NOT && score >= SURELY {
            let how = format!(
                "{} of its accented letters stand as in words, {} as `{}`",
                percent(score),
                percent(ours),
                encoding.name()
            );
            return found(rival, "encoding guessed", Some(how));
        }
        let reason = format!(
            "{} of its accented letters stand as in words, {} as `{}`",
            percent(ours),
            percent(score),
            rival.name()
        );
        guess.doubt = Some((rival.name(), reason));
    }
    guess
}

/// Share of characters beyond ASCII, 0..=1, that are letters in a place and case as in words. Signs such as dashes,
/// which stand beside letters rather than among them, say nothing.
fn plausibility(encoding: Charset, bytes: &[u8]) -> f64 {
    let text = encoding.decode(bytes);
    let (mut good, mut all) = (0_u32, 0_u32);
    let (mut before, mut signs) = (' ', text.chars().peekable());
    while let Some(c) = signs.next() {
        if !c.is_ascii() {
            let in_word = before.is_alphabetic();
            let among = in_word && signs.peek().is_some_and(|next| next.is_alphabetic());
            if !(c == '’' || (SIGNS.contains(c) && !among)) {
                let odd_case = in_word && before.is_lowercase() && c.is_uppercase();
                all += 1;
                good += u32::from(c.is_alphabetic() && !odd_case && c != '\u{FFFD}');
            }
        }
        before = c;
    }
    if all == 0 {
        return 1.0;
    }
    f64::from(good) / f64::from(all)
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

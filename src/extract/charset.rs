//! An encoding by name: one of the web's, or a DOS code page, which is read on request only.

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use oem_cp::code_table_type::TableType;

/// What turns bytes into text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// An encoding of the WHATWG standard.
    Web(&'static Encoding),
    /// A code page by its number.
    Dos(u16),
}

/// Whether an encoding can be given by this label.
#[must_use]
pub fn knows_encoding(label: &str) -> bool {
    Charset::named(label).is_some()
}

impl Charset {
    pub(super) const UTF_8: Self = Self::Web(encoding_rs::UTF_8);

    /// The encoding with this label: `utf-8`, `latin1`, `cp850`, `ibm437`, `850`.
    pub(super) fn named(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        if let Some(encoding) = Encoding::for_label_no_replacement(label.as_bytes()) {
            return Some(Self::Web(encoding));
        }
        if label == "latin9" || label == "latin-9" {
            return Some(Self::Web(encoding_rs::ISO_8859_15));
        }
        if label == "macroman" || label == "mac-roman" || label == "mac roman" {
            return Some(Self::Web(encoding_rs::MACINTOSH));
        }
        let bare = label.replace(['-', '_', ' '], "");
        let number = ["cp", "ibm", "dos", "oem", "codepage", ""]
            .iter()
            .find_map(|prefix| bare.strip_prefix(prefix)?.parse().ok())?;
        match number {
            1250..=1258 => {
                Encoding::for_label(format!("windows-{number}").as_bytes()).map(Self::Web)
            }
            10000 => Some(Self::Web(encoding_rs::MACINTOSH)),
            65001 => Some(Self::UTF_8),
            _ => DECODING_TABLE_CP_MAP
                .contains_key(&number)
                .then_some(Self::Dos(number)),
        }
    }

    /// Its name.
    pub(super) fn name(self) -> String {
        match self {
            Self::Web(encoding) => encoding.name().to_owned(),
            Self::Dos(number) => format!("cp{number}"),
        }
    }

    /// Whether units have two bytes, and whether the high one comes first.
    pub(super) fn wide(self) -> Option<bool> {
        match self {
            Self::Web(encoding) if encoding == UTF_16LE => Some(false),
            Self::Web(encoding) if encoding == UTF_16BE => Some(true),
            _ => None,
        }
    }

    /// A whole text; what cannot be decoded becomes `U+FFFD`.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Dos(number) => {
                let page = page(number);
                bytes
                    .iter()
                    .map(|b| page(*b).unwrap_or('\u{FFFD}'))
                    .collect()
            }
        }
    }

    /// Bytes that a text takes in it.
    pub(super) fn encoded_bytes(self, text: &str) -> u64 {
        match self {
            _ if self.wide().is_some() => 2 * text.encode_utf16().count() as u64,
            Self::Web(encoding) => encoding.encode(text).0.len() as u64,
            Self::Dos(_) => text.chars().count() as u64,
        }
    }

    /// What decodes a text piece by piece.
    pub(super) fn decoding(self) -> Decoding {
        match self {
            Self::Web(encoding) => Decoding::Web(encoding.new_decoder_without_bom_handling()),
            Self::Dos(number) => Decoding::Dos(number),
        }
    }
}

/// The characters of a code page.
fn page(number: u16) -> impl Fn(u8) -> Option<char> {
    let table = DECODING_TABLE_CP_MAP.get(&number);
    move |byte| match (byte.checked_sub(128), table) {
        (None, _) => Some(char::from(byte)),
        (Some(at), Some(TableType::Complete(table))) => Some(table[usize::from(at)]),
        (Some(at), Some(TableType::Incomplete(table))) => table[usize::from(at)],
        (Some(_), None) => None,
    }
}

/// A text on its way from bytes.
pub(super) enum Decoding {
    Web(Decoder),
    Dos(u16),
}

impl Decoding {
    /// Decodes a piece; tells where in `into` something could not be decoded.
    pub(super) fn push(
        &mut self,
        raw: &[u8],
        last: bool,
        into: &mut Vec<u8>,
        mut fault: impl FnMut(usize),
    ) {
        let decoder = match self {
            Self::Web(decoder) => decoder,
            Self::Dos(number) => {
                let page = page(*number);
                for byte in raw {
                    let sign = page(*byte).unwrap_or_else(|| {
                        fault(into.len());
                        '\u{FFFD}'
                    });
                    into.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
                }
                return;
            }
        };
        let mut rest = raw;
        loop {
            let room = decoder
                .max_utf8_buffer_length_without_replacement(rest.len())
                .unwrap_or(rest.len() * 4 + 16);
            let start = into.len();
            into.resize(start + room, 0);
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut into[start..], last);
            into.truncate(start + written);
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    fault(into.len());
                    into.extend_from_slice("\u{FFFD}".as_bytes());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_both_worlds_are_known() {
        for (label, name) in [
            ("latin1", "windows-1252"),
            ("cp850", "cp850"),
            ("IBM-437", "cp437"),
            ("852", "cp852"),
            ("cp1250", "windows-1250"),
            ("866", "IBM866"),
            ("macroman", "macintosh"),
            ("utf-16", "UTF-16LE"),
        ] {
            assert_eq!(Charset::named(label).unwrap().name(), name, "{label}");
        }
        assert_eq!(Charset::named("cp999"), None);
        let page = Charset::named("cp850").unwrap();
        assert_eq!(page.decode(b"M\x81ller \x9Fre"), "Müller ƒre");
        let mut text = Vec::new();
        page.decoding()
            .push(b"\xE1\x84", true, &mut text, |_| panic!("a fault"));
        assert_eq!(text, "ßä".as_bytes());
    }
}

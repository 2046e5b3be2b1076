//! Until `text::fold` is merged.
use any_ascii::any_ascii;
use unicode_normalization::UnicodeNormalization;
pub(super) fn fold(s: &str) -> String {
    let ascii = if s.is_ascii() {
        s.to_owned()
    } else {
        any_ascii(&s.nfkc().collect::<String>())
    };
    let mut out = String::with_capacity(ascii.len());
    for b in ascii.bytes() {
        if b.is_ascii_alphanumeric() {
            out.push(b.to_ascii_lowercase() as char);
        } else if b != b'\'' && b != b'`' && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

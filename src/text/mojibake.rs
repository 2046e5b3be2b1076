//! Undoes text that was written in one encoding and read in another.

/// The text that was meant when UTF-8 was read as Windows-1252, perhaps twice.
#[must_use]
pub fn mended(value: &str) -> Option<String> {
    let mut text = once_mended(value)?;
    if let Some(again) = once_mended(&text) {
        text = again;
    }
    Some(text)
}

fn once_mended(value: &str) -> Option<String> {
    // the first byte of two or three in UTF-8, as Windows-1252 shows it, and another beyond ASCII
    let mut before = ' ';
    let hurt = value.chars().any(|c| {
        let first = std::mem::replace(&mut before, c);
        !c.is_ascii() && ('\u{c2}'..='\u{f4}').contains(&first)
    });
    if !hurt {
        return None;
    }
    let mut bytes = Vec::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\u{81}' | '\u{8d}' | '\u{8f}' | '\u{90}' | '\u{9d}' => bytes.push(c as u8),
            _ => {
                let mut buffer = [0; 4];
                let (encoded, _, lost) =
                    encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
                if lost {
                    return None;
                }
                bytes.extend_from_slice(&encoded);
            }
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    (text.chars().count() < value.chars().count()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        // what is broken by the usual way is mended; and mending never touches text that is not of that form
        #[test]
        fn what_was_read_wrongly_is_undone(text in "[a-z]{0,5}[äöüßéèñçøÅÖ]{1,3}[a-z]{0,5}") {
            let (broken, _, _) = encoding_rs::WINDOWS_1252.decode(text.as_bytes());
            prop_assert_eq!(mended(&broken), Some(text.clone()));
            prop_assert_eq!(mended(&text), None);
        }
    }
}

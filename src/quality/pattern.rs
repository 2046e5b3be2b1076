//! The writing of a value: letters as `A` and `a`, digits as `9`.

/// Characters of a pattern; longer ones end with `…`.
const LONGEST: usize = 28;
/// Digits of a run that are counted.
const DIGITS: usize = 12;

/// Appends the pattern of `value` to `out` and gives the number of characters of the value: a run of capitals is `A`,
/// of other letters `a`, a digit `9`, a run of white space one space, any other sign itself.
pub fn pattern_into(value: &str, out: &mut String) -> usize {
    let start = out.len();
    let mut length = 0;
    let (mut last, mut run) = ('\0', 0usize);
    for c in value.chars() {
        length += 1;
        if out.len() - start > LONGEST {
            continue;
        }
        let class = class(c);
        run = if class == last { run + 1 } else { 1 };
        last = class;
        match class {
            'A' | 'a' | ' ' if run > 1 => {}
            '9' if run > DIGITS => {}
            _ if out.len() - start >= LONGEST => out.push('…'),
            c => out.push(c),
        }
    }
    length
}

/// The pattern of one value.
#[must_use]
pub fn pattern(value: &str) -> String {
    let mut out = String::new();
    pattern_into(value, &mut out);
    out
}

/// The pattern with every run of digits as `9+`: for columns of many patterns.
#[must_use]
pub fn loosened(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut in_digits = false;
    for c in pattern.chars() {
        match c {
            '9' if in_digits => {}
            '9' => out.push_str("9+"),
            c => out.push(c),
        }
        in_digits = c == '9';
    }
    out
}

/// The value with every letter as `A` or `a` and every digit as `9`: shows what is wrong without saying whose it is.
#[must_use]
pub fn silhouette(value: &str) -> String {
    let mut out: String = value.chars().take(60).map(class).collect();
    if value.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}

fn class(c: char) -> char {
    match c {
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        '0'..='9' => '9',
        ' '..='~' => c,
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_numeric() => '9',
        c if c.is_whitespace() => ' ',
        // signs that write letters of other scripts, and what no eye can see
        c if c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c) => 'a',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_show_their_writing() {
        for (value, shown) in [
            ("David \"Dave\"", "Aa \"Aa\""),
            ("SW1A 1AA", "A9A 9A"),
            ("01784 366105", "99999 999999"),
            ("d.stephenson77@example.com", "a.a99@a.a"),
            ("4.47E+11", "9.99A+99"),
            ("Ünal  Öz", "Aa Aa"),
            ("", ""),
        ] {
            assert_eq!(pattern(value), shown, "{value}");
        }
        assert_eq!(loosened("9999-99 a9"), "9+-9+ a9+");
        assert_eq!(silhouette("Jo@x1..com"), "Aa@a9..aaa");
        assert!(pattern(&"-".repeat(90)).ends_with('…'));
    }

    proptest! {
        #[test]
        fn no_letter_or_digit_survives(value in "\\PC{0,80}") {
            for shown in [pattern(&value), silhouette(&value), loosened(&pattern(&value))] {
                let told = shown.chars().find(|c| c.is_alphanumeric() && !"Aa9".contains(*c));
                prop_assert_eq!(told, None);
            }
            prop_assert_eq!(pattern_into(&value, &mut String::new()), value.chars().count());
        }
    }
}

//! What a failing value was probably meant to be: proposed to whoever mends it, never taken without being asked.

use super::Readings;
use super::rule::Check;

/// How alike a value must be to one of a list to be taken for a slip of it.
const NEAR: f64 = 0.9;

/// A value that passes the check and that this one was probably meant to be.
#[must_use]
pub fn repair(
    check: &Check,
    value: &str,
    country: Option<[u8; 2]>,
    readings: &dyn Readings,
) -> Option<String> {
    let value = value.trim();
    match check {
        Check::Is(shape) => readings
            .repair(*shape, value, country)
            .filter(|r| readings.fits(*shape, r, country)),
        Check::OneOf(list) => one_of(list, value),
        Check::Pattern(regex, _) => {
            let forms = [value.to_uppercase(), value.to_lowercase()];
            let tight: String = value.chars().filter(|c| !c.is_whitespace()).collect();
            let forms = forms.into_iter().chain([tight.to_uppercase(), tight]);
            forms.into_iter().find(|form| regex.is_match(form))
        }
        _ => None,
    }
}

/// The one value of a list that differs in capitals only, else the one that is much alike, when no other is.
fn one_of(list: &[String], value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    if value.is_empty() {
        return None;
    }
    let same: Vec<&String> = list.iter().filter(|l| l.to_lowercase() == lower).collect();
    if let [one] = same.as_slice() {
        return Some((*one).clone());
    }
    let near = |l: &&String| strsim::jaro_winkler(&l.to_lowercase(), &lower) >= NEAR;
    let alike: Vec<&String> = list.iter().filter(near).collect();
    match alike.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::Shape;
    use crate::validate::reading::tests::Plain;
    use crate::validate::rule::pattern;

    #[test]
    fn proposals_pass_their_check_or_are_not_made() {
        let list = Check::OneOf(vec!["Gold".into(), "Silver".into(), "Silvert".into()]);
        let shape = "[A-Z]{2}[0-9]{3}";
        let form = Check::Pattern(pattern(shape).unwrap(), shape.into());
        let mail = Check::Is(Shape::Email);
        for (check, value, wanted) in [
            (&list, " gold ", Some("Gold")),
            (&list, "Glod", Some("Gold")),
            (&list, "Silverr", None),
            (&list, "tin", None),
            (&list, "", None),
            (&form, "ab 123", Some("AB123")),
            (&form, "abc", None),
            (&mail, "ann at example.com", Some("ann@example.com")),
            (&mail, "a at b at c", None),
            (&Check::Required, "x", None),
        ] {
            let found = repair(check, value, None, &Plain);
            assert_eq!(found.as_deref(), wanted, "{value}");
        }
    }
}

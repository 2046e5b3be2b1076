//! One property of a vCard, and the record that a card's properties make.

use super::charset::Charset;
use crate::text::json::push_string;

/// Properties that say nothing of the person.
const LEFT_OUT: &[&str] = &[
    "VERSION",
    "PRODID",
    "PHOTO",
    "LOGO",
    "SOUND",
    "KEY",
    "AGENT",
    "X-ABLABEL",
    "X-ABADR",
    "LABEL",
];
/// Names of columns for properties, where the property's own would not be understood.
const NAMES: &[(&str, &str)] = &[
    ("FN", "full name"),
    ("TEL", "phone"),
    ("BDAY", "birthday"),
    ("URL", "website"),
    ("TITLE", "job title"),
    ("REV", "modified"),
    ("UID", "uid"),
];
/// Names of the parts of `N`, in order.
const NAME_PARTS: &[&str] = &[
    "family name",
    "given name",
    "additional name",
    "prefix",
    "suffix",
];
/// Names of the parts of `ADR`, in order but for the first, which is put last: of flat and box the flat belongs to the street.
const ADDRESS_PARTS: &[&str] = &[
    "extended address",
    "street",
    "city",
    "region",
    "postal code",
    "country",
    "po box",
];
/// Names of the parts of `ORG`, in order.
const ORGANIZATION_PARTS: &[&str] = &["organization", "department", "unit"];
/// Types that tell nothing of what a value is for.
const TYPES_LEFT_OUT: &[&str] = &[
    "internet",
    "pref",
    "voice",
    "msg",
    "text",
    "video",
    "pcs",
    "car",
    "isdn",
    "bbs",
    "modem",
    "dom",
    "intl",
    "postal",
    "parcel",
    "x400",
    "textphone",
    "quoted-printable",
    "8bit",
    "7bit",
    "base64",
    "main",
    "",
];

/// A property: its group, name, what it is for, and its value as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Property {
    group: String,
    name: String,
    types: Vec<String>,
    /// It says that it is the one to use.
    preferred: bool,
    value: String,
}

impl Property {
    /// Parses a logical line.
    pub(super) fn parse(line: &str) -> Result<Self, &'static str> {
        // a colon inside quotes is part of a parameter
        let mut quoted = false;
        let colon = line.char_indices().find_map(|(at, c)| {
            quoted ^= c == '"';
            (c == ':' && !quoted).then_some(at)
        });
        let colon = colon.ok_or("a line of the card has no colon")?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let mut parts = head.split(';');
        let name = parts.next().unwrap_or("").trim();
        let (group, name) = name.rsplit_once('.').unwrap_or(("", name));
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return Err("a line of the card has no name of a property");
        }
        let (mut types, mut charset, mut printable, mut no_year) = (Vec::new(), None, false, None);
        let mut preferred = false;
        for part in parts {
            let (key, setting) = part.split_once('=').unwrap_or(("TYPE", part));
            let setting = setting.trim().trim_matches('"');
            printable |= setting.eq_ignore_ascii_case("QUOTED-PRINTABLE");
            match key.trim().to_ascii_uppercase().as_str() {
                "TYPE" => types.extend(setting.split(',').map(|t| t.trim().to_ascii_lowercase())),
                "CHARSET" => {
                    charset = Some(Charset::named(setting).ok_or("its CHARSET is not known")?);
                }
                "PREF" => preferred |= setting == "1",
                "X-APPLE-OMIT-YEAR" => no_year = Some(setting),
                _ => {}
            }
        }
        // a birthday without its year is written with a year that the card says to pass over
        let dated = no_year.and_then(|year| value.trim().strip_prefix(year));
        let unyeared = dated.map(|rest| format!("--{}", rest.trim_start_matches('-')));
        let value = unyeared.as_deref().unwrap_or(value);
        preferred |= types.iter().any(|t| t == "pref");
        types.retain(|t| !TYPES_LEFT_OUT.contains(&t.as_str()));
        Ok(Self {
            group: group.to_owned(),
            name: name.to_ascii_uppercase(),
            types,
            preferred,
            value: if printable {
                unprinted(value, charset)?
            } else {
                value.to_owned()
            },
        })
    }

    /// Whether it says of the card that it is one of this kind (RFC 6350, and what Apple writes in cards of version 3).
    fn says(&self, kind: &str) -> bool {
        let value = self.value.trim();
        match self.name.as_str() {
            "KIND" | "X-ADDRESSBOOKSERVER-KIND" => value.eq_ignore_ascii_case(kind),
            "X-ABSHOWAS" => kind == "org" && value.eq_ignore_ascii_case("company"),
            _ => false,
        }
    }

    /// Whether it says that the card is a list of others.
    pub(super) fn is_group(&self) -> bool {
        self.says("group")
    }

    /// The card of an agent, where it is written as a text (vCard 3.0).
    pub(super) fn agent(&self) -> Option<String> {
        let text = (self.name == "AGENT").then(|| whole(&self.value))?;
        let begin = text.trim_start().get(..11)?;
        begin.eq_ignore_ascii_case("BEGIN:VCARD").then_some(text)
    }

    /// What the value is for, in one word or two.
    fn label(&self) -> String {
        let has = |kinds: &[&str]| self.types.iter().any(|t| kinds.contains(&t.as_str()));
        if has(&["cell", "mobile", "iphone"]) {
            return "mobile".to_owned();
        }
        let place = ["work", "home", "other"].into_iter().find(|p| has(&[*p]));
        let place = place
            .map(str::to_owned)
            .or_else(|| self.types.iter().find(|t| *t != "fax").cloned());
        match (place, has(&["fax"])) {
            (Some(place), true) => format!("{place} fax"),
            (None, true) => "fax".to_owned(),
            (place, false) => place.unwrap_or_default(),
        }
    }
}

/// Undoes quoted-printable (RFC 2045); without a charset it is UTF-8 or, where that cannot be, Windows-1252.
fn unprinted(text: &str, charset: Option<Charset>) -> Result<String, &'static str> {
    let fault = "its quoted-printable text is broken";
    let (text, mut bytes, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(&b) = text.get(at) {
        if b != b'=' {
            bytes.push(b);
            at += 1;
            continue;
        }
        let digit = |i: usize| text.get(i).and_then(|d| char::from(*d).to_digit(16));
        let (high, low) = (digit(at + 1).ok_or(fault)?, digit(at + 2).ok_or(fault)?);
        bytes.push((high * 16 + low) as u8);
        at += 3;
    }
    if bytes.contains(&0) {
        return Err(fault);
    }
    let text = match charset {
        Some(charset) => charset.decode(&bytes),
        None => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => Charset::Web(encoding_rs::WINDOWS_1252).decode(e.as_bytes()),
        },
    };
    if text.contains('\u{FFFD}') {
        Err("its text is not of its CHARSET")
    } else {
        Ok(text)
    }
}

/// The parts of a value, split where `sign` is not escaped, and unescaped.
fn parts(value: &str, sign: char) -> Vec<String> {
    let (mut found, mut escaped) = (vec![String::new()], false);
    for c in value.chars() {
        let last = found.len() - 1;
        match c {
            _ if escaped => {
                escaped = false;
                match c {
                    'n' | 'N' => found[last].push('\n'),
                    '\\' | ',' | ';' | ':' | '"' => found[last].push(c),
                    _ => found[last].extend(['\\', c]),
                }
            }
            '\\' => escaped = true,
            c if c == sign => found.push(String::new()),
            c => found[last].push(c),
        }
    }
    if escaped && let Some(last) = found.last_mut() {
        last.push('\\');
    }
    found
}

/// The only part of a value that is not empty, or nothing.
fn one_part(value: &str) -> String {
    let mut filled = parts(value, ';');
    filled.retain(|p| !p.trim().is_empty());
    match filled.as_slice() {
        [one] => one.trim().to_owned(),
        _ => String::new(),
    }
}

/// The whole value, unescaped.
fn whole(value: &str) -> String {
    parts(value, '\0').concat()
}

/// The record of a card as a JSON object: names and organization as members, what can repeat as arrays of labelled
/// values.
pub(super) fn record(properties: &[Property]) -> String {
    let mut single: Vec<(&str, String)> = Vec::new();
    let firm = properties.iter().any(|p| p.says("org"));
    let full_name = properties.iter().find(|p| firm && p.name == "FN");
    let firm_name = full_name.map(|p| whole(&p.value).trim().to_owned());
    let firm_name = firm_name.filter(|name| !name.is_empty());
    if let Some(name) = &firm_name {
        single.push(("organization", name.clone()));
    }
    // the preferred ones of a list come first
    let mut lists: Vec<(String, Vec<(bool, String)>)> = Vec::new();
    for property in properties {
        let name = property.name.as_str();
        if LEFT_OUT.contains(&name) || property.value.trim().is_empty() {
            continue;
        }
        let named = |names: &[&'static str], single: &mut Vec<(&str, String)>| {
            for (name, part) in names.iter().zip(parts(&property.value, ';')) {
                let known = single.iter().any(|(n, _)| n == name);
                if !part.trim().is_empty() && !known {
                    single.push((name, part.trim().to_owned()));
                }
            }
        };
        match name {
            "FN" if firm => {}
            "N" if firm_name.as_deref() == Some(&one_part(&property.value)) => {}
            "N" => named(NAME_PARTS, &mut single),
            "ORG" if firm_name.is_some() => {
                // of a part of a firm the card's own name is another one
                let firm = parts(&property.value, ';').swap_remove(0);
                if firm_name.as_deref() != Some(firm.trim()) {
                    single.push(("parent organization", firm.trim().to_owned()));
                }
                named(ORGANIZATION_PARTS, &mut single);
            }
            "ORG" => named(ORGANIZATION_PARTS, &mut single),
            _ => {
                let mut label = property.label();
                if label.is_empty() && !property.group.is_empty() {
                    label = group_label(properties, &property.group);
                }
                let mut item = String::from("{");
                let mut push = |key: &str, text: &str| {
                    if item.len() > 1 {
                        item.push(',');
                    }
                    push_string(&mut item, key);
                    item.push(':');
                    push_string(&mut item, text);
                };
                if name == "ADR" {
                    if label.is_empty() {
                        label = "main".to_owned();
                    }
                    push("type", &label);
                    let mut parts = parts(&property.value, ';');
                    parts.resize(ADDRESS_PARTS.len(), String::new());
                    parts.rotate_left(1);
                    for (name, part) in ADDRESS_PARTS.iter().zip(parts) {
                        if !part.trim().is_empty() {
                            push(name, part.trim());
                        }
                    }
                } else {
                    let text = whole(&property.value);
                    let scheme = text.get(..4).filter(|s| s.eq_ignore_ascii_case("tel:"));
                    let text = match (name, scheme) {
                        ("TEL", Some(_)) => &text[4..],
                        ("EMAIL", _) => text.strip_prefix("mailto:").unwrap_or(&text),
                        _ => &text,
                    };
                    if !label.is_empty() {
                        push("type", &label);
                    }
                    push("value", text.trim());
                    if property.preferred {
                        item.push_str(",\"preferred\":true");
                    }
                }
                item.push('}');
                let known = NAMES.iter().find(|(n, _)| *n == name);
                let column = match (name, known) {
                    ("ADR", _) => "address".to_owned(),
                    (_, Some((_, column))) => (*column).to_owned(),
                    (name, None) => name.to_ascii_lowercase(),
                };
                let preferred = property.preferred;
                match lists.iter_mut().find(|(n, _)| *n == column) {
                    Some((_, items)) => {
                        let before = items.iter().take_while(|i| i.0 || !preferred);
                        let at = before.count();
                        items.insert(at, (preferred, item));
                    }
                    None => lists.push((column, vec![(preferred, item)])),
                }
            }
        }
    }
    let mut out = String::from("{");
    for (name, text) in single {
        push_string(&mut out, name);
        out.push(':');
        push_string(&mut out, &text);
        out.push(',');
    }
    for (name, items) in lists {
        push_string(&mut out, &name);
        out.push_str(":[");
        let items: Vec<String> = items.into_iter().map(|i| i.1).collect();
        out.push_str(&items.join(","));
        out.push_str("],");
    }
    if out.ends_with(',') {
        out.pop();
    }
    out.push('}');
    out
}

/// `item1.X-ABLabel:_$!<Work>!$_` labels what else is called `item1`.
fn group_label(properties: &[Property], group: &str) -> String {
    let label = properties
        .iter()
        .find(|p| p.name == "X-ABLABEL" && p.group == group);
    let text = label.map_or("", |p| p.value.as_str());
    let bare = text.trim_start_matches("_$!<").trim_end_matches(">!$_");
    bare.trim()
        .chars()
        .take(30)
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(lines: &[&str]) -> String {
        let properties: Vec<Property> = lines.iter().map(|l| Property::parse(l).unwrap()).collect();
        record(&properties)
    }

    #[test]
    fn names_phones_and_addresses_become_members() {
        assert_eq!(
            made(&[
                "VERSION:3.0",
                "N:Smith\\, Jr;Ann;;Dr.;",
                "item1.TEL;TYPE=CELL,VOICE:tel:+1-202-555-0101",
                "TEL;WORK;FAX:202 555 0102",
                "item2.EMAIL;TYPE=INTERNET:ann@example.com",
                "item2.X-ABLabel:_$!<Work>!$_",
                "ADR;HOME:;;1 Main St;Town;;01234;",
            ]),
            r#"{"family name":"Smith, Jr","given name":"Ann","prefix":"Dr.","phone":[{"type":"mobile","value":"+1-202-555-0101"},{"type":"work fax","value":"202 555 0102"}],"email":[{"type":"work","value":"ann@example.com"}],"address":[{"type":"home","street":"1 Main St","city":"Town","postal code":"01234"}]}"#
        );
    }

    #[test]
    fn a_firms_card_names_the_firm() {
        assert_eq!(
            made(&[
                "KIND:org",
                "FN:Acme Sales",
                "N:Acme Sales;;;;",
                "ORG:Acme;Sales"
            ]),
            r#"{"organization":"Acme Sales","parent organization":"Acme","department":"Sales","kind":[{"value":"org"}]}"#
        );
        assert_eq!(
            made(&["FN:Acme", "N:Lee;Ann;;;", "ORG:Acme;", "X-ABShowAs:COMPANY"]),
            r#"{"organization":"Acme","family name":"Lee","given name":"Ann","x-abshowas":[{"value":"COMPANY"}]}"#
        );
    }

    #[test]
    fn what_is_preferred_comes_first_and_stays_marked() {
        assert_eq!(
            made(&[
                "TEL;TYPE=FAX:1",
                "TEL;TYPE=CELL,pref:2",
                "TEL;PREF=1:3",
                "TEL;TYPE=HOME:4",
            ]),
            r#"{"phone":[{"type":"mobile","value":"2","preferred":true},{"value":"3","preferred":true},{"type":"fax","value":"1"},{"type":"home","value":"4"}]}"#
        );
    }

    #[test]
    fn a_birthday_without_its_year_has_none() {
        for (line, wanted) in [
            ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-07-14", "--07-14"),
            ("BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:16040714", "--0714"),
            ("BDAY;X-APPLE-OMIT-YEAR=1604:1984-07-14", "1984-07-14"),
            ("BDAY:1604-07-14", "1604-07-14"),
        ] {
            assert_eq!(Property::parse(line).unwrap().value, wanted, "{line}");
        }
    }

    #[test]
    fn quoted_printable_is_undone_or_refused() {
        let value = |line: &str| Property::parse(line).map(|p| p.value);
        assert_eq!(
            value("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=BCrgen"),
            Ok("Jürgen".to_owned())
        );
        assert_eq!(
            value("FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=FCrgen"),
            Ok("Jürgen".to_owned())
        );
        assert_eq!(
            value("FN;QUOTED-PRINTABLE:J=FCrgen"),
            Ok("Jürgen".to_owned())
        );
        assert!(value("FN;QUOTED-PRINTABLE:J=Z1").is_err());
        assert!(value("no colon").is_err());
        assert!(value("FN;CHARSET=KLINGON:x").is_err());
    }
}

//! `selfsame list`: what may be written in a pipeline file.

use super::args::Listing;
use super::exit::Exit;
use crate::record::Kind;

/// The list as text, or as JSON.
#[must_use]
pub fn list(what: Listing, json: bool) -> String {
    let rows: Vec<(String, &str)> = match what {
        Listing::Kinds => Kind::ALL
            .iter()
            .map(|k| (k.name().to_owned(), k.about().trim()))
            .collect(),
        Listing::ExitCodes => Exit::ALL
            .iter()
            .map(|(e, about)| (e.code().to_string(), *about))
            .collect(),
    };
    if json {
        let items: Vec<_> = rows
            .iter()
            .map(|(name, about)| serde_json::json!({ "name": name, "about": about }))
            .collect();
        return format!("{:#}\n", serde_json::Value::Array(items));
    }
    let width = rows.iter().map(|(n, _)| n.len()).max().unwrap_or(0);
    rows.iter()
        .map(|(name, about)| format!("{name:width$}  {about}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_kind_once() {
        let text = list(Listing::Kinds, false);
        assert_eq!(text.lines().count(), Kind::ALL.len());
        assert!(text.lines().any(|l| l.starts_with("email ")));
        let json: serde_json::Value =
            serde_json::from_str(&list(Listing::ExitCodes, true)).unwrap();
        assert_eq!(json[0]["name"], "0");
    }
}

//! Whether the parts of a pipeline file fit together. Every fault is found, not only the first.

use toml::Spanned;

use super::error::{ConfigError, nearest};
use super::file::{Files, Linked, Pipeline, Source};
use crate::extract::knows_encoding;
use crate::lexicon::countries::by_code;

/// Formats by name.
pub const FORMATS: &[&str] = &[
    "csv",
    "json",
    "json-lines",
    "sqlite",
    "spreadsheet",
    "vcard",
    "parquet",
];
/// What columns of a table of transactions may be named as.
pub const TRANSACTION_COLUMNS: &[&str] = &[
    "number",
    "occurred-at",
    "amount-minor",
    "amount",
    "currency",
    "status",
    "kind",
];
/// What columns of a table of interactions may be named as.
pub const INTERACTION_COLUMNS: &[&str] = &[
    "number",
    "occurred-at",
    "channel",
    "subject",
    "status",
    "kind",
];

struct Faults<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<ConfigError>,
}

impl Faults<'_> {
    fn add<T>(&mut self, place: &Spanned<T>, message: String, hint: impl Into<String>) {
        let fault = ConfigError::at(
            self.file,
            self.text,
            place.span().start,
            message,
            hint.into(),
        );
        self.found.push(fault);
    }

    fn share(&mut self, name: &str, value: Option<&Spanned<f64>>) {
        if let Some(v) = value
            && !(0.0..=1.0).contains(v.get_ref())
        {
            let message = format!("`{name}` is `{}`, outside 0 to 1", v.get_ref());
            self.add(v, message, "write a share or probability such as 0.9");
        }
    }

    fn region(&mut self, value: Option<&Spanned<String>>) {
        if let Some(v) = value {
            let code = v.get_ref();
            let known = <[u8; 2]>::try_from(code.as_bytes()).ok().and_then(by_code);
            if known.is_none() {
                let message = format!("`region` is `{code}`, not a country code");
                self.add(
                    v,
                    message,
                    "two capital letters of ISO 3166, such as \"DE\" or \"US\"",
                );
            }
        }
    }

    fn encoding(&mut self, value: Option<&Spanned<String>>) {
        if let Some(v) = value
            && !knows_encoding(v.get_ref())
        {
            self.add(
                v,
                format!("unknown encoding `{}`", v.get_ref()),
                "use a name such as \"utf-8\", \"windows-1252\" or \"cp850\"",
            );
        }
    }

    fn word(&mut self, what: &str, value: Option<&Spanned<String>>, known: &[&str]) {
        if let Some(v) = value
            && !known.contains(&v.get_ref().as_str())
        {
            let hint = match nearest(v.get_ref(), known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of: {}", known.join(", ")),
            };
            self.add(v, format!("unknown {what} `{}`", v.get_ref()), hint);
        }
    }

    fn files(&mut self, files: &Spanned<Files>) {
        let named = &files.get_ref().0;
        let message = if named.is_empty() {
            "`files` is empty"
        } else if named.iter().any(|file| file.trim().is_empty()) {
            "`files` holds an empty name"
        } else {
            return;
        };
        self.add(
            files,
            message.into(),
            "name a file, a pattern such as \"exports/*.csv\", or \"-\" for standard input",
        );
    }

    fn name(&mut self, name: &Spanned<String>) {
        let word = name.get_ref();
        if word.is_empty() || word.contains([':', '/', '\\']) || word.chars().any(char::is_control)
        {
            self.add(
                name,
                format!("name `{word}` is empty or holds `:`, `/`, `\\` or a control character"),
                "records are called `source:key`; use letters, digits and hyphens",
            );
        }
    }
}

/// All faults of content, in the order of the file's parts.
#[must_use]
pub fn check(file: &str, text: &str, pipeline: &Pipeline) -> Vec<ConfigError> {
    let mut faults = Faults {
        file,
        text,
        found: Vec::new(),
    };
    let names: Vec<&str> = pipeline
        .source
        .iter()
        .map(|s| s.name.get_ref().as_str())
        .collect();
    faults.region(pipeline.region.as_ref());
    if pipeline.source.is_empty() {
        faults.add(
            &pipeline.name,
            "no `[[source]]`: nothing to read".into(),
            "`selfsame init FILES…` writes one for each file",
        );
    }
    for (at, source) in pipeline.source.iter().enumerate() {
        check_source(&mut faults, source);
        if names[..at].contains(&names[at]) {
            faults.add(
                &source.name,
                format!("two sources are called `{}`", names[at]),
                "give each `[[source]]` a name of its own; files of one source go into its `files` list",
            );
        }
    }
    let unique = pipeline.source.iter().filter(|s| s.unique).count();
    if let Some(first) = pipeline.source.iter().find(|s| !s.unique)
        && unique > 0
    {
        faults.add(
            &first.name,
            "`unique = true` is set for some sources and not for this one".into(),
            "linking one to one needs it on every source; set it here too, or remove it elsewhere",
        );
    }
    for (at, linked) in pipeline.linked.iter().enumerate() {
        check_linked(&mut faults, linked, &names);
        let taken = |name: &str| {
            names.contains(&name)
                || pipeline.linked[..at]
                    .iter()
                    .any(|l| l.name.get_ref() == name)
        };
        if taken(linked.name.get_ref()) {
            faults.add(
                &linked.name,
                format!("the name `{}` is taken", linked.name.get_ref()),
                "give each `[[source]]` and `[[linked]]` a name of its own",
            );
        }
    }
    check_matching(&mut faults, pipeline);
    let owned: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    if let Err(e) = pipeline.survive.check(&owned) {
        let words = e.to_string();
        let (message, hint) = words.split_once("\n  hint: ").unwrap_or((&words, ""));
        let line = text
            .lines()
            .position(|l| l.trim() == "[survive]")
            .map_or(0, |at| at + 1);
        faults.found.push(ConfigError {
            file: file.to_owned(),
            line,
            message: message.to_owned(),
            hint: hint.to_owned(),
        });
    }
    for expectation in &pipeline.expect {
        let records: Vec<_> = expectation
            .same
            .iter()
            .chain(&expectation.different)
            .collect();
        if expectation.same.len() == 1 || expectation.different.len() == 1 || records.is_empty() {
            let place = records.first().copied().unwrap_or(&pipeline.name);
            faults.add(
                place,
                "an expectation needs two records or more".into(),
                "write `same = [\"shop:1\", \"crm:C7\"]` or `different = […]`",
            );
        }
        for record in records {
            let source = record.get_ref().split(':').next().unwrap_or("");
            if !names.contains(&source) || !record.get_ref().contains(':') {
                let hint = match nearest(source, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}:…`?"),
                    None => format!("sources are: {}", names.join(", ")),
                };
                faults.add(
                    record,
                    format!("`{}` is not `source:key` of a source", record.get_ref()),
                    hint,
                );
            }
        }
    }
    faults.found
}

fn check_source(faults: &mut Faults<'_>, source: &Source) {
    faults.name(&source.name);
    faults.region(source.region.as_ref());
    faults.word("format", source.format.as_ref(), FORMATS);
    faults.encoding(source.encoding.as_ref());
    faults.files(&source.files);
    if let (Some(_), Some(query)) = (&source.table, &source.query) {
        faults.add(
            query,
            "both `table` and `query` are set".into(),
            "keep one: `query` replaces `table`",
        );
    }
    one_character(faults, "delimiter", source.delimiter.as_ref());
    one_character(faults, "quote", source.quote.as_ref());
}

fn check_linked(faults: &mut Faults<'_>, linked: &Linked, sources: &[&str]) {
    faults.name(&linked.name);
    faults.files(&linked.files);
    faults.word("format", linked.format.as_ref(), FORMATS);
    faults.encoding(linked.encoding.as_ref());
    faults.word("source", Some(&linked.of), sources);
    one_character(faults, "delimiter", linked.delimiter.as_ref());
    one_character(faults, "quote", linked.quote.as_ref());
    let known = match linked.kind {
        super::LinkedKind::Transactions => TRANSACTION_COLUMNS,
        super::LinkedKind::Interactions => INTERACTION_COLUMNS,
    };
    for (name, column) in &linked.columns {
        if !known.contains(&name.as_str()) {
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of: {}", known.join(", ")),
            };
            faults.add(column, format!("unknown key `{name}` in `columns`"), hint);
        }
    }
}

fn one_character(faults: &mut Faults<'_>, key: &str, value: Option<&Spanned<String>>) {
    if let Some(v) = value {
        let text = v.get_ref();
        let empty_is_none = key == "quote" && text.is_empty();
        if !empty_is_none && (text.len() != 1 || !text.is_ascii()) {
            faults.add(
                v,
                format!("`{key}` is `{text}`, not one character"),
                "write one ASCII character, such as \";\" or \"\\t\"",
            );
        }
    }
}

fn check_matching(faults: &mut Faults<'_>, pipeline: &Pipeline) {
    let section = &pipeline.matching;
    faults.share("threshold", section.threshold.as_ref());
    faults.share("review", section.review.as_ref());
    faults.share(
        "quarantined-share",
        pipeline.limits.quarantined_share.as_ref(),
    );
    if let (Some(threshold), Some(review)) = (&section.threshold, &section.review)
        && review.get_ref() > threshold.get_ref()
    {
        faults.add(
            review,
            format!(
                "`review` is `{}`, above `threshold` `{}`",
                review.get_ref(),
                threshold.get_ref()
            ),
            "pairs between `review` and `threshold` are for review: `review` is the lower one",
        );
    }
    if let Some(pairs) = &section.pairs_per_record
        && !(*pairs.get_ref() >= 1.0 && pairs.get_ref().is_finite())
    {
        faults.add(
            pairs,
            format!("`pairs-per-record` is `{}`, below 1", pairs.get_ref()),
            "60 is the default; more finds more and takes longer",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::config::parse;

    fn faults(body: &str) -> Vec<String> {
        let text = format!(
            "name = \"t\"\noutput.dir = \"out\"\n[[source]]\nname = \"shop\"\nfiles = \"a.csv\"\n{body}"
        );
        match parse("p.toml", &text) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_whole_file_passes() {
        let text = "key = \"id\"\n[match]\nthreshold = 0.9\nreview = 0.5\n[[expect]]\nsame = [\"shop:1\", \"shop:2\"]\n";
        assert_eq!(faults(text), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_found_with_its_line() {
        let found = faults(
            "region = \"Germany\"\nformat = \"cvs\"\nencoding = \"klingon\"\n[match]\nthreshold = 1.5\n[[expect]]\nsame = [\"shpo:1\", \"shop:2\"]\n",
        );
        assert_eq!(found.len(), 5, "{found:#?}");
        assert!(found[0].starts_with("p.toml:6: `region` is `Germany`"));
        assert!(found[1].contains("did you mean `csv`?"));
        assert!(found[2].starts_with("p.toml:8: unknown encoding `klingon`"));
        assert!(found[3].starts_with("p.toml:10: `threshold` is `1.5`"));
        assert!(found[4].contains("`shpo:1`") && found[4].contains("did you mean `shop:…`?"));
        assert_eq!(faults("region = \"ZZ\"\nencoding = \"cp850\"\n").len(), 1);
    }

    #[test]
    fn linked_tables_belong_to_a_source_and_have_known_columns() {
        let found = faults(
            "[[linked]]\nname = \"orders\"\nkind = \"transactions\"\nof = \"shopp\"\ncustomer = \"c\"\nfiles = \"o.csv\"\ncolumns = { ammount = \"x\" }\n",
        );
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("unknown source `shopp`"));
        assert!(found[1].contains("did you mean `amount`?"), "{}", found[1]);
    }

    #[test]
    fn names_are_unique_and_usable() {
        let found = faults("[[source]]\nname = \"shop\"\nfiles = \"b.csv\"\n");
        assert!(found[0].contains("two sources are called `shop`"));
        let found = faults("[[source]]\nname = \"a:b\"\nfiles = []\n");
        assert!(found[0].contains("`a:b`") && found[1].contains("`files` is empty"));
        let found = faults("[[source]]\nname = \"a\"\nfiles = \"\"\n");
        assert!(
            found[0].starts_with("p.toml:8: `files` holds an empty name"),
            "{}",
            found[0]
        );
    }

    #[test]
    fn review_lies_below_the_threshold() {
        let found = faults("[match]\nthreshold = 0.5\nreview = 0.9\n");
        assert!(found[0].contains("above `threshold`"));
    }
}

//! OpenDocument sheets as a stream of cells: repeated rows and columns cost nothing until they hold something.

use super::Grid;
use super::cell::number_text;
use crate::extract::error::printable;
use crate::extract::unpack::Fault;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::fs::File;
use std::io::{BufRead, BufReader};
use zip::ZipArchive;

/// Rows a sheet can have.
const ROWS: u32 = 1 << 20;
/// Columns a sheet can have.
const COLUMNS: u32 = 1 << 14;

fn broken(error: impl std::fmt::Display) -> Fault {
    Fault::Broken(printable(&error.to_string()))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    let found = element.try_get_attribute(name).map_err(broken)?;
    let value = found.map(|a| {
        a.normalized_value(XmlVersion::Implicit1_0)
            .map(|v| v.into_owned())
    });
    value.transpose().map_err(broken)
}

fn repeats(element: &BytesStart<'_>, name: &str) -> Result<u32, Fault> {
    let text = attribute(element, name)?;
    text.map_or(Ok(1), |t| t.trim().parse().map_err(broken))
}

/// Goes through the document and tells of its elements and texts.
fn walk(
    file: BufReader<File>,
    mut told: impl FnMut(Event<'_>) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let mut zip = ZipArchive::new(file).map_err(broken)?;
    let encrypted = zip.by_name("META-INF/manifest.xml").is_ok_and(|part| {
        let mut text = BufReader::new(part);
        let mut line = Vec::new();
        let mut found = false;
        while !found && text.read_until(b'>', &mut line).is_ok_and(|n| n > 0) {
            found = memchr::memmem::find(&line, b"encryption-data").is_some();
            line.clear();
        }
        found
    });
    if encrypted {
        return Err(Fault::Broken("it is encrypted with a password".to_owned()));
    }
    let part = zip.by_name("content.xml").map_err(broken)?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        let event = xml.read_event_into(&mut buffer).map_err(broken)?;
        let ended = matches!(event, Event::Eof);
        if ended || !told(event)? {
            return Ok(());
        }
        buffer.clear();
    }
}

/// All sheets by name, and whether each is shown.
pub(super) fn sheets(file: BufReader<File>) -> Result<Vec<(String, bool)>, Fault> {
    let (mut found, mut hidden, mut style) = (Vec::new(), Vec::new(), String::new());
    walk(file, |event| {
        if let Event::Start(element) = event {
            match element.name().as_ref() {
                "style:style" => style = attribute(&element, "style:name")?.unwrap_or_default(),
                "style:table-properties"
                    if attribute(&element, "table:display")?.as_deref() == Some("false") =>
                {
                    hidden.push(style.clone());
                }
                "table:table" => {
                    let name = attribute(&element, "table:name")?.unwrap_or_default();
                    let style = attribute(&element, "table:style-name")?.unwrap_or_default();
                    found.push((name, !hidden.contains(&style)));
                }
                _ => {}
            }
        }
        Ok(true)
    })?;
    Ok(found)
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    text: String,
    paragraphs: usize,
    repeats: u32,
    /// What it stands for, where that is no text.
    value: Option<String>,
    /// The number in it.
    number: Option<f64>,
    /// What it stands for where it shows nothing.
    unseen: Option<String>,
    /// Rows and columns that it covers.
    spans: (u32, u32),
}

impl Cell {
    fn of(element: &BytesStart<'_>) -> Result<Self, Fault> {
        let kind = attribute(element, "office:value-type")?;
        let kind = kind.as_deref();
        let (number, unseen) = match kind {
            Some("float") => {
                let text = attribute(element, "office:value")?;
                (text.and_then(|t| t.parse().ok()), None)
            }
            Some("string") => (None, attribute(element, "office:string-value")?),
            Some("time") => (None, attribute(element, "office:time-value")?),
            _ => (None, None),
        };
        Ok(Self {
            repeats: repeats(element, "table:number-columns-repeated")?,
            value: value(element, kind)?,
            number,
            unseen,
            spans: (
                repeats(element, "table:number-rows-spanned")?,
                repeats(element, "table:number-columns-spanned")?,
            ),
            ..Self::default()
        })
    }

    fn text(self) -> String {
        let shown = self.number.is_some_and(|n| shows_more(&self.text, n));
        match (self.value, self.unseen) {
            (Some(value), _) if !shown => value,
            (_, Some(unseen)) if self.text.is_empty() => unseen,
            _ => self.text,
        }
    }
}

/// Whether a number is shown with zeros or hyphens that it has not itself: `01067`, `012-34-5678`, `DE000001234`.
fn shows_more(text: &str, number: f64) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let fixed = !text.contains(['.', ',', '%', '\u{a0}', '\u{202f}']);
    let zeros = digits.len() > 1 && digits.starts_with('0');
    let hyphens = text.len() > digits.len()
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    fixed && (zeros || hyphens) && number.fract() == 0.0 && digits.parse() == Ok(number)
}

/// Writes the cells of a sheet.
pub(super) fn fill(file: BufReader<File>, sheet: &str, grid: &mut Grid<'_>) -> Result<(), Fault> {
    let (mut inside, mut nested, mut aside) = (false, 0_u32, 0_u32);
    let (mut row, mut row_repeats, mut column) = (0_u32, 1_u32, 0_u32);
    let mut cells: Vec<(u32, u32, String)> = Vec::new();
    let mut cell: Option<Cell> = None;
    walk(file, |event| {
        match event {
            Event::Start(element) => match element.name().as_ref() {
                "table:table" if inside => nested += 1,
                "table:table" => {
                    inside = attribute(&element, "table:name")?.as_deref() == Some(sheet)
                }
                _ if !inside || nested > 0 => {}
                "table:table-row" => {
                    row_repeats = repeats(&element, "table:number-rows-repeated")?;
                    column = 0;
                    cells.clear();
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    cell = Some(Cell::of(&element)?);
                }
                "office:annotation" => aside += 1,
                "text:p" if aside == 0 => {
                    if let Some(cell) = &mut cell {
                        if cell.paragraphs > 0 {
                            cell.text.push('\n');
                        }
                        cell.paragraphs += 1;
                    }
                }
                sign @ ("text:s" | "text:tab" | "text:line-break") if aside == 0 => {
                    if let Some(cell) = &mut cell {
                        match sign {
                            "text:tab" => cell.text.push('\t'),
                            "text:line-break" => cell.text.push('\n'),
                            _ => {
                                let many = repeats(&element, "text:c")?.min(1000);
                                cell.text.extend((0..many).map(|_| ' '));
                            }
                        }
                    }
                }
                _ => {}
            },
            Event::Text(text) if aside == 0 => {
                if let Some(cell) = cell.as_mut().filter(|c| c.paragraphs > 0) {
                    cell.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(name) if aside == 0 => {
                if let Some(cell) = cell.as_mut().filter(|c| c.paragraphs > 0) {
                    match name.resolve_char_ref().map_err(broken)? {
                        Some(sign) => cell.text.push(sign),
                        None => cell.text.push_str(
                            quick_xml::escape::resolve_xml_entity(&name.xml10_content())
                                .ok_or_else(|| broken("it uses an unknown entity"))?,
                        ),
                    }
                }
            }
            Event::End(element) => match element.name().as_ref() {
                "table:table" if nested > 0 => nested -= 1,
                "table:table" if inside => return Ok(false),
                _ if !inside || nested > 0 => {}
                "office:annotation" => aside = aside.saturating_sub(1),
                "table:table-cell" | "table:covered-table-cell" => {
                    let done = cell.take().unwrap_or_default();
                    let end = column.saturating_add(done.repeats).min(COLUMNS);
                    let (rows, columns) = done.spans;
                    let text = done.text();
                    if !text.is_empty() && rows.max(columns) > 1 {
                        let last = (
                            row.saturating_add(rows.saturating_sub(1)),
                            column.saturating_add(columns.saturating_sub(1)),
                        );
                        grid.merge((row, column), last);
                    }
                    if !text.is_empty() {
                        cells.push((column, end, text));
                    }
                    column = end;
                }
                "table:table-row" => {
                    let end = row.saturating_add(row_repeats);
                    if !cells.is_empty() {
                        if end > ROWS {
                            let reason = format!("it has more than {ROWS} rows");
                            return Err(Fault::Broken(reason));
                        }
                        for at in row..end {
                            for (from, to, text) in &cells {
                                for column in *from..*to {
                                    grid.cell(at, column, text)?;
                                }
                            }
                            if grid.full(at + 1) {
                                return Ok(false);
                            }
                        }
                    }
                    row = end;
                    return Ok(!grid.full(row));
                }
                _ => {}
            },
            _ => {}
        }
        Ok(true)
    })
}

/// The value of a cell that is no text.
fn value(element: &BytesStart<'_>, kind: Option<&str>) -> Result<Option<String>, Fault> {
    Ok(match kind {
        Some("float" | "percentage" | "currency") => {
            attribute(element, "office:value")?.map(|text| match text.parse::<f64>() {
                // digits in full are not made up
                Ok(number) if number.is_finite() && !is_whole(&text) => number_text(number),
                _ => text,
            })
        }
        Some("date") => attribute(element, "office:date-value")?
            .map(|text| text.strip_suffix("T00:00:00").unwrap_or(&text).to_owned()),
        Some("boolean") => attribute(element, "office:boolean-value")?,
        _ => None,
    })
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_digits_are_told_from_shown_numbers() {
        for (text, number) in [
            ("01067", 1067.0),
            ("012-34-5678", 12_345_678.0),
            ("12138-0001", 121_380_001.0),
            ("DE000001234", 1234.0),
        ] {
            assert!(shows_more(text, number), "{text}");
        }
        for (text, number) in [
            ("1067", 1067.0),
            ("0", 0.0),
            ("-7", -7.0),
            ("1.067", 1067.0),
            ("1 067", 1067.0),
            ("0.50", 50.0),
            ("2138-0001", 5.0),
        ] {
            assert!(!shows_more(text, number), "{text}");
        }
    }
}

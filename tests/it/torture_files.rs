//! Files for the torture set that are no plain text: archives, workbooks, a database.

use std::io::{Cursor, Read, Write};

/// A zip archive of these members.
pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same, compressed by gzip.
pub(crate) fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzEncoder::new(content, flate2::Compression::default())
        .read_to_end(&mut out)
        .unwrap();
    out
}

/// The same as a zstd frame.
pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

/// An xlsx workbook of sheets, each given as the XML of its rows, with `|merged:` and ranges behind.
pub(crate) fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = String::from(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>",
    );
    let mut links = String::from(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"s\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/><Relationship Id=\"t\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/>",
    );
    let mut parts: Vec<(String, String)> = Vec::new();
    for (i, (name, rows)) in sheets.iter().enumerate() {
        let n = i + 1;
        let (name, state) = name
            .strip_prefix('!')
            .map_or((*name, ""), |n| (n, " state=\"hidden\""));
        // merged cells follow the rows
        let (rows, merged) = rows.split_once("|merged:").unwrap_or((rows, ""));
        let merged: String = (merged.split(' ').filter(|m| !m.is_empty()))
            .map(|range| format!("<mergeCell ref=\"{range}\"/>"))
            .collect();
        let merged = format!("<mergeCells>{merged}</mergeCells>");
        book.push_str(&format!(
            "<sheet name=\"{name}\" sheetId=\"{n}\"{state} r:id=\"r{n}\"/>"
        ));
        links.push_str(&format!("<Relationship Id=\"r{n}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"));
        parts.push((
            format!("xl/worksheets/sheet{n}.xml"),
            format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData>{merged}</worksheet>"),
        ));
    }
    book.push_str("</sheets></workbook>");
    links.push_str("</Relationships>");
    parts.push(("xl/workbook.xml".into(), book));
    parts.push(("xl/_rels/workbook.xml.rels".into(), links));
    parts.push((
        "_rels/.rels".into(),
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".into(),
    ));
    parts.push((
        "xl/styles.xml".into(),
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>".into(),
    ));
    parts.push((
        "xl/sharedStrings.xml".into(),
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>Zoë</t></si><si><r><t>Ann</t></r><r><t xml:space=\"preserve\"> Lee</t></r></si></sst>".into(),
    ));
    parts.push((
        "[Content_Types].xml".into(),
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
    ));
    let members: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(n, c)| (n.as_str(), c.as_bytes()))
        .collect();
    zipped(&members)
}

/// A row of inline texts.
pub(crate) fn texts(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|c| format!("<c t=\"inlineStr\"><is><t>{c}</t></is></c>"))
        .collect();
    format!("<row>{cells}</row>")
}

/// An OpenDocument sheet, given as the XML of its tables.
pub(crate) fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// An old workbook of one sheet with these cells: row, column, text or number.
pub(crate) fn xls(cells: &[(u16, u16, Result<f64, &str>)]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        let mut out = kind.to_le_bytes().to_vec();
        out.extend_from_slice(&(data.len() as u16).to_le_bytes());
        out.extend_from_slice(data);
        out
    };
    let start = |what: u16| {
        let mut data = vec![0, 6];
        data.extend_from_slice(&what.to_le_bytes());
        data.extend_from_slice(&[0; 12]);
        record(0x0809, &data)
    };
    let mut sheet = start(0x0010);
    for (row, column, value) in cells {
        let mut data = row.to_le_bytes().to_vec();
        data.extend_from_slice(&column.to_le_bytes());
        data.extend_from_slice(&[0, 0]);
        match value {
            Ok(number) => {
                data.extend_from_slice(&number.to_le_bytes());
                sheet.extend(record(0x0203, &data));
            }
            Err(text) => {
                data.extend_from_slice(&(text.len() as u16).to_le_bytes());
                data.push(0);
                data.extend_from_slice(text.as_bytes());
                sheet.extend(record(0x0204, &data));
            }
        }
    }
    sheet.extend(record(0x000A, &[]));
    let mut book = start(0x0005);
    let name = b"Sheet1";
    let at = (book.len() + 4 + 8 + name.len() + 4) as u32;
    let mut bound = at.to_le_bytes().to_vec();
    bound.extend_from_slice(&[0, 0, name.len() as u8, 0]);
    bound.extend_from_slice(name);
    book.extend(record(0x0085, &bound));
    book.extend(record(0x000A, &[]));
    book.extend(sheet);
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook")
        .unwrap()
        .write_all(&book)
        .unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A database, as bytes.
pub(crate) fn sqlite(sql: &str) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let db = rusqlite::Connection::open(file.path()).unwrap();
    db.execute_batch(sql).unwrap();
    drop(db);
    std::fs::read(file.path()).unwrap()
}

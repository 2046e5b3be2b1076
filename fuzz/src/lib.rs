//! What the fuzz targets share: reading bytes as a source and checking what must hold of any input.

use selfsame::extract::{Format, Intake, Limits, SourceSpec, read_source};
use std::cell::RefCell;
use std::io::{Seek, Write};

thread_local! {
    static FILE: RefCell<Option<tempfile::NamedTempFile>> = const { RefCell::new(None) };
}

/// Reads the bytes as one source. An error is an answer; a lost row, a panic or a hang is none.
pub fn read(bytes: &[u8], format: Option<Format>) {
    // the fuzzer's own hook ends the process at panics of libraries that the readers catch; those that escape still end it
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| ())));
    FILE.with_borrow_mut(|file| {
        let file = file.get_or_insert_with(|| tempfile::NamedTempFile::new().expect("a folder for temporary files"));
        file.as_file_mut().set_len(0).expect("room for the input");
        file.rewind().expect("room for the input");
        file.write_all(bytes).expect("room for the input");
        let mut spec = SourceSpec::new("fuzz", [file.path().display().to_string()]);
        spec.format = format;
        let limits = Limits {
            field_bytes: 4 << 10,
            row_bytes: 64 << 10,
            columns: 500,
            max_quarantined_share: 1.0,
            ..Limits::default()
        };
        let (mut files, mut rejections, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        let table = read_source(
            &spec,
            &limits,
            &mut Intake {
                spool: None,
                keep: &|_| true,
                withhold: &|name| name.len() % 3 == 2,
                on_progress: &mut |_| {},
                files: &mut files,
                rejections: &mut rejections,
                warnings: &mut warnings,
            },
        );
        match table {
            Ok(table) => {
                let seen: u64 = files.iter().map(|f| f.rows).sum();
                assert_eq!(seen as usize, table.len() + rejections.len(), "a row was lost in silence");
                assert!(table.columns.iter().all(|c| c.ids.len() == table.len()));
            }
            Err(error) => assert!(error.to_string().contains("hint: "), "{error}"),
        }
    });
}

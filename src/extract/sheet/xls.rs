//! Old Excel workbooks (BIFF): how large their sheets are, before the reader makes room for them.

use crate::extract::spec::Limits;
use crate::extract::unpack::Fault;
use std::io::{BufReader, Read};
use std::path::Path;

/// Cells of one sheet's rectangle that are held in memory.
const CELLS: u64 = 8 << 20;
/// Bytes of a workbook that are held in memory.
const BYTES: u64 = 128 << 20;
/// Records that hold one cell or several, row first: formula, blank, number, label, boolean, row of numbers or blanks,
/// texts.
const CELL_RECORDS: &[u16] = &[
    0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0207,
];

/// Refuses a workbook that would need too much memory, or that is none.
pub(super) fn check(path: &Path, limits: &Limits) -> Result<(), Fault> {
    let broken = |e: std::io::Error| Fault::Broken(e.to_string());
    let mut file = cfb::open(path).map_err(broken)?;
    if file.exists("/EncryptedPackage") {
        return Err(Fault::Broken("it is encrypted with a password".to_owned()));
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|n| file.exists(n));
    let name = name.ok_or_else(|| Fault::Broken("it holds no workbook".to_owned()))?;
    let stream = file.open_stream(name).map_err(broken)?;
    if stream.len() > BYTES {
        let reason = format!("its workbook has more than {BYTES} bytes");
        return Err(Fault::Bomb(reason));
    }
    let mut stream = BufReader::new(stream);
    let (mut rows, mut columns) = (0_u64, 0_u64);
    let mut record = Vec::new();
    loop {
        let mut head = [0; 4];
        if stream.read_exact(&mut head).is_err() {
            return Ok(());
        }
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let length = u64::from(u16::from_le_bytes([head[2], head[3]]));
        record.clear();
        let read = stream.by_ref().take(length).read_to_end(&mut record);
        read.map_err(broken)?;
        let number = |at: usize| match record.get(at..at + 2) {
            Some([low, high]) => u64::from(u16::from_le_bytes([*low, *high])),
            _ => 0,
        };
        match kind {
            // the beginning of a sheet
            0x0809 => (rows, columns) = (0, 0),
            _ if CELL_RECORDS.contains(&kind) => {
                rows = rows.max(number(0) + 1);
                columns = columns.max(number(2) + 1);
                if matches!(kind, 0x00BD | 0x00BE) {
                    columns = columns.max(number(record.len().saturating_sub(2)) + 1);
                }
            }
            _ => {}
        }
        if rows * columns > CELLS || columns > limits.columns as u64 {
            let reason = format!("a sheet spans {rows} rows and {columns} columns");
            return Err(Fault::Bomb(reason));
        }
    }
}

//! Reads cells with the normalizers.

use crate::survive::{CellContext, Plain, Read, Reading};

/// The normalizers as survivorship sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Normalizers;

impl Read for Normalizers {
    fn read<'a>(&self, context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
        Plain.read(context, raw, out);
    }
}

//! Raw rows set aside in a private temporary file, found again by position.

use super::Error;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes that are collected before they are written.
const WRITE_BYTES: usize = 1 << 20;
/// Bytes read at once; most rows fit.
const SINGLE_BYTES: usize = 1 << 10;
const LENGTH_BYTES: usize = 4;

/// An append-only file of texts that only this process can open and that is gone when it ends; several of them once spools
/// were joined.
///
/// The files have no name where the system allows that, and mode 0600 elsewhere.
#[derive(Debug)]
pub struct RawSpool {
    /// Files that are full, with the position at which each ends.
    full: Vec<(File, u64)>,
    file: File,
    /// Position at which `file` begins.
    start: u64,
    written: u64,
    pending: Vec<u8>,
    folder: PathBuf,
}

impl RawSpool {
    /// An empty spool in this folder.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be written.
    pub fn new_in(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            full: Vec::new(),
            file: tempfile::tempfile_in(folder)?,
            start: 0,
            written: 0,
            folder: folder.to_owned(),
            pending: Vec::with_capacity(WRITE_BYTES + (64 << 10)),
        })
    }

    /// The error that says where there is no room.
    #[must_use]
    pub fn fault(&self, cause: io::Error) -> Error {
        let folder = self.folder.clone();
        Error::Spool { folder, cause }
    }

    /// Adds a text and gives its position.
    ///
    /// # Errors
    /// When the disk is full or fails, or the text has 4 GiB or more.
    pub fn append(&mut self, text: &str) -> io::Result<u64> {
        let length = u32::try_from(text.len()).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidInput, "a raw row of 4 GiB or more")
        })?;
        let position = self.written + self.pending.len() as u64;
        self.pending.extend_from_slice(&length.to_le_bytes());
        self.pending.extend_from_slice(text.as_bytes());
        if self.pending.len() >= WRITE_BYTES {
            self.flush()?;
        }
        Ok(position)
    }

    /// Number of bytes set aside so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Whether nothing was set aside yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes what was collected; reading needs no flush.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn flush(&mut self) -> io::Result<()> {
        // The offset is explicit so that a failed write can be repeated without leaving a gap.
        io::Seek::seek(
            &mut self.file,
            io::SeekFrom::Start(self.written - self.start),
        )?;
        self.file.write_all(&self.pending)?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Takes in the texts of another spool, and gives how much must be added to its positions. Both spools must be of one
    /// folder's disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn join(&mut self, mut other: RawSpool) -> io::Result<u64> {
        self.flush()?;
        other.flush()?;
        let added = self.written;
        let full = std::mem::replace(&mut self.file, other.file);
        self.full.push((full, added));
        let others = other.full.into_iter();
        self.full
            .extend(others.map(|(file, end)| (file, added + end)));
        self.start = added + other.start;
        self.written = added + other.written;
        Ok(added)
    }

    /// The text at a position that [`RawSpool::append`] gave.
    ///
    /// # Errors
    /// When the disk fails, or the position is not of this spool.
    pub fn read(&self, position: u64) -> io::Result<String> {
        let mut text = String::new();
        self.read_onto(position, &mut text)?;
        Ok(text)
    }

    /// Appends the text at a position that [`RawSpool::append`] gave to `out`; nothing when it cannot be read.
    ///
    /// # Errors
    /// When the disk fails, or the position is not of this spool.
    pub fn read_onto(&self, position: u64, out: &mut String) -> io::Result<()> {
        let mut start = [0; SINGLE_BYTES];
        let got = self.read_at(&mut start, position)?;
        let (head, body) = start[..got]
            .split_at_checked(LENGTH_BYTES)
            .ok_or_else(outside)?;
        let length = u32::from_le_bytes(head.try_into().map_err(|_| outside())?) as usize;
        if let Some(body) = body.get(..length) {
            out.push_str(std::str::from_utf8(body).map_err(io::Error::other)?);
            return Ok(());
        }
        let from = position + LENGTH_BYTES as u64;
        if from + length as u64 > self.len() {
            return Err(outside());
        }
        let mut body = vec![0; length];
        if self.read_at(&mut body, from)? != length {
            return Err(outside());
        }
        out.push_str(std::str::from_utf8(&body).map_err(io::Error::other)?);
        Ok(())
    }

    /// Fills `buffer` from `position`, as far as there is something; gives how much.
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let at = position + filled as u64;
            let got = if at >= self.written {
                let from = usize::try_from(at - self.written).unwrap_or(usize::MAX);
                let rest = self.pending.get(from..).unwrap_or(&[]);
                let n = rest.len().min(buffer.len() - filled);
                buffer[filled..filled + n].copy_from_slice(&rest[..n]);
                n
            } else {
                let before = self.full.partition_point(|(_, end)| *end <= at);
                let (file, stop) = match self.full.get(before) {
                    Some((file, end)) => (file, *end),
                    None => (&self.file, self.written),
                };
                let start = before.checked_sub(1).map_or(0, |i| self.full[i].1);
                let wanted = usize::try_from(stop - at).unwrap_or(usize::MAX);
                let end = filled + wanted.min(buffer.len() - filled);
                read_file_at(file, &mut buffer[filled..end], at - start)?
            };
            if got == 0 {
                break;
            }
            filled += got;
        }
        Ok(filled)
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_file_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

fn outside() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "not a position of this spool")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn gives_back_what_it_took(texts in prop::collection::vec(".{0,40}|[a-z]{2000,3000}", 1..60), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..80), flush_at in any::<prop::sample::Index>()) {
            let mut spool = RawSpool::new_in(&std::env::temp_dir()).unwrap();
            let mut positions = Vec::new();
            for (i, text) in texts.iter().enumerate() {
                positions.push(spool.append(text).unwrap());
                if i == flush_at.index(texts.len()) {
                    spool.flush().unwrap();
                }
            }
            for (text, position) in texts.iter().zip(&positions) {
                prop_assert_eq!(&spool.read(*position).unwrap(), text);
            }
            for pick in picks {
                let i = pick.index(texts.len());
                prop_assert_eq!(&spool.read(positions[i]).unwrap(), &texts[i]);
            }
        }
    }

    #[test]
    fn joined_spools_give_back_what_each_took() {
        let mut all = RawSpool::new_in(&std::env::temp_dir()).unwrap();
        let mut wanted = vec![(all.append("first").unwrap(), "first".to_owned())];
        for part in 0..4 {
            let mut other = RawSpool::new_in(&std::env::temp_dir()).unwrap();
            let take = |spool: &mut RawSpool, count: usize| -> Vec<(u64, String)> {
                let texts = (0..count).map(|i| format!("{part}.{i} ").repeat(1 + i * 70));
                texts.map(|t| (spool.append(&t).unwrap(), t)).collect()
            };
            let mut own = take(&mut other, part * 3);
            if part == 3 {
                let mut third = RawSpool::new_in(&std::env::temp_dir()).unwrap();
                let more = take(&mut third, 5);
                let added = other.join(third).unwrap();
                own.extend(more.into_iter().map(|(at, text)| (at + added, text)));
            }
            let added = all.join(other).unwrap();
            wanted.extend(own.into_iter().map(|(at, text)| (at + added, text)));
            let after = format!("after {part}");
            wanted.push((all.append(&after).unwrap(), after));
        }
        for (position, text) in wanted.iter().chain(wanted.iter().rev()) {
            assert_eq!(&all.read(*position).unwrap(), text);
        }
        assert!(all.read(all.len()).is_err());
    }

    #[test]
    fn large_texts_cross_the_write_buffer() {
        let mut spool = RawSpool::new_in(&std::env::temp_dir()).unwrap();
        let texts: Vec<String> = (0..40).map(|i| format!("{i}").repeat(50_000)).collect();
        let positions: Vec<u64> = texts.iter().map(|t| spool.append(t).unwrap()).collect();
        for (text, position) in texts.iter().zip(positions).rev() {
            assert_eq!(&spool.read(position).unwrap(), text);
        }
    }

    #[test]
    fn a_foreign_position_is_an_error() {
        let mut spool = RawSpool::new_in(&std::env::temp_dir()).unwrap();
        spool.append("a").unwrap();
        assert!(spool.read(5).is_err());
        assert!(spool.read(1 << 40).is_err());
        assert!(RawSpool::new_in(Path::new("/no/such/folder")).is_err());
    }
}

//! From paths and patterns to open files, read ahead and hashed on a thread of their own.

use super::error::nearest;
use super::scratch::Scratch;
use super::server::is_address;
use super::spec::{Limits, SourceSpec};
use super::{Error, unpack};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

/// Bytes read at once.
const BLOCK_BYTES: usize = 512 << 10;
/// Blocks that may wait to be used.
const BLOCKS_AHEAD: usize = 4;
/// How standard input is named.
pub(super) const STDIN: &str = "-";

/// The files a source names, in declared order, those of a pattern sorted by path.
pub(super) fn expand(spec: &SourceSpec, limits: &Limits) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    for path in &spec.paths {
        let is_pattern =
            !is_address(path) && path.contains(['*', '?', '[']) && !Path::new(path).exists();
        let mut these = if is_pattern {
            matches_of(path, limits)?
        } else {
            vec![path.clone()]
        };
        these.retain(|p| !found.contains(p));
        found.append(&mut these);
    }
    if found.is_empty() || found.iter().any(|path| path.trim().is_empty()) {
        return Err(Error::NoPath {
            source_name: spec.name.clone(),
        });
    }
    let mut before: HashMap<PathBuf, &str> = HashMap::new();
    for path in &found {
        if let Some(before) = before.insert(place(path), path) {
            return Err(Error::NamedTwice {
                path: path.clone(),
                before: before.to_owned(),
            });
        }
    }
    Ok(found)
}

/// Where a file is, whatever path leads to it: links are followed, members of archives are in their archive. What is no file on
/// this machine stays as it is called.
#[must_use]
pub fn place(path: &str) -> PathBuf {
    if path == STDIN || is_address(path) {
        return PathBuf::from(path);
    }
    let real = fs::canonicalize(path);
    real.unwrap_or_else(|_| match split_archive(path) {
        Some((archive, member)) => fs::canonicalize(&archive)
            .unwrap_or_else(|_| PathBuf::from(archive))
            .join(member),
        None => PathBuf::from(path),
    })
}

fn matches_of(pattern: &str, limits: &Limits) -> Result<Vec<String>, Error> {
    if let Some((archive, members)) = split_archive(pattern) {
        let found = unpack::matching(&archive, &members, limits)?;
        return if found.is_empty() {
            Err(Error::NoMatch {
                pattern: pattern.to_owned(),
            })
        } else {
            Ok(found)
        };
    }
    let entries = glob::glob(pattern).map_err(|e| Error::BadPattern {
        pattern: pattern.to_owned(),
        reason: e.msg.to_owned(),
    })?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| Error::Unreadable {
            path: e.path().display().to_string(),
            cause: io::Error::from(e.error().kind()),
        })?;
        if !path.is_dir() {
            found.push(path.display().to_string());
        }
    }
    if let Some(path) = unspeakable(pattern) {
        return Err(Error::BadName { path });
    }
    if found.is_empty() {
        return Err(Error::NoMatch {
            pattern: pattern.to_owned(),
        });
    }
    found.sort();
    Ok(found)
}

/// A file that the last part of a pattern means and whose name is not UTF-8, so that the pattern passes over it.
fn unspeakable(pattern: &str) -> Option<String> {
    let path = Path::new(pattern);
    let wanted = glob::Pattern::new(path.file_name()?.to_str()?).ok()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
    let mut lost: Vec<String> = names
        .filter(|name| name.to_str().is_none() && wanted.matches(&name.to_string_lossy()))
        .map(|name| path.with_file_name(name).display().to_string())
        .collect();
    lost.sort();
    lost.into_iter().next()
}

/// `export.zip/contacts.csv`: the file that such a path leads through, and the rest.
fn split_archive(path: &str) -> Option<(String, String)> {
    let archive = Path::new(path).ancestors().skip(1).find(|p| p.is_file())?;
    let member = Path::new(path).strip_prefix(archive).ok()?;
    Some((archive.to_str()?.to_owned(), member.to_str()?.to_owned()))
}

/// A file that is open and can be read from the start as often as needed.
#[derive(Debug)]
pub(super) struct Input {
    /// As given, `-` for standard input.
    pub(super) path: String,
    /// Name that tells the format: without packing, or of the member of an archive.
    pub(super) name: String,
    /// Size in bytes of what is read.
    pub(super) bytes: u64,
    file: File,
    /// Where it is on disk: another place than `path` for standard input, pipes and packed files.
    pub(super) on_disk: PathBuf,
    /// Size and digest of the file as given, where something else is read.
    pub(super) digest: Option<Digested>,
    /// How it was unpacked or converted, in words.
    pub(super) how: Vec<String>,
    /// Member of the archive that the path names.
    pub(super) wanted_member: Option<String>,
    scratch: Option<Scratch>,
}

impl Input {
    /// Opens a file; standard input and pipes are first copied to a private temporary file.
    pub(super) fn open(path: &str) -> Result<Self, Error> {
        let fail = |cause| Error::Unreadable {
            path: path.to_owned(),
            cause,
        };
        if path == STDIN {
            return Self::buffer(path, &mut io::stdin().lock());
        }
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                if let Some((archive, member)) = split_archive(path) {
                    let mut input = Self::open(&archive)?;
                    (input.path, input.wanted_member) = (path.to_owned(), Some(member));
                    return Ok(input);
                }
                return Err(Error::Missing {
                    path: path.to_owned(),
                    near: near_file(Path::new(path)),
                });
            }
            Err(e) => return Err(fail(e)),
        };
        if metadata.is_dir() {
            return Err(Error::Directory {
                path: path.to_owned(),
            });
        }
        let mut file = File::open(path).map_err(fail)?;
        if !metadata.is_file() {
            return Self::buffer(path, &mut file);
        }
        Ok(Self::of(path, metadata.len(), file, PathBuf::from(path)))
    }

    fn of(path: &str, bytes: u64, file: File, on_disk: PathBuf) -> Self {
        Self {
            path: path.to_owned(),
            name: path.to_owned(),
            bytes,
            file,
            on_disk,
            digest: None,
            how: Vec::new(),
            wanted_member: None,
            scratch: None,
        }
    }

    fn buffer(path: &str, from: &mut dyn Read) -> Result<Self, Error> {
        let full = |cause| Error::Scratch {
            path: path.to_owned(),
            cause,
        };
        let mut scratch = Scratch::new().map_err(full)?;
        let (mut bytes, mut block) = (0, Vec::new());
        loop {
            block.clear();
            // what fails here is the reading, and below the writing
            let read = from.take(BLOCK_BYTES as u64).read_to_end(&mut block);
            read.map_err(|cause| Error::Unreadable {
                path: path.to_owned(),
                cause,
            })?;
            if block.is_empty() {
                break;
            }
            scratch.file().write_all(&block).map_err(full)?;
            bytes += block.len() as u64;
        }
        let file = File::open(scratch.path()).map_err(full)?;
        let on_disk = scratch.path().to_owned();
        Ok(Self {
            scratch: Some(scratch),
            ..Self::of(path, bytes, file, on_disk)
        })
    }

    /// Reads on from what was made of this file; `name` is its new name, where it has one.
    pub(super) fn replace(
        mut self,
        made: Scratch,
        bytes: u64,
        how: String,
        name: Option<String>,
    ) -> io::Result<Self> {
        self.file = File::open(made.path())?;
        self.on_disk = made.path().to_owned();
        self.bytes = bytes;
        self.how.push(how);
        self.wanted_member = None;
        self.name = name.unwrap_or_else(|| {
            let packing = [".gz", ".zst", ".zip"];
            let bare = packing.iter().find_map(|p| self.name.strip_suffix(p));
            bare.unwrap_or(&self.name).to_owned()
        });
        self.scratch = Some(made);
        Ok(self)
    }

    /// Size of the file as given.
    pub(super) fn packed_bytes(&self) -> u64 {
        self.digest.as_ref().map_or(self.bytes, |d| d.bytes)
    }

    /// An error of this file.
    pub(super) fn unreadable(&self, cause: io::Error) -> Error {
        Error::Unreadable {
            path: self.path.clone(),
            cause,
        }
    }

    /// The first bytes, at most `limit`.
    pub(super) fn head(&mut self, limit: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.rewound()?.take(limit as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The file, to be read from its start.
    pub(super) fn rewound(&mut self) -> io::Result<&mut File> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(&mut self.file)
    }

    /// Reads the file from its start on another thread, hashing on the way.
    pub(super) fn hashed(&self) -> io::Result<HashedRead> {
        // A handle of its own: a clone would share its position with a thread that still reads ahead.
        HashedRead::start(File::open(&self.on_disk)?, self.digest.clone())
    }
}

fn near_file(path: &Path) -> Option<String> {
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let wanted = path.file_name()?.to_str()?;
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let near = nearest(wanted, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}

/// Size and SHA-256 of everything that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Digested {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Bytes of a file, read ahead and hashed by a thread.
#[derive(Debug)]
pub(super) struct HashedRead {
    blocks: Receiver<io::Result<Vec<u8>>>,
    current: Vec<u8>,
    at: usize,
    worker: JoinHandle<Digested>,
}

impl HashedRead {
    /// With a digest that is known already, nothing is hashed.
    fn start(mut from: impl Read + Send + 'static, known: Option<Digested>) -> io::Result<Self> {
        let (send, blocks) = sync_channel(BLOCKS_AHEAD);
        let worker = std::thread::Builder::new()
            .name("read-ahead".to_owned())
            .spawn(move || {
                let mut hasher = Sha256::new();
                let mut bytes = 0;
                loop {
                    let mut block = Vec::with_capacity(BLOCK_BYTES);
                    let result = from
                        .by_ref()
                        .take(BLOCK_BYTES as u64)
                        .read_to_end(&mut block);
                    if result.is_ok() && block.is_empty() {
                        break;
                    }
                    if known.is_none() {
                        hasher.update(&block);
                    }
                    bytes += block.len() as u64;
                    let failed = result.is_err();
                    // A receiver that is gone wants no more: a preview, or an error elsewhere.
                    if send.send(result.map(|_| block)).is_err() || failed {
                        break;
                    }
                }
                if let Some(known) = known {
                    return known;
                }
                let mut sha256 = String::with_capacity(64);
                for byte in hasher.finalize() {
                    for digit in [byte >> 4, byte & 15] {
                        sha256.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
                    }
                }
                Digested { bytes, sha256 }
            })?;
        Ok(Self {
            blocks,
            current: Vec::new(),
            at: 0,
            worker,
        })
    }

    /// The next bytes, as many as are at hand; `None` at the end.
    pub(super) fn block(&mut self) -> io::Result<Option<&[u8]>> {
        match self.blocks.recv() {
            Ok(block) => {
                self.current = block?;
                self.at = self.current.len();
                Ok(Some(&self.current))
            }
            Err(_) => Ok(None),
        }
    }

    /// Reads what is left and gives the digest of the whole file.
    pub(super) fn finish(mut self) -> io::Result<Digested> {
        while self.block()?.is_some() {}
        self.worker
            .join()
            .map_err(|_| io::Error::other("the reading thread failed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_what_it_reads() {
        let data = b"abc".repeat(700_000);
        let mut read = HashedRead::start(io::Cursor::new(data.clone()), None).unwrap();
        let mut back = Vec::new();
        while let Some(block) = read.block().unwrap() {
            back.extend_from_slice(block);
        }
        assert!(back == data);
        let read = HashedRead::start(io::Cursor::new(b"abc".to_vec()), None).unwrap();
        let digest = read.finish().unwrap();
        assert_eq!(digest.bytes, 3);
        // The well-known test vector of FIPS 180-2.
        assert_eq!(
            digest.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_pipe_is_set_aside_and_can_be_read_twice() {
        let mut input = Input::buffer(STDIN, &mut io::Cursor::new(b"a,b\n1,2\n")).unwrap();
        assert_eq!((input.bytes, input.head(3).unwrap()), (8, b"a,b".to_vec()));
        assert_eq!(input.hashed().unwrap().finish().unwrap().bytes, 8);
        assert_eq!(input.head(100).unwrap(), b"a,b\n1,2\n");
        let on_disk = input.on_disk.clone();
        drop(input);
        assert!(!on_disk.exists());
    }

    #[test]
    fn patterns_are_sorted_and_mistakes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.txt"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::create_dir(folder.path().join("d.csv")).unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let limits = Limits::default();
        let paths = expand(&SourceSpec::new("s", [at("*.csv"), at("a.csv")]), &limits).unwrap();
        assert_eq!(paths, [at("a.csv"), at("b.csv")]);
        assert!(matches!(
            expand(&SourceSpec::new("s", [at("*.db")]), &limits),
            Err(Error::NoMatch { .. })
        ));
        assert!(matches!(
            expand(&SourceSpec::new("s", ["a***b"]), &limits),
            Err(Error::BadPattern { .. })
        ));
        for none in [&[][..], &[""]] {
            let spec = SourceSpec::new("s", none.iter().copied());
            assert!(matches!(expand(&spec, &limits), Err(Error::NoPath { .. })));
        }
        let Err(Error::Missing { near, .. }) = Input::open(&at("a.cvs")) else {
            panic!("opened")
        };
        assert_eq!(near, Some(at("a.csv")));
        assert!(matches!(
            Input::open(&at("d.csv")),
            Err(Error::Directory { .. })
        ));
    }
}

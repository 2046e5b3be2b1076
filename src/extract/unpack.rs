//! Packed files: gzip, zstd and members of zip archives, unpacked into a private temporary file within limits.
//!
//! Nothing is ever written under a name that an archive gives.

use super::Error;
use super::error::{nearest, printable};
use super::input::Input;
use super::scratch::Scratch;
use super::spec::Limits;
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use zip::ZipArchive;
use zip::result::ZipError;

/// Packings inside packings that are undone, such as a gzip file in a zip archive.
const LAYERS: usize = 3;
/// Bytes that may come out of any file, however small: ratios say little below.
const FREE_BYTES: u64 = 64 << 20;
/// Bytes unpacked at once.
const BLOCK_BYTES: usize = 256 << 10;
/// Where a zip archive's end record is looked for.
const END_RECORD_BYTES: u64 = 66 << 10;
/// Of packed data that is not whole.
const CUT: &str = "it ends before its content does";
/// Of packed data that is not what it should be.
const DAMAGED: &str = "its content is damaged";
/// Extensions of members that hold data when others lie beside them.
const DATA: &[&str] = &[
    "csv", "tsv", "tab", "psv", "txt", "json", "jsonl", "ndjson", "db", "sqlite", "sqlite3",
    "xlsx", "xlsb", "xls", "ods", "vcf", "parquet", "gz", "zst",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Gzip,
    Zstd,
    Zip,
}

impl Packing {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Self::Zstd),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Gzip => "gzip-compressed",
            Self::Zstd => "zstd-compressed",
            Self::Zip => "a zip archive",
        }
    }
}

/// The input as it is inside its packings; the digest stays that of the file as given.
pub(super) fn unpack(mut input: Input, limits: &Limits) -> Result<Input, Error> {
    for layer in 0..=LAYERS {
        let head = input.head(4).map_err(|e| input.unreadable(e))?;
        match Packing::of(&head) {
            None => break,
            Some(Packing::Zip) if is_document(&mut input, limits)? => break,
            Some(_) if layer == LAYERS => {
                return Err(Error::Unsupported {
                    path: input.path,
                    what: "packed more than three times over",
                    hint: "unpack it first",
                });
            }
            Some(packing) => input = unpack_one(input, packing, limits)?,
        }
    }
    if let Some(member) = input.wanted_member.take() {
        return Err(Error::NoArchive {
            path: input.path,
            member,
        });
    }
    Ok(input)
}

fn unpack_one(mut input: Input, packing: Packing, limits: &Limits) -> Result<Input, Error> {
    let fail = |fault| named(&input.path, packing, fault);
    let mut sink = Sink {
        scratch: Scratch::new().map_err(|e| fail(Fault::Write(e)))?,
        bytes: 0,
        packed: input.packed_bytes(),
        limits,
    };
    let file = File::open(&input.on_disk).map_err(|e| input.unreadable(e))?;
    // The digest is that of the file as given: read beside the unpacking.
    let hashed = input.digest.is_none().then(|| input.hashed());
    let hashing = hashed.transpose().map_err(|e| input.unreadable(e))?;
    let (member, digest) = std::thread::scope(|scope| {
        let digest = hashing.map(|h| scope.spawn(move || h.finish()));
        let member = match packing {
            Packing::Gzip => gunzip(file, &mut sink).map(|()| None),
            Packing::Zstd => unzstd(file, &mut sink).map(|()| None),
            Packing::Zip => unzip(file, &input, &mut sink).map(Some),
        };
        let digest = digest.map(|d| {
            d.join()
                .unwrap_or_else(|_| Err(io::Error::other("the reading thread failed")))
        });
        (member, digest)
    });
    let member = member.map_err(|fault| match fault {
        Fault::Error(error) => *error,
        fault => fail(fault),
    })?;
    if let Some(digest) = digest {
        input.digest = Some(digest.map_err(|e| input.unreadable(e))?);
    }
    let how = match &member {
        Some(name) => format!("member `{}` of a zip archive", printable(name)),
        None => packing.words().to_owned(),
    };
    let how = format!("{how}, {} bytes unpacked", sink.bytes);
    sink.scratch
        .file()
        .flush()
        .map_err(|e| named(&input.path, packing, Fault::Write(e)))?;
    let path = input.path.clone();
    input
        .replace(sink.scratch, sink.bytes, how, member)
        .map_err(|e| named(&path, packing, Fault::Write(e)))
}

/// Where unpacked bytes go, and how many may.
pub(super) struct Sink<'l> {
    pub(super) scratch: Scratch,
    /// Bytes written.
    pub(super) bytes: u64,
    /// Bytes they come from.
    pub(super) packed: u64,
    pub(super) limits: &'l Limits,
}

/// What can go wrong while unpacking.
pub(super) enum Fault {
    /// The packed data cannot be understood.
    Broken(String),
    /// More comes out than is allowed.
    Bomb(String),
    /// The temporary file cannot be written.
    Write(io::Error),
    /// Something that is said as it is.
    Error(Box<Error>),
}

impl Sink<'_> {
    /// Takes everything.
    fn pour(&mut self, from: &mut dyn Read) -> Result<(), Fault> {
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            match from.read(&mut block) {
                Ok(0) => return Ok(()),
                Ok(read) => self.put(&block[..read])?,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if is_cut(&e) => return Err(Fault::Broken(CUT.to_owned())),
                // what its cause says is meant for programmers
                Err(e) if e.get_ref().is_some_and(|c| c.is::<FrameDecoderError>()) => {
                    return Err(Fault::Broken(DAMAGED.to_owned()));
                }
                Err(e) => return Err(Fault::Broken(e.to_string())),
            }
        }
    }

    /// Takes some bytes.
    pub(super) fn put(&mut self, block: &[u8]) -> Result<(), Fault> {
        let (limit, ratio) = (self.limits.unpacked_bytes, self.limits.unpacked_ratio);
        self.bytes += block.len() as u64;
        if self.bytes > limit {
            return Err(Fault::Bomb(format!(
                "more than {limit} bytes come out of it"
            )));
        }
        if self.bytes > FREE_BYTES.max(self.packed.saturating_mul(ratio)) {
            let packed = self.packed;
            return Err(Fault::Bomb(format!(
                "more than {ratio} times its {packed} bytes come out of it"
            )));
        }
        self.scratch.file().write_all(block).map_err(Fault::Write)
    }
}

/// Whether the packed data is at its end too early.
fn is_cut(error: &(dyn std::error::Error + 'static)) -> bool {
    let chain = std::iter::successors(Some(error), |e| e.source());
    let mut causes = chain.filter_map(|e| e.downcast_ref::<io::Error>());
    causes.any(|e| e.kind() == io::ErrorKind::UnexpectedEof)
}

fn named(path: &str, packing: Packing, fault: Fault) -> Error {
    let path = path.to_owned();
    match fault {
        Fault::Broken(reason) => Error::BadPacking {
            path,
            what: packing.words(),
            reason,
        },
        Fault::Bomb(reason) => Error::Bomb { path, reason },
        Fault::Write(cause) => Error::Scratch { path, cause },
        Fault::Error(error) => *error,
    }
}

fn gunzip(file: File, sink: &mut Sink<'_>) -> Result<(), Fault> {
    sink.pour(&mut MultiGzDecoder::new(BufReader::new(file)))
}

/// All frames, one after the other, each with its checksum.
fn unzstd(file: File, sink: &mut Sink<'_>) -> Result<(), Fault> {
    let mut source = BufReader::with_capacity(BLOCK_BYTES, file);
    let broken = |e: &dyn std::fmt::Display| Fault::Broken(e.to_string());
    while !source.fill_buf().map_err(|e| broken(&e))?.is_empty() {
        match StreamingDecoder::new(&mut source) {
            Ok(mut frame) => {
                sink.pour(&mut frame)?;
                let stated = frame.decoder.get_checksum_from_data();
                if stated.is_some() && stated != frame.decoder.get_calculated_checksum() {
                    return Err(Fault::Broken("its checksum does not fit".to_owned()));
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                io::copy(
                    &mut source.by_ref().take(u64::from(length)),
                    &mut io::sink(),
                )
                .map_err(|e| broken(&e))?;
            }
            Err(e) if is_cut(&e) => return Err(Fault::Broken(CUT.to_owned())),
            Err(_) => return Err(Fault::Broken(DAMAGED.to_owned())),
        }
    }
    Ok(())
}

fn unzip(file: File, input: &Input, sink: &mut Sink<'_>) -> Result<String, Fault> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip_fault)?;
    refuse_twins(&archive, &input.path).map_err(|e| Fault::Error(Box::new(e)))?;
    let members = members(&archive);
    let wanted = input.wanted_member.as_deref();
    let name = choose(&members, wanted, &input.path).map_err(|e| Fault::Error(Box::new(e)))?;
    let mut member = archive.by_name(&name).map_err(zip_fault)?;
    sink.pour(&mut member)?;
    Ok(name)
}

fn zip_fault(error: ZipError) -> Fault {
    Fault::Broken(match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "it is encrypted with a password".to_owned()
        }
        ZipError::CompressionMethodNotSupported(method) => {
            format!("it is compressed by method {method}, which is not read")
        }
        // the list of the files stands at the end
        ZipError::InvalidArchive(why) if why.contains("EOCD") => CUT.to_owned(),
        other => other.to_string(),
    })
}

/// Of files of one name all but the last are out of reach.
fn refuse_twins<R: Read + Seek>(archive: &ZipArchive<R>, path: &str) -> Result<(), Error> {
    if archive.has_duplicate_names() {
        return Err(Error::TwinMembers {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// Names of the files in an archive, without what systems put beside them, sorted.
fn members<R: Read + Seek>(archive: &ZipArchive<R>) -> Vec<String> {
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| {
            let file = name.rsplit('/').next().unwrap_or("");
            !file.is_empty()
                && !file.starts_with('.')
                && !name.starts_with("__MACOSX/")
                && !matches!(file, "Thumbs.db" | "desktop.ini")
        })
        .collect();
    names.sort();
    names
}

fn choose(members: &[String], wanted: Option<&str>, path: &str) -> Result<String, Error> {
    if let Some(wanted) = wanted {
        return match members.iter().find(|name| *name == wanted) {
            Some(name) => Ok(name.clone()),
            None => Err(Error::NoSuchMember {
                path: path.to_owned(),
                near: nearest(wanted, members.iter().map(String::as_str)),
                members: members.to_vec(),
            }),
        };
    }
    let extension = |name: &str| name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let by_name = |name: &&String| extension(name).is_some_and(|e| DATA.contains(&e.as_str()));
    let data: Vec<&String> = members.iter().filter(by_name).collect();
    // a text may be a note on the data
    let table = |name: &&&String| extension(name).is_some_and(|e| e != "txt");
    let example = data.iter().find(table).or(data.first()).copied();
    match (members, data.as_slice()) {
        ([only], _) => Ok(only.clone()),
        (_, [only]) => Ok((*only).clone()),
        _ => Err(Error::WhichMember {
            path: path.to_owned(),
            example: example.or(members.first()).cloned(),
            members: members.to_vec(),
        }),
    }
}

/// The members of an archive that match a pattern, as paths `archive/member`.
pub(super) fn matching(
    archive: &str,
    pattern: &str,
    limits: &Limits,
) -> Result<Vec<String>, Error> {
    let glob = glob::Pattern::new(pattern).map_err(|e| Error::BadPattern {
        pattern: pattern.to_owned(),
        reason: e.msg.to_owned(),
    })?;
    let mut input = Input::open(archive)?;
    let zip = open(&mut input, limits)?;
    let found = members(&zip).into_iter().filter(|name| glob.matches(name));
    Ok(found.map(|name| format!("{archive}/{name}")).collect())
}

/// Whether a zip archive is one document rather than a collection of files.
fn is_document(input: &mut Input, limits: &Limits) -> Result<bool, Error> {
    if input.wanted_member.is_some() {
        return Ok(false);
    }
    let archive = open(input, limits)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    Ok(has("[Content_Types].xml") || (has("mimetype") && has("content.xml")))
}

fn open(input: &mut Input, limits: &Limits) -> Result<ZipArchive<BufReader<File>>, Error> {
    let fail = |path: &str, fault| named(path, Packing::Zip, fault);
    let path = input.path.clone();
    let entries = entries(input).map_err(|e| input.unreadable(e))?;
    if entries > limits.archive_members {
        let limit = limits.archive_members;
        let reason = format!("it lists {entries} files, more than {limit}");
        return Err(fail(&path, Fault::Bomb(reason)));
    }
    let file = File::open(&input.on_disk).map_err(|e| input.unreadable(e))?;
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|e| fail(&path, zip_fault(e)))?;
    refuse_twins(&archive, &path)?;
    Ok(archive)
}

/// How many files the archive's end record lists, before any of them is looked at.
fn entries(input: &mut Input) -> io::Result<u64> {
    let bytes = input.bytes;
    let file = input.rewound()?;
    file.seek(SeekFrom::Start(bytes.saturating_sub(END_RECORD_BYTES)))?;
    let mut tail = Vec::new();
    file.take(END_RECORD_BYTES).read_to_end(&mut tail)?;
    let number = |at: usize, length: usize| {
        let bytes = tail.get(at..at + length).unwrap_or(&[]);
        bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
    };
    let wide = memchr::memmem::rfind(&tail, b"PK\x06\x06").map_or(0, |at| number(at + 32, 8));
    let narrow = memchr::memmem::rfind(&tail, b"PK\x05\x06").map_or(0, |at| number(at + 10, 2));
    Ok(wide.max(narrow))
}

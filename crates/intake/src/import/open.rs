//! What a file's name says about its inside, and its documents one by one.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Body, ImportDocument, ImportFile, elements, lines};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Bzip2,
    Zstd,
}

/// How documents stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Lines,
    Json,
    Tar,
}

impl Packing {
    /// The packing that `name` tells, and the name without it.
    pub(super) fn of(name: &str) -> (Self, &str) {
        for (ending, packing) in [
            (".gz", Self::Gzip),
            (".bz2", Self::Bzip2),
            (".zst", Self::Zstd),
        ] {
            if let Some(inner) = name.strip_suffix(ending) {
                return (packing, inner);
            }
        }
        match name.strip_suffix(".tgz") {
            Some(_) => (Self::Gzip, ".tar"),
            None => (Self::Plain, name),
        }
    }
}

impl Shape {
    pub(super) fn of(name: &str) -> Option<Self> {
        if name.ends_with(".jsonl") || name.ends_with(".ndjson") {
            Some(Self::Lines)
        } else if name.ends_with(".json") {
            Some(Self::Json)
        } else if name.ends_with(".tar") {
            Some(Self::Tar)
        } else {
            None
        }
    }
}

/// Receives documents; answers whether to go on.
pub(super) type Each<'a> = dyn FnMut(ImportDocument) -> ControlFlow<()> + 'a;

/// Reads `file` document by document. `read` counts its bytes on disk as they pass. Damage becomes
/// a document with a fault, because what came before it is good.
pub(super) fn read_file(
    file: &ImportFile,
    document_limit: usize,
    read: &AtomicU64,
    each: &mut Each<'_>,
) -> ControlFlow<()> {
    let place = file.path.display().to_string();
    match unpack(file, read).and_then(|inner| match file.shape {
        Shape::Tar => read_members(inner, &place, document_limit, each),
        shape => read_documents(shape, inner, &place, document_limit, each),
    }) {
        Ok(flow) => flow,
        Err(damage) => each(ImportDocument {
            place,
            body: Body::Text(String::new()),
            fault: Some(format!("the file cannot be read to its end: {damage}")),
        }),
    }
}

fn unpack<'a>(file: &ImportFile, read: &'a AtomicU64) -> io::Result<Box<dyn BufRead + 'a>> {
    let counted = BufReader::with_capacity(
        64 << 10,
        Counted {
            inner: File::open(&file.path)?,
            read,
        },
    );
    Ok(match file.packing {
        Packing::Plain => Box::new(counted),
        Packing::Gzip => Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(
            counted,
        ))),
        Packing::Bzip2 => Box::new(BufReader::new(bzip2::bufread::MultiBzDecoder::new(counted))),
        Packing::Zstd => Box::new(BufReader::new(zstd::Decoder::with_buffer(counted)?)),
    })
}

fn read_documents(
    shape: Shape,
    inner: impl BufRead,
    place: &str,
    limit: usize,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    match shape {
        Shape::Lines => lines::read(inner, place, limit, each),
        Shape::Json | Shape::Tar => elements::read(inner, place, limit, each),
    }
}

/// The members of a tar archive. EVE Ref packs one killmail per `.json` member.
fn read_members(
    inner: impl Read,
    place: &str,
    limit: usize,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    for member in tar::Archive::new(inner).entries()? {
        let member = member?;
        if !member.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
        let Some(shape @ (Shape::Lines | Shape::Json)) = Shape::of(&name) else {
            continue;
        };
        let place = format!("{place}!{name}");
        if read_documents(shape, BufReader::new(member), &place, limit, each)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

struct Counted<'a> {
    inner: File,
    read: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

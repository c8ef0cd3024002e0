//! tar, entry by entry (POSIX.1-2017 pax, and the GNU dialect).
//!
//! The walk is ours, since everything that is skipped in silence is a place to
//! hide something; header fields are read with the `tar` crate.

mod header;
mod pax;

use self::header::{BLOCK, Block, TypeFlag};
use self::pax::Pax;
use super::path::EntryPath;
use crate::error::{Error, Fault};
use crate::limits::Limits;

/// Bound on a pax header and on a GNU long name. Real ones have less than 1 KiB.
const MAX_EXTENSION_BYTES: u64 = 1 << 20;
/// Bound on the zeros after the end. Tools pad to 10 KiB, GNU tar on request to more.
const MAX_PADDING_BYTES: u64 = 1 << 20;

/// Decoded bytes, in order.
pub(crate) trait Input {
    /// Up to `into.len()` bytes; 0 only at the end.
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error>;
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link and the text of its target, as it stands there.
    Symlink(String),
    /// A hard link to an entry before it.
    HardLink(EntryPath),
    /// A directory.
    Directory,
}

impl EntryKind {
    /// The word for it in messages.
    #[must_use]
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Symlink(_) => "a symbolic link",
            Self::HardLink(_) => "a hard link",
            Self::Directory => "a directory",
        }
    }
}

/// An entry, before its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path, without the `./` that some tools put in front.
    pub(crate) path: EntryPath,
    /// What it is.
    pub(crate) kind: EntryKind,
    /// Permission bits.
    pub(crate) mode: u32,
    /// Length of its content in bytes; 0 for everything but files.
    pub(crate) size: u64,
}

/// Where the reader is in the tar.
pub(crate) struct TarReader {
    member: String,
    limits: Limits,
    offset: u64,
    content_left: u64,
    padding_left: u64,
    ended: bool,
}

/// What extension headers said about the next entry.
#[derive(Default)]
struct Extensions {
    pax: Option<Pax>,
    global: Option<Pax>,
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
}

impl Extensions {
    const fn is_empty(&self) -> bool {
        self.pax.is_none() && self.long_name.is_none() && self.long_link.is_none()
    }
}

impl TarReader {
    /// A reader at the beginning of a tar; `member` names it in messages.
    pub(crate) fn new(member: &str, limits: &Limits) -> Self {
        Self {
            member: member.to_owned(),
            limits: limits.clone(),
            offset: 0,
            content_left: 0,
            padding_left: 0,
            ended: false,
        }
    }

    /// The next entry, past what was left of the one before; `None` at the end.
    pub(crate) fn next(&mut self, input: &mut dyn Input) -> Result<Option<Entry>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut extensions = Extensions::default();
        loop {
            self.skip(input)?;
            let Some(block) = self.read_block(input)? else {
                return Err(self.truncated("the end-of-archive blocks are missing"));
            };
            if block.is_zero() {
                if !extensions.is_empty() {
                    return Err(self.truncated("an extension header is followed by no entry"));
                }
                self.check_end(input)?;
                self.ended = true;
                return Ok(None);
            }
            block.check().map_err(|reason| self.malformed(reason))?;
            match block.type_flag() {
                TypeFlag::PaxNext => {
                    let bytes = self.read_extension(input, &block)?;
                    let pax = Pax::parse(&bytes).map_err(|reason| self.malformed(reason))?;
                    self.set_once(&mut extensions.pax, pax)?;
                }
                TypeFlag::PaxGlobal => {
                    let bytes = self.read_extension(input, &block)?;
                    let pax = Pax::parse(&bytes).map_err(|reason| self.malformed(reason))?;
                    if pax.names_or_sizes() {
                        return Err(self.malformed("a global header sets a path, link or size"));
                    }
                    self.set_once(&mut extensions.global, pax)?;
                }
                TypeFlag::LongName => {
                    let name = self.read_long_name(input, &block)?;
                    self.set_once(&mut extensions.long_name, name)?;
                }
                TypeFlag::LongLink => {
                    let name = self.read_long_name(input, &block)?;
                    self.set_once(&mut extensions.long_link, name)?;
                }
                TypeFlag::Entry(flag) => return self.entry(&block, flag, &extensions).map(Some),
            }
        }
    }

    /// Up to `into.len()` bytes of the current entry's content; 0 at its end.
    pub(crate) fn read(&mut self, input: &mut dyn Input, into: &mut [u8]) -> Result<usize, Error> {
        let length = into.len().min(usize::try_from(self.content_left).unwrap_or(usize::MAX));
        let into = into.get_mut(..length).unwrap_or_default();
        if into.is_empty() {
            return Ok(0);
        }
        let length = input.read(into)?;
        if length == 0 {
            return Err(self.truncated("an entry's content is cut off"));
        }
        self.advance(length);
        self.content_left = self.content_left.saturating_sub(u64::try_from(length).unwrap_or(0));
        Ok(length)
    }

    /// Builds the entry from its own header and the extensions before it.
    fn entry(&mut self, block: &Block, flag: u8, extensions: &Extensions) -> Result<Entry, Error> {
        let empty = Pax::default();
        let pax = extensions.pax.as_ref().unwrap_or(&empty);
        let name =
            self.agreed("path", pax.path(), extensions.long_name.as_deref(), &block.path())?;
        let link =
            self.agreed("link", pax.link_path(), extensions.long_link.as_deref(), &block.link())?;
        let shown = || String::from_utf8_lossy(&name).into_owned();

        let size = block.size().map_err(|reason| self.malformed(reason))?;
        // A pax size that differs from the header's is how one reader is led
        // to take for content what another takes for entries (CVE-2025-62518).
        if let Some(pax_size) = pax.size().map_err(|reason| self.malformed(reason))?
            && pax_size != size
        {
            return Err(Error::new(Fault::TarHeadersDisagree {
                path: shown(),
                field: "size",
                first: pax_size.to_string(),
                second: size.to_string(),
            }));
        }
        let unsupported =
            |kind| Err(Error::new(Fault::TarEntryUnsupported { path: shown(), kind }));
        let is_directory = match flag {
            b'0' | 0 | b'1' | b'2' => false,
            b'5' => true,
            b'3' | b'4' => return unsupported("a device"),
            b'6' => return unsupported("a pipe"),
            b'S' => return unsupported("a sparse file"),
            _ => return unsupported("an entry of an unknown type"),
        };
        if pax.is_sparse() {
            return unsupported("a sparse file");
        }
        let path = self.path(&name, is_directory)?;
        // A file in old tars, or a directory where its name ends so: to Python's tarfile still,
        // whatever an extension header calls it then, and its content is entries.
        if flag == 0 && block.path().ends_with(b"/") {
            return Err(self.malformed("an old header has the name of a directory"));
        }
        let kind = match flag {
            b'1' => EntryKind::HardLink(self.path(&link, false)?),
            b'2' => EntryKind::Symlink(String::from_utf8(link).map_err(|_| {
                Error::new(Fault::PathUnsafe {
                    path: path.as_str().to_owned(),
                    reason: "is a link whose target is not UTF-8",
                })
            })?),
            b'5' => EntryKind::Directory,
            _ => EntryKind::File,
        };
        if kind != EntryKind::File && size != 0 {
            return Err(self.malformed("a link or directory has content"));
        }
        let mode = block.mode().map_err(|reason| self.malformed(reason))?;
        self.content_left = size;
        self.padding_left = size.wrapping_neg() & (BLOCK - 1);
        Ok(Entry { path, kind, mode, size })
    }

    /// The value of the one extension that gives it, or of the header itself.
    fn agreed(
        &self,
        field: &'static str,
        pax: Option<&[u8]>,
        gnu: Option<&[u8]>,
        own: &[u8],
    ) -> Result<Vec<u8>, Error> {
        match (pax, gnu) {
            (Some(pax), Some(gnu)) => Err(Error::new(Fault::TarHeadersDisagree {
                path: String::from_utf8_lossy(own).into_owned(),
                field,
                first: String::from_utf8_lossy(pax).into_owned(),
                second: String::from_utf8_lossy(gnu).into_owned(),
            })),
            (Some(value), None) | (None, Some(value)) => Ok(value.to_vec()),
            (None, None) => Ok(own.to_vec()),
        }
    }

    /// A path without one leading `./`, and for directories without the last `/`.
    fn path(&self, name: &[u8], is_directory: bool) -> Result<EntryPath, Error> {
        let name = name.strip_prefix(b"./").unwrap_or(name);
        let name = if is_directory { name.strip_suffix(b"/").unwrap_or(name) } else { name };
        EntryPath::parse(name, &self.limits)
    }

    fn read_extension(&mut self, input: &mut dyn Input, block: &Block) -> Result<Vec<u8>, Error> {
        let size = block.size().map_err(|reason| self.malformed(reason))?;
        if size > MAX_EXTENSION_BYTES {
            return Err(Error::new(Fault::LimitExceeded {
                limit: "tarExtensionBytes",
                max: MAX_EXTENSION_BYTES,
            }));
        }
        self.content_left = size;
        self.padding_left = size.wrapping_neg() & (BLOCK - 1);
        let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            filled = filled.saturating_add(self.read(input, rest)?);
        }
        Ok(bytes)
    }

    /// A GNU long name: NUL-terminated, with no NUL within.
    fn read_long_name(&mut self, input: &mut dyn Input, block: &Block) -> Result<Vec<u8>, Error> {
        let bytes = self.read_extension(input, block)?;
        let name = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
        if name.is_empty() || name.contains(&0) {
            return Err(self.malformed("a long name is empty or has a NUL within"));
        }
        Ok(name.to_vec())
    }

    fn set_once<T>(&self, place: &mut Option<T>, value: T) -> Result<(), Error> {
        match place.replace(value) {
            None => Ok(()),
            Some(_) => Err(self.malformed("an entry has two extension headers of one kind")),
        }
    }

    /// Reads past the rest of the current entry and its padding.
    fn skip(&mut self, input: &mut dyn Input) -> Result<(), Error> {
        let mut sink = [0; 4_096];
        while self.read(input, &mut sink)? > 0 {}
        self.content_left = std::mem::take(&mut self.padding_left);
        while self.read(input, &mut sink)? > 0 {}
        Ok(())
    }

    /// The next block, or `None` where the input ends before it.
    fn read_block(&mut self, input: &mut dyn Input) -> Result<Option<Block>, Error> {
        let mut bytes = [0; 512];
        let mut filled = 0_usize;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match input.read(rest)? {
                0 if filled == 0 => return Ok(None),
                0 => return Err(self.truncated("a header is cut off")),
                length => {
                    filled = filled.saturating_add(length);
                    self.advance(length);
                }
            }
        }
        Ok(Some(Block::new(bytes)))
    }

    /// POSIX: two blocks of zeros end the archive. Tools pad with more of them;
    /// anything else would be read by those that go on.
    fn check_end(&mut self, input: &mut dyn Input) -> Result<(), Error> {
        match self.read_block(input)? {
            None => return Err(self.truncated("the second end-of-archive block is missing")),
            Some(block) if !block.is_zero() => {
                return Err(self.malformed("a single block of zeros stands between entries"));
            }
            Some(_) => {}
        }
        let mut buffer = [0; 4_096];
        let padding_end = self.offset.saturating_add(MAX_PADDING_BYTES);
        loop {
            let length = input.read(&mut buffer)?;
            if length == 0 {
                return Ok(());
            }
            let is_zero = buffer.get(..length).unwrap_or_default().iter().all(|byte| *byte == 0);
            if !is_zero || self.offset >= padding_end {
                return Err(Error::new(Fault::TarTrailingData {
                    member: self.member.clone(),
                    offset: self.offset,
                }));
            }
            self.advance(length);
        }
    }

    fn advance(&mut self, length: usize) {
        self.offset = self.offset.saturating_add(u64::try_from(length).unwrap_or(0));
    }

    fn malformed(&self, reason: &str) -> Error {
        Error::new(Fault::TarMalformed {
            member: self.member.clone(),
            offset: self.offset,
            reason: reason.to_owned(),
        })
    }

    fn truncated(&self, reason: &'static str) -> Error {
        Error::new(Fault::TarTruncated { member: self.member.clone(), offset: self.offset, reason })
    }
}

//! The targets that a role lists itself.

use std::borrow::Cow;

use crate::digest::{Sha256Digest, Sha512Digest};
use crate::error::{Error, Fault};
use crate::json::{CanonicalForm, MAX_SAFE_INTEGER, Reader, Value};
use crate::limits::Limits;
use crate::order::order;
use crate::tuf::Hashes;

/// What a role says of a target (TUF 4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFile {
    /// In bytes.
    pub length: u64,
    /// Of its bytes.
    pub hashes: Hashes,
    /// `custom` as JSON text, where it is there. What it means is nobody's business here.
    pub custom: Option<String>,
}

/// `targets` in canonical form, and where in it each entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listing {
    text: String,
    /// Where the path of each entry begins, in the order of the paths.
    starts: Vec<u32>,
    malformed: Option<String>,
}

/// What messages call the text, which was read once before.
const DOCUMENT: &str = "targets";

impl Listing {
    /// Reads `targets`, an object in a canonical text, and looks at each of its entries.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `targets`.
    pub(super) fn read(reader: &mut Reader<'_>, limits: &Limits) -> Result<Self, Error> {
        let (mut starts, mut malformed, max) = (Vec::new(), None, limits.targets);
        let (first, text) = (reader.offset(), reader.rest());
        reader.members(&mut |reader, start, path| {
            if u64::try_from(starts.len()).is_ok_and(|count| count >= max) {
                return Err(Error::new(Fault::LimitExceeded { limit: "targets", max }));
            }
            starts.push(u32::try_from(start.saturating_sub(first)).unwrap_or(u32::MAX));
            if !is_entry(reader)? && malformed.is_none() {
                malformed = Some(path.into_owned());
            }
            Ok(())
        })?;
        let length = reader.offset().saturating_sub(first);
        let text = text.get(..length).unwrap_or_default().to_owned();
        Ok(Self { text, starts, malformed })
    }

    /// The first target whose entry is malformed.
    pub(super) fn malformed(&self) -> Option<&str> {
        self.malformed.as_deref()
    }

    pub(super) const fn len(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.starts.iter().map(|start| self.entry(*start).0)
    }

    /// What is said of a path, or why it can't be read.
    pub(super) fn find(&self, path: &str) -> Option<Result<TargetFile, &'static str>> {
        let is_before = |start: &u32| order(&self.entry(*start).0, path).is_lt();
        let start = *self.starts.get(self.starts.partition_point(is_before))?;
        let (found, mut reader) = self.entry(start);
        (found == path).then(|| {
            let entry = reader.value().ok();
            entry.as_ref().and_then(entry_of).ok_or("a target's entry is malformed")
        })
    }

    /// The path that begins there, and a reader of its entry.
    fn entry(&self, start: u32) -> (Cow<'_, str>, Reader<'_>) {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let text = self.text.get(start..).unwrap_or_default();
        let mut reader = Reader::of_canonical(text, DOCUMENT);
        let path = reader.name().unwrap_or_default();
        (path, reader)
    }
}

/// Reads a value and says whether it is an entry.
fn is_entry(reader: &mut Reader<'_>) -> Result<bool, Error> {
    let (mut has_length, mut has_hashes, mut is_sound) = (false, false, true);
    if !reader.is_object() {
        reader.skip()?;
        return Ok(false);
    }
    reader.members(&mut |reader, _, name| {
        match &*name {
            "length" => {
                has_length = true;
                is_sound &= reader.raw()?.parse().is_ok_and(is_length);
            }
            "hashes" if reader.is_object() => reader.members(&mut |reader, _, algorithm| {
                has_hashes = true;
                is_sound &= is_hash(&algorithm, reader.raw()?);
                Ok(())
            })?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(is_sound && has_length && has_hashes)
}

/// As much as every reader of JSON has exactly.
fn is_length(length: u64) -> bool {
    length <= MAX_SAFE_INTEGER
}

/// Whether the text is a string, and if the algorithm is known, a hash of its length.
fn is_hash(algorithm: &str, text: &str) -> bool {
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    text.is_some_and(|text| match algorithm {
        "sha256" => Sha256Digest::parse(text).is_ok(),
        "sha512" => Sha512Digest::parse(text).is_ok(),
        _ => true,
    })
}

fn entry_of(entry: &Value) -> Option<TargetFile> {
    let members = entry.as_object()?;
    let length = members.get("length").and_then(Value::as_u64).filter(|length| is_length(*length));
    // nlohmann's form is plain JSON; what it can't write is in no canonical text.
    let custom = |value| String::from_utf8(CanonicalForm::MambaCompact.write(value)?).ok();
    Some(TargetFile {
        length: length?,
        hashes: Hashes::parse(members.get("hashes")?)?,
        custom: members.get("custom").and_then(custom),
    })
}

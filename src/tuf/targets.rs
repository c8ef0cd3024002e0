//! Targets as data: which files there are, and to whom others are delegated (TUF 4.5).
//!
//! A file may have a million targets: no tree is built of them. Their canonical text is
//! kept, which has them in order, and an entry is read when it is asked for.

mod listing;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use self::listing::TargetFile;

use self::listing::Listing;
use super::delegations::{DelegatedRole, Delegations, check_length};
use super::keys::Keys;
use super::metadata::{Metadata, Unverified};
use super::signatures::Signatures;
use crate::envelope::Envelope;
use crate::error::{Document, Error, Fault};
use crate::json::{Reader, Value};
use crate::limits::{Budget, Limits};

/// What a role of targets says, `targets` itself or a delegated one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    metadata: Metadata,
    listing: Listing,
    delegations: Option<Delegations>,
}

impl Targets {
    /// Reads a targets file. `file` is its path, for messages.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `targetsBytes`, `targets`, `jsonDepth`, `keys`,
    /// `delegatedRoles`, `pathBytes` of a pattern, and for `roleBytes`, which bounds the
    /// signatures, the keys and each delegation;
    /// [`Fault::JsonInvalid`], also where it has a number that is no integer of 64 bits;
    /// [`Fault::RoleMalformed`]; [`Fault::RoleTypeMismatch`];
    /// [`Fault::RoleSpecUnsupported`].
    pub fn parse(file: &str, bytes: &[u8], limits: &Limits) -> Result<Unverified<Self>, Error> {
        // Offsets are kept as `u32`.
        Budget::new("targetsBytes", limits.targets_bytes.min(u32::MAX.into()))
            .spend(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        let document = Document::new("targets", file);
        let refuse = |reason: &str| {
            let (document, reason) = (document.clone(), reason.to_owned());
            Error::new(Fault::RoleMalformed { document, reason })
        };
        let (signed, signatures) = envelope(file, bytes, &refuse, limits)?;
        let members = Members::read(&signed, file, limits)?;
        let envelope = Envelope::of_parts(document.clone(), members.scalars, signatures);
        let metadata = Metadata::read("targets", &envelope)?;
        let listing = members.targets.ok_or_else(|| refuse("targets is missing or no object"))?;
        if let Some(path) = listing.malformed() {
            let what = "has no length, no hashes, or one that is malformed";
            return Err(refuse(&format!("the target {path} {what}")));
        }
        let read = |text| Delegations::read(text, &refuse, limits);
        let delegations = members.delegations.map(read).transpose()?;
        let signatures = Signatures::parse(envelope.signatures(), &refuse, limits)?;
        let content = Self { metadata, listing, delegations };
        Ok(Unverified::new(content, document, vec![signed.into_bytes()], signatures))
    }

    /// What it says of itself.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What it says of a target itself.
    ///
    /// # Errors
    /// [`Fault::RoleMalformed`]: never, since entries were read before.
    pub fn find(&self, path: &str) -> Result<Option<TargetFile>, Error> {
        self.listing.find(path).transpose().map_err(|reason| self.malformed(reason))
    }

    /// The roles that it delegates that path to, the first asked first.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`] for `patternSteps`.
    pub fn delegated(&self, path: &str) -> Result<Vec<DelegatedRole<'_>>, Error> {
        self.delegations.as_ref().map_or_else(|| Ok(Vec::new()), |it| it.of_path(path))
    }

    /// Who has to sign a role that it delegates to, by the name that [`Self::delegated`]
    /// gives.
    ///
    /// # Errors
    /// [`Fault::RoleMalformed`] where it delegates to none of that name.
    pub fn keys_of(&self, name: &str) -> Result<Keys, Error> {
        let found = self.delegations.as_ref().and_then(|it| it.keys_of(name));
        found.ok_or_else(|| self.malformed("it does not delegate to that role"))
    }

    /// How many targets it lists itself.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.listing.len()
    }

    /// Whether it lists none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The paths of the targets that it lists itself, in their order.
    pub fn paths(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.listing.paths()
    }

    fn malformed(&self, reason: &str) -> Error {
        let (document, reason) = (self.metadata.document.clone(), reason.to_owned());
        Error::new(Fault::RoleMalformed { document, reason })
    }
}

/// Reads the canonical text of `signed`, and `signatures`.
pub(super) fn envelope(
    file: &str,
    bytes: &[u8],
    refuse: &dyn Fn(&str) -> Error,
    limits: &Limits,
) -> Result<(String, Value), Error> {
    let mut reader = Reader::new(bytes, file, limits)?;
    if !reader.is_object() {
        reader.skip()?;
        reader.end()?;
        return Err(refuse("it is no object"));
    }
    let (mut signed, mut signatures) = (None, None);
    reader.object(&mut |reader, name| {
        match name {
            "signed" => signed = Some(reader.canonical()?),
            "signatures" => signatures = Some(reader.raw()?),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    reader.end()?;
    let (Some(signed), Some(signatures)) = (signed, signatures) else {
        return Err(refuse("it has not both signed and signatures"));
    };
    if !signed.starts_with('{') {
        return Err(refuse("signed is no object"));
    }
    check_length(signatures, limits)?;
    Ok((signed, Value::parse(signatures.as_bytes(), file, limits)?))
}

/// The members of `signed` that are of interest.
struct Members<'a> {
    /// Those that every role has.
    scalars: BTreeMap<String, Value>,
    targets: Option<Listing>,
    /// Canonical text.
    delegations: Option<&'a str>,
}

impl<'a> Members<'a> {
    fn read(signed: &'a str, file: &'a str, limits: &Limits) -> Result<Self, Error> {
        let mut members = Self { scalars: BTreeMap::new(), targets: None, delegations: None };
        Reader::of_canonical(signed, file).object(&mut |reader, name| {
            match name {
                "targets" if reader.is_object() => {
                    members.targets = Some(Listing::read(reader, limits)?);
                }
                "delegations" => members.delegations = Some(reader.raw()?),
                "_type" | "spec_version" | "version" | "expires" => {
                    members.scalars.insert(name.to_owned(), reader.scalar()?);
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(members)
    }
}

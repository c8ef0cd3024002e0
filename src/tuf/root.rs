//! A TUF-shaped root as data, and what makes it the successor of another one.

use super::keys::{KeyRing, Keys};
use super::metadata::Metadata;
use super::signatures::Signatures;
use crate::crypto::{KeySet, Signers};
use crate::envelope::Envelope;
use crate::error::{Document, Error, Fault};
use crate::json::{CanonicalForm, Value};
use crate::limits::Limits;
use crate::time::Time;

/// The roles that a root has to define.
const REQUIRED: [&str; 4] = ["root", "snapshot", "targets", "timestamp"];

/// The role that it may define.
const OPTIONAL: &str = "mirrors";

/// A well-formed root whose signatures are not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    metadata: Metadata,
    has_consistent_snapshots: bool,
    is_in_mambas_spelling: bool,
    keys: KeyRing,
    roles: Vec<(String, Keys)>,
    /// The forms of `signed` that a signature may be over.
    signed: Vec<Vec<u8>>,
    signatures: Signatures,
}

impl Root {
    /// Reads a root. `file` is its path below the channel, for messages; `limits`
    /// bound its length and its nesting. A signature may be over any of `forms`:
    /// TUF's own is [`CanonicalForm::Olpc`], mamba's is
    /// [`CanonicalForm::MambaCompact`]. No bytes are both forms of two values.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`]; [`Fault::LimitExceeded`];
    /// [`Fault::RoleMalformed`] where a member is missing, has another type or is
    /// out of range, or where two signatures have one key id; [`Fault::RoleTypeMismatch`]; [`Fault::RoleSpecUnsupported`].
    pub fn parse(
        file: &str,
        bytes: &[u8],
        forms: &[CanonicalForm],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let envelope = Envelope::parse("root", file, bytes, limits)?;
        let refuse = |reason: &str| envelope.refuse(reason);
        let metadata = Metadata::read("root", &envelope)?;
        let keys = KeyRing::parse(envelope.member("keys"), &refuse, limits)?;
        Ok(Self {
            metadata,
            has_consistent_snapshots: match envelope.member("consistent_snapshot") {
                None => false,
                Some(Value::Bool(flag)) => *flag,
                Some(_) => return Err(refuse("consistent_snapshot is neither true nor false")),
            },
            is_in_mambas_spelling: envelope.member("keys").and_then(Value::as_object).is_some_and(
                |keys| {
                    let keyval = |key: &Value| key.as_object()?.get("keyval")?.as_str().map(drop);
                    keys.values().any(|key| keyval(key).is_some())
                },
            ),
            roles: roles(envelope.member("roles"), &keys, &refuse, limits)?,
            keys,
            signed: forms_of(&envelope, forms)?,
            signatures: Signatures::parse(envelope.signatures(), &refuse, limits)?,
        })
    }

    /// Its version, from 1.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.metadata.version
    }

    /// From when on it does not count any more.
    #[must_use]
    pub const fn expires(&self) -> Time {
        self.metadata.expires
    }

    /// `spec_version`, one of 1.
    #[must_use]
    pub fn spec_version(&self) -> &str {
        &self.metadata.spec_version
    }

    /// Whether the names of other files begin with their versions, and those of targets
    /// with their hashes (TUF 6.2).
    #[must_use]
    pub const fn has_consistent_snapshots(&self) -> bool {
        self.has_consistent_snapshots
    }

    /// Whether a key's `keyval` is a text: so mamba writes it, TUF an object.
    #[must_use]
    pub const fn is_in_mambas_spelling(&self) -> bool {
        self.is_in_mambas_spelling
    }

    /// Who may sign for `root`, `snapshot`, `targets`, `timestamp`, or `mirrors` where
    /// it is there.
    #[must_use]
    pub fn role_keys(&self, name: &str) -> Option<&Keys> {
        let found = self.roles.iter().find(|(role, _)| role == name);
        found.map(|(_, keys)| keys)
    }

    /// The file, for messages.
    #[must_use]
    pub fn document(&self) -> Document {
        self.metadata.document.clone()
    }

    /// Whether enough of a role's keys have signed the file, named by that role's ids
    /// (TUF 4.2.1). `signers` says in messages whose keys these are.
    ///
    /// # Errors
    /// As [`Tally::into_result`](crate::Tally::into_result).
    pub fn verify_by(&self, keys: &Keys, signers: &'static str) -> Result<(), Error> {
        self.signatures.verify(&self.signed, keys, || self.document(), signers)
    }

    /// Whether enough of the keys that have no ids of their own have signed the
    /// file, as those of a 0.6 root. A key id is one of this root's, or the key
    /// itself in hex.
    ///
    /// # Errors
    /// As [`Root::verify_by`].
    pub fn verify_by_keys(
        &self,
        keys: &KeySet,
        threshold: u64,
        signers: &'static str,
    ) -> Result<(), Error> {
        let ids = |keyid: &str| self.keys.find(keyid).cloned();
        let keys = (keys, threshold);
        self.signatures.verify_by_keys(&self.signed, keys, &ids, || self.document(), signers)
    }

    /// Which of a role's keys have signed the file, each of them: a report, which decides
    /// nothing.
    #[must_use]
    pub fn signers(&self, keys: &Keys) -> Signers {
        self.signatures.signers(&self.signed, keys)
    }

    /// The same for keys that have no ids of their own, as [`Root::verify_by_keys`].
    #[must_use]
    pub fn signers_by_keys(&self, keys: &KeySet, threshold: u64) -> Signers {
        let ids = |keyid: &str| self.keys.find(keyid).cloned();
        self.signatures.signers_by_keys(&self.signed, (keys, threshold), &ids)
    }

    /// Whether enough of its own keys have signed it.
    ///
    /// # Errors
    /// As [`Root::verify_by`].
    pub fn verify_self(&self) -> Result<(), Error> {
        self.verify_by(self.own_keys()?, "its own keys")
    }

    /// Whether it is the root after `trusted`, by the keys of both (TUF 5.3.4 and
    /// 5.3.5).
    ///
    /// # Errors
    /// [`Fault::RoleRollback`]; [`Fault::RoleVersionSkipped`]; as
    /// [`Root::verify_by`].
    pub fn verify_after(&self, trusted: &Self) -> Result<(), Error> {
        self.check_version_after(trusted.version())?;
        self.verify_by(trusted.own_keys()?, "the trusted root's keys")?;
        self.verify_self()
    }

    /// Whether it is the root after one of content trust 0.6, whose version, keys
    /// and threshold these are. There is no way back.
    ///
    /// # Errors
    /// As [`Root::verify_after`].
    pub fn verify_upgrade(&self, trusted: u64, keys: &KeySet, threshold: u64) -> Result<(), Error> {
        self.check_version_after(trusted)?;
        self.verify_by_keys(keys, threshold, "the trusted root's keys")?;
        self.verify_self()
    }

    /// Refuses a root that has expired by `now`.
    ///
    /// # Errors
    /// [`Fault::Expired`].
    pub fn check_fresh(&self, now: Time) -> Result<(), Error> {
        self.metadata.check_fresh(now)
    }

    /// The version is asked for before the signatures: a replayed old root is told
    /// as one, whoever signed it.
    fn check_version_after(&self, trusted: u64) -> Result<(), Error> {
        let (document, offered) = (self.document(), self.version());
        if offered <= trusted {
            return Err(Error::new(Fault::RoleRollback { document, trusted, offered }));
        }
        if offered > trusted.saturating_add(1) {
            return Err(Error::new(Fault::RoleVersionSkipped { document, trusted, offered }));
        }
        Ok(())
    }

    fn own_keys(&self) -> Result<&Keys, Error> {
        self.role_keys("root").ok_or_else(|| {
            Error::new(Fault::RoleMalformed {
                document: self.document(),
                reason: "it does not define the role root".to_owned(),
            })
        })
    }
}

/// The bytes that signatures over a file may be over. What none of the forms can write,
/// nobody has signed.
pub(super) fn forms_of(
    envelope: &Envelope,
    forms: &[CanonicalForm],
) -> Result<Vec<Vec<u8>>, Error> {
    let signed = envelope.signed();
    let mut written: Vec<_> = forms.iter().filter_map(|form| form.write(signed)).collect();
    if written.is_empty() {
        return Err(envelope.refuse("it has a number that is no whole one"));
    }
    // Most documents are the same in both: no signature has to fail twice.
    written.dedup();
    Ok(written)
}

/// `roles`: exactly those that are required, and maybe mirrors.
fn roles(
    value: Option<&Value>,
    ring: &KeyRing,
    refuse: &dyn Fn(&str) -> Error,
    limits: &Limits,
) -> Result<Vec<(String, Keys)>, Error> {
    let given = value.and_then(Value::as_object).ok_or_else(|| refuse("roles is no object"))?;
    if let Some(missing) = REQUIRED.iter().find(|name| !given.contains_key(**name)) {
        return Err(refuse(&format!("the role {missing} is missing")));
    }
    let role = |(name, entry): (&String, &Value)| {
        if name != OPTIONAL && !REQUIRED.contains(&name.as_str()) {
            return Err(refuse(&format!("there is no role {name}")));
        }
        let member = |name| entry.as_object()?.get(name);
        let (keyids, threshold) = (member("keyids"), member("threshold"));
        let keys = Keys::parse(name, keyids, threshold, ring, refuse, limits)?;
        Ok((name.clone(), keys))
    };
    given.iter().map(role).collect()
}

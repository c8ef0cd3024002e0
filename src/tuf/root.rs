//! A TUF-shaped root as data, and what makes it the successor of another one.

use super::keys::{KeyRing, Keys};
use super::signatures::Signatures;
use crate::crypto::KeySet;
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
    file: String,
    spec_version: String,
    version: u64,
    expires: Time,
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
        let document = || envelope.document().clone();
        let refuse = |reason: &str| envelope.refuse(reason);
        let actual = envelope.text("_type")?;
        if actual != "root" {
            return Err(Error::new(Fault::RoleTypeMismatch {
                document: document(),
                actual: actual.to_owned(),
            }));
        }
        let spec_version = envelope.text("spec_version")?.to_owned();
        if !is_known(&spec_version) {
            return Err(Error::new(Fault::RoleSpecUnsupported {
                document: document(),
                actual: spec_version,
            }));
        }
        let keys = KeyRing::parse(envelope.member("keys"), &refuse)?;
        Ok(Self {
            file: file.to_owned(),
            spec_version,
            version: envelope.version()?,
            expires: envelope.time("expires")?,
            roles: roles(envelope.member("roles"), &keys, &refuse)?,
            keys,
            signed: forms.iter().filter_map(|form| form.write(envelope.signed())).collect(),
            signatures: Signatures::parse(envelope.signatures(), &refuse)?,
        })
    }

    /// Its version, from 1.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// From when on it does not count any more.
    #[must_use]
    pub const fn expires(&self) -> Time {
        self.expires
    }

    /// `spec_version`, one of 1.
    #[must_use]
    pub fn spec_version(&self) -> &str {
        &self.spec_version
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
        Document::new("root", self.file.as_str())
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
        self.check_version_after(trusted.version)?;
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
        if self.expires.has_passed(now) {
            return Err(Error::new(Fault::Expired {
                document: self.document(),
                expiration: self.expires.to_string(),
                now: now.to_string(),
            }));
        }
        Ok(())
    }

    /// The version is asked for before the signatures: a replayed old root is told
    /// as one, whoever signed it.
    fn check_version_after(&self, trusted: u64) -> Result<(), Error> {
        let (document, offered) = (self.document(), self.version);
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

/// Whether a version of the specification is 1.x or 1.x.y, in digits.
fn is_known(version: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.strip_prefix("1.").is_some_and(|rest| match rest.split_once('.') {
        Some((minor, patch)) => is_number(minor) && is_number(patch),
        None => is_number(rest),
    })
}

/// `roles`: exactly those that are required, and maybe mirrors.
fn roles(
    value: Option<&Value>,
    ring: &KeyRing,
    refuse: &dyn Fn(&str) -> Error,
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
        let keys = Keys::parse(name, member("keyids"), member("threshold"), ring, refuse)?;
        Ok((name.clone(), keys))
    };
    given.iter().map(role).collect()
}

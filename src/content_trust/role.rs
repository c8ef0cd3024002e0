//! A role file as data, held to what both conda-content-trust and mamba demand.

use std::collections::BTreeMap;

use crate::crypto::{KeySet, Offer, PublicKey, Signature, Signers, verify_threshold};
use crate::envelope::{Envelope, positive};
use crate::error::{Document, Error, Fault};
use crate::json::{CanonicalForm, Value};
use crate::limits::Limits;
use crate::time::Time;

/// The roles of content trust that have a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleKind {
    /// Whose keys the caller pins.
    Root,
    /// Who names the keys of `pkg_mgr`.
    KeyMgr,
    /// Who signs records.
    PkgMgr,
}

impl RoleKind {
    /// The name in `type` and in delegations.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::KeyMgr => "key_mgr",
            Self::PkgMgr => "pkg_mgr",
        }
    }

    /// The roles that it delegates to, no more and no fewer.
    const fn delegates_to(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["key_mgr", "root"],
            Self::KeyMgr => &["pkg_mgr"],
            Self::PkgMgr => &[],
        }
    }
}

/// Who may sign for a role, and how many of them it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The keys, different by their bytes.
    pub keys: KeySet,
    /// How many of them have to sign, at most as many as there are.
    pub threshold: u64,
}

/// Which signatures a caller takes, where the tools differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureRules {
    /// Whether signatures over mamba's form of a document count, beside those over
    /// conda-content-trust's (content trust 7, rule 11: by default they do).
    pub mamba_form: bool,
    /// Whether a root may be signed raw. conda-content-trust takes nothing but
    /// OpenPGP there (rule 12: by default it may).
    pub raw_root_signatures: bool,
}

impl Default for SignatureRules {
    fn default() -> Self {
        Self { mamba_form: true, raw_root_signatures: true }
    }
}

impl SignatureRules {
    /// The byte strings that all mean `signed`: texts of one value, so that a
    /// signature over either means it.
    pub(super) fn forms(self, signed: &Value) -> Vec<Vec<u8>> {
        let forms = [Some(CanonicalForm::Python), self.mamba_form.then_some(CanonicalForm::Mamba)];
        let mut forms: Vec<_> =
            forms.into_iter().flatten().filter_map(|form| form.write(signed)).collect();
        // Most documents are the same in both: no signature has to fail twice.
        forms.dedup();
        forms
    }
}

/// A well-formed role file whose signatures are not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Which role it is.
    pub kind: RoleKind,
    /// Its path below the channel, for messages.
    pub file: String,
    /// `metadata_spec_version`, one of 0.6.
    pub spec_version: String,
    /// Its version, from 1.
    pub version: u64,
    /// When it was made.
    pub timestamp: Time,
    /// From when on it does not count any more.
    pub expiration: Time,
    delegations: Vec<(String, Delegation)>,
    /// The forms of `signed` that a signature may be over.
    signed: Vec<Vec<u8>>,
    signatures: Vec<(String, Option<Signature>)>,
}

impl Role {
    /// Reads a role file. `file` is its path below the channel, for messages;
    /// `rules` say which signatures count, `limits` bound its length and nesting.
    ///
    /// # Errors
    /// [`Fault::JsonInvalid`]; [`Fault::LimitExceeded`];
    /// [`Fault::RoleMalformed`] where a member is missing, has another type or is
    /// out of range; [`Fault::RoleTypeMismatch`]; [`Fault::RoleSpecUnsupported`].
    pub fn parse(
        kind: RoleKind,
        file: &str,
        bytes: &[u8],
        rules: SignatureRules,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let envelope = Envelope::parse(kind.as_str(), file, bytes, limits)?;
        envelope.check_members()?;
        let document = || envelope.document().clone();
        let refuse = |reason: &str| envelope.refuse(reason);
        let actual = envelope.text("type")?;
        if actual != kind.as_str() {
            return Err(Error::new(Fault::RoleTypeMismatch {
                document: document(),
                actual: actual.to_owned(),
            }));
        }
        let spec_version = envelope.text("metadata_spec_version")?.to_owned();
        let patch = spec_version.strip_prefix("0.6.").unwrap_or_default();
        if patch.is_empty() || !patch.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::new(Fault::RoleSpecUnsupported {
                document: document(),
                actual: spec_version,
            }));
        }
        Ok(Self {
            kind,
            file: file.to_owned(),
            spec_version,
            version: envelope.version()?,
            timestamp: envelope.time("timestamp")?,
            expiration: envelope.time("expiration")?,
            delegations: delegations(kind, envelope.member("delegations"), &refuse)?,
            signed: rules.forms(envelope.signed()),
            signatures: envelope
                .signatures()
                .as_object()
                .ok_or_else(|| refuse("signatures is no object"))?
                .iter()
                .map(|(key, entry)| (key.clone(), signature(entry)))
                .map(|(key, entry)| (key, entry.filter(|entry| takes(kind, entry, rules))))
                .collect(),
        })
    }

    /// Who may sign for a role that this one delegates to.
    #[must_use]
    pub fn delegation(&self, kind: RoleKind) -> Option<&Delegation> {
        let found = self.delegations.iter().find(|(name, _)| name == kind.as_str());
        found.map(|(_, delegation)| delegation)
    }

    /// The file, for messages.
    #[must_use]
    pub fn document(&self) -> Document {
        Document::new(self.kind.as_str(), self.file.as_str())
    }

    /// Whether enough of those who may have signed the file. `signers` says in
    /// messages whose keys these are.
    ///
    /// # Errors
    /// [`Fault::ThresholdNotMet`]; [`Fault::SignatureEncoding`] where entries are
    /// malformed that could have made up for it.
    pub fn verify_by(&self, delegation: &Delegation, signers: &'static str) -> Result<(), Error> {
        verify_threshold(delegation.threshold, &self.signed, &mut self.offers(delegation))
            .into_result(|| self.document(), signers)
    }

    /// Which of those who may have signed the file, each of them: a report, which decides
    /// nothing.
    #[must_use]
    pub fn signers(&self, delegation: &Delegation) -> Signers {
        let keys = &mut delegation.keys.named();
        Signers::look(delegation.threshold, keys, &self.signed, &mut self.offers(delegation))
    }

    fn offers(&self, delegation: &Delegation) -> impl Iterator<Item = Offer<'_>> {
        // Here a key is its own key id.
        self.signatures.iter().map(|(keyid, signature)| Offer {
            keyid,
            key: delegation.keys.find(keyid).map(|key| Ok((*key).into())),
            signature: signature.clone(),
        })
    }

    /// Refuses a role that has expired by `now`.
    ///
    /// # Errors
    /// [`Fault::Expired`].
    pub fn check_fresh(&self, now: Time) -> Result<(), Error> {
        if self.expiration.has_passed(now) {
            return Err(Error::new(Fault::Expired {
                document: self.document(),
                expiration: self.expiration.to_string(),
                now: now.to_string(),
            }));
        }
        Ok(())
    }
}

fn takes(kind: RoleKind, signature: &Signature, rules: SignatureRules) -> bool {
    kind != RoleKind::Root || rules.raw_root_signatures || signature.is_openpgp()
}

/// Content trust 1.2: exactly the roles that this kind delegates to, each with
/// exactly `pubkeys` and `threshold`.
fn delegations(
    kind: RoleKind,
    value: Option<&Value>,
    refuse: &dyn Fn(&str) -> Error,
) -> Result<Vec<(String, Delegation)>, Error> {
    let given =
        value.and_then(Value::as_object).ok_or_else(|| refuse("delegations is no object"))?;
    if !given.keys().eq(kind.delegates_to()) {
        return Err(refuse(&format!("its delegations are not those of {}", kind.as_str())));
    }
    let mut delegations = Vec::new();
    for (name, entry) in given {
        let members = entry.as_object();
        let (Some(2), Some(pubkeys), Some(threshold)) = (
            members.map(BTreeMap::len),
            members.and_then(|members| members.get("pubkeys")?.as_array()),
            members.and_then(|members| positive(members.get("threshold")?)),
        ) else {
            return Err(refuse(&format!("the delegation {name} is malformed")));
        };
        let mut keys = KeySet::new();
        for key in pubkeys {
            let key = key.as_str().and_then(PublicKey::parse).ok_or_else(|| {
                refuse(&format!("a key of {name} is no safe Ed25519 key in lower-case hex"))
            })?;
            if !keys.insert(key) {
                return Err(refuse(&format!("{name} has a key twice")));
            }
        }
        if u64::try_from(keys.len()).is_ok_and(|length| length < threshold) {
            return Err(refuse(&format!("{name} has fewer keys than its threshold")));
        }
        delegations.push((name.clone(), Delegation { keys, threshold }));
    }
    Ok(delegations)
}

/// Content trust 1.1: `signature`, and for OpenPGP `other_headers` and an optional
/// `see_also`, which is for people.
pub(super) fn signature(entry: &Value) -> Option<Signature> {
    let members = entry.as_object()?;
    let known = ["other_headers", "see_also", "signature"];
    if !members.keys().all(|name| known.contains(&name.as_str())) {
        return None;
    }
    let headers = match (members.get("other_headers"), members.get("see_also")) {
        (None, None) => None,
        (Some(headers), None) => Some(headers.as_str()?),
        (Some(headers), Some(fingerprint)) if is_fingerprint(fingerprint) => {
            Some(headers.as_str()?)
        }
        _ => return None,
    };
    Signature::parse(members.get("signature")?.as_str()?, headers)
}

/// An OpenPGP fingerprint: 40 hex digits in lower case.
fn is_fingerprint(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

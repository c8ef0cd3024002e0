//! The signatures of a role file (TUF 4.2.1).

use super::keys::{Keys, Slot, check_count};
use crate::by_name::Names;
use crate::crypto::{KeySet, Offer, Signature, Signers, verify_threshold};
use crate::error::{Document, Error};
use crate::json::Value;
use crate::limits::Limits;

/// What a role file has in `signatures`: key ids, and the signature where it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signatures(Vec<(String, Option<Signature>)>);

impl Signatures {
    /// Reads the entries of `signatures`. A malformed one never counts and is never in
    /// the way; two of one key id are.
    ///
    /// # Errors
    /// [`Fault::LimitExceeded`](crate::Fault::LimitExceeded) for `keys`; what `refuse`
    /// makes of it where it is no array or has a key id twice.
    pub(super) fn parse(
        value: &Value,
        refuse: &dyn Fn(&str) -> Error,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let entries = value.as_array().ok_or_else(|| refuse("signatures is no array"))?;
        check_count(entries.len(), limits)?;
        let mut seen = Names::default();
        let mut offered = Vec::with_capacity(entries.len());
        for entry in entries {
            let keyid = entry.as_object().and_then(|members| members.get("keyid")?.as_str());
            // An entry without a key id is nobody's.
            if keyid.is_some_and(|keyid| !seen.insert(keyid)) {
                return Err(refuse("two signatures have one key id"));
            }
            offered.push((keyid.unwrap_or_default().to_owned(), signature(entry)));
        }
        Ok(Self(offered))
    }

    /// Whether enough of a role's keys have signed, named by that role's ids. A signature
    /// may be over any of `forms`, which all mean the document. `signers` says in messages
    /// whose keys these are.
    ///
    /// # Errors
    /// As [`Tally::into_result`](crate::Tally::into_result).
    pub(super) fn verify(
        &self,
        forms: &[Vec<u8>],
        keys: &Keys,
        document: impl FnOnce() -> Document,
        signers: &'static str,
    ) -> Result<(), Error> {
        let find = |keyid: &str| keys.find(keyid).cloned();
        self.count(forms, keys.threshold, &find, document, signers)
    }

    /// The same for keys that have no ids of their own, as those of a 0.6 root: a key id is
    /// one of `ids`, or the key itself in hex.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub(super) fn verify_by_keys(
        &self,
        forms: &[Vec<u8>],
        keys: (&KeySet, u64),
        ids: &dyn Fn(&str) -> Option<Slot>,
        document: impl FnOnce() -> Document,
        signers: &'static str,
    ) -> Result<(), Error> {
        let (keys, threshold) = keys;
        let find = |keyid: &str| find_by_key(keys, ids, keyid);
        self.count(forms, threshold, &find, document, signers)
    }

    /// Which of a role's keys have signed, each of them: a report, which decides nothing.
    pub(super) fn signers(&self, forms: &[Vec<u8>], keys: &Keys) -> Signers {
        let find = |keyid: &str| keys.find(keyid).cloned();
        let ids = &mut keys.ids.iter().cloned();
        Signers::look(keys.threshold, ids, forms, &mut self.offers(&find))
    }

    /// The same for keys that have no ids of their own.
    pub(super) fn signers_by_keys(
        &self,
        forms: &[Vec<u8>],
        keys: (&KeySet, u64),
        ids: &dyn Fn(&str) -> Option<Slot>,
    ) -> Signers {
        let (keys, threshold) = keys;
        let find = |keyid: &str| find_by_key(keys, ids, keyid);
        Signers::look(threshold, &mut keys.named(), forms, &mut self.offers(&find))
    }

    fn count(
        &self,
        forms: &[Vec<u8>],
        threshold: u64,
        find: &dyn Fn(&str) -> Option<Slot>,
        document: impl FnOnce() -> Document,
        signers: &'static str,
    ) -> Result<(), Error> {
        verify_threshold(threshold, forms, &mut self.offers(find)).into_result(document, signers)
    }

    fn offers<'s>(
        &'s self,
        find: &dyn Fn(&str) -> Option<Slot>,
    ) -> impl Iterator<Item = Offer<'s>> {
        self.0.iter().map(move |(keyid, signature)| Offer {
            keyid,
            key: find(keyid),
            signature: signature.clone(),
        })
    }
}

/// Whichever key an id leads to, only one of `keys` counts.
fn find_by_key(keys: &KeySet, ids: &dyn Fn(&str) -> Option<Slot>, keyid: &str) -> Option<Slot> {
    match ids(keyid) {
        Some(slot) => keys.iter().map(|key| Ok((*key).into())).find(|key| *key == slot),
        None => keys.find(keyid).map(|key| Ok((*key).into())),
    }
}

/// `keyid` and `sig`, and for OpenPGP `other_headers`. Further members are nobody's.
fn signature(entry: &Value) -> Option<Signature> {
    let members = entry.as_object()?;
    // Without a key id it is not the signature of one that is empty either.
    members.get("keyid")?.as_str()?;
    let headers = match members.get("other_headers") {
        Some(headers) => Some(headers.as_str()?),
        None => None,
    };
    Signature::of_any_length(members.get("sig")?.as_str()?, headers)
}

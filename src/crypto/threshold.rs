//! The one place that counts signatures (TUF 4.2.1; conda content trust).

use super::key::PublicKey;
use super::key_set::KeySet;
use super::signature::Signature;
use crate::error::{Document, Error, Fault, Shortfall};

/// How many key ids are told that may not sign.
const UNKNOWN: usize = 32;

/// A signature as a document offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer<'a> {
    /// What the document calls the key: a key id, or the key itself in hex.
    pub keyid: &'a str,
    /// The key of that name, or `None` where it is nobody's.
    pub key: Option<PublicKey>,
    /// The signature, or `None` where it is malformed.
    pub signature: Option<Signature>,
}

/// What became of the signatures of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many different keys have to have signed.
    pub needed: u64,
    /// The keys of the role that did.
    pub good: KeySet,
    /// Key ids of the role whose signature is not over these bytes.
    pub bad: Vec<String>,
    /// Key ids whose entry is malformed: never counted, never in the way.
    pub malformed: Vec<String>,
    /// Key ids that the role does not have, the first of them.
    pub unknown: Vec<String>,
    /// How many there are: anyone can add some.
    pub unknown_count: u64,
}

impl Tally {
    /// Whether enough different keys signed.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.needed > 0 && u64::try_from(self.good.len()).is_ok_and(|good| good >= self.needed)
    }

    /// What the count means for a document. `signers` says in messages whose keys
    /// had to sign.
    ///
    /// # Errors
    /// [`Fault::ThresholdNotMet`]; [`Fault::SignatureEncoding`] where entries are
    /// malformed that could have made up for it.
    pub fn into_result(
        self,
        document: impl FnOnce() -> Document,
        signers: &'static str,
    ) -> Result<(), Error> {
        if self.is_met() {
            return Ok(());
        }
        let shortfall = Box::new(Shortfall {
            signers,
            needed: self.needed,
            found: u64::try_from(self.good.len()).unwrap_or(u64::MAX),
            bad: self.bad,
            malformed: self.malformed,
            unknown: self.unknown,
            unknown_count: self.unknown_count,
        });
        let document = document();
        Err(if shortfall.malformed.is_empty() {
            Error::new(Fault::ThresholdNotMet { document, shortfall })
        } else {
            Error::new(Fault::SignatureEncoding { document, shortfall })
        })
    }
}

/// Counts the keys of a role that signed.
///
/// `forms` are the byte strings that all mean the document: a signature over any
/// of them is one. Keys count by their 32 bytes, once each, under however many
/// names they come.
#[must_use]
pub fn verify_threshold<'a>(
    role_keys: &KeySet,
    needed: u64,
    forms: &[&[u8]],
    offers: impl IntoIterator<Item = Offer<'a>>,
) -> Tally {
    let mut tally = Tally { needed, ..Tally::default() };
    for Offer { keyid, key, signature } in offers {
        let Some(key) = key.filter(|key| role_keys.contains(key)) else {
            tally.unknown_count = tally.unknown_count.saturating_add(1);
            if tally.unknown.len() < UNKNOWN {
                tally.unknown.push(keyid.to_owned());
            }
            continue;
        };
        let Some(signature) = signature else {
            tally.malformed.push(keyid.to_owned());
            continue;
        };
        if tally.good.contains(&key) {
            continue;
        }
        if forms.iter().any(|form| signature.is_by(&key, form)) {
            tally.good.insert(key);
        } else {
            tally.bad.push(keyid.to_owned());
        }
    }
    tally
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::{Offer, verify_threshold};
    use crate::crypto::{KeySet, PublicKey, Signature};
    use crate::digest::hex;

    /// Test keys: their seeds are 32 times one byte.
    fn signer(seed: u8) -> (PublicKey, SigningKey) {
        let signer = SigningKey::from_bytes(&[seed; 32]);
        (PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap(), signer)
    }

    fn offer(keyid: &'static str, seed: u8, message: &[u8]) -> Offer<'static> {
        let (key, signer) = signer(seed);
        let signature = Signature::parse(&hex(&signer.sign(message).to_bytes()), None);
        assert!(signature.is_some());
        Offer { keyid, key: Some(key), signature }
    }

    fn role(seeds: &[u8]) -> KeySet {
        seeds.iter().map(|seed| signer(*seed).0).collect()
    }

    #[test]
    fn different_keys_of_the_role_count() {
        let offers = || [offer("a", 1, b"x"), offer("b", 2, b"x"), offer("c", 9, b"x")];
        let tally = verify_threshold(&role(&[1, 2, 3]), 2, &[b"x"], offers());
        assert!(tally.is_met());
        assert_eq!(tally.unknown, ["c"]);
        assert!(!verify_threshold(&role(&[1, 2, 3]), 3, &[b"x"], offers()).is_met());
    }

    #[test]
    fn one_key_under_two_names_counts_once() {
        let offers = [offer("a", 1, b"x"), offer("alias", 1, b"x")];
        let tally = verify_threshold(&role(&[1, 2]), 2, &[b"x"], offers);
        assert_eq!((tally.good.len(), tally.is_met()), (1, false));
    }

    #[test]
    fn a_bad_signature_does_not_stop_a_good_one_of_the_same_key() {
        let offers = [offer("a", 1, b"other"), offer("a", 1, b"x")];
        let tally = verify_threshold(&role(&[1]), 1, &[b"x"], offers);
        assert!(tally.is_met());
        assert_eq!(tally.bad, ["a"]);
    }

    #[test]
    fn malformed_entries_are_named_and_never_count() {
        let mut malformed = offer("a", 1, b"x");
        malformed.signature = None;
        let tally = verify_threshold(&role(&[1, 2]), 1, &[b"x"], [malformed, offer("b", 2, b"x")]);
        assert!(tally.is_met());
        assert_eq!(tally.malformed, ["a"]);
    }

    #[test]
    fn a_signature_over_any_form_is_one() {
        let offers = [offer("a", 1, b"y")];
        assert!(verify_threshold(&role(&[1]), 1, &[b"x", b"y"], offers.clone()).is_met());
        assert!(!verify_threshold(&role(&[1]), 1, &[b"x"], offers).is_met());
    }

    #[test]
    fn no_threshold_is_never_met() {
        assert!(!verify_threshold(&role(&[1]), 0, &[b"x"], [offer("a", 1, b"x")]).is_met());
        assert!(!verify_threshold(&role(&[]), 1, &[b"x"], []).is_met());
    }
}

//! The one place that counts signatures (TUF 4.2.1; conda content trust).

use super::key::{Key, Message, Unusable};
use super::signature::Signature;
use super::signature_state::SignatureState;
use crate::error::{Document, Error, Fault, Shortfall};

/// How many key ids are told that may not sign.
const UNKNOWN: usize = 32;

/// How many signatures by keys of the role may fail before no other is verified. Real roles
/// have less than 10 keys; whoever can add so many can spoil the good ones as well.
const BAD: usize = 16;

/// How many bytes are verified at most, those of a document counted once for each
/// signature: an Ed25519 signature hashes all of it.
const BYTES: usize = 1 << 30;

/// A signature as a document offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer<'a> {
    /// What the document calls the key: a key id, or the key itself in hex.
    pub keyid: &'a str,
    /// The role's key of that name, or why it can't be used; `None` where the role has
    /// none.
    pub key: Option<Result<Key, Unusable>>,
    /// The signature, or `None` where it is malformed.
    pub signature: Option<Signature>,
}

/// What became of the signatures of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many different keys have to have signed.
    pub needed: u64,
    /// The keys of the role that did, each once: no more than are needed.
    pub good: Vec<Key>,
    /// Key ids of the role whose signature is not over these bytes.
    pub bad: Vec<String>,
    /// Key ids whose entry or whose key is malformed: never counted, never in the way.
    pub malformed: Vec<String>,
    /// Key ids of the role whose key is of a type that this build can't use.
    pub unsupported: Vec<String>,
    /// What types these are, each once: `keytype/scheme`.
    pub key_types: Vec<String>,
    /// Key ids that the role does not have, the first of them.
    pub unknown: Vec<String>,
    /// How many there are: anyone can add some.
    pub unknown_count: u64,
    /// How many well-formed signatures by keys of the role were not verified, because too
    /// many others failed or the document is too long for so many.
    pub unverified: u64,
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
    /// [`Fault::ThresholdNotMet`]; where others could have made up for it,
    /// [`Fault::KeyTypeUnsupported`] for keys that this build can't use, or else
    /// [`Fault::SignatureEncoding`] for malformed ones.
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
            unsupported: self.unsupported,
            key_types: self.key_types,
            unknown: self.unknown,
            unknown_count: self.unknown_count,
            unverified: self.unverified,
        });
        let document = document();
        Err(Error::new(if !shortfall.unsupported.is_empty() {
            Fault::KeyTypeUnsupported { document, shortfall }
        } else if !shortfall.malformed.is_empty() {
            Fault::SignatureEncoding { document, shortfall }
        } else {
            Fault::ThresholdNotMet { document, shortfall }
        }))
    }
}

/// Counts the keys of a role that signed.
///
/// `forms` are the byte strings that all mean the document: a signature over any
/// of them is one. Keys count by their material, once each, under however many
/// names they come.
///
/// Once enough have signed, none is verified any more; nor once 16 signatures failed or a
/// gibibyte was verified, which bounds the time: then the rest is counted.
#[must_use]
pub fn verify_threshold<'a>(
    needed: u64,
    forms: &[Vec<u8>],
    offers: &mut dyn Iterator<Item = Offer<'a>>,
) -> Tally {
    count(needed, forms, offers, None)
}

/// Is told the name and the key of each offer, and what became of it; no key where the role
/// has none of that name.
pub(super) type Tell<'t> = dyn FnMut(&str, Option<(&Result<Key, Unusable>, SignatureState)>) + 't;

/// The count. Where somebody is to be told of every offer, signatures are verified also once
/// enough have signed; the other bounds hold.
pub(super) fn count<'a>(
    needed: u64,
    forms: &[Vec<u8>],
    offers: &mut dyn Iterator<Item = Offer<'a>>,
    mut tell: Option<&mut Tell<'_>>,
) -> Tally {
    let mut tally = Tally { needed, ..Tally::default() };
    let forms: Vec<_> = forms.iter().map(|form| Message::new(form)).collect();
    let length = forms.iter().fold(0_usize, |sum, form| sum.saturating_add(form.bytes.len()));
    let mut left = BYTES;
    for Offer { keyid, key, signature } in offers {
        let state = match &key {
            Some(Ok(key)) => match signature.filter(|signature| key.admits(signature)) {
                None => {
                    tally.malformed.push(keyid.to_owned());
                    SignatureState::Malformed
                }
                Some(_) if tell.is_none() && (tally.is_met() || tally.good.contains(key)) => {
                    continue;
                }
                // The first is verified however long the document is.
                Some(_) if tally.bad.len() >= BAD || left < length.min(BYTES) => {
                    tally.unverified = tally.unverified.saturating_add(1);
                    SignatureState::Unverified
                }
                Some(signature) => {
                    left = left.saturating_sub(length);
                    if forms.iter().any(|form| key.signed(&signature, form)) {
                        if !tally.good.contains(key) {
                            tally.good.push(key.clone());
                        }
                        SignatureState::Signed
                    } else {
                        tally.bad.push(keyid.to_owned());
                        SignatureState::Bad
                    }
                }
            },
            Some(Err(Unusable::Unsupported(key_type))) => {
                tally.unsupported.push(keyid.to_owned());
                if !tally.key_types.contains(key_type) {
                    tally.key_types.push(key_type.clone());
                }
                SignatureState::Unsupported
            }
            Some(Err(Unusable::Invalid)) => {
                tally.malformed.push(keyid.to_owned());
                SignatureState::Malformed
            }
            None => {
                tally.unknown_count = tally.unknown_count.saturating_add(1);
                if tally.unknown.len() < UNKNOWN {
                    tally.unknown.push(keyid.to_owned());
                }
                SignatureState::Missing
            }
        };
        if let Some(tell) = &mut tell {
            tell(keyid, key.as_ref().map(|key| (key, state)));
        }
    }
    tally
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::{Offer, Tally, verify_threshold};
    use crate::crypto::{PublicKey, Signature, Unusable};
    use crate::digest::hex;
    use crate::error::{Code, Document};

    /// Test keys: their seeds are 32 times one byte.
    fn signer(seed: u8) -> (PublicKey, SigningKey) {
        let signer = SigningKey::from_bytes(&[seed; 32]);
        (PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap(), signer)
    }

    fn offer(keyid: &'static str, seed: u8, message: &[u8]) -> Offer<'static> {
        let (key, signer) = signer(seed);
        let signature = Signature::parse(&hex(&signer.sign(message).to_bytes()), None);
        assert!(signature.is_some());
        Offer { keyid, key: Some(Ok(key.into())), signature }
    }

    fn count<const N: usize>(needed: u64, forms: &[&str], offers: [Offer<'_>; N]) -> Tally {
        let forms: Vec<_> = forms.iter().map(|form| form.as_bytes().to_vec()).collect();
        verify_threshold(needed, &forms, &mut offers.into_iter())
    }

    fn code(tally: Tally) -> Option<Code> {
        let result = tally.into_result(|| Document::new("root", "root.json"), "test keys");
        result.err().map(|error| error.code())
    }

    #[test]
    fn different_keys_of_the_role_count() {
        let mut foreign = offer("c", 9, b"x");
        foreign.key = None;
        let offers = [offer("a", 1, b"x"), offer("b", 2, b"x"), foreign];
        let tally = count(2, &["x"], offers.clone());
        assert!(tally.is_met());
        assert_eq!(tally.unknown, ["c"]);
        assert!(!count(3, &["x"], offers).is_met());
    }

    #[test]
    fn one_key_under_two_names_counts_once() {
        let offers = [offer("a", 1, b"x"), offer("alias", 1, b"x")];
        let tally = count(2, &["x"], offers);
        assert_eq!((tally.good.len(), tally.is_met()), (1, false));
    }

    #[test]
    fn a_bad_signature_does_not_stop_a_good_one_of_the_same_key() {
        let tally = count(1, &["x"], [offer("a", 1, b"other"), offer("a", 1, b"x")]);
        assert!(tally.is_met());
        assert_eq!(tally.bad, ["a"]);
    }

    #[test]
    fn malformed_entries_are_named_and_never_count() {
        let mut malformed = offer("a", 1, b"x");
        malformed.signature = None;
        let mut short = offer("b", 1, b"x");
        short.signature = Signature::of_any_length("ab", None);
        let mut invalid = offer("c", 1, b"x");
        invalid.key = Some(Err(Unusable::Invalid));
        let offers = [malformed, short, invalid, offer("d", 2, b"x")];
        let tally = count(1, &["x"], offers.clone());
        assert!(tally.is_met());
        assert_eq!(tally.malformed, ["a", "b", "c"]);
        assert_eq!(code(count(2, &["x"], offers)), Some(Code::SignatureEncoding));
    }

    #[test]
    fn keys_that_are_not_supported_are_named_and_never_count() {
        let mut offers = [offer("a", 1, b"x"), offer("b", 2, b"x"), offer("c", 3, b"x")];
        for (offer, key_type) in offers.iter_mut().zip(["dsa/dsa", "dsa/dsa"]) {
            offer.key = Some(Err(Unusable::Unsupported(key_type.to_owned())));
        }
        let tally = count(1, &["x"], offers.clone());
        assert!(tally.is_met());
        assert_eq!((tally.unsupported.len(), tally.key_types.len()), (2, 1));
        assert_eq!(code(tally), None);
        assert_eq!(code(count(2, &["x"], offers)), Some(Code::KeyTypeUnsupported));
    }

    #[test]
    fn a_signature_over_any_form_is_one() {
        let offers = [offer("a", 1, b"y")];
        assert!(count(1, &["x", "y"], offers.clone()).is_met());
        let tally = count(1, &["x"], offers);
        assert!(!tally.is_met());
        assert_eq!(code(tally), Some(Code::ThresholdNotMet));
    }

    /// Whoever adds signatures that fail, or keys that sign, makes nobody hash a long
    /// document for each of them.
    #[test]
    fn many_signatures_of_a_long_document_are_not_all_verified() {
        let document = vec![0; 1 << 20];
        let (key, signer) = signer(1);
        let garbage = Signature::parse(&hex(&signer.sign(b"other").to_bytes()), None);
        let bad = Offer { keyid: "bad", key: Some(Ok(key.into())), signature: garbage };
        let offers = std::iter::repeat_n(bad.clone(), 1_000).chain([offer("a", 2, b"x")]);
        let tally = verify_threshold(1, &[document], &mut offers.into_iter());
        assert_eq!((tally.bad.len(), tally.unverified, tally.is_met()), (16, 985, false));
        let error = tally.into_result(|| Document::new("root", "root.json"), "test keys");
        assert!(error.unwrap_err().to_string().contains("; 985 more were not verified"));
        // Of 400 MiB two may be verified.
        let offers = std::iter::repeat_n(bad, 6);
        let tally = verify_threshold(1, &[vec![0; 400 << 20]], &mut offers.into_iter());
        assert_eq!((tally.bad.len(), tally.unverified), (2, 4));
        // Once there are enough, nobody asks for the others.
        let offers = [offer("a", 1, b"x"), offer("b", 2, b"x"), offer("c", 3, b"y")];
        let tally = count(1, &["x"], offers);
        assert_eq!((tally.good.len(), tally.bad.len(), tally.unverified), (1, 0, 0));
    }

    #[test]
    fn no_threshold_is_never_met() {
        assert!(!count(0, &["x"], [offer("a", 1, b"x")]).is_met());
        assert!(!count(1, &["x"], []).is_met());
    }
}

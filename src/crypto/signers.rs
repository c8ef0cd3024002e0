//! Who may sign a document, and which of them did: for whoever looks, not for what decides.

use super::key::{Key, Unusable};
use super::signature_state::SignatureState;
use super::threshold::{Offer, count};

/// A key that may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// What it is called: a key id, or the key itself in hex.
    pub keyid: String,
    /// The key, or why it can't be used.
    pub key: Result<Key, Unusable>,
    /// What became of its signature.
    pub state: SignatureState,
}

impl Signer {
    /// Of which type the key is, by the name of its scheme; `keytype/scheme` where this build
    /// can't use it, and `None` where it is malformed.
    #[must_use]
    pub fn key_type(&self) -> Option<&str> {
        match &self.key {
            Ok(key) => Some(key.scheme()),
            Err(Unusable::Unsupported(key_type)) => Some(key_type),
            Err(Unusable::Invalid) => None,
        }
    }
}

/// Those who may sign a document, and what became of their signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers {
    /// How many different keys have to sign.
    pub threshold: u64,
    /// How many did. One key counts once, under however many ids it comes.
    pub signed: u64,
    /// The keys, in the order in which they are listed.
    pub keys: Vec<Signer>,
    /// Key ids of signatures by none of them, in the order of the document.
    pub foreign: Vec<String>,
}

impl Signers {
    /// Looks at every signature that is offered, within the bounds of
    /// [`verify_threshold`](super::verify_threshold). `keys` are those who may sign, by
    /// their ids; `forms` and `offers` are as there.
    pub(crate) fn look<'a>(
        threshold: u64,
        keys: &mut dyn Iterator<Item = (String, Result<Key, Unusable>)>,
        forms: &[Vec<u8>],
        offers: &mut dyn Iterator<Item = Offer<'a>>,
    ) -> Self {
        let of_listed = |(keyid, key)| Signer { keyid, key, state: SignatureState::Missing };
        let mut keys: Vec<_> = keys.map(of_listed).collect();
        let mut foreign = Vec::new();
        let tally = count(
            threshold,
            forms,
            offers,
            Some(&mut |keyid, found| {
                let Some((key, state)) = found else {
                    // A signature without a key id is nobody's.
                    if !keyid.is_empty() {
                        foreign.push(keyid.to_owned());
                    }
                    return;
                };
                // A key may be listed under several ids, and be offered under another one yet.
                let is_of_key = |signer: &&mut Signer| signer.key == *key;
                let mut of_key = keys.iter_mut().filter(is_of_key);
                let first = of_key.next();
                let named = match first {
                    Some(signer) if signer.keyid != keyid => {
                        of_key.find(|signer| signer.keyid == keyid).or(Some(signer))
                    }
                    other => other,
                };
                if let Some(signer) = named {
                    signer.state = signer.state.max(state);
                }
            }),
        );
        let signed = u64::try_from(tally.good.len()).unwrap_or(u64::MAX);
        Self { threshold, signed, keys, foreign }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::Signers;
    use crate::crypto::{
        Key, Offer, PublicKey, Signature, SignatureState, Unusable, verify_threshold,
    };
    use crate::digest::hex;

    /// Test keys: their seeds are 32 times one byte.
    fn key(seed: u8) -> Key {
        let signer = SigningKey::from_bytes(&[seed; 32]);
        PublicKey::of_bytes(signer.verifying_key().as_bytes()).unwrap().into()
    }

    fn signature(seed: u8, message: &[u8]) -> Option<Signature> {
        Signature::parse(&hex(&SigningKey::from_bytes(&[seed; 32]).sign(message).to_bytes()), None)
    }

    type Slot = Result<Key, Unusable>;

    /// Looks at the signatures over `x` of those names; each key is the listed one of its name.
    fn look(
        threshold: u64,
        keys: &[(&str, Slot)],
        offered: &[(&str, Option<Signature>)],
    ) -> Signers {
        let listed = keys.iter().map(|(id, key)| ((*id).to_owned(), key.clone()));
        let mut offers = offered.iter().map(|(keyid, signature)| Offer {
            keyid,
            key: keys.iter().find(|(id, _)| id == keyid).map(|(_, key)| key.clone()),
            signature: signature.clone(),
        });
        Signers::look(threshold, &mut listed.into_iter(), &[b"x".to_vec()], &mut offers)
    }

    fn states(signers: &Signers) -> Vec<(&str, &str)> {
        let states = signers.keys.iter();
        states.map(|signer| (signer.keyid.as_str(), signer.state.as_str())).collect()
    }

    #[test]
    fn every_key_has_a_state() {
        let keys = [
            ("a", Ok(key(1))),
            ("b", Ok(key(2))),
            ("c", Ok(key(3))),
            ("d", Err(Unusable::Unsupported("dsa/dsa".to_owned()))),
            ("e", Err(Unusable::Invalid)),
            ("f", Ok(key(4))),
            ("g", Ok(key(5))),
        ];
        let offered = [
            ("foreign", signature(9, b"x")),
            ("g", signature(5, b"x")),
            ("a", signature(1, b"x")),
            ("b", signature(2, b"y")),
            ("c", None),
            ("d", signature(3, b"x")),
            ("e", signature(3, b"x")),
            ("", None),
        ];
        // All that are there are looked at, also once enough have signed.
        let signers = look(1, &keys, &offered);
        assert_eq!(
            states(&signers),
            [
                ("a", "signed"),
                ("b", "bad"),
                ("c", "malformed"),
                ("d", "unsupported"),
                ("e", "malformed"),
                ("f", "missing"),
                ("g", "signed"),
            ]
        );
        assert_eq!((signers.threshold, signers.signed), (1, 2));
        assert_eq!(signers.foreign, ["foreign"]);
        let types: Vec<_> = signers.keys.iter().map(super::Signer::key_type).collect();
        assert_eq!(types.get(2..5).unwrap(), [Some("ed25519"), Some("dsa/dsa"), None]);
    }

    /// The report and what decides count alike.
    #[test]
    fn one_key_under_two_ids_counts_once() {
        let keys = [("a", Ok(key(1))), ("alias", Ok(key(1))), ("b", Ok(key(2)))];
        let offered = [("alias", signature(1, b"x")), ("a", signature(1, b"x"))];
        let signers = look(2, &keys, &offered);
        assert_eq!(states(&signers), [("a", "signed"), ("alias", "signed"), ("b", "missing")]);
        assert_eq!(signers.signed, 1);
        // The other id of the key is told apart.
        let signers = look(2, &keys, offered.get(..1).unwrap());
        assert_eq!(states(&signers), [("a", "missing"), ("alias", "signed"), ("b", "missing")]);
    }

    /// A key that is listed under its own hex may be offered under another id, and twice.
    #[test]
    fn of_two_signatures_by_one_key_the_better_counts() {
        let listed = || [("hex".to_owned(), Ok(key(1)))].into_iter();
        let offer = |keyid, signature| Offer { keyid, key: Some(Ok(key(1))), signature };
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let all = [
                offer("id", signature(1, b"x")),
                offer("other", None),
                offer("hex", signature(1, b"y")),
            ];
            let mut offers = order.iter().filter_map(|place| all.get(*place).cloned());
            let signers = Signers::look(1, &mut listed(), &[b"x".to_vec()], &mut offers);
            assert_eq!(states(&signers), [("hex", "signed")], "{order:?}");
        }
    }

    /// The bounds of the count hold here too.
    #[test]
    fn no_more_than_sixteen_signatures_may_fail() {
        let ids: Vec<_> = (1..=20_u8).map(|seed| (seed.to_string(), seed)).collect();
        let keys: Vec<(&str, Slot)> =
            ids.iter().map(|(id, seed)| (&**id, Ok(key(*seed)))).collect();
        let offered: Vec<_> =
            ids.iter().map(|(id, seed)| (&**id, signature(*seed, b"y"))).collect();
        let signers = look(1, &keys, &offered);
        let count = |state| signers.keys.iter().filter(|signer| signer.state == state).count();
        assert_eq!((count(SignatureState::Bad), count(SignatureState::Unverified)), (16, 4));
        let mut offers = offered.iter().map(|(keyid, signature)| Offer {
            keyid,
            key: keys.iter().find(|(id, _)| id == keyid).map(|(_, key)| key.clone()),
            signature: signature.clone(),
        });
        let tally = verify_threshold(1, &[b"x".to_vec()], &mut offers);
        assert_eq!((tally.bad.len(), tally.unverified), (16, 4));
    }
}

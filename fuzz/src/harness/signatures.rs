//! Any bytes as a signature, and as what is changed of an honest one.

use conda_verifier::{Batch, PublicKey, Signature};
use conda_verifier_fixtures::digest::hex;
use conda_verifier_fixtures::trust::Signer;

/// Runs it.
pub fn run(bytes: &[u8]) {
    let Some((mask, message)) = bytes.split_first_chunk::<64>() else { return };
    let signer = Signer::of_seed(7);
    let Some(key) = PublicKey::of_bytes(&signer.public()) else { return };
    let honest = signer.signature(message);
    let changed: Vec<u8> = honest.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    let parse = |bytes: &[u8]| Signature::parse(&hex(bytes), None);
    let Some(good) = parse(&honest) else { panic!("64 bytes are a signature") };
    for signature in [parse(mask), parse(&changed)].into_iter().flatten() {
        let together = |all: &[&Signature]| {
            let mut batch = Batch::new();
            all.iter().for_each(|one| batch.push(&key, one, message));
            batch.verify()
        };
        let alone = together(&[&signature]);
        // What passes strictly passes together, and company changes nothing.
        assert!(alone || !signature.is_by(&key, message));
        assert_eq!(together(&[&good, &signature, &good]), alone);
        assert_eq!(together(&[&signature, &signature]), alone);
    }
}

//! Which keys there are: by the type and the scheme, never by what the text looks like.

use conda_verifier::{Key, Unusable};

use super::{MESSAGE, made, vectors};

#[test]
fn pairs_that_nobody_knows_are_unsupported() {
    let key = vectors()["ed25519"]["hex"].as_str().unwrap().to_owned();
    for (keytype, scheme) in [
        ("", ""),
        ("ed25519", "ED25519"),
        ("Ed25519", "ed25519"),
        ("ed25519", "ecdsa-sha2-nistp256"),
        ("ed25519", "rsassa-pss-sha256"),
        ("ed25519", ""),
        ("ecdsa", "ed25519"),
        ("ecdsa", "ecdsa"),
        ("ecdsa", "ecdsa-sha2-nistp384"),
        ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"),
        ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256"),
        ("rsa", "rsa-pkcs1v15-sha256"),
        ("rsa", "rsassa-pss-sha512"),
        ("rsa", "ed25519"),
        ("ml-dsa-65", "ml-dsa-65/1"),
        ("sigstore-oidc", "Fulcio"),
    ] {
        let expected = Err(Unusable::Unsupported(format!("{keytype}/{scheme}")));
        assert_eq!(Key::parse(keytype, scheme, &key), expected);
    }
}

#[test]
fn ed25519_is_hex_or_pem_in_every_build() {
    let vector = &vectors()["ed25519"];
    let parse = |text: &str| Key::parse("ed25519", "ed25519", text);
    let (hex, pem) = (vector["hex"].as_str().unwrap(), vector["public"].as_str().unwrap());
    let key = parse(hex).unwrap();
    assert_eq!(parse(pem).unwrap(), key);
    assert!(made(&key, vector["signature"].as_str().unwrap(), MESSAGE));
    assert!(!made(&key, vector["signature"].as_str().unwrap(), b"other"));
    for wrong in ["", "00", &hex.to_uppercase(), &format!("{hex}00"), &"00".repeat(32)] {
        assert_eq!(parse(wrong), Err(Unusable::Invalid), "{wrong}");
    }
    let others = vectors();
    for wrong in [&others["ecdsa"]["public"], &others["rsa"][0]["public"]] {
        assert_eq!(parse(wrong.as_str().unwrap()), Err(Unusable::Invalid));
    }
}

/// Without the feature they are not there, whatever the text.
#[cfg(not(feature = "tuf-keys"))]
#[test]
fn the_others_are_left_out() {
    let vectors = vectors();
    for (keytype, scheme, public) in [
        ("ecdsa", "ecdsa-sha2-nistp256", &vectors["ecdsa"]["public"]),
        ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", &vectors["ecdsa"]["point"]),
        ("rsa", "rsassa-pss-sha256", &vectors["rsa"][0]["public"]),
    ] {
        let expected = Err(Unusable::Unsupported(format!("{keytype}/{scheme}")));
        assert_eq!(Key::parse(keytype, scheme, public.as_str().unwrap()), expected);
        assert_eq!(Key::parse(keytype, scheme, "wrong"), expected);
    }
}

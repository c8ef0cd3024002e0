//! The same on a channel that Python made and signs again after each attack: nothing that
//! signs here computes canonical bytes as we do.

use super::attacks::Found;
use super::*;
use conda_verifier::CanonicalForm;
use conda_verifier_fixtures::trust::Python;
use conda_verifier_fixtures::trust::canonical::Form;

/// What only a canonical form that is Python's gets right, and what survives an edit of the
/// repodata by the generator.
const AWKWARD: &str = r#""awkward": {
    "\ud83d\udc0d": "after U+FFFF by code point, before it by UTF-16", "\uffff": 1, "é": "\u007f\u2028/\b",
    "floats": [0.1, -0.0, 100.0, 1e16, 1e15, 1e-05, 0.0001, 1E2], "empty": [{}, [], ""], "Z": null
}"#;

/// What the generator's own values can't hold.
const BEYOND: &str = r#""beyond": [1180591620717411303424, -9223372036854775809, 5e-324, 1e23,
    1.7976931348623157e308, 2.2250738585072014e-308, 181162.494326]"#;

fn python() -> Option<Python> {
    let python = Python::start();
    if python.is_none() {
        left_out("channels that Python signs, since no python3 here has the package cryptography");
    }
    python
}

/// The channel with [`AWKWARD`] in one record, made once.
fn awkward() -> Option<SignedChannel> {
    static AWKWARD_CHANNEL: LazyLock<Option<SignedChannel>> =
        LazyLock::new(|| Some(foreign(&python()?, AWKWARD)));
    AWKWARD_CHANNEL.clone()
}

/// The channel, with more members in one record.
fn foreign(python: &Python, members: &str) -> SignedChannel {
    python.signed_channel(|text| {
        let record = format!("\"{}\":{{", victim());
        assert_eq!(text.matches(&record).count(), 1);
        text.replace(&record, &format!("{record}{members},"))
    })
}

fn trusted_by(channel: &SignedChannel, options: TrustOptions) -> ChannelTrust {
    let mut trust = pin_with(channel, options).unwrap();
    refresh(&mut trust, &channel.files, now()).unwrap();
    trust
}

/// Over conda-content-trust's form alone: no signature counts for being over mamba's.
fn strict() -> TrustOptions {
    let signatures = SignatureRules { mamba_form: false, ..SignatureRules::default() };
    TrustOptions { signatures, ..options() }
}

#[test]
fn a_channel_that_python_signed_is_trusted() {
    let Some(python) = python() else { return };
    let channel = foreign(&python, &format!("{AWKWARD}, {BEYOND}"));
    for options in [options(), strict()] {
        let trust = trusted_by(&channel, options);
        assert_eq!((trust.root_version(), trust.pkg_mgr().unwrap().role().version), (3, 2));
        let text = &channel.files[SignedChannel::REPODATA];
        let parsed = repodata(text).unwrap();
        let summary = audit(&trust, &parsed, now()).unwrap();
        assert_eq!(summary.trusted, channel.honest.len() as u64);
        assert_eq!((summary.weak, summary.unsigned, summary.bad), (vec![], vec![], vec![]));
        for path in &channel.honest {
            let name = path.trim_start_matches("noarch/");
            let proof = verify(&trust, &parsed, name, now()).unwrap();
            let expectation = Expectation::nothing().named(name).verified(proof);
            let package = channel.files[path].as_slice();
            let verdict = Verifier::new().verify_package(package, expectation).unwrap();
            assert_eq!(verdict.status, Status::Verified, "{name}");
        }
        // One digit or one character, anywhere in what is awkward.
        let text = std::str::from_utf8(text).unwrap();
        for (from, to) in [
            ("1180591620717411303424", "1180591620717411303425"),
            ("-9223372036854775809", "-9223372036854775810"),
            ("181162.494326", "181162.49432600001"),
            ("5e-324", "1e-323"),
            ("-0.0", "0.0"),
            ("100.0", "100"),
            ("\\ud83d\\udc0d", "\\ud83d\\udc0e"),
            ("\\u007f", "\\u007e"),
            ("\"Z\"", "\"z\""),
        ] {
            assert_eq!(text.matches(from).count(), 1 + usize::from(from == "100.0"), "{from}");
            let tampered = repodata(text.replacen(from, to, 1).as_bytes()).unwrap();
            let refused = verify(&trust, &tampered, victim(), now()).unwrap_err();
            assert_eq!(refused.code(), Code::ThresholdNotMet, "{from}");
        }
    }
}

#[test]
fn every_attack_on_it_has_the_code_that_it_has_on_ours() {
    let (ours, Some(theirs)) = (signed_channel(), awkward()) else { return };
    assert_eq!(Found::of(&ours).codes(), Found::of(&theirs).codes());
    let mut wrong = Vec::new();
    for spoil in TrustSpoil::ALL {
        let attacked = spoil.apply(&theirs);
        assert_ne!(attacked.files, theirs.files, "{spoil}");
        let (expected, found) = (Found::of(&spoil.apply(&ours)), Found::of(&attacked));
        if !found.is_as(spoil.notices()) || found.codes() != expected.codes() {
            wrong.push(format!("{spoil}: {} is {}", expected.codes(), found.codes()));
        }
    }
    assert!(wrong.is_empty(), "{} attacks:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where both define the same bytes: whole role files, what is signed of each record, and the
/// signatures, since Ed25519 has one signature by a key over a message.
#[test]
fn the_generator_and_python_write_the_same_bytes() {
    let (ours, Some(theirs)) = (signed_channel(), awkward()) else { return };
    for path in ["root.json", "1.root.json", "3.root.json", "key_mgr.json", "pkg_mgr.json"] {
        assert_eq!(ours.files[path], theirs.files[path], "{path}");
    }
    // Its OpenPGP headers have a real fingerprint in them, so its signatures are others.
    let [mut own, second] = [&ours, &theirs].map(|channel| channel.role("2.root.json"));
    assert_eq!(own.message(), second.message());
    own.signatures = second.signatures.clone();
    assert_eq!(own.bytes(), theirs.files["2.root.json"]);
    let (own, other) = (ours.repodata(), theirs.repodata());
    let mut same = 0;
    for (name, record) in trust_repodata::records(&other) {
        let entry =
            trust_repodata::sign_record(&Notary::Generator, record, theirs.keys.pkg_mgr_signers());
        assert_eq!(entry, other["signatures"][&name], "{name}");
        same += usize::from(own["signatures"][&name] == other["signatures"][&name]);
    }
    assert_eq!(same + 1, theirs.honest.len(), "all but the awkward one");
}

/// The library's canonical bytes, against signatures of Python's over the same values.
#[test]
fn the_library_and_the_generator_agree_about_what_python_signed() {
    let Some(theirs) = awkward() else { return };
    let text = &theirs.files[SignedChannel::REPODATA];
    let parsed = conda_verifier::Value::parse(text, "repodata", &Limits::default()).unwrap();
    let member =
        |value: &conda_verifier::Value, name: &str| value.as_object().unwrap()[name].clone();
    for (name, record) in trust_repodata::records(&theirs.repodata()) {
        let section = if name.ends_with(".conda") { "packages.conda" } else { "packages" };
        let value = member(&member(&parsed, section), &name);
        assert_eq!(CanonicalForm::Python.write(&value).unwrap(), Form::Python.bytes(record));
    }
}

//! Role files and signed repodata that the tools' own repositories publish, where they are at
//! hand: signed by code that is not ours, with keys that are not ours.

use std::fs;
use std::path::PathBuf;

use super::channel::{Files, refresh, repodata};
use super::shared::folder;
use conda_verifier::{
    CanonicalForm, ChannelTrust, Code, Delegation, Error, Limits, PublicKey, RecordRules, Repodata,
    Role, RoleKind, Sha256Digest, Signature, SignatureRules, Time, TrustOptions, TrustedRole,
    TrustedRoot, Value, tuf,
};

/// Before anything here had expired.
const THEN: &str = "2021-01-12T00:00:00Z";

struct Origin(PathBuf);

impl Origin {
    fn find() -> Option<Self> {
        folder().map(|folder| Self(folder.join("origin")))
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.0.join(path)).unwrap()
    }

    fn root(&self, path: &str) -> Result<TrustedRoot, Error> {
        let name = path.rsplit('/').next().unwrap();
        TrustedRoot::pin(name, &self.read(path), SignatureRules::default(), &Limits::default())
    }

    fn update(&self, from: &TrustedRoot, path: &str) -> Result<TrustedRoot, Error> {
        from.update(path, &self.read(path), &Limits::default())
    }

    fn key_mgr(&self, root: &TrustedRoot, path: &str, at: &str) -> Result<TrustedRole, Error> {
        let at = Time::parse(at).unwrap();
        root.key_mgr(path, &self.read(path), None, at, &Limits::default())
    }
}

fn code<T>(found: Result<T, Error>) -> Code {
    found.err().unwrap().code()
}

/// Whoever adds a file here says below what it does.
#[test]
fn every_file_has_its_test() {
    let Some(origin) = Origin::find() else { return };
    let mut found = Vec::new();
    for folder in fs::read_dir(&origin.0).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            found.push(path.strip_prefix(&origin.0).unwrap().to_str().unwrap().to_owned());
        }
    }
    let tests = include_str!("published.rs");
    let mut missing: Vec<_> =
        found.iter().filter(|path| !tests.contains(&format!("\"{path}\""))).collect();
    missing.sort();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(!found.is_empty());
}

/// 8.4: `test_cli`: `verify_metadata` (1→2, 1→key_mgr, 1→3) and `error_not_root`;
/// `test_verify_root`.
#[test]
fn conda_content_trusts_test_roots_follow_each_other() {
    let Some(origin) = Origin::find() else { return };
    let first = origin.root("cct-testdata/1.root.json").unwrap();
    let second = origin.update(&first, "cct-testdata/2.root.json").unwrap();
    let third = origin.update(&second, "cct-testdata/3.root.json").unwrap();
    assert_eq!(third.role().version, 3);
    let skipped = origin.update(&first, "cct-testdata/3.root.json");
    assert_eq!(code(skipped), Code::RoleVersionSkipped);
    assert_eq!(code(origin.update(&second, "cct-testdata/1.root.json")), Code::RoleRollback);
    let invalid = origin.update(&first, "cct-testdata/2.root_invalid.json");
    assert_eq!(code(invalid), Code::ThresholdNotMet);
    let invalid = origin.update(&second, "cct-testdata/3.root_invalid.json");
    assert_eq!(code(invalid), Code::ThresholdNotMet);
    for root in [&first, &second, &third] {
        let key_mgr = origin.key_mgr(root, "cct-testdata/key_mgr.json", THEN).unwrap();
        assert_eq!(key_mgr.role().version, 1);
        let late = origin.key_mgr(root, "cct-testdata/key_mgr.json", "2021-11-11T20:58:38Z");
        assert_eq!(code(late), Code::Expired, "the root itself has expired by then");
        for path in ["cct-testdata/key_mgr_invalid.json", "cct-testdata/key_mgr_verify.json"] {
            assert_eq!(code(origin.key_mgr(root, path, THEN)), Code::ThresholdNotMet, "{path}");
        }
    }
}

/// The same as a client walks it, by the names of the files.
#[test]
fn a_published_channel_is_walked_to_its_end() {
    let Some(origin) = Origin::find() else { return };
    for (folder, version) in [("cct-testdata", 3), ("cct-demo", 2)] {
        let served: Files = fs::read_dir(origin.0.join(folder))
            .unwrap()
            .map(|file| file.unwrap().path())
            .map(|path| {
                (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())
            })
            .collect();
        let pin = || {
            let options = TrustOptions::default();
            let root = &served["1.root.json"];
            ChannelTrust::pin("1.root.json", root, options, Limits::default()).unwrap()
        };
        let mut trust = pin();
        let then = Time::parse("2020-12-01T00:00:00Z").unwrap();
        refresh(&mut trust, &served, then).unwrap();
        assert_eq!((trust.root_version(), trust.pkg_mgr()), (version, None), "{folder}");
        assert_eq!(trust.key_mgr().unwrap().role().version, 1);
        let late = Time::parse("2030-01-01T00:00:00Z").unwrap();
        assert_eq!(code(refresh(&mut pin(), &served, late)), Code::Expired, "{folder}");
    }
}

#[test]
fn other_published_roots_lead_to_their_key_mgr() {
    let Some(origin) = Origin::find() else { return };
    let first = origin.root("cct-demo/1.root.json").unwrap();
    let second = origin.update(&first, "cct-demo/2.root.json").unwrap();
    origin.key_mgr(&second, "cct-demo/key_mgr.json", THEN).unwrap();

    let quetz = origin.root("quetz/root.json").unwrap();
    origin.key_mgr(&quetz, "quetz/key_mgr.json", "2022-06-01T19:16:48Z").unwrap();
    let late = origin.key_mgr(&quetz, "quetz/key_mgr.json", "2022-06-01T19:16:49Z");
    assert_eq!(code(late), Code::Expired);
    // One key signs for both projects' key_mgr, another one for their roots.
    origin.key_mgr(&quetz, "cct-demo/key_mgr.json", THEN).unwrap();
    assert_eq!(code(origin.update(&first, "quetz/root.json")), Code::RoleRollback);

    let mamba = origin.root("mamba/1.sv0.6.root.json").unwrap();
    assert_eq!(mamba.role().spec_version, "0.6.0");
    assert_eq!(code(origin.update(&mamba, "cct-demo/2.root.json")), Code::ThresholdNotMet);

    let first = origin.root("cct-embedded/TEST_ROOT_MD_V1.json").unwrap();
    origin.update(&first, "cct-embedded/TEST_ROOT_MD_V2.json").unwrap();
}

/// Samples that conda-content-trust's looser format lets pass, and mamba's does not.
#[test]
fn published_samples_of_other_formats_are_refused() {
    let Some(origin) = Origin::find() else { return };
    // Of specification 0.1.0, with `.json` in the names of roles.
    let old = origin.root("cct-embedded/test_common_SAMPLE_SIGNED_ROOT_MD.json");
    assert_eq!(code(old), Code::RoleSpecUnsupported);
    // Without a timestamp, and nobody may sign key_mgr.
    let bare = origin.root("cct-embedded/test_root_SAMPLE_SIGNED_ROOT_MD.json");
    assert_eq!(code(bare), Code::RoleMalformed);
    // In the shape of TUF, but with `expiration` instead of `expires`.
    let forms = [CanonicalForm::Olpc, CanonicalForm::MambaCompact];
    let text = origin.read("mamba/root.json");
    let root = tuf::Root::parse("root.json", &text, &forms, &Limits::default());
    assert_eq!(code(root), Code::RoleMalformed);
    assert_eq!(code(origin.root("mamba/root.json")), Code::RoleMalformed);
}

/// 8.4: `test_canonserialize`, the whole sample.
///
/// The envelope as conda-content-trust writes it: `signed` is in it, two spaces further in.
#[test]
fn published_canonical_bytes_are_ours() {
    let Some(origin) = Origin::find() else { return };
    let text = origin.read("cct-embedded/test_common_SAMPLE_SIGNED_ROOT_MD.json");
    let value = Value::parse(&text, "the sample", &Limits::default()).unwrap();
    let expected = origin.read("cct-embedded/expected_canonical_sample_root.bin");
    assert_eq!(CanonicalForm::Python.write(&value).unwrap(), expected);
}

/// 8.4: `test_verify_gpg_signature_valid`, `verify_existing_root_md` (OpenPGP without gpg).
///
/// What GnuPG signed: the flavour is told by `other_headers`.
#[test]
fn published_openpgp_signatures_verify() {
    let Some(origin) = Origin::find() else { return };
    for path in [
        "../gpg-real/1.root.json",
        "quetz/root.json",
        "mamba/1.sv0.6.root.json",
        "cct-embedded/test_root_SAMPLE_SIGNED_ROOT_MD.json",
        "cct-embedded/TEST_ROOT_MD_V1.json",
        "cct-embedded/TEST_ROOT_MD_V2.json",
    ] {
        let document = Value::parse(&origin.read(path), path, &Limits::default()).unwrap();
        let document = document.as_object().unwrap();
        let signed = CanonicalForm::Python.write(&document["signed"]).unwrap();
        let entries = document["signatures"].as_object().unwrap();
        for (keyid, entry) in entries {
            let entry = entry.as_object().unwrap();
            let headers = entry.get("other_headers").and_then(Value::as_str);
            let text = entry["signature"].as_str().unwrap();
            let signature = Signature::parse(text, headers).unwrap();
            let key = PublicKey::parse(keyid).unwrap();
            assert!(signature.is_openpgp() && signature.is_by(&key, &signed), "{path} {keyid}");
            assert!(!signature.is_by(&key, &signed[1..]), "{path} {keyid}");
            // The same bytes are no raw signature over the document.
            let raw = Signature::parse(text, None).unwrap();
            assert!(!raw.is_by(&key, &signed), "{path} {keyid}");
        }
        assert!(!entries.is_empty(), "{path}");
    }
}

/// 8.3: `verify_gpg`, `verify_gpg_hashed_msg_from_bin`, `verify_gpg_hashed_msg_from_hex`.
///
/// Of mamba's `test_tools.cpp`: the parts of one signature, and the digest that it is over.
#[test]
fn mambas_openpgp_digest_is_ours() {
    let Some(origin) = Origin::find() else { return };
    let parts = origin.read("mamba/test_tools_gpg.json");
    let parts = Value::parse(&parts, "the parts", &Limits::default()).unwrap();
    let parts = parts.as_object().unwrap();
    let text = |name: &str| parts[name].as_str().unwrap();
    let signed = CanonicalForm::Mamba.write(&parts["signed"]).unwrap();
    let key = PublicKey::parse(text("pubkey")).unwrap();
    let signature = Signature::parse(text("signature"), Some(text("other_headers"))).unwrap();
    assert!(signature.is_by(&key, &signed));
    let digest = Sha256Digest::parse(text("digest")).unwrap();
    let over_digest = Signature::parse(text("signature"), None).unwrap();
    assert!(over_digest.is_by(&key, digest.as_bytes()));
    assert!(!over_digest.is_by(&key, &signed));
}

/// 8.4: `test_sign_and_verify`.
///
/// conda-content-trust's regression value for a raw signature.
#[test]
fn a_published_raw_signature_verifies() {
    let Some(origin) = Origin::find() else { return };
    let parts: serde_json::Value =
        serde_json::from_slice(&origin.read("cct-embedded/raw_signature.json")).unwrap();
    let hex = |name: &str| parts[name].as_str().unwrap();
    let bytes = |name: &str| -> Vec<u8> {
        let digits = hex(name).as_bytes().chunks(2);
        digits
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    };
    let message = bytes("message_hex");
    let key = PublicKey::parse(hex("public_hex")).unwrap();
    let signature = Signature::parse(hex("signature_hex"), None).unwrap();
    assert!(signature.is_by(&key, &message));
    assert!(!signature.is_by(&key, &message[1..]));
    // The generator's keys are the same: Ed25519 leaves no choice.
    let seed: [u8; 32] = bytes("private_seed_hex").try_into().unwrap();
    let signer = conda_verifier_fixtures::trust::Signer::of_seed(seed);
    assert_eq!(
        (signer.hex(), signer.signature_hex(&message)),
        (hex("public_hex").to_owned(), hex("signature_hex").to_owned())
    );
}

fn signers(key: &str) -> Delegation {
    Delegation { keys: [PublicKey::parse(key).unwrap()].into_iter().collect(), threshold: 1 }
}

fn rules<'a>(signers: &'a Delegation, subdir: &'a str, limits: &'a Limits) -> RecordRules<'a> {
    RecordRules { signers, signatures: SignatureRules::default(), subdir, limits }
}

fn read_repodata(origin: &Origin, path: &str) -> Repodata {
    repodata(&origin.read(path)).unwrap()
}

/// 8.4: `test_signature_verification` (bz2, conda twice, bad, unsigned).
///
/// The key_mgr of these records is signed by no root that is published. Those that carry a
/// good signature come as far as their names, which are made up (`first.tar.bz2`) and bind
/// nothing.
#[test]
fn published_records_behave_as_their_repository_says() {
    let Some(origin) = Origin::find() else { return };
    let limits = Limits::default();
    let path = "cct-testdata/key_mgr_verify.json";
    let key_mgr = origin.read(path);
    let key_mgr =
        Role::parse(RoleKind::KeyMgr, path, &key_mgr, SignatureRules::default(), &limits).unwrap();
    let rules = rules(key_mgr.delegation(RoleKind::PkgMgr).unwrap(), "osx-arm64", &limits);
    let repodata = read_repodata(&origin, "cct-testdata/repodata.json");
    let code = |name: &str| code(rules.verify(&repodata.entry(name).unwrap()));
    for name in ["first.tar.bz2", "second.conda", "third.conda"] {
        assert_eq!(code(name), Code::FileNameInvalid, "{name}");
    }
    assert_eq!(code("broken-0.0.1-broken.tar.bz2"), Code::ThresholdNotMet);
    assert_eq!(code("broken-0.0.1-broken.conda"), Code::RecordUnsigned);
}

/// 8.4: `test_sign_all_in_repodata`: each verifies, and covers its record alone.
///
/// Records of real packages, which conda-content-trust signed.
#[test]
fn published_records_under_their_real_names_are_trusted() {
    let Some(origin) = Origin::find() else { return };
    let limits = Limits::default();
    let repodata = read_repodata(&origin, "cct-testdata/repodata_short_signed_sample.json");
    let text = origin.read("cct-testdata/repodata_short_signed_sample.json");
    let text: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let entries = text["signatures"].as_object().unwrap();
    let name = "zstd-1.3.7-h0b5b093_0.conda";
    let key = entries[name].as_object().unwrap().keys().next().unwrap();
    let signers = signers(key);
    let linux = rules(&signers, "linux-64", &limits);
    for name in entries.keys() {
        let record = linux.verify(&repodata.entry(name).unwrap()).unwrap();
        assert_eq!(&record.file_name, name);
    }
    let other = rules(&signers, "osx-64", &limits);
    assert_eq!(code(other.verify(&repodata.entry(name).unwrap())), Code::RecordSubdirMismatch);
}

/// 8.4: `test_sign_all_invalid_repodata` and its sibling without packages, which have
/// nothing to sign: here they are refused as they are read.
#[test]
fn published_repodata_without_signatures_has_no_trusted_record() {
    let Some(origin) = Origin::find() else { return };
    let limits = Limits::default();
    let signers = signers("013ddd714962866d12ba5bae273f14d48c89cf0773dee2dbf6d4561e521c83f7");
    let unsigned = read_repodata(&origin, "mamba/test-server.noarch.repodata.json");
    assert_eq!((unsigned.has_signatures(), unsigned.len()), (false, 1));
    let entry = unsigned.entry("test-package-0.1-0.tar.bz2").unwrap();
    let found = rules(&signers, "noarch", &limits).verify(&entry);
    assert_eq!(code(found), Code::RecordUnsigned);
    let refused = |path: &str| code(repodata(&origin.read(path)));
    assert_eq!(refused("cct-testdata/repodata_no_packages.json"), Code::RepodataInvalid);
    // It has one record twice, in `packages` and in `packages.conda`: which of them its
    // signature would be over, nobody could tell.
    assert_eq!(refused("cct-testdata/repodata_sample.json"), Code::RepodataInvalid);
}

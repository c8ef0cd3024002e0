//! Any bytes as a manifest of what is installed, and as what is there and in the archive.

use conda_verifier::{
    Inspection, InstalledOptions, InstalledRecord, Limits, Listed, ListedKind, OriginalFile,
    Policy, Sha256Digest,
};

/// Runs it.
pub fn run(bytes: &[u8]) {
    // Lists that are malformed end the work, so each is the first once.
    for list in ["info/paths.json", "info/has_prefix", "info/index.json", "info/link.json"] {
        run_with(bytes, list);
    }
}

fn run_with(bytes: &[u8], list: &str) {
    let limits = Limits::default();
    let record = InstalledRecord::parse(bytes, &limits);
    let options = InstalledOptions {
        prefix: Some("/e".into()),
        platform: Some("linux-64".into()),
        ..InstalledOptions::default()
    };
    let mut inspection = Inspection::new(bytes, options, Policy::default(), limits);
    let mut paths: Vec<String> = vec![list.into(), "../x".into(), "a".into()];
    if let Ok(record) = &record {
        paths.extend(record.entries.names().map(str::to_owned));
    }
    for path in &paths {
        let (kind, size) = (ListedKind::File, bytes.len() as u64);
        let bytes = inspection.wants_original(path, size).then(|| bytes.to_vec());
        inspection
            .begin_original(OriginalFile { path, kind, size, bytes })
            .expect("bytes are given where they are wanted");
        inspection.original_hard_link("hard", path);
    }
    for path in &paths {
        let size = bytes.len() as u64;
        if let Some(number) =
            inspection.meet(Listed { path, kind: ListedKind::File, size, mode: Some(0o644) })
        {
            inspection.digest(number, Sha256Digest::of(bytes), bytes).expect("it was asked for");
        }
        inspection.meet(Listed { path, kind: ListedKind::Symlink(path), size, mode: None });
    }
    let verdict = inspection.finish();
    // Nobody vouched for anything.
    assert!(verdict.trust.anchor.is_none());
    assert_ne!(verdict.status, conda_verifier::Status::Verified);
}

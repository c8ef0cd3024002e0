//! A folder as data, and its way to a verdict.

use std::collections::BTreeMap;

use conda_verifier::{
    Code, Depth, Expectation, Inspection, InstalledOptions, InstalledVerdict, Limits, Listed,
    ListedKind, Original, OriginalFile, PinnedDigest, Policy, Severity, Sha256Digest, Verifier,
};
use conda_verifier_fixtures::installed::Node;
use conda_verifier_fixtures::package::{Format, Package};
use conda_verifier_fixtures::stages::Stages;
use conda_verifier_fixtures::tar::kind;

pub(crate) const PREFIX: &str = "/home/somebody/envs/one";

/// Somebody who has files and a manifest.
pub(crate) struct Host {
    pub(crate) files: Vec<(String, Node)>,
    pub(crate) manifest: Vec<u8>,
    /// Whether the manifest is gone.
    pub(crate) is_without: bool,
    pub(crate) options: InstalledOptions,
    pub(crate) policy: Policy,
    pub(crate) limits: Limits,
    pub(crate) original: Option<From>,
    /// Permissions, of those files that they are known of.
    pub(crate) modes: BTreeMap<String, u32>,
}

/// The archive that the files came from.
pub(crate) struct From {
    pub(crate) stages: Stages,
    pub(crate) is_pinned: bool,
    /// Whether `info/` comes behind the payload.
    pub(crate) is_info_last: bool,
}

impl From {
    pub(crate) fn of(package: &Package) -> Option<Self> {
        Some(Self { stages: package.stages(), is_pinned: true, is_info_last: false })
    }
}

impl Host {
    pub(crate) fn new(manifest: Vec<u8>, files: Vec<(String, Node)>) -> Self {
        let options = InstalledOptions {
            prefix: Some(PREFIX.to_owned()),
            platform: Some("linux-64".to_owned()),
            ..InstalledOptions::default()
        };
        Self {
            files,
            manifest,
            is_without: false,
            options,
            policy: Policy::default(),
            limits: Limits::default(),
            original: None,
            modes: BTreeMap::new(),
        }
    }

    pub(crate) fn inspection(&self) -> Inspection {
        let (options, policy) = (self.options.clone(), self.policy.clone());
        if self.is_without {
            return Inspection::without_manifest(options, policy, self.limits.clone());
        }
        Inspection::new(&self.manifest, options, policy, self.limits.clone())
    }

    pub(crate) fn verdict(&self) -> InstalledVerdict {
        self.verdict_by(true)
    }

    /// That of a host that finds no digests.
    pub(crate) fn undigested(&self) -> InstalledVerdict {
        self.verdict_by(false)
    }

    fn verdict_by(&self, has_digests: bool) -> InstalledVerdict {
        let mut inspection = self.inspection();
        if let Some(from) = &self.original {
            rest(&mut inspection, from);
        }
        let mut wanted = Vec::new();
        for (path, node) in &self.files {
            let kind = match node {
                Node::File(_) => ListedKind::File,
                Node::Symlink(target) => ListedKind::Symlink(target),
            };
            let (size, mode) = (node.size(), self.modes.get(path).copied());
            if let Some(number) = inspection.meet(Listed { path, kind, size, mode }) {
                let Node::File(bytes) = node else { panic!("a digest of {path} is wanted") };
                wanted.push((number, Sha256Digest::of(bytes), bytes));
            }
        }
        if self.options.depth == Depth::Sizes {
            assert_eq!(wanted, [], "digests are wanted of what only sizes are compared of");
        }
        // In any order.
        for (number, sha256, head) in wanted.into_iter().rev().filter(|_| has_digests) {
            inspection.digest(number, sha256, head).unwrap();
        }
        let verdict = inspection.finish();
        check(&verdict);
        verdict
    }
}

/// The archive is verified and hands its files out, as whoever unpacks it does.
fn rest(inspection: &mut Inspection, from: &From) {
    let bytes = from.stages.bytes(Format::Conda);
    let mut expectation = Expectation::nothing();
    if from.is_pinned {
        expectation = expectation.pinned(PinnedDigest::new(Sha256Digest::of(&bytes)));
    }
    let verdict = Verifier::new().examine(bytes.as_slice(), expectation).run().unwrap();
    let (info, pkg) = (from.stages.info.entries.iter(), from.stages.pkg.entries.iter());
    let entries: Vec<_> =
        if from.is_info_last { pkg.chain(info).collect() } else { info.chain(pkg).collect() };
    for (place, entry) in entries.into_iter().enumerate() {
        let (path, link) =
            (str::from_utf8(&entry.path).unwrap(), str::from_utf8(&entry.link).unwrap());
        if entry.kind == kind::HARD_LINK {
            inspection.original_hard_link(path, link);
            continue;
        }
        let bytes = &entry.data;
        let kind = match entry.kind {
            kind::SYMLINK => ListedKind::Symlink(link),
            kind::DIRECTORY => ListedKind::Directory,
            _ => ListedKind::File,
        };
        let size = bytes.len() as u64;
        let is_wanted = inspection.wants_original(path, size);
        let bytes = is_wanted.then_some(bytes.as_slice());
        // At once, step by step, and left to whatever comes next.
        if place % 3 == 0 {
            inspection.original(OriginalFile { path, kind, size, bytes }).unwrap();
            continue;
        }
        let bytes = bytes.map(<[u8]>::to_vec);
        inspection.begin_original(OriginalFile { path, kind, size, bytes }).unwrap();
        while place % 3 == 1 && inspection.step() {}
    }
    inspection.rest_on(Original::from(&verdict));
}

/// What every verdict keeps.
fn check(verdict: &InstalledVerdict) {
    use conda_verifier::Status;
    assert_eq!(verdict.status == Status::Rejected, verdict.rejection().is_some(), "{verdict:#?}");
    assert_eq!(verdict.status == Status::Unverified, !verdict.reasons.is_empty(), "{verdict:#?}");
    if verdict.status == Status::Verified {
        assert!(verdict.trust.anchor.is_some(), "{verdict:#?}");
    }
    for not in &verdict.not_checked {
        let made = verdict.checks.iter().find(|made| made.check == not.check);
        assert!(made.is_none_or(|made| made.outcome == conda_verifier::Outcome::Failed));
    }
    assert!(serde_json::to_string(verdict).unwrap().starts_with(r#"{"file":"#));
}

/// The codes of a verdict's findings, and the paths that they are about.
pub(crate) fn findings(verdict: &InstalledVerdict, severity: Severity) -> Vec<(Code, String)> {
    let of_severity = verdict.findings.iter().filter(|finding| finding.severity == severity);
    of_severity
        .map(|it| (it.error.code(), it.error.path().unwrap_or_default().to_owned()))
        .collect()
}

/// The errors of a verdict.
pub(crate) fn errors(verdict: &InstalledVerdict) -> Vec<(Code, String)> {
    findings(verdict, Severity::Error)
}

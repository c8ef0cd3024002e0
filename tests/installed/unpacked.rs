//! Folders that packages were unpacked into.

use conda_verifier::{
    Check, Code, Depth, InstalledKind, InstalledVerdict, Level, Policy, Reason, Severity, Status,
};
use conda_verifier_fixtures::installed::{Node, unpacked};
use conda_verifier_fixtures::package::Package;
use conda_verifier_fixtures::{manifest, sample};

use super::folder::{From, Host, errors, findings};

const GREETINGS: &str = "share/hello/greetings.txt";

fn host(package: &Package) -> Host {
    let files = unpacked(package);
    let paths = files.iter().find(|(path, _)| path == "info/paths.json").unwrap();
    let Node::File(manifest) = &paths.1 else { panic!("no file") };
    Host::new(manifest.clone(), files.clone())
}

fn node<'a>(host: &'a mut Host, path: &str) -> &'a mut Node {
    &mut host.files.iter_mut().find(|(own, _)| own == path).unwrap().1
}

#[test]
fn nobody_vouches_for_a_folder_alone() {
    for package in sample::all() {
        for depth in [Depth::Digests, Depth::Sizes] {
            let mut host = host(&package);
            host.options.depth = depth;
            let verdict = host.verdict();
            assert_eq!(verdict.findings, [], "{}", package.name);
            assert_eq!(
                (verdict.status, verdict.reasons),
                (Status::Unverified, vec![Reason::Consistent])
            );
            assert_eq!(verdict.files, package.files.len() as u64);
            assert!(verdict.not_checked.iter().any(|not| not.check == Check::InfoFiles));
        }
    }
}

#[test]
fn with_the_archive_all_of_a_folder_is_verified() {
    for package in sample::all() {
        let host = Host { original: From::of(&package), ..host(&package) };
        let verdict = host.verdict();
        assert_eq!((verdict.status, verdict.findings.as_slice()), (Status::Verified, &[][..]));
        assert_eq!(verdict.package.unwrap().name, package.name);
        assert!(verdict.checks.iter().any(|made| made.check == Check::InfoFiles));
    }
}

#[test]
fn attacks_are_noticed() {
    type Strike = fn(&mut Host);
    let attacks: [(&str, Strike, Option<Code>, Code); 8] = [
        (
            "a file is changed",
            |it| *node(it, GREETINGS) = Node::File(vec![b'x'; 30]),
            Some(Code::FileSha256Mismatch),
            Code::FileSha256Mismatch,
        ),
        (
            "a file is cut",
            |it| *node(it, GREETINGS) = Node::File(Vec::new()),
            Some(Code::FileSizeMismatch),
            Code::FileSizeMismatch,
        ),
        (
            "a file is gone",
            |it| it.files.retain(|(path, _)| path != GREETINGS),
            Some(Code::FileMissing),
            Code::FileMissing,
        ),
        (
            "a file more",
            |it| it.files.push(("share/evil".into(), Node::File(Vec::new()))),
            Some(Code::FileUnlisted),
            Code::FileUnlisted,
        ),
        (
            "a file is a link",
            |it| *node(it, GREETINGS) = Node::Symlink("x".into()),
            Some(Code::FileTypeMismatch),
            Code::FileTypeMismatch,
        ),
        (
            "a file of info/ is changed",
            |it| *node(it, "info/index.json") = Node::File(b"{}".to_vec()),
            None,
            Code::FileSizeMismatch,
        ),
        (
            "a file more in info/",
            |it| it.files.push(("info/evil".into(), Node::File(Vec::new()))),
            None,
            Code::FileUnlisted,
        ),
        (
            "the list is another package's",
            |it| {
                it.manifest.push(b'\n');
                *node(it, "info/paths.json") = Node::File(it.manifest.clone());
            },
            None,
            Code::FileSha256Mismatch,
        ),
    ];
    let package = sample::hello();
    for (name, strike, without, with) in attacks {
        let mut host = host(&package);
        if let Node::File(bytes) = node(&mut host, GREETINGS) {
            assert_eq!(bytes.len(), 30, "the first attack keeps the size");
        }
        strike(&mut host);
        let codes = |host: &Host| -> Vec<_> {
            errors(&host.verdict()).into_iter().map(|(code, _)| code).collect()
        };
        assert_eq!(codes(&host), without.into_iter().collect::<Vec<_>>(), "{name}");
        host.original = From::of(&package);
        assert!(codes(&host).contains(&with), "{name}: {:?}", codes(&host));
    }
}

#[test]
fn a_policy_lowers_what_it_may() {
    let mut host = host(&sample::hello());
    host.files.push(("share/more".into(), Node::File(Vec::new())));
    host.policy = Policy::new(Level::Warn);
    let verdict = host.verdict();
    assert_eq!(verdict.status, Status::Unverified);
    assert_eq!(
        findings(&verdict, Severity::Warning),
        [(Code::FileUnlisted, "share/more".to_owned())]
    );
    assert_eq!(verdict.lowered, ["FILE_UNLISTED"]);
    *node(&mut host, "share/hello/greetings.txt") = Node::File(Vec::new());
    assert_eq!(host.verdict().status, Status::Rejected);
}

#[test]
fn info_files_lists_names_alone() {
    let package = sample::hello();
    let mut host = host(&package);
    host.manifest = manifest::files(&package).into_bytes();
    let verdict = host.verdict();
    assert_eq!(verdict.status, Status::Unverified);
    assert_eq!(findings(&verdict, Severity::Warning).len(), 1);
    for check in [Check::FileTypes, Check::FileSizes, Check::FileSha256] {
        assert!(verdict.not_checked.iter().any(|not| not.check == check), "{check:?}");
    }
    host.files.retain(|(path, _)| path != "bin/hello");
    assert_eq!(errors(&host.verdict()), [(Code::FileMissing, "bin/hello".to_owned())]);
}

#[test]
fn a_damaged_manifest_is_one_of_an_unpacked_package() {
    for text in ["{\"paths\":", "{}", "nothing", ""] {
        let mut host = Host::new(text.into(), Vec::new());
        host.options.manifest = Some("info/paths.json".into());
        let verdict = host.verdict();
        assert_eq!(verdict.kind, InstalledKind::Unpacked, "{text}");
        let error = &verdict.findings[0].error;
        assert!([Code::JsonInvalid, Code::PathsJsonInvalid].contains(&error.code()), "{error}");
        assert!(error.to_string().contains("info/paths.json"), "{error}");
    }
}

#[test]
fn a_list_that_is_gone_rejects_and_the_archive_says_what_the_files_are() {
    let package = sample::hello();
    let with = |is_vouched: bool| {
        let mut host = host(&package);
        host.original = From::of(&package).filter(|_| is_vouched);
        host.is_without = true;
        host.files.retain(|(path, _)| path != "info/paths.json");
        host
    };
    let alone = with(false).verdict();
    assert_eq!((alone.status, alone.kind), (Status::Rejected, InstalledKind::Unpacked));
    assert_eq!(found(&alone), [(Code::FileMissing, "info/paths.json")]);
    assert!(alone.findings[0].hint.contains("unpack it anew"));
    let compared = with(true).verdict();
    assert_eq!(compared.status, Status::Rejected);
    assert_eq!(found(&compared), [(Code::FileMissing, "info/paths.json")]);
    let mut changed = with(true);
    *node(&mut changed, GREETINGS) = Node::File(b"evil".to_vec());
    let expected = [(Code::FileSizeMismatch, GREETINGS), (Code::FileMissing, "info/paths.json")];
    assert_eq!(found(&changed.verdict()), expected);
    // No policy makes less of what nothing was compared with.
    let mut lenient = with(false);
    lenient.policy = Policy::new(Level::Ignore);
    assert_eq!(lenient.verdict().status, Status::Rejected);
}

#[test]
fn a_damaged_list_rejects_and_the_archive_says_what_the_files_are() {
    let package = sample::hello();
    for is_named in [true, false] {
        let mut host = host(&package);
        host.options.manifest = is_named.then(|| "info/paths.json".to_owned());
        let damaged = br#"{"paths_version": 1, "paths": 7}"#.to_vec();
        *node(&mut host, "info/paths.json") = Node::File(damaged.clone());
        host.manifest = damaged;
        *node(&mut host, GREETINGS) = Node::File(b"evil".to_vec());
        let alone = host.verdict();
        assert_eq!((alone.status, alone.findings.len()), (Status::Rejected, 1));
        host.original = From::of(&package);
        let compared = host.verdict();
        assert_eq!(compared.status, Status::Rejected);
        let mut expected = found(&alone);
        expected.push((Code::FileSizeMismatch, "info/paths.json"));
        expected.push((Code::FileSizeMismatch, GREETINGS));
        assert_eq!(found(&compared), expected);
    }
}

/// What was found, and where.
fn found(verdict: &InstalledVerdict) -> Vec<(Code, &str)> {
    let findings = verdict.findings.iter();
    findings.map(|it| (it.error.code(), it.error.path().unwrap_or_default())).collect()
}

#[test]
fn what_is_listed_twice_is_told_of_the_listing() {
    let package = sample::hello();
    let mut host = host(&package);
    let again = node(&mut host, GREETINGS).clone();
    host.files.push((GREETINGS.into(), again));
    let verdict = host.verdict();
    assert_eq!(found(&verdict), [(Code::EntryDuplicate, GREETINGS)]);
    assert!(verdict.findings[0].error.to_string().ends_with("is listed twice"));
}

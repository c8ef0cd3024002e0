//! Records that were edited, and what macOS signs: neither makes a changed file right.

use conda_verifier::{Check, Code, Depth, Severity, Status};
use conda_verifier_fixtures::installed::{Client, Linked, Node, linked};
use conda_verifier_fixtures::package::{File, FileMode, Package};
use conda_verifier_fixtures::sample;
use serde_json::json;

use super::folder::{Host, PREFIX, errors, findings};
use super::linked::{change, host, with_original};

const PLACEHOLDER: &str = "/opt/placehold_placehold_placehold_placehold_placehold_placehold";

fn library(magic: &[u8]) -> Package {
    let bytes = [magic, &[1; 200], PLACEHOLDER.as_bytes(), b"/lib\0", &[2; 200]].concat();
    let file = File::regular("lib/libgreet.dylib", bytes);
    sample::hello().with(file.placeholder(PLACEHOLDER, FileMode::Binary))
}

const MACH_O: &[u8] = &[0xcf, 0xfa, 0xed, 0xfe];

fn on_macos(host: Host) -> Host {
    let platform = Some("osx-arm64".to_owned());
    Host { options: conda_verifier::InstalledOptions { platform, ..host.options.clone() }, ..host }
}

/// On macOS a changed library is signed, with or without a note of it.
#[test]
fn what_macos_signs_is_not_recomputable() {
    let path = "lib/libgreet.dylib";
    for is_info_last in [false, true] {
        let package = library(MACH_O);
        let mut linked = linked(&package, Client::Conda, PREFIX);
        if let Node::File(bytes) = linked.node(path) {
            bytes.extend(b"signature");
        }
        let mut with = with_original(&linked, &package);
        with.original.as_mut().unwrap().is_info_last = is_info_last;
        for host in [host(&linked), with] {
            let verdict = on_macos(host).verdict();
            assert_eq!(verdict.status, Status::Unverified, "{:?}", verdict.findings);
            let warned = findings(&verdict, Severity::Warning);
            assert_eq!(warned, [(Code::PrefixReplacementUnknown, path.to_owned())]);
            for check in [Check::FileSizes, Check::FileSha256] {
                assert!(verdict.checks.iter().all(|made| made.check != check), "{check:?}");
                let not = verdict.not_checked.iter().find(|not| not.check == check).unwrap();
                assert_eq!(not.reason, "files that can't be recomputed: 1");
            }
        }
        let mut sizes = on_macos(with_original(&linked, &package));
        sizes.options.depth = Depth::Sizes;
        assert_eq!(sizes.verdict().status, Status::Unverified);
        // The host may have no digest, for all that one was asked for.
        let undigested = on_macos(with_original(&linked, &package)).undigested();
        assert_eq!(undigested.status, Status::Unverified, "{:?}", undigested.findings);
    }
}

#[test]
fn what_signing_can_not_do_is_rejected_on_macos() {
    let path = "lib/libgreet.dylib";
    type Change = fn(&mut Vec<u8>);
    let changes: [(&[u8], Change); 3] = [
        (b"\x7fELF", |bytes| bytes.extend(b"signature")),
        (MACH_O, |bytes| bytes[0] = b'#'),
        (MACH_O, |bytes| bytes.resize(bytes.len() + 70_000, 0)),
    ];
    for (magic, change) in changes {
        let package = library(magic);
        let mut linked = linked(&package, Client::Conda, PREFIX);
        if let Node::File(bytes) = linked.node(path) {
            change(bytes);
        }
        let verdict = on_macos(with_original(&linked, &package)).verdict();
        assert_eq!(errors(&verdict), [(Code::PrefixReplacementMismatch, path.to_owned())]);
    }
}

fn greet() -> Package {
    let script = format!("#!{PLACEHOLDER}/bin/python\nprint('hello')\n");
    Package::new("greet", "1.0", "0")
        .subdir("linux-64")
        .with(File::regular("bin/greet", script).placeholder(PLACEHOLDER, FileMode::Text))
        .file("share/plain", "as it was")
}

/// Whatever is written into the record, a changed file stays rejected.
#[test]
fn no_record_makes_a_changed_file_unknown() {
    type Edit = (&'static str, fn(&mut Linked));
    let edits: [Edit; 7] = [
        ("mode", |it| it.entry("bin/greet")["file_mode"] = json!("binary")),
        ("placeholder", |it| it.entry("bin/greet")["prefix_placeholder"] = json!("/x")),
        ("no placeholder", |it| it.entry("bin/greet")["prefix_placeholder"] = json!(null)),
        ("no digest", |it| {
            it.entry("bin/greet")["prefix_placeholder"] = json!(null);
            it.entry("bin/greet")["sha256"] = json!(null);
        }),
        ("platform", |it| it.record["subdir"] = json!("osx-64")),
        ("all", |it| {
            it.record["subdir"] = json!("osx-64");
            it.entry("bin/greet")["file_mode"] = json!("binary");
        }),
        ("no platform", |it| it.record["subdir"] = json!(null)),
    ];
    let package = greet();
    for (name, edit) in edits {
        for is_info_last in [false, true] {
            for platform in [None, Some("linux-64"), Some("osx-64")] {
                let mut linked = linked(&package, Client::Conda, PREFIX);
                change(&mut linked, "bin/greet");
                edit(&mut linked);
                let mut host = with_original(&linked, &package);
                host.original.as_mut().unwrap().is_info_last = is_info_last;
                host.options.platform = platform.map(str::to_owned);
                let verdict = host.verdict();
                let found = errors(&verdict);
                let expected = (Code::PrefixReplacementMismatch, "bin/greet".to_owned());
                assert!(found.contains(&expected), "{name}, {is_info_last}: {found:?}");
            }
        }
    }
    // One that gets a placeholder which the package does not have.
    for is_info_last in [false, true] {
        let mut linked = linked(&package, Client::Conda, PREFIX);
        change(&mut linked, "share/plain");
        linked.entry("share/plain")["prefix_placeholder"] = json!("as");
        let mut host = with_original(&linked, &package);
        host.original.as_mut().unwrap().is_info_last = is_info_last;
        let found = errors(&host.verdict());
        assert_eq!(found, [(Code::FileSha256Mismatch, "share/plain".to_owned())]);
    }
    // A link that became a file.
    let package = sample::hello();
    let mut linked = linked(&package, Client::Conda, PREFIX);
    *linked.node("lib/libhello.so") = Node::File(b"evil".to_vec());
    linked.entry("lib/libhello.so")["prefix_placeholder"] = json!("/x");
    let found = errors(&with_original(&linked, &package).verdict());
    assert_eq!(found, [(Code::FileTypeMismatch, "lib/libhello.so".to_owned())]);
}

/// Whoever takes all but the names out of the record spares a changed file nothing, also where
/// the archive says behind the file that it has a placeholder.
#[test]
fn names_alone_make_no_changed_file_unknown() {
    let mut linked = linked(&greet(), Client::Conda, PREFIX);
    change(&mut linked, "bin/greet");
    linked.record.as_object_mut().unwrap().remove("paths_data");
    for is_info_last in [false, true] {
        let mut host = with_original(&linked, &greet());
        host.original.as_mut().unwrap().is_info_last = is_info_last;
        let found = errors(&host.verdict());
        assert_eq!(found, [(Code::PrefixReplacementMismatch, "bin/greet".to_owned())]);
    }
}

/// Whoever takes the list of digests out of the record does not spare a file its comparison.
#[test]
fn a_record_without_digests_is_held_to_the_archive() {
    let path = "share/hello/greetings.txt";
    for client in Client::ALL {
        let mut linked = linked(&sample::hello(), client, PREFIX);
        change(&mut linked, path);
        linked.record.as_object_mut().unwrap().remove("paths_data");
        let verdict = with_original(&linked, &sample::hello()).verdict();
        assert_eq!(verdict.status, Status::Rejected, "{client:?}");
        assert!(errors(&verdict).contains(&(Code::FileSha256Mismatch, path.to_owned())));
    }
}

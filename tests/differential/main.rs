//! What we hand out as sound, other tools unpack as well, to the byte: Python's own modules,
//! libarchive, conda-package-streaming and rattler.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "tests"
)]

#[expect(dead_code, reason = "not every test needs every entrance")]
#[path = "../support/mod.rs"]
mod support;

#[path = "../support/left_out.rs"]
mod left_out;

#[path = "../support/packages_below.rs"]
mod packages_below;

#[expect(dead_code, unreachable_pub, reason = "it is for the fuzz targets")]
#[path = "../../fuzz/src/harness/listed.rs"]
mod fuzz_listed;

mod container;
mod crafted;
mod header;
mod info_zip;
mod manifests;
mod mutants;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use conda_verifier::{Code, Error, Expectation, Fault, NodeKind, Sha256Digest, Status, Verifier};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::spoil::Spoil;
use conda_verifier_fixtures::{bzip2, cases};

use left_out::left_out;
use mutants::Mutant;
use packages_below::packages_below;
use serde_json::Value;
use support::{Handed, hand_out};
use tools::{Answers, Node, Tools};

/// How many packages are made for a run.
const MUTANTS: u64 = 2_000;
const MANIFESTS: u64 = 2_000;

/// What we hand out.
struct Ours {
    nodes: BTreeMap<String, Node>,
    has_hard_links: bool,
    /// Whether a `.tar.bz2` has more than one stream, which we note.
    has_streams: bool,
}

/// What we hand out of a package, as the tools tell it; `None` where we refuse it.
fn ours(file_name: &str, bytes: &[u8]) -> Option<Ours> {
    let named = Expectation::nothing().named(file_name);
    let Handed { files, links, verdict, .. } = hand_out(&Verifier::new(), bytes, &named, None);
    if verdict.status == Status::Rejected {
        return None;
    }
    let has_hard_links = links.iter().any(|link| link.kind == NodeKind::Hardlink);
    let of_streams = |error: &Error| error.code() == Code::Bzip2MultipleStreams;
    let has_streams = verdict.findings.iter().any(|finding| of_streams(&finding.error));
    let latin = |text: &str| -> String { text.bytes().map(char::from).collect() };
    let node = |kind: &str, mode: u32, what: String| Node {
        kind: kind.to_owned(),
        mode: mode.into(),
        what,
    };
    let mut nodes = BTreeMap::new();
    for (path, mode, bytes) in files {
        let digest = Sha256Digest::of(&bytes).to_string();
        assert!(nodes.insert(latin(&path), node("file", mode, digest)).is_none());
    }
    for link in links {
        let made = match link.kind {
            NodeKind::Symlink => node("symlink", 0o777, latin(&link.target)),
            NodeKind::Hardlink => nodes[&latin(&link.target)].clone(),
            NodeKind::Directory => node("directory", 0o755, String::new()),
        };
        assert!(nodes.insert(latin(&link.path), made).is_none());
    }
    Some(Ours { nodes, has_hard_links, has_streams })
}

/// What differs between us and a tool, if anything does.
fn difference(
    tool: &str,
    ours: &BTreeMap<String, Node>,
    theirs: &BTreeMap<String, Node>,
    has_hard_links: bool,
) -> Option<String> {
    let is_directory = |node: &&Node| node.kind == "directory";
    for path in ours.keys().chain(theirs.keys()) {
        let (own, their) = (ours.get(path), theirs.get(path));
        let is_same = match (own, their) {
            (Some(own), Some(their)) => {
                // Set-id bits are not handed out; installers make of the others what they like.
                // Of a hard link some take the bits, for all names of the file.
                let mask = if ["python", "libarchive"].contains(&tool) { 0o777 } else { 0o100 };
                let counts = own.kind == "file" && !has_hard_links;
                (own.kind == their.kind && own.what == their.what)
                    && (!counts || own.mode & mask == their.mode & mask)
            }
            // Paths make the directories above them; without anything in them nobody lists them.
            (None, Some(their)) => is_directory(&their),
            (Some(own), None) => is_directory(&own),
            (None, None) => true,
        };
        if !is_same {
            return Some(format!("{path:?}: ours {own:?}, theirs {their:?}"));
        }
    }
    None
}

/// What we hand out and Python finds listed in another way, or not at all.
fn listed_otherwise(ours: &BTreeMap<String, Node>, listed: &Value) -> Option<String> {
    if let Some(words) = listed.as_str() {
        return Some(format!("info/paths.json is no manifest to Python: {words}"));
    }
    let listed = listed.as_object()?;
    let payload = ours.iter().filter(|(path, _)| !path.starts_with("info/"));
    for (path, node) in payload {
        let entry = listed.get(path).unwrap_or(&Value::Null);
        let is_same = match (node.kind.as_str(), entry[0].as_str()) {
            // Upper-case digits are the same digest.
            ("file", Some("hardlink")) => {
                entry[1].as_str().is_none_or(|digest| digest.eq_ignore_ascii_case(&node.what))
            }
            ("symlink", Some("softlink")) | ("directory", Some("directory")) => true,
            _ => false,
        };
        if !is_same {
            return Some(format!("{path:?}: ours {node:?}, listed {entry}"));
        }
    }
    let missing =
        listed.keys().find(|path| !ours.contains_key(*path) && !path.starts_with("info/"));
    missing.map(|path| format!("{path:?} is listed and not handed out"))
}

/// How often what happened.
#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    accepted: usize,
    /// Packages of which rattler took the first stream alone.
    first_streams: usize,
    refusals: BTreeMap<String, (usize, String)>,
    differences: Vec<String>,
}

impl Tally {
    fn compare(&mut self, tools: &mut Tools, what: &str, file_name: &str, bytes: &[u8]) {
        self.asked += 1;
        let Some(ours) = ours(file_name, bytes) else { return };
        self.accepted += 1;
        let Ours { nodes: ours, has_hard_links, has_streams } = ours;
        let Answers { tools: answers, composed, listed } = tools.ask(file_name, bytes);
        if let Some(found) = listed_otherwise(&ours, &listed) {
            self.differences.push(format!("{what}: {found}"));
        }
        let form_c = |text: &String| composed.get(text).unwrap_or(text).clone();
        let in_form_c = ours.iter().map(|(path, node)| {
            let is_link = node.kind == "symlink";
            let what = if is_link { form_c(&node.what) } else { node.what.clone() };
            (form_c(path), Node { what, ..node.clone() })
        });
        let in_form_c: BTreeMap<_, _> = in_form_c.collect();
        for (tool, answer) in answers {
            // It reads the first stream alone: what the note is about. So some files are
            // missing, and none is there that we don't have.
            if has_streams && tool == "rattler" {
                let theirs = answer.unwrap_or_default();
                self.first_streams += usize::from(!theirs.is_empty() && theirs.len() < ours.len());
                let common = theirs.keys().filter_map(|path| ours.get_key_value(path));
                let common = common.map(|(path, node)| (path.clone(), node.clone())).collect();
                if let Some(found) = difference(&tool, &common, &theirs, has_hard_links) {
                    self.differences.push(format!("{what}: {tool}: {found}"));
                }
                continue;
            }
            let ours = if tool == "libarchive" { &in_form_c } else { &ours };
            match answer {
                Err(words) => {
                    let words: String = words.chars().take(120).collect();
                    let key =
                        format!("{tool}: {}", words.split(['\'', '"', '/']).next().unwrap_or(""));
                    let (count, _) =
                        self.refusals.entry(key).or_insert_with(|| (0, format!("{what}: {words}")));
                    *count += 1;
                }
                Ok(theirs) => {
                    if let Some(found) = difference(&tool, ours, &theirs, has_hard_links) {
                        self.differences.push(format!("{what}: {tool}: {found}"));
                    }
                }
            }
        }
    }

    fn check(&self, name: &str) {
        let Self { asked, accepted, first_streams, .. } = self;
        eprintln!("{name}: {asked} packages, {accepted} accepted, {first_streams} in part");
        for (key, (count, example)) in &self.refusals {
            eprintln!("  {count} refused by {key} (such as {example})");
        }
        let shown: Vec<_> = self.differences.iter().take(40).map(String::as_str).collect();
        assert!(shown.is_empty(), "{} differ:\n{}", self.differences.len(), shown.join("\n"));
    }
}

fn start(name: &str) -> Option<Tools> {
    let tools = Tools::start(name);
    if tools.is_none() {
        left_out("other tools unpack the same: no target/python-bench");
    }
    tools
}

#[test]
fn the_generators_packages() {
    let Some(mut tools) = start("generated") else { return };
    let mut tally = Tally::default();
    for package in sample::all() {
        for format in Format::ALL {
            let name = package.file_name(format);
            tally.compare(&mut tools, &name, &name, &package.bytes(format));
            assert_eq!(tally.accepted, tally.asked);
        }
    }
    let zip64 = sample::hello().stages().conda_archive_zip64().bytes();
    tally.compare(&mut tools, "zip64", &sample::hello().file_name(Format::Conda), &zip64);
    for spoil in Spoil::ALL {
        for format in Format::ALL {
            let package = sample::hello();
            let name = package.file_name(format);
            tally.compare(&mut tools, spoil.name(), &name, &spoil.apply(&package, format));
        }
    }
    tally.check("the generator's");
    assert!(tally.refusals.is_empty());
}

/// The cases of hostile and odd packages. Those of some size are about limits.
#[test]
fn cases_of_packages() {
    let Some(mut tools) = start("cases") else { return };
    let mut tally = Tally::default();
    for number in cases::numbers() {
        for variant in cases::case(number).variants {
            if variant.bytes.len() < 8 << 20 {
                let what = format!("case {number} {}", variant.name);
                tally.compare(&mut tools, &what, &variant.file_name, &variant.bytes);
            }
        }
    }
    tally.check("cases");
    assert!(tally.accepted > 10);
}

#[test]
fn real_packages() {
    let Some(mut tools) = start("real") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !root.is_dir() {
        left_out("real packages, unpacked by other tools: none at ../shared/corpus");
        return;
    }
    let (mut found, mut tally) = (Vec::new(), Tally::default());
    packages_below(&root, &mut found);
    let mut seen = BTreeSet::new();
    for path in found {
        let bytes = fs::read(&path).unwrap();
        if seen.insert(Sha256Digest::of(&bytes).to_string()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            tally.compare(&mut tools, &path.to_string_lossy(), name, &bytes);
        }
    }
    tally.check("real ones");
    assert!(tally.accepted > 50);
}

/// The package with a list of the names that we find in it; a second round lists what was
/// hidden behind what is not there.
fn listed(mutant: &Mutant) -> (Vec<u8>, String) {
    let mut names = String::new();
    for _ in 0..2 {
        let bytes = mutant.bytes(Some(&names));
        let verdict = Verifier::new().examine(bytes.as_slice(), Expectation::nothing()).run();
        let verdict = verdict.unwrap();
        for finding in &verdict.findings {
            if let Fault::FileUnlisted { path } = &*finding.error {
                names.push_str(path);
                names.push('\n');
            }
        }
    }
    (mutant.bytes(Some(&names)), names)
}

/// Entries that some reader is known to take for something else.
#[test]
fn crafted_packages() {
    let Some(mut tools) = start("crafted") else { return };
    let mut tally = Tally::default();
    for mutant in crafted::crafted() {
        let (bytes, _) = listed(&mutant);
        tally.compare(&mut tools, &mutant.about, &mutant.file_name(), &bytes);
    }
    tally.check("crafted ones");
    assert!(tally.accepted > 40, "too many of them are refused to show anything");
}

/// What the note on several streams says of rattler.
#[test]
fn the_first_stream_alone() {
    let Some(mut tools) = start("streams") else { return };
    let mut tally = Tally::default();
    let package = sample::hello();
    let (mut first, mut second) = (package.stages(), package.stages());
    first.info.end_blocks = 0;
    second.pkg.entries = first.pkg.entries.split_off(2);
    first.pkg.end_blocks = 0;
    let first = [first.info.bytes(), first.pkg.bytes()].concat();
    let bytes = bzip2::compress_streams(&[&first, &second.pkg.bytes()], 1);
    let name = package.file_name(Format::TarBz2);
    tally.compare(&mut tools, "two streams", &name, &bytes);
    tally.check("of two streams");
    assert_eq!((tally.accepted, tally.first_streams), (1, 1));
}

/// Packages changed in their headers, with checksums that are right and with a list of what we
/// find in them.
#[test]
fn changed_packages() {
    let Some(mut tools) = start("changed") else { return };
    let (mut count, mut first) = (MUTANTS, 0);
    // More of them, or one again: `CONDA_VERIFIER_MUTANTS=100000` or `=1@4711`.
    if let Ok(text) = std::env::var("CONDA_VERIFIER_MUTANTS") {
        let (number, from) = text.split_once('@').unwrap_or((&text, "0"));
        (count, first) = (number.parse().unwrap(), from.parse().unwrap());
    }
    let mut tally = Tally::default();
    for seed in first..first + count {
        let mutant = Mutant::new(seed);
        let (bytes, _) = listed(&mutant);
        let what = format!("mutant {seed} ({})", mutant.about);
        tally.compare(&mut tools, &what, &mutant.file_name(), &bytes);
    }
    tally.check("changed ones");
    assert!(count < 100 || tally.accepted as u64 > count / 10);
}

/// Packages of which the text of the manifest is changed: what we take for sound is listed so
/// for Python too.
#[test]
fn changed_manifests() {
    let Some(mut tools) = start("manifests") else { return };
    let mut tally = Tally::default();
    for seed in 0..MANIFESTS {
        let (about, bytes) = manifests::with_changed_manifest(seed);
        let name = sample::empty().file_name(Format::TarBz2);
        tally.compare(&mut tools, &format!("manifest {seed} ({about})"), &name, &bytes);
    }
    tally.check("those with changed manifests");
    assert!(tally.accepted as u64 > MANIFESTS / 20);
}

/// What the fuzzing engine found worth keeping, where it ran: tars as the payload.
#[test]
fn fuzzed_payloads() {
    let Some(mut tools) = start("fuzzed") else { return };
    let mut tally = Tally::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz/corpus/tar_reader");
    let Ok(folder) = fs::read_dir(root) else { return };
    for entry in folder {
        let path = entry.unwrap().path();
        let payload = fuzz_listed::mended(&fs::read(&path).unwrap());
        for format in Format::ALL {
            let mutant = Mutant::of_payload("", payload.clone(), format);
            let (bytes, _) = listed(&mutant);
            tally.compare(&mut tools, &path.to_string_lossy(), &mutant.file_name(), &bytes);
        }
    }
    tally.check("fuzzed ones");
}

//! Any bytes as a tar: where we accept it, the `tar` crate reads the same out of it.

use std::collections::BTreeMap;
use std::io::Read as _;

use conda_verifier::{Expectation, NodeKind};
use conda_verifier_fixtures::package::Format;

use super::handing::support;
use super::listed::{listing_package, mended, verifier};

/// What an entry is, for a reader that knows nothing of us.
#[derive(Debug, PartialEq, Eq)]
enum Node {
    File(u32, Vec<u8>),
    Symlink(Vec<u8>),
    HardLink(Vec<u8>),
}

/// Runs it.
pub fn run(bytes: &[u8]) {
    let tar = mended(bytes);
    let Some(package) = listing_package(&tar, Format::Conda) else { return };
    let handed = support::hand_out(&verifier(), &package, &Expectation::nothing(), None);
    let mut ours = BTreeMap::new();
    for (path, mode, bytes) in handed.files {
        if !path.starts_with("info/") {
            ours.insert(path.into_bytes(), Node::File(mode, bytes));
        }
    }
    for link in handed.links {
        let target = link.target.into_bytes();
        let node = match link.kind {
            NodeKind::Symlink => Node::Symlink(target),
            NodeKind::Hardlink => Node::HardLink(target),
            NodeKind::Directory => continue,
        };
        ours.insert(link.path.into_bytes(), node);
    }
    let theirs = read(&tar);
    // All hard links lead to the first file, here too.
    let first = |target: &Vec<u8>| match theirs.get(target) {
        Some(Node::HardLink(first)) => first.clone(),
        _ => target.clone(),
    };
    let resolved = theirs.iter().map(|(path, node)| match node {
        Node::HardLink(target) => (path, Node::HardLink(follow(&first, target))),
        Node::Symlink(target) => (path, Node::Symlink(target.clone())),
        Node::File(mode, bytes) => (path, Node::File(*mode, bytes.clone())),
    });
    let theirs: BTreeMap<_, _> = resolved.map(|(path, node)| (path.clone(), node)).collect();
    assert_eq!(ours, theirs);
}

/// The file that a chain of hard links leads to; each leads to an entry before it.
fn follow(first: &dyn Fn(&Vec<u8>) -> Vec<u8>, target: &Vec<u8>) -> Vec<u8> {
    let next = first(target);
    if next == *target { next } else { follow(first, &next) }
}

fn read(bytes: &[u8]) -> BTreeMap<Vec<u8>, Node> {
    let mut archive = tar::Archive::new(bytes);
    let mut nodes = BTreeMap::new();
    for entry in archive.entries().expect("it can be read") {
        let mut entry = entry.expect("an entry that we took");
        let plain = |path: &[u8]| path.strip_prefix(b"./").unwrap_or(path).to_vec();
        let path = plain(&entry.path_bytes());
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        let kind = entry.header().entry_type();
        let node = if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        } else if kind.is_file() {
            // As whom a file runs is not handed out.
            // The crate refuses a blank one, which is 0 for everybody else.
            let mode = entry.header().mode().unwrap_or(0) & 0o777;
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("content that we took");
            Node::File(mode, content)
        } else if kind.is_symlink() {
            Node::Symlink(target)
        } else if kind.is_hard_link() {
            Node::HardLink(plain(&target))
        } else {
            panic!("an entry of the type {kind:?} was taken")
        };
        assert!(nodes.insert(path, node).is_none(), "a path that occurs twice was taken");
    }
    nodes
}

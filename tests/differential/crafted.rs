//! Entries that one or another reader takes for something else.

use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::tar::{self, Entry, kind};

use crate::mutants::{Mutant, smuggled};

/// Entries of which one or another reader makes something else, and what they are.
pub(crate) fn crafted() -> Vec<Mutant> {
    let long = |length: usize| "n".repeat(length);
    let renamed = |kind: u8, header: &str, path: &str| {
        Entry { kind, ..Entry::file(header, smuggled()) }.with_pax("path", path)
    };
    let by_gnu = |kind: u8, header: &str, path: &str| {
        let mut entry = Entry { kind, ..Entry::file(header, smuggled()) };
        entry.before.push(Entry::gnu_long(kind::GNU_LONG_NAME, path));
        entry
    };
    let before = |entry: Entry, before: Entry| Entry { before: vec![before], ..entry };
    let linked = |key| Entry::file("file", smuggled()).with_pax(key, "lib/target");
    let symlink = Entry::symlink("link", "lib/target");
    let hard = Entry::hard_link("link", "lib/target");
    let mut full = Entry::file(long(100), "x");
    full.prefix = long(155).into();
    let mut no_name = Entry::file("", "x");
    no_name.prefix = b"prefix".to_vec();
    let over = |at, bytes: &[u8]| Entry {
        over: vec![(at, bytes.to_vec())],
        ..Entry::file("file", smuggled())
    };
    let gnu_link = Entry::gnu_long(kind::GNU_LONG_LINK, "lib/target");
    let raw = |records: &[u8]| before(Entry::file("file", smuggled()), Entry::pax(records));
    let sized = |mut entry: Entry, size| {
        entry.size = Some(size);
        entry
    };
    let crafted = vec![
        ("an old file named as a directory, renamed", vec![renamed(0, "file/", "file")]),
        ("a file named as a directory, renamed", vec![renamed(b'0', "file/", "file")]),
        ("an old file named as a directory, by L", vec![by_gnu(0, "file/", "file")]),
        ("a file named as a directory, by L", vec![by_gnu(b'0', "file/", "file")]),
        ("a file renamed to a directory", vec![renamed(b'0', "file", "file/")]),
        ("a renamed file without a name", vec![renamed(b'0', "", "file")]),
        ("a renamed file above the folder", vec![renamed(b'0', "../file", "file")]),
        ("a file that has a link in pax", vec![linked("linkpath")]),
        ("a file that has a link of GNU", vec![before(over(157, b""), gnu_link.clone())]),
        ("a file with a link in its header", vec![over(157, b"lib/target")]),
        ("a file with a device", vec![over(329, b"0000001\0" as &[u8])]),
        ("a link renamed", vec![symlink.clone().with_pax("path", "other/")]),
        ("a link with a size in pax", vec![symlink.clone().with_pax("size", "0")]),
        ("a hard link with a size in pax", vec![hard.clone().with_pax("size", "512")]),
        ("a hard link with a size", vec![sized(hard.clone(), 512)]),
        (
            "a hard link whose target pax has",
            vec![hard.clone().with_pax("linkpath", "./lib/target")],
        ),
        ("a hard link to a hard link", vec![hard, Entry::hard_link("third", "link")]),
        ("a directory without a slash, by pax", vec![Entry::directory("a").with_pax("path", "b")]),
        ("a directory with a size in pax", vec![Entry::directory("a").with_pax("size", "512")]),
        ("a full prefix and a full name", vec![full]),
        ("a prefix without a name", vec![no_name]),
        ("a prefix that pax overrules", vec![renamed(b'0', "name", "file")]),
        (
            "pax, then L",
            vec![{
                let mut entry = by_gnu(b'0', "header", "gnu");
                entry.before.insert(0, Entry::pax(tar::pax_record("mtime", "1.5")));
                entry
            }],
        ),
        (
            "L, then pax",
            vec![{
                let mut entry = by_gnu(b'0', "header", "gnu");
                entry.before.push(Entry::pax(tar::pax_record("mtime", "1.5")));
                entry
            }],
        ),
        (
            "a long name without its end",
            vec![{
                let mut entry = by_gnu(b'0', "header", "gnu");
                entry.before[0].data.pop();
                entry
            }],
        ),
        ("a size in octal with zeros", vec![raw(&tar::pax_record("size", "0512"))]),
        ("a size in pax for an empty header", vec![sized(raw(&tar::pax_record("size", "512")), 0)]),
        ("a record with zeros in its length", vec![raw(b"0012 path=a\n")]),
        ("a record without a value", vec![raw(b"8 path=\n")]),
        ("a record of times", vec![raw(b"11 mtime=x\n11 atime=-\n")]),
        ("a record that is cut off", vec![raw(b"30 mtime=1\n")]),
        ("an empty header", vec![raw(b"")]),
        ("zeros behind records", vec![raw(b"11 mtime=1\n\0\0\0")]),
        (
            "a global header alone",
            vec![before(over(157, b""), Entry::pax_global(b"13 comment=x\n".as_slice()))],
        ),
        (
            "a global header of numbers",
            vec![before(over(157, b""), Entry::pax_global(b"8 uid=7\n9 gid=77\n".as_slice()))],
        ),
        ("a magic of GNU and a version", vec![over(257, b"ustar \0\0" as &[u8])]),
        ("a version of spaces", vec![over(257, b"ustar\0  " as &[u8])]),
        ("an entry of star", vec![over(500, b"\0\0\0\0\0\0\0\0tar\0" as &[u8])]),
        ("an old header", vec![over(257, b"\0\0\0\0\0\0\0\0" as &[u8])]),
        ("a dump of directories", vec![over(156, b"D")]),
        ("metadata of macOS", vec![Entry::file("._file", smuggled()), Entry::file("file", "x")]),
        ("metadata of macOS, below", vec![Entry::file("lib/._target", smuggled())]),
        ("sparse by its name", vec![Entry::file("./GNUSparseFile.0/file", "x")]),
        ("two names of a folder", vec![Entry::directory("a"), Entry::directory("./a")]),
        ("nothing behind an empty name", vec![Entry::directory(".")]),
    ];
    let mutants = crafted.into_iter().flat_map(|(about, entries)| {
        let target = Entry::file("lib/target", "the target");
        let last = Entry::file("last", "the last one");
        let all = [vec![target], entries, vec![last]].concat();
        let payload = tar::Archive::new(all).bytes();
        Format::ALL.map(|format| Mutant::of_payload(about, payload.clone(), format))
    });
    mutants.collect()
}

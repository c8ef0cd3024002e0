//! tars within both formats.

use conda_verifier::Code;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::tar::{Entry, base256, kind, pax_record};

use super::Case;

const FILE: &str = "share/hello/greetings.txt";

/// Spoils one entry of the payload.
fn entry(name: &'static str, code: Code, spoil: impl Fn(&mut Entry)) -> [Case; 2] {
    Case::both(name, code, |stages| spoil(stages.pkg.entry(FILE)))
}

/// Adds an entry to the payload.
fn extra(name: &'static str, code: Code, entry: Entry) -> [Case; 2] {
    Case::both(name, code, |stages| stages.pkg.entries.push(entry.clone()))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::stages("content cut off", Code::TarTruncated, Format::Conda, |s| {
            s.pkg.end_blocks = 0;
            s.pkg.padding = 512;
            let last = s.pkg.entries.last_mut().unwrap();
            last.size = Some(last.data.len() as u64 + 5_000);
        }),
        Case::stages("no successor of a long name", Code::TarTruncated, Format::Conda, |s| {
            s.pkg.entries.push(Entry::gnu_long(b'L', "no successor"));
        }),
    ];
    cases.extend(
        [
            Case::both("cut between entries", Code::TarTruncated, |s| {
                s.pkg.end_blocks = 0;
                s.pkg.padding = 512;
            }),
            Case::both("one end block of two", Code::TarTruncated, |s| {
                s.pkg.end_blocks = 1;
                s.pkg.padding = 512;
            }),
            Case::both("something behind the end", Code::TarTrailingData, |s| {
                s.pkg.trailing = Entry::file("hidden", b"x".as_slice()).bytes();
            }),
            Case::both("two MiB of zeros behind the end", Code::TarTrailingData, |s| {
                s.pkg.trailing = vec![0; 2 << 20];
            }),
            entry("a wrong checksum", Code::TarMalformed, |e| e.checksum = Some(7)),
            entry("a size that is not octal", Code::TarMalformed, |e| {
                e.size_field = Some(*b"0000000008x ");
            }),
            entry("a blank size", Code::TarMalformed, |e| {
                (e.size_field, e.data) = (Some([b' '; 12]), Vec::new());
            }),
            entry("a negative size", Code::TarMalformed, |e| e.size_field = Some(base256(-1))),
            // To Python's tarfile it is a directory, and what is in it further entries.
            entry("an old header named as a directory", Code::TarMalformed, |e| {
                e.before.push(Entry::pax(pax_record("path", FILE)));
                (e.kind, e.path) = (0, format!("{FILE}/").into());
            }),
            // Python's tarfile takes a header with such a number for the end.
            entry("an owner that is not octal", Code::TarMalformed, |e| {
                e.over = vec![(108, b"0000_07\0".to_vec())];
            }),
            entry("a time that is not octal", Code::TarMalformed, |e| {
                e.over = vec![(136, b"13602760400x".to_vec())];
            }),
            entry("a device that is not octal", Code::TarMalformed, |e| {
                e.over = vec![(337, b"8".to_vec())];
            }),
            // rattler does not see its bits.
            entry("a mode in base 256", Code::TarMalformed, |e| {
                e.over = vec![(100, b"\x80\0\0\0\0\0\x01\xa4".to_vec())];
            }),
            // libarchive takes it for 0.
            entry("a mode behind a line feed", Code::TarMalformed, |e| {
                e.over = vec![(100, b"\n000644\0".to_vec())];
            }),
            entry("a pax key with a NUL", Code::TarMalformed, |e| {
                e.before.push(Entry::pax(pax_record("mtime\0", "1")));
            }),
            entry("a size of 2^62", Code::TarTruncated, |e| {
                e.size_field = Some(base256(1 << 62));
            }),
            entry("a malformed pax record", Code::TarMalformed, |e| {
                e.before.push(Entry::pax("99 path=x\n"));
            }),
            entry("a pax key twice", Code::TarMalformed, |e| {
                let records = [pax_record("path", "a"), pax_record("path", "b")].concat();
                e.before.push(Entry::pax(records));
            }),
            entry("two pax headers", Code::TarMalformed, |e| {
                e.before.push(Entry::pax(pax_record("mtime", "1")));
                e.before.push(Entry::pax(pax_record("mtime", "2")));
            }),
            entry("a global pax header with a path", Code::TarMalformed, |e| {
                e.before.push(Entry::pax_global(pax_record("path", "evil")));
            }),
            entry("a GNU header with a POSIX prefix", Code::TarMalformed, |e| {
                e.dialect = conda_verifier_fixtures::tar::Dialect::Gnu;
                e.prefix = b"evil".to_vec();
            }),
            entry("two global pax headers", Code::TarMalformed, |e| {
                e.before.push(Entry::pax_global(pax_record("comment", "1")));
                e.before.push(Entry::pax_global(pax_record("comment", "2")));
            }),
            entry("a long name with a NUL within", Code::TarMalformed, |e| {
                e.before.push(Entry::gnu_long(b'L', b"a\0b".as_slice()));
            }),
            entry("a pax size of another value", Code::TarHeadersDisagree, |e| {
                e.before.push(Entry::pax(pax_record("size", "0")));
            }),
            entry("a pax size where the header has none", Code::TarHeadersDisagree, |e| {
                e.before.push(Entry::pax(pax_record("size", e.data.len().to_string())));
                e.size = Some(0);
                e.data.clear();
            }),
            entry("a pax path and a GNU long name", Code::TarHeadersDisagree, |e| {
                e.before.push(Entry::gnu_long(b'L', "one"));
                e.before.push(Entry::pax(pax_record("path", "two")));
            }),
            extra(
                "a directory with content",
                Code::TarMalformed,
                Entry::new(kind::DIRECTORY, "folder", b"content".as_slice()),
            ),
            extra(
                "a character device",
                Code::TarEntryUnsupported,
                Entry::new(b'3', "dev/null", b"".as_slice()),
            ),
            extra(
                "a block device",
                Code::TarEntryUnsupported,
                Entry::new(b'4', "dev/sda", b"".as_slice()),
            ),
            extra("a pipe", Code::TarEntryUnsupported, Entry::new(b'6', "pipe", b"".as_slice())),
            extra(
                "a contiguous file",
                Code::TarEntryUnsupported,
                Entry::new(b'7', "contiguous", b"".as_slice()),
            ),
            extra(
                "a GNU sparse file",
                Code::TarEntryUnsupported,
                Entry::new(b'S', "sparse", b"".as_slice()),
            ),
            entry("a pax sparse file", Code::TarEntryUnsupported, |e| {
                e.before.push(Entry::pax(pax_record("GNU.sparse.major", "1")));
            }),
            extra("a path upwards", Code::PathUnsafe, Entry::file("../x", b"".as_slice())),
            extra("a path down and up", Code::PathUnsafe, Entry::file("a/../../x", b"".as_slice())),
            extra("an absolute path", Code::PathUnsafe, Entry::file("/etc/x", b"".as_slice())),
            extra("a drive", Code::PathUnsafe, Entry::file("C:/x", b"".as_slice())),
            extra("a backslash", Code::PathUnsafe, Entry::file("..\\x", b"".as_slice())),
            extra("an empty path", Code::PathUnsafe, Entry::file("", b"".as_slice())),
            extra("two leading dots", Code::PathUnsafe, Entry::file("././x", b"".as_slice())),
            extra(
                "a path that is not UTF-8",
                Code::PathUnsafe,
                Entry::file(b"\xff", b"".as_slice()),
            ),
            extra("a pax path upwards", Code::PathUnsafe, {
                Entry::file("fine", b"".as_slice()).with_pax("path", "../x")
            }),
            extra("the same file once more", Code::EntryDuplicate, {
                Entry::file(FILE, "hello\nbonjour\nこんにちは\n".as_bytes())
            }),
            extra("a file where a folder is", Code::EntryBelowNonDirectory, {
                Entry::file("share", b"".as_slice())
            }),
            extra("a file below a file", Code::EntryBelowNonDirectory, {
                Entry::file(format!("{FILE}/below"), b"".as_slice())
            }),
            Case::both("a file written through a link", Code::EntryBelowNonDirectory, |s| {
                s.pkg.entries.push(Entry::symlink("portal", "lib"));
                s.pkg.entries.push(Entry::file("portal/x", b"".as_slice()));
            }),
        ]
        .into_iter()
        .flatten(),
    );
    cases.extend([
        Case::stages(
            "a file of info/ in the pkg member",
            Code::EntryMisplaced,
            Format::Conda,
            |s| {
                s.pkg.entries.push(Entry::file("info/extra", b"".as_slice()));
            },
        ),
        Case::stages("payload in the info member", Code::EntryMisplaced, Format::Conda, |s| {
            s.info.entries.push(Entry::file("bin/evil", b"".as_slice()));
        }),
    ]);
    cases
}

//! Packages whose headers are changed, the same from the same seed.

use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::{File, Format};
use conda_verifier_fixtures::tar::{self, BLOCK, Dialect, Entry, kind};
use conda_verifier_fixtures::zip::{self, Header, Member};
use conda_verifier_fixtures::{bzip2, sample, zstd};

/// A package of which `info/files` is still to be written.
pub(crate) struct Mutant {
    /// What was done.
    pub(crate) about: String,
    format: Format,
    /// `info/`, where it is changed too.
    info: Option<tar::Archive>,
    payload: Vec<u8>,
    /// How the container is written, of several honest ways.
    way: usize,
    /// Edits of the zip, by a seed of their own.
    zip_seed: Option<u64>,
}

/// One of them.
fn pick<T: Clone>(noise: &mut Noise, of: &[T]) -> T {
    of[noise.next() as usize % of.len()].clone()
}

fn one_in(noise: &mut Noise, many: u32) -> bool {
    noise.next() % many == 0
}

impl Mutant {
    pub(crate) fn new(seed: u64) -> Self {
        let mut noise = Noise::new(seed);
        let format = if one_in(&mut noise, 3) { Format::TarBz2 } else { Format::Conda };
        let mut about = Vec::new();
        let mut archive = tar::Archive::new(base(&mut noise));
        archive.dot_slash = one_in(&mut noise, 4);
        let is_zip = format == Format::Conda && one_in(&mut noise, 4);
        if !is_zip {
            for _ in 0..1 + noise.next() % 2 {
                about.push(change(&mut archive, &mut noise));
            }
        }
        let mut payload = archive.bytes();
        if !is_zip && !one_in(&mut noise, 3) {
            for _ in 0..1 + noise.next() % 2 {
                about.push(change_header(&mut payload, &mut noise));
            }
        }
        // `info/` changed as well, a few times.
        let info = one_in(&mut noise, 6).then(|| {
            let mut stages = sample::empty().stages();
            let what = change(&mut stages.info, &mut noise);
            about.push(format!("info: {what}"));
            stages.info
        });
        let zip_seed = is_zip.then(|| u64::from(noise.next()));
        if is_zip {
            about.push("zip".to_owned());
        }
        let way = noise.next() as usize;
        Self { about: about.join(", "), format, info, payload, way, zip_seed }
    }

    pub(crate) fn of_payload(payload: Vec<u8>, format: Format) -> Self {
        Self { about: String::new(), format, info: None, payload, way: 1, zip_seed: None }
    }

    /// Entries of which one or another reader makes something else, and what they are.
    pub(crate) fn crafted() -> Vec<Self> {
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
            (
                "a directory without a slash, by pax",
                vec![Entry::directory("a").with_pax("path", "b")],
            ),
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
            (
                "a size in pax for an empty header",
                vec![sized(raw(&tar::pax_record("size", "512")), 0)],
            ),
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
            (
                "metadata of macOS",
                vec![Entry::file("._file", smuggled()), Entry::file("file", "x")],
            ),
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
            let of = move |format| Self {
                about: about.to_owned(),
                ..Self::of_payload(payload.clone(), format)
            };
            Format::ALL.map(of)
        });
        mutants.collect()
    }

    pub(crate) fn file_name(&self) -> String {
        sample::empty().file_name(self.format)
    }

    /// The package; with those names in `info/files` and no paths.json.
    pub(crate) fn bytes(&self, names: Option<&str>) -> Vec<u8> {
        let mut stages = sample::empty().stages();
        if let Some(info) = &self.info {
            stages.info = info.clone();
        }
        if let Some(names) = names {
            stages.info.entries.retain(|entry| entry.path != b"info/paths.json");
            // Unless a change took it away.
            let mut entries = stages.info.entries.iter_mut();
            if let Some(list) = entries.find(|entry| entry.path == b"info/files") {
                list.data = names.into();
            }
        }
        match self.format {
            Format::TarBz2 => {
                stages.info.end_blocks = 0;
                let tar = [stages.info.bytes(), self.payload.clone()].concat();
                match self.way % 4 {
                    0 => {
                        let (first, second) = tar.split_at(1 + self.way % (tar.len() - 1));
                        bzip2::compress_streams(&[first, second], 1)
                    }
                    way => bzip2::compress(&tar, [1, 9, 6, 1][way]),
                }
            }
            Format::Conda => {
                let mut archive = stages.conda_archive();
                archive.member("pkg-").set_data(zstd::Frame::raw(&self.payload).bytes());
                if self.way % 3 == 0 {
                    let members = archive.members.into_iter();
                    let zip64 = |it: Member| Member::stored_zip64(it.local.name, it.data);
                    archive = zip::Archive::new(members.map(zip64).collect());
                }
                if self.way % 5 == 0 {
                    archive.members.rotate_right(1 + self.way % 2);
                }
                match self.zip_seed {
                    Some(seed) => change_zip(archive, &mut Noise::new(seed)),
                    None => archive.bytes(),
                }
            }
        }
    }
}

/// A header of a file that is nowhere: a reader that loses its place meets it in the content
/// of another.
fn smuggled() -> Vec<u8> {
    Entry::file("smuggled", "who is this").bytes()
}

/// Some entries of every kind.
fn base(noise: &mut Noise) -> Vec<Entry> {
    let long = format!("share/{}/leaf", ["deep"; 24].join("/"));
    let mut gnu = Entry::file(long.as_str(), "gnu");
    gnu.dialect = Dialect::Gnu;
    gnu.path.push(b'2');
    let mut prefixed = Entry::file("name", "prefixed");
    prefixed.prefix = b"a/prefix".to_vec();
    let mut entries = vec![
        Entry::file("bin/tool", smuggled()).with_mode(0o755),
        Entry::file("empty", ""),
        Entry::file("lib/libx.so.1", [smuggled(), smuggled()].concat()),
        Entry::symlink("lib/libx.so", "libx.so.1"),
        Entry::hard_link("lib/libx.so.2", "lib/libx.so.1"),
        Entry::directory("var/empty"),
        Entry::file("text", "some text\n"),
        Entry::file(long, "pax"),
        gnu,
        prefixed,
        Entry::file("last", "the last one"),
    ];
    // Few of them: less that a change of one could collide with.
    let mut index = 0;
    entries.retain(|entry| {
        index += 1;
        entry.path == b"last" || entry.path == b"lib/libx.so.1" || !one_in(noise, 3)
    });
    entries
}

const KEYS: [&str; 46] = [
    "path",
    "path",
    "path",
    "linkpath",
    "linkpath",
    "size",
    "size",
    "uid",
    "gid",
    "mtime",
    "atime",
    "ctime",
    "uname",
    "gname",
    "charset",
    "hdrcharset",
    "comment",
    "GNU.sparse.name",
    "GNU.sparse.realsize",
    "GNU.sparse.major",
    "GNU.sparse.minor",
    "GNU.sparse.map",
    "GNU.sparse.size",
    "GNU.sparse.numblocks",
    "GNU.sparse.numbytes",
    "SCHILY.realsize",
    "SCHILY.xattr.user.x",
    "SCHILY.dev",
    "SCHILY.ino",
    "SCHILY.nlink",
    "SCHILY.acl.access",
    "SCHILY.fflags",
    "SCHILY.filetype",
    "SCHILY.devmajor",
    "LIBARCHIVE.creationtime",
    "LIBARCHIVE.xattr.user.x",
    "LIBARCHIVE.symlinktype",
    "RHT.security.selinux",
    "SUN.holesdata",
    "VENDOR.x",
    "PATH",
    "path ",
    "GNU.sparse.offset",
    "MSWINDOWS.rawsd",
    "LIBARCHIVE.path",
    "SCHILY.tarfiletype",
];

fn value(noise: &mut Noise, entry: &Entry) -> Vec<u8> {
    let size = entry.data.len();
    match noise.next() % 12 {
        0 => Vec::new(),
        1 => size.to_string().into(),
        2 => format!("{}", size + 512).into(),
        3 => pick(noise, &["0", "1", "-1", "+1", " 1", "1.5", "1e3", "0x10", "00", "1\0", "1,0"])
            .into(),
        4 => pick(noise, &["other", "dir/", "./other", "././x", "a//b", "other\0", "é", "../up"])
            .into(),
        5 => pick(noise, &["BINARY", "ISO-IR 10646 2000 UTF-8", "dir", "file", "\u{85}", "x\ny"])
            .into(),
        6 => b"\xff\xfe".to_vec(),
        7 => b"lib/libx.so.1".to_vec(),
        8 => noise.bytes(4),
        _ => name(noise, &entry.path),
    }
}

/// A path that is, or looks, like that one.
fn name(noise: &mut Noise, of: &[u8]) -> Vec<u8> {
    let mut name = of.to_vec();
    match noise.next() % 14 {
        0 => name.insert(0, b' '),
        1 => name.push(b' '),
        2 => name.push(b'/'),
        3 => name.extend(b"\0junk"),
        4 => name.splice(..0, *b"./").for_each(drop),
        5 => name.splice(..0, *b"info/").for_each(drop),
        6 => name.extend("é".as_bytes()),
        7 => name.extend("e\u{301}\u{200b}".as_bytes()),
        8 => name = name.to_ascii_uppercase(),
        9 => name.extend(b"/."),
        10 => name = b"renamed".to_vec(),
        11 => name.extend(*b"%2e\t"),
        12 => name.splice(..0, *b"._").for_each(drop),
        _ => {}
    }
    name
}

/// An entry that says something of the next.
fn extension(noise: &mut Noise, of: &Entry) -> Entry {
    let mut extension = match noise.next() % 8 {
        0 => Entry::gnu_long(kind::GNU_LONG_NAME, name(noise, &of.path)),
        1 => Entry::gnu_long(kind::GNU_LONG_LINK, name(noise, &of.link)),
        2 => Entry::pax_global(records(noise, of)),
        _ => Entry::pax(records(noise, of)),
    };
    match noise.next() % 8 {
        0 => extension.data.push(0),
        1 => drop(extension.data.pop()),
        2 => extension.data.extend(b"\0\0junk"),
        3 => extension.path = name(noise, &of.path),
        _ => {}
    }
    extension
}

fn records(noise: &mut Noise, of: &Entry) -> Vec<u8> {
    let mut all = Vec::new();
    for _ in 0..1 + noise.next() % 2 {
        let key = pick(noise, &KEYS);
        let mut record = tar::pax_record(key, value(noise, of));
        match noise.next() % 16 {
            0 => record.insert(0, b'0'),
            1 => record.insert(0, b' '),
            2 => drop(record.pop()),
            3 => record.push(b'\n'),
            4 => {
                let at = noise.next() as usize % record.len();
                record[at] = pick(noise, b"\t \n=0\0");
            }
            _ => {}
        }
        all.extend(record);
    }
    all
}

/// Changes the entries; says what it did.
fn change(archive: &mut tar::Archive, noise: &mut Noise) -> String {
    let at = noise.next() as usize % archive.entries.len();
    let mut entry = archive.entries[at].clone();
    let what = match noise.next() % 20 {
        0..=5 => {
            let extension = extension(noise, &entry);
            let what = format!("{} {}", char::from(extension.kind), extension.data.escape_ascii());
            let end = entry.before.len();
            entry.before.insert(if one_in(noise, 2) { 0 } else { end }, extension);
            what
        }
        6 => {
            entry.kind = pick(noise, b"\x0001234567xgLKSVMDAXNIE \xff");
            format!("type {:?}", char::from(entry.kind))
        }
        7 => {
            entry.path = name(noise, &entry.path);
            format!("name {}", entry.path.escape_ascii())
        }
        8 => {
            entry.link = name(noise, if entry.link.is_empty() { &entry.path } else { &entry.link });
            format!("link {}", entry.link.escape_ascii())
        }
        9 => {
            entry.prefix = pick(noise, &["p", "p/", "/p", "./p", ".", "p//q", "p\0q", " "]).into();
            format!("prefix {}", entry.prefix.escape_ascii())
        }
        10 => {
            entry.data = smuggled();
            "content".to_owned()
        }
        11 => {
            entry.dialect = Dialect::Gnu;
            "dialect".to_owned()
        }
        12 => {
            entry.mode = noise.next() & 0o7777;
            format!("mode {:o}", entry.mode)
        }
        13 => {
            archive.end_blocks = noise.next() as usize % 4;
            archive.padding = pick(noise, &[BLOCK, tar::RECORD]);
            "end".to_owned()
        }
        // What the header says itself is overruled, and may matter all the same.
        14..=17 => {
            let (path, link) = (entry.path.clone(), entry.link.clone());
            entry.path = name(noise, &path);
            let mut records = tar::pax_record("path", &path);
            if one_in(noise, 2) {
                entry.kind = pick(noise, b"\x00025");
            }
            if !link.is_empty() && one_in(noise, 2) {
                records.extend(tar::pax_record("linkpath", &link));
                entry.link = name(noise, &link);
            }
            entry.before.push(match noise.next() % 3 {
                0 => Entry::gnu_long(kind::GNU_LONG_NAME, path),
                _ => Entry::pax(records),
            });
            format!("overruled {:?} {}", char::from(entry.kind), entry.path.escape_ascii())
        }
        18 => {
            let other = noise.next() as usize % archive.entries.len();
            archive.entries.insert(other, entry.clone());
            "twice".to_owned()
        }
        _ => {
            archive.trailing = pick(noise, &[vec![0; 512], vec![0; 3], smuggled()]);
            "trailing".to_owned()
        }
    };
    if let Some(place) = archive.entries.get_mut(at).filter(|_| what != "twice") {
        *place = entry;
    }
    what
}

/// Where the headers of a tar are, as long as nobody has changed it.
fn headers(tar: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    while let Some(block) = tar.get(at..at + BLOCK).filter(|block| block[257..262] == *b"ustar") {
        found.push(at);
        let octal = String::from_utf8_lossy(&block[124..135]).into_owned();
        let size = usize::from_str_radix(octal.trim(), 8).unwrap_or(0);
        at += BLOCK + size.next_multiple_of(BLOCK);
    }
    found
}

/// The fields of a header: name, start, length, and whether it is a number.
const FIELDS: [(&str, usize, usize, bool); 17] = [
    ("name", 0, 100, false),
    ("mode", 100, 8, true),
    ("uid", 108, 8, true),
    ("gid", 116, 8, true),
    ("size", 124, 12, true),
    ("size", 124, 12, true),
    ("mtime", 136, 12, true),
    ("type", 156, 1, false),
    ("link", 157, 100, false),
    ("magic", 257, 6, false),
    ("version", 263, 2, false),
    ("uname", 265, 32, false),
    ("gname", 297, 32, false),
    ("devmajor", 329, 8, true),
    ("devminor", 337, 8, true),
    ("prefix", 345, 155, false),
    ("rest", 500, 12, false),
];

/// A number in a field, written in one of the ways that some reader takes.
fn number(noise: &mut Noise, value: u64, width: usize) -> Vec<u8> {
    let digits = format!("{value:o}");
    let mut field = match noise.next() % 24 {
        0 => format!("{value:0>width$o}").into_bytes(),
        1 => format!("{value:>width$o}").into_bytes(),
        2 => format!("{value:>wide$o} \0", wide = width - 2).into_bytes(),
        3 => format!("\t{digits}").into(),
        4 => format!("\n{digits}").into(),
        5 => format!("\x0b{digits}").into(),
        6 => format!("+{digits}").into(),
        7 => format!("0o{digits}").into(),
        8 => format!("0_{digits}").into(),
        9 => format!("{digits}\0junk").into(),
        10 => format!("{digits} 7").into(),
        11 => format!("\0{digits}").into(),
        12 => format!("{digits}8").into(),
        13 => format!("-{digits}").into(),
        14 => Vec::new(),
        15 => vec![b' '; width],
        16 => format!("0x{value:x}").into(),
        17 => b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe".to_vec(),
        18 => b"\x80\0\0\0\0\0\0\x08\0\0\0\0".to_vec(),
        19 => b"\x81\0\0\0\0\0\0\x08\0\0\0\0".to_vec(),
        20 => b"\xc0\0\0\0\0\0\0\x08\0\0\0\0".to_vec(),
        21 | 22 => {
            let mut field = vec![0; width];
            field[0] = 0x80;
            let bytes = value.to_be_bytes();
            let tail = width.min(8) - 1;
            field[width - tail..].copy_from_slice(&bytes[8 - tail..]);
            field
        }
        _ => noise.bytes(width),
    };
    field.resize(width, 0);
    field
}

/// Changes a field of a header and makes its checksum right again.
fn change_header(tar: &mut [u8], noise: &mut Noise) -> String {
    let all = headers(tar);
    if all.is_empty() {
        return "nothing".to_owned();
    }
    let at = pick(noise, &all);
    let block = &mut tar[at..at + BLOCK];
    let (field, start, length, is_number) = pick(noise, &FIELDS);
    if is_number {
        let text = String::from_utf8_lossy(&block[start..start + length - 1]).into_owned();
        let value = u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).unwrap_or(0);
        let written = number(noise, value, length);
        block[start..start + length].copy_from_slice(&written);
    } else if field == "type" {
        block[start] = pick(noise, b"\x0001234567xgLKSVMDAXNIE \xff");
    } else if field == "magic" {
        let magics: [[u8; 8]; 8] = [
            *b"ustar\x0000",
            *b"ustar  \0",
            *b"ustar\0\0\0",
            *b"ustar \0\0",
            *b"ustar\x0001",
            *b"\0\0\0\0\0\0\0\0",
            *b"ustar00\0",
            *b"USTAR\x0000",
        ];
        block[257..265].copy_from_slice(pick(noise, &magics).as_slice());
    } else {
        let used =
            block[start..start + length].iter().position(|byte| *byte == 0).unwrap_or(length);
        let place = match noise.next() % 3 {
            0 => used.min(length - 1),
            1 => noise.next() as usize % length,
            _ => noise.next() as usize % (used + 1).min(length),
        };
        block[start + place] = pick(noise, b"/. \0a\\\x7f\xc3\xff:\n1");
    }
    let shown = format!("{field}@{at}={}", block[start..start + length].escape_ascii());
    // A checksum in another form as well, some times.
    let plain: u64 =
        (0..BLOCK).map(|at| if (148..156).contains(&at) { 32 } else { u64::from(block[at]) }).sum();
    let sum = match one_in(noise, 12) {
        true => number(noise, plain, 8),
        false => format!("{plain:06o}\0 ").into_bytes(),
    };
    block[148..156].copy_from_slice(&sum);
    shown.replace("\\x00", "")
}

fn change_zip(mut archive: zip::Archive, noise: &mut Noise) -> Vec<u8> {
    fn field(header: &mut Header, which: u32, noise: &mut Noise) {
        let word = pick(noise, &[0, 1, 2, 8, 20, 45, 46, 63, 64, 0x800, 0x808, 0xFFFF]);
        match which {
            0 => header.version_needed = word,
            1 => header.flags = 1 << (noise.next() % 16),
            2 => header.time = word,
            3 => header.date = word,
            4 => header.method = word,
            5 => {
                header.extra = zip::zip64_extra(&[
                    u64::from(header.uncompressed),
                    u64::from(header.compressed),
                ])
            }
            6 => {
                let at = noise.next() as usize % header.name.len();
                header.name[at] = pick(noise, b"\0/\\A\xe9 .");
            }
            7 => header.extra = vec![0; 4],
            8 => {
                header.extra = zip::zip64_extra(&[
                    u64::from(header.uncompressed),
                    u64::from(header.compressed),
                ]);
                header.uncompressed = u32::MAX;
                header.compressed = u32::MAX;
            }
            9 => {
                header.extra = zip::zip64_extra(&[u64::from(header.uncompressed)]);
                header.uncompressed = u32::MAX;
            }
            10 => header.extra = noise.bytes(8),
            _ => header.crc32 ^= 1,
        }
    }
    for _ in 0..1 + noise.next() % 2 {
        let at = noise.next() as usize % archive.members.len();
        let member: &mut Member = &mut archive.members[at];
        let which = noise.next() % 12;
        match noise.next() % 8 {
            0 | 1 => {
                let mut local = member.local.clone();
                field(&mut local, which, noise);
                if one_in(noise, 2) {
                    member.local = local.clone();
                }
                if one_in(noise, 2) {
                    member.central = local;
                }
            }
            2 => field(&mut member.local, which, noise),
            3 => field(&mut member.central, which, noise),
            4 => member.made_by = pick(noise, &[0, 0x314, 0x0A14, 0x133F, 0xFFFF]),
            5 => {
                member.external =
                    pick(noise, &[0, 0x10, 0o040_755 << 16, 0o120_777 << 16, u32::MAX])
            }
            6 => {
                let orders = [vec![2, 1, 0], vec![1, 0, 2], vec![0, 2, 1]];
                archive.central_order = Some(pick(noise, &orders));
            }
            _ => archive.end64 = Some(zip::End64::default()),
        }
    }
    let mut bytes = archive.bytes();
    if one_in(noise, 2) {
        // In a header: what lies in the directory or before a member's data.
        let spans = archive.spans();
        let end = spans.last().unwrap().end;
        let places = spans.iter().flat_map(|span| span.header..span.data).chain(end..bytes.len());
        let places: Vec<usize> = places.collect();
        let at = pick(noise, &places);
        bytes[at] = noise.next() as u8;
    }
    bytes
}

/// A package with another text of its paths.json, and what was done to it.
pub(crate) fn with_changed_manifest(seed: u64) -> (String, Vec<u8>) {
    let mut noise = Noise::new(seed);
    let package = sample::empty()
        .file("bin/tool", "tool")
        .file("lib/twelve", "twelve bytes")
        .file("empty", "")
        .with(File::symlink("link", "lib/twelve"));
    let mut stages = package.stages();
    let text = &mut stages.info.entry("info/paths.json").data;
    let mut about = Vec::new();
    for _ in 0..1 + noise.next() % 2 {
        // Any of them has to be somewhere in the text; the other takes its place.
        let (old, new) = pick(&mut noise, &MANIFEST_EDITS);
        let places: Vec<usize> =
            (0..text.len()).filter(|at| text[*at..].starts_with(old)).collect();
        if !places.is_empty() {
            let at = pick(&mut noise, &places);
            text.splice(at..at + old.len(), new.iter().copied());
            about.push(format!("{} for {}", new.escape_ascii(), old.escape_ascii()));
        }
    }
    (about.join(", "), stages.bytes(Format::TarBz2))
}

/// What readers of JSON take in more than one way.
const MANIFEST_EDITS: [(&[u8], &[u8]); 52] = [
    (b"{", b"\xef\xbb\xbf{"),
    (b"{", b" {"),
    (b"{", b"\x0c{"),
    (b"{", b"\xc2\xa0{"),
    (b"{", b"{/**/"),
    (b"{", b"{\"x\": NaN,"),
    (b"{", b"{\"x\": 1e999,"),
    (b"{", b"{\"x\": \"\\ud800\","),
    (b"{", b"{\"x\": {\"a\": 1, \"a\": 2},"),
    (b"{", b"{\"_path\": \"other\","),
    (b"{", b"{\"\\u005fpath\": \"other\","),
    (b"{", b"{\"path\": \"other\","),
    (b"{", b"{\"sha256\": null,"),
    (b"{", b"{\"__proto__\": {},"),
    (b"{", b"{\"paths\": [],"),
    (b"{", b"{\"SHA256\": \"x\","),
    (b"{", b"{\"path_type\": \"softlink\","),
    (b"{", b"{\"no_link\": 1,"),
    (b"{", b"{\"prefix_placeholder\": \"\","),
    (b"}", b",}"),
    (b"}", b"}}"),
    (b"}", b"} {}"),
    (b"}", b"}\0"),
    (b"]", b",]"),
    (b"]", b"] "),
    (b"4", b"4.0"),
    (b"12", b"1.2e1"),
    (b"12", b"+12"),
    (b"12", b"012"),
    (b"12", b"12e0"),
    (b"12", b"0xc"),
    (b"12", b"\"12\""),
    (b"12", b"120e-1"),
    (b"12", b"12.00000000000000000000001"),
    (b"12", b"true"),
    (b": 0", b": -0"),
    (b": 0", b": 0.0"),
    (b": 0", b": null"),
    (b"\"hardlink\"", b"\"softlink\""),
    (b"\"hardlink\"", b"\"hard\\u006cink\""),
    (b"\"hardlink\"", b"null"),
    (b"\"hardlink\"", b"\"Hardlink\""),
    (b"\"path_type\"", b"\"path_typ\""),
    (b"\"softlink\"", b"\"hardlink\""),
    (b"bin/tool", b"bin\\/tool"),
    (b"bin/tool", b"bin/tool\\u0000"),
    (b"bin/tool", b"./bin/tool"),
    (b"bin/tool", b"lib/twelve"),
    (b"bin/tool", b"\\u0062in/tool"),
    (b"\"sha256\"", b"\"sha25\\u0036\""),
    (b"e3b0", b"E3B0"),
    (b"\"paths_version\": 1", b"\"paths_version\": 1.0"),
];

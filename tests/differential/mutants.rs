//! Packages whose headers are changed, the same from the same seed.

use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::tar::{self, BLOCK, Dialect, Entry, kind};
use conda_verifier_fixtures::zip::{self, Member};
use conda_verifier_fixtures::{bzip2, sample, zstd};

use crate::container::change_zip;
use crate::header::change_header;

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
pub(crate) fn pick<T: Clone>(noise: &mut Noise, of: &[T]) -> T {
    of[noise.next() as usize % of.len()].clone()
}

pub(crate) fn one_in(noise: &mut Noise, many: u32) -> bool {
    noise.next().is_multiple_of(many)
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

    pub(crate) fn of_payload(about: &str, payload: Vec<u8>, format: Format) -> Self {
        Self { about: about.to_owned(), format, info: None, payload, way: 1, zip_seed: None }
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
                if self.way.is_multiple_of(3) {
                    let members = archive.members.into_iter();
                    let zip64 = |it: Member| Member::stored_zip64(it.local.name, it.data);
                    archive = zip::Archive::new(members.map(zip64).collect());
                }
                if self.way.is_multiple_of(5) {
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
pub(crate) fn smuggled() -> Vec<u8> {
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

//! Packages of which the text of the manifest is changed.

use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::{File, Format};
use conda_verifier_fixtures::sample;

use crate::mutants::pick;

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

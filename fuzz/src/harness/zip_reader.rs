//! What is changed of an honest `.conda`: where we accept it, the `zip` crate finds the same
//! members in it, whether it goes by the directory or from one local header to the next.

use std::io::{Cursor, Read as _};
use std::sync::LazyLock;

use conda_verifier_fixtures::sample;
use zip::ZipArchive;
use zip::read::read_zipfile_from_stream;

use super::listed::verdict;

/// One of each flavour: with zip64 fields and without.
static HONEST: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let stages = sample::empty().stages();
    [stages.conda_archive().bytes(), stages.conda_archive_zip64().bytes()]
});

/// An edit: replace, insert or delete at a place counted from the end or from the start.
fn edit(archive: &mut Vec<u8>, action: u8, place: usize, value: u8) {
    let place = if action & 1 == 0 { Some(place) } else { archive.len().checked_sub(place + 1) };
    let Some(place) = place.filter(|place| *place < archive.len()) else { return };
    match action >> 1 & 3 {
        0 | 1 => archive[place] = value,
        2 => archive.insert(place, value),
        _ => drop(archive.remove(place)),
    }
}

/// Runs it.
pub fn run(input: &[u8]) {
    let Some((which, edits)) = input.split_first() else { return };
    let mut archive = HONEST[usize::from(which % 2)].clone();
    for change in edits.chunks_exact(4) {
        let place = usize::from(u16::from_le_bytes([change[1], change[2]]));
        edit(&mut archive, change[0], place, change[3]);
    }
    if verdict(&archive).rejection().is_some() {
        return;
    }
    let mut by_directory = Vec::new();
    let mut zip = ZipArchive::new(Cursor::new(&archive)).expect("a zip that we took");
    for index in 0..zip.len() {
        let mut member = zip.by_index(index).expect("a member that we took");
        let mut data = Vec::new();
        member.read_to_end(&mut data).expect("data that we took");
        by_directory.push((member.name_raw().to_vec(), data));
    }
    let mut by_headers = Vec::new();
    let mut rest = archive.as_slice();
    while let Some(mut member) = read_zipfile_from_stream(&mut rest).expect("a header") {
        let mut data = Vec::new();
        member.read_to_end(&mut data).expect("data that we took");
        by_headers.push((member.name_raw().to_vec(), data));
    }
    by_directory.sort();
    by_headers.sort();
    assert!(by_directory == by_headers, "two readers find different members");
    assert_eq!(by_directory.len(), 3);
}

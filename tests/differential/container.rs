//! Changes of the headers of a zip.

use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::zip::{self, Header, Member};

use crate::mutants::{one_in, pick};

/// The zip with a few changes.
pub(crate) fn change_zip(mut archive: zip::Archive, noise: &mut Noise) -> Vec<u8> {
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

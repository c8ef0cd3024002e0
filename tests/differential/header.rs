//! Changes of the fields of a tar's headers, with checksums that are right.

use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::tar::BLOCK;

use crate::mutants::{one_in, pick};

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
pub(crate) fn change_header(tar: &mut [u8], noise: &mut Noise) -> String {
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

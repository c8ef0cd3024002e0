//! The core as WebAssembly, under Node.js and in a browser: the same verdicts,
//! and memory that grows with the content.

#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

#[expect(dead_code, reason = "not every test needs every entrance")]
mod support;

use conda_verifier::{Code, Error, Expectation, Limits, ReadAt, Repodata, Severity, Status};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::spoil::Spoil;
use conda_verifier_fixtures::zstd::Frame;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;

/// Bytes of linear memory, which never shrinks.
fn memory() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}

#[wasm_bindgen_test]
fn samples_verify() {
    for package in sample::all() {
        for format in Format::ALL {
            let bytes = package.bytes(format);
            let expectation = support::pinned(&package.file_name(format), &bytes);
            let verdict = support::examine(&bytes, &expectation);
            assert_eq!((verdict.status, verdict.findings), (Status::Verified, vec![]));
        }
    }
}

#[wasm_bindgen_test]
fn spoiled_samples_are_rejected() {
    let package = sample::hello();
    for format in Format::ALL {
        for spoil in Spoil::ALL.into_iter().filter(|spoil| spoil.fits(&package)) {
            let bytes = spoil.apply(&package, format);
            let expectation = support::pinned(&package.file_name(format), &bytes);
            assert_eq!(support::examine(&bytes, &expectation).status, Status::Rejected, "{spoil}");
        }
    }
}

#[wasm_bindgen_test]
fn truncated_packages_are_rejected() {
    for format in Format::ALL {
        let bytes = sample::hello().bytes(format);
        for sixteenth in 0..16 {
            let cut = &bytes[..bytes.len() * sixteenth / 16];
            let verdict = support::examine(cut, &Expectation::nothing());
            assert_eq!(verdict.status, Status::Rejected);
        }
    }
}

/// Packages of level 22 declare a window of 128 MiB however small they are.
#[wasm_bindgen_test]
fn a_declared_window_costs_no_more_than_the_content() {
    let package = sample::hello();
    let stages = package.stages();
    let mut archive = stages.conda_archive();
    archive.member("pkg-").set_data(Frame::windowed(&stages.pkg.bytes(), 27).bytes());
    let bytes = archive.bytes();
    let before = memory();
    let verdict = support::examine(&bytes, &support::pinned("hello-1.0-pyh0_0.conda", &bytes));
    assert_eq!(verdict.status, Status::Verified);
    let grown = memory() - before;
    assert!(grown < 16 << 20, "{grown} bytes for a package of {}", bytes.len());
}

/// Repodata that is made up where it is read: it is nowhere in this memory.
#[derive(Clone)]
struct MadeUp;

const RECORDS: usize = 90_000;
const RECORD: usize = 720;
const FRONT: &[u8] = br#"{"info":{"subdir":"noarch"},"packages.conda":{"#;

impl MadeUp {
    /// A record of that number with its name, and a comma but after the last.
    fn record(number: usize) -> Vec<u8> {
        let end = if number + 1 == RECORDS { "} " } else { "}," };
        let name = format!("package-{number:06}-1.{number:06}.0-py312h{number:07x}_0");
        let front = format!(
            r#""{name}.conda":{{"build":"0","name":"a","size":{number},"version":"1","x":""#
        );
        let x = "x".repeat(RECORD - front.len() - 3);
        format!("{front}{x}\"{end}").into_bytes()
    }
}

impl ReadAt for MadeUp {
    fn size(&self) -> u64 {
        u64::try_from(FRONT.len() + RECORD * RECORDS + 2).unwrap()
    }

    fn read_at(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        let mut offset = usize::try_from(offset).unwrap();
        let mut into = into.iter_mut();
        while into.len() > 0 {
            let part = match offset.checked_sub(FRONT.len()) {
                None => FRONT[offset..].to_vec(),
                Some(rest) if rest / RECORD < RECORDS => {
                    Self::record(rest / RECORD)[rest % RECORD..].to_vec()
                }
                Some(rest) => b"}}"[rest - RECORD * RECORDS..].to_vec(),
            };
            offset += part.len().min(into.len());
            for (from, to) in part.iter().zip(&mut into) {
                *to = *from;
            }
        }
        Ok(())
    }

    fn is_fixed(&self) -> bool {
        true
    }
}

#[wasm_bindgen_test]
fn repodata_that_stays_where_it_is_costs_its_index_only() {
    let before = memory();
    let repodata = Repodata::open(MadeUp, &Limits::default()).unwrap();
    let grown = memory() - before;
    assert_eq!(repodata.len(), RECORDS);
    for name in repodata.file_names().step_by(1_000) {
        let record = repodata.find(name).unwrap();
        assert!(name.contains(&format!("-{:06}-", record.size.unwrap())), "{name}");
    }
    let share = grown * 100 / MadeUp.size();
    assert!(share < 25, "{share} % of {} bytes", MadeUp.size());
}

#[wasm_bindgen_test]
fn sizes_beyond_this_machines_words_are_refused() {
    let mut stages = sample::hello().stages();
    let entry = stages.pkg.entries.last_mut().unwrap();
    entry.size_field = Some(conda_verifier_fixtures::tar::base256(1 << 40));
    let bytes = stages.bytes(Format::Conda);
    let verdict = support::examine(&bytes, &support::pinned("hello-1.0-pyh0_0.conda", &bytes));
    assert!(support::codes(&verdict, Severity::Error).contains(&Code::TarTruncated));
}

//! Any bytes as a manifest of what is installed, and as what is there and in the archive.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::installed::run(bytes));

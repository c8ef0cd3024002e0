//! Any bytes as a file with a placeholder: the first line says what takes whose place.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::replacement::run(bytes));

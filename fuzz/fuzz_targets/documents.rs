//! Any bytes as a document of `info/` or as a record.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::documents::run(bytes));

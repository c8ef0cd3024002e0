//! Any bytes as a value within repodata, cut anywhere: it is JSON where serde_json
//! says so, and every cut is told the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::scanner::run(bytes));

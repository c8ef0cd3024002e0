//! Any bytes as a payload, or as what is changed of an honest package: what is handed out is
//! the same whoever hashes, each file once, and so is the verdict.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::handing::run(bytes));

//! Any bytes as a signature, and as what is changed of an honest one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::signatures::run(bytes));

//! Any bytes as the text of a key, as a signature, and as what is changed of honest ones.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::keys::run(bytes));

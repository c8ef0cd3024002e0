//! Any bytes as a tar: where we accept it, the `tar` crate reads the same out of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::tar_reader::run(bytes));

//! What is changed of an honest `.conda`: where we accept it, the `zip` crate finds the same
//! members in it, whether it goes by the directory or from one local header to the next.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::zip_reader::run(bytes));

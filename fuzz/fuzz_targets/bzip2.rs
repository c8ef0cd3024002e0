//! Any bytes as what follows the magic number of a `.tar.bz2`, or as the tar in an honest one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::bzip2::run(bytes));

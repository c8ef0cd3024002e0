//! Any bytes as a package file: zip, bzip2 and all behind them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::package::run(bytes));

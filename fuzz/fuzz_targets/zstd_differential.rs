//! A zstd frame, decoded by what ships, by ruzstd and by libzstd: what is taken means the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::zstd_differential::run(bytes));

//! Any bytes as the files of a channel and as the entries of a store.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::trust::run(bytes));

//! Any bytes as the zstd frame of a `.conda` whose container is honest.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::zstd::run(bytes));

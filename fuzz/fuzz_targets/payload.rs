//! Any bytes as the tar of a `.conda` whose container is honest.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::payload::run(bytes));

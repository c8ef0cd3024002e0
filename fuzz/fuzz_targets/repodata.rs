//! Any bytes as repodata, plain or compressed; chunk by chunk it is the same, and out of
//! a source that keeps them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::repodata::run(bytes));

//! Any bytes as a targets file, or as its targets or delegations: what is found in it is
//! what the tree of its values has.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::targets::run(bytes));

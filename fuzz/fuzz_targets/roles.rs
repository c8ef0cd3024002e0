//! Any bytes as a role file, as its name, or as the value of a signed document.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::roles::run(bytes));

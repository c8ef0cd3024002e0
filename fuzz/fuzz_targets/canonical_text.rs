//! Any bytes as a signed document: its canonical form is the one that its tree of values
//! has, where both accept it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::canonical_text::run(
    bytes
));

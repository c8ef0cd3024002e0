//! Any bytes as a package on a server, or an honest one with some bytes changed, of which ranges
//! are asked for; a script says what the server does with each request.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::partial::run(bytes));

//! Any bytes as an index of shards and, behind an index that lists them, as a shard.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conda_verifier_fuzz::harness::shards::run(bytes));

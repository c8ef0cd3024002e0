//! Any bytes as repodata, plain or compressed.
#![no_main]

use conda_verifier::{Limits, Repodata};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut limits = Limits::default();
    limits.set("repodataBytes", 16 << 20).expect("a limit");
    let Ok(repodata) = Repodata::read(&mut &*bytes, &limits) else { return };
    for name in repodata.file_names() {
        let _ = repodata.find(name);
        assert!(repodata.record_json(name).is_some());
    }
});

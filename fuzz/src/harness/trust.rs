//! Any bytes as the files of a channel and as the entries of a store.

use conda_verifier::{ChannelTrust, Limits, Repodata, Time, TrustOptions};
use conda_verifier_fixtures::trust::{NOW, SignedChannel, signed_channel};
use std::sync::LazyLock;

static CHANNEL: LazyLock<SignedChannel> = LazyLock::new(signed_channel);

/// The first byte says which honest file the rest takes the place of.
const FILES: [&str; 6] = [
    "2.root.json",
    "3.root.json",
    "key_mgr.json",
    "pkg_mgr.json",
    "noarch/repodata.json",
    "state.json",
];

/// Runs it.
pub fn run(input: &[u8]) {
    let Some((which, bytes)) = input.split_first() else { return };
    let spoiled = FILES[usize::from(*which) % FILES.len()];
    let now = Time::parse(NOW).unwrap();
    let root = &CHANNEL.files[SignedChannel::PINNED];
    let pin = || {
        ChannelTrust::pin("root.json", root, TrustOptions::default(), Limits::default()).unwrap()
    };
    let mut trust = pin();
    while let Ok(Some(want)) = trust.next(now) {
        let honest = CHANNEL.files.get(&want.path);
        let before = trust.clone();
        if want.path == spoiled && trust.update(&want.path, bytes).is_err() {
            assert_eq!(trust, before);
        } else if want.path == spoiled {
            continue;
        }
        let answered = match honest {
            Some(bytes) => trust.update(&want.path, bytes).map(drop),
            None => trust.unavailable(&want.path, 404),
        };
        if answered.is_err() {
            break;
        }
    }
    // What is kept comes back; what was put in its place never gets further.
    let kept = trust.export();
    let entries = kept.iter().filter_map(|kept| Some((kept.key.as_str(), kept.bytes.as_deref()?)));
    let mut back = pin();
    assert_eq!(back.restore(entries.clone()), Ok(()));
    assert_eq!(back.export(), kept);
    let mut spoilt = pin();
    let replaced = entries.map(|(key, honest)| (key, if key == spoiled { bytes } else { honest }));
    if spoilt.restore(replaced).is_err() {
        assert_eq!(spoilt, pin());
    }
    if spoiled == "noarch/repodata.json"
        && let Ok(repodata) = Repodata::parse(bytes.to_vec(), &Limits::default())
    {
        for entry in repodata.entries().flatten() {
            let _ = trust.verify_record("noarch", &entry, now);
        }
    }
}

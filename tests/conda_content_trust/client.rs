//! Whole refreshes: what the web has, what the disk has, and the records that follow.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use conda_verifier::{ChannelTrust, Code, Error, Limits, TrustOptions};
use conda_verifier_fixtures::trust::{
    SignedChannel, Signer, TrustSpoil, repodata as trust_repodata, signed_channel,
};
use serde_json::json;

use super::channel::{Files, audit, refresh, repodata, verify};
use super::{NOT_MET, code, now};

/// `test_signing`: `test_sign_all_in_repodata`. One signature of each signer for each file of
/// both sections, and each verifies.
#[test]
fn all_records_of_repodata() {
    let (channel, trust) = Client::new().run().unwrap();
    let repodata = channel.repodata();
    let names: BTreeSet<_> =
        trust_repodata::records(&repodata).into_iter().map(|(n, _)| n).collect();
    let signed: BTreeSet<_> = repodata["signatures"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, signed);
    let parsed = self::repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let summary = audit(&trust, &parsed, now()).unwrap();
    assert_eq!(usize::try_from(summary.trusted).unwrap(), names.len());
    for name in &names {
        assert_eq!(repodata["signatures"][name].as_object().unwrap().len(), channel.keys.threshold);
        verify(&trust, &parsed, name, now()).unwrap();
    }
}

/// Made once: it takes most of the time.
static HONEST: LazyLock<SignedChannel> = LazyLock::new(signed_channel);

/// What `test_verification` sets up: what the server has, and what a disk does.
struct Client {
    channel: SignedChannel,
    stored: Files,
}

impl Client {
    fn new() -> Self {
        Self { channel: HONEST.clone(), stored: Files::new() }
    }

    fn pin(&self) -> ChannelTrust {
        let root = &self.channel.files[SignedChannel::PINNED];
        ChannelTrust::pin("root.json", root, TrustOptions::default(), Limits::default()).unwrap()
    }

    /// The disk of a client that has refreshed, with all files or without some.
    fn with_disk(without: &[&str]) -> Self {
        let before = Self::new().without(without);
        let mut trust = before.pin();
        refresh(&mut trust, &before.channel.files, now()).unwrap();
        let kept = trust.export().into_iter();
        let stored = kept.map(|kept| (kept.key, kept.bytes.unwrap())).collect();
        Self { channel: HONEST.clone(), stored }
    }

    fn without(mut self, paths: &[&str]) -> Self {
        self.channel.files.retain(|path, _| !paths.contains(&path.as_str()));
        self
    }

    fn start(&self) -> Result<ChannelTrust, Error> {
        let mut trust = self.pin();
        trust.restore(self.stored.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice())))?;
        Ok(trust)
    }

    fn run(self) -> Result<(SignedChannel, ChannelTrust), Error> {
        let mut trust = self.start()?;
        refresh(&mut trust, &self.channel.files, now())?;
        Ok((self.channel, trust))
    }
}

/// `test_verification`, the roots. A root on disk that is not good is refused, also where
/// conda-content-trust takes it on purpose.
#[test]
fn roots_of_the_web_and_of_the_disk() {
    let version = |client: Client| client.run().map(|(_, trust)| trust.root_version());
    let later = ["2.root.json", "3.root.json"];
    assert_eq!(version(Client::new().without(&later)), Ok(1), "no new root on web");
    assert_eq!(version(Client::with_disk(&later[1..]).without(&later)), Ok(2), "2nd on disk");
    assert_eq!(version(Client::new().without(&later[1..])), Ok(2), "2nd from web");
    assert_eq!(version(Client::new()), Ok(3), "3rd from web");
    assert_eq!(version(Client::with_disk(&later[1..])), Ok(3), "3rd from web, 2nd on disk");
    let mut spoiled = Client::with_disk(&later[1..]);
    let invalid = spoiled.stored["2.root.json"].clone();
    let invalid = String::from_utf8(invalid).unwrap().replace("\"version\": 2", "\"version\": 3");
    spoiled.stored.insert("2.root.json".into(), invalid.into_bytes());
    assert_eq!(code(version(spoiled)), Some(Code::StateInvalid), "invalid 2nd on disk");
    let mut client = Client::new();
    client.channel.edit("3.root.json", |root| root.signed_by(&[Signer::of_seed("nobody")]));
    let mut trust = client.start().unwrap();
    let refused = refresh(&mut trust, &client.channel.files, now());
    assert_eq!((code(refused), trust.root_version()), (NOT_MET, 2), "invalid 3rd from web");
}

/// `test_verification`, key_mgr. What was withheld is told, whatever the disk has; the last
/// one goes on to verify, until it expires, for a caller who does not refresh.
#[test]
fn key_mgr_of_the_web_and_of_the_disk() {
    let path = SignedChannel::KEY_MGR;
    let missing = Some(Code::RoleMissing);
    let found = Client::with_disk(&[]).without(&[path]).run();
    assert_eq!(code(found), missing, "no key_mgr online, one on disk");
    let offline = Client::with_disk(&[]);
    let trust = offline.start().unwrap();
    let parsed = repodata(&offline.channel.files[SignedChannel::REPODATA]).unwrap();
    let name = TrustSpoil::VICTIM.trim_start_matches("noarch/");
    verify(&trust, &parsed, name, now()).unwrap();
    assert_eq!(code(Client::new().without(&[path]).run()), missing, "neither");
    let mut newer = Client::with_disk(&[]);
    newer.channel.edit_signed(path, |signed| signed["version"] = json!(3));
    let (_, trust) = newer.run().unwrap();
    assert_eq!(trust.key_mgr().unwrap().role().version, 3, "new key_mgr online");
    let mut invalid = Client::with_disk(&[]);
    invalid.channel.edit(path, |role| role.signed["version"] = json!(3));
    assert_eq!(code(invalid.run()), NOT_MET, "invalid key_mgr online, a good one on disk");
    let root = TrustOptions::default();
    let no_root = ChannelTrust::pin("root.json", b"", root, Limits::default());
    assert_eq!(code(no_root), Some(Code::JsonInvalid), "no root on disk");
}

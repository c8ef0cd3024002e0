//! What is trusted of a channel: refreshes, what is kept of them, and the records
//! that follow, over a channel that is signed for the purpose.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/channel.rs"]
mod channel;
#[path = "../support/left_out.rs"]
mod left_out;

mod attacks;
mod foreign;
mod lowered;
mod records;
mod refresh;
mod signers;
mod store;

use std::sync::LazyLock;

use channel::{Files, audit, refresh, repodata, verify};
use conda_verifier::{
    ChannelTrust, Check, Code, Error, Expectation, Fault, Kept, Level, Limits, MinVersions, Policy,
    Reason, RecordRoles, Repodata, Sha256Digest, SignatureRules, Status, Time, TrustOptions,
    Verifier,
};
use conda_verifier_fixtures::trust;
use conda_verifier_fixtures::trust::{
    EXPIRES, NOW, Notary, Notices, SignedChannel, TrustSpoil, chain, repodata as trust_repodata, v1,
};
use left_out::left_out;
use serde_json::json;

/// Made once: it takes longer than most of the tests.
fn signed_channel() -> SignedChannel {
    static HONEST: LazyLock<SignedChannel> = LazyLock::new(trust::signed_channel);
    HONEST.clone()
}

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn options() -> TrustOptions {
    TrustOptions { channel: Some("https://example.org/channel".into()), ..TrustOptions::default() }
}

fn pin_with(channel: &SignedChannel, options: TrustOptions) -> Result<ChannelTrust, Error> {
    let root = &channel.files[SignedChannel::PINNED];
    ChannelTrust::pin("root.json", root, options, Limits::default())
}

fn pin(channel: &SignedChannel) -> Result<ChannelTrust, Error> {
    pin_with(channel, options())
}

/// A channel and what is trusted of it after a refresh.
fn trusted() -> (SignedChannel, ChannelTrust) {
    let channel = signed_channel();
    let mut trust = pin(&channel).unwrap();
    refresh(&mut trust, &channel.files, now()).unwrap();
    (channel, trust)
}

fn victim() -> &'static str {
    TrustSpoil::VICTIM.trim_start_matches("noarch/")
}

fn restored(trust: &ChannelTrust, kept: &[Kept]) -> Result<ChannelTrust, Error> {
    let mut trust = trust.clone();
    let entries = kept.iter().filter_map(|kept| Some((kept.key.as_str(), kept.bytes.as_deref()?)));
    trust.restore(entries)?;
    Ok(trust)
}

#[test]
fn an_honest_channel_is_trusted_and_all_its_records_are() {
    let (channel, trust) = trusted();
    assert_eq!(trust.root_version(), 3);
    assert_eq!(trust.key_mgr().unwrap().role().version, 2);
    assert_eq!(trust.pkg_mgr().unwrap().role().version, 2);
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    for path in &channel.honest {
        let name = path.trim_start_matches("noarch/");
        let proof = verify(&trust, &repodata, name, now()).unwrap();
        assert_eq!(proof.record().file_name, name);
        let roles = RecordRoles::ContentTrust { key_mgr_version: 2, pkg_mgr_version: Some(2) };
        assert_eq!((proof.trust().root_version, &proof.trust().roles), (3, &roles));
    }
    let summary = audit(&trust, &repodata, now()).unwrap();
    assert_eq!(summary.trusted, channel.honest.len() as u64);
    assert_eq!((summary.weak, summary.unsigned, summary.bad), (vec![], vec![], vec![]));
}

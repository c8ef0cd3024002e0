//! From content trust 0.6 to TUF: one way.

use super::*;
use conda_verifier_fixtures::trust::{SignedChannel, chain, signed_channel};

/// The first root of TUF, after the last one of content trust.
const UPGRADE: &str = "4.root.json";

/// The keys of the last root of content trust, which are those of the first one of TUF too.
fn root_signers() -> Signers {
    let keys = (3..6).map(|number| Key::of_seed(&format!("root {number}")));
    let keys = keys.map(|key| {
        let id = key.public()["keyval"]["public"].as_str().unwrap().to_owned();
        key.alias(&id)
    });
    Signers { keys: keys.collect(), threshold: 2 }
}

/// The signed channel before, and with a root of TUF after its last one and TUF's roles.
pub(super) fn upgraded() -> (SignedChannel, TufChannel) {
    let signed = signed_channel();
    let plan = TufPlan { roots: 1, ..TufPlan::default() };
    let mut channel = tuf::tuf_channel(&plan);
    let mut root = Envelope::new_v1(plan.root(4));
    let signers = root_signers();
    for (key, signer) in signers.keys.iter().zip(chain::keys(3)) {
        assert_eq!(key.id(), signer.hex(), "the same keys");
    }
    for (id, key) in signers.ring() {
        root.signed["keys"][id] = key;
    }
    root.signed["roles"]["root"] = signers.value();
    channel.sign_by(&mut root, &signers.keys);
    channel.files.remove("1.root.json");
    for (path, bytes) in &signed.files {
        if path.ends_with("root.json") || path.ends_with("_mgr.json") {
            channel.files.insert(path.clone(), bytes.clone());
        }
    }
    channel.files.insert(UPGRADE.into(), root.bytes());
    (signed, channel)
}

#[test]
fn a_channel_that_has_moved_to_tuf_is_trusted_by_its_roles() {
    let (signed, channel) = upgraded();
    let mut trust = pin(&signed.files).unwrap();
    refresh(&mut trust, &signed.files, now()).1.unwrap();
    assert!(!trust.is_tuf() && trust.key_mgr().is_some());
    let (journal, outcome) = refresh(&mut trust, &channel.files, now());
    outcome.unwrap();
    assert!(trust.is_tuf());
    assert_eq!(versions(&trust), (4, [Some(4), Some(3), Some(2)]));
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    // key_mgr.json is there still, and nobody asks for it.
    assert!(channel.files.contains_key(SignedChannel::KEY_MGR));
    assert!(journal.asked.iter().all(|(role, _)| role != "key_mgr" && role != "pkg_mgr"));
    assert!(trust.key_mgr().is_none() && trust.pkg_mgr().is_none());
    // What was kept says so too.
    let mut back = restored(&pin(&signed.files).unwrap(), &trust.export()).unwrap();
    assert_eq!(back.export(), trust.export());
    fetch(&mut back, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    // A mirror that withholds the upgrade does not take it back.
    let (_, refused) = refresh(&mut back, &signed.files, now());
    assert_eq!(code(refused), Some(Code::TufRolesMissing));
    assert!(back.is_tuf());
}

/// A root of TUF demands its roles: without them nothing is trusted, and content trust's own
/// are no way around that.
#[test]
fn a_channel_without_the_roles_is_refused() {
    let (signed, channel) = upgraded();
    let mut without = channel.files.clone();
    without.remove("timestamp.json");
    let mut trust = pin(&signed.files).unwrap();
    let (journal, refused) = refresh(&mut trust, &without, now());
    assert_eq!(code(refused), Some(Code::TufRolesMissing));
    assert_eq!(journal.asked.last().unwrap().1, "timestamp.json");
    assert_eq!((trust.root_version(), trust.is_tuf()), (4, true), "the root is accepted");
    assert!(trust.key_mgr().is_none());
    let text = signed.files[SignedChannel::REPODATA].clone();
    let repodata = Repodata::parse(text, &Limits::default()).unwrap();
    let entry = repodata.entry(victim()).unwrap();
    assert_eq!(code(trust.verify_record("noarch", &entry, now())), Some(Code::RolesNotLoaded));
    assert_eq!(code(trust.record_rules("noarch", now())), Some(Code::RoleSpecUnsupported));
    // With the roles it goes on.
    refresh(&mut trust, &channel.files, now()).1.unwrap();
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
}

/// Nothing leads back, whoever signs it.
#[test]
fn no_root_of_content_trust_follows_one_of_tuf() {
    let (signed, mut channel) = upgraded();
    let delegation = signed.keys.delegation(&signed.keys.key_mgr);
    let mut back = chain::root(5, &delegation).envelope();
    back.signed_by(&[chain::keys(3), chain::keys(5)].concat());
    channel.files.insert("5.root.json".into(), back.bytes());
    let mut trust = pin(&signed.files).unwrap();
    let (journal, refused) = refresh(&mut trust, &channel.files, now());
    assert_eq!(code(refused), Some(Code::RoleSpecUnsupported));
    assert_eq!(journal.asked.last().unwrap().1, "5.root.json");
    assert_eq!((trust.root_version(), trust.is_tuf()), (4, true));
}

/// One short of the old root's threshold.
#[test]
fn the_upgrade_is_signed_by_the_keys_of_content_trust() {
    let (signed, mut channel) = upgraded();
    let mut root = Envelope::parse(&channel.files[UPGRADE]);
    channel.sign_by(&mut root, &root_signers().keys[..1]);
    channel.files.insert(UPGRADE.into(), root.bytes());
    let mut trust = pin(&signed.files).unwrap();
    let (_, refused) = refresh(&mut trust, &channel.files, now());
    assert_eq!(code(refused), Some(Code::ThresholdNotMet));
    assert_eq!(trust.root_version(), 3);
}

//! What is kept of a refresh and comes back.

use super::*;

/// mamba goes on with an expired copy; here a withheld role is told either way.
#[test]
fn a_withheld_role_does_not_fall_back_to_an_expired_copy() {
    let (channel, trust) = trusted();
    let mut short = channel.clone();
    short.edit_signed(SignedChannel::KEY_MGR, |signed| {
        signed["expiration"] = json!("2030-01-01T00:00:01Z");
        signed["version"] = json!(3);
    });
    let mut holder = trust;
    refresh(&mut holder, &short.files, now()).unwrap();
    let mut without = channel.clone();
    without.files.remove(SignedChannel::KEY_MGR);
    let refused = refresh(&mut holder.clone(), &without.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleMissing);
    let later = Time::parse("2030-01-01T00:00:01Z").unwrap();
    let mut back = restored(&pin(&channel).unwrap(), &holder.export()).unwrap();
    assert_eq!(refresh(&mut back, &without.files, later).unwrap_err().code(), Code::Expired);
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    assert_eq!(verify(&back, &repodata, victim(), later).unwrap_err().code(), Code::Expired);
}

#[test]
fn pkg_mgr_is_optional_until_it_was_seen() {
    let (channel, mut trust) = trusted();
    let mut without = channel.clone();
    without.files.remove(SignedChannel::PKG_MGR);
    let mut fresh = pin(&channel).unwrap();
    refresh(&mut fresh, &without.files, now()).unwrap();
    let repodata = repodata(&channel.files[SignedChannel::REPODATA]).unwrap();
    let proof = verify(&fresh, &repodata, victim(), now()).unwrap();
    let roles = RecordRoles::ContentTrust { key_mgr_version: 2, pkg_mgr_version: None };
    assert_eq!(proof.trust().roles, roles);
    // Withheld where it was seen, also by the store alone.
    let kept = trust.export();
    for trust in [&mut trust, &mut restored(&pin(&channel).unwrap(), &kept).unwrap()] {
        let refused = refresh(trust, &without.files, now()).unwrap_err();
        assert_eq!(refused.code(), Code::RoleMissing);
    }
    let required = TrustOptions { require_pkg_mgr: true, ..options() };
    let mut strict = pin_with(&channel, required).unwrap();
    let refused = refresh(&mut strict, &without.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleMissing);
}

/// What each step said to keep, as a host has it in the end.
fn stored(channel: &SignedChannel) -> Files {
    let mut store = Files::new();
    let mut trust = pin(channel).unwrap();
    for Kept { key, bytes } in refresh(&mut trust, &channel.files, now()).unwrap() {
        match bytes {
            Some(bytes) => drop(store.insert(key, bytes)),
            None => drop(store.remove(&key)),
        }
    }
    let exported: Files =
        trust.export().into_iter().map(|kept| (kept.key, kept.bytes.unwrap())).collect();
    assert_eq!(store, exported);
    store
}

/// Also of a channel with one root and no pkg_mgr.json.
#[test]
fn what_each_step_says_to_keep_is_what_an_export_is() {
    let mut channel = signed_channel();
    stored(&channel);
    for path in ["2.root.json", "3.root.json", SignedChannel::PKG_MGR] {
        channel.files.remove(path);
    }
    let first = &channel.keys.delegation(&channel.keys.key_mgr);
    let mut root = chain::root(1, first).envelope();
    chain::sign(&mut root, 1);
    channel.set(SignedChannel::PINNED, &root);
    let store = stored(&channel);
    assert_eq!(store.keys().collect::<Vec<_>>(), [SignedChannel::KEY_MGR, "state.json"]);
}

#[test]
fn what_is_kept_comes_back_and_is_a_floor() {
    let (channel, trust) = trusted();
    let pinned = pin(&channel).unwrap();
    let back = restored(&pinned, &trust.export()).unwrap();
    assert_eq!(back.export(), trust.export());
    // An older key_mgr is a replay to it, and none to a newcomer.
    let mut older = channel.clone();
    older.edit_signed(SignedChannel::KEY_MGR, |signed| signed["version"] = json!(1));
    refresh(&mut pinned.clone(), &older.files, now()).unwrap();
    let refused = refresh(&mut back.clone(), &older.files, now()).unwrap_err();
    assert_eq!(refused.code(), Code::RoleRollback);
    // So is one of the same version that was made earlier.
    let mut earlier = channel.clone();
    earlier.edit_signed(SignedChannel::KEY_MGR, |signed| {
        signed["timestamp"] = json!("2001-01-01T00:00:00Z");
    });
    let refused = refresh(&mut back.clone(), &earlier.files, now()).unwrap_err();
    assert!(matches!(*refused, Fault::RoleTimestampRollback { .. }), "{refused}");
}

#[test]
fn stores_are_not_trusted() {
    let (channel, trust) = trusted();
    let pinned = pin(&channel).unwrap();
    let kept = trust.export();
    let spoiled = |spoil: &dyn Fn(&mut Vec<Kept>)| {
        let mut kept = kept.clone();
        spoil(&mut kept);
        let before = pinned.clone();
        let found = restored(&pinned, &kept);
        assert_eq!(before, pinned);
        found.map(drop).map_err(|error| error.code())
    };
    let position = |kept: &[Kept], key: &str| kept.iter().position(|k| k.key == key).unwrap();
    for key in ["state.json", "2.root.json", "3.root.json", "key_mgr.json", "pkg_mgr.json"] {
        for change in [b"".as_slice(), b"{}", b"\xff", b"null"] {
            let found = spoiled(&|kept: &mut Vec<Kept>| {
                let index = position(kept, key);
                kept[index].bytes = Some(change.to_vec());
            });
            assert_eq!(found, Err(Code::StateInvalid), "{key}");
        }
    }
    for key in ["2.root.json", "3.root.json", "key_mgr.json", "state.json"] {
        let found = spoiled(&|kept: &mut Vec<Kept>| kept.retain(|entry| entry.key != key));
        assert_eq!(found, Err(Code::StateInvalid), "without {key}");
    }
    let found = spoiled(&|kept: &mut Vec<Kept>| {
        kept.push(Kept { key: "../x".into(), bytes: Some(Vec::new()) });
    });
    assert_eq!(found, Err(Code::StateInvalid));
    let other = TrustOptions { channel: Some("https://example.org/other".into()), ..options() };
    let found = restored(&pin_with(&channel, other).unwrap(), &kept).unwrap_err();
    assert_eq!(found.code(), Code::StateInvalid);
    // One that was cut short to nothing is a new beginning, which only a second copy
    // of the versions notices.
    let emptied = restored(&pinned, &[]).unwrap();
    assert_eq!(emptied.root_version(), 1);
    let least = MinVersions::default();
    for least in [
        MinVersions { root: 4, ..least },
        MinVersions { key_mgr: 3, ..least },
        MinVersions { pkg_mgr: 3, ..least },
    ] {
        let options = TrustOptions { min_versions: least, ..options() };
        let mut strict = pin_with(&channel, options).unwrap();
        let refused = refresh(&mut strict, &channel.files, now()).unwrap_err();
        assert_eq!(refused.code(), Code::RoleRollback, "{least:?}");
    }
}

#[test]
fn a_newer_pinned_root_is_a_floor_for_the_store() {
    let (channel, trust) = trusted();
    let third = &channel.files["3.root.json"];
    let newer = ChannelTrust::pin("root.json", third, options(), Limits::default()).unwrap();
    let back = restored(&newer, &trust.export()).unwrap();
    assert_eq!(back.root_version(), 3);
    assert_eq!(back.key_mgr(), trust.key_mgr());
}

/// Two who share a store: whoever writes last must not take the other one back.
#[test]
fn what_was_kept_meanwhile_is_merged_and_the_newer_stays() {
    let (channel, ahead) = trusted();
    let mut older = channel.clone();
    older.files.remove("3.root.json");
    older.edit_signed(SignedChannel::KEY_MGR, |signed| signed["version"] = json!(1));
    older.edit_signed(SignedChannel::PKG_MGR, |signed| signed["version"] = json!(1));
    let mut behind = pin(&channel).unwrap();
    refresh(&mut behind, &older.files, now()).unwrap();
    assert_eq!((behind.root_version(), ahead.root_version()), (2, 3));
    for (own, kept) in [(&behind, &ahead), (&ahead, &behind)] {
        let merged = restored(own, &kept.export()).unwrap();
        assert_eq!(merged.export(), ahead.export());
    }
    // What is spoiled is refused though what is trusted already would do without it.
    let mut spoiled = behind.export();
    spoiled.last_mut().unwrap().bytes = Some(b"{}".to_vec());
    assert_eq!(restored(&ahead, &spoiled).unwrap_err().code(), Code::StateInvalid);
}

/// What a store says of itself is no reason to take less of it than it has.
#[test]
fn a_store_that_says_it_is_behind_is_not_believed() {
    let (channel, trust) = trusted();
    let mut kept = trust.export();
    for entry in &mut kept {
        let text = String::from_utf8(entry.bytes.clone().unwrap()).unwrap();
        entry.bytes = Some(match entry.key.as_str() {
            "state.json" => text.replace("\"root\":3", "\"root\":1").into_bytes(),
            "key_mgr.json" => b"{}".to_vec(),
            _ => continue,
        });
    }
    let refused = restored(&pin(&channel).unwrap(), &kept).unwrap_err();
    assert_eq!(refused.code(), Code::StateInvalid);
}

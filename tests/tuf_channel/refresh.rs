//! Refreshes of an honest channel, in all its layouts, and of one that breaks half-way.

use super::*;

#[test]
fn files_are_asked_for_in_order_and_kept_as_they_come() {
    let mut channel = tuf_channel();
    // White space that no signature covers.
    channel.edit_text("targets", |text| format!("{text} \n\n"));
    let mut trust = pin(&channel.files).unwrap();
    let (journal, outcome) = refresh(&mut trust, &channel.files, now());
    outcome.unwrap();
    let paths = ["2.root.json", "3.root.json", "4.root.json", "timestamp.json"];
    assert_eq!(journal.paths(), [&paths[..], &["3.snapshot.json", "2.targets.json"]].concat());
    let keys = ["2.root.json", "state.json", "3.root.json", "state.json", "state.json"];
    let below = ["timestamp.json", "snapshot.json", "targets.json"];
    assert_eq!(journal.keys(), [&keys[..], &below].concat());
    for (key, path) in [
        ("2.root.json", "2.root.json"),
        ("timestamp.json", "timestamp.json"),
        ("snapshot.json", "3.snapshot.json"),
        ("targets.json", "2.targets.json"),
    ] {
        let kept = trust.export().into_iter().find(|kept| kept.key == key).unwrap();
        assert_eq!(kept.bytes.as_ref(), Some(&channel.files[path]), "the received bytes");
    }
    assert_eq!(versions(&trust), (3, [Some(4), Some(3), Some(2)]));
    // Once more: what is held is not fetched again.
    let (journal, outcome) = refresh(&mut trust, &channel.files, now());
    outcome.unwrap();
    assert_eq!(journal.paths(), ["4.root.json", "timestamp.json"]);
    assert_eq!(journal.kept, []);
}

#[test]
fn without_consistent_snapshots_names_have_no_versions() {
    let channel = tuf::tuf_channel(&TufPlan::bare());
    let mut trust = pin(&channel.files).unwrap();
    let (journal, outcome) = refresh(&mut trust, &channel.files, now());
    outcome.unwrap();
    assert_eq!(journal.paths()[3..], ["timestamp.json", "snapshot.json", "targets.json"]);
    let (asked, target) = search(&mut trust, &channel.files, TufSpoil::VICTIM, now());
    assert_eq!(asked, ["packages.json"]);
    assert_eq!(target.unwrap().paths, [TufSpoil::VICTIM]);
}

/// In whatever the hashes are, the name of a target begins with one of them.
#[test]
fn targets_are_under_the_names_of_their_hashes() {
    let algorithms: [&[&str]; 3] = [&["sha256"], &["sha512"], &["sha256", "sha512"]];
    for names in algorithms {
        let algorithms = names.iter().map(|name| (*name).to_owned()).collect();
        let channel = tuf::tuf_channel(&TufPlan { algorithms, ..TufPlan::default() });
        let mut trust = trusting(&channel);
        let target = search(&mut trust, &channel.files, TufSpoil::VICTIM, now()).1.unwrap();
        let bytes = &channel.files[TufSpoil::VICTIM];
        assert_eq!((target.length, target.paths.len()), (bytes.len() as u64, names.len()));
        for path in &target.paths {
            assert!(path.starts_with("noarch/") && path.ends_with(victim()), "{path}");
            assert_eq!(&channel.files[path], bytes);
        }
        target.check(&digests(bytes)).unwrap();
        assert_eq!(code(target.check(&digests(b"other"))), Some(Code::TargetDigestMismatch));
    }
}

/// ECDSA and RSA, made by this generator.
#[test]
fn keys_of_other_kinds_sign_too() {
    let channel = tuf::tuf_channel(&of_other_kinds());
    let mut trust = trusting(&channel);
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    for role in ["timestamp", "snapshot"] {
        let mut attacked = channel.clone();
        attacked.edit(role, |role| role.signed["comment"] = json!("added by somebody"));
        let (journal, refused) = refresh(&mut pin(&channel.files).unwrap(), &attacked.files, now());
        assert_eq!(code(refused), Some(Code::ThresholdNotMet));
        assert_eq!(journal.asked.last().unwrap().0, role);
    }
}

/// TUF 5.4.3: of the same version the one that is held stays, and nothing more is asked for.
#[test]
fn another_timestamp_of_the_same_version_is_not_looked_at() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let before = trust.export();
    let other = TufSpoil::TimestampRepeated.apply(&channel);
    let (journal, outcome) = refresh(&mut trust, &other.files, now());
    outcome.unwrap();
    assert_eq!(journal.paths(), ["4.root.json", "timestamp.json"]);
    assert_eq!(trust.export(), before);
}

/// A refresh that broke is finished by the next one, also from the store.
#[test]
fn a_refresh_that_broke_half_way_is_resumed() {
    let channel = tuf_channel();
    for role in ["snapshot", "targets"] {
        let mut broken = channel.clone();
        broken.files.remove(&channel.path(role));
        let mut trust = pin(&channel.files).unwrap();
        let (_, refused) = refresh(&mut trust, &broken.files, now());
        assert_eq!(code(refused), Some(Code::TufRolesMissing), "{role}");
        let missing = trust.target(TufChannel::REPODATA, now());
        assert_eq!(code(missing), Some(Code::RolesNotLoaded));
        let back = restored(&pin(&channel.files).unwrap(), &trust.export()).unwrap();
        for mut trust in [trust, back] {
            let (journal, outcome) = refresh(&mut trust, &channel.files, now());
            outcome.unwrap();
            assert_eq!(journal.asked[2].0, role, "what is there is not asked for again");
            fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
        }
    }
}

/// Between a new timestamp and the end of the refresh, what was loaded before counts no more:
/// it is known to be old.
#[test]
fn half_a_refresh_vouches_for_nothing() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let mut later = channel.renewed();
    let path = later.path("snapshot");
    later.files.remove(&path);
    let (_, refused) = refresh(&mut trust, &later.files, now());
    assert_eq!(code(refused), Some(Code::TufRolesMissing));
    assert_eq!(code(trust.target(TufChannel::REPODATA, now())), Some(Code::RolesNotLoaded));
}

/// A snapshot that was kept is a floor, although a later timestamp names another one.
#[test]
fn a_snapshot_that_was_overtaken_is_a_floor_still() {
    for plan in [TufPlan::default(), TufPlan::bare()] {
        let channel = tuf::tuf_channel(&plan);
        let mut trust = trusting(&channel);
        let mut later = channel.renewed();
        let path = later.path("snapshot");
        later.files.remove(&path);
        let _ = refresh(&mut trust, &later.files, now());
        assert_eq!(versions(&trust).1, [Some(14), Some(3), Some(2)]);
        let mut trust = restored(&pin(&channel.files).unwrap(), &trust.export()).unwrap();
        let mut rolled_back = channel.renewed();
        rolled_back.publish("targets", 1, |_| ());
        rolled_back.edit_signed("timestamp", |signed| signed["version"] = json!(15));
        let (_, refused) = refresh(&mut trust, &rolled_back.files, now());
        assert_eq!(code(refused), Some(Code::RoleRollback));
        refresh(&mut trust, &channel.renewed().renewed().files, now()).1.unwrap();
    }
}

#[test]
fn what_has_expired_locally_is_a_floor_and_may_be_updated() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    // The root, too: it was good a year before.
    let late = at("2032-01-01T00:00:00Z");
    let mut later = channel.clone();
    later.add_root(|root| root["expires"] = json!("2040-01-01T00:00:00Z"));
    for name in ["packages", "targets", "snapshot", "timestamp"] {
        later.publish(name, 10, |signed| signed["expires"] = json!("2033-01-01T00:00:00Z"));
    }
    let mut rolled_back = later.clone();
    rolled_back.edit_signed("timestamp", |signed| signed["version"] = json!(3));
    let (_, refused) = refresh(&mut trust.clone(), &rolled_back.files, late);
    assert_eq!(code(refused), Some(Code::RoleRollback));
    assert_eq!(code(trust.target(TufChannel::REPODATA, late)), Some(Code::Expired));
    refresh(&mut trust, &later.files, late).1.unwrap();
    fetch(&mut trust, &later.files, TufSpoil::VICTIM, late).unwrap();
}

#[test]
fn roles_expire_while_nobody_refreshes() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let target = search(&mut trust, &channel.files, TufChannel::REPODATA, now()).1.unwrap();
    assert_eq!(target.expires, at(tuf::TIMESTAMP_EXPIRES), "of the first role that expires");
    let late = trust.target(TufChannel::REPODATA, at(tuf::TIMESTAMP_EXPIRES));
    assert_eq!(code(late), Some(Code::Expired));
}

#[test]
fn only_some_statuses_mean_that_there_is_no_file() {
    let channel = tuf_channel();
    for status in [404, 403] {
        let mut trust = pin(&channel.files).unwrap();
        trust.next(now()).unwrap();
        trust.unavailable("2.root.json", status).unwrap();
        assert_eq!(trust.next(now()).unwrap().unwrap().path, "timestamp.json");
    }
    for status in [410, 429, 500, 503] {
        let mut trust = pin(&channel.files).unwrap();
        trust.next(now()).unwrap();
        let refused = trust.unavailable("2.root.json", status);
        assert_eq!(code(refused), Some(Code::RoleUnavailable), "{status}");
    }
    for (status, expected) in [
        (404, Code::TufRolesMissing),
        (410, Code::TufRolesMissing),
        (403, Code::RoleUnavailable),
        (500, Code::RoleUnavailable),
    ] {
        let mut trust = pin(&channel.files).unwrap();
        trust.next(now()).unwrap();
        trust.unavailable("2.root.json", 404).unwrap();
        trust.next(now()).unwrap();
        assert_eq!(code(trust.unavailable("timestamp.json", status)), Some(expected), "{status}");
        assert_eq!(trust.next(now()).unwrap().unwrap().path, "timestamp.json", "or elsewhere");
    }
}

/// TUF 5.3.3: so many roots in one refresh; the next one goes on from there.
#[test]
fn many_roots_are_followed_in_turns() {
    let plan = TufPlan { roots: 1, ..TufPlan::default() };
    let mut channel = TufChannel::new(&plan, &[("targets".into(), RolePlan::default())].into());
    for _ in 0..6 {
        channel.add_root(|_| ());
    }
    let mut limits = Limits::default();
    limits.set("rootRounds", 4).unwrap();
    let root = &channel.files[TufChannel::PINNED];
    let mut trust = ChannelTrust::pin("root.json", root, options(), limits).unwrap();
    let (_, refused) = refresh(&mut trust, &channel.files, now());
    assert_eq!(code(refused), Some(Code::LimitExceeded));
    assert_eq!(trust.root_version(), 5);
    refresh(&mut trust, &channel.files, now()).1.unwrap();
    assert_eq!(trust.root_version(), 7);
}

/// What is to be fetched is bounded by what was announced, or else by a limit.
#[test]
fn lengths_bound_what_is_fetched() {
    let lengths = |channel: &TufChannel| -> Vec<u64> {
        let mut trust = pin(&channel.files).unwrap();
        let mut lengths = Vec::new();
        while let Some(want) = trust.next(now()).unwrap() {
            lengths.push(want.max_length);
            match channel.files.get(&want.path) {
                Some(bytes) => drop(trust.update(&want.path, bytes).unwrap()),
                None => trust.unavailable(&want.path, 404).unwrap(),
            }
        }
        lengths
    };
    let channel = tuf_channel();
    let length = |name: &str| channel.files[&channel.path(name)].len() as u64;
    let above = [512_000, 512_000, 512_000, 16_384];
    let announced = [length("snapshot"), length("targets")];
    assert_eq!(lengths(&channel), [&above[..], &announced].concat());
    let bare = tuf::tuf_channel(&TufPlan::bare());
    assert_eq!(lengths(&bare), [&above[..], &[2_000_000, 64 << 20]].concat());
}

/// Versions from elsewhere: no store is needed to notice an older one.
#[test]
fn least_versions_are_floors() {
    let channel = tuf_channel();
    let none = MinVersions::default();
    for (least, expected) in [
        (MinVersions { root: 3, timestamp: 4, snapshot: 3, targets: 2, ..none }, None),
        (MinVersions { root: 4, ..none }, Some(Code::RoleRollback)),
        (MinVersions { timestamp: 5, ..none }, Some(Code::RoleRollback)),
        (MinVersions { snapshot: 4, ..none }, Some(Code::RoleRollback)),
        (MinVersions { targets: 3, ..none }, Some(Code::RoleRollback)),
    ] {
        let options = TrustOptions { min_versions: least, ..options() };
        let mut trust = pin_with(&channel.files, options).unwrap();
        let (_, outcome) = refresh(&mut trust, &channel.files, now());
        assert_eq!(code(outcome), expected, "{least:?}");
    }
}

/// They hold for what a store held too, with a refresh and without one.
#[test]
fn least_versions_are_floors_of_a_store() {
    let channel = tuf_channel();
    let kept = trusting(&channel).export();
    let none = MinVersions::default();
    for least in [
        MinVersions { root: 4, ..none },
        MinVersions { timestamp: 5, ..none },
        MinVersions { snapshot: 4, ..none },
        MinVersions { targets: 3, ..none },
    ] {
        let options = TrustOptions { min_versions: least, ..options() };
        let mut back = restored(&pin_with(&channel.files, options).unwrap(), &kept).unwrap();
        let refused = back.target(TufChannel::REPODATA, now());
        assert_eq!(code(refused), Some(Code::RoleRollback), "{least:?}");
        let (_, outcome) = refresh(&mut back, &channel.files, now());
        assert_eq!(code(outcome), Some(Code::RoleRollback), "{least:?}");
        let refused = back.target(TufChannel::REPODATA, now());
        assert_eq!(code(refused), Some(Code::RoleRollback), "{least:?}");
    }
}

/// A refused step changes nothing: not what a search waits for either.
#[test]
fn a_search_goes_on_after_a_refused_step() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    let later = channel.renewed();
    while trust.next(now()).unwrap().is_some_and(|want| want.role == "root") {
        let path = trust.next(now()).unwrap().unwrap().path;
        trust.unavailable(&path, 404).unwrap();
    }
    let Lookup::Wants(want) = trust.target(TufSpoil::VICTIM, now()).unwrap() else {
        panic!("the role is here already");
    };
    assert_eq!(code(trust.update("timestamp.json", b"{}")), Some(Code::RoleMalformed));
    trust.update(&want.path, &channel.files[&want.path]).unwrap();
    trust.update("timestamp.json", &later.files["timestamp.json"]).unwrap();
}

/// Key ids are labels; keys that nobody knows stand in nobody's way; what is odd in a key is
/// signed with it.
#[test]
fn keys_may_have_any_id_and_strangers_beside_them() {
    let named = |role: &str| {
        let alias = |key: Key| {
            let id = format!("é ?/{}", &key.digest()[..4]);
            key.alias(&id)
        };
        let signers = Signers::of_role(role);
        Signers { keys: signers.keys.into_iter().map(alias).collect(), ..signers }
    };
    let plan = TufPlan {
        roots: 1,
        timestamp: named("timestamp"),
        snapshot: named("snapshot"),
        targets: named("targets"),
        ..TufPlan::default()
    };
    let mut channel = tuf::tuf_channel(&plan);
    channel.edit_signed("1.root", |root| {
        root["keys"]["new"] = json!({ "keytype": "ml-dsa", "scheme": "ml-dsa-65", "x": 1 });
        root["roles"]["timestamp"]["keyids"].as_array_mut().unwrap().push("new".into());
        for key in root["keys"].as_object_mut().unwrap().values_mut() {
            key["keyid_hash_algorithms"] = json!(["sha256", "sha512"]);
        }
    });
    channel.files.insert(TufChannel::PINNED.into(), channel.files["1.root.json"].clone());
    let mut trust = trusting(&channel);
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
}

/// Another file than the one that was asked for is none of our business.
#[test]
fn nothing_is_taken_that_was_not_asked_for() {
    let channel = tuf_channel();
    let mut trust = pin(&channel.files).unwrap();
    trust.next(now()).unwrap();
    let timestamp = &channel.files["timestamp.json"];
    assert_eq!(code(trust.update("timestamp.json", timestamp)), Some(Code::ArgumentInvalid));
    assert_eq!(code(trust.unavailable("timestamp.json", 404)), Some(Code::ArgumentInvalid));
}

/// A refused file is asked for again: it may come from elsewhere.
#[test]
fn another_mirror_may_have_the_right_file() {
    let channel = tuf_channel();
    let mut trust = pin(&channel.files).unwrap();
    while let Some(want) = trust.next(now()).unwrap() {
        let before = trust.clone();
        let Some(bytes) = channel.files.get(&want.path) else {
            trust.unavailable(&want.path, 404).unwrap();
            continue;
        };
        for wrong in [&b"<!DOCTYPE html>"[..], b"", b"{}", &bytes[..bytes.len() - 1]] {
            trust.update(&want.path, wrong).unwrap_err();
            assert_eq!(trust, before);
            assert_eq!(trust.next(now()).unwrap().as_ref(), Some(&want));
        }
        trust.update(&want.path, bytes).unwrap();
    }
    assert_eq!(versions(&trust), (3, [Some(4), Some(3), Some(2)]));
}

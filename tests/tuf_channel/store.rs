//! What is kept and taken back: a store is never believed.

use super::*;

fn entry<'a>(kept: &'a mut [Kept], key: &str) -> &'a mut Vec<u8> {
    kept.iter_mut().find(|kept| kept.key == key).unwrap().bytes.as_mut().unwrap()
}

#[test]
fn what_was_kept_is_taken_back_whole() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    let kept = trust.export();
    let keys: Vec<_> = kept.iter().map(|kept| kept.key.as_str()).collect();
    let below = ["timestamp.json", "snapshot.json", "targets.json", "delegated.packages.json"];
    assert_eq!(keys, [&["state.json", "2.root.json", "3.root.json"][..], &below].concat());
    let mut back = restored(&pin(&channel.files).unwrap(), &kept).unwrap();
    assert_eq!(back.export(), kept);
    // Without any request.
    let (asked, found) = search(&mut back, &Files::new(), TufSpoil::VICTIM, now());
    assert_eq!((asked.len(), found.unwrap().roles.len()), (0, 2));
    let (journal, outcome) = refresh(&mut back, &channel.files, now());
    outcome.unwrap();
    assert_eq!(journal.paths(), ["4.root.json", "timestamp.json"]);
}

#[test]
fn forged_files_are_refused_with_the_whole_store() {
    let channel = tuf_channel();
    let kept = trusting(&channel).export();
    for name in ["timestamp", "snapshot", "targets"] {
        let mut forged = kept.clone();
        let mut role = channel.role(name);
        role.signed["version"] = json!(1_000);
        *entry(&mut forged, &format!("{name}.json")) = role.bytes();
        let fresh = pin(&channel.files).unwrap();
        let mut trust = fresh.clone();
        let entries = forged.iter().map(|kept| (kept.key.as_str(), kept.bytes.as_deref().unwrap()));
        assert_eq!(code(trust.restore(entries)), Some(Code::StateInvalid), "{name}");
        assert_eq!(trust, fresh, "nothing of it was taken");
        refresh(&mut trust, &channel.files, now()).1.unwrap();
    }
}

/// Delegated roles are verified when a search comes to them.
#[test]
fn a_forged_delegated_role_is_fetched_again() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    let mut kept = trust.export();
    let mut role = channel.role("packages");
    role.signed["targets"][TufSpoil::VICTIM]["length"] = json!(1);
    *entry(&mut kept, "delegated.packages.json") = role.bytes();
    let mut back = restored(&pin(&channel.files).unwrap(), &kept).unwrap();
    let (asked, found) = search(&mut back, &channel.files, TufSpoil::VICTIM, now());
    assert_eq!(asked, ["2.packages.json"]);
    assert_ne!(found.unwrap().length, 1);
}

/// Each file is genuine, and they do not belong together: nothing is vouched for before a
/// refresh.
#[test]
fn files_of_different_times_are_floors_and_no_more() {
    let channel = tuf_channel();
    let later = channel.renewed();
    let (mut old, new) = (trusting(&channel).export(), trusting(&later).export());
    for key in ["timestamp.json", "snapshot.json", "targets.json"] {
        let mut mixed = new.clone();
        *entry(&mut mixed, key) = entry(&mut old, key).clone();
        let mut trust = restored(&pin(&channel.files).unwrap(), &mixed).unwrap();
        assert_eq!(code(trust.target(TufChannel::REPODATA, now())), Some(Code::RolesNotLoaded));
        refresh(&mut trust, &later.files, now()).1.unwrap();
        fetch(&mut trust, &later.files, TufSpoil::VICTIM, now()).unwrap();
    }
}

#[test]
fn two_that_share_a_store_keep_the_newer_of_each() {
    let channel = tuf_channel();
    let later = channel.renewed();
    let (old, new) = (trusting(&channel), trusting(&later));
    for (own, other) in [(&old, &new), (&new, &old)] {
        let mut merged = restored(own, &other.export()).unwrap();
        assert_eq!(versions(&merged).1, [Some(14), Some(13), Some(12)]);
        fetch(&mut merged, &later.files, TufSpoil::VICTIM, now()).unwrap();
    }
}

#[test]
fn a_store_of_another_channel_or_root_is_refused() {
    let channel = tuf_channel();
    let kept = trusting(&channel).export();
    let elsewhere = TrustOptions { channel: Some("https://other.example/".into()), ..options() };
    let other = pin_with(&channel.files, elsewhere).unwrap();
    assert_eq!(code(restored(&other, &kept)), Some(Code::StateInvalid));
    // Without the facts nothing says whose the others are.
    let nameless: Vec<_> = kept.iter().filter(|kept| kept.key != "state.json").cloned().collect();
    let trust = pin(&channel.files).unwrap();
    assert_eq!(code(restored(&trust, &nameless)), Some(Code::StateInvalid));
    // A root of somebody else.
    let plan = TufPlan { roots: 1, ..TufPlan::default() };
    let mut root = Envelope::new_v1(plan.root(1));
    let strangers = Signers::of_role("somebody else");
    for (id, key) in strangers.ring() {
        root.signed["keys"][id] = key;
    }
    root.signed["roles"]["root"] = strangers.value();
    channel.sign_by(&mut root, &strangers.keys);
    let foreign = pin(&[(TufChannel::PINNED.to_owned(), root.bytes())].into()).unwrap();
    assert_eq!(code(restored(&foreign, &kept)), Some(Code::StateInvalid));
}

#[test]
fn a_store_without_a_root_that_it_knows_is_refused() {
    let channel = tuf_channel();
    let kept = trusting(&channel).export();
    let without: Vec<_> = kept.iter().filter(|kept| kept.key != "3.root.json").cloned().collect();
    let refused = restored(&pin(&channel.files).unwrap(), &without);
    assert_eq!(code(refused), Some(Code::StateInvalid));
    // Where a newer one is pinned, it needs no older ones.
    let newer = [(TufChannel::PINNED.to_owned(), channel.files["3.root.json"].clone())].into();
    let mut trust = restored(&pin(&newer).unwrap(), &kept).unwrap();
    assert_eq!(versions(&trust), (3, [Some(4), Some(3), Some(2)]));
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
}

#[test]
fn nothing_else_is_taken_for_an_entry() {
    let channel = tuf_channel();
    let trust = pin(&channel.files).unwrap();
    let mut kept = trusting(&channel).export();
    kept.push(Kept { key: "notes.txt".into(), bytes: Some(b"x".to_vec()) });
    assert_eq!(code(restored(&trust, &kept)), Some(Code::StateInvalid));
    // Of a role that no snapshot lists: of no use, and kept no longer.
    kept.last_mut().unwrap().key = "delegated.stranger.json".into();
    let back = restored(&trust, &kept).unwrap();
    assert!(back.export().iter().all(|kept| kept.key != "delegated.stranger.json"));
}

/// A snapshot that lists a role no more takes its file along.
#[test]
fn roles_that_are_not_listed_any_more_are_not_kept() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    // Other keys of the snapshot: only so may a role go.
    let mut later = channel.clone();
    later.plan.snapshot = Signers::of_role("snapshot after");
    later.add_root(|_| ());
    later.publish("snapshot", 4, |signed| {
        signed["meta"].as_object_mut().unwrap().remove("packages.json");
    });
    later.edit_signed("timestamp", |signed| signed["version"] = json!(5));
    refresh(&mut trust, &later.files, now()).1.unwrap();
    assert!(trust.export().iter().all(|kept| kept.key != "delegated.packages.json"));
    let refused = search(&mut trust, &later.files, TufSpoil::VICTIM, now()).1;
    assert_eq!(code(refused), Some(Code::RoleUnlisted));
}

/// A refresh that changed only what is above a role leaves it.
#[test]
fn a_delegated_role_that_is_unchanged_is_not_fetched_again() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    fetch(&mut trust, &channel.files, TufSpoil::VICTIM, now()).unwrap();
    let mut later = channel.clone();
    later.publish("snapshot", 9, |_| ());
    later.publish("timestamp", 9, |_| ());
    refresh(&mut trust, &later.files, now()).1.unwrap();
    let (asked, found) = search(&mut trust, &later.files, TufSpoil::VICTIM, now());
    assert_eq!((asked.len(), found.unwrap().roles.len()), (0, 2));
}

/// A timestamp that is newer and names an older snapshot follows no history.
#[test]
fn a_timestamp_that_goes_back_and_forth_is_refused() {
    let channel = tuf_channel();
    let mut stolen = channel.clone();
    let version = channel.role("timestamp").signed["version"].as_u64().unwrap();
    stolen.edit_alone("timestamp", |signed| {
        signed["version"] = json!(version + 1);
        signed["meta"]["snapshot.json"] = json!({ "version": 1 });
    });
    let trust = trusting(&channel);
    let mut kept = trust.export();
    *entry(&mut kept, "timestamp.json") = stolen.files["timestamp.json"].clone();
    assert_eq!(code(restored(&trust, &kept)), Some(Code::StateInvalid));
}

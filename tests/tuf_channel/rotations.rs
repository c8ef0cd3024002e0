//! Keys that change: of the root, and of the roles below it.

use super::*;

/// A role's keys by number, how many have to sign, and which did.
type Signed = (&'static [usize], usize, &'static [usize]);

/// A scenario: the roots one after the other, and whether the last one is accepted.
type Scenario = (&'static str, &'static [Signed], bool);

const FIVE: &[usize] = &[0, 1, 2, 3, 4];
const NEXT: &[usize] = &[0, 1, 3, 4, 5];
const OTHER: &[usize] = &[5, 6, 7, 8, 9];
const FIRST: Signed = (FIVE, 3, &[0, 2, 4]);
const ONE: Signed = (&[1], 1, &[1]);

const ROOTS: [Scenario; 15] = [
    ("1-of-1-key-rotation", &[ONE, (&[2], 1, &[2, 1]), (&[2], 1, &[2])], true),
    (
        "1-of-1-key-rotation-unused-signatures",
        &[(&[1], 1, &[3, 1, 4]), (&[2], 1, &[3, 2, 1, 4]), (&[2], 1, &[3, 2, 4])],
        true,
    ),
    ("1-of-1-key-rotation-fail-not-signed-with-old-key", &[ONE, (&[2], 1, &[2, 3, 4])], false),
    ("1-of-1-key-rotation-fail-not-signed-with-new-key", &[ONE, (&[2], 1, &[1, 3, 4])], false),
    (
        "3-of-5-sign-with-different-keycombos",
        &[FIRST, (FIVE, 3, &[0, 4, 1]), (FIVE, 3, &[0, 1, 3]), (FIVE, 3, &[4, 1, 3])],
        true,
    ),
    ("3-of-5-one-key-rotated", &[FIRST, (NEXT, 3, &[0, 4, 1])], true),
    (
        "3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys",
        &[FIRST, (NEXT, 3, &[0, 2, 4])],
        false,
    ),
    (
        "3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys",
        &[FIRST, (NEXT, 3, &[0, 4, 5])],
        false,
    ),
    (
        "3-of-5-one-key-rotated-with-intermediate-step",
        &[FIRST, (NEXT, 3, &[0, 2, 4, 5]), (NEXT, 3, &[0, 4, 5])],
        true,
    ),
    (
        "3-of-5-all-keys-rotated-with-intermediate-step",
        &[FIRST, (OTHER, 3, &[0, 2, 4, 5, 6, 7]), (OTHER, 3, &[5, 6, 7])],
        true,
    ),
    (
        "1-of-3-threshold-increase-to-2-of-3",
        &[(&[1, 2, 3], 1, &[1]), (&[1, 2, 3], 2, &[1, 2])],
        true,
    ),
    (
        "1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached",
        &[(&[1, 2, 3], 1, &[1]), (&[1, 2, 3], 2, &[2])],
        false,
    ),
    (
        "2-of-3-threshold-decrease-to-1-of-3",
        &[(&[1, 2, 3], 2, &[1, 2]), (&[1, 2, 3], 1, &[1, 2]), (&[1, 2, 3], 1, &[1])],
        true,
    ),
    (
        "2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-reached",
        &[(&[1, 2, 3], 2, &[1, 2]), (&[1, 2, 3], 1, &[1])],
        false,
    ),
    ("1-of-2-threshold-increase-to-2-of-2", &[ONE, (&[1, 2], 2, &[1, 2])], true),
];

const OTHERS: [(&str, Signed, bool); 10] = [
    ("1-of-1-key-rotation", (&[2], 1, &[2]), true),
    ("1-of-1-key-rotation-unused-signatures", (&[1], 1, &[3, 1, 4]), true),
    ("1-of-1-key-rotation-fail-not-signed-with-new-key", (&[2], 1, &[1, 3, 4]), false),
    (
        "3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys",
        (NEXT, 3, &[0, 2, 4]),
        false,
    ),
    ("2-of-5-one-key-signature-missing-threshold-not-reached", (NEXT, 3, &[0, 4]), false),
    ("3-of-5-sign-first-combo", FIRST, true),
    ("3-of-5-sign-second-combo", (FIVE, 3, &[0, 4, 1]), true),
    ("3-of-5-sign-third-combo", (FIVE, 3, &[0, 1, 3]), true),
    ("3-of-5-sign-fourth-combo", (FIVE, 3, &[1, 2, 3]), true),
    ("3-of-5-sign-fifth-combo", (FIVE, 3, &[2, 3, 4]), true),
];

fn keys(numbers: &[usize]) -> Vec<Key> {
    numbers.iter().map(|number| Key::of_seed(&format!("tuf rotated {number}"))).collect()
}

/// Gives a role of a root these keys.
fn give(root: &mut Value, role: &str, numbers: &[usize], threshold: usize) {
    let signers = Signers { keys: keys(numbers), threshold };
    for (id, key) in signers.ring() {
        root["keys"][id] = key;
    }
    root["roles"][role] = signers.value();
}

fn one_root() -> TufChannel {
    let plan = TufPlan { roots: 1, ..TufPlan::bare() };
    TufChannel::new(&plan, &[("targets".into(), RolePlan::default())].into())
}

#[test]
fn a_root_follows_by_the_threshold_of_the_old_one_and_by_its_own() {
    for (name, roots, is_accepted) in ROOTS {
        let mut channel = one_root();
        for (version, (numbers, threshold, signed)) in (1..).zip(roots) {
            let mut root = Envelope::new_v1(channel.plan.root(1));
            root.signed["version"] = json!(version);
            give(&mut root.signed, "root", numbers, *threshold);
            channel.sign_by(&mut root, &keys(signed));
            channel.files.insert(format!("{version}.root.json"), root.bytes());
        }
        channel.files.insert(TufChannel::PINNED.into(), channel.files["1.root.json"].clone());
        let mut trust = pin(&channel.files).unwrap();
        let (journal, outcome) = refresh(&mut trust, &channel.files, now());
        let last = roots.len() as u64;
        if is_accepted {
            outcome.unwrap();
            assert_eq!(trust.root_version(), last, "{name}");
        } else {
            assert_eq!(code(outcome), Some(Code::ThresholdNotMet), "{name}");
            assert_eq!(trust.root_version(), last - 1, "{name}");
            assert_eq!(journal.asked.last().unwrap().1, format!("{last}.root.json"), "{name}");
        }
    }
}

#[test]
fn a_role_below_the_root_is_signed_by_the_threshold_of_its_keys() {
    for role in ["timestamp", "snapshot", "targets"] {
        for (name, (numbers, threshold, signed), is_accepted) in OTHERS {
            let mut channel = one_root();
            channel.add_root(|root| give(root, role, numbers, threshold));
            let mut file = channel.role(role);
            channel.sign_by(&mut file, &keys(signed));
            channel.place(role, &file);
            let mut trust = pin(&channel.files).unwrap();
            let (journal, outcome) = refresh(&mut trust, &channel.files, now());
            if is_accepted {
                outcome.unwrap();
            } else {
                assert_eq!(code(outcome), Some(Code::ThresholdNotMet), "{role} {name}");
                assert_eq!(journal.asked.last().unwrap().0, role, "{name}");
            }
        }
    }
}

/// TUF 5.3.11: whoever stole a key may have set versions out of reach. Other keys bring them
/// back.
#[test]
fn new_keys_of_the_timestamp_bring_its_version_back() {
    let channel = tuf_channel();
    let mut stolen = channel.clone();
    stolen.edit_signed("timestamp", |signed| signed["version"] = json!(100_000));
    let mut trust = trusting(&stolen);
    let (_, refused) = refresh(&mut trust, &channel.files, now());
    assert_eq!(code(refused), Some(Code::RoleRollback));
    let mended = rotated(&channel, &["timestamp"]);
    // A client that has all of it from its store loses the floor too.
    let mut back = restored(&pin(&channel.files).unwrap(), &trust.export()).unwrap();
    for trust in [&mut trust, &mut back] {
        let (journal, outcome) = refresh(trust, &mended.files, now());
        outcome.unwrap();
        assert_eq!(versions(trust), (4, [Some(4), Some(3), Some(2)]));
        let is_removed = |kept: &Kept| kept.key == "timestamp.json" && kept.bytes.is_none();
        assert!(journal.kept.iter().any(is_removed), "the host is told to drop the old one");
    }
}

#[test]
fn new_keys_of_timestamp_and_snapshot_bring_the_snapshot_back() {
    let channel = tuf_channel();
    let mut stolen = channel.clone();
    stolen.publish("snapshot", 100_000, |_| ());
    stolen.edit_signed("timestamp", |signed| signed["version"] = json!(5));
    let mut trust = trusting(&stolen);
    let mended = rotated(&channel, &["timestamp", "snapshot"]);
    refresh(&mut trust, &mended.files, now()).1.unwrap();
    assert_eq!(versions(&trust), (4, [Some(4), Some(3), Some(2)]));
}

#[test]
fn new_keys_of_the_snapshot_bring_targets_back_and_let_roles_go() {
    let channel = tuf_channel();
    let mut stolen = channel.clone();
    stolen.publish("targets", 100_000, |_| ());
    stolen.add("stranger", Signers::of_role("stranger"), &RolePlan::default());
    stolen.publish("snapshot", 4, |_| ());
    stolen.edit_signed("timestamp", |signed| signed["version"] = json!(5));
    let mut trust = trusting(&stolen);
    let mut later = channel.clone();
    later.publish("snapshot", 5, |_| ());
    later.edit_signed("timestamp", |signed| signed["version"] = json!(6));
    let (_, refused) = refresh(&mut trust.clone(), &later.files, now());
    assert!(matches!(code(refused), Some(Code::RoleRollback | Code::RoleRemoved)));
    let mended = rotated(&later, &["snapshot"]);
    refresh(&mut trust, &mended.files, now()).1.unwrap();
    assert_eq!(versions(&trust), (4, [Some(6), Some(5), Some(2)]));
    fetch(&mut trust, &mended.files, TufSpoil::VICTIM, now()).unwrap();
}

/// The channel with one root more, which gives these roles other keys, and what they sign.
fn rotated(channel: &TufChannel, roles: &[&str]) -> TufChannel {
    let mut rotated = channel.clone();
    let other = |role: &str| Signers::of_role(&format!("{role} after"));
    for role in roles {
        match *role {
            "timestamp" => rotated.plan.timestamp = other(role),
            _ => rotated.plan.snapshot = other(role),
        }
    }
    rotated.add_root(|_| ());
    rotated.edit_signed("snapshot", |_| ());
    rotated
}

//! The same on repositories that python-tuf made and that securesystemslib signs again after
//! each attack: nothing that signs there computes canonical bytes as we do.

use std::collections::BTreeSet;

use super::attacks::complaints;
use super::*;
use conda_verifier_fixtures::tuf::TufPython;

fn python() -> Option<TufPython> {
    let python = TufPython::start();
    if python.is_none() {
        left_out(
            "repositories that python-tuf makes, since no Python here has the packages of \
             fixtures/python/requirements.txt",
        );
    }
    python
}

/// Plans that differ in what Python has code of its own for.
fn plans() -> Vec<TufPlan> {
    let sha512 = TufPlan { algorithms: vec!["sha512".into()], ..TufPlan::default() };
    let both = TufPlan { algorithms: vec!["sha256".into(), "sha512".into()], ..TufPlan::bare() };
    vec![
        TufPlan::default(),
        TufPlan::bare(),
        TufPlan { roots: 1, ..sha512.with_packages(Packages::Bins(1)) },
        both.with_packages(Packages::Bins(5)),
        TufPlan::default().with_packages(Packages::Beside),
        TufPlan::bare().with_packages(Packages::None),
    ]
}

#[test]
fn a_repository_that_python_made_is_trusted() {
    let Some(python) = python() else { return };
    for plan in plans().into_iter().chain([of_other_kinds()]) {
        let channel = python.tuf_channel(&plan);
        let mut trust = trusting(&channel);
        assert_eq!(versions(&trust), (plan.roots as u64, [Some(4), Some(3), Some(2)]));
        for path in [TufChannel::REPODATA, "noarch/repodata.json.zst"] {
            fetch(&mut trust, &channel.files, path, now()).unwrap();
        }
        for path in &channel.honest {
            let found = fetch(&mut trust, &channel.files, path, now());
            match plan.packages {
                Packages::None => assert_eq!(found.unwrap_err().1.code(), Code::TargetMissing),
                _ => assert_eq!(found.unwrap(), channel.files[path], "{path}"),
            }
        }
    }
}

#[test]
fn every_attack_on_it_is_noticed_as_on_ours() {
    let Some(python) = python() else { return };
    for plan in [TufPlan::default(), TufPlan::bare()] {
        let wrong = complaints(&python.tuf_channel(&plan));
        assert!(wrong.is_empty(), "{} complaints:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// Where both define the same: what is signed, key ids, and the signatures, since Ed25519 has
/// one signature by a key over a message.
#[test]
fn the_generator_and_python_say_and_sign_the_same() {
    let Some(python) = python() else { return };
    for plan in plans() {
        // The files are laid out in other ways, so their lengths and hashes differ.
        let plan = TufPlan { has_lengths: false, has_hashes: false, ..plan };
        let (ours, theirs) = (tuf::tuf_channel(&plan), python.tuf_channel(&plan));
        let roots: Vec<_> = (1..=plan.roots).map(|version| format!("{version}.root")).collect();
        for name in ours.names().chain(roots.iter().map(String::as_str)) {
            let (own, other) = (ours.role(name), theirs.role(name));
            assert_eq!(own.signed, other.signed, "{name}");
            let signatures = |role: &Envelope| -> BTreeSet<String> {
                role.signatures.as_array().unwrap().iter().map(Value::to_string).collect()
            };
            assert_eq!(signatures(&own), signatures(&other), "{name}");
        }
        assert_eq!(ours.files.len(), theirs.files.len());
    }
}

/// Keys of other kinds have the ids that securesystemslib gives them.
#[test]
fn keys_have_the_ids_that_python_gives_them() {
    let Some(python) = python() else { return };
    let plan = of_other_kinds();
    let (ours, theirs) = (tuf::tuf_channel(&plan), python.tuf_channel(&plan));
    assert_eq!(ours.role("1.root").signed, theirs.role("1.root").signed);
}

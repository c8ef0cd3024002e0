//! Who signed the roles of TUF.

use super::upgrade::upgraded;
use super::*;
use conda_verifier::RoleReport;

/// Path, and of each role that had to sign its name and version, how many signed, and how many
/// had to.
fn told(report: &RoleReport<'_>) -> String {
    let by = report.signed_by.iter().map(|by| {
        let enough = if by.signers.signed >= by.signers.threshold { "enough" } else { "too few" };
        format!("{} {} {enough}", by.role, by.version)
    });
    format!("{}: {}", report.path, by.collect::<Vec<_>>().join(", "))
}

#[test]
fn every_role_is_told_with_those_who_vouch_for_it() {
    let channel = tuf_channel();
    let mut trust = trusting(&channel);
    search(&mut trust, &channel.files, TufSpoil::VICTIM, now()).1.unwrap();
    let reports = trust.roles().unwrap();
    let roots = trust.root_version();
    let names: Vec<_> = reports.iter().map(|report| report.role).collect();
    let top = usize::try_from(roots).unwrap();
    assert!(names[..top].iter().all(|name| *name == "root"));
    assert_eq!(names[top..top + 3], ["timestamp", "snapshot", "targets"]);
    for report in &reports {
        assert!(!report.signed_by.is_empty(), "{}", report.path);
        for by in &report.signed_by {
            assert!(by.signers.signed >= by.signers.threshold, "{}", told(report));
        }
        // The pinned one is called by its number on the server.
        if report.path != "root.json" {
            assert_eq!(report.bytes, channel.files[report.path], "{}", report.path);
        }
        assert!(report.foreign().is_empty(), "{}", told(report));
    }
    for (at, report) in reports[..top].iter().enumerate() {
        let by: Vec<_> = report.signed_by.iter().map(|by| by.version).collect();
        let own = report.version;
        assert_eq!(by, if at == 0 { vec![own] } else { vec![own - 1, own] });
    }
    for report in &reports[top..top + 3] {
        assert_eq!((report.signed_by[0].role, report.signed_by[0].version), ("root", roots));
    }
    // What is kept and not asked for again has nobody who vouches for it yet.
    let back = restored(&pin(&channel.files).unwrap(), &trust.export()).unwrap();
    let again: Vec<_> = back.roles().unwrap().iter().map(|report| report.role.to_owned()).collect();
    assert_eq!(again, names[..top + 3]);
}

#[test]
fn delegated_roles_are_told_with_their_delegators() {
    let mut roles: BTreeMap<String, RolePlan> = BTreeMap::new();
    let top =
        RolePlan::default().delegating(vec![Delegated::new("A", "*"), Delegated::new("B", "*")]);
    roles.insert("targets".into(), top);
    roles.insert("A".into(), RolePlan::default().delegating(vec![Delegated::new("C", "*")]));
    roles.insert("B".into(), RolePlan::default().delegating(vec![Delegated::new("C", "*")]));
    roles.insert("C".into(), RolePlan::default().target("x", b"x"));
    let channel = TufChannel::new(&TufPlan { roots: 1, ..TufPlan::bare() }, &roles);
    let mut trust = trusting(&channel);
    let loaded = |trust: &ChannelTrust| -> Vec<String> {
        let reports = trust.roles().unwrap();
        reports.iter().skip(4).map(told).collect()
    };
    assert!(loaded(&trust).is_empty(), "nobody has asked yet");
    search(&mut trust, &channel.files, "x", now()).1.unwrap();
    let version = trust.role_version("A").unwrap();
    let path = |role: &str| channel.path(role);
    let expected = [
        format!("{}: targets {} enough", path("A"), trust.role_version("targets").unwrap()),
        format!("{}: A {version} enough", path("C")),
    ];
    assert_eq!(loaded(&trust), expected);
}

/// A root of TUF after one of content trust, whose keys have no ids of their own.
#[test]
fn the_first_root_of_tuf_is_signed_by_the_keys_of_content_trust() {
    let (signed, channel) = upgraded();
    let mut trust = pin(&signed.files).unwrap();
    refresh(&mut trust, &signed.files, now()).1.unwrap();
    refresh(&mut trust, &channel.files, now()).1.unwrap();
    let reports = trust.roles().unwrap();
    let names: Vec<_> = reports.iter().map(|report| (report.role, report.version)).collect();
    let roots = [("root", 1), ("root", 2), ("root", 3), ("root", 4)];
    assert_eq!(names[..4], roots);
    assert_eq!(
        names[4..].iter().map(|(role, _)| *role).collect::<Vec<_>>(),
        ["timestamp", "snapshot", "targets"]
    );
    assert_eq!(told(&reports[3]), "4.root.json: root 3 enough, root 4 enough");
    // No record is asked who signed it.
    let text = signed.files[conda_verifier_fixtures::trust::SignedChannel::REPODATA].clone();
    let repodata = Repodata::parse(text, &Limits::default()).unwrap();
    let entry = repodata.entry(repodata.file_names().next().unwrap()).unwrap();
    assert_eq!(trust.record_signers(&entry).unwrap(), None);
}

/// Each signature of a file that is trusted all the same.
#[test]
fn signatures_that_do_not_count_are_told() {
    let mut channel = tuf_channel();
    let foreign = Key::of_seed("somebody else");
    channel.edit("timestamp", |role| {
        let by_somebody = json!({ "keyid": foreign.id(), "sig": "ab" });
        role.signatures.as_array_mut().unwrap().push(by_somebody);
    });
    let mut trust = pin(&channel.files).unwrap();
    refresh(&mut trust, &channel.files, now()).1.unwrap();
    let reports = trust.roles().unwrap();
    let report = reports.iter().find(|report| report.role == "timestamp").unwrap();
    assert_eq!(report.foreign(), [foreign.id()]);
    assert_eq!(report.signed_by[0].signers.foreign, [foreign.id()]);
    let types = report.signed_by[0].signers.keys.iter().map(|key| key.key_type().unwrap());
    assert!(types.clone().count() > 0);
    for key_type in types {
        assert!(["ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"].contains(&key_type));
    }
}

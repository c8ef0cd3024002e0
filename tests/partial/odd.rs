//! Forms of a zip that a policy may let pass.

use conda_verifier::{
    Check, Code, Expectation, Level, Policy, Profile, Status, Told, Verdict, Verifier, WholeBecause,
};
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::zip::{Archive, Member, info_zip_extra};

use super::served::{Log, Served, read_with};
use super::{ORDERS, big_info, codes, not_checked};

const TOLD: Told = Told { size: true, coherence: true };

/// The part and the whole under a policy.
fn both(policy: &Policy, bytes: &[u8]) -> (Verdict, Verdict, Log) {
    let verifier = Verifier::new().with_policy(policy.clone());
    let expectation = Expectation::nothing();
    let (answer, log) = read_with(&verifier, Served::new(bytes), &expectation, TOLD);
    let whole = verifier.examine(bytes, expectation).run().unwrap();
    (answer.verdict, whole, log)
}

fn described() -> Archive {
    let mut archive = sample::big().stages().conda_archive();
    let member = archive.member("pkg-").clone();
    *archive.member("pkg-") = Member::with_descriptor(member.local.name, member.data);
    archive
}

fn nested() -> Archive {
    let mut archive = sample::big().stages().conda_archive();
    for member in &mut archive.members {
        member.both(|header| header.name.splice(..0, *b"Users/me/").for_each(drop));
    }
    archive.members.insert(0, Member::stored("Users/me/", b"".as_slice()));
    archive
}

/// As `zip -0` makes it.
fn stamped(mut archive: Archive) -> Archive {
    for member in &mut archive.members {
        member.local.extra.extend(info_zip_extra(true));
        member.central.extra.extend(info_zip_extra(false));
    }
    archive
}

/// Where a policy lets pass what only who has all of it can read, all of it is asked for.
#[test]
fn forms_that_a_policy_lets_pass_are_read_as_a_whole() {
    for (code, archive) in
        [(Code::ZipDataDescriptor, described()), (Code::CondaMemberNested, nested())]
    {
        let bytes = archive.bytes();
        let mut named = Policy::default();
        named.set(code, Level::Warn).unwrap();
        for policy in [named, Policy::of(Profile::Lenient), Policy::of(Profile::Lint)] {
            let (part, whole, log) = both(&policy, &bytes);
            assert_eq!(log.whole, Some(WholeBecause::Container), "{code} {policy:?}");
            assert_eq!(whole.status, Status::Unverified, "{code} {policy:?}: {:?}", whole.findings);
            // Nothing was examined to its end.
            assert_eq!((part.status, part.findings.len()), (Status::Rejected, 0));
        }
        // Under others it is refused, as the whole is, without asking for that.
        let mut other = Policy::default();
        other.set(Code::ZstdAmbiguous, Level::Warn).unwrap();
        for policy in [Policy::default(), other] {
            let (part, whole, log) = both(&policy, &bytes);
            assert_eq!((log.whole, part.status), (None, Status::Rejected), "{code}");
            assert_eq!(codes(&part).into_iter().collect::<Vec<_>>(), [code]);
            assert!(codes(&whole).contains(&code));
        }
    }
    let mut both_forms = described();
    for member in &mut both_forms.members {
        member.both(|header| header.name.splice(..0, *b"x/").for_each(drop));
    }
    let mut policy = Policy::default();
    policy.set(Code::ZipDataDescriptor, Level::Ignore).unwrap();
    let (part, ..) = both(&policy, &both_forms.bytes());
    assert!(codes(&part).contains(&Code::CondaMemberNested), "one of the two is let pass");
}

/// Local headers that are longer than tools write them: the member ends later than the
/// directory lets suppose.
#[test]
fn members_with_fields_of_times_and_owners_are_read_in_parts() {
    for package in [sample::hello(), sample::big(), big_info()] {
        let stages = package.stages();
        for archive in [stages.conda_archive(), stages.conda_archive_zip64()] {
            let archive = stamped(archive);
            for order in ORDERS {
                let members = order.map(|index| archive.members[index].clone()).to_vec();
                let bytes = Archive { members, ..archive.clone() }.bytes();
                let what = format!("{} {order:?}", package.stem());
                let (part, whole, log) = both(&Policy::of(Profile::Lenient), &bytes);
                for verdict in [&part, &whole] {
                    assert_eq!(
                        verdict.status,
                        Status::Unverified,
                        "{what}: {:?}",
                        verdict.findings
                    );
                    assert_eq!(
                        codes(verdict).into_iter().collect::<Vec<_>>(),
                        [Code::ZipExtraField]
                    );
                    assert_eq!(
                        (verdict.findings.len(), &*verdict.lowered),
                        (3, &["ZIP_EXTRA_FIELD"][..])
                    );
                }
                assert!(log.requests <= 5 && log.rounds <= 4, "{what}: {log:?}");
                assert_eq!(log.whole, None, "{what}");
                assert!(not_checked(&part).contains(&Check::ArchiveSha256));
                let (part, whole, _) = both(&Policy::default(), &bytes);
                for verdict in [part, whole] {
                    assert_eq!(verdict.status, Status::Rejected, "{what}");
                    assert_eq!(verdict.rejection().unwrap().code(), Code::ZipExtraField, "{what}");
                }
            }
        }
    }
}

/// Nothing else hides behind the tags of times and owners.
#[test]
fn other_extra_fields_are_hidden_data_under_every_policy() {
    let honest = info_zip_extra(true);
    let times = |value: &[u8]| [b"UT", &[value.len() as u8, 0][..], value].concat();
    let owners = |value: &[u8]| [b"ux", &[value.len() as u8, 0][..], value].concat();
    let mut cases = vec![
        times(b""),
        times(&[0x83, 1, 2, 3, 4, 5, 6, 7, 8]),
        times(&[2, 1, 2, 3, 4, 5, 6, 7, 8]),
        times(&[1, 1, 2, 3, 4, 5]),
        times(&[&[7_u8; 1][..], &[0; 16]].concat()),
        owners(b""),
        owners(&[2, 1, 0, 1, 0]),
        owners(&[1, 0, 1, 0]),
        owners(&[1, 1, 0, 0]),
        owners(&[1, 1, 0, 1, 0, 9]),
        owners(&[&[1, 9][..], &[0; 9], &[1, 0]].concat()),
        [honest.clone(), honest.clone()].concat(),
        [honest.as_slice(), b"\x0A\x00\x04\x00abcd"].concat(),
        b"UX\x04\x00abcd".to_vec(),
    ];
    let mut noise = Noise::new(3);
    cases.extend((1..40).map(|length| times(&[&[0x10], &*noise.bytes(length)].concat())));
    for extra in cases {
        for is_local in [true, false] {
            let mut archive = sample::hello().stages().conda_archive();
            let member = archive.member("pkg-");
            *(if is_local { &mut member.local.extra } else { &mut member.central.extra }) =
                extra.clone();
            for policy in [Policy::of(Profile::Lenient), Policy::new(Level::Ignore)] {
                let (part, whole, _) = both(&policy, &archive.bytes());
                for verdict in [part, whole] {
                    let code = verdict.rejection().unwrap().code();
                    assert_eq!(code, Code::ZipHiddenData, "{extra:?} {is_local}");
                }
            }
        }
    }
}

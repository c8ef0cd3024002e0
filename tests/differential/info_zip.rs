//! Packages that were zipped again by Info-ZIP's `zip`.

use std::fs;
use std::path::Path;
use std::process::Command;

use conda_verifier::{Code, Expectation, Policy, Profile, Severity, Status, Verdict, Verifier};
use conda_verifier_fixtures::noise::Noise;
use conda_verifier_fixtures::package::File;
use conda_verifier_fixtures::sample;

use crate::left_out::left_out;

/// The members of a package, zipped anew; `None` where there is no such program.
fn zipped(name: &str, options: &[&str]) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut package = sample::hello();
    // What nobody can compress further.
    let noise = File::regular("info/test/noise.bin", Noise::new(7).bytes(20_000));
    package.info_files.push(noise);
    let archive = package.stages().conda_archive();
    let names: Vec<_> = archive
        .members
        .iter()
        .map(|member| {
            let name = String::from_utf8(member.local.name.clone()).unwrap();
            fs::write(folder.join(&name), &member.data).unwrap();
            name
        })
        .collect();
    let mut zip = Command::new("zip");
    zip.current_dir(&folder).arg("-q").args(options).arg("new.zip").args(names);
    let status = zip.status().ok()?;
    assert!(status.success());
    let bytes = fs::read(folder.join("new.zip")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    Some(bytes)
}

fn examine(profile: Profile, bytes: &[u8]) -> Verdict {
    let verifier = Verifier::new().with_policy(Policy::of(profile));
    verifier.examine(bytes, Expectation::nothing()).run().unwrap()
}

#[test]
fn packages_that_were_zipped_again() {
    let Some(stored) = zipped("zip-0", &["-0"]) else {
        left_out("packages zipped again by Info-ZIP: there is no zip");
        return;
    };
    let verdict = examine(Profile::Lenient, &stored);
    assert_eq!(verdict.status, Status::Unverified, "{:?}", verdict.findings);
    let found = verdict.findings.iter().map(|found| (found.severity, found.error.code()));
    assert!(found.eq([(Severity::Warning, Code::ZipExtraField); 3]));
    let strict = examine(Profile::Install, &stored);
    assert_eq!(strict.rejection().unwrap().code(), Code::ZipExtraField);

    // Without these fields it is a package like any other.
    let plain = zipped("zip-0-X", &["-0", "-X"]).unwrap();
    let verdict = examine(Profile::Install, &plain);
    assert_eq!((verdict.status, verdict.findings.len()), (Status::Unverified, 0));

    // Told to, it compresses.
    let packed = zipped("zip-9", &["-9"]).unwrap();
    let verdict = examine(Profile::Lenient, &packed);
    assert_eq!(verdict.rejection().unwrap().code(), Code::ZipUnsupportedMember);
}

//! `cargo xtask sign DIR`: makes a signed channel of a folder of packages, with test keys.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail, ensure};
use conda_verifier::{Expectation, Fate, FileName, Phase, Severity, Status, Time, Verifier};
use conda_verifier_fixtures::digest;
use conda_verifier_fixtures::record::repodata as repodata_of;
use conda_verifier_fixtures::trust::{Envelope, Keys, Notary, Role, chain, repodata};
use conda_verifier_fixtures::{bzip2, zstd};
use serde_json::{Map, Value, json};

use crate::folder::write;

/// The root to pin, which is the only one.
const ROOT: &str = "root.json";

/// What says that this command made the channel.
const MARK: &str = "comment";
/// What it says.
const TEST_KEYS: &str = "TEST KEYS: anyone can make them, so these signatures vouch for nothing";

/// Days until the roles expire.
const LASTING: u64 = 365;

/// Days before now that the roles are from: clocks differ.
const EARLIER: u64 = 1;

pub(crate) const HELP: &str = "\
cargo xtask sign DIR

Makes a signed channel of the packages in DIR/SUBDIR/, e.g. DIR/noarch/, with TEST KEYS,
which anyone can make. It writes root.json (the root to pin, again as 1.root.json) and
key_mgr.json into DIR, and repodata.json, .zst and .bz2 into each subdir. Signing again
writes them anew; a folder with a root.json of somebody else is refused.";

pub(crate) fn run(folder: &str) -> Result<ExitCode> {
    println!("{}", sign(Path::new(folder))?);
    Ok(ExitCode::SUCCESS)
}

/// Signs, and says what was signed and what it is good for.
pub(crate) fn sign(folder: &Path) -> Result<String> {
    ensure!(folder.is_dir(), "{} is no folder", folder.display());
    check_whose(folder)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let packages = packages(folder)?;
    let count: usize = packages.values().map(Vec::len).sum();
    let files = signed(&packages, now)?;
    for (path, bytes) in &files {
        write(&folder.join(path), bytes)?;
    }
    let place = folder.display();
    Ok(format!(
        "signed {count} packages in {}, for {LASTING} days

{TEST_KEYS}.

  {place}/{ROOT} is the root to pin. To verify all of it:
  conda-verifier channel {place} --root {place}/{ROOT} --packages",
        packages.keys().cloned().collect::<Vec<_>>().join(", "),
    ))
}

/// Nobody's roles are written over.
fn check_whose(folder: &Path) -> Result<()> {
    let Ok(text) = std::fs::read(folder.join(ROOT)) else { return Ok(()) };
    let root: Option<Value> = serde_json::from_slice(&text).ok();
    let mark = root.as_ref().and_then(|root| root.get("signed")?.get(MARK)?.as_str());
    let is_ours = mark == Some(TEST_KEYS);
    ensure!(is_ours, "{} has a {ROOT} that this command did not make", folder.display());
    Ok(())
}

/// The records of the packages in each subdir.
fn packages(folder: &Path) -> Result<BTreeMap<String, Vec<(String, Value)>>> {
    let mut subdirs: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for file in sorted(folder)? {
        let subdir = name_of(&file)?;
        if FileName::parse(&subdir).is_ok() {
            bail!("{} belongs into the folder of its subdir, e.g. noarch/{subdir}", file.display());
        }
        if !file.is_dir() {
            continue;
        }
        for file in sorted(&file)? {
            let name = name_of(&file)?;
            if FileName::parse(&name).is_err() {
                continue;
            }
            let bytes =
                std::fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
            let record = record(&name, &bytes).with_context(|| file.display().to_string())?;
            let own = record.get("subdir").and_then(Value::as_str).unwrap_or("none");
            ensure!(own == subdir, "{} says that it is of the subdir {own}", file.display());
            subdirs.entry(subdir.clone()).or_default().push((name, record));
        }
    }
    ensure!(
        !subdirs.is_empty(),
        "{} has no packages: they are looked for in folders like noarch/",
        folder.display()
    );
    Ok(subdirs)
}

/// The files of the channel beside its packages.
fn signed(
    packages: &BTreeMap<String, Vec<(String, Value)>>,
    now: u64,
) -> Result<BTreeMap<String, Vec<u8>>> {
    const DAY: u64 = 86_400;
    let time = |seconds: u64| {
        Time::of_unix(seconds).map(|time| time.to_string()).context("the clock is wrong")
    };
    let timestamp = time(now.saturating_sub(EARLIER * DAY))?;
    let expiration = time(now.saturating_add(LASTING * DAY))?;
    let envelope = |role: Role| -> Envelope {
        let role = Role { timestamp: timestamp.clone(), expiration: expiration.clone(), ..role };
        let mut envelope = role.envelope();
        if let Some(signed) = envelope.signed.as_object_mut() {
            signed.insert(MARK.to_owned(), TEST_KEYS.into());
        }
        envelope
    };
    let keys = Keys::default();
    let mut root = envelope(chain::root(1, &keys.delegation(&keys.key_mgr)));
    chain::sign(&mut root, 1);
    let mut key_mgr = envelope(Role::key_mgr(1, keys.delegation(&keys.pkg_mgr)));
    key_mgr.signed_by(keys.key_mgr_signers());
    let mut files = BTreeMap::from([
        (ROOT.to_owned(), root.bytes()),
        ("1.root.json".to_owned(), root.bytes()),
        ("key_mgr.json".to_owned(), key_mgr.bytes()),
    ]);
    for (subdir, records) in packages {
        let mut document: Value = serde_json::from_slice(&repodata_of(subdir, records))?;
        repodata::sign(&Notary::Generator, &mut document, keys.pkg_mgr_signers());
        let plain = serde_json::to_vec_pretty(&document)?;
        let path = format!("{subdir}/repodata.json");
        files.insert(format!("{path}.zst"), zstd::compress(&plain));
        files.insert(format!("{path}.bz2"), bzip2::compress(&plain, bzip2::LEVEL));
        files.insert(path, plain);
    }
    Ok(files)
}

/// What a channel says of a package: its index.json, size and digests.
fn record(name: &str, bytes: &[u8]) -> Result<Value> {
    let expectation = Expectation::nothing().named(name);
    let mut examination = Verifier::new().examine(bytes, expectation);
    let (mut index, mut number) = (Vec::new(), None);
    loop {
        let phase = examination.step()?.phase;
        for part in examination.parts() {
            if part.is_first && part.path == "info/index.json" {
                number = Some(part.number);
            }
            if Some(part.number) == number && part.fate != Fate::Refused {
                index.extend_from_slice(part.bytes);
            }
        }
        if phase == Phase::Done {
            break;
        }
    }
    let verdict = examination.finish();
    if verdict.status == Status::Rejected {
        let errors = verdict.findings.iter().filter(|it| it.severity == Severity::Error);
        let told: Vec<_> = errors.map(|it| format!("{}: {}", it.error.code(), it.error)).collect();
        bail!("it is rejected, and not signed\n  {}", told.join("\n  "));
    }
    let mut record: Map<String, Value> =
        serde_json::from_slice(&index).context("its index.json is no object of JSON")?;
    record.insert("md5".to_owned(), json!(digest::md5(bytes)));
    record.insert("sha256".to_owned(), json!(digest::sha256(bytes)));
    record.insert("size".to_owned(), json!(bytes.len()));
    Ok(record.into())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn name_of(file: &Path) -> Result<String> {
    let name = file.file_name().and_then(|name| name.to_str());
    Ok(name.with_context(|| format!("{} is no name of text", file.display()))?.to_owned())
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests {
    use conda_verifier_fixtures::package::Format;
    use conda_verifier_fixtures::sample;
    use conda_verifier_fixtures::spoil::Spoil;

    use super::*;

    /// A path and what is there.
    type File<'a> = (&'a str, &'a [u8]);

    /// Runs in a folder with these files, which is gone afterwards.
    fn signing(name: &str, files: &[File<'_>]) -> Result<Vec<String>> {
        let folder = std::env::temp_dir().join(format!("xtask-sign-{name}-{}", std::process::id()));
        crate::folder::fresh(&folder)?;
        for (path, bytes) in files {
            write(&folder.join(path), bytes)?;
        }
        // Once more: the roles are its own.
        let signed = sign(&folder).and_then(|_| sign(&folder));
        let names = sorted(&folder).and_then(|files| files.iter().map(|it| name_of(it)).collect());
        std::fs::remove_dir_all(&folder)?;
        signed.and(names)
    }

    #[test]
    fn packages_of_ones_own_are_signed() {
        let package = sample::hello();
        let (conda, bz2) = (package.bytes(Format::Conda), package.bytes(Format::TarBz2));
        let files: &[File<'_>] = &[
            ("noarch/hello-1.0-pyh0_0.conda", &conda),
            ("noarch/hello-1.0-pyh0_0.tar.bz2", &bz2),
            ("noarch/notes.txt", b"anything"),
        ];
        let names = signing("good", files).expect("signed");
        assert_eq!(names, ["1.root.json", "key_mgr.json", "noarch", "root.json"]);
    }

    #[test]
    fn what_can_not_be_signed_is_told() {
        let bytes = sample::hello().bytes(Format::Conda);
        let spoiled = Spoil::UnlistedFile.apply(&sample::hello(), Format::Conda);
        let cases: [(&str, &[File<'_>], &str); 5] = [
            ("loose", &[("hello-1.0-pyh0_0.conda", &bytes)], "belongs into the folder"),
            ("none", &[("noarch/a.txt", b"")], "has no packages"),
            ("elsewhere", &[("linux-64/hello-1.0-pyh0_0.conda", &bytes)], "of the subdir"),
            ("spoiled", &[("noarch/hello-1.0-pyh0_0.conda", &spoiled)], "FILE_UNLISTED"),
            (
                "foreign",
                &[("root.json", b"{}"), ("noarch/hello-1.0-pyh0_0.conda", &bytes)],
                "did not make",
            ),
        ];
        for (name, files, told) in cases {
            let error = signing(name, files).expect_err("it is refused");
            assert!(format!("{error:#}").contains(told), "{name}: {error:#}");
        }
    }
}

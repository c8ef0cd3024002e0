//! `cargo xtask fixtures DIR`: the generator's packages as files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use conda_verifier_fixtures::cases::{self, Vouched};
use conda_verifier_fixtures::channel::{Channel, sample_channel};
use conda_verifier_fixtures::digest::hex;
use conda_verifier_fixtures::emscripten::emscripten_channel;
use conda_verifier_fixtures::installed::{Client as Installer, Node, linked};
use conda_verifier_fixtures::package::Format;
use conda_verifier_fixtures::record::{record, repodata as repodata_of};
use conda_verifier_fixtures::sample;
use conda_verifier_fixtures::shards::{ShardSpoil, ShardedChannel, Spelling, sharded_channel};
use conda_verifier_fixtures::spoil::Spoil;
use conda_verifier_fixtures::trust::{EXPIRES, NOW, SignedChannel, TrustSpoil, signed_channel};
use conda_verifier_fixtures::tuf::{self, Client, TufChannel, TufPlan, TufSpoil, tuf_channel};
use serde_json::{Value, json};

use crate::folder::write;

/// The folder of the signed channel.
const SIGNED: &str = "signed";

/// The folder of the attacks on it.
const ATTACKS: &str = "attacks";

/// The folder of the channel that TUF protects.
const TUF: &str = "tuf";

/// The folder of the attacks on that.
const TUF_ATTACKS: &str = "tuf-attacks";

/// The folder of the channel in shards.
const SHARDED: &str = "sharded";

/// The folder of the channel for browsers.
const EMSCRIPTEN: &str = "emscripten";

/// The folder of the cases of hostile and odd packages.
const CASES: &str = "cases";

/// The folder of what clients make of a package in an environment.
const INSTALLED: &str = "installed";

/// The environment's path.
const PREFIX: &str = "/home/somebody/envs/one";

/// The list of what was written, for tests that walk over all of it.
const LIST: &str = "fixtures.json";

pub(crate) fn run(folder: &str) -> Result<ExitCode> {
    // Before anything else changes the current folder: a relative path is the caller's.
    let folder = Path::new(folder);
    let is_new = !folder.exists() || folder.join(LIST).exists();
    let is_empty = || std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    ensure!(
        is_new || is_empty(),
        "{} holds other files; name a folder that is empty or not there yet",
        folder.display()
    );
    let count = write_all(folder)?;
    println!("{}", summary(folder, count));
    Ok(ExitCode::SUCCESS)
}

/// What was written, and what it is good for.
fn summary(folder: &Path, count: usize) -> String {
    format!(
        "wrote {count} packages to {}; {LIST} there tells what each is

  {SIGNED}/        a signed channel; {} there is the root to pin
  {ATTACKS}/WAY/   the files of it that an attack changes, and no others: lay them over a copy
                 of {SIGNED}/, and delete there what {LIST} lists as removed
  {EMSCRIPTEN}/    a channel with the subdir of browsers
  {CASES}/N/       hostile and odd packages by the numbers of their cases
  {TUF}/           a channel that TUF protects, packages as targets too
  {TUF_ATTACKS}/WAY/ as {ATTACKS}/, of {TUF}/; some are to be met at the time that {LIST} has

The signed channels and the attacks are good at {NOW} (--now {NOW}).",
        folder.display(),
        SignedChannel::PINNED,
    )
}

/// Writes the sample channel, `spoiled/WAY/` with one package in each format and repodata
/// that fits the spoiled bytes, `signed/` with a signed channel, `attacks/WAY/` with those of
/// its files that an attack changes, `tuf/` and `tuf-attacks/WAY/` with the same for TUF, `sharded/` with the sample channel's records in shards
/// and ways to spoil one, `installed/` with what clients make of a package, `emscripten/` with a channel for browsers, and the list. Returns the number of packages.
pub(crate) fn write_all(folder: &Path) -> Result<usize> {
    let channel = write_channel(folder)?;
    let mut spoiled = Vec::new();
    for way in Spoil::ALL {
        let package = sample::hello();
        let below = PathBuf::from("spoiled").join(way.name());
        let mut records = Vec::new();
        for format in Format::ALL {
            let bytes = way.apply(&package, format);
            let name = package.file_name(format);
            let path = below.join(&name);
            write(&folder.join(&path), &bytes)?;
            records.push((name, record(&package, &bytes)));
            spoiled.push(json!({
                "file": slashes(&path)?,
                "repodata": slashes(&below.join("repodata.json"))?,
                "way": way.name(),
                "description": way.description(),
                "expected": way.expected(),
            }));
        }
        write(&folder.join(below).join("repodata.json"), &repodata_of("noarch", &records))?;
    }
    for (path, bytes) in emscripten_channel() {
        write(&folder.join(EMSCRIPTEN).join(path), &bytes)?;
    }
    let count = channel.honest.len() + channel.tampered.len() + spoiled.len();
    let (signed, attacks) = write_signed(folder)?;
    let (tuf, tuf_attacks) = write_tuf(folder)?;
    let list = json!({
        "signed": signed,
        "attacks": attacks,
        "tuf": tuf,
        "tufAttacks": tuf_attacks,
        "sharded": write_sharded(folder)?,
        "cases": write_cases(folder)?,
        "installed": write_installed(folder)?,
        "honest": channel.honest,
        "tampered": channel.tampered,
        "spoiled": Value::Array(spoiled),
    });
    write(&folder.join(LIST), format!("{list:#}\n").as_bytes())?;
    Ok(count)
}

/// Writes what each client makes of a package in an environment; gives what the list says of it.
fn write_installed(folder: &Path) -> Result<Value> {
    let package = sample::hello();
    let mut clients = serde_json::Map::new();
    for (name, client) in [
        ("conda", Installer::Conda),
        ("libmamba", Installer::Libmamba),
        ("rattler", Installer::Rattler),
    ] {
        let linked = linked(&package, client, PREFIX);
        let files: Vec<Value> = linked
            .files
            .iter()
            .map(|(path, node)| match node {
                Node::File(bytes) => json!({ "path": path, "hex": hex(bytes) }),
                Node::Symlink(target) => json!({ "path": path, "target": target }),
            })
            .collect();
        let path = PathBuf::from(INSTALLED).join(format!("{name}.json"));
        let text = json!({ "record": linked.record, "files": files }).to_string();
        write(&folder.join(&path), text.as_bytes())?;
        clients.insert(name.to_owned(), slashes(&path)?.into());
    }
    let package = format!("noarch/{}", package.file_name(Format::Conda));
    Ok(json!({ "prefix": PREFIX, "package": package, "clients": clients }))
}

/// Writes the signed channel and the attacks on it; gives what the list says of them.
fn write_signed(folder: &Path) -> Result<(Value, Value)> {
    let honest = signed_channel();
    for (path, bytes) in &honest.files {
        write(&folder.join(SIGNED).join(path), bytes)?;
    }
    let mut attacks = Vec::new();
    for way in TrustSpoil::ALL {
        let channel = way.apply(&honest);
        let below = PathBuf::from(ATTACKS).join(way.name());
        for (path, bytes) in &channel.files {
            if honest.files.get(path) != Some(bytes) {
                write(&folder.join(&below).join(path), bytes)?;
            }
        }
        let is_gone = |path: &&String| !channel.files.contains_key(*path);
        attacks.push(json!({
            "way": way.name(),
            "folder": slashes(&below)?,
            "removed": honest.files.keys().filter(is_gone).collect::<Vec<_>>(),
            "notices": format!("{:?}", way.notices()),
            "description": way.description(),
            "expected": way.expected(),
        }));
    }
    let signed = json!({
        "folder": SIGNED,
        "root": SignedChannel::PINNED,
        "honest": honest.honest,
        "victim": TrustSpoil::VICTIM,
        "now": NOW,
        "expires": EXPIRES,
    });
    Ok((signed, Value::Array(attacks)))
}

/// Writes the channel that TUF protects and the attacks on it; gives what the list says of them.
fn write_tuf(folder: &Path) -> Result<(Value, Value)> {
    let honest = tuf_channel(&TufPlan::default());
    for (path, bytes) in &honest.files {
        write(&folder.join(TUF).join(path), bytes)?;
    }
    let mut attacks = Vec::new();
    for way in TufSpoil::ALL {
        let channel = way.apply(&honest);
        let below = PathBuf::from(TUF_ATTACKS).join(way.name());
        for (path, bytes) in &channel.files {
            if honest.files.get(path) != Some(bytes) {
                write(&folder.join(&below).join(path), bytes)?;
            }
        }
        let is_gone = |path: &&String| !channel.files.contains_key(*path);
        attacks.push(json!({
            "way": way.name(),
            "folder": slashes(&below)?,
            "removed": honest.files.keys().filter(is_gone).collect::<Vec<_>>(),
            "stage": way.stage().name(),
            "code": way.code(),
            // Whether it takes a client that was at the honest channel before.
            "returning": way.client() != Client::Any,
            "target": way.target(),
            "now": way.now(),
            "description": way.description(),
            "expected": way.expected(),
        }));
    }
    let list = json!({
        "folder": TUF,
        "root": TufChannel::PINNED,
        "honest": honest.honest,
        "repodata": TufChannel::REPODATA,
        "victim": TufSpoil::VICTIM,
        "now": NOW,
        "expires": tuf::TIMESTAMP_EXPIRES,
    });
    Ok((list, Value::Array(attacks)))
}

/// Writes the sample channel's records in shards, as CEP 16 spells digests and as older
/// tools do, and in `sharded/spoiled/WAY/` an index and the one shard that is spoiled; gives
/// what the list says of them.
fn write_sharded(folder: &Path) -> Result<Value> {
    let channel = sharded_channel(Spelling::Bytes);
    for (below, channel) in [("bytes", &channel), ("hex", &sharded_channel(Spelling::Hex))] {
        for (path, bytes) in channel.files() {
            write(&folder.join(SHARDED).join(below).join(path), &bytes)?;
        }
    }
    let mut spoiled = Vec::new();
    for way in ShardSpoil::ALL {
        let below = PathBuf::from(SHARDED).join("spoiled").join(way.name());
        let (index, shard) = way.apply(&channel);
        write(&folder.join(&below).join("index"), &index)?;
        write(&folder.join(&below).join("shard"), &shard)?;
        spoiled.push(json!({ "way": way.name(), "folder": slashes(&below)? }));
    }
    Ok(json!({
        "folder": SHARDED,
        "index": ShardedChannel::INDEX,
        "names": channel.shards.keys().collect::<Vec<_>>(),
        "victim": ShardSpoil::VICTIM,
        "file": ShardSpoil::FILE,
        "spoiled": spoiled,
    }))
}

/// Writes the packages of all cases, each under its own name in a folder of its own; gives
/// what the list says of them.
fn write_cases(folder: &Path) -> Result<Value> {
    let mut list = Vec::new();
    for case in cases::numbers().map(cases::case) {
        for variant in case.variants {
            let below = PathBuf::from(CASES).join(case.number.to_string()).join(&variant.name);
            let path = below.join(&variant.file_name);
            write(&folder.join(&path), &variant.bytes)?;
            let (is_pinned, repodata) = match &variant.vouched {
                Vouched::Bytes => (true, None),
                Vouched::Record(record) => (false, Some(record)),
                Vouched::BytesAndRecord(record) => (true, Some(record)),
            };
            let repodata = match repodata {
                None => Value::Null,
                Some(record) => {
                    let path = below.join("repodata.json");
                    let records = [(variant.file_name.clone(), record.clone())];
                    write(&folder.join(&path), &repodata_of("noarch", &records))?;
                    json!(slashes(&path)?)
                }
            };
            let finding = variant.expected.finding.map(|found| {
                json!({ "code": found.code, "severity": found.severity, "path": found.path })
            });
            list.push(json!({
                "number": case.number,
                "about": case.about,
                "name": variant.name,
                "file": slashes(&path)?,
                "repodata": repodata,
                "pinned": is_pinned,
                "rejected": variant.expected.is_rejected,
                "finding": finding,
                "alone": variant.expected.is_alone,
            }));
        }
    }
    Ok(Value::Array(list))
}

/// Writes the sample channel alone.
pub(crate) fn write_channel(folder: &Path) -> Result<Channel> {
    let channel = sample_channel();
    for (path, bytes) in &channel.files {
        write(&folder.join(path), bytes)?;
    }
    Ok(channel)
}

/// A path as the list has it, the same on every system.
fn slashes(path: &Path) -> Result<String> {
    let path = path.to_str().context("the generator made a path that is not text")?;
    Ok(path.replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::summary;

    #[test]
    fn who_made_fixtures_is_told_how_to_use_them() {
        let text = summary(Path::new("somewhere"), 7);
        for words in [
            "wrote 7 packages to somewhere;",
            "--now 2030-01-01T00:00:00Z",
            "signed/ ",
            "root.json there is the root to pin",
            "attacks/WAY/ ",
            "and no others",
            "tuf/ ",
            "tuf-attacks/WAY/ ",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
    }
}

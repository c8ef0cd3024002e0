//! What is trusted of a channel that The Update Framework protects: refreshes, what is kept
//! of them, targets, and the records and packages that follow.

#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/left_out.rs"]
mod left_out;

mod attacks;
mod delegations;
mod foreign;
mod records;
mod refresh;
mod rotations;
mod signers;
mod store;
mod upgrade;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use conda_verifier::{
    ChannelTrust, Code, Digests, Error, Expectation, Fault, Kept, Limits, Lookup, MinVersions,
    RecordRoles, Repodata, RepodataFile, Sha256Digest, Sha512Digest, Target, Time, TrustOptions,
    Verifier,
};
use conda_verifier_fixtures::trust::{Envelope, NOW};
use conda_verifier_fixtures::tuf::{
    self, Client, Delegated, Key, Packages, RolePlan, Scheme, Signers, Stage, TufChannel, TufPlan,
    TufSpoil,
};
use left_out::left_out;
use serde_json::{Value, json};

/// The files of a channel by their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// Made once: it takes longer than most of the tests.
fn tuf_channel() -> TufChannel {
    static HONEST: LazyLock<TufChannel> = LazyLock::new(|| tuf::tuf_channel(&TufPlan::default()));
    HONEST.clone()
}

fn now() -> Time {
    at(NOW)
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn options() -> TrustOptions {
    TrustOptions { channel: Some("https://example.org/channel".into()), ..TrustOptions::default() }
}

fn pin_with(files: &Files, options: TrustOptions) -> Result<ChannelTrust, Error> {
    ChannelTrust::pin("root.json", &files[TufChannel::PINNED], options, Limits::default())
}

fn pin(files: &Files) -> Result<ChannelTrust, Error> {
    pin_with(files, options())
}

/// A refresh as a host does it: what was asked for, and what was to be kept.
#[derive(Debug, Default)]
struct Journal {
    /// Role and path of each file that was asked for.
    asked: Vec<(String, String)>,
    kept: Vec<Kept>,
}

impl Journal {
    fn paths(&self) -> Vec<&str> {
        self.asked.iter().map(|(_, path)| path.as_str()).collect()
    }

    /// The keys under which something was to be kept.
    fn keys(&self) -> Vec<&str> {
        let kept = self.kept.iter().filter(|kept| kept.bytes.is_some());
        kept.map(|kept| kept.key.as_str()).collect()
    }
}

/// Refreshes from `files`. A step that fails must not have changed anything.
fn refresh(trust: &mut ChannelTrust, files: &Files, now: Time) -> (Journal, Result<(), Error>) {
    let mut journal = Journal::default();
    loop {
        let before = trust.export();
        let step = trust.next(now).and_then(|want| {
            let Some(want) = want else { return Ok(false) };
            journal.asked.push((want.role.clone(), want.path.clone()));
            match files.get(&want.path) {
                Some(bytes) => journal.kept.extend(trust.update(&want.path, bytes)?),
                None => trust.unavailable(&want.path, 404)?,
            }
            Ok(true)
        });
        match step {
            Ok(true) => {}
            Ok(false) => return (journal, Ok(())),
            Err(error) => {
                assert_eq!(trust.export(), before, "a refused step has changed something");
                trust.abandon();
                return (journal, Err(error));
            }
        }
    }
}

/// Searches for a target, with the roles that it takes; gives the paths that were asked for.
fn search(
    trust: &mut ChannelTrust,
    files: &Files,
    path: &str,
    now: Time,
) -> (Vec<String>, Result<Target, Error>) {
    let mut asked = Vec::new();
    loop {
        let before = trust.export();
        let step = trust.target(path, now).and_then(|lookup| match lookup {
            Lookup::Found(target) => Ok(Some(target)),
            Lookup::Wants(want) => {
                asked.push(want.path.clone());
                match files.get(&want.path) {
                    Some(bytes) => drop(trust.update(&want.path, bytes)?),
                    None => trust.unavailable(&want.path, 404)?,
                }
                Ok(None)
            }
        });
        match step {
            Ok(Some(target)) => return (asked, Ok(target)),
            Ok(None) => {}
            Err(error) => {
                assert_eq!(trust.export(), before, "a refused step has changed something");
                trust.abandon();
                return (asked, Err(error));
            }
        }
    }
}

fn digests(bytes: &[u8]) -> Digests {
    Digests {
        size: bytes.len() as u64,
        sha256: Sha256Digest::of(bytes),
        sha512: Some(Sha512Digest::of(bytes)),
        md5: None,
    }
}

/// Searches for a target and compares the bytes that are where it should be.
fn fetch<'a>(
    trust: &mut ChannelTrust,
    files: &'a Files,
    path: &str,
    now: Time,
) -> Result<&'a [u8], (Stage, Error)> {
    let target = search(trust, files, path, now).1.map_err(|error| (Stage::Search, error))?;
    let bytes = &files[&target.paths[0]];
    target.check(&digests(bytes)).map_err(|error| (Stage::Bytes, error))?;
    Ok(bytes)
}

/// A client of that channel after a refresh.
fn trusting(channel: &TufChannel) -> ChannelTrust {
    let mut trust = pin(&channel.files).unwrap();
    refresh(&mut trust, &channel.files, now()).1.unwrap();
    trust
}

/// The versions of the root, and of timestamp, snapshot and targets, those that were seen.
fn versions(trust: &ChannelTrust) -> (u64, [Option<u64>; 3]) {
    (trust.root_version(), trust.tuf_roles().map(|role| role.map(|role| role.version)))
}

fn restored(trust: &ChannelTrust, kept: &[Kept]) -> Result<ChannelTrust, Error> {
    let mut trust = trust.clone();
    let entries = kept.iter().filter_map(|kept| Some((kept.key.as_str(), kept.bytes.as_deref()?)));
    trust.restore(entries)?;
    Ok(trust)
}

/// ECDSA for the timestamp, RSA for the snapshot.
fn of_other_kinds() -> TufPlan {
    let signers = |scheme: Scheme| Signers {
        keys: vec![Key::of_seed("tuf of another kind").with_scheme(scheme)],
        threshold: 1,
    };
    TufPlan {
        timestamp: signers(Scheme::EcdsaP256),
        snapshot: signers(Scheme::RsaPss),
        roots: 1,
        ..TufPlan::bare()
    }
}

fn victim() -> &'static str {
    TufSpoil::VICTIM.trim_start_matches("noarch/")
}

fn code<T>(result: Result<T, Error>) -> Option<Code> {
    result.err().map(|error| error.code())
}

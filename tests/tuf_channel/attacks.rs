//! Every attack of the generator, on channels that it or others made.

use super::*;

/// Where an attack was noticed, and the code of what was noticed.
pub(crate) type Noticed = (Stage, Option<&'static str>);

/// What became of an attack.
pub(crate) struct Attempt {
    pub(crate) noticed: Noticed,
    /// What is kept afterwards.
    kept: Vec<Kept>,
    trust: Option<ChannelTrust>,
}

/// A client that refreshes from an attacked channel and then looks for repodata, for the
/// target that the attack is about, and at the record.
pub(crate) fn attempt(way: TufSpoil, honest: &TufChannel, attacked: &TufChannel) -> Attempt {
    let now = at(way.now());
    let mut trust = match pin(&attacked.files) {
        Ok(trust) => trust,
        Err(error) => {
            let noticed = (Stage::Pinned, Some(error.code().as_str()));
            return Attempt { noticed, kept: Vec::new(), trust: None };
        }
    };
    if way.client() != Client::Any {
        refresh(&mut trust, &honest.files, super::now()).1.unwrap();
    }
    let noticed = match run(way, &mut trust, &attacked.files, now) {
        Ok(()) => (Stage::Nothing, None),
        Err((stage, error)) => (stage, Some(error.code().as_str())),
    };
    Attempt { noticed, kept: trust.export(), trust: Some(trust) }
}

fn run(
    way: TufSpoil,
    trust: &mut ChannelTrust,
    files: &Files,
    now: Time,
) -> Result<(), (Stage, Error)> {
    let (journal, outcome) = refresh(trust, files, now);
    if let Err(error) = outcome {
        return Err((stage(&journal, trust, &error), error));
    }
    for path in [TufChannel::REPODATA, way.target()] {
        fetch(trust, files, path, now)?;
    }
    record(trust, files, now).map_err(|error| (Stage::Record, error))
}

/// The stage of the role that was asked for last, or of the next one, where that was not
/// even asked for.
fn stage(journal: &Journal, trust: &ChannelTrust, error: &Error) -> Stage {
    let last = journal.asked.last().map(|(role, _)| role.as_str());
    match last {
        Some("root") if error.code() == Code::Expired => Stage::Timestamp,
        Some("root") => Stage::Root,
        Some("timestamp") if trust.tuf_roles()[0].is_some() && is_announced(error, "snapshot") => {
            Stage::Snapshot
        }
        Some("timestamp") => Stage::Timestamp,
        Some("snapshot") if error.code() == Code::RoleUnlisted => Stage::Targets,
        Some("snapshot") => Stage::Snapshot,
        Some("targets") => Stage::Targets,
        other => panic!("{other:?}: {error}"),
    }
}

/// Whether a role is refused for what another one announces of it.
fn is_announced(error: &Error, role: &str) -> bool {
    error.to_string().contains(&format!("{role}Bytes"))
}

/// The record of the victim, which has to be that of its target.
fn record(trust: &mut ChannelTrust, files: &Files, now: Time) -> Result<(), Error> {
    let text = &files[TufChannel::REPODATA];
    let repodata = Repodata::parse(text.clone(), &Limits::default()).unwrap();
    let file = RepodataFile { path: TufChannel::REPODATA.into(), digests: digests(text) };
    let expectation = trust.expect_in(&file, "noarch", &repodata.entry(victim()).unwrap(), now);
    let expectation = trust.expect_target(expectation, TufSpoil::VICTIM, true, now);
    let package = files[TufSpoil::VICTIM].as_slice();
    let verdict = Verifier::new().examine(package, expectation).run().unwrap();
    verdict.rejection().map_or(Ok(()), |error| Err(error.clone()))
}

/// What an attack must come to.
fn expected(way: TufSpoil, channel: &TufChannel) -> Noticed {
    let code = if channel.plan.has_hashes { way.code() } else { way.bare_code() };
    (if code.is_some() { way.stage() } else { Stage::Nothing }, code)
}

/// All attacks on a channel: what is wrong with how they end.
pub(crate) fn complaints(honest: &TufChannel) -> Vec<String> {
    let mut wrong = Vec::new();
    for way in TufSpoil::ALL.iter().copied() {
        let attacked = way.apply(honest);
        let attempt = attempt(way, honest, &attacked);
        let expected = expected(way, honest);
        if attempt.noticed != expected {
            wrong.push(format!("{way}: {:?} instead of {expected:?}", attempt.noticed));
        }
        wrong.extend(kept_complaint(way, honest, &attacked, &attempt));
        // The next honest refresh succeeds, and with it all that was attacked.
        let mut trust = attempt.trust.unwrap_or_else(|| pin(&honest.files).unwrap());
        let renewed = way.mended(honest);
        let time = at(way.now());
        if let (_, Err(error)) = refresh(&mut trust, &renewed.files, time) {
            wrong.push(format!("{way}: the honest refresh after it: {error}"));
        }
        for path in [TufChannel::REPODATA, TufSpoil::VICTIM] {
            if let Err((_, error)) = fetch(&mut trust, &renewed.files, path, time) {
                wrong.push(format!("{way}: {path} after it: {error}"));
            }
        }
    }
    wrong
}

/// What was accepted before the attacked place is kept, and nothing of that place.
fn kept_complaint(
    way: TufSpoil,
    honest: &TufChannel,
    attacked: &TufChannel,
    attempt: &Attempt,
) -> Option<String> {
    let kept = |key: &str| {
        let entry = attempt.kept.iter().find(|kept| kept.key == key);
        entry.and_then(|entry| entry.bytes.as_ref())
    };
    let (stage, _) = attempt.noticed;
    // What is refused stays as it was: as the client knew it, or not there.
    let before = |key: &str, name: &str| {
        let known = way.client() != Client::Any;
        kept(key) == known.then(|| &honest.files[&honest.path(name)])
    };
    let after = |key: &str, name: &str| kept(key) == attacked.files.get(&attacked.path(name));
    let roles = [
        (Stage::Timestamp, "timestamp"),
        (Stage::Snapshot, "snapshot"),
        (Stage::Targets, "targets"),
    ];
    for (place, name) in roles {
        let key = format!("{name}.json");
        let is_right = match stage {
            Stage::Pinned => kept(&key).is_none(),
            // Of the same version: the one that was seen first.
            Stage::Nothing if way == TufSpoil::TimestampRepeated && place == Stage::Timestamp => {
                before(&key, name)
            }
            _ if stage <= place => before(&key, name),
            _ => after(&key, name),
        };
        if !is_right {
            return Some(format!("{way}: {key} is not what should be kept"));
        }
    }
    None
}

#[test]
fn every_attack_is_refused_where_it_is_made_and_leaves_the_rest() {
    let wrong = complaints(&tuf_channel());
    assert!(wrong.is_empty(), "{} complaints:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn without_consistent_snapshots_lengths_and_hashes_too() {
    let wrong = complaints(&tuf::tuf_channel(&TufPlan::bare()));
    assert!(wrong.is_empty(), "{} complaints:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each way is another one, and none is the honest channel served at once.
#[test]
fn every_attack_changes_something() {
    let honest = tuf_channel();
    for way in TufSpoil::ALL.iter().copied() {
        let is_changed = way.apply(&honest).files != honest.files;
        assert!(is_changed || way.now() != NOW, "{way}");
    }
    let names: std::collections::BTreeSet<_> = TufSpoil::ALL.iter().map(|way| way.name()).collect();
    assert_eq!(names.len(), TufSpoil::ALL.len());
}

/// The codes of the attacks are codes.
#[test]
fn every_attack_names_a_code() {
    for way in TufSpoil::ALL {
        let is_code = |name| Code::ALL.iter().any(|code| code.as_str() == name);
        assert!(way.code().is_none_or(is_code), "{way}");
        assert_eq!(way.code().is_none(), way.stage() == Stage::Nothing, "{way}");
    }
}

//! Every attack of the generator, on channels that it or others made.

use super::*;
use conda_verifier::RecordSummary;

/// What a client that knows nothing but the pinned root makes of a channel.
pub(crate) struct Found {
    /// The role that was asked for last, if any was refused.
    refused_role: Option<String>,
    outcome: Result<Result<Records, Error>, Error>,
}

/// What became of the records.
#[derive(Debug)]
struct Records {
    summary: RecordSummary,
    victim: Result<(), Error>,
    length: u64,
}

impl Found {
    pub(crate) fn of(channel: &SignedChannel) -> Self {
        let mut refused_role = None;
        let trust = pin(channel).and_then(|mut trust| {
            while let Some(want) = trust.next(now())? {
                refused_role = Some(want.role);
                match channel.files.get(&want.path) {
                    Some(bytes) => drop(trust.update(&want.path, bytes)?),
                    None => trust.unavailable(&want.path, 404)?,
                }
            }
            Ok(trust)
        });
        let text = &channel.files[SignedChannel::REPODATA];
        let outcome = trust.map(|trust| {
            repodata(text).map(|repodata| Records {
                summary: audit(&trust, &repodata, now()).unwrap(),
                victim: verify(&trust, &repodata, victim(), now()).map(drop),
                length: repodata.len() as u64,
            })
        });
        Self { refused_role, outcome }
    }

    /// Whether that is what the attack should lead to.
    pub(crate) fn is_as(&self, notices: Notices) -> bool {
        match (notices, &self.outcome) {
            // An expired last root is noticed on the way to what is below it.
            (Notices::Root, Err(error)) => {
                self.refused_role.as_deref().is_none_or(|role| role == "root")
                    || error.code() == Code::Expired
            }
            (Notices::KeyMgr, Err(_)) => self.refused_role.as_deref() == Some("key_mgr"),
            (Notices::PkgMgr, Err(_)) => self.refused_role.as_deref() == Some("pkg_mgr"),
            // Repodata that says another subdir: not one of its records belongs there.
            (Notices::Repodata, Ok(found)) => {
                found.as_ref().is_ok_and(|records| records.summary.trusted == 0) || found.is_err()
            }
            (Notices::Records, Ok(Ok(records))) => {
                records.summary.trusted == 0 && records.victim.is_err()
            }
            (Notices::Record, Ok(Ok(Records { summary, victim: one, length }))) => {
                // A record that binds by MD5 alone is a proof of just that.
                (one.is_err() || summary.weak == [victim()]) && summary.trusted + 1 == *length
            }
            (Notices::Package | Notices::Memory | Notices::Nothing, Ok(Ok(records))) => {
                let Records { summary, victim, .. } = records;
                summary.bad.is_empty() && summary.unsigned.is_empty() && victim.is_ok()
            }
            _ => false,
        }
    }

    /// The codes of it, the same wherever the same is found.
    pub(crate) fn codes(&self) -> String {
        let records = match &self.outcome {
            Err(error) => return format!("{:?}: {:?}", self.refused_role, error.code()),
            Ok(Err(error)) => return format!("repodata: {:?}", error.code()),
            Ok(Ok(records)) => records,
        };
        let RecordSummary { trusted, weak, unsigned, bad } = &records.summary;
        let mut unsigned = unsigned.clone();
        unsigned.sort();
        let mut bad: Vec<_> = bad.iter().map(|(name, error)| (name, error.code())).collect();
        bad.sort();
        let victim = records.victim.as_ref().err().map(|error| error.code());
        format!("trusted {trusted}, weak {weak:?}, unsigned {unsigned:?}, bad {bad:?}, {victim:?}")
    }
}

#[test]
fn every_attack_is_noticed_where_it_is_made() {
    let honest = signed_channel();
    let mut wrong = Vec::new();
    for spoil in TrustSpoil::ALL {
        let found = Found::of(&spoil.apply(&honest));
        if !found.is_as(spoil.notices()) {
            wrong.push(format!("{} ({:?}): {:?}", spoil.name(), spoil.notices(), found.outcome));
        }
    }
    assert!(wrong.is_empty(), "{} attacks:\n{}", wrong.len(), wrong.join("\n"));
}

//! Options of packages, repodata and trust.

use wasm_bindgen::JsValue;

use super::members::{Members, limits, policy, whole};
use crate::conda::RepodataEntry;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault};
use crate::limits::Limits;
use crate::package::Expectation;
use crate::policy::Policy;
use crate::proof::{PinnedDigest, SignedBy, VerifiedRecord};
use crate::time::Time;
use crate::trust::{ChannelTrust, MinVersions, RepodataFile, TrustOptions};

/// Options as the core has them.
pub(super) struct Read {
    pub(super) expectation: Expectation,
    pub(super) policy: Policy,
    pub(super) limits: Limits,
}

/// How a record is judged: by the trust of a channel at a time, and under a root of TUF by
/// the file that it was read from.
pub(super) struct Judge<'a> {
    pub(super) trust: &'a mut ChannelTrust,
    pub(super) now: Time,
    pub(super) file: Option<&'a RepodataFile>,
}

/// Reads the options of an examination.
pub(super) fn read(value: &JsValue, judge: Option<Judge<'_>>) -> Result<Read, Error> {
    let mut options = Members::from_js("options", value)?;
    options.allow(&["fileName", "sha256", "size", "record", "target", "policy", "limits"])?;
    let limits = limits(&options.object("limits")?)?;
    let has_record = options.has("record");
    let record = options.object("record")?;
    let given = has_record.then(|| given(&record)).transpose()?;
    let target = options.text("target")?;
    if let (Some(path), Some(Given { requested, entry: Ok(entry) })) = (target, &given)
        && !requested.is_empty()
        && path != format!("{requested}/{}", entry.file_name)
    {
        return Err(options.invalid("target is not that of the record's own file"));
    }
    let mut expectation = match judge {
        Some(judge) => judge.expect(given, target, &limits),
        None if target.is_some() => {
            return Err(options.invalid("a target is looked for under a root of TUF"));
        }
        None => given.map_or_else(Expectation::nothing, |given| {
            let entry = given.entry.and_then(|entry| entry.record(&limits));
            Expectation::nothing().record(entry)
        }),
    };
    expectation.file_name = options.text("fileName")?.map(str::to_owned);
    expectation.size = options.number("size")?;
    let sha256 = options.text("sha256")?.map(Sha256Digest::parse).transpose()?;
    expectation.pinned = sha256.map(PinnedDigest::new);
    Ok(Read { expectation, policy: policy(&mut options.object("policy")?)?, limits })
}

impl Judge<'_> {
    /// What a package has to be by a record, or by the error that there is none; and under
    /// a root of TUF by its own target, if there is one.
    fn expect(
        self,
        given: Option<Given<'_>>,
        target: Option<&str>,
        limits: &Limits,
    ) -> Expectation {
        let Self { trust, now, file } = self;
        let expectation = match &given {
            None => Expectation::nothing(),
            Some(Given { entry: Err(missing), .. }) => {
                Expectation::nothing().record(Err(missing.clone()))
            }
            Some(Given { requested, entry: Ok(entry) }) => match file {
                Some(file) => trust.expect_in(file, requested, entry, now),
                // Nobody vouches for what is in no repodata that is a target.
                None if trust.is_tuf() => Expectation::nothing().unsigned(entry.record(limits)),
                None => trust.expect(requested, entry, now),
            },
        };
        if let Some(path) = target {
            return trust.expect_target(expectation, path, true, now);
        }
        match &given {
            Some(Given { requested, entry: Ok(entry) })
                if trust.is_tuf() && !requested.is_empty() =>
            {
                let path = format!("{requested}/{}", entry.file_name);
                trust.expect_target(expectation, &path, false, now)
            }
            _ => expectation,
        }
    }
}

/// Verifies a record strictly.
pub(super) fn verify_record(value: &JsValue, judge: Judge<'_>) -> Result<VerifiedRecord, Error> {
    let option = Members::from_js("record", value)?;
    let Given { requested, entry } = given(&option)?;
    let Judge { trust, now, file } = judge;
    match file {
        Some(file) => {
            let trusted = trust.repodata_trust(file, now)?;
            trust.record_in(&trusted, requested, &entry?)
        }
        None => trust.verify_record(requested, &entry?, now),
    }
}

/// Who signed a record, in the form that `tell` gives it.
pub(super) fn record_signers<T>(
    value: &JsValue,
    trust: &ChannelTrust,
    tell: fn(Option<SignedBy<'_>>) -> T,
) -> Result<T, Error> {
    let option = Members::from_js("record", value)?;
    Ok(tell(trust.record_signers(&given(&option)?.entry?)?))
}

/// What repodata has on a file, or the error that it has nothing.
struct Given<'a> {
    requested: &'a str,
    entry: Result<RepodataEntry<'a>, Error>,
}

fn given(option: &Members) -> Result<Given<'_>, Error> {
    option.allow(&["fileName", "json", "subdir", "signatures", "requested"])?;
    let Some(file_name) = option.text("fileName")? else {
        return Err(option.invalid("fileName is missing"));
    };
    let (subdir, signatures_json) = (option.text("subdir")?, option.text("signatures")?);
    let requested = option.text("requested")?.unwrap_or_default();
    // Absent where repodata has no record for the file.
    let entry = match option.text("json")? {
        Some(record_json) => Ok(RepodataEntry {
            file_name,
            record_json: record_json.into(),
            signatures_json: signatures_json.map(Into::into),
            subdir,
        }),
        None => Err(Error::new(Fault::RecordMissing { file_name: file_name.to_owned() })),
    };
    Ok(Given { requested, entry })
}

/// Reads what a caller decides about trust, and the limits.
pub(super) fn read_trust(value: &JsValue) -> Result<(TrustOptions, Limits), Error> {
    let mut options = Members::from_js("options", value)?;
    options.allow(&[
        "channel",
        "mambaForm",
        "rawRootSignatures",
        "requirePkgMgr",
        "minVersions",
        "limits",
    ])?;
    let mut trust = TrustOptions {
        channel: options.text("channel")?.map(str::to_owned),
        require_pkg_mgr: options.flag("requirePkgMgr")?.unwrap_or_default(),
        ..TrustOptions::default()
    };
    if let Some(accepts) = options.flag("mambaForm")? {
        trust.signatures.mamba_form = accepts;
    }
    if let Some(accepts) = options.flag("rawRootSignatures")? {
        trust.signatures.raw_root_signatures = accepts;
    }
    let least = options.object("minVersions")?;
    least.allow(&["root", "keyMgr", "pkgMgr", "timestamp", "snapshot", "targets"])?;
    let version = |name| Ok::<_, Error>(least.number(name)?.unwrap_or_default());
    trust.min_versions = MinVersions {
        root: version("root")?,
        key_mgr: version("keyMgr")?,
        pkg_mgr: version("pkgMgr")?,
        timestamp: version("timestamp")?,
        snapshot: version("snapshot")?,
        targets: version("targets")?,
    };
    Ok((trust, limits(&options.object("limits")?)?))
}

/// A time as JavaScript has it: seconds since 1970 began.
pub(super) fn time(seconds: f64) -> Result<Time, Error> {
    whole(seconds).and_then(Time::of_unix).ok_or_else(|| {
        Error::new(Fault::ArgumentInvalid {
            argument: "now".into(),
            reason: "it is no time from 1970 to 9999".into(),
        })
    })
}

/// Reads limits alone.
pub(super) fn read_limits(value: &JsValue) -> Result<Limits, Error> {
    limits(&Members::from_js("limits", value)?)
}

//! Options of JavaScript callers.

use std::collections::BTreeMap;

use wasm_bindgen::JsValue;

use crate::conda::RepodataEntry;
use crate::digest::Sha256Digest;
use crate::error::{Code, Error, Fault, Quoted};
use crate::installed::{Depth, InstalledOptions};
use crate::json::Value;
use crate::limits::Limits;
use crate::package::Expectation;
use crate::policy::{Level, Policy, Profile};
use crate::proof::{
    ArchiveDigests, Original, PackageId, PinnedDigest, Reason, Status, TrustReport, VerifiedRecord,
};
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

/// Reads the options of an inspection.
pub(super) fn read_installed(value: &JsValue) -> Result<(InstalledOptions, Policy, Limits), Error> {
    let mut options = Members::from_js("options", value)?;
    options.allow(&["file", "level", "prefix", "platform", "policy", "limits"])?;
    let owned = |name| Ok::<_, Error>(options.text(name)?.map(str::to_owned));
    let depth = match options.text("level")? {
        None | Some("digests") => Depth::Digests,
        Some("sizes") => Depth::Sizes,
        Some(_) => return Err(options.invalid("a level is one of sizes, digests")),
    };
    let (file, prefix, platform) = (owned("file")?, owned("prefix")?, owned("platform")?);
    let installed = InstalledOptions { depth, prefix, platform, file };
    let limits = limits(&options.object("limits")?)?;
    Ok((installed, policy(&mut options.object("policy")?)?, limits))
}

/// Reads what a verdict said of an archive, which the host carries from one to the other.
pub(super) fn read_original(value: &JsValue) -> Result<Original, Error> {
    let given = Members::from_js("original", value)?;
    let owned = |name| Ok::<_, Error>(given.text(name)?.map(str::to_owned));
    let number = |name| Ok::<_, Error>(given.number(name)?.unwrap_or_default());
    let anchor = owned("anchor")?;
    let basis = match given.text("basis")? {
        Some("tuf") => "tuf",
        Some("content-trust") => "content-trust",
        Some("caller-digest") => "caller-digest",
        _ => "none",
    };
    let status = match given.text("verdict")? {
        // Whatever vouches for it has a name.
        Some("verified") if basis != "none" && anchor.is_some() => Status::Verified,
        Some("verified" | "unverified") => Status::Unverified,
        _ => Status::Rejected,
    };
    let mut reasons = Vec::new();
    if status == Status::Unverified {
        let words = given.member("reasons", Value::as_array)?.unwrap_or_default();
        reasons.extend(words.iter().filter_map(Value::as_str).map(|word| match word {
            "unsigned" => Reason::Unsigned,
            "weak digest" => Reason::WeakDigest,
            _ => Reason::NoDigest,
        }));
        if reasons.is_empty() {
            reasons.push(Reason::NoDigest);
        }
    }
    let package = match (owned("name")?, owned("version")?, owned("build")?) {
        (Some(name), Some(version), Some(build)) => {
            let (build_number, subdir) = (number("buildNumber")?, owned("subdir")?);
            Some(PackageId { name, version, build, build_number, subdir })
        }
        _ => None,
    };
    Ok(Original {
        file: owned("file")?,
        status,
        reasons,
        trust: TrustReport { basis, anchor },
        digests: ArchiveDigests { size: number("size")?, sha256: owned("sha256")?, md5: None },
        package,
        rejection: owned("rejection")?,
    })
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

/// A number of JavaScript, if it is a whole one from 0 to 2^53 - 1.
pub(super) fn whole(number: f64) -> Option<u64> {
    let is_whole = number >= 0.0 && number.trunc() == number && number <= 9_007_199_254_740_991.0;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number in range"
    )]
    is_whole.then_some(number as u64)
}

/// Reads limits alone.
pub(super) fn read_limits(value: &JsValue) -> Result<Limits, Error> {
    limits(&Members::from_js("limits", value)?)
}

fn limits(values: &Members) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for name in values.members.keys() {
        let value = values.number(name)?.unwrap_or_default();
        limits.set(name, value)?;
    }
    Ok(limits)
}

fn policy(option: &mut Members) -> Result<Policy, Error> {
    option.allow(&["profile", "default", "codes"])?;
    let profile = option.text("profile")?.map(Profile::parse).transpose()?;
    let level = option.text("default")?.map(Level::parse).transpose()?;
    let mut policy = Policy::of(profile.unwrap_or_default()).with_default(level);
    let codes = option.object("codes")?;
    for name in codes.members.keys() {
        let code = Code::parse(name).ok_or_else(|| {
            Error::new(Fault::ArgumentInvalid {
                argument: format!("policy.{name}"),
                reason: "there is no such code".into(),
            })
        })?;
        policy.set(code, Level::parse(codes.text(name)?.unwrap_or_default())?)?;
    }
    Ok(policy)
}

/// A plain object of JavaScript. A member may be absent but not null: that is what
/// JSON makes of NaN.
struct Members {
    /// The argument's name in messages.
    argument: &'static str,
    members: BTreeMap<String, Value>,
}

impl Members {
    /// `undefined` is as good as an empty object.
    fn from_js(argument: &'static str, value: &JsValue) -> Result<Self, Error> {
        let mut read = Self { argument, members: BTreeMap::new() };
        if value.is_undefined() {
            return Ok(read);
        }
        let json = js_sys::JSON::stringify(value)
            .map_err(|_| read.invalid("it can't be written as JSON"))?;
        let json = String::from(json);
        match Value::parse(json.as_bytes(), argument, &Limits::default()) {
            Ok(Value::Object(members)) => read.members = members,
            Ok(_) => return Err(read.invalid("it is no object")),
            Err(_) => return Err(read.invalid("its JSON can't be read")),
        }
        Ok(read)
    }

    fn invalid(&self, reason: &str) -> Error {
        Error::new(Fault::ArgumentInvalid {
            argument: self.argument.to_owned(),
            reason: reason.to_owned(),
        })
    }

    /// Refuses other members than these.
    fn allow(&self, names: &[&str]) -> Result<(), Error> {
        match self.members.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(self.invalid(&format!("there is no option {}", Quoted::new(name)))),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    fn mistyped(&self, name: &str) -> Error {
        self.invalid(&format!("{name} has another type"))
    }

    /// A member of the type that `read` knows.
    fn member<'a, T>(
        &'a self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.members.get(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.mistyped(name))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        self.member(name, Value::as_str)
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        self.member(name, |value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        })
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        self.member(name, Value::as_u64)
    }

    /// Takes an object out, an empty one if it is absent.
    fn object(&mut self, name: &str) -> Result<Self, Error> {
        let members = match self.members.get_mut(name) {
            Some(Value::Object(members)) => std::mem::take(members),
            Some(_) => return Err(self.mistyped(name)),
            None => BTreeMap::new(),
        };
        Ok(Self { argument: self.argument, members })
    }
}

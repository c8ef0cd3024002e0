//! Options of what is installed.

use wasm_bindgen::JsValue;

use super::members::{Members, limits, policy};
use crate::error::Error;
use crate::installed::{Depth, InstalledOptions};
use crate::json::Value;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::proof::{
    ArchiveDigests, Original, OriginalRejection, PackageId, Reason, Status, TrustReport,
};

/// Reads the options of an inspection.
pub(super) fn read_installed(value: &JsValue) -> Result<(InstalledOptions, Policy, Limits), Error> {
    let mut options = Members::from_js("options", value)?;
    options.allow(&["file", "level", "prefix", "platform", "manifestPath", "policy", "limits"])?;
    let owned = |name| Ok::<_, Error>(options.text(name)?.map(str::to_owned));
    let depth = match options.text("level")? {
        None | Some("digests") => Depth::Digests,
        Some("sizes") => Depth::Sizes,
        Some(_) => return Err(options.invalid("a level is one of sizes, digests")),
    };
    let (file, prefix, platform) = (owned("file")?, owned("prefix")?, owned("platform")?);
    if prefix.as_deref().is_some_and(|prefix| !is_absolute(prefix)) {
        return Err(options.invalid("a prefix is an absolute path"));
    }
    if platform.as_deref().is_some_and(|platform| !is_platform(platform)) {
        return Err(options.invalid("a platform is a system and a machine, as linux-64"));
    }
    let manifest = owned("manifestPath")?;
    if manifest.as_deref().is_some_and(|path| !is_manifest(path)) {
        return Err(options
            .invalid("a manifestPath is info/paths.json, info/files or conda-meta/NAME.json"));
    }
    let installed = InstalledOptions { depth, prefix, platform, file, manifest };
    let limits = limits(&options.object("limits")?)?;
    Ok((installed, policy(&mut options.object("policy")?)?, limits))
}

/// Where clients have them.
fn is_manifest(path: &str) -> bool {
    let record = path.strip_prefix("conda-meta/").and_then(|file| file.strip_suffix(".json"));
    matches!(path, "info/paths.json" | "info/files")
        || record.is_some_and(|name| !name.contains('/'))
}

/// Of POSIX, or of Windows with a drive or a share.
fn is_absolute(path: &str) -> bool {
    let is_drive = matches!(path.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z', b':', b'/' | b'\\', ..]);
    is_drive || path.starts_with('/') || path.starts_with("\\\\")
}

/// A platform's folder in a channel, as conda knows them.
fn is_platform(platform: &str) -> bool {
    let known = ["linux", "osx", "win", "emscripten", "wasi", "freebsd", "zos"];
    platform
        .split_once('-')
        .is_some_and(|(system, machine)| known.contains(&system) && !machine.is_empty())
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
        rejection: match owned("rejection")? {
            Some(code) => {
                let message = owned("message")?.unwrap_or_default();
                let (expected, actual) = (owned("expected")?, owned("actual")?);
                Some(OriginalRejection { code, message, expected, actual })
            }
            None => None,
        },
    })
}

//! The members of a `.conda` (CEP 35): metadata.json, one pkg-, one info-.

use super::report::Report;
use crate::archive::{Member, MemberReader, ReadAt, read_directory};
use crate::conda::is_plain;
use crate::error::{Error, Fault};
use crate::json::Value;
use crate::limits::Limits;

/// What a member is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Metadata,
    Info,
    Pkg,
}

impl Part {
    /// # Errors
    /// [`Fault::CondaMemberUnexpected`] for any other name.
    pub(super) fn of(name: &str) -> Result<Self, Error> {
        match name {
            "metadata.json" => Ok(Self::Metadata),
            _ if stem(name, "info-").is_some() => Ok(Self::Info),
            _ if stem(name, "pkg-").is_some() => Ok(Self::Pkg),
            _ => Err(Error::new(Fault::CondaMemberUnexpected { member: name.to_owned() })),
        }
    }
}

/// The only members that matter, and the stem that both names carry.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) info: Member,
    pub(super) pkg: Member,
    pub(super) stem: String,
}

impl Layout {
    /// Reads the zip's directory and finds the members, in whatever order.
    ///
    /// # Errors
    /// The facts beyond which nothing can be unpacked; the others are reported.
    pub(super) fn read(
        source: &mut dyn ReadAt,
        limits: &Limits,
        report: &mut Report,
    ) -> Result<Self, Error> {
        let (mut metadata, mut info, mut pkg) = (None, None, None);
        let members = read_directory(source)?;
        let folder = common_folder(members.iter().map(named)).to_owned();
        if !folder.is_empty() {
            report.find(Error::new(Fault::CondaMemberNested { member: folder.clone() }));
        }
        for member in members {
            if member.has_descriptor {
                report.find(Error::new(Fault::ZipDataDescriptor { member: member.name.clone() }));
            }
            if member.has_stamps {
                report.find(Error::new(Fault::ZipExtraField { member: member.name.clone() }));
            }
            if is_above(named(&member), &folder) {
                continue;
            }
            let place = match Part::of(base(&member, &folder))? {
                Part::Metadata => &mut metadata,
                Part::Info => &mut info,
                Part::Pkg => &mut pkg,
            };
            if let Some(first) = place.replace(member) {
                return Err(Error::new(Fault::CondaMemberUnexpected { member: first.name }));
            }
        }
        let info =
            info.ok_or(Error::new(Fault::CondaMemberMissing { member: "info-*.tar.zst" }))?;
        let pkg = pkg.ok_or(Error::new(Fault::CondaMemberMissing { member: "pkg-*.tar.zst" }))?;
        match metadata {
            Some(member) => check_metadata(source, &member, limits)?,
            None => report.find(Error::new(Fault::CondaMetadataMissing)),
        }
        let info_stem = stem(base(&info, &folder), "info-");
        let pkg_stem = stem(base(&pkg, &folder), "pkg-");
        let stem = pkg_stem.unwrap_or_default().to_owned();
        if info_stem != pkg_stem {
            // Installers that look for pkg-STEM would not find it.
            return Err(Error::new(Fault::CondaMemberUnexpected { member: info.name }));
        }
        Ok(Self { info, pkg, stem })
    }
}

/// A member's name, and whether it has no bytes.
type Named<'a> = (&'a str, bool);

fn named(member: &Member) -> Named<'_> {
    (&member.name, member.start == member.end)
}

/// The folder that all members lie in, with its `/`, or nothing. Folders may have members
/// of their own, which are empty.
pub(super) fn common_folder<'a>(members: impl Iterator<Item = Named<'a>> + Clone) -> &'a str {
    let name = members.clone().map(|(name, _)| name).find(|it| !it.ends_with('/'));
    let folder = name.and_then(|name| name.get(..name.rfind('/')?.saturating_add(1)));
    let is_common = |folder: &&str| {
        members.clone().all(|member| member.0.starts_with(folder) || is_above(member, folder))
    };
    folder.filter(is_common).unwrap_or_default()
}

/// Whether a member is that folder, or one above it.
fn is_above((name, is_empty): Named<'_>, folder: &str) -> bool {
    name.ends_with('/') && is_empty && folder.starts_with(name)
}

/// A member's name below that folder.
fn base<'a>(member: &'a Member, folder: &str) -> &'a str {
    member.name.strip_prefix(folder).unwrap_or(&member.name)
}

/// What stands between `prefix` and `.tar.zst`: a package's name, version and build.
fn stem<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    name.strip_prefix(prefix)?.strip_suffix(".tar.zst").filter(|stem| is_plain(stem))
}

/// CEP 35: `{"conda_pkg_format_version": 2}`; further members are allowed.
fn check_metadata(source: &mut dyn ReadAt, member: &Member, limits: &Limits) -> Result<(), Error> {
    let bytes = MemberReader::read(source, member, limits.info_bytes)?;
    let invalid = |reason: String| Error::new(Fault::CondaMetadataInvalid { reason });
    let metadata = Value::parse(&bytes, "metadata.json", limits)?;
    match metadata.member("conda_pkg_format_version").and_then(Value::as_u64) {
        Some(2) => Ok(()),
        Some(version) => Err(invalid(format!("its format version is {version}; 2 is known"))),
        None => Err(invalid("it has no whole number as its format version".into())),
    }
}

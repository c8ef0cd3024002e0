//! What an error says, in one sentence.

use std::fmt;

use super::{Document, Fault, Quoted, RemoteChange, Shortfall};

impl fmt::Display for Fault {
    #[expect(clippy::too_many_lines, reason = "one line of text for each variant, side by side")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let q = Quoted::new;
        match self {
            Self::ArgumentInvalid { argument, reason } => {
                write!(f, "the argument {argument} is not valid: {reason}")
            }
            Self::SourceRead { offset, length, reason } => {
                write!(f, "could not read {length} bytes at offset {offset}: {reason}")
            }
            Self::LimitExceeded { limit, max } => {
                write!(f, "the limit {limit} of {max} was reached")
            }
            // What it was and is, is shown beside.
            Self::RemoteChanged(RemoteChange { offset, mark, .. }) => write!(
                f,
                "the file was replaced on its server while it was read: the bytes from offset \
                 {offset} on came with another {mark} than those before"
            ),
            Self::SourceChanged { offset } => write!(
                f,
                "the bytes from offset {offset} are of another file than those that were read before"
            ),
            Self::RoleMalformed { document, reason } => {
                write!(f, "{} is malformed: {}", About(document), q(reason).plain())
            }
            Self::RoleTypeMismatch { document, actual } => {
                write!(f, "{} says that it is of the type {}", About(document), q(actual))
            }
            Self::RoleSpecUnsupported { document, actual } => {
                write!(f, "{} is of the specification {}", About(document), q(actual))
            }
            Self::RoleFileName { document, reason } => {
                write!(f, "{} is not named as it should be: {reason}", About(document))
            }
            Self::RolesNotLoaded => {
                f.write_str("the roles that this takes have not been loaded yet")
            }
            Self::RoleMissing { document } => write!(f, "{} is not there", About(document)),
            Self::RoleUnavailable { document, status } => {
                write!(f, "{} was asked for, and the answer was {status}", About(document))
            }
            Self::ThresholdNotMet { document, shortfall } => {
                write!(f, "{}{}", About(document), Signatures(shortfall))
            }
            Self::SignatureEncoding { document, shortfall } => write!(
                f,
                "{}{}; {} entries are malformed, that of {} first",
                About(document),
                Signatures(shortfall),
                shortfall.malformed.len(),
                q(shortfall.malformed.first().map_or("", String::as_str))
            ),
            Self::KeyTypeUnsupported { document, shortfall } => write!(
                f,
                "{}{}; {} keys are of types that can't be used here, {} first",
                About(document),
                Signatures(shortfall),
                shortfall.unsupported.len(),
                q(shortfall.key_types.first().map_or("", String::as_str))
            ),
            Self::RoleRollback { document, trusted, offered } => write!(
                f,
                "{} is version {offered}, and version {trusted} was seen before",
                About(document)
            ),
            Self::RoleTimestampRollback { document, trusted, offered } => write!(
                f,
                "{} was made at {offered}, and one made at {trusted} was seen before",
                About(document)
            ),
            Self::RoleVersionSkipped { document, trusted, offered } => write!(
                f,
                "{} is version {offered} and follows version {trusted}: the ones between are missing",
                About(document)
            ),
            Self::RoleVersionMismatch { document, expected, actual } => {
                write!(
                    f,
                    "{} is version {actual}; version {expected} was announced",
                    About(document)
                )
            }
            Self::RoleDigestMismatch { document, expected, actual } => {
                write!(f, "{} is {actual}; what was announced is {expected}", About(document))
            }
            Self::RoleRemoved { document, role } => {
                write!(f, "{} lists {} no more", About(document), q(role))
            }
            Self::RoleUnlisted { role } => {
                write!(f, "the role {} is not listed in the snapshot", q(role))
            }
            Self::TufRolesMissing { document } => {
                write!(f, "the root is one of TUF, and {} is not there", About(document))
            }
            Self::HashUnsupported { file, .. } => {
                write!(f, "no hash is known of those that are given for {}", q(file))
            }
            Self::TargetMissing { path } => write!(f, "no role vouches for {}", q(path)),
            Self::TargetDigestMismatch { path, expected, actual } => {
                write!(f, "{} is {actual}; what the roles vouch for is {expected}", q(path))
            }
            Self::TrustConflict { path, expected, actual } => {
                write!(f, "the record of {} says {expected}, and its target says {actual}", q(path))
            }
            Self::Expired { document, expiration, now } => {
                write!(f, "{} expired at {expiration}; it is {now} now", About(document))
            }
            Self::StateInvalid { key, reason } => {
                write!(f, "the stored {} can't be trusted: {}", q(key), q(reason).plain())
            }
            Self::RecordUnsigned { file_name } => {
                write!(f, "nobody signed the record of {}", q(file_name))
            }
            Self::RecordNameMismatch { file_name, member, expected, actual } => write!(
                f,
                "the record under the name {} has the {member} {} instead of {}",
                q(file_name),
                q(actual),
                q(expected)
            ),
            Self::RecordSubdirMismatch { file_name, against, expected, actual } => write!(
                f,
                "the record of {} is of the subdir {}; {against} is of {}",
                q(file_name),
                q(actual),
                q(expected)
            ),
            Self::SizeMismatch { voucher, expected, actual } => {
                write!(f, "the archive has {actual} bytes; the size {voucher} is {expected}")
            }
            Self::Sha256Mismatch { voucher, expected, actual } => {
                write!(f, "the archive's SHA-256 is {actual}; the one {voucher} is {expected}")
            }
            Self::Md5Mismatch { voucher, .. } => {
                write!(f, "the archive's MD5 is not the one {voucher}")
            }
            Self::Md5ContradictsSha256 { .. } => {
                f.write_str("the SHA-256 matches, and the MD5 is not the one of the record")
            }
            Self::WeakDigest { md5 } => {
                write!(f, "the record binds the archive by its MD5 ({md5}) alone")
            }
            Self::DigestMissing => f.write_str("the record has no digest of the archive"),
            Self::JsonInvalid { document, reason } => {
                write!(f, "{} is not strict JSON: {}", q(document), q(reason).plain())
            }
            Self::MsgpackInvalid { document, reason } => {
                write!(f, "{} is not strict MessagePack: {reason}", q(document))
            }
            Self::RepodataInvalid { reason } => {
                write!(f, "this is no repodata: {}", q(reason).plain())
            }
            Self::RecordMissing { file_name } => {
                write!(f, "repodata has no record for {}", q(file_name))
            }
            Self::RecordInvalid { file_name, reason } => {
                write!(f, "the record of {} is malformed: {}", q(file_name), q(reason).plain())
            }
            Self::RecordConflict { file_name } => {
                write!(f, "repodata has two records for {} that differ", q(file_name))
            }
            Self::ShardMissing { name } => {
                write!(f, "the index of shards has none for {}", q(name))
            }
            Self::ShardDigestMismatch { name, expected, actual } => write!(
                f,
                "the SHA-256 of the shard of {} is {actual}; the one in the index is {expected}",
                q(name)
            ),
            Self::FileNameInvalid { file_name, reason } => {
                write!(f, "{} is no package file name: {reason}", q(file_name))
            }
            Self::NotAnArchive { first_bytes } if first_bytes.is_empty() => {
                f.write_str("the file is empty")
            }
            Self::NotAnArchive { first_bytes } => {
                f.write_str(
                    "the file is neither a zip (.conda) nor bzip2 (.tar.bz2); it begins with ",
                )?;
                let bare = first_bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(first_bytes);
                match std::str::from_utf8(bare.trim_ascii()) {
                    // An error page shows that it is one.
                    Ok(text) if !text.is_empty() && text.bytes().all(is_of_text) => {
                        write!(f, "{}", q(text))
                    }
                    _ => first_bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
                }
            }
            Self::FormatMismatch { file_name, named, found } => {
                write!(f, "{} is named {named} and its bytes are {found}", q(file_name))
            }
            Self::ZipMalformed { offset, reason } => {
                write!(f, "the zip container is damaged at offset {offset}: {reason}")
            }
            Self::ZipHeadersDisagree { member, field, central, local } => write!(
                f,
                "the zip directory and the local header of {} disagree about its {field}: {} and {}",
                q(member),
                q(central),
                q(local)
            ),
            Self::ZipHiddenData { offset, length, place } => write!(
                f,
                "the zip has {length} bytes {place}, at offset {offset}, that belong to no member"
            ),
            Self::ZipOverlap { member, offset } => {
                write!(f, "the zip member {} at offset {offset} overlaps another one", q(member))
            }
            Self::ZipDuplicateMember { member } => {
                write!(f, "the zip names its member {} twice", q(member))
            }
            Self::ZipDataDescriptor { member } => {
                write!(f, "the zip member {} has its sizes behind its data", q(member))
            }
            Self::ZipExtraField { member } => {
                write!(f, "the zip member {} has extra fields for times and owners", q(member))
            }
            Self::ZipUnsupportedMember { member, reason } => {
                write!(f, "the zip member {} {reason}", q(member))
            }
            Self::ZipCrcMismatch { member, expected, actual } => write!(
                f,
                "the CRC-32 of the zip member {} is {actual:08x}, its header says {expected:08x}",
                q(member)
            ),
            Self::CondaMemberMissing { member } => write!(f, "the package has no member {member}"),
            Self::CondaMemberUnexpected { member } => {
                write!(f, "the package has a member {} that does not belong there", q(member))
            }
            Self::CondaMemberNested { member } => {
                write!(f, "the package's members lie in the folder {}", q(member))
            }
            Self::CondaMetadataMissing => f.write_str("the package has no metadata.json"),
            Self::CondaMetadataInvalid { reason } => {
                write!(f, "metadata.json is not that of a .conda: {}", q(reason).plain())
            }
            Self::ZstdMalformed { member, reason } => {
                write!(f, "the zstd frame of {} is damaged: {}", q(member), q(reason).plain())
            }
            Self::ZstdChecksumMismatch { member, expected, actual } => write!(
                f,
                "the zstd checksum of {} is {expected:08x}, its content's is {actual:08x}",
                q(member)
            ),
            Self::ZstdSizeMismatch { member, expected, actual } => write!(
                f,
                "the zstd frame of {} declares {expected} bytes and holds {actual}",
                q(member)
            ),
            Self::ZstdAmbiguous { member, offset, found } => {
                write!(f, "{} has {found} at offset {offset}", q(member))
            }
            Self::ZstdTrailingData { member, offset, length } => write!(
                f,
                "{} has {length} bytes after its zstd frame, at offset {offset}",
                q(member)
            ),
            Self::Bzip2Malformed { reason } => {
                write!(f, "the bzip2 stream is damaged: {}", q(reason).plain())
            }
            Self::Bzip2TrailingData { offset, length } => {
                write!(f, "there are {length} bytes after the bzip2 stream, at offset {offset}")
            }
            Self::Bzip2MultipleStreams { streams } => {
                write!(f, "the archive is made of {streams} bzip2 streams; all of them were read")
            }
            Self::TarMalformed { member, offset, reason } => write!(
                f,
                "the tar of {} is malformed at offset {offset}: {}",
                q(member),
                q(reason).plain()
            ),
            Self::TarTruncated { member, offset, reason } => {
                write!(f, "the tar of {} ends at offset {offset}: {reason}", q(member))
            }
            Self::TarTrailingData { member, offset } => write!(
                f,
                "the tar of {} goes on at offset {offset}, after its end-of-archive blocks",
                q(member)
            ),
            Self::TarHeadersDisagree { path, field, first, second } => write!(
                f,
                "the tar headers of {} disagree about its {field}: {} and {}",
                q(path),
                q(first),
                q(second)
            ),
            Self::TarEntryUnsupported { path, kind } => write!(f, "{} is {kind}", q(path)),
            Self::PathUnsafe { path, reason } => write!(f, "the path {} {reason}", q(path)),
            Self::EntryDuplicate { path } => write!(f, "{} is in the archive twice", q(path)),
            Self::EntryBelowNonDirectory { path, parent } => {
                write!(f, "{} lies below {}, which is no directory", q(path), q(parent))
            }
            Self::EntryMisplaced { path, member } => {
                write!(f, "{} does not belong into {}", q(path), q(member))
            }
            Self::PathCollision { path, other } => {
                write!(f, "{} and {} are one name on many systems", q(other), q(path))
            }
            Self::PathNotPortable { path, reason } => {
                write!(f, "{} {reason}, which Windows does not allow", q(path))
            }
            Self::ModeUnsafe { path, mode } => write!(f, "{} has the mode {mode:04o}", q(path)),
            Self::ClientFileShipped { path } => {
                write!(f, "{} is a file that clients write, not packages", q(path))
            }
            Self::LinkScript { path } => {
                write!(f, "the script {} runs when the package is linked or unlinked", q(path))
            }
            Self::LinkTargetEmpty { path } => write!(f, "the link {} has no target", q(path)),
            Self::LinkAbsolute { path, target } => {
                write!(f, "the link {} leads to the absolute path {}", q(path), q(target))
            }
            Self::LinkEscapes { path, target } => {
                write!(f, "the link {} leads out of the package, to {}", q(path), q(target))
            }
            Self::LinkTargetMissing { path, target } => {
                write!(
                    f,
                    "the hard link {} names {}, which is no file before it",
                    q(path),
                    q(target)
                )
            }
            Self::LinkLoop { path, target } => {
                write!(f, "the link {} to {} leads back to itself", q(path), q(target))
            }
            Self::LinkDangling { path, target } => {
                write!(
                    f,
                    "the link {} points at {}, which is not in the package",
                    q(path),
                    q(target)
                )
            }
            Self::LinkSha256Mismatch { path, .. } => {
                write!(f, "the link {} points at a file of another SHA-256 than is listed", q(path))
            }
            Self::IndexJsonMissing => f.write_str("the package has no info/index.json"),
            Self::IndexJsonInvalid { reason } => {
                write!(f, "info/index.json is malformed: {}", q(reason).plain())
            }
            Self::NameMismatch { member, against, expected, actual } => write!(
                f,
                "info/index.json gives the {member} {}; {against} gives {}",
                q(actual),
                q(expected)
            ),
            Self::SubdirMismatch { expected, actual } => write!(
                f,
                "info/index.json gives the subdir {}; the record gives {}",
                q(actual),
                q(expected)
            ),
            Self::DependsDiffer { expected, actual } => write!(
                f,
                "info/index.json has the dependency {} where the record has {}",
                q(actual),
                q(expected)
            ),
            Self::LinkJsonInvalid { reason } => {
                write!(f, "info/link.json is malformed: {}", q(reason).plain())
            }
            Self::ManifestMissing => {
                f.write_str("the package has neither info/paths.json nor info/files")
            }
            Self::PathsJsonMissing => {
                f.write_str("the package has no info/paths.json; info/files lists names alone")
            }
            Self::PathsJsonInvalid { reason } => {
                write!(f, "info/paths.json is malformed: {}", q(reason).plain())
            }
            Self::PathsVersionUnsupported { version } => {
                write!(f, "info/paths.json is of version {version}; version 1 is known")
            }
            Self::PathListedOddly { path, reason } => {
                write!(f, "{} is listed, {reason}", q(path))
            }
            Self::FileMissing { path } => {
                write!(f, "{} is listed and not there", q(path))
            }
            Self::FileUnlisted { path } => {
                write!(f, "{} is there and not listed", q(path))
            }
            Self::FileTypeMismatch { path, expected, actual } => {
                write!(f, "{} is listed as {expected} and is {actual}", q(path))
            }
            Self::FileSizeMismatch { path, expected, actual } => {
                write!(f, "{} has {actual} bytes; {expected} are listed", q(path))
            }
            Self::FileSha256Mismatch { path, .. } => {
                write!(f, "{} has another SHA-256 than is listed", q(path))
            }
            Self::FileDigestMissing { path } => {
                write!(f, "{} is listed without a SHA-256", q(path))
            }
            Self::PlaceholderUnusable { path, reason } => {
                write!(f, "the prefix placeholder of {} {reason}", q(path))
            }
            Self::Installed(fault) => fault.fmt(f),
        }
    }
}

/// How a message begins that is about a document.
struct About<'a>(&'a Document);

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Document { role, file } = self.0;
        match *role {
            "record" => write!(f, "the record of {}", Quoted::new(file)),
            _ => write!(f, "the {role} role {}", Quoted::new(file)),
        }
    }
}

/// What its signatures came to.
struct Signatures<'a>(&'a Shortfall);

impl fmt::Display for Signatures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shortfall { signers, needed, found, bad, unknown_count, unverified, .. } = self.0;
        write!(f, " has {found} of the {needed} signatures by {signers} that it needs")?;
        if !bad.is_empty() {
            let bad = bad.len();
            write!(f, "; {bad} by such keys are over other content: it was changed since")?;
        }
        if *unverified > 0 {
            write!(f, "; {unverified} more were not verified")?;
        }
        match unknown_count {
            0 => Ok(()),
            _ => write!(f, "; {unknown_count} by keys that may not sign it do not count"),
        }
    }
}

/// Whether text in English has such a byte.
const fn is_of_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

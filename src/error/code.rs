//! The stable codes, one row each: the source of `docs/errors.md` and of the
//! TypeScript union, which are generated from here and compared by a test.

use std::fmt;

/// How a policy may treat a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Rejects, whatever the policy: digests, signatures, traversal, limits.
    Fatal,
    /// Rejects by default; a policy may lower it.
    Adjustable,
    /// Warns by default; a policy may raise or silence it.
    Advisory,
    /// Is told and never rejects.
    Note,
    /// Not a finding about a package: the caller or the host has to act.
    Host,
}

impl Class {
    /// The word that the error table uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Adjustable => "adjustable",
            Self::Advisory => "advisory",
            Self::Note => "note",
            Self::Host => "host",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident $text:literal $class:ident $hint:literal;)+) => {
        /// What failed, as a word that never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of the error table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable `UPPER_SNAKE` text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// How a policy may treat it.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)+ }
            }

            /// What happened, as the error table says it.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }
            }

            /// What to do now.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)+ }
            }
        }
    };
}

codes! {
    /// An argument or option is not of the form that is asked for.
    ArgumentInvalid "ARGUMENT_INVALID" Host
        "Correct the argument; the message names it and says what it takes.";
    /// The host could not deliver bytes of the source.
    SourceRead "SOURCE_READ" Host
        "Nothing was decided about the package. Look at the file, the disk or the connection, and try again.";
    /// A bound on memory, time or counts was reached.
    LimitExceeded "LIMIT_EXCEEDED" Fatal
        "Real files stay far below the default limits; treat this one as hostile. If you know that it is not, raise the named limit; a few that guard against pathological files are fixed.";
    /// The bytes changed between being authenticated and being decoded, or between two requests.
    SourceChanged "SOURCE_CHANGED" Fatal
        "Something writes to the file while it is read. Copy it to where nobody else writes, then verify the copy. What is on a server was replaced there, or several files answer under its URL: ask again, or another mirror.";

    /// A role file does not have the form that its role demands.
    RoleMalformed "ROLE_MALFORMED" Fatal
        "Check that it is the channel's role file and no error page. If it is, whoever made it has to mend it.";
    /// A role file is of another role than the one that was asked for.
    RoleTypeMismatch "ROLE_TYPE_MISMATCH" Fatal
        "Check the file's name and place. If they are right, somebody may be passing one role off as another: tell the channel.";
    /// A role file is of a specification that is not known, or of another one than its delegator.
    RoleSpecUnsupported "ROLE_SPEC_UNSUPPORTED" Fatal
        "The pinned root says whether a channel's roles are of content trust (0.6) or of TUF (1.0); these are not. If the channel is of the other kind, pin its own root (`trustedRoot`, `--root`). If the version is a later one, a newer verifier is needed.";
    /// A role file's name does not fit what it is asked for or what is in it.
    RoleFileName "ROLE_FILE_NAME" Fatal
        "Role files are named N.root.json, N.svX.root.json, key_mgr.json and pkg_mgr.json. Check which file was given.";
    /// No refresh has brought the channel's roles yet, or not the delegated one that may list the file.
    RolesNotLoaded "ROLES_NOT_LOADED" Host
        "Refresh first, to the end, or restore what was kept of an earlier refresh. For a target that is delegated, load its roles: loadTarget() does it.";
    /// A role file that trust depends on is not there.
    RoleMissing "ROLE_MISSING" Fatal
        "Check the channel's address: it may not be signed at all. If it was signed before, somebody may be withholding the file: try another mirror.";
    /// A server answered a request for a role file neither with it nor with its absence.
    RoleUnavailable "ROLE_UNAVAILABLE" Host
        "Nothing was decided. Try again later, or another mirror.";
    /// Too few of the keys that may sign a role or a record have signed it.
    ThresholdNotMet "THRESHOLD_NOT_MET" Fatal
        "Somebody who may not speak for the channel may have made this file, or it was changed. Do not use it; tell the channel, and check that you pinned the right root.";
    /// Too few keys have signed, and entries or keys that could have made up for it are malformed.
    SignatureEncoding "SIGNATURE_ENCODING" Fatal
        "The file was signed by a tool that writes signatures in another way. Whoever made it has to sign it again.";
    /// Too few keys have signed, and keys that could have made up for it are of a type that this build can't use.
    KeyTypeUnsupported "KEY_TYPE_UNSUPPORTED" Fatal
        "The message names the type. If it is ecdsa or rsa, this build was made without them: use the full one. Otherwise a newer verifier may know it.";
    /// A role file is older than the one that was trusted before.
    RoleRollback "ROLE_ROLLBACK" Fatal
        "Somebody may be replaying old metadata. Try another mirror, and tell the channel.";
    /// A root was offered that is not the next one.
    RoleVersionSkipped "ROLE_VERSION_SKIPPED" Fatal
        "Each root vouches for the next one alone. Fetch the roots between them.";
    /// A role file is of another version than the one that a role above it names.
    RoleVersionMismatch "ROLE_VERSION_MISMATCH" Fatal
        "Somebody may be mixing files of different times, or the server was read while it changed. Try again, or another mirror.";
    /// A role file's length or hash is not the one that a role above it names.
    RoleDigestMismatch "ROLE_DIGEST_MISMATCH" Fatal
        "These are not the bytes that the channel vouches for. Try again, or another mirror; tell the channel if every mirror agrees.";
    /// A role that an earlier snapshot listed is not in the newer one.
    RoleRemoved "ROLE_REMOVED" Fatal
        "Roles do not vanish unless the snapshot's keys are replaced: somebody may be hiding what it says. Try another mirror, and tell the channel.";
    /// A role that another one delegates to is not listed in the snapshot.
    RoleUnlisted "ROLE_UNLISTED" Fatal
        "Nothing says which version of it is the right one, so none is. Tell the channel.";
    /// The channel's root is one of TUF, and timestamp, snapshot or targets are not there.
    TufRolesMissing "TUF_ROLES_MISSING" Fatal
        "Check the channel's address. Somebody may be withholding the file: try another mirror, and tell the channel. After a root of TUF key_mgr.json counts no more.";
    /// Of the hashes that are given for a file, none is of a kind that is known.
    HashUnsupported "HASH_UNSUPPORTED" Fatal
        "A file that can't be compared is not trusted. The channel has to give SHA-256 or SHA-512; or a newer verifier is needed.";
    /// No role vouches for the file.
    TargetMissing "TARGET_MISSING" Fatal
        "Check the path, which is relative to the channel. If it is right, the channel does not protect this file: nothing says what it has to be.";
    /// A file's length or hash is not the one that the channel's roles give for it.
    TargetDigestMismatch "TARGET_DIGEST_MISMATCH" Fatal
        "These are not the bytes that the channel vouches for. Do not use them; fetch the file again, from another mirror if it happens twice.";
    /// Two things that the channel vouches for contradict each other.
    TrustConflict "TRUST_CONFLICT" Fatal
        "Both are signed, and they can't both be right. Do not use the package; tell the channel.";
    /// A role has expired, and with it the trust in everything below it.
    Expired "EXPIRED" Fatal
        "Check the clock, and refresh if the roles were loaded long ago. Otherwise somebody may be withholding newer ones, or the channel forgot to renew them: try another mirror, and tell the channel.";
    /// What was kept of an earlier refresh does not verify, or is of another channel.
    StateInvalid "STATE_INVALID" Fatal
        "The store was damaged, changed, or mixed up with another channel's. Restore a copy of it; or delete it and refresh, which gives up the memory of versions seen.";
    /// A record is signed by nobody.
    RecordUnsigned "RECORD_UNSIGNED" Adjustable
        "The channel has not signed this record, or somebody took the signature away. Try another mirror; lower this code only if what nobody vouches for may be used.";
    /// A record, signed or of a shard, is about another package than it stands under.
    RecordNameMismatch "RECORD_NAME_MISMATCH" Fatal
        "The record was made for another file: somebody may be passing one package off as another. Try another mirror, and tell the channel.";
    /// A record, signed or of a shard, is of another subdir than the repodata that it stands in.
    RecordSubdirMismatch "RECORD_SUBDIR_MISMATCH" Fatal
        "The record was made for another subdir. Check the address of the repodata; if it is right, try another mirror, and tell the channel.";

    /// The archive's length is not the expected one.
    SizeMismatch "SIZE_MISMATCH" Fatal
        "The file is cut short, goes on behind its end, or is another one. Download it again, from another mirror if it happens twice.";
    /// The archive's SHA-256 is not the expected one.
    Sha256Mismatch "SHA256_MISMATCH" Fatal
        "These are not the bytes that were expected. Do not install them; download again, from another mirror if it happens twice, and tell the channel if every mirror agrees.";
    /// The archive's MD5 is not the expected one, and no SHA-256 says otherwise.
    Md5Mismatch "MD5_MISMATCH" Fatal
        "These are not the bytes that the record describes. Do not install them; download again.";
    /// The SHA-256 matches and the MD5 of the same record does not.
    Md5ContradictsSha256 "MD5_CONTRADICTS_SHA256" Advisory
        "The bytes are those of the SHA-256. The record contradicts itself: tell the channel.";
    /// The record has an MD5 and no SHA-256; MD5 can be forged.
    WeakDigest "WEAK_DIGEST" Adjustable
        "Get a SHA-256 from somebody you trust, or lower this code if MD5 is all that there is; the verdict then stays unverified.";
    /// The record has neither SHA-256 nor MD5, so it binds no bytes.
    DigestMissing "DIGEST_MISSING" Adjustable
        "Get a SHA-256 from somebody you trust, or lower this code to look at the package all the same; the verdict then stays unverified.";

    /// A document is not strict JSON (RFC 8259), or repeats a member.
    JsonInvalid "JSON_INVALID" Fatal
        "If it was downloaded, look whether the server answered with an error page. Otherwise whoever made the file has to mend it.";
    /// A document is not strict MessagePack, or repeats a key.
    MsgpackInvalid "MSGPACK_INVALID" Fatal
        "If it was downloaded, look whether the server answered with an error page. Otherwise whoever made the file has to mend it.";
    /// Repodata does not have the shape of CEP 36, or of CEP 16 where it is in shards.
    RepodataInvalid "REPODATA_INVALID" Fatal
        "Check that this is a channel's repodata. If it is, tell the channel.";
    /// Repodata has no record for the file.
    RecordMissing "RECORD_MISSING" Fatal
        "Check the file's name and the subdir; packages are removed from channels too. Without a record there is nothing to compare with.";
    /// A record's member is missing or has the wrong type.
    RecordInvalid "RECORD_INVALID" Fatal
        "The record can't be relied on. Tell the channel.";
    /// Repodata has two records for the file that differ (CEP 48), or another one than was given.
    RecordConflict "RECORD_CONFLICT" Fatal
        "Which of the two an installer goes by is its own choice. Do not use either; tell the channel.";
    /// The index of sharded repodata (CEP 16) has no shard for the package.
    ShardMissing "SHARD_MISSING" Fatal
        "Check the package's name and the subdir: the channel has no such package there, or the index is an older one.";
    /// A shard's SHA-256 is not the one that the index gives for it.
    ShardDigestMismatch "SHARD_DIGEST_MISMATCH" Fatal
        "These are not the bytes that the index names. Download the shard again, from another mirror if it happens twice; if the index is old, that too.";
    /// The file's name is not NAME-VERSION-BUILD.conda or .tar.bz2 (CEP 26).
    FileNameInvalid "FILE_NAME_INVALID" Adjustable
        "Give the file the name it has in its channel; if it was renamed on downloading, rename it back.";

    /// The bytes are neither a .conda nor a .tar.bz2 package.
    NotAnArchive "NOT_AN_ARCHIVE" Fatal
        "This is no conda package. Look whether the server answered with an error page, or whether the download is empty.";
    /// The file's extension says one format and its bytes are of the other.
    FormatMismatch "FORMAT_MISMATCH" Fatal
        "Installers choose the decoder by the name. Give the file the name it has in its channel.";
    /// The zip container can't be read: cut off or malformed.
    ZipMalformed "ZIP_MALFORMED" Fatal
        "The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// A local header and the central directory disagree about a member.
    ZipHeadersDisagree "ZIP_HEADERS_DISAGREE" Fatal
        "Two installers could unpack different files from this package. Do not install it; whoever made it has to rebuild it.";
    /// The zip holds bytes that its directory does not account for.
    ZipHiddenData "ZIP_HIDDEN_DATA" Fatal
        "Two installers could unpack different files from this package. Do not install it; whoever made it has to rebuild it.";
    /// Two members of the zip share bytes.
    ZipOverlap "ZIP_OVERLAP" Fatal
        "This is how zip bombs are made. Do not install it.";
    /// A member has a data descriptor in place of its sizes; it agrees with the directory.
    ZipDataDescriptor "ZIP_DATA_DESCRIPTOR" Adjustable
        "The package was zipped again by another tool. Get the original from its channel; lower this code if every installer you use reads the directory.";
    /// A member has extra fields of times and owners, as Info-ZIP writes them, of no use in a .conda.
    ZipExtraField "ZIP_EXTRA_FIELD" Adjustable
        "The package was zipped again by hand. Get the original from its channel, or zip with `zip -0 -X`; lower this code if it is yours: readers pass over these fields.";
    /// The zip names a member twice.
    ZipDuplicateMember "ZIP_DUPLICATE_MEMBER" Fatal
        "Two installers could unpack different files from this package. Do not install it.";
    /// A member is compressed or encrypted; a .conda stores its members (CEP 35).
    ZipUnsupportedMember "ZIP_UNSUPPORTED_MEMBER" Fatal
        "The package was re-zipped by another tool. Get the original from its channel.";
    /// A member's CRC-32 does not match its bytes.
    ZipCrcMismatch "ZIP_CRC_MISMATCH" Fatal
        "The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// The .conda lacks its pkg- or info- member.
    CondaMemberMissing "CONDA_MEMBER_MISSING" Fatal
        "This is not a complete package. Download it again, or tell the channel.";
    /// The .conda has a member that CEP 35 does not know, or one too many.
    CondaMemberUnexpected "CONDA_MEMBER_UNEXPECTED" Fatal
        "Installers differ in which member they unpack. Do not install it; whoever made it has to rebuild it.";
    /// All members of the .conda lie in a folder.
    CondaMemberNested "CONDA_MEMBER_NESTED" Adjustable
        "The package was zipped again by hand, and some installers won't find its members. Get the original from its channel.";
    /// The .conda has no metadata.json (CEP 35).
    CondaMetadataMissing "CONDA_METADATA_MISSING" Adjustable
        "The package was not made by a usual build tool. Lower this code if you trust who made it.";
    /// metadata.json is malformed or names another format version than 2.
    CondaMetadataInvalid "CONDA_METADATA_INVALID" Fatal
        "If the format version is above 2, a newer verifier is needed; otherwise the package has to be rebuilt.";
    /// A zstd frame is cut off or malformed (RFC 8878).
    ZstdMalformed "ZSTD_MALFORMED" Fatal
        "The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// A zstd frame's checksum does not match what it decodes to.
    ZstdChecksumMismatch "ZSTD_CHECKSUM_MISMATCH" Fatal
        "The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// A zstd frame decodes to another size than it declares.
    ZstdSizeMismatch "ZSTD_SIZE_MISMATCH" Fatal
        "Decoders differ in what they make of such a frame. Do not install it.";
    /// There is more than one zstd frame, or a skippable one.
    ZstdAmbiguous "ZSTD_AMBIGUOUS" Adjustable
        "Some installers read the first frame only, others all of them. Whoever made the package has to rebuild it.";
    /// There are bytes after the zstd frame that are no frame.
    ZstdTrailingData "ZSTD_TRAILING_DATA" Fatal
        "No tool writes bytes there. Do not install it.";
    /// A bzip2 stream is cut off or malformed.
    Bzip2Malformed "BZIP2_MALFORMED" Fatal
        "The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// There are bytes after the last bzip2 stream.
    Bzip2TrailingData "BZIP2_TRAILING_DATA" Fatal
        "No tool writes bytes there. Do not install it.";
    /// The archive is made of several bzip2 streams, all of which were read.
    Bzip2MultipleStreams "BZIP2_MULTIPLE_STREAMS" Note
        "All of it was verified. But rattler, and with it pixi, unpacks the first stream alone and does not say so: files may be missing there. Install it with conda or mamba; whoever made it should compress it as one stream.";
    /// A tar header is malformed.
    TarMalformed "TAR_MALFORMED" Fatal
        "The package is damaged or hostile. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// The tar ends within an entry or without its end-of-archive blocks.
    TarTruncated "TAR_TRUNCATED" Fatal
        "Files may be missing from the package. Download it again; if its digest matches, whoever made it has to rebuild it.";
    /// There is something after the tar's end-of-archive blocks.
    TarTrailingData "TAR_TRAILING_DATA" Fatal
        "A second archive can hide there. Do not install it.";
    /// Two headers of one entry say different things about it.
    TarHeadersDisagree "TAR_HEADERS_DISAGREE" Fatal
        "Two installers could unpack different files from this package. Do not install it.";
    /// An entry is neither a file, a link nor a directory.
    TarEntryUnsupported "TAR_ENTRY_UNSUPPORTED" Fatal
        "A package has no use for devices, pipes or sparse files. Do not install it.";

    /// A path leaves the package's folder or can't be a path on some system.
    PathUnsafe "PATH_UNSAFE" Fatal
        "Unpacking could overwrite files outside of the environment. Do not install it.";
    /// The archive has two entries of one path.
    EntryDuplicate "ENTRY_DUPLICATE" Fatal
        "Which of the two an installer keeps is its own choice. Do not install it.";
    /// An entry lies below another entry that is a file or a link.
    EntryBelowNonDirectory "ENTRY_BELOW_NON_DIRECTORY" Fatal
        "Unpacking it would write through a link, or fail. Do not install it.";
    /// An entry of info/ is in the pkg member, or payload in the info member.
    EntryMisplaced "ENTRY_MISPLACED" Fatal
        "Installers differ in what they make of it. Whoever made the package has to rebuild it.";
    /// Two paths differ only in case or in how their letters are composed.
    PathCollision "PATH_COLLISION" Adjustable
        "On Windows and macOS one of the two overwrites the other. Lower this code where the target tells such names apart.";
    /// A path is none that Windows can have.
    PathNotPortable "PATH_NOT_PORTABLE" Advisory
        "Fine where the package is not unpacked on Windows.";
    /// An entry is setuid, setgid or writable by everybody.
    ModeUnsafe "MODE_UNSAFE" Advisory
        "Installers may keep such a mode: other users could change the file, or run it with its owner's rights. Tell whoever made the package.";
    /// The package brings a file that clients write themselves (CEP 34).
    ClientFileShipped "CLIENT_FILE_SHIPPED" Adjustable
        "Such a file can pass for the client's own record of what is installed. Do not install it; whoever made the package has to rebuild it.";
    /// The package brings a script that clients run when they link or unlink it.
    LinkScript "LINK_SCRIPT" Advisory
        "Installing the package runs this script. Read it, or install without scripts.";
    /// A link has no target.
    LinkTargetEmpty "LINK_TARGET_EMPTY" Fatal
        "The links were destroyed when the package was converted. Get a newer build of it.";
    /// A link's target is absolute.
    LinkAbsolute "LINK_ABSOLUTE" Adjustable
        "It leads to whatever the system has there: drivers are linked so on purpose. Lower this code if you know why the package has it.";
    /// A link's target is outside of the package.
    LinkEscapes "LINK_ESCAPES" Fatal
        "Writing through such a link reaches files outside of the environment. Do not install it.";
    /// A hard link names no regular file before it.
    LinkTargetMissing "LINK_TARGET_MISSING" Fatal
        "The package can't be unpacked as listed. Whoever made it has to rebuild it.";
    /// Symbolic links lead to each other without end.
    LinkLoop "LINK_LOOP" Fatal
        "The package can't be installed as listed. Whoever made it has to rebuild it.";
    /// A symbolic link's target is not in the package.
    LinkDangling "LINK_DANGLING" Advisory
        "Fine if a dependency brings the target; the link's content can't be verified here.";
    /// What a symbolic link points at is not what paths.json lists for it.
    LinkSha256Mismatch "LINK_SHA256_MISMATCH" Advisory
        "Installers do not compare this digest. Tell whoever made the package.";

    /// The package has no info/index.json (CEP 34).
    IndexJsonMissing "INDEX_JSON_MISSING" Adjustable
        "Without it nothing says which package this is. Whoever made it has to rebuild it.";
    /// A member of info/index.json is missing or has the wrong type.
    IndexJsonInvalid "INDEX_JSON_INVALID" Fatal
        "Whoever made the package has to rebuild it.";
    /// Name, version or build differ between file name, record and index.json.
    NameMismatch "NAME_MISMATCH" Adjustable
        "This is another package than its name says. If you renamed the file, rename it back; otherwise do not install it.";
    /// The subdir of index.json is not the record's.
    SubdirMismatch "SUBDIR_MISMATCH" Adjustable
        "The package was built for another platform than its place in the channel says. Tell the channel.";
    /// The record's dependencies are not those of index.json.
    DependsDiffer "DEPENDS_DIFFER" Note
        "Channels mend dependencies in repodata, which is what counts. Nothing to do here.";
    /// info/link.json is malformed, or names a program that is no plain file name.
    LinkJsonInvalid "LINK_JSON_INVALID" Adjustable
        "Installers write a file for each entry point, under the name that is given there. Do not install it; whoever made the package has to rebuild it.";
    /// The package has neither info/paths.json nor info/files.
    ManifestMissing "MANIFEST_MISSING" Adjustable
        "Nothing lists the package's files, so none of them can be verified beyond the archive's digest. Get a newer build.";
    /// There is no info/paths.json; info/files lists names without digests.
    PathsJsonMissing "PATHS_JSON_MISSING" Advisory
        "The package is of the years before 2017. Only the archive's digest vouches for its files.";
    /// info/paths.json does not have the shape of CEP 34.
    PathsJsonInvalid "PATHS_JSON_INVALID" Fatal
        "Whoever made the package has to rebuild it.";
    /// info/paths.json is of a version that is not known.
    PathsVersionUnsupported "PATHS_VERSION_UNSUPPORTED" Fatal
        "A newer verifier may know it.";
    /// A list in info/ has a path of info/, one that installers refuse, or one that is no file's.
    PathListedOddly "PATH_LISTED_ODDLY" Advisory
        "Installers may fail on it. Tell whoever made the package.";
    /// A listed file is not in the archive, or not where it was installed.
    FileMissing "FILE_MISSING" Adjustable
        "The package is incomplete: files were stripped from it. Get it from its channel, or a newer build.";
    /// A file in the archive, or of what was installed from it, is not listed.
    FileUnlisted "FILE_UNLISTED" Adjustable
        "Somebody put it there after the package was built; installers in browsers would write it. Do not install it.";
    /// An entry is of another type than listed: file, link or directory.
    FileTypeMismatch "FILE_TYPE_MISMATCH" Fatal
        "The package was altered or badly converted. Get a newer build of it.";
    /// A file's size is not the listed one.
    FileSizeMismatch "FILE_SIZE_MISMATCH" Fatal
        "The file was changed after the package was built. Do not install it; where it is installed, install it anew.";
    /// A file's SHA-256 is not the listed one.
    FileSha256Mismatch "FILE_SHA256_MISMATCH" Fatal
        "The file was changed after the package was built. Do not install it; where it is installed, install it anew.";
    /// A file is listed without a SHA-256.
    FileDigestMissing "FILE_DIGEST_MISSING" Advisory
        "Only the archive's digest vouches for this file. Get a newer build.";
    /// The prefix placeholder of a file can't be replaced as it is listed.
    PlaceholderUnusable "PLACEHOLDER_UNUSABLE" Advisory
        "Installers differ in what they make of such a file. Tell whoever made the package.";

    /// The archive that an installed package came from is rejected itself.
    OriginalRejected "ORIGINAL_REJECTED" Fatal
        "The archive is another, or damaged: fetch it again. If the digest came from conda-meta, that record may have been changed.";
    /// A conda-meta/NAME.json is malformed, or contradicts itself.
    InstalledRecordInvalid "INSTALLED_RECORD_INVALID" Fatal
        "Nothing says which files the package owns. Install it anew.";
    /// A symbolic link of an installed package has another target than the package gives it.
    LinkTargetMismatch "LINK_TARGET_MISMATCH" Fatal
        "The link was changed after the package was installed. Install the package anew.";
    /// No client makes this of the package's file when it puts the environment's path into it.
    PrefixReplacementMismatch "PREFIX_REPLACEMENT_MISMATCH" Fatal
        "The file was changed after the package was installed, or the path of the environment is another. Check the path; if it is right, install the package anew.";
    /// What a client makes of the package's file can't be recomputed.
    PrefixReplacementUnknown "PREFIX_REPLACEMENT_UNKNOWN" Advisory
        "Nothing vouches for this file. The message says what is missing to compare it, if anything.";
}

impl Code {
    /// The code of that text, or `None` where there is no such code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

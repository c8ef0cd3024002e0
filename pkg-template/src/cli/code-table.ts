// Generated from src/error/code.rs: UPDATE_TABLES=1 cargo test --test errors
import type { CoreCode } from '../errors/codes.js';

/** What a policy may do with a code: docs/errors.md says it of each. */
export type CodeClass = 'fatal' | 'adjustable' | 'advisory' | 'note' | 'host';

/** A row of the error table. */
interface CodeRow {
  readonly class: CodeClass;
  readonly meaning: string;
  readonly hint: string;
}

/** Every code of the core. */
export const CODE_TABLE: Readonly<Record<CoreCode, CodeRow>> = {
  ARGUMENT_INVALID: {
    class: 'host',
    meaning: 'An argument or option is not of the form that is asked for.',
    hint: 'Correct the argument; the message names it and says what it takes.',
  },
  SOURCE_READ: {
    class: 'host',
    meaning: 'The host could not deliver bytes of the source.',
    hint: 'Nothing was decided about the package. Look at the file, the disk or the connection, and try again.',
  },
  LIMIT_EXCEEDED: {
    class: 'fatal',
    meaning: 'A bound on memory, time or counts was reached.',
    hint: 'Real files stay far below the default limits; treat this one as hostile. If you know that it is not, raise the named limit; a few that guard against pathological files are fixed.',
  },
  SOURCE_CHANGED: {
    class: 'fatal',
    meaning: 'The bytes changed between being authenticated and being decoded, or between two requests.',
    hint: 'Something writes to the file while it is read. Copy it to where nobody else writes, then verify the copy. What is on a server was replaced there, or several files answer under its URL: ask again, or another mirror.',
  },
  ROLE_MALFORMED: {
    class: 'fatal',
    meaning: 'A role file does not have the form that its role demands.',
    hint: 'Check that it is the channel\'s role file and no error page. If it is, whoever made it has to mend it.',
  },
  ROLE_TYPE_MISMATCH: {
    class: 'fatal',
    meaning: 'A role file is of another role than the one that was asked for.',
    hint: 'Check the file\'s name and place. If they are right, somebody may be passing one role off as another: tell the channel.',
  },
  ROLE_SPEC_UNSUPPORTED: {
    class: 'fatal',
    meaning: 'A role file is of a specification that is not known, or of another one than its delegator.',
    hint: 'The pinned root says whether a channel\'s roles are of content trust (0.6) or of TUF (1.0); these are not. If the channel is of the other kind, pin its own root (`trustedRoot`, `--root`). If the version is a later one, a newer verifier is needed.',
  },
  ROLE_FILE_NAME: {
    class: 'fatal',
    meaning: 'A role file\'s name does not fit what it is asked for or what is in it.',
    hint: 'Role files are named N.root.json, N.svX.root.json, key_mgr.json and pkg_mgr.json. Check which file was given.',
  },
  ROLES_NOT_LOADED: {
    class: 'host',
    meaning: 'No refresh has brought the channel\'s roles yet, or not the delegated one that may list the file.',
    hint: 'Refresh first, to the end, or restore what was kept of an earlier refresh. For a target that is delegated, load its roles: loadTarget() does it.',
  },
  ROLE_MISSING: {
    class: 'fatal',
    meaning: 'A role file that trust depends on is not there.',
    hint: 'Check the channel\'s address: it may not be signed at all. If it was signed before, somebody may be withholding the file: try another mirror.',
  },
  ROLE_UNAVAILABLE: {
    class: 'host',
    meaning: 'A server answered a request for a role file neither with it nor with its absence.',
    hint: 'Nothing was decided. Try again later, or another mirror.',
  },
  THRESHOLD_NOT_MET: {
    class: 'fatal',
    meaning: 'Too few of the keys that may sign a role or a record have signed it.',
    hint: 'Somebody who may not speak for the channel may have made this file, or it was changed. Do not use it; tell the channel, and check that you pinned the right root.',
  },
  SIGNATURE_ENCODING: {
    class: 'fatal',
    meaning: 'Too few keys have signed, and entries or keys that could have made up for it are malformed.',
    hint: 'The file was signed by a tool that writes signatures in another way. Whoever made it has to sign it again.',
  },
  KEY_TYPE_UNSUPPORTED: {
    class: 'fatal',
    meaning: 'Too few keys have signed, and keys that could have made up for it are of a type that this build can\'t use.',
    hint: 'The message names the type. If it is ecdsa or rsa, this build was made without them: use the full one. Otherwise a newer verifier may know it.',
  },
  ROLE_ROLLBACK: {
    class: 'fatal',
    meaning: 'A role file is older than the one that was trusted before.',
    hint: 'Somebody may be replaying old metadata. Try another mirror, and tell the channel.',
  },
  ROLE_VERSION_SKIPPED: {
    class: 'fatal',
    meaning: 'A root was offered that is not the next one.',
    hint: 'Each root vouches for the next one alone. Fetch the roots between them.',
  },
  ROLE_VERSION_MISMATCH: {
    class: 'fatal',
    meaning: 'A role file is of another version than the one that a role above it names.',
    hint: 'Somebody may be mixing files of different times, or the server was read while it changed. Try again, or another mirror.',
  },
  ROLE_DIGEST_MISMATCH: {
    class: 'fatal',
    meaning: 'A role file\'s length or hash is not the one that a role above it names.',
    hint: 'These are not the bytes that the channel vouches for. Try again, or another mirror; tell the channel if every mirror agrees.',
  },
  ROLE_REMOVED: {
    class: 'fatal',
    meaning: 'A role that an earlier snapshot listed is not in the newer one.',
    hint: 'Roles do not vanish unless the snapshot\'s keys are replaced: somebody may be hiding what it says. Try another mirror, and tell the channel.',
  },
  ROLE_UNLISTED: {
    class: 'fatal',
    meaning: 'A role that another one delegates to is not listed in the snapshot.',
    hint: 'Nothing says which version of it is the right one, so none is. Tell the channel.',
  },
  TUF_ROLES_MISSING: {
    class: 'fatal',
    meaning: 'The channel\'s root is one of TUF, and timestamp, snapshot or targets are not there.',
    hint: 'Check the channel\'s address. Somebody may be withholding the file: try another mirror, and tell the channel. After a root of TUF key_mgr.json counts no more.',
  },
  HASH_UNSUPPORTED: {
    class: 'fatal',
    meaning: 'Of the hashes that are given for a file, none is of a kind that is known.',
    hint: 'A file that can\'t be compared is not trusted. The channel has to give SHA-256 or SHA-512; or a newer verifier is needed.',
  },
  TARGET_MISSING: {
    class: 'fatal',
    meaning: 'No role vouches for the file.',
    hint: 'Check the path, which is relative to the channel. If it is right, the channel does not protect this file: nothing says what it has to be.',
  },
  TARGET_DIGEST_MISMATCH: {
    class: 'fatal',
    meaning: 'A file\'s length or hash is not the one that the channel\'s roles give for it.',
    hint: 'These are not the bytes that the channel vouches for. Do not use them; fetch the file again, from another mirror if it happens twice.',
  },
  TRUST_CONFLICT: {
    class: 'fatal',
    meaning: 'Two things that the channel vouches for contradict each other.',
    hint: 'Both are signed, and they can\'t both be right. Do not use the package; tell the channel.',
  },
  EXPIRED: {
    class: 'fatal',
    meaning: 'A role has expired, and with it the trust in everything below it.',
    hint: 'Check the clock, and refresh if the roles were loaded long ago. Otherwise somebody may be withholding newer ones, or the channel forgot to renew them: try another mirror, and tell the channel.',
  },
  STATE_INVALID: {
    class: 'fatal',
    meaning: 'What was kept of an earlier refresh does not verify, or is of another channel.',
    hint: 'The store was damaged, changed, or mixed up with another channel\'s. Restore a copy of it; or delete it and refresh, which gives up the memory of versions seen.',
  },
  RECORD_UNSIGNED: {
    class: 'adjustable',
    meaning: 'A record is signed by nobody.',
    hint: 'The channel has not signed this record, or somebody took the signature away. Try another mirror; lower this code only if what nobody vouches for may be used.',
  },
  RECORD_NAME_MISMATCH: {
    class: 'fatal',
    meaning: 'A record, signed or of a shard, is about another package than it stands under.',
    hint: 'The record was made for another file: somebody may be passing one package off as another. Try another mirror, and tell the channel.',
  },
  RECORD_SUBDIR_MISMATCH: {
    class: 'fatal',
    meaning: 'A record, signed or of a shard, is of another subdir than the repodata that it stands in.',
    hint: 'The record was made for another subdir. Check the address of the repodata; if it is right, try another mirror, and tell the channel.',
  },
  SIZE_MISMATCH: {
    class: 'fatal',
    meaning: 'The archive\'s length is not the expected one.',
    hint: 'The file is cut short, goes on behind its end, or is another one. Download it again, from another mirror if it happens twice.',
  },
  SHA256_MISMATCH: {
    class: 'fatal',
    meaning: 'The archive\'s SHA-256 is not the expected one.',
    hint: 'These are not the bytes that were expected. Do not install them; download again, from another mirror if it happens twice, and tell the channel if every mirror agrees.',
  },
  MD5_MISMATCH: {
    class: 'fatal',
    meaning: 'The archive\'s MD5 is not the expected one, and no SHA-256 says otherwise.',
    hint: 'These are not the bytes that the record describes. Do not install them; download again.',
  },
  MD5_CONTRADICTS_SHA256: {
    class: 'advisory',
    meaning: 'The SHA-256 matches and the MD5 of the same record does not.',
    hint: 'The bytes are those of the SHA-256. The record contradicts itself: tell the channel.',
  },
  WEAK_DIGEST: {
    class: 'adjustable',
    meaning: 'The record has an MD5 and no SHA-256; MD5 can be forged.',
    hint: 'Get a SHA-256 from somebody you trust, or lower this code if MD5 is all that there is; the verdict then stays unverified.',
  },
  DIGEST_MISSING: {
    class: 'adjustable',
    meaning: 'The record has neither SHA-256 nor MD5, so it binds no bytes.',
    hint: 'Get a SHA-256 from somebody you trust, or lower this code to look at the package all the same; the verdict then stays unverified.',
  },
  JSON_INVALID: {
    class: 'fatal',
    meaning: 'A document is not strict JSON (RFC 8259), or repeats a member.',
    hint: 'If it was downloaded, look whether the server answered with an error page. Otherwise whoever made the file has to mend it.',
  },
  MSGPACK_INVALID: {
    class: 'fatal',
    meaning: 'A document is not strict MessagePack, or repeats a key.',
    hint: 'If it was downloaded, look whether the server answered with an error page. Otherwise whoever made the file has to mend it.',
  },
  REPODATA_INVALID: {
    class: 'fatal',
    meaning: 'Repodata does not have the shape of CEP 36, or of CEP 16 where it is in shards.',
    hint: 'Check that this is a channel\'s repodata. If it is, tell the channel.',
  },
  RECORD_MISSING: {
    class: 'fatal',
    meaning: 'Repodata has no record for the file.',
    hint: 'Check the file\'s name and the subdir; packages are removed from channels too. Without a record there is nothing to compare with.',
  },
  RECORD_INVALID: {
    class: 'fatal',
    meaning: 'A record\'s member is missing or has the wrong type.',
    hint: 'The record can\'t be relied on. Tell the channel.',
  },
  RECORD_CONFLICT: {
    class: 'fatal',
    meaning: 'Repodata has two records for the file that differ (CEP 48), or another one than was given.',
    hint: 'Which of the two an installer goes by is its own choice. Do not use either; tell the channel.',
  },
  SHARD_MISSING: {
    class: 'fatal',
    meaning: 'The index of sharded repodata (CEP 16) has no shard for the package.',
    hint: 'Check the package\'s name and the subdir: the channel has no such package there, or the index is an older one.',
  },
  SHARD_DIGEST_MISMATCH: {
    class: 'fatal',
    meaning: 'A shard\'s SHA-256 is not the one that the index gives for it.',
    hint: 'These are not the bytes that the index names. Download the shard again, from another mirror if it happens twice; if the index is old, that too.',
  },
  FILE_NAME_INVALID: {
    class: 'adjustable',
    meaning: 'The file\'s name is not NAME-VERSION-BUILD.conda or .tar.bz2 (CEP 26).',
    hint: 'Give the file the name it has in its channel; if it was renamed on downloading, rename it back.',
  },
  NOT_AN_ARCHIVE: {
    class: 'fatal',
    meaning: 'The bytes are neither a .conda nor a .tar.bz2 package.',
    hint: 'This is no conda package. Look whether the server answered with an error page, or whether the download is empty.',
  },
  FORMAT_MISMATCH: {
    class: 'fatal',
    meaning: 'The file\'s extension says one format and its bytes are of the other.',
    hint: 'Installers choose the decoder by the name. Give the file the name it has in its channel.',
  },
  ZIP_MALFORMED: {
    class: 'fatal',
    meaning: 'The zip container can\'t be read: cut off or malformed.',
    hint: 'The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  ZIP_HEADERS_DISAGREE: {
    class: 'fatal',
    meaning: 'A local header and the central directory disagree about a member.',
    hint: 'Two installers could unpack different files from this package. Do not install it; whoever made it has to rebuild it.',
  },
  ZIP_HIDDEN_DATA: {
    class: 'fatal',
    meaning: 'The zip holds bytes that its directory does not account for.',
    hint: 'Two installers could unpack different files from this package. Do not install it; whoever made it has to rebuild it.',
  },
  ZIP_OVERLAP: {
    class: 'fatal',
    meaning: 'Two members of the zip share bytes.',
    hint: 'This is how zip bombs are made. Do not install it.',
  },
  ZIP_DATA_DESCRIPTOR: {
    class: 'adjustable',
    meaning: 'A member has a data descriptor in place of its sizes; it agrees with the directory.',
    hint: 'The package was zipped again by another tool. Get the original from its channel; lower this code if every installer you use reads the directory.',
  },
  ZIP_EXTRA_FIELD: {
    class: 'adjustable',
    meaning: 'A member has extra fields of times and owners, as Info-ZIP writes them, of no use in a .conda.',
    hint: 'The package was zipped again by hand. Get the original from its channel, or zip with `zip -0 -X`; lower this code if it is yours: readers pass over these fields.',
  },
  ZIP_DUPLICATE_MEMBER: {
    class: 'fatal',
    meaning: 'The zip names a member twice.',
    hint: 'Two installers could unpack different files from this package. Do not install it.',
  },
  ZIP_UNSUPPORTED_MEMBER: {
    class: 'fatal',
    meaning: 'A member is compressed or encrypted; a .conda stores its members (CEP 35).',
    hint: 'The package was re-zipped by another tool. Get the original from its channel.',
  },
  ZIP_CRC_MISMATCH: {
    class: 'fatal',
    meaning: 'A member\'s CRC-32 does not match its bytes.',
    hint: 'The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  CONDA_MEMBER_MISSING: {
    class: 'fatal',
    meaning: 'The .conda lacks its pkg- or info- member.',
    hint: 'This is not a complete package. Download it again, or tell the channel.',
  },
  CONDA_MEMBER_UNEXPECTED: {
    class: 'fatal',
    meaning: 'The .conda has a member that CEP 35 does not know, or one too many.',
    hint: 'Installers differ in which member they unpack. Do not install it; whoever made it has to rebuild it.',
  },
  CONDA_MEMBER_NESTED: {
    class: 'adjustable',
    meaning: 'All members of the .conda lie in a folder.',
    hint: 'The package was zipped again by hand, and some installers won\'t find its members. Get the original from its channel.',
  },
  CONDA_METADATA_MISSING: {
    class: 'adjustable',
    meaning: 'The .conda has no metadata.json (CEP 35).',
    hint: 'The package was not made by a usual build tool. Lower this code if you trust who made it.',
  },
  CONDA_METADATA_INVALID: {
    class: 'fatal',
    meaning: 'metadata.json is malformed or names another format version than 2.',
    hint: 'If the format version is above 2, a newer verifier is needed; otherwise the package has to be rebuilt.',
  },
  ZSTD_MALFORMED: {
    class: 'fatal',
    meaning: 'A zstd frame is cut off or malformed (RFC 8878).',
    hint: 'The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  ZSTD_CHECKSUM_MISMATCH: {
    class: 'fatal',
    meaning: 'A zstd frame\'s checksum does not match what it decodes to.',
    hint: 'The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  ZSTD_SIZE_MISMATCH: {
    class: 'fatal',
    meaning: 'A zstd frame decodes to another size than it declares.',
    hint: 'Decoders differ in what they make of such a frame. Do not install it.',
  },
  ZSTD_AMBIGUOUS: {
    class: 'adjustable',
    meaning: 'There is more than one zstd frame, or a skippable one.',
    hint: 'Some installers read the first frame only, others all of them. Whoever made the package has to rebuild it.',
  },
  ZSTD_TRAILING_DATA: {
    class: 'fatal',
    meaning: 'There are bytes after the zstd frame that are no frame.',
    hint: 'No tool writes bytes there. Do not install it.',
  },
  BZIP2_MALFORMED: {
    class: 'fatal',
    meaning: 'A bzip2 stream is cut off or malformed.',
    hint: 'The package is damaged. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  BZIP2_TRAILING_DATA: {
    class: 'fatal',
    meaning: 'There are bytes after the last bzip2 stream.',
    hint: 'No tool writes bytes there. Do not install it.',
  },
  BZIP2_MULTIPLE_STREAMS: {
    class: 'note',
    meaning: 'The archive is made of several bzip2 streams, all of which were read.',
    hint: 'All of it was verified. But rattler, and with it pixi, unpacks the first stream alone and does not say so: files may be missing there. Install it with conda or mamba; whoever made it should compress it as one stream.',
  },
  TAR_MALFORMED: {
    class: 'fatal',
    meaning: 'A tar header is malformed.',
    hint: 'The package is damaged or hostile. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  TAR_TRUNCATED: {
    class: 'fatal',
    meaning: 'The tar ends within an entry or without its end-of-archive blocks.',
    hint: 'Files may be missing from the package. Download it again; if its digest matches, whoever made it has to rebuild it.',
  },
  TAR_TRAILING_DATA: {
    class: 'fatal',
    meaning: 'There is something after the tar\'s end-of-archive blocks.',
    hint: 'A second archive can hide there. Do not install it.',
  },
  TAR_HEADERS_DISAGREE: {
    class: 'fatal',
    meaning: 'Two headers of one entry say different things about it.',
    hint: 'Two installers could unpack different files from this package. Do not install it.',
  },
  TAR_ENTRY_UNSUPPORTED: {
    class: 'fatal',
    meaning: 'An entry is neither a file, a link nor a directory.',
    hint: 'A package has no use for devices, pipes or sparse files. Do not install it.',
  },
  PATH_UNSAFE: {
    class: 'fatal',
    meaning: 'A path leaves the package\'s folder or can\'t be a path on some system.',
    hint: 'Unpacking could overwrite files outside of the environment. Do not install it.',
  },
  ENTRY_DUPLICATE: {
    class: 'fatal',
    meaning: 'The archive has two entries of one path.',
    hint: 'Which of the two an installer keeps is its own choice. Do not install it.',
  },
  ENTRY_BELOW_NON_DIRECTORY: {
    class: 'fatal',
    meaning: 'An entry lies below another entry that is a file or a link.',
    hint: 'Unpacking it would write through a link, or fail. Do not install it.',
  },
  ENTRY_MISPLACED: {
    class: 'fatal',
    meaning: 'An entry of info/ is in the pkg member, or payload in the info member.',
    hint: 'Installers differ in what they make of it. Whoever made the package has to rebuild it.',
  },
  PATH_COLLISION: {
    class: 'adjustable',
    meaning: 'Two paths differ only in case or in how their letters are composed.',
    hint: 'On Windows and macOS one of the two overwrites the other. Lower this code where the target tells such names apart.',
  },
  PATH_NOT_PORTABLE: {
    class: 'advisory',
    meaning: 'A path is none that Windows can have.',
    hint: 'Fine where the package is not unpacked on Windows.',
  },
  MODE_UNSAFE: {
    class: 'advisory',
    meaning: 'An entry is setuid, setgid or writable by everybody.',
    hint: 'Installers may keep such a mode: other users could change the file, or run it with its owner\'s rights. Tell whoever made the package.',
  },
  CLIENT_FILE_SHIPPED: {
    class: 'adjustable',
    meaning: 'The package brings a file that clients write themselves (CEP 34).',
    hint: 'Such a file can pass for the client\'s own record of what is installed. Do not install it; whoever made the package has to rebuild it.',
  },
  LINK_SCRIPT: {
    class: 'advisory',
    meaning: 'The package brings a script that clients run when they link or unlink it.',
    hint: 'Installing the package runs this script. Read it, or install without scripts.',
  },
  LINK_TARGET_EMPTY: {
    class: 'fatal',
    meaning: 'A link has no target.',
    hint: 'The links were destroyed when the package was converted. Get a newer build of it.',
  },
  LINK_ABSOLUTE: {
    class: 'adjustable',
    meaning: 'A link\'s target is absolute.',
    hint: 'It leads to whatever the system has there: drivers are linked so on purpose. Lower this code if you know why the package has it.',
  },
  LINK_ESCAPES: {
    class: 'fatal',
    meaning: 'A link\'s target is outside of the package.',
    hint: 'Writing through such a link reaches files outside of the environment. Do not install it.',
  },
  LINK_TARGET_MISSING: {
    class: 'fatal',
    meaning: 'A hard link names no regular file before it.',
    hint: 'The package can\'t be unpacked as listed. Whoever made it has to rebuild it.',
  },
  LINK_LOOP: {
    class: 'fatal',
    meaning: 'Symbolic links lead to each other without end.',
    hint: 'The package can\'t be installed as listed. Whoever made it has to rebuild it.',
  },
  LINK_DANGLING: {
    class: 'advisory',
    meaning: 'A symbolic link\'s target is not in the package.',
    hint: 'Fine if a dependency brings the target; the link\'s content can\'t be verified here.',
  },
  LINK_SHA256_MISMATCH: {
    class: 'advisory',
    meaning: 'What a symbolic link points at is not what paths.json lists for it.',
    hint: 'Installers do not compare this digest. Tell whoever made the package.',
  },
  INDEX_JSON_MISSING: {
    class: 'adjustable',
    meaning: 'The package has no info/index.json (CEP 34).',
    hint: 'Without it nothing says which package this is. Whoever made it has to rebuild it.',
  },
  INDEX_JSON_INVALID: {
    class: 'fatal',
    meaning: 'A member of info/index.json is missing or has the wrong type.',
    hint: 'Whoever made the package has to rebuild it.',
  },
  NAME_MISMATCH: {
    class: 'adjustable',
    meaning: 'Name, version or build differ between file name, record and index.json.',
    hint: 'This is another package than its name says. If you renamed the file, rename it back; otherwise do not install it.',
  },
  SUBDIR_MISMATCH: {
    class: 'adjustable',
    meaning: 'The subdir of index.json is not the record\'s.',
    hint: 'The package was built for another platform than its place in the channel says. Tell the channel.',
  },
  DEPENDS_DIFFER: {
    class: 'note',
    meaning: 'The record\'s dependencies are not those of index.json.',
    hint: 'Channels mend dependencies in repodata, which is what counts. Nothing to do here.',
  },
  LINK_JSON_INVALID: {
    class: 'adjustable',
    meaning: 'info/link.json is malformed, or names a program that is no plain file name.',
    hint: 'Installers write a file for each entry point, under the name that is given there. Do not install it; whoever made the package has to rebuild it.',
  },
  MANIFEST_MISSING: {
    class: 'adjustable',
    meaning: 'The package has neither info/paths.json nor info/files.',
    hint: 'Nothing lists the package\'s files, so none of them can be verified beyond the archive\'s digest. Get a newer build.',
  },
  PATHS_JSON_MISSING: {
    class: 'advisory',
    meaning: 'There is no info/paths.json; info/files lists names without digests.',
    hint: 'The package is of the years before 2017. Only the archive\'s digest vouches for its files.',
  },
  PATHS_JSON_INVALID: {
    class: 'fatal',
    meaning: 'info/paths.json does not have the shape of CEP 34.',
    hint: 'Whoever made the package has to rebuild it.',
  },
  PATHS_VERSION_UNSUPPORTED: {
    class: 'fatal',
    meaning: 'info/paths.json is of a version that is not known.',
    hint: 'A newer verifier may know it.',
  },
  PATH_LISTED_ODDLY: {
    class: 'advisory',
    meaning: 'A list in info/ has a path of info/, one that installers refuse, or one that is no file\'s.',
    hint: 'Installers may fail on it. Tell whoever made the package.',
  },
  FILE_MISSING: {
    class: 'adjustable',
    meaning: 'A listed file is not in the archive, or not where it was installed.',
    hint: 'The package is incomplete: files were stripped from it. Get it from its channel, or a newer build.',
  },
  FILE_UNLISTED: {
    class: 'adjustable',
    meaning: 'A file in the archive, or of what was installed from it, is not listed.',
    hint: 'Somebody put it there after the package was built; installers in browsers would write it. Do not install it.',
  },
  FILE_TYPE_MISMATCH: {
    class: 'fatal',
    meaning: 'An entry is of another type than listed: file, link or directory.',
    hint: 'The package was altered or badly converted. Get a newer build of it.',
  },
  FILE_SIZE_MISMATCH: {
    class: 'fatal',
    meaning: 'A file\'s size is not the listed one.',
    hint: 'The file was changed after the package was built. Do not install it; where it is installed, install it anew.',
  },
  FILE_SHA256_MISMATCH: {
    class: 'fatal',
    meaning: 'A file\'s SHA-256 is not the listed one.',
    hint: 'The file was changed after the package was built. Do not install it; where it is installed, install it anew.',
  },
  FILE_DIGEST_MISSING: {
    class: 'advisory',
    meaning: 'A file is listed without a SHA-256.',
    hint: 'Only the archive\'s digest vouches for this file. Get a newer build.',
  },
  PLACEHOLDER_UNUSABLE: {
    class: 'advisory',
    meaning: 'The prefix placeholder of a file can\'t be replaced as it is listed.',
    hint: 'Installers differ in what they make of such a file. Tell whoever made the package.',
  },
  ORIGINAL_REJECTED: {
    class: 'fatal',
    meaning: 'The archive that an installed package came from is rejected itself.',
    hint: 'The archive is another, or damaged: fetch it again. If the digest came from conda-meta, that record may have been changed.',
  },
  INSTALLED_RECORD_INVALID: {
    class: 'fatal',
    meaning: 'A conda-meta/NAME.json is malformed, or contradicts itself.',
    hint: 'Nothing says which files the package owns. Install it anew.',
  },
  LINK_TARGET_MISMATCH: {
    class: 'fatal',
    meaning: 'A symbolic link of an installed package has another target than the package gives it.',
    hint: 'The link was changed after the package was installed. Install the package anew.',
  },
  PREFIX_REPLACEMENT_MISMATCH: {
    class: 'fatal',
    meaning: 'No client makes this of the package\'s file when it puts the environment\'s path into it.',
    hint: 'The file was changed after the package was installed, or the path of the environment is another. Check the path; if it is right, install the package anew.',
  },
  PREFIX_REPLACEMENT_UNKNOWN: {
    class: 'advisory',
    meaning: 'What a client makes of the package\'s file can\'t be recomputed.',
    hint: 'Nothing vouches for this file. The message says what is missing to compare it, if anything.',
  },
};

//! What to do about what is installed. The codes are those of packages, and most of their hints
//! tell whoever downloads one, or makes it, what to do.

use crate::error::{Code, Fault, InstalledFault, NotRecomputable};

/// A client links a package's files from its cache: what was changed in one place was changed in
/// both, and installing from the cache brings it back.
const REINSTALL: &str = "If you did not change it yourself, delete the package's folder in the package cache (pkgs), which may share the file, install the package anew (with conda: conda install --force-reinstall NAME), and look who else may write there.";

const UNPACK: &str = "If you did not change it yourself, delete the folder, verify the package's archive, unpack it anew, and look who else may write there.";

/// Whether what is there is not what the package brings.
const fn is_changed(code: Code) -> bool {
    matches!(
        code,
        Code::FileMissing
            | Code::FileTypeMismatch
            | Code::FileSizeMismatch
            | Code::FileSha256Mismatch
            | Code::LinkTargetMismatch
            | Code::LinkSha256Mismatch
            | Code::LinkEscapes
            | Code::LinkTargetEmpty
    )
}

/// What to do about a finding on a package that was unpacked.
pub(super) fn of_unpacked(fault: &Fault) -> &'static str {
    match fault.code() {
        code if is_changed(code) => UNPACK,
        Code::FileUnlisted => {
            "The package does not bring it. If you did not put it there, find out who did before anything of it runs; then delete the folder, and unpack the package's archive anew."
        }
        Code::JsonInvalid | Code::PathsJsonInvalid | Code::PathsVersionUnsupported => {
            "The list of the package's files can't be read. It was changed or damaged: delete the folder, verify the package's archive, and unpack it anew."
        }
        _ => of_linked(fault),
    }
}

/// What to do about a finding on a package in an environment.
pub(super) fn of_linked(fault: &Fault) -> &'static str {
    match fault.code() {
        code if is_changed(code) => REINSTALL,
        Code::PrefixReplacementMismatch => {
            "Check the path of the environment first: if this is a copy, or was reached through a link, say where it was made (--prefix PATH, option `prefix`). If the path is right and you did not change the file yourself, delete the package's folder in the package cache (pkgs), which may share the file, and install the package anew (with conda: conda install --force-reinstall NAME)."
        }
        Code::PrefixReplacementUnknown => match reason_of(fault) {
            Some(NotRecomputable::NoPrefix) => {
                "Nothing vouches for this file. Say where the environment was made: --prefix PATH, option `prefix`."
            }
            Some(NotRecomputable::NoPlatform) => {
                "Nothing vouches for this file. Say what the environment is for, e.g. linux-64: --platform NAME, option `platform`."
            }
            Some(NotRecomputable::TooLarge) => {
                "Nothing vouches for this file. Where there is memory for it several times over, raise the limit: --limit replacedFileBytes=BYTES, option `limits`."
            }
            _ => fault.hint(),
        },
        Code::FileUnlisted => {
            "The package does not bring it. If you did not put it there, find out who did before anything of it runs; then delete it, or make the environment anew."
        }
        Code::FileDigestMissing => {
            "Nothing says what the file should be. Compare it with the package's archive."
        }
        Code::PathUnsafe | Code::EntryDuplicate => {
            "No client writes such a path. The list was changed, or whoever lists the files is wrong; install the package anew if it was the list."
        }
        Code::ModeUnsafe => {
            "Other users could change the file, or run it with its owner's rights. Take the permission away (chmod) if you did not give it."
        }
        Code::NameMismatch | Code::SubdirMismatch => {
            "The installed record is of another package than its name or the archive says. Look whether the archive is the right one; otherwise the record was changed, and the package has to be installed anew."
        }
        Code::Sha256Mismatch => {
            "The archive is another one than the installed record notes. Look for the one that was installed; if it is, the record was changed, and the package has to be installed anew."
        }
        Code::JsonInvalid
        | Code::InstalledRecordInvalid
        | Code::PathsJsonInvalid
        | Code::PathsVersionUnsupported => {
            "The list of the package's files can't be read, so nothing says what it owns. It was changed or damaged; install the package anew."
        }
        Code::PathsJsonMissing => {
            "The package is of the years before 2017, whose lists have names alone. Only its archive says what the files are."
        }
        _ => fault.hint(),
    }
}

const fn reason_of(fault: &Fault) -> Option<NotRecomputable> {
    match fault {
        Fault::Installed(InstalledFault::PrefixReplacementUnknown { reason, .. }) => Some(*reason),
        _ => None,
    }
}

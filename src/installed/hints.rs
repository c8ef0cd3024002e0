//! What to do about what is installed. The codes are those of packages, and most of their hints
//! tell whoever downloads one, or makes it, what to do.

use crate::error::{Code, Fault};

const REINSTALL: &str = "If you did not change it yourself, install the package anew (with conda: conda install --force-reinstall NAME), and look who else may write there.";

/// What to do about a finding on what is installed.
pub(super) fn hint(fault: &Fault) -> &'static str {
    match fault.code() {
        Code::FileMissing
        | Code::FileTypeMismatch
        | Code::FileSizeMismatch
        | Code::FileSha256Mismatch
        | Code::LinkTargetMismatch
        | Code::LinkSha256Mismatch
        | Code::LinkEscapes
        | Code::LinkTargetEmpty => REINSTALL,
        Code::PrefixReplacementMismatch => {
            "Check the path of the environment first. If it is right and you did not change the file yourself, install the package anew (with conda: conda install --force-reinstall NAME), and look who else may write there."
        }
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

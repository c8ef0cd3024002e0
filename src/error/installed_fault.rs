//! The facts that fail about what is installed.

use std::fmt;

use super::{Code, NotRecomputable, Quoted};

/// What failed about what is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the code's documentation says it once, in `Code`")]
pub enum InstalledFault {
    OriginalRejected {
        file: Option<String>,
        code: String,
        message: String,
        expected: Option<String>,
        actual: Option<String>,
    },
    InstalledRecordInvalid {
        reason: String,
    },
    InstalledRecordMisnamed {
        expected: String,
        actual: String,
    },
    ListedTwice {
        path: String,
    },
    LinkTargetMismatch {
        path: String,
        expected: String,
        actual: String,
    },
    PrefixReplacementMismatch {
        path: String,
        prefix: String,
        expected: String,
        actual: String,
    },
    PrefixReplacementUnknown {
        path: String,
        reason: NotRecomputable,
    },
}

impl InstalledFault {
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::OriginalRejected { .. } => Code::OriginalRejected,
            Self::InstalledRecordInvalid { .. } => Code::InstalledRecordInvalid,
            Self::InstalledRecordMisnamed { .. } => Code::NameMismatch,
            Self::ListedTwice { .. } => Code::EntryDuplicate,
            Self::LinkTargetMismatch { .. } => Code::LinkTargetMismatch,
            Self::PrefixReplacementMismatch { .. } => Code::PrefixReplacementMismatch,
            Self::PrefixReplacementUnknown { .. } => Code::PrefixReplacementUnknown,
        }
    }

    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::ListedTwice { path }
            | Self::LinkTargetMismatch { path, .. }
            | Self::PrefixReplacementMismatch { path, .. }
            | Self::PrefixReplacementUnknown { path, .. } => Some(path),
            Self::OriginalRejected { file, .. } => file.as_deref(),
            Self::InstalledRecordInvalid { .. } | Self::InstalledRecordMisnamed { .. } => None,
        }
    }

    /// What was expected, and what was found.
    pub(super) fn values(&self) -> Option<(&str, &str)> {
        match self {
            Self::LinkTargetMismatch { expected, actual, .. }
            | Self::InstalledRecordMisnamed { expected, actual }
            | Self::PrefixReplacementMismatch { expected, actual, .. } => Some((expected, actual)),
            Self::OriginalRejected { expected: Some(expected), actual: Some(actual), .. } => {
                Some((expected, actual))
            }
            _ => None,
        }
    }
}

impl fmt::Display for InstalledFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let q = Quoted::new;
        match self {
            Self::OriginalRejected { file, code, message, .. } => {
                f.write_str("the archive ")?;
                if let Some(file) = file {
                    write!(f, "{} ", q(file))?;
                }
                write!(f, "that the package came from is rejected: {message} [{code}]")
            }
            Self::InstalledRecordInvalid { reason } => {
                write!(f, "the installed record is malformed: {}", q(reason).plain())
            }
            Self::InstalledRecordMisnamed { expected, actual } => {
                write!(f, "the installed record {} is about {}", q(expected), q(actual))
            }
            Self::ListedTwice { path } => write!(f, "{} is listed twice", q(path)),
            Self::LinkTargetMismatch { path, .. } => {
                write!(f, "the link {} has another target than in the package", q(path))
            }
            Self::PrefixReplacementMismatch { path, prefix, .. } => write!(
                f,
                "{} is not what a client makes of the package's file in {}",
                q(path),
                q(prefix)
            ),
            Self::PrefixReplacementUnknown { path, reason } => {
                write!(f, "what {} became on linking can't be recomputed: {reason}", q(path))
            }
        }
    }
}

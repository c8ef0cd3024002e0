//! What a caller decides about the codes that the error table marks adjustable.

use crate::error::{Class, Code, Error, Fault};

/// What a finding does, in the words of libmamba's settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The finding is left out; its code is listed as lowered.
    Ignore,
    /// The finding is a warning.
    Warn,
    /// The finding rejects.
    #[default]
    Throw,
}

impl Level {
    /// The level of that word.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] for any other word than `ignore`, `warn`, `throw`.
    pub fn parse(word: &str) -> Result<Self, Error> {
        match word {
            "ignore" => Ok(Self::Ignore),
            "warn" => Ok(Self::Warn),
            "throw" => Ok(Self::Throw),
            _ => Err(Error::new(Fault::ArgumentInvalid {
                argument: "policy".into(),
                reason: "a policy is one of throw, warn, ignore".into(),
            })),
        }
    }
}

/// A choice of levels with a name.
///
/// What a profile lowers is about how a package is formed. Who vouches for it is none of its
/// business: `RECORD_UNSIGNED`, `WEAK_DIGEST` and `DIGEST_MISSING` reject under every profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// What is to be installed: strict.
    #[default]
    Install,
    /// What is to be looked over: all that a policy may change warns.
    Lint,
    /// What is old, or made by hand: containers that have one meaning though no tool writes
    /// them so, and names that some systems tell apart.
    Lenient,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::Install, Self::Lint, Self::Lenient];

    /// The profile's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Lint => "lint",
            Self::Lenient => "lenient",
        }
    }

    /// The profile of that name.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] where there is none.
    pub fn parse(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == name).ok_or_else(|| {
            Error::new(Fault::ArgumentInvalid {
                argument: "policy.profile".into(),
                reason: "a profile is one of install, lint, lenient".into(),
            })
        })
    }

    /// What a finding of that code does under the profile alone.
    #[must_use]
    pub const fn level(self, code: Code) -> Level {
        match (code.class(), self) {
            (Class::Fatal | Class::Host, _) => Level::Throw,
            (Class::Note | Class::Advisory, _) => Level::Warn,
            (Class::Adjustable, Self::Install) => Level::Throw,
            (Class::Adjustable, Self::Lint) => match code {
                Code::RecordUnsigned | Code::WeakDigest | Code::DigestMissing => Level::Throw,
                _ => Level::Warn,
            },
            (Class::Adjustable, Self::Lenient) => match code {
                // The directory says it all.
                Code::ZipDataDescriptor => Level::Ignore,
                Code::CondaMemberNested
                | Code::ZipExtraField
                | Code::CondaMetadataMissing
                | Code::ZstdAmbiguous
                | Code::FileNameInvalid
                | Code::PathCollision
                | Code::LinkAbsolute => Level::Warn,
                _ => Level::Throw,
            },
        }
    }
}

/// A profile, a level in its place, and exceptions by code.
///
/// A level that is given for a code counts first, then the one that is given for all, then
/// the profile's. Codes of class [`Class::Adjustable`] follow a level for all; those of class
/// [`Class::Advisory`] only down to it, never up. Digests, signatures, traversal and limits
/// ([`Class::Fatal`]) always reject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    profile: Profile,
    default: Option<Level>,
    /// In the order of the codes.
    by_code: Vec<(Code, Level)>,
}

impl Policy {
    /// A policy whose adjustable codes have the level `default`.
    #[must_use]
    pub const fn new(default: Level) -> Self {
        Self { profile: Profile::Install, default: Some(default), by_code: Vec::new() }
    }

    /// A policy whose codes have the levels of a profile.
    #[must_use]
    pub const fn of(profile: Profile) -> Self {
        Self { profile, default: None, by_code: Vec::new() }
    }

    /// The same with a level for all codes in place of the profile's, where one is given.
    #[must_use]
    pub fn with_default(self, default: Option<Level>) -> Self {
        Self { default: default.or(self.default), ..self }
    }

    /// Gives one code a level of its own.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] where the error table does not mark the code
    /// adjustable or advisory.
    pub fn set(&mut self, code: Code, level: Level) -> Result<(), Error> {
        if !matches!(code.class(), Class::Adjustable | Class::Advisory) {
            let reason = match code.class() {
                Class::Fatal => "no policy changes this code, which always rejects",
                Class::Host => "no policy changes this code, which is about no package",
                _ => "no policy changes this code, which never rejects",
            };
            return Err(Error::new(Fault::ArgumentInvalid {
                argument: format!("policy.codes.{code}"),
                reason: reason.into(),
            }));
        }
        let place = self.by_code.partition_point(|(other, _)| *other < code);
        match self.by_code.get_mut(place) {
            Some((other, chosen)) if *other == code => *chosen = level,
            _ => self.by_code.insert(place, (code, level)),
        }
        Ok(())
    }

    /// What a finding of that code does.
    #[must_use]
    pub fn level(&self, code: Code) -> Level {
        let chosen = self.by_code.iter().find(|(other, _)| *other == code);
        let chosen = chosen.map(|(_, level)| *level);
        let own = self.profile.level(code);
        match code.class() {
            Class::Fatal | Class::Host | Class::Note => own,
            Class::Adjustable => chosen.or(self.default).unwrap_or(own),
            Class::Advisory => {
                chosen.or(self.default.map(|level| level.min(Level::Warn))).unwrap_or(own)
            }
        }
    }

    /// Whether the policy made a finding of that code less than it is by default.
    #[must_use]
    pub fn lowers(&self, code: Code) -> bool {
        self.level(code) < Profile::Install.level(code)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Level, Policy, Profile};
    use crate::error::{Class, Code};

    #[test]
    fn fatal_codes_reject_under_every_policy() {
        for code in Code::ALL.iter().copied().filter(|code| code.class() == Class::Fatal) {
            let mut policy = Policy::new(Level::Ignore);
            assert!(policy.set(code, Level::Ignore).is_err(), "{code}");
            assert_eq!(policy.level(code), Level::Throw, "{code}");
        }
    }

    #[test]
    fn advisories_warn_by_default_and_can_be_raised() {
        let mut policy = Policy::default();
        assert_eq!(policy.level(Code::FileDigestMissing), Level::Warn);
        policy.set(Code::FileDigestMissing, Level::Throw).unwrap();
        assert_eq!(policy.level(Code::FileDigestMissing), Level::Throw);
        assert_eq!(Policy::new(Level::Ignore).level(Code::LinkDangling), Level::Ignore);
    }

    #[test]
    fn a_code_counts_before_a_default_and_that_before_a_profile() {
        let mut policy = Policy::of(Profile::Lint);
        assert_eq!(policy.level(Code::FileUnlisted), Level::Warn);
        assert_eq!(policy.level(Code::WeakDigest), Level::Throw);
        assert_eq!(policy.level(Code::PathUnsafe), Level::Throw);
        policy.set(Code::FileUnlisted, Level::Ignore).unwrap();
        assert_eq!(policy.level(Code::FileUnlisted), Level::Ignore);
        let policy = Policy { default: Some(Level::Throw), ..policy };
        assert_eq!(policy.level(Code::FileMissing), Level::Throw);
        assert_eq!(policy.level(Code::LinkDangling), Level::Warn);
        assert_eq!(policy.level(Code::FileUnlisted), Level::Ignore);
    }

    #[test]
    fn profiles_are_known_by_their_names() {
        for profile in Profile::ALL {
            assert_eq!(Profile::parse(profile.as_str()), Ok(profile));
        }
        assert!(Profile::parse("strict").is_err());
    }

    #[test]
    fn lowered_means_less_than_the_default() {
        let mut policy = Policy::new(Level::Warn);
        assert!(policy.lowers(Code::FileUnlisted));
        assert!(!policy.lowers(Code::LinkDangling));
        policy.set(Code::FileUnlisted, Level::Throw).unwrap();
        assert!(!policy.lowers(Code::FileUnlisted));
    }
}

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

/// A default level and exceptions by code.
///
/// Codes of class [`Class::Adjustable`] follow the default (`throw` unless set);
/// those of class [`Class::Advisory`] warn unless the default is lower or the
/// code is set by name. Digests, signatures, traversal and limits
/// ([`Class::Fatal`]) always reject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    default: Level,
    /// In the order of the codes.
    by_code: Vec<(Code, Level)>,
}

impl Policy {
    /// A policy whose adjustable codes have the level `default`.
    #[must_use]
    pub const fn new(default: Level) -> Self {
        Self { default, by_code: Vec::new() }
    }

    /// Gives one code a level of its own.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] where the error table does not mark the code
    /// adjustable or advisory.
    pub fn set(&mut self, code: Code, level: Level) -> Result<(), Error> {
        if !matches!(code.class(), Class::Adjustable | Class::Advisory) {
            return Err(Error::new(Fault::ArgumentInvalid {
                argument: format!("policy.{code}"),
                reason: "no policy changes this code; the error table marks those that one may \
                         change"
                    .into(),
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
        match code.class() {
            Class::Fatal | Class::Host => Level::Throw,
            Class::Note => Level::Warn,
            Class::Adjustable => chosen.unwrap_or(self.default),
            Class::Advisory => chosen.unwrap_or(self.default.min(Level::Warn)),
        }
    }

    /// Whether the policy made a finding of that code less than it is by default.
    #[must_use]
    pub fn lowers(&self, code: Code) -> bool {
        self.level(code) < Self::default().level(code)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Level, Policy};
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
    fn lowered_means_less_than_the_default() {
        let mut policy = Policy::new(Level::Warn);
        assert!(policy.lowers(Code::FileUnlisted));
        assert!(!policy.lowers(Code::LinkDangling));
        policy.set(Code::FileUnlisted, Level::Throw).unwrap();
        assert!(!policy.lowers(Code::FileUnlisted));
    }
}

//! Names of role files: `[N.][svX.]ROLE.json` (content trust 4.5).

use crate::error::{Document, Error, Fault};

/// The specification that a root is of: what its successors may be called and
/// contain follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleSpec {
    /// Content trust 0.6.
    V06,
    /// TUF 1: from there is no way back.
    V1,
}

impl RoleSpec {
    /// The specification that a version belongs to, e.g. 0.6.1 to 0.6.
    #[must_use]
    pub fn of_version(version: &str) -> Option<Self> {
        [Self::V06, Self::V1].into_iter().find(|spec| {
            let rest = version.strip_prefix(spec.as_str());
            rest.is_some_and(|rest| rest.starts_with('.'))
        })
    }

    /// As file names write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V06 => "0.6",
            Self::V1 => "1",
        }
    }

    /// The specifications that a successor's name may give, in the order in which
    /// successors are asked for.
    const fn successors(self) -> &'static [&'static str] {
        match self {
            Self::V06 => &["1", "0.7", "0.6"],
            Self::V1 => &["2", "1"],
        }
    }
}

/// A role file's name and its parts.
///
/// The dots are dots and numbers have no leading zero. (mamba takes any character
/// for the dots after N and X.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleFileName<'a> {
    /// N, from 1.
    pub version: Option<u64>,
    /// X: `0.6`, `0.7`, `1`, …
    pub spec: Option<&'a str>,
    /// The role's name: lower-case letters and underscores.
    pub role: &'a str,
}

impl<'a> RoleFileName<'a> {
    /// The parts of a file's name, which is given without folders; `None` where it
    /// is none of a role file.
    #[must_use]
    pub fn parse(name: &'a str) -> Option<Self> {
        let mut rest = name.strip_suffix(".json")?;
        let (mut version, mut spec) = (None, None);
        if rest.starts_with(|first: char| first.is_ascii_digit()) {
            let (number, after) = rest.split_once('.')?;
            (version, rest) = (Some(counting(number)?), after);
        }
        if let Some((before, role)) = rest.rsplit_once('.') {
            let text = before.strip_prefix("sv")?;
            counting(text.strip_prefix("0.").unwrap_or(text))?;
            (spec, rest) = (Some(text), role);
        }
        let is_role =
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        is_role.then_some(Self { version, spec, role: rest })
    }
}

impl RoleFileName<'_> {
    /// The names to ask for, in this order, to find the root that follows version
    /// `current` of a root of `spec`.
    pub fn update_candidates(current: u64, spec: RoleSpec) -> impl Iterator<Item = String> + use<> {
        let next = current.saturating_add(1);
        let named = spec.successors().iter().map(move |spec| format!("{next}.sv{spec}.root.json"));
        named.chain([format!("{next}.root.json")])
    }

    /// Refuses a root as the successor of version `trusted` of a root of `spec` by
    /// its name. What is in it is another question: [`Self::check_load`].
    ///
    /// mamba asks for `N.sv0.6.root.json` under a 0.6 root, and for `N.sv1.root.json`
    /// under a v1 root, and then always refuses them. They are the successors that
    /// they claim to be, so here they are accepted.
    ///
    /// # Errors
    /// [`Fault::RoleFileName`]; [`Fault::RoleSpecUnsupported`] for a successor that v1
    /// may have and that is not known yet.
    pub fn check_update(name: &str, trusted: u64, spec: RoleSpec) -> Result<(), Error> {
        let document = || Document::new("root", name);
        let refuse = |reason| Err(Error::new(Fault::RoleFileName { document: document(), reason }));
        let Some(parts) = RoleFileName::parse(name) else {
            return refuse("it is not of the form N.root.json or N.svX.root.json");
        };
        if parts.role != "root" {
            return refuse("it is another role's name");
        }
        match parts.version {
            None => return refuse("a successor's name begins with its version"),
            // At the end of the numbers there is no next one.
            Some(version) if trusted.checked_add(1) != Some(version) => {
                return refuse("its version is not the one after the trusted root's");
            }
            Some(_) => {}
        }
        match parts.spec {
            Some(actual) if !spec.successors().contains(&actual) => {
                refuse("the trusted root's specification has no such successor")
            }
            Some("2") => Err(Error::new(Fault::RoleSpecUnsupported {
                document: document(),
                actual: "2".into(),
            })),
            _ => Ok(()),
        }
    }

    /// Refuses a file whose name contradicts its role, or the specification of what
    /// is in it. A version in the name is not compared: a pinned file may keep one.
    ///
    /// A name that does not follow the pattern at all, like `my-root.json`, is its
    /// owner's choice.
    ///
    /// # Errors
    /// [`Fault::RoleFileName`].
    pub fn check_load(name: &str, spec: RoleSpec, role: &'static str) -> Result<(), Error> {
        let refuse = |reason| {
            Err(Error::new(Fault::RoleFileName { document: Document::new(role, name), reason }))
        };
        match RoleFileName::parse(name) {
            None if is_meant_to_follow(name) => refuse("it is not of the form [N.][svX.]ROLE.json"),
            None => Ok(()),
            Some(parts) if parts.role != role => refuse("it is another role's name"),
            Some(parts) if parts.spec.is_some_and(|named| named != spec.as_str()) => {
                refuse("it names another specification than what is in it")
            }
            Some(_) => Ok(()),
        }
    }
}

/// Whether a part of a name looks like N or svX, so that `wrong.sv0.6.root.json` is
/// nobody's own choice.
fn is_meant_to_follow(name: &str) -> bool {
    name.split('.').any(|part| {
        let number = part.strip_prefix("sv").unwrap_or(part);
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A number from 1 that is written in one way only.
fn counting(text: &str) -> Option<u64> {
    let is_number = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    // Nothing at all is no number to `parse` either.
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{RoleFileName, RoleSpec};
    use crate::error::Code;

    fn update(name: &str, trusted: u64, spec: RoleSpec) -> Option<Code> {
        RoleFileName::check_update(name, trusted, spec).err().map(|error| error.code())
    }

    fn load(name: &str, spec: RoleSpec, role: &'static str) -> Option<Code> {
        RoleFileName::check_load(name, spec, role).err().map(|error| error.code())
    }

    const NAME: Option<Code> = Some(Code::RoleFileName);

    #[test]
    fn names_have_their_parts() {
        let parts = |version, spec, role| Some(RoleFileName { version, spec, role });
        for (name, expected) in [
            ("root.json", parts(None, None, "root")),
            ("2.root.json", parts(Some(2), None, "root")),
            ("20.sv0.6.key_mgr.json", parts(Some(20), Some("0.6"), "key_mgr")),
            ("sv1.root.json", parts(None, Some("1"), "root")),
            ("1.sv10.root.json", parts(Some(1), Some("10"), "root")),
            ("18446744073709551615.root.json", parts(Some(u64::MAX), None, "root")),
        ] {
            assert_eq!(RoleFileName::parse(name), expected, "{name}");
        }
    }

    /// 8.1 and 8.2, `illformed_filename_version`, and what mamba's pattern lets pass.
    #[test]
    fn other_names_are_none() {
        for name in [
            "",
            ".json",
            "json",
            "2.json",
            "2..json",
            "2..root.json",
            ".root.json",
            "wrong.root.json",
            "2.sv04.root.json",
            "2.sv0.root.json",
            "2.sv0.06.root.json",
            "2.sv.root.json",
            "2.sv1.0.root.json",
            "2.sv0.6.1.root.json",
            "02.root.json",
            "0.root.json",
            "-2.root.json",
            "+2.root.json",
            "2_root.json",
            "2.sv0_6.root.json",
            "2xroot.json",
            "2.sv1xroot.json",
            "2.SV1.root.json",
            "2.root.json ",
            "2.Root.json",
            "2.root.jsonl",
            "2.root.JSON",
            "a/2.root.json",
            "2.root\0.json",
            "18446744073709551616.root.json",
            "٢.root.json",
            "2.sv0.18446744073709551616.root.json",
        ] {
            assert_eq!(RoleFileName::parse(name), None, "{name}");
            assert_eq!(update(name, 1, RoleSpec::V06), NAME, "{name}");
            assert_eq!(update(name, 1, RoleSpec::V1), NAME, "{name}");
        }
    }

    /// 8.1, `possible_update_files`.
    #[test]
    fn successors_of_content_trust_are_asked_for_in_order() {
        let names: Vec<_> = RoleFileName::update_candidates(1, RoleSpec::V06).collect();
        assert_eq!(
            names,
            ["2.sv1.root.json", "2.sv0.7.root.json", "2.sv0.6.root.json", "2.root.json"]
        );
        assert_eq!(
            RoleFileName::update_candidates(2, RoleSpec::V06).last().unwrap(),
            "3.root.json"
        );
        // Whatever is asked for may also be taken.
        for name in names {
            assert_eq!(update(&name, 1, RoleSpec::V06), None, "{name}");
        }
    }

    /// 8.2, `possible_update_files`.
    #[test]
    fn successors_of_tuf_are_asked_for_in_order() {
        let names: Vec<_> = RoleFileName::update_candidates(1, RoleSpec::V1).collect();
        assert_eq!(names, ["2.sv2.root.json", "2.sv1.root.json", "2.root.json"]);
        assert_eq!(RoleFileName::update_candidates(2, RoleSpec::V1).last().unwrap(), "3.root.json");
        assert_eq!(update("2.sv1.root.json", 1, RoleSpec::V1), None);
        assert_eq!(update("2.root.json", 1, RoleSpec::V1), None);
    }

    /// 8.1 and 8.2, `wrong_filename_role` and `wrong_filename_version`.
    #[test]
    fn a_successor_is_the_next_root() {
        for spec in [RoleSpec::V06, RoleSpec::V1] {
            for name in [
                "2.rooot.json",
                "2.key_mgr.json",
                "root.json",
                "sv1.root.json",
                "3.root.json",
                "1.root.json",
                "3.sv1.root.json",
            ] {
                assert_eq!(update(name, 1, spec), NAME, "{name}");
            }
        }
        let last = "18446744073709551615.root.json";
        assert_eq!(update(last, u64::MAX, RoleSpec::V06), NAME);
    }

    /// 8.1 and 8.2, `wrong_filename_spec_version`, `upgradable` and `upgrade_prefix`.
    #[test]
    fn a_successor_is_of_a_specification_that_the_root_can_go_to() {
        for name in ["2.sv2.root.json", "2.sv0.8.root.json", "2.sv0.5.root.json"] {
            assert_eq!(update(name, 1, RoleSpec::V06), NAME, "{name}");
        }
        let newer = Some(Code::RoleSpecUnsupported);
        assert_eq!(update("2.sv2.root.json", 1, RoleSpec::V1), newer);
        for name in ["2.sv3.root.json", "2.sv0.6.root.json", "2.sv0.7.root.json"] {
            assert_eq!(update(name, 1, RoleSpec::V1), NAME, "{name}");
        }
        // The version is asked for first.
        assert_eq!(update("3.sv2.root.json", 1, RoleSpec::V1), NAME);
    }

    /// 8.1 and 8.2, `ctor_wrong_filename_spec_version`.
    #[test]
    fn a_name_fits_what_is_in_the_file() {
        assert_eq!(load("2.sv1.root.json", RoleSpec::V06, "root"), NAME);
        assert_eq!(load("2.sv0.6.root.json", RoleSpec::V1, "root"), NAME);
        assert_eq!(load("2.sv0.6.root.json", RoleSpec::V06, "root"), None);
        assert_eq!(load("2.sv1.root.json", RoleSpec::V1, "root"), None);
        assert_eq!(load("2.root.json", RoleSpec::V1, "root"), None);
        assert_eq!(load("root.json", RoleSpec::V06, "root"), None);
        assert_eq!(load("my-root.json", RoleSpec::V06, "root"), None);
        assert_eq!(load("example.root.json", RoleSpec::V06, "root"), None);
        assert_eq!(load("key_mgr.json", RoleSpec::V06, "root"), NAME);
    }

    /// 8.1, `KeyMgrT_v06`, `ctor_from_path`.
    #[test]
    fn names_of_key_mgr() {
        for name in ["key_mgr.json", "20.sv0.6.key_mgr.json"] {
            assert_eq!(load(name, RoleSpec::V06, "key_mgr"), None, "{name}");
        }
        for name in ["wrong.json", "sv1.key_mgr.json", "wrong.sv0.6.key_mgr.json"] {
            assert_eq!(load(name, RoleSpec::V06, "key_mgr"), NAME, "{name}");
        }
    }

    /// 8.1 and 8.2, `is_compatible` and `compatible_prefix`.
    #[test]
    fn versions_belong_to_specifications() {
        for (version, expected) in [
            ("0.6.0", Some(RoleSpec::V06)),
            ("0.6.1", Some(RoleSpec::V06)),
            ("0.6", None),
            ("0.60.0", None),
            ("0.7.0", None),
            ("1.0.17", Some(RoleSpec::V1)),
            ("1.30.10", Some(RoleSpec::V1)),
            ("1", None),
            ("10.0", None),
            ("2.0.0", None),
            ("wrong", None),
        ] {
            assert_eq!(RoleSpec::of_version(version), expected, "{version}");
        }
    }
}

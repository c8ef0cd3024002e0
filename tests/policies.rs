//! What every profile makes of every code that it may change, as the documentation has it.
//!
//! `UPDATE_TABLES=1 cargo test --test policies` writes the table anew.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use conda_verifier::{Class, Code, Level, Policy, Profile};

const HEAD: &str = "| code | install | lint | lenient |\n|---|---|---|---|\n";
const END: &str = "\n<!-- The end of the table. -->";

const fn word(level: Level) -> &'static str {
    match level {
        Level::Throw => "throw",
        Level::Warn => "warn",
        Level::Ignore => "ignore",
    }
}

fn is_changeable(code: &&Code) -> bool {
    matches!(code.class(), Class::Adjustable | Class::Advisory)
}

#[test]
fn the_documentation_has_every_level() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policies.md");
    let page = fs::read_to_string(&place).unwrap();
    let (before, rest) = page.split_once(HEAD).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let mut table = String::new();
    for code in Code::ALL.iter().filter(is_changeable) {
        let levels = Profile::ALL.map(|profile| word(profile.level(*code)));
        table += &["| `", code.as_str(), "` | ", &levels.join(" | "), " |\n"].concat();
    }
    let expected = [before, HEAD, &table, END, after].concat();
    if std::env::var_os("UPDATE_TABLES").is_some() {
        fs::write(&place, &expected).unwrap();
    }
    let found = fs::read_to_string(&place).unwrap();
    assert!(found == expected, "run UPDATE_TABLES=1 cargo test --test policies");
}

/// What no policy may change, no profile changes; and none is stricter than the default.
#[test]
fn profiles_change_what_a_policy_may_change() {
    for code in Code::ALL {
        for profile in Profile::ALL {
            let (level, strict) = (profile.level(*code), Profile::Install.level(*code));
            assert!(level <= strict, "{code} {profile:?}");
            assert_eq!(Policy::of(profile).level(*code), level, "{code}");
            assert_eq!(Policy::of(profile).lowers(*code), level < strict, "{code}");
            let is_fixed = !is_changeable(&code);
            assert!(!is_fixed || level == strict, "{code} {profile:?}");
        }
        assert_eq!(Policy::default().level(*code), Profile::Install.level(*code));
    }
}

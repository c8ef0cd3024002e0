//! docs/attacks.md names every attack of the generator, and tests that are there.

#![expect(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use conda_verifier::Code;
use conda_verifier_fixtures::trust::TrustSpoil;
use conda_verifier_fixtures::tuf::{Client, TufSpoil};

/// Writes the tables instead of comparing them.
const UPDATE: &str = "UPDATE_TABLES";

/// What the tables come after.
const MARK: &str = "<!-- ways -->\n";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/attacks.md")
}

fn text() -> String {
    std::fs::read_to_string(page()).unwrap().replace('\r', "")
}

fn tables() -> String {
    let mut text =
        String::from("\n### TUF\n\n| way | what is served | noticed at | code | why |\n");
    text.push_str("|---|---|---|---|---|\n");
    for way in TufSpoil::ALL {
        let code = way.code().map_or(String::new(), |code| format!("`{code}`"));
        let who = match way.client() {
            Client::Any => "",
            Client::Returning => ", by who was there before",
            Client::Late => ", by who was there before and comes later",
        };
        let (name, what, why) = (way.name(), way.description(), way.expected());
        let stage = way.stage().name();
        writeln!(text, "| `{name}` | {what} | {stage}{who} | {code} | {why} |").unwrap();
    }
    text.push_str("\n### Content trust\n\n| way | what is served | noticed at | why |\n");
    text.push_str("|---|---|---|---|\n");
    for way in TrustSpoil::ALL {
        let (name, what, why) = (way.name(), way.description(), way.expected());
        writeln!(text, "| `{name}` | {what} | {:?} | {why} |", way.notices()).unwrap();
    }
    text
}

#[test]
fn every_way_is_on_the_page() {
    let text = text();
    let (head, written) = text.split_once(MARK).unwrap();
    let tables = tables();
    if written == tables {
        return;
    }
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(page(), format!("{head}{MARK}{tables}")).unwrap();
        return;
    }
    panic!("docs/attacks.md lists other ways than there are: run the tests with {UPDATE}=1");
}

#[test]
fn every_test_and_every_code_on_the_page_is_there() {
    let text = text();
    let (head, _) = text.split_once(MARK).unwrap();
    let (mut tests, mut codes) = (0, 0);
    for quoted in head.split('`').skip(1).step_by(2) {
        if let [folder, module, name] = quoted.split("::").collect::<Vec<_>>()[..] {
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests")
                .join(folder)
                .join(format!("{module}.rs"));
            let source = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{quoted}"));
            let source = source.replace('\r', "");
            assert!(source.contains(&format!("#[test]\nfn {name}() {{")), "{quoted}");
            tests += 1;
        } else if quoted.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
            assert!(Code::ALL.iter().any(|code| code.as_str() == quoted), "{quoted}");
            codes += 1;
        }
    }
    assert!(tests > 20 && codes > 20, "{tests} tests and {codes} codes");
}

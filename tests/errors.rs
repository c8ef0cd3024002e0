//! One table of codes: Rust has it, the documentation and TypeScript follow.
//!
//! `UPDATE_TABLES=1 cargo test --test errors` writes them anew.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use conda_verifier::{Class, Code};

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a generated file, or writes it where that was asked for.
fn is_generated(path: &str, text: &str) {
    let place = in_project(path);
    if std::env::var_os("UPDATE_TABLES").is_some() {
        fs::write(&place, text).unwrap();
    }
    let found = fs::read_to_string(&place).unwrap_or_default();
    assert!(
        found == text,
        "{path} is not what the codes make of it; run UPDATE_TABLES=1 cargo test --test errors"
    );
}

/// A code that JavaScript raises, out of the TypeScript that declares it.
struct HostCode {
    name: String,
    meaning: String,
    hint: String,
}

fn host_codes() -> Vec<HostCode> {
    let source = fs::read_to_string(in_project("pkg-template/src/errors/host-codes.ts")).unwrap();
    let mut found: Vec<HostCode> = Vec::new();
    for line in source.lines().map(str::trim) {
        let text = |prefix: &str| {
            let quoted = line.strip_prefix(prefix)?.strip_suffix("',")?;
            Some(quoted.strip_prefix('\'')?.replace("\\'", "'"))
        };
        let name = line.strip_suffix(": {").filter(|name| {
            name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        });
        if let Some(name) = name {
            let (meaning, hint) = (String::new(), String::new());
            found.push(HostCode { name: name.to_owned(), meaning, hint });
        } else if let Some(meaning) = text("meaning: ") {
            found.last_mut().unwrap().meaning = meaning;
        } else if let Some(hint) = text("hint: ") {
            found.last_mut().unwrap().hint = hint;
        }
    }
    assert!(!found.is_empty());
    found
}

fn row(code: &str, class: &str, meaning: &str, hint: &str) -> String {
    let cell =
        |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    format!("| `{code}` | {class} | {} | {} |\n", cell(meaning), cell(hint))
}

#[test]
fn the_documentation_has_every_code() {
    let mut page = String::from(
        "# Errors\n\n\
         <!-- Generated from src/error/code.rs and pkg-template/src/errors/host-codes.ts by\n\
         UPDATE_TABLES=1 cargo test --test errors -->\n\n\
         A code never changes its meaning; the wording of messages may. What a policy may do:\n\n\
         - **fatal**: rejects under every policy.\n\
         - **adjustable**: rejects by default; a policy may make a warning of it or ignore it.\n\
         - **advisory**: warns by default; a policy may make it reject or ignore it.\n\
         - **note**: is told, nothing more.\n\
         - **host**: is no finding about a package. The caller or the host has to act, and\n  \
         nothing was decided. Two of them say that a file is not what it should be, and count\n  \
         as a rejection: `MANIFEST_INVALID` and `REPODATA_MISPLACED`.\n\n\
         To *lower* a code means `--policy CODE=warn` on the command line, the option\n\
         `policy: { codes: { CODE: 'warn' } }` of `Verifier.create`, or `Policy::set` in Rust; with\n\
         `ignore` in the place of `warn` the finding is left out. [Policies](policies.md) says more.\n\n\
         ## Of the core\n\n\
         | code | class | what happened | what to do |\n|---|---|---|---|\n",
    );
    for code in Code::ALL {
        page += &row(code.as_str(), code.class().as_str(), code.meaning(), code.hint());
    }
    page +=
        "\n## Of JavaScript\n\n| code | class | what happened | what to do |\n|---|---|---|---|\n";
    for code in host_codes() {
        page += &row(&code.name, Class::Host.as_str(), &code.meaning, &code.hint);
    }
    is_generated("docs/errors.md", &page);
}

#[test]
fn typescript_has_every_code() {
    let mut module = String::from(
        "// Generated from src/error/code.rs: UPDATE_TABLES=1 cargo test --test errors\n\n\
         /** Every code of the core, in the order of the error table. */\n\
         export const CORE_CODES = [\n",
    );
    for code in Code::ALL {
        module += &format!("  '{code}',\n");
    }
    module += "] as const;\n\n/** A code of the core. */\nexport type CoreCode = (typeof CORE_CODES)[number];\n";
    is_generated("pkg-template/src/errors/codes.ts", &module);
}

/// The command line tells what codes mean to those who only see its findings.
#[test]
fn the_command_line_has_every_code() {
    let text = |text: &str| {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("'{}'", words.replace('\\', "\\\\").replace('\'', "\\'"))
    };
    let mut module = String::from(
        "// Generated from src/error/code.rs: UPDATE_TABLES=1 cargo test --test errors\n\
         import type { CoreCode } from '../errors/codes.js';\n\n\
         /** What a policy may do with a code: docs/errors.md says it of each. */\n\
         export type CodeClass = 'fatal' | 'adjustable' | 'advisory' | 'note' | 'host';\n\n\
         /** A row of the error table. */\n\
         interface CodeRow {\n  readonly class: CodeClass;\n  readonly meaning: string;\n  readonly hint: string;\n}\n\n\
         /** Every code of the core. */\n\
         export const CODE_TABLE: Readonly<Record<CoreCode, CodeRow>> = {\n",
    );
    for code in Code::ALL {
        let (class, meaning, hint) = (code.class().as_str(), code.meaning(), code.hint());
        module += &format!(
            "  {code}: {{\n    class: '{class}',\n    meaning: {},\n    hint: {},\n  }},\n",
            text(meaning),
            text(hint)
        );
    }
    module += "};\n";
    is_generated("pkg-template/src/cli/code-table.ts", &module);
}

#[test]
fn codes_are_distinct_words_and_explain_themselves() {
    let mut seen = BTreeSet::new();
    let host = host_codes();
    let host =
        host.iter().map(|code| (code.name.as_str(), code.meaning.as_str(), code.hint.as_str()));
    let core = Code::ALL.iter().map(|code| (code.as_str(), code.meaning().trim(), code.hint()));
    for (code, meaning, hint) in core.chain(host) {
        assert!(seen.insert(code.to_owned()), "{code} occurs twice");
        assert!(
            code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'),
            "{code}"
        );
        assert!(meaning.ends_with('.') && hint.ends_with('.'), "{code}: {meaning} {hint}");
    }
    for code in Code::ALL {
        assert_eq!(Code::parse(code.as_str()), Some(*code));
    }
    assert_eq!(Code::parse("sha256_mismatch"), None);
}

/// The codes that JavaScript raises are tested where they are raised.
#[test]
fn host_codes_have_negative_tests() {
    let mut tests = String::new();
    for entry in fs::read_dir(in_project("tests/npm")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            tests += &fs::read_to_string(path).unwrap();
        }
    }
    for code in host_codes() {
        assert!(tests.contains(&code.name), "no test of the npm package names {}", code.name);
    }
}

/// Command line and JavaScript put their own options in the place of these words.
#[test]
fn what_can_be_lowered_is_said_in_the_same_words() {
    let mut found = 0;
    for code in Code::ALL {
        let hint = code.hint().to_lowercase();
        let is_changeable = matches!(code.class(), Class::Adjustable | Class::Advisory);
        assert_eq!(
            hint.matches("lower").count(),
            hint.matches("lower this code").count(),
            "{code}"
        );
        assert!(is_changeable || !hint.contains("lower this code"), "{code}");
        found += hint.matches("lower this code").count();
    }
    assert!(found > 5);
}

//! The house has floors: a module imports from below only, and no neighbour.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every module of the crate, from the ground up.
const LAYERS: &[&[&str]] = &[
    &["error"],
    &["by_name", "limits", "order", "policy", "time", "digest"],
    &["json", "crypto", "archive"],
    &["conda", "envelope"],
    &["proof"],
    &["package", "installed", "content_trust", "tuf"],
    &["trust"],
    &["verifier"],
    &["wasm"],
];

/// What the core must never name, beside what clippy.toml forbids to call.
const FORBIDDEN: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime",
    "Instant::",
    "println!",
    "eprintln!",
    "thread_local!",
    "static mut",
];

/// The top-level module of a source file, and its text without its tests.
fn sources(folder: &Path, module: Option<&str>, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = module.unwrap_or(&stem);
        if path.is_dir() {
            sources(&path, Some(module), into);
        } else if stem != "lib" && path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            into.push((module.to_owned(), code.to_owned()));
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), None, &mut found);
    assert!(found.len() > 20, "only {} files", found.len());
    found
}

/// The modules that a text names behind `crate::`, one by one or in braces.
fn imports(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line_start = code.get(..at).unwrap().rfind('\n').map_or(0, |newline| newline + 1);
        if code.get(line_start..at).unwrap().trim_start().starts_with("//") {
            continue;
        }
        let rest = code.get(at + "crate::".len()..).unwrap();
        match rest.strip_prefix('{') {
            Some(group) => found
                .extend(group.split('}').next().unwrap().split(',').map(|part| word(part.trim()))),
            None => found.push(word(rest)),
        }
    }
    found
}

#[test]
fn modules_import_from_below() {
    let floors: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(floor, modules)| modules.iter().map(move |module| (*module, floor)))
        .collect();
    for (module, code) in all_sources() {
        let Some(own) = floors.get(module.as_str()) else {
            panic!("the module {module} has no layer in this test");
        };
        for import in imports(&code) {
            if import == module {
                continue;
            }
            let Some(other) = floors.get(import.as_str()) else {
                panic!("{module} imports crate::{import}, which is no module");
            };
            assert!(other < own, "{module} (layer {own}) imports {import} (layer {other})");
        }
    }
}

#[test]
fn the_core_does_no_io() {
    for (module, code) in all_sources() {
        for word in FORBIDDEN {
            assert!(!code.contains(word), "{module} names {word}");
        }
    }
}

#[test]
fn only_the_border_knows_javascript() {
    for (module, code) in all_sources() {
        if module != "wasm" {
            for word in ["wasm_bindgen", "js_sys", "web_sys", "JsValue"] {
                assert!(!code.contains(word), "{module} names {word}");
            }
        }
    }
}

#[test]
fn files_stay_small() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut waiting = vec![folder];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(
                lines <= 450,
                "{} has {lines} lines: would two names tell more?",
                path.display()
            );
        }
    }
}

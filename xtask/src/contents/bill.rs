//! The bill of materials: CycloneDX 1.6.
//!
//! Ours and not a generator's: those take the dependencies of the whole workspace, tests and
//! tools too, and put a date and a random number into the file. This lists what the compiler
//! was called for.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::crates::{Crate, Crates};
use super::serial::serial;
use super::tools::Tools;
use super::tree::Key;

/// Makes the document. `files` are those of the package with their SHA-256.
pub(super) fn bill(
    manifest: &Value,
    crates: &Crates,
    tools: &Tools,
    files: &BTreeMap<&str, String>,
) -> Result<Value> {
    let stated = |member: &str| {
        let text = manifest.get(member).and_then(Value::as_str);
        text.with_context(|| format!("package.json has no {member}"))
    };
    let (name, version) = (stated("name")?, stated("version")?);
    let package = format!("pkg:npm/{name}@{version}");
    let standard_library = format!("pkg:github/rust-lang/rust@{}#library", tools.compiler.commit);

    let mut components: Vec<_> =
        crates.all.iter().map(|(key, described)| component(key, described)).collect();
    components.push(json!({
        "type": "library",
        "bom-ref": standard_library,
        "name": "rust standard library",
        "version": tools.compiler.release,
        "scope": "required",
        "licenses": licences("MIT OR Apache-2.0"),
        "purl": standard_library,
    }));

    let mut dependencies = vec![json!({
        "ref": package,
        "dependsOn": [purl(&(name.to_owned(), version.to_owned())), standard_library],
    })];
    dependencies.extend(crates.all.iter().map(|(key, described)| {
        let needs: Vec<_> = described.needs.iter().map(purl).collect();
        json!({ "ref": purl(key), "dependsOn": needs })
    }));
    dependencies.push(json!({ "ref": standard_library }));

    let wasm: Vec<_> = files
        .iter()
        .map(|(file, sha256)| {
            json!({
                "type": "file",
                "bom-ref": format!("{package}#{file}"),
                "name": file,
                "hashes": hashes(sha256),
            })
        })
        .collect();
    let tool = |name: &str, version: &str| json!({ "type": "application", "name": name, "version": version });
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "tools": { "components": [
                tool("rustc", &tools.compiler.release),
                tool("wasm-bindgen-cli", &tools.wasm_bindgen),
                tool("binaryen", &tools.binaryen),
                tool("typescript", &tools.typescript),
            ] },
            "component": {
                "type": "library",
                "bom-ref": package,
                "name": name,
                "version": version,
                "description": stated("description")?,
                "licenses": licences(stated("license")?),
                "purl": package,
                "components": wasm,
            },
        },
        "components": components,
        "dependencies": dependencies,
    });
    let serial = serial(&document)?;
    document
        .as_object_mut()
        .context("it is an object")?
        .insert("serialNumber".into(), serial.into());
    Ok(document)
}

fn component(key: &Key, described: &Crate) -> Value {
    let (name, version) = key;
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(key),
        "name": name,
        "version": version,
        // `excluded`: it ran while the package was built, and is not in it.
        "scope": if described.is_compiled_in { "required" } else { "excluded" },
        "licenses": licences(&described.licence),
        "purl": purl(key),
    });
    if let (Some(checksum), Some(members)) = (&described.checksum, component.as_object_mut()) {
        members.insert("hashes".into(), hashes(checksum));
    }
    component
}

fn purl((name, version): &Key) -> String {
    // In a package URL, `+` would be read as a blank by some.
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn hashes(sha256: &str) -> Value {
    json!([{ "alg": "SHA-256", "content": sha256 }])
}

/// One licence, or an expression of several.
fn licences(expression: &str) -> Value {
    if expression.contains(' ') {
        json!([{ "expression": expression }])
    } else {
        json!([{ "license": { "id": expression } }])
    }
}

#[cfg(test)]
mod tests {
    use super::{licences, purl};

    #[test]
    fn one_licence_is_no_expression() {
        assert_eq!(licences("MIT").to_string(), r#"[{"license":{"id":"MIT"}}]"#);
        assert_eq!(licences("MIT OR ISC").to_string(), r#"[{"expression":"MIT OR ISC"}]"#);
    }

    #[test]
    fn a_plus_is_no_blank() {
        let key = ("zstd-sys".to_owned(), "2.0.16+zstd.1.5.7".to_owned());
        assert_eq!(purl(&key), "pkg:cargo/zstd-sys@2.0.16%2Bzstd.1.5.7");
    }
}

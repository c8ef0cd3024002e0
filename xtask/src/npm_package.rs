//! pkg/: the folder of the npm package, from its hand-written half and the built one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::artifacts::Artifacts;
use crate::folder::{copy, files, fresh, write};
use crate::log::Log;
use crate::project::{PACKAGE, Project};
use crate::wasm_file::Exports;
use crate::{contents, node_packages, wasm_file};

/// The built package; git ignores it.
pub(crate) const FOLDER: &str = "pkg";

/// The hand-written half.
const TEMPLATE: &str = "pkg-template";

/// The version in the template. The true one is stated once, in Cargo.toml.
const NO_VERSION: &str = r#""version": "0.0.0""#;

/// Makes pkg/ anew: nothing in it is left from an earlier build.
pub(crate) fn assemble(log: &mut Log, project: &Project, artifacts: &Artifacts) -> Result<String> {
    let (folder, template) = (Path::new(FOLDER), Path::new(TEMPLATE));
    let manifest = manifest(&template.join("package.json"), &project.version)?;
    fresh(folder)?;
    write(&folder.join("package.json"), manifest.as_bytes())?;
    for name in ["README.md", "schema", "wasm.d.ts"] {
        copy(&template.join(name), &folder.join(name))?;
    }
    for (from, to) in [
        ("LICENSE", "LICENSE"),
        ("CHANGELOG.md", "CHANGELOG.md"),
        ("docs/errors.md", "errors.md"),
        ("docs/policies.md", "policies.md"),
        ("docs/limits.md", "limits.md"),
        ("docs/content-trust.md", "content-trust.md"),
        ("docs/tuf.md", "tuf.md"),
        ("docs/attacks.md", "attacks.md"),
        ("docs/installed.md", "installed.md"),
        ("docs/browser-installer.md", "browser-installer.md"),
    ] {
        copy(Path::new(from), &folder.join(to))?;
    }
    for exports in [Exports::Shipped, Exports::Installed] {
        wasm_file::install(exports, &folder.join("dist/wasm"))?;
    }
    // After the glue, whose types the sources import.
    log.run(
        &node_packages::command("tsc")
            .args(["--project".as_ref(), template.join("tsconfig.json").as_os_str()]),
    )?;
    contents::write_all(folder, &serde_json::from_str(&manifest)?, artifacts)?;
    set_modes(folder)?;
    Ok(String::new())
}

/// The template's package.json with the crate's version.
fn manifest(template: &Path, version: &str) -> Result<String> {
    let text = fs::read_to_string(template)
        .with_context(|| format!("can't read {}", template.display()))?;
    let json: Value = serde_json::from_str(&text)
        .with_context(|| format!("{} is not JSON", template.display()))?;
    let stated = |member| json.get(member).and_then(Value::as_str).unwrap_or("nothing");
    ensure!(
        stated("version") == "0.0.0" && text.matches(NO_VERSION).count() == 1,
        "{}: the version is {}, but must be written {NO_VERSION}: the build puts the one of \
         Cargo.toml there",
        template.display(),
        stated("version"),
    );
    ensure!(
        stated("name") == PACKAGE,
        "{}: the name is {}, not {PACKAGE}",
        template.display(),
        stated("name"),
    );
    Ok(text.replace(NO_VERSION, &format!(r#""version": "{version}""#)))
}

/// The same modes on every machine, which npm packs, whatever files new to one get there. npm
/// marks what `bin` names as executable when it installs; a person who runs pkg/ has no npm in
/// between.
fn set_modes(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    for file in files(folder)? {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if file.ends_with("dist/cli/main.js") { 0o755 } else { 0o644 };
        fs::set_permissions(&file, fs::Permissions::from_mode(mode))
            .with_context(|| format!("can't set the mode of {}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{manifest, write};

    #[test]
    fn the_version_is_stated_once() -> anyhow::Result<()> {
        let folder = std::env::temp_dir().join(format!("xtask-manifest-{}", std::process::id()));
        let file = folder.join("package.json");
        let mut results = Vec::new();
        for version in ["0.0.0", "0.1.0"] {
            let text = format!(r#"{{ "name": "conda-verifier", "version": "{version}" }}"#);
            write(&file, text.as_bytes())?;
            results.push(manifest(&file, "1.2.3").map_err(|error| error.to_string()));
        }
        std::fs::remove_dir_all(folder)?;
        let expected = r#"{ "name": "conda-verifier", "version": "1.2.3" }"#;
        assert_eq!(results.first(), Some(&Ok(expected.to_owned())));
        assert!(matches!(results.get(1), Some(Err(error)) if error.contains("is 0.1.0, but")));
        Ok(())
    }
}

//! Where files are, below the base URL of their kind (TUF 4.4 and 6.2, tuf.md 1.6).

use super::Hashes;

/// Where a role's file is: `VERSION.ROLE.json` with consistent snapshots.
pub(crate) fn role_path(name: &str, version: Option<u64>) -> String {
    let name = encoded(name);
    match version {
        Some(version) => format!("{version}.{name}.json"),
        None => format!("{name}.json"),
    }
}

/// Where a target may be: `FOLDERS/HASH.NAME` for each hash that is known, with consistent
/// snapshots.
pub(crate) fn target_paths(path: &str, hashes: &Hashes, is_consistent: bool) -> Vec<String> {
    let encoded: Vec<_> = path.split('/').map(encoded).collect();
    if !is_consistent {
        return vec![encoded.join("/")];
    }
    let (name, folders) = encoded
        .split_last()
        .map_or(("", [].as_slice()), |(name, folders)| (name.as_str(), folders));
    let folders: String = folders.iter().map(|folder| format!("{folder}/")).collect();
    hashes.known().map(|(_, hash)| format!("{folders}{hash}.{name}")).collect()
}

/// A name as one segment of a URL's path: what is not unreserved (RFC 3986 2.3) is
/// percent-encoded.
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

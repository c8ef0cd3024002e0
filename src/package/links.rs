//! Where symbolic links lead, followed as an operating system would.

use super::documents::Manifest;
use super::files::compare;
use super::report::Report;
use super::seen::Seen;
use super::unpacked::{NodeKind, UnpackedNode};
use crate::by_name::ByName;
use crate::digest::Sha256Digest;
use crate::error::{Error, Fault};
use crate::limits::{Budget, Limits};

/// Bound on the bytes of the paths that are looked up for all links together: real
/// packages have some ten thousand links, for which they add up to some MB.
const MAX_STEPS: u64 = 32 << 20;

/// Follows every link of the package and compares the digest of what it leads
/// to with the one listed for the link; gives the links that nothing is wrong with.
///
/// CEP 34 lists the target's digest. Links without one in the package are
/// listed with that of no bytes; sizes are unreliable and not looked at.
pub(super) fn check(
    seen: &ByName<Seen>,
    folders: &ByName<bool>,
    manifest: Option<&Manifest>,
    limits: &Limits,
    report: &mut Report,
) -> Result<Vec<UnpackedNode>, Error> {
    let mut steps = Budget::new("linkSteps", MAX_STEPS);
    let mut sound = Vec::new();
    for (path, entry) in seen.iter() {
        let listed = || manifest.and_then(|manifest| manifest.entry(path));
        let (kind, target, is_sound) = match entry {
            Seen::Symlink { target, is_welcome } => {
                let listed = listed().and_then(|listed| listed.sha256);
                let to = follow(path, target, seen, folders, limits.link_depth, &mut steps)?;
                let is_sound = leads_as_listed(path, target, &to, listed, report);
                (NodeKind::Symlink, target.as_str(), *is_welcome && is_sound)
            }
            Seen::HardLink { target, is_welcome } => {
                let found = match seen.get(target) {
                    Some(Seen::File { size, sha256: Some(sha256), is_sound }) => {
                        Some((*size, *sha256, *is_sound))
                    }
                    _ => None,
                };
                // What it leads to has to be there for whoever makes the link.
                let is_sound = match (listed(), found) {
                    (Some(listed), Some((size, sha256, is_sound))) => {
                        compare(path, listed, size, sha256, report) && is_sound
                    }
                    (None, Some((_, _, is_sound))) => is_sound,
                    (_, None) => false,
                };
                (NodeKind::Hardlink, target.as_str(), *is_welcome && is_sound)
            }
            Seen::Directory { is_welcome } => (NodeKind::Directory, "", *is_welcome),
            Seen::File { .. } | Seen::Broken => continue,
        };
        if is_sound {
            let (path, target) = (path.to_owned(), target.to_owned());
            sound.push(UnpackedNode { path, kind, target });
        }
    }
    Ok(sound)
}

/// Whether a symbolic link leads to what is listed for it, or at least to nothing else.
fn leads_as_listed(
    path: &str,
    target: &str,
    destination: &Destination,
    listed: Option<Sha256Digest>,
    report: &mut Report,
) -> bool {
    let (path, target) = (path.to_owned(), target.to_owned());
    let actual = match destination {
        Destination::File(actual) => *actual,
        Destination::Folder => Sha256Digest::EMPTY,
        Destination::Nowhere => {
            report.find(Error::new(Fault::LinkDangling { path, target }));
            return true;
        }
        Destination::Elsewhere => {
            // That it is absolute was told when it was met.
            if !target.starts_with('/') {
                report.find(Error::new(Fault::LinkDangling { path, target }));
            }
            return true;
        }
        Destination::Outside => {
            report.find(Error::new(Fault::LinkEscapes { path, target }));
            return false;
        }
        Destination::Loop => {
            report.find(Error::new(Fault::LinkLoop { path, target }));
            return false;
        }
    };
    match listed {
        Some(expected) if expected != actual => {
            report.find(Error::new(Fault::LinkSha256Mismatch {
                path,
                expected: expected.to_string(),
                actual: actual.to_string(),
            }));
            false
        }
        _ => true,
    }
}

/// Where a link leads in the end.
#[derive(Debug, PartialEq, Eq)]
enum Destination {
    File(Sha256Digest),
    Folder,
    Nowhere,
    /// To whatever the system has there.
    Elsewhere,
    Outside,
    Loop,
}

/// Follows component by component, through links to folders too, so that `..`
/// after such a link means what it means to an operating system.
fn follow(
    path: &str,
    target: &str,
    seen: &ByName<Seen>,
    folders: &ByName<bool>,
    max_links: u64,
    steps: &mut Budget,
) -> Result<Destination, Error> {
    let mut at = path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let mut waiting: Vec<&str> = target.rsplit('/').collect();
    let mut links_followed = 0_u64;
    if target.starts_with('/') {
        return Ok(Destination::Elsewhere);
    }
    while let Some(component) = waiting.pop() {
        steps.spend(u64::try_from(at.len().saturating_add(1)).unwrap_or(u64::MAX))?;
        match component {
            "" | "." => continue,
            ".." if at.is_empty() => return Ok(Destination::Outside),
            ".." => {
                at.truncate(at.rfind('/').unwrap_or(0));
                continue;
            }
            _ => {}
        }
        let folder = at.len();
        if !at.is_empty() {
            at.push('/');
        }
        at.push_str(component);
        match seen.get(&at) {
            Some(Seen::Symlink { target, .. }) => {
                links_followed = links_followed.saturating_add(1);
                if links_followed >= max_links {
                    return Ok(Destination::Loop);
                }
                if target.starts_with('/') {
                    return Ok(Destination::Elsewhere);
                }
                at.truncate(folder);
                waiting.extend(target.rsplit('/'));
            }
            Some(file @ (Seen::File { .. } | Seen::HardLink { .. })) => {
                let is_last = waiting.iter().all(|rest| matches!(*rest, "" | "."));
                return Ok(match content(file, seen) {
                    Some(sha256) if is_last => Destination::File(sha256),
                    _ => Destination::Nowhere,
                });
            }
            Some(Seen::Directory { .. }) => {}
            Some(Seen::Broken) => return Ok(Destination::Nowhere),
            None if folders.get(&at).is_some() => {}
            None => return Ok(Destination::Nowhere),
        }
    }
    Ok(Destination::Folder)
}

/// The digest of what a file holds, itself or as a hard link to the one that does.
fn content(file: &Seen, seen: &ByName<Seen>) -> Option<Sha256Digest> {
    match file {
        Seen::File { sha256, .. } => *sha256,
        Seen::HardLink { target, .. } => match seen.get(target) {
            Some(Seen::File { sha256, .. }) => *sha256,
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Destination, follow};
    use crate::by_name::ByName;
    use crate::digest::Sha256Digest;
    use crate::limits::Budget;
    use crate::package::seen::Seen;

    fn seen(links: &[(&str, &str)]) -> (ByName<Seen>, ByName<bool>) {
        let file =
            Seen::File { size: 0, sha256: Some(Sha256Digest::of(b"content")), is_sound: true };
        let mut seen = ByName::new();
        seen.insert("lib/deep/file".to_owned(), file);
        for (path, target) in links {
            let link = Seen::Symlink { target: (*target).to_owned(), is_welcome: true };
            seen.insert((*path).to_owned(), link);
        }
        let mut folders = ByName::new();
        for folder in ["lib", "lib/deep", "bin"] {
            folders.insert(folder.to_owned(), true);
        }
        (seen, folders)
    }

    fn walk(path: &str, target: &str, seen: &ByName<Seen>, folders: &ByName<bool>) -> Destination {
        follow(path, target, seen, folders, 40, &mut Budget::new("linkSteps", 2_000)).unwrap()
    }

    #[test]
    fn links_lead_through_links_to_folders() {
        let (seen, folders) = seen(&[("lib64", "lib/deep"), ("bin/x", "../lib64/./file")]);
        let go = |path, target| walk(path, target, &seen, &folders);
        let file = Destination::File(Sha256Digest::of(b"content"));
        assert_eq!(go("bin/x", "../lib64/./file"), file);
        assert_eq!(go("bin/y", "x"), file);
        // ".." after lib64 is lib, not the package's folder.
        assert_eq!(go("a", "lib64/../deep/file"), file);
        assert_eq!(go("a", "lib64/.."), Destination::Folder);
        assert_eq!(go("a", "lib64/../../.."), Destination::Outside);
        assert_eq!(go("a", "lib/deep/file/x"), Destination::Nowhere);
        assert_eq!(go("a", "lib/none"), Destination::Nowhere);
    }

    #[test]
    fn loops_end() {
        let (seen, folders) = seen(&[("a", "b"), ("b", "a"), ("c", "c/c/c/c")]);
        assert_eq!(walk("a", "b", &seen, &folders), Destination::Loop);
        assert_eq!(walk("c", "c/c/c/c", &seen, &folders), Destination::Loop);
    }
}

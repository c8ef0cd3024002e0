//! Real repodata, where there is some.

use super::*;

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.file_name().unwrap().to_str().unwrap().contains("repodata")
            && [".json", ".json.bz2", ".json.zst"]
                .iter()
                .any(|end| path.to_str().unwrap().ends_with(end))
        {
            into.push(path);
        }
    }
}

/// Against a tree of the whole text.
#[test]
fn real_repodata_has_the_records_that_it_has() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !root.is_dir() {
        let _ = writeln!(std::io::stderr(), "left out: no real repodata at ../shared/corpus");
        return;
    }
    let (mut paths, mut records) = (Vec::new(), 0);
    files(&root, &mut paths);
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let repodata = Repodata::read(&mut bytes.as_slice(), &Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        records += repodata.len();
        for name in repodata.file_names() {
            repodata.find(name).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        if !path.to_str().unwrap().ends_with(".json") {
            continue;
        }
        read(&bytes).unwrap();
        let tree: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let sections =
            ["packages", "packages.conda"].iter().filter_map(|name| tree[name].as_object());
        let mut expected: Vec<_> = sections.flat_map(serde_json::Map::keys).cloned().collect();
        for (extension, bucket) in tree["v3"].as_object().into_iter().flatten() {
            let names = bucket.as_object().unwrap().keys();
            expected.extend(names.map(|name| format!("{name}.{extension}")));
        }
        expected.sort_unstable();
        expected.dedup();
        assert!(repodata.file_names().eq(expected.iter()), "{}", path.display());
    }
    assert!(paths.len() >= 40 && records > 1_000, "{} files, {records} records", paths.len());
}

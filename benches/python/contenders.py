"""Unpacks and verifies packages with native tools, for benches/support/python.mjs.

Each line of standard input asks for one run, as JSON: `{"tool": …, "path": …}`; each line of
standard output answers with the milliseconds it took and the files that were hashed. With
arguments, `contenders.py TOOL PATH`, it runs once and says how much memory it took at most.
"""

import hashlib
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from conda_package_streaming.package_streaming import stream_conda_component
from rattler.package_streaming import extract


def streamed(path):
    """conda-package-streaming and hashlib: the archive, each file, paths.json."""
    with open(path, "rb") as file:
        hashlib.file_digest(file, "sha256").hexdigest()
    found, manifest = {}, None
    for component in ("info", "pkg") if path.endswith(".conda") else ("pkg",):
        for tar, member in stream_conda_component(path, component=component):
            if not member.isfile():
                continue
            content = tar.extractfile(member).read()
            if member.name == "info/paths.json":
                manifest = json.loads(content)
            found[member.name] = hashlib.sha256(content).hexdigest()
    listed = [entry for entry in manifest["paths"] if entry["path_type"] == "hardlink"]
    for entry in listed:
        if found[entry["_path"]] != entry["sha256"]:
            raise ValueError(entry["_path"])
    return len(listed)


def extracted(path, folder):
    """py-rattler unpacks into a folder, and hashes the archive; no file is compared."""
    extract(path, folder)
    return 0


def run(tool, path):
    folder = tempfile.mkdtemp(prefix="conda-verifier-bench-") if tool == "rattler" else None
    wall, cpu = time.perf_counter(), time.process_time()
    files = extracted(path, folder) if folder else streamed(path)
    answer = {
        "wall": (time.perf_counter() - wall) * 1e3,
        "process": (time.process_time() - cpu) * 1e3,
        "files": files,
    }
    if folder:
        # What it unpacked is there; its count would be in nobody's time.
        answer["files"] = sum(1 for file in Path(folder).rglob("*") if file.is_file())
        shutil.rmtree(folder)
    return answer


def main(arguments):
    if arguments:
        run(*arguments)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"resident": peak}))
        return
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run(request["tool"], request["path"])), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

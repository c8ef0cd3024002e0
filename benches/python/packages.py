"""Makes the packages that benchmarks read: `packages.py DIR [--quick]`.

Every one comes from nothing and the same way every time. They are written by
conda-package-streaming, one of the tools that write real ones. What is there is left alone:
level 19 takes a minute. `DIR/packages.json` says what was made: it is written last.

The bytes inside are made to cost a decoder what real ones cost it. A zstd stream is a series
of literals and matches, so the bytes are made as such a series, whose lengths and distances
are drawn like those of a kind of file. Measured on a CPython 3.11 with its standard library
(126.6 MB in 4,273 files) at level 19: the ratio, and for each match the bytes of output, the
literals, and the bits:

    kind         real                      made
    .py          6.6  18.8  0.24  22.8     6.4  18.3  0.28  22.8
    .pyc         4.7  16.8  0.72  28.3     4.9  15.8  0.61  25.8
    .so          3.2   8.9  1.16  22.2     3.3   8.3  0.69  19.8
    all of it    4.6  14.2  0.92  24.6     4.5  12.8  0.59  22.5

libzstd decodes what is made about a quarter faster than the real one (1.2 against 0.93 GB/s).
bzip2, which does not look for matches, makes less of it than of real files: 2.4 instead of
about 4.
"""

import hashlib
import io
import json
import math
import os
import random
import sys
import tarfile
import zlib
from pathlib import Path

from conda_package_streaming.create import conda_builder

# Another one makes all packages anew.
SCRIPT = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


class Kind:
    """A kind of bytes: what its zstd stream looks like."""

    # How many draws are repeated. It is the draws that come again, not the bytes.
    DRAWS = 4096

    def __init__(self, literals, match, distances, symbols):
        """Means of literals and match, range of the distances' exponents, and how many bytes
        occur as literals."""
        self.literals = literals
        self.match = match
        self.distances = distances
        # Skewed, as bytes of files are.
        self.symbols = bytes(int((i / 256) ** 2 * symbols) for i in range(256))

    def make(self, size, seed):
        """So many bytes."""
        rng = random.Random(seed)
        literals = [int(self.lengths(rng, self.literals + 0.4)) for _ in range(self.DRAWS)]
        # Shorter ones than four are not worth a match.
        matches = [4 + int(self.lengths(rng, self.match - 3.5)) for _ in range(self.DRAWS)]
        distances = [int(2 ** rng.uniform(*self.distances)) for _ in range(4 * self.DRAWS)]
        first = min(1 << 16, 1024 + size // 64)
        made = bytearray(rng.randbytes(first).translate(self.symbols))
        drawn, used = b"", 0
        while len(made) < size:
            draws = [rng.choices(of, k=self.DRAWS) for of in (literals, matches, distances)]
            for literal, match, distance in zip(*draws):
                if literal > 0:
                    if used + literal > len(drawn):
                        drawn, used = rng.randbytes(1 << 16).translate(self.symbols), 0
                    made += drawn[used : used + literal]
                    used += literal
                end = len(made)
                start = end - distance if distance < end else distance % (end - match)
                made += made[start : start + match]
        return bytes(memoryview(made)[:size])

    @staticmethod
    def lengths(rng, mean):
        """A length: many are short, few long."""
        return rng.lognormvariate(math.log(mean) - 0.72, 1.2)


SOURCE = Kind(0.05, 19, (3, 21), 48)
COMPILED = Kind(0.6, 16, (3, 20.5), 160)
MACHINE = Kind(0.75, 8, (2, 13.5), 80)


def sizes(rng, count, median, spread, total):
    """Sizes of files, lognormal, that make `total`; a few are empty."""
    drawn = [rng.lognormvariate(math.log(median), spread) for _ in range(count)]
    drawn = [0 if at % 40 == 7 else size for at, size in enumerate(drawn)]
    scale = total / sum(drawn)
    return [int(size * scale) for size in drawn]


def divided(kind, seed, names_and_sizes):
    """Files of one kind: one stream, cut."""
    stream = kind.make(sum(size for _, size in names_and_sizes), seed)
    at = 0
    for name, size in names_and_sizes:
        yield name, stream[at : at + size]
        at += size


def distribution(scale, seed):
    """Files as a Python distribution has them: 109.5 MB in 4,120 with `scale` 1."""
    rng = random.Random(seed)
    libraries, modules, data = (max(2, int(count * scale)) for count in (80, 1780, 480))
    so = [("lib/libpython3.12.so.1.0", int(21e6 * scale))]
    so += [
        (f"lib/python3.12/lib-dynload/_ext{at}.cpython-312-x86_64-linux-gnu.so", size)
        for at, size in enumerate(sizes(rng, libraries - 1, 114e3, 1.2, 12.5e6 * scale))
    ]
    folders = [f"lib/python3.12/{name}" for name in ("", "asyncio/", "test/", "idlelib/", "lib2to3/")]
    names = [f"{folders[at * 7 % 5]}module{at}" for at in range(modules)]
    py = [(f"{n}.py", s) for n, s in zip(names, sizes(rng, modules, 6.4e3, 1.5, 27e6 * scale))]
    pyc = []
    for name, size in zip(names, sizes(rng, modules, 9.6e3, 1.5, 42e6 * scale)):
        folder, _, stem = name.rpartition("/")
        pyc.append((f"{folder}/__pycache__/{stem}.cpython-312.pyc", size))
    others = sizes(rng, data, 5e3, 1.4, 7e6 * scale)
    text = [(f"lib/python3.12/test/data/sample{at}.txt", size) for at, size in enumerate(others)]
    yield from divided(MACHINE, f"{seed} so", so)
    yield from divided(SOURCE, f"{seed} py", py)
    yield from divided(COMPILED, f"{seed} pyc", pyc)
    yield from divided(SOURCE, f"{seed} text", text)


def few_big(scale, seed):
    """300 MB in six files with `scale` 1."""
    for at, kind in enumerate((MACHINE, COMPILED, SOURCE) * 2):
        yield f"lib/big{at}.bin", kind.make(int(50e6 * scale), f"{seed} {at}")


def many_small(scale, seed):
    """100,000 files of some 300 bytes with `scale` 1."""
    count = int(100_000 * scale)
    small = sizes(random.Random(seed), count, 200, 0.9, 300 * count)
    names = [(f"share/icons/{at % 997}/icon{at}.svg", size) for at, size in enumerate(small)]
    yield from divided(SOURCE, seed, names)


LINKS = [("bin/python", "python3.12"), ("lib/libpython3.12.so", "libpython3.12.so.1.0")]

# By name: its end, its zstd level, its scale, its scale with --quick, its files.
# Big ones are not at level 19, which would take minutes; their windows are 4 MiB.
PACKAGES = {
    "small": (".conda", 19, 0.0037, 0.0037, distribution),
    "python": (".conda", 19, 1, 0.02, distribution),
    "large": (".conda", 9, 1, 0.01, few_big),
    "many": (".conda", 9, 1, 0.01, many_small),
    "older": (".tar.bz2", 9, 0.45, 0.01, distribution),
}


def described(files, links):
    """The files, and info/ before them, as conda-build writes it."""
    paths = []
    for name, content in files:
        digest = hashlib.sha256(content).hexdigest()
        path = {"_path": name, "path_type": "hardlink", "sha256": digest, "size_in_bytes": len(content)}
        paths.append(path)
    by_name = dict(files)
    for name, target in links:
        content = by_name.get(f"{name.rpartition('/')[0]}/{target}", b"")
        digest = hashlib.sha256(content).hexdigest()
        path = {"_path": name, "path_type": "softlink", "sha256": digest, "size_in_bytes": len(content)}
        paths.append(path)
    return json.dumps({"paths": sorted(paths, key=lambda path: path["_path"]), "paths_version": 1}, indent=2)


def add(tar, name, content):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o644, 1_600_000_000
    tar.addfile(entry, io.BytesIO(content))


def fill(tar, index, files, links):
    add(tar, "info/index.json", json.dumps(index, indent=2).encode())
    add(tar, "info/paths.json", described(files, links).encode())
    for name, content in files:
        add(tar, name, content)
    for name, target in links:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.mode, entry.mtime = tarfile.SYMTYPE, target, 0o777, 1_600_000_000
        tar.addfile(entry)


def write(folder, name, end, level, scale, make):
    index = {
        "name": name, "version": "1.0", "build": "h0_0", "build_number": 0,
        "arch": "x86_64", "platform": "linux", "subdir": "linux-64",
        "depends": [], "license": "MIT", "timestamp": 1_600_000_000_000,
    }
    stem = f"{name}-1.0-h0_0"
    files = list(make(scale, name))
    links = LINKS if make is distribution else []
    if make is distribution:
        files.append(("bin/python3.12", SOURCE.make(20_000, "bin")))
    path = folder / f"{stem}{end}"
    path.unlink(missing_ok=True)
    if end == ".conda":
        # As long as the members are compressed side by side with others' work, two threads.
        with conda_builder(stem, folder, compression_level=level, compression_threads=2) as tar:
            fill(tar, index, files, links)
    else:
        with tarfile.open(path, "w:bz2", compresslevel=level, format=tarfile.PAX_FORMAT) as tar:
            fill(tar, index, files, links)
    archive = path.read_bytes()
    unpacked = sum(len(content) for _, content in files)
    record = {k: v for k, v in index.items() if k not in ("arch", "platform")}
    record |= {
        "md5": hashlib.md5(archive).hexdigest(),
        "sha256": hashlib.sha256(archive).hexdigest(),
        "size": len(archive),
    }
    return {
        "fileName": path.name,
        "record": record,
        # Those that are hashed: links are not.
        "files": len(files),
        "unpackedBytes": unpacked,
    }


def main(folder, *options):
    is_quick = "--quick" in options
    folder = Path(folder)
    said = folder / "packages.json"
    try:
        if json.loads(said.read_text())["script"] == SCRIPT:
            return
    except (OSError, ValueError, KeyError):
        pass
    folder.mkdir(parents=True, exist_ok=True)
    packages = {}
    for name, (end, level, scale, quick, make) in PACKAGES.items():
        packages[name] = write(folder, name, end, level, quick if is_quick else scale, make)
    said.write_text(json.dumps({"script": SCRIPT, "packages": packages}, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Writes the frames beside it with libzstd: `pip install zstandard==0.25.0`, then run it."""

import pathlib
import random

import zstandard

FOLDER = pathlib.Path(__file__).parent
chance = random.Random(8878)
words = [bytes(chance.choices(range(97, 123), k=chance.randint(2, 9))) for _ in range(80)]
text = b" ".join(chance.choices(words, k=1_500))
edge = chance.randbytes(1_024)
noise = chance.randbytes(600)


def write(name, level, content, *, pieces=1, **options):
    parameters = zstandard.ZstdCompressionParameters.from_level(level, **options)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    step = -(-len(content) // pieces) or 1
    frame = b""
    for start in range(0, len(content), step):
        frame += stream.compress(content[start : start + step])
        if pieces > 1:
            frame += stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    (FOLDER / f"{name}.zst").write_bytes(frame + stream.flush())


write("text-3", 3, text)
write("text-19", 19, text, write_checksum=1)
write("text-22-window-1-kib", 22, text, window_log=10)
# Many blocks: tables that are repeated, literals without a tree of their own.
write("text-3-blocks", 3, text, pieces=12)
write("text-19-blocks", 19, text, pieces=40, write_checksum=1)
write("long-runs", 19, b"\0" * 300_000 + text[:50] + b"\1" * 131_072)
write("window-edge", 19, edge * 4, window_log=10)
write("window-edge-blocks", 1, edge * 4, window_log=11, pieces=7)
write("noise", 3, noise + noise, pieces=2)
write("five-letters", 3, bytes(chance.choices(b"abcde", k=9_000)))
write("one-byte", 3, b"7")
write("nothing", 3, b"")

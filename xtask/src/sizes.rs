//! The size table: what a visitor downloads.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::folder::files;

/// The most that the WebAssembly file may be, in bytes after brotli: the bar for all of it,
/// with TUF, ECDSA and RSA. docs/size.md shows what each part costs.
pub(crate) const CEILING: usize = 234_000;

/// brotli's window, as in its command line: 4 MiB, more than any of our files.
const WINDOW: u32 = 22;

/// One file or several, raw and compressed; several are compressed one by one, as they are
/// served.
#[derive(Clone, Copy, Default)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Size {
    fn of(file: &Path) -> Result<Self> {
        let bytes = fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&bytes)?;
        let mut brotli = Vec::new();
        brotli::CompressorWriter::new(&mut brotli, bytes.len().max(1), 11, WINDOW)
            .write_all(&bytes)?;
        Ok(Self { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli: brotli.len() })
    }

    fn add(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// The table, and the WebAssembly file's size after brotli.
pub(crate) fn table(package: &Path, tarball: &Path) -> Result<(String, usize)> {
    let (mut wasm, mut glue, mut other) = (Size::default(), Size::default(), Size::default());
    for file in files(package)? {
        let below = file.strip_prefix(package)?;
        match below.extension().and_then(|end| end.to_str()) {
            Some("wasm") => wasm.add(Size::of(&file)?),
            Some("js") if below.starts_with("dist/wasm") => glue.add(Size::of(&file)?),
            Some("js") => other.add(Size::of(&file)?),
            _ => {}
        }
    }
    ensure!(wasm.raw > 0, "there is no WebAssembly file in {}", package.display());
    let mut table = format!("{:24}{:>12}{:>12}{:>12}\n", "bytes", "raw", "gzip", "brotli");
    for (name, size) in [("WebAssembly", wasm), ("its glue", glue), ("other JavaScript", other)] {
        let Size { raw, gzip, brotli } = size;
        writeln!(table, "{name:24}{:>12}{:>12}{:>12}", comma(raw), comma(gzip), comma(brotli))?;
    }
    let tarball = usize::try_from(fs::metadata(tarball)?.len())?;
    write!(table, "{:24}{:>12}{:>12}", "tarball", "", comma(tarball))?;
    Ok((table, wasm.brotli))
}

/// 1,234,567
pub(crate) fn comma(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::comma;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(comma(7), "7");
        assert_eq!(comma(130_000), "130,000");
        assert_eq!(comma(1_234_567), "1,234,567");
    }
}

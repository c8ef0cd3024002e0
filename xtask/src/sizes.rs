//! The size table: what a visitor downloads.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::folder::files;

/// The most that the WebAssembly file may be that every caller loads, in bytes after brotli.
/// docs/size.md says what the bar is, and what each part costs.
pub(crate) const CEILING: usize = 221_500;

/// The end of the name of the one that callers load who verify what is installed.
const OF_INSTALLED: &str = "_installed_bg.wasm";

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

/// The table, and the size after brotli of the WebAssembly file that every caller loads.
pub(crate) fn table(package: &Path, tarball: &Path) -> Result<(String, usize)> {
    let (mut wasm, mut installed) = (Size::default(), Size::default());
    let (mut glue, mut other) = (Size::default(), Size::default());
    for file in files(package)? {
        let below = file.strip_prefix(package)?;
        let is_of_installed = below.to_string_lossy().ends_with(OF_INSTALLED);
        match below.extension().and_then(|end| end.to_str()) {
            Some("wasm") if is_of_installed => installed.add(Size::of(&file)?),
            Some("wasm") => wasm.add(Size::of(&file)?),
            Some("js") if below.starts_with("dist/wasm") => glue.add(Size::of(&file)?),
            Some("js") => other.add(Size::of(&file)?),
            _ => {}
        }
    }
    ensure!(wasm.raw > 0, "there is no WebAssembly file in {}", package.display());
    let mut table = format!("{:24}{:>12}{:>12}{:>12}\n", "bytes", "raw", "gzip", "brotli");
    let rows = [
        ("WebAssembly", wasm),
        ("  of what is installed", installed),
        ("their glue", glue),
        ("other JavaScript", other),
    ];
    for (name, size) in rows {
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

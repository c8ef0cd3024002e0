//! How many tests ran, by the runners' own closing lines.

use std::fmt;

/// Tests counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// Sums the closing lines in what a runner printed: libtest's and wasm-bindgen-test's
    /// `test result:`, and those of `node --test` in both of its formats.
    pub(crate) fn of(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            if let Some((_, counts)) = line.split_once("test result: ") {
                // "ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …"
                for count in counts.split(['.', ';']) {
                    if let Some((number, word)) = count.trim().split_once(' ') {
                        tally.add(word, number);
                    }
                }
            } else if let Some(count) = line.strip_prefix("ℹ ").or(line.strip_prefix("# ")) {
                // "ℹ pass 3"
                if let Some((word, number)) = count.split_once(' ') {
                    tally.add(word, number);
                }
            }
        }
        tally
    }

    fn add(&mut self, word: &str, number: &str) {
        let Ok(number) = number.parse::<u64>() else { return };
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }

    /// Whether a runner ran anything at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.passed == 0 && self.failed == 0
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(out, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn counts_every_runner() {
        let output = "\
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
    test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 filtered out; finished in 0.00s
# tests 7
# pass 5
# fail 0
# cancelled 1
# skipped 1
# todo 0
# duration_ms 12.5
ℹ pass 2
ℹ fail 1
";
        assert_eq!(Tally::of(output).to_string(), "22 passed, 3 failed, 2 skipped");
        assert!(Tally::of("no tests to run!").is_empty());
    }
}

//! Durations as a person reads them.

use std::fmt;
use std::time::Duration;

/// Displays as `12.3 s` or `2 min 03 s`.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.as_secs();
        let text = match whole {
            0..60 => format!("{:.1} s", self.0.as_secs_f64()),
            _ => format!("{} min {:02} s", whole / 60, whole % 60),
        };
        out.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::Seconds;
    use std::time::Duration;

    #[test]
    fn are_short() {
        assert_eq!(Seconds(Duration::from_millis(12_340)).to_string(), "12.3 s");
        assert_eq!(Seconds(Duration::from_secs(123)).to_string(), "2 min 03 s");
    }
}

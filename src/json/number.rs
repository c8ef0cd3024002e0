//! Numbers as the signers write them.

use super::{decimal, grisu2};

/// The largest whole number that every reader of JSON has exactly (RFC 8259 6).
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A JSON number, whole or not, as exact as its text.
///
/// Equality is that of the canonical texts: `1E2` and `100.0` are the same
/// number, `100` is another one, as it is in Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Decimal digits of any length with an optional sign, none of it superfluous.
    Integer(String),
    /// The bits of a finite double.
    Double(u64),
}

impl Number {
    /// The number of a text whose grammar has been checked; none, if it is greater
    /// than any double.
    pub(super) fn of_checked(text: &str) -> Option<Self> {
        if is_whole(text) {
            // The one integer that has two texts.
            let digits = if text == "-0" { "0" } else { text };
            return Some(Self(Kind::Integer(digits.to_owned())));
        }
        decimal::read(text).map(|bits| Self(Kind::Double(bits)))
    }

    /// Whether [`Self::of_checked`] has a number of that text.
    pub(super) fn is_in_range(text: &str) -> bool {
        is_whole(text) || decimal::is_finite(text)
    }

    /// The whole number of that sign and magnitude.
    pub(super) fn of_integer(is_negative: bool, magnitude: u64) -> Self {
        let sign = if is_negative { "-" } else { "" };
        Self(Kind::Integer(format!("{sign}{magnitude}")))
    }

    /// The double, if it is finite.
    pub(super) fn of_double(double: f64) -> Option<Self> {
        double.is_finite().then(|| Self(Kind::Double(double.to_bits())))
    }

    /// The number, if it is a whole one from 0 to 2^64 - 1.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Kind::Integer(digits) => digits.parse().ok(),
            Kind::Double(_) => None,
        }
    }

    /// Whether it is a whole number that 64 bits can't hold: mamba rounds it,
    /// so that two different records have the same bytes there.
    #[must_use]
    pub fn exceeds_64_bits(&self) -> bool {
        match &self.0 {
            Kind::Integer(digits) => {
                digits.parse::<i64>().is_err() && digits.parse::<u64>().is_err()
            }
            Kind::Double(_) => false,
        }
    }

    /// The text without exponent, if it is a whole number: OLPC canonical JSON
    /// knows no other.
    #[must_use]
    pub fn integer(&self) -> Option<&str> {
        match &self.0 {
            Kind::Integer(digits) => Some(digits),
            Kind::Double(_) => None,
        }
    }

    /// The text that CPython's `repr` gives it: the shortest digits that read
    /// back as the same double, fixed from 1e-4 up to 1e16, else with an exponent
    /// of at least two digits.
    #[must_use]
    pub fn python_repr(&self) -> String {
        self.text(16, decimal::shortest)
    }

    /// The text that nlohmann's `dump` gives it: digits that Grisu2 finds, which
    /// for one double in some thousand are not the shortest, fixed up to 1e15.
    #[must_use]
    pub fn nlohmann_dump(&self) -> String {
        self.text(15, grisu2::digits)
    }

    /// Fixed notation for exponents from -4 to below `fixed_below`. `digits` gives
    /// those of a positive number and the power of ten of the last one.
    fn text(&self, fixed_below: i32, digits: impl Fn(f64) -> (Vec<u8>, i32)) -> String {
        let number = match &self.0 {
            Kind::Integer(digits) => return digits.clone(),
            Kind::Double(bits) => f64::from_bits(*bits),
        };
        let sign = if number.is_sign_negative() { "-" } else { "" };
        if number == 0.0 {
            return format!("{sign}0.0");
        }
        let (digits, last) = digits(number.abs());
        let after_first = i32::try_from(digits.len()).unwrap_or(0).saturating_sub(1);
        let exponent = last.saturating_add(after_first);
        let digits = String::from_utf8(digits).unwrap_or_default();
        if (-4..fixed_below).contains(&exponent) {
            return format!("{sign}{}", fixed(&digits, exponent));
        }
        let (first, others) = digits.split_at_checked(1).unwrap_or((&digits, ""));
        let point = if others.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        let exponent = exponent.unsigned_abs();
        format!("{sign}{first}{point}{others}e{exponent_sign}{exponent:02}")
    }
}

/// Whether the text is that of an integer.
fn is_whole(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
}

/// `digits` with the point `exponent` places behind the first one.
fn fixed(digits: &str, exponent: i32) -> String {
    match usize::try_from(exponent) {
        // 0.000123
        Err(_) => {
            let zeros = usize::try_from(exponent.unsigned_abs()).unwrap_or(1).saturating_sub(1);
            format!("0.{}{digits}", "0".repeat(zeros))
        }
        Ok(exponent) => {
            let whole = exponent.saturating_add(1);
            let (front, back) = digits.split_at_checked(whole).unwrap_or((digits, ""));
            let zeros = "0".repeat(whole.saturating_sub(front.len()));
            let back = if back.is_empty() { "0" } else { back };
            format!("{front}{zeros}.{back}")
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Number;

    fn repr(text: &str) -> String {
        Number::of_checked(text).unwrap().python_repr()
    }

    #[test]
    fn doubles_read_as_cpython_writes_them() {
        for (text, expected) in [
            ("100.0", "100.0"),
            ("1E2", "100.0"),
            ("-0.0", "-0.0"),
            ("1e-4", "0.0001"),
            ("0.00012345", "0.00012345"),
            ("1e-5", "1e-05"),
            ("1.5e-7", "1.5e-07"),
            ("1e15", "1000000000000000.0"),
            ("1234567890123456.0", "1234567890123456.0"),
            ("1e16", "1e+16"),
            ("1e23", "1e+23"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("5e-324", "5e-324"),
            ("2.675", "2.675"),
            ("-12.50", "-12.5"),
            // Halfway between two shortest texts.
            ("-110450867950690.125", "-110450867950690.12"),
            ("5e-324", "5e-324"),
            ("9007199254740993.0", "9007199254740992.0"),
        ] {
            assert_eq!(repr(text), expected, "{text}");
        }
    }

    #[test]
    fn integers_keep_every_digit() {
        let digits = "123456789012345678901234567890";
        assert_eq!(repr(digits), digits);
        assert_eq!(repr("-0"), "0");
        assert_eq!(repr("-7"), "-7");
        let exceeds = |text| Number::of_checked(text).unwrap().exceeds_64_bits();
        assert!(
            exceeds(digits) && exceeds("18446744073709551616") && exceeds("-9223372036854775809")
        );
        assert!(!exceeds("18446744073709551615") && !exceeds("-9223372036854775808"));
    }

    #[test]
    fn nlohmann_leaves_fixed_notation_earlier() {
        let dump = |text| Number::of_checked(text).unwrap().nlohmann_dump();
        assert_eq!(dump("1e15"), "1e+15");
        assert_eq!(dump("1e14"), "100000000000000.0");
        assert_eq!(dump("1234567890123456.0"), "1.234567890123456e+15");
        assert_eq!(dump("1e-5"), "1e-05");
        assert_eq!(dump("-0.0"), "-0.0");
        assert_eq!(dump("-0.00015"), "-0.00015");
    }

    #[test]
    fn nlohmann_writes_more_digits_than_python_at_times() {
        let dump = |text| Number::of_checked(text).unwrap().nlohmann_dump();
        for (text, python, nlohmann) in [
            ("1e23", "1e+23", "9.999999999999999e+22"),
            ("181162.494326", "181162.494326", "181162.49432599999"),
        ] {
            assert_eq!((repr(text), dump(text)), (python.to_owned(), nlohmann.to_owned()));
        }
    }

    #[test]
    fn infinite_numbers_are_refused() {
        assert!(Number::of_checked("1e400").is_none());
        assert!(Number::of_checked("-1e400").is_none());
    }
}

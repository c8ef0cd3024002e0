//! Points in time as signed metadata writes them.

use std::fmt;

use crate::error::{Error, Fault};

/// A second of UTC, from year 1 to 9999. There is no clock here: `now` is
/// always the caller's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    year: u16,
    month: u8,
    day: u8,
    second: u32,
}

impl Time {
    /// The time that the text gives: exactly `YYYY-MM-DDTHH:MM:SSZ`, every field
    /// padded, a day that the calendar has, seconds below 60.
    ///
    /// conda-content-trust accepts unpadded fields, mamba any digits; what only
    /// one of them takes for a date is none here.
    ///
    /// # Errors
    /// [`Fault::ArgumentInvalid`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::of_text(text.as_bytes()).ok_or_else(|| {
            Error::new(Fault::ArgumentInvalid {
                argument: "time".into(),
                reason: "a time is of the form 2030-01-31T23:59:59Z, in UTC".into(),
            })
        })
    }

    fn of_text(text: &[u8]) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| {
            text.get(range)?.iter().try_fold(0_u16, |number, digit| {
                let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
                number.checked_mul(10)?.checked_add(digit.into())
            })
        };
        let small = |range| number(range).and_then(|number| u8::try_from(number).ok());
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
        if text.len() != 20 || marks.iter().any(|(at, mark)| text.get(*at) != Some(mark)) {
            return None;
        }
        let (year, month, day) = (number(0..4)?, small(5..7)?, small(8..10)?);
        let (hour, minute, second) = (small(11..13)?, small(14..16)?, small(17..19)?);
        let is_date = year >= 1 && (1..=days_of(year, month)?).contains(&day);
        if !is_date || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let second = [(hour, 3_600_u32), (minute, 60), (second, 1)]
            .into_iter()
            .fold(0_u32, |sum, (count, length)| {
                sum.saturating_add(u32::from(count).saturating_mul(length))
            });
        Some(Self { year, month, day, second })
    }

    /// The time this many seconds after 1970 began; `None` beyond year 9999.
    #[must_use]
    pub fn of_unix(seconds: u64) -> Option<Self> {
        let second = u32::try_from(seconds.checked_rem(86_400)?).ok()?;
        let mut days = seconds.checked_div(86_400)?;
        let mut year = 1970_u16;
        loop {
            let length = if is_leap(year) { 366 } else { 365 };
            match days.checked_sub(length) {
                Some(rest) if year < 9_999 => (days, year) = (rest, year.saturating_add(1)),
                Some(_) => return None,
                None => break,
            }
        }
        let mut month = 1;
        while let Some(rest) = days.checked_sub(days_of(year, month)?.into()) {
            (days, month) = (rest, month.saturating_add(1));
        }
        let day = u8::try_from(days).ok()?.saturating_add(1);
        Some(Self { year, month, day, second })
    }

    /// Whether metadata that expires at this time has expired: from that very
    /// second on.
    #[must_use]
    pub fn has_passed(self, now: Self) -> bool {
        now >= self
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_of(year: u16, month: u8) -> Option<u8> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => return None,
    })
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |length: u32, below: u32| {
            self.second.checked_div(length).and_then(|count| count.checked_rem(below)).unwrap_or(0)
        };
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            self.year,
            self.month,
            self.day,
            part(3_600, 24),
            part(60, 60),
            part(1, 60)
        )
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Time;

    #[test]
    fn times_read_and_write_alike_and_order_as_they_pass() {
        let texts = [
            "0001-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2000-02-29T00:00:00Z",
            "2030-01-01T00:00:00Z",
            "2030-01-01T00:00:01Z",
            "9999-12-31T23:59:59Z",
        ];
        let times = texts.map(|text| Time::parse(text).unwrap());
        assert!(times.is_sorted());
        assert_eq!(times.map(|time| time.to_string()), texts);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2035-1-1T0:0:0Z",
            "2035-13-01T00:00:00Z",
            "2035-00-01T00:00:00Z",
            "2035-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2035-04-31T00:00:00Z",
            "2035-01-00T00:00:00Z",
            "2035-01-01T24:00:00Z",
            "2035-01-01T00:60:00Z",
            "2035-01-01T00:00:60Z",
            "2035-01-01T00:00:00",
            "2035-01-01T00:00:00.0Z",
            "2035-01-01T00:00:00+00:00",
            "2035-01-01 00:00:00Z",
            "2035-01-01t00:00:00z",
            "0000-01-01T00:00:00Z",
            "２035-01-01T00:00:00Z",
            "+035-01-01T00:00:00Z",
            " 2035-01-01T00:00:00Z",
        ] {
            assert!(Time::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_of_unix() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_893_456_000, "2030-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time::of_unix(seconds).unwrap().to_string(), text);
        }
        assert_eq!(Time::of_unix(253_402_300_800), None);
        assert_eq!(Time::of_unix(u64::MAX), None);
    }

    #[test]
    fn the_last_second_is_the_one_before() {
        let expires = Time::parse("2030-01-01T00:00:00Z").unwrap();
        assert!(!expires.has_passed(Time::parse("2029-12-31T23:59:59Z").unwrap()));
        assert!(expires.has_passed(expires));
    }
}

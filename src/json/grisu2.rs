//! The digits that Grisu2 gives a double, which nlohmann's `dump` writes.
//!
//! Florian Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with
//! Integers" (PLDI 2010), sections 4 and 5: digits that read back as the double,
//! in most cases the fewest, made with integers of 64 bits. Where they are not the
//! fewest depends on how the powers of ten are chosen; α = -60, γ = -32 and steps
//! of 8 from 10^-300 are nlohmann's. The texts were compared with those of nlohmann
//! 3.12.0: the same for 2.8 million doubles, of every exponent and of few decimals.

/// f·2^e, the paper's DIY floating point.
#[derive(Clone, Copy)]
pub(super) struct Float {
    pub(super) f: u64,
    pub(super) e: i32,
}

/// Digits of a positive double and the power of ten of the last one.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "the paper proves the bounds; exponents stay within ±2000"
)]
pub(super) fn digits(number: f64) -> (Vec<u8>, i32) {
    let v = Float::of(number);
    // Half way to the neighbours, which are nearer below a power of two.
    let above = Float { f: 2 * v.f + 1, e: v.e - 1 }.normalized();
    let is_power = v.f == 1 << 52 && v.e > 1 - 1075;
    let below = if is_power {
        Float { f: 4 * v.f - 1, e: v.e - 2 }
    } else {
        Float { f: 2 * v.f - 1, e: v.e - 1 }
    };
    let below = Float { f: below.f << (below.e - above.e), e: above.e };

    let (power, k) = power_for(above.e);
    let v = v.normalized().times(power);
    // A product is off by less than one: one less on either side is safe.
    let (low, high) = (below.times(power).f + 1, above.times(power).f - 1);
    let mut digits = Vec::with_capacity(17);
    let last = shorten(&mut digits, Float { f: high, e: v.e }, high - low, high - v.f);
    (digits, last - k)
}

#[expect(clippy::arithmetic_side_effects, reason = "the products of halves fit")]
impl Float {
    /// A positive, finite double.
    pub(super) fn of(number: f64) -> Self {
        let bits = number.to_bits();
        let (fraction, biased) = (bits & ((1 << 52) - 1), (bits >> 52) & 0x7FF);
        let e = i32::try_from(biased.max(1)).unwrap_or(0) - 1075;
        Self { f: if biased == 0 { fraction } else { fraction | (1 << 52) }, e }
    }

    /// The same with the highest bit set.
    fn normalized(self) -> Self {
        let zeros = self.f.leading_zeros();
        Self { f: self.f << zeros, e: self.e - i32::try_from(zeros).unwrap_or(0) }
    }

    /// The upper half of the product, rounded.
    fn times(self, other: Self) -> Self {
        let product = u128::from(self.f) * u128::from(other.f) + (1 << 63);
        Self { f: u64::try_from(product >> 64).unwrap_or(u64::MAX), e: self.e + other.e + 64 }
    }
}

/// A power of ten that brings an exponent of 2 between α and γ, and its exponent.
#[expect(clippy::arithmetic_side_effects, reason = "|e| is at most 1200")]
fn power_for(e: i32) -> (Float, i32) {
    // k is the least with 10^k ≥ 2^(α - e - 1); 78913 / 2^18 is the logarithm of 2.
    let wanted = -60 - e - 1;
    let k = wanted * 78_913 / (1 << 18) + i32::from(wanted > 0);
    let steps = (k + 300 + 7) / 8;

    // The powers are multiplied up, for a table of 79 would not compress. 10^-300 with
    // 128 bits; each product is cut off, and 64 bits of them are right to the last one.
    let mut f: u128 = 0xab70_fe17_c79a_c6ca_6dbd_630a_48aa_f406;
    let mut e = -1124;
    for _ in 0..8 * steps {
        f = (f >> 3) * 5;
        e += 4;
        if f >> 127 == 0 {
            f <<= 1;
            e -= 1;
        }
    }
    let rounded = (f >> 64) + ((f >> 63) & 1);
    let f = u64::try_from(rounded).unwrap_or(u64::MAX);
    (Float { f, e: e + 64 }, 8 * steps - 300)
}

/// Writes the digits of `high`, as few as stay above `high - delta`, and brings
/// them near to `high - distance`. Returns the power of ten of the last one.
#[expect(clippy::arithmetic_side_effects, reason = "32 bits and 60 bits, of 64")]
fn shorten(digits: &mut Vec<u8>, high: Float, mut delta: u64, mut distance: u64) -> i32 {
    // γ: there are at least 32 bits behind the point, α: at most 60.
    let shift = high.e.unsigned_abs();
    let one = 1_u64 << shift;
    let (mut whole, mut fraction) = (high.f >> shift, high.f & (one - 1));
    let mut last = i32::try_from(whole.max(1).ilog10()).unwrap_or(0);
    let mut unit = 10_u64.pow(last.unsigned_abs());
    loop {
        digits.push(digit(whole / unit));
        whole %= unit;
        let rest = (whole << shift) + fraction;
        if rest <= delta {
            round(digits, distance, delta, rest, unit << shift);
            return last;
        }
        if unit == 1 {
            break;
        }
        unit /= 10;
        last -= 1;
    }
    loop {
        fraction *= 10;
        delta *= 10;
        distance *= 10;
        last -= 1;
        digits.push(digit(fraction >> shift));
        fraction &= one - 1;
        if fraction <= delta {
            round(digits, distance, delta, fraction, one);
            return last;
        }
    }
}

/// Lowers the last digit while that brings the number nearer.
#[expect(clippy::arithmetic_side_effects, reason = "each stays below delta")]
fn round(digits: &mut [u8], distance: u64, delta: u64, mut rest: u64, unit: u64) {
    let Some(last) = digits.last_mut() else { return };
    while rest < distance
        && delta - rest >= unit
        && (rest + unit < distance || distance - rest > rest + unit - distance)
    {
        *last -= 1;
        rest += unit;
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "one digit")]
fn digit(value: u64) -> u8 {
    b'0' + u8::try_from(value).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::digits;

    fn text(number: f64) -> String {
        let (digits, last) = digits(number);
        format!("{}e{last}", String::from_utf8(digits).unwrap())
    }

    #[test]
    fn known_digits() {
        for (number, expected) in [
            (1.0, "1e0"),
            (100.0, "1e2"),
            (0.3, "3e-1"),
            (5e-324, "5e-324"),
            (f64::MIN_POSITIVE, "22250738585072014e-324"),
            (f64::MAX, "17976931348623157e292"),
            (1e21, "1e21"),
            // Not the fewest.
            (1e23, "9999999999999999e7"),
            (181_162.494_326, "18116249432599999e-11"),
        ] {
            assert_eq!(text(number), expected, "{number:e}");
        }
    }

    #[test]
    fn digits_read_back_and_are_mostly_the_fewest() {
        let mut state = 1_u64;
        let (mut longer, count) = (0, 200_000);
        for _ in 0..count {
            // Knuth's MMIX generator, its high bits.
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state >> 32
            };
            let number = f64::from_bits((next() << 32 | next()) >> 1);
            if !number.is_finite() || number == 0.0 {
                continue;
            }
            let text = text(number);
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits(), "{number:e}");
            let fewest = format!("{number:e}").split('e').next().unwrap().replace('.', "").len();
            let found = text.split('e').next().unwrap().len();
            assert!(found >= fewest);
            longer += usize::from(found > fewest);
        }
        // The paper says 99.9 %.
        assert!(longer > 0 && longer * 500 < count, "{longer} of {count}");
    }
}

//! Doubles from decimals and back, exactly, with whole numbers of any length.
//!
//! The standard library does both faster, with tables that would be a tenth of the
//! shipped file; of the doubles in metadata there are few.

use super::big::Big;
use super::grisu2::Float;

/// The most digits that are looked at one by one: between two doubles lies a number
/// of at most 768, so of all further digits it matters only whether one is not zero.
const DIGITS: u32 = 800;

/// The bits of the double nearest to a JSON number's text, of two equally near the
/// even one; none, if that is infinite.
pub(super) fn read(text: &str) -> Option<u64> {
    let (digits, scale, order) = split(text);
    let sign = u64::from(text.starts_with('-')) << 63;
    if digits.is_zero() || order < -323 {
        return Some(sign);
    }
    if order > 309 {
        return None;
    }
    let bits = nearest(digits, i32::try_from(scale).unwrap_or(0));
    (bits < f64::INFINITY.to_bits()).then_some(sign | bits)
}

/// Whether [`read`] gives a number, which is mostly told without reading it.
pub(super) fn is_finite(text: &str) -> bool {
    let (digits, _, order) = split(text);
    digits.is_zero() || order < 309 || read(text).is_some()
}

/// A number's digits, the power of ten of the last one, and a bound on both: the
/// number is below `10^order`, and not below `10^(order - 1)`.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "exponents are clamped, digits are bounded by the text and DIGITS"
)]
fn split(text: &str) -> (Big, i64, i64) {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (mut digits, mut count, mut scale) = (Big::default(), 0, read_exponent(exponent));
    let (mut is_fraction, mut is_cut) = (false, false);
    for byte in mantissa.bytes() {
        let digit = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            _ => {
                is_fraction = true;
                continue;
            }
        };
        if count < DIGITS {
            digits.times_plus(10, digit);
            count += u32::from(!digits.is_zero());
            scale -= i64::from(is_fraction);
        } else {
            is_cut |= digit > 0;
            scale += i64::from(!is_fraction);
        }
    }
    if is_cut {
        digits.times_plus(10, 1);
        count += 1;
        scale -= 1;
    }
    (digits, scale, scale + i64::from(count))
}

/// The exponent, or one beyond what any text of digits makes up for.
#[expect(clippy::arithmetic_side_effects, reason = "saturated, and far from the end")]
fn read_exponent(text: &str) -> i64 {
    let digits = text.trim_start_matches(['+', '-']);
    let exponent = digits.bytes().fold(0_i64, |exponent, byte| {
        exponent.saturating_mul(10).saturating_add(i64::from(byte.saturating_sub(b'0')))
    });
    let exponent = exponent.min(1 << 60);
    if text.starts_with('-') { -exponent } else { exponent }
}

/// The bits of the double nearest to `digits·10^scale`; those of infinity or more,
/// if it is too great.
#[expect(clippy::arithmetic_side_effects, reason = "all exponents stay within ±5000")]
fn nearest(digits: Big, scale: i32) -> u64 {
    // dividend / divisor · 2^scale
    let (mut dividend, mut divisor) = (digits, Big::of(1));
    let fives = if scale < 0 { &mut divisor } else { &mut dividend };
    fives.times_power_of_five(scale.unsigned_abs());

    // The quotient has 55 or 56 bits, two or three to be rounded off: or fewer, where
    // 2^exponent is a quarter of the least double.
    let exponent = (dividend.bits() - divisor.bits() + scale - 55).max(-1076);
    let more = scale - exponent;
    let shifted = if more < 0 { &mut divisor } else { &mut dividend };
    shifted.shift(more.unsigned_abs());
    divisor.shift(56);
    let mut quotient = 0_u64;
    for _ in 0..=56 {
        quotient = (quotient << 1) | u64::from(dividend.reduce(&divisor));
        dividend.shift(1);
    }

    let length = i32::try_from(64 - quotient.leading_zeros()).unwrap_or(0);
    let off = (length - 53).max(2);
    let (kept, rest) = (quotient >> off, quotient & ((1 << off) - 1));
    let half = 1 << (off - 1);
    let is_more = rest > half || rest == half && (!dividend.is_zero() || kept & 1 == 1);
    // The highest bit of a normal double is not written: it adds one to the exponent,
    // as the carry of rounding does.
    let biased = u64::try_from(exponent + off + 1074).unwrap_or(0);
    (biased << 52) + kept + u64::from(is_more)
}

/// The fewest digits that read back as a positive `number`, and of those the nearest
/// to it, of two equally near the even one; and the power of ten of the last one.
///
/// Steele and White, "How to Print Floating-Point Numbers Accurately" (PLDI 1990),
/// with the bounds included where reading rounds them to `number`, as CPython does.
#[expect(clippy::arithmetic_side_effects, reason = "all exponents stay within ±1100")]
pub(super) fn shortest(number: f64) -> (Vec<u8>, i32) {
    let Float { f, e } = Float::of(number);
    let is_even = f & 1 == 0;
    // All of them over `whole`: what is left of the number, and how much less and
    // more than it still reads as the number; less below a power of two.
    let is_power = f == 1 << 52 && e > -1074;
    let spare = 1 + u32::from(is_power);
    let (mut left, mut less, mut whole) = (Big::of(f), Big::of(1), Big::of(1));
    let binary = e.unsigned_abs();
    left.shift(spare);
    whole.shift(spare);
    if e < 0 {
        whole.shift(binary);
    } else {
        left.shift(binary);
        less.shift(binary);
    }

    // 78913 / 2^18 is the logarithm of 2: one too small at times, never too great.
    let length = i32::try_from(64 - f.leading_zeros()).unwrap_or(0);
    let mut order = ((e + length - 1) * 78_913) >> 18;
    let power = order.unsigned_abs();
    for part in
        if order < 0 { [Some(&mut left), Some(&mut less)] } else { [Some(&mut whole), None] }
            .into_iter()
            .flatten()
    {
        part.times_power_of_five(power);
        part.shift(power);
    }
    let mut more = less.clone();
    more.shift(u32::from(is_power));
    // Whether what is left and `more` reach `whole`.
    let is_near = |left: &Big, more: &Big, whole: &Big| {
        let mut gap = whole.clone();
        gap.subtract(left);
        (gap < *more || gap == *more && is_even, gap)
    };
    while left >= whole || is_near(&left, &more, &whole).0 {
        whole.times_plus(10, 0);
        order += 1;
    }

    let mut digits = Vec::with_capacity(17);
    loop {
        order -= 1;
        for part in [&mut left, &mut less, &mut more] {
            part.times_plus(10, 0);
        }
        let digit = left.reduce(&whole);
        let is_low = left < less || left == less && is_even;
        let (is_high, gap) = is_near(&left, &more, &whole);
        let is_up = is_high && (!is_low || left > gap || left == gap && digit & 1 == 1);
        digits.push(b'0' + digit + u8::from(is_up));
        if is_low || is_high {
            return (digits, order);
        }
    }
}

#[cfg(test)]
mod tests;

//! Compares with the standard library, which is exact too.

#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "tests")]

use super::{read, shortest};

/// Knuth's MMIX generator, its high bits.
fn random(state: &mut u64) -> u64 {
    let mut next = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *state >> 32
    };
    next() << 32 | next()
}

fn compare(text: &str) {
    let number: f64 = text.parse().unwrap();
    let expected = number.is_finite().then_some(number.to_bits());
    assert_eq!(read(text), expected, "{text:.60}");
}

/// What the standard library has: digits of the same number that read back, but
/// halfway between two the greater; so the nearest of that length are asked for.
fn expected(number: f64) -> String {
    let text = format!("{number:e}");
    let mantissa = text.split('e').next().unwrap();
    let decimals = mantissa.len().saturating_sub(2);
    let closest = format!("{number:.decimals$e}");
    if closest.parse::<f64>().unwrap() == number { closest } else { text }
}

fn written(number: f64) -> String {
    let (digits, last) = shortest(number);
    let exponent = last + i32::try_from(digits.len()).unwrap() - 1;
    let digits = String::from_utf8(digits).unwrap();
    let (first, others) = digits.split_at(1);
    let point = if others.is_empty() { "" } else { "." };
    format!("{first}{point}{others}e{exponent}")
}

/// Doubles of every exponent, and the powers of two with their neighbours.
fn doubles() -> impl Iterator<Item = f64> {
    let mut state = 7;
    let any = (0..20_000).map(move |_| random(&mut state) >> 1);
    let mut state = 9;
    let subnormal = (0..2_000_u32).map(move |turn| random(&mut state) >> (12 + turn % 52));
    let powers = (0..0x7FF_u64).flat_map(|biased| {
        let bits = biased << 52;
        [bits.saturating_sub(1), bits, bits + 1]
    });
    let small_powers = (0..52).flat_map(|power| [1_u64 << power, (1 << power) - 1]);
    let numbers = any.chain(subnormal).chain(powers).chain(small_powers).map(f64::from_bits);
    numbers.filter(|number| number.is_finite() && *number > 0.0)
}

#[test]
fn doubles_are_written_with_the_fewest_digits_and_read_back() {
    for number in doubles() {
        let text = written(number);
        assert_eq!(text, expected(number), "{:x}", number.to_bits());
        assert_eq!(read(&text), Some(number.to_bits()), "{text}");
    }
}

#[test]
fn few_decimals_are_written_as_they_were() {
    let mut state = 3;
    for _ in 0..20_000 {
        let number = f64::from(u32::try_from(random(&mut state) >> 40).unwrap()) / 1024.0;
        if number > 0.0 {
            assert_eq!(written(number), expected(number));
        }
    }
}

#[test]
fn numbers_halfway_between_two_doubles_are_read_as_the_even_one() {
    for number in doubles().step_by(5) {
        // All digits: a double has at most 767, halfway to the next it has one more.
        let next = number.next_up();
        if next.is_infinite() {
            continue;
        }
        let exact = format!("{number:.1080}");
        compare(&exact);
        let halfway = halfway(&exact, &format!("{next:.1080}"));
        compare(&halfway);
        compare(&format!("{halfway}{}1", "0".repeat(50)));
        // The same less a little: the last digit that counts, and nines after it.
        let last = halfway.rfind(|digit| ('1'..='9').contains(&digit)).unwrap();
        let (front, back) = halfway.split_at(last);
        let (last, zeros) = back.split_at(1);
        let last = last.parse::<u8>().unwrap() - 1;
        compare(&format!("{front}{last}{}9999999999", zeros.replace('0', "9")));
    }
}

/// The mean of two decimals with the same number of them.
fn halfway(low: &str, high: &str) -> String {
    let width = high.len();
    let low = format!("{low:0>width$}");
    let mut sums: Vec<u8> = Vec::new();
    let mut carry = 0;
    for (a, b) in low.bytes().zip(high.bytes()).rev() {
        if a == b'.' {
            sums.push(b'.');
            continue;
        }
        let sum = a - b'0' + b - b'0' + carry;
        sums.push(sum % 10);
        carry = sum / 10;
    }
    let (mut text, mut rest) = (String::new(), carry);
    for sum in sums.iter().rev() {
        if *sum == b'.' {
            text.push('.');
            continue;
        }
        let value = rest * 10 + sum;
        text.push(char::from(b'0' + value / 2));
        rest = value % 2;
    }
    text.push(if rest == 1 { '5' } else { '0' });
    let whole = text.trim_start_matches('0');
    if whole.starts_with('.') { format!("0{whole}") } else { whole.to_owned() }
}

#[test]
fn texts_of_every_shape_are_read_as_the_standard_library_reads_them() {
    let mut state = 5;
    for turn in 0..20_000_u32 {
        let digits: String = (0..=turn % 60).map(|_| random(&mut state).to_string()).collect();
        let length = 1 + usize::try_from(random(&mut state)).unwrap() % digits.len();
        let (digits, _) = digits.split_at(length);
        let (whole, fraction) = digits.split_at(usize::try_from(turn).unwrap() % length);
        let exponent = i64::try_from(random(&mut state) % 1500).unwrap() - 800;
        let sign = if turn % 3 == 0 { "-" } else { "" };
        compare(&format!("{sign}{whole}0.{fraction}e{exponent}"));
        compare(&format!("{sign}{whole}0.{fraction}0"));
    }
    for text in [
        "0.0",
        "-0.0",
        "0e999999999999999999999",
        "0.000e-5",
        "1E+2",
        "1e-400",
        "-1e-400",
        "1e400",
        "1e308",
        "1e309",
        "9e308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "179769313486231580793e289",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "4.9e-324",
        "2e-324",
        "3e-324",
        "9e-325",
        "1e-323",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "9007199254740993.0",
        "9007199254740993.00000000000000000000000000001",
        "1e99999999999999999999999999",
        "1e-99999999999999999999999999",
        "1e23",
        "8.5e22",
    ] {
        compare(text);
    }
}

#[test]
fn half_a_million_digits_are_read_at_once() {
    // With all of them looked at, this test would take minutes.
    let (ones, zeros) = ("1".repeat(500_000), "0".repeat(500_000));
    compare(&format!("{ones}.0"));
    compare(&format!("{ones}e-500000"));
    compare(&format!("0.{ones}"));
    compare(&format!("0.{zeros}1e500001"));
    compare(&format!("1{zeros}e-500000"));
    compare(&format!("9007199254740993.{zeros}"));
    compare(&format!("9007199254740993.{zeros}1"));
    compare(&format!("1e{ones}"));
    compare(&format!("1e-{ones}"));
}

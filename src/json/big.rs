//! Whole numbers of any length, with the few operations that decimals need.

use std::cmp::Ordering;

/// A whole number: digits of base 2^32, the lowest first, the highest not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Big(Vec<u32>);

#[expect(clippy::arithmetic_side_effects, reason = "sums and products of 32 bits, in 64")]
impl Big {
    pub(super) fn of(number: u64) -> Self {
        let mut big = Self(vec![low(number), low(number >> 32)]);
        big.trim();
        big
    }

    pub(super) const fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// How many binary digits it has.
    pub(super) fn bits(&self) -> i32 {
        let zeros = self.0.last().map_or(0, |digit| digit.leading_zeros());
        let bits = u32::try_from(self.0.len()).unwrap_or(0) * 32 - zeros;
        i32::try_from(bits).unwrap_or(0)
    }

    /// Multiplies by `factor`, which is not zero, and adds `carry`.
    pub(super) fn times_plus(&mut self, factor: u32, carry: u32) {
        let mut carry = u64::from(carry);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            *digit = low(carry);
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(low(carry));
        }
    }

    /// Multiplies by `5^power`.
    pub(super) fn times_power_of_five(&mut self, mut power: u32) {
        while power > 0 {
            // 5^13 is the greatest of 32 bits.
            let part = power.min(13);
            self.times_plus(5_u32.pow(part), 0);
            power -= part;
        }
    }

    /// Multiplies by `2^power`.
    pub(super) fn shift(&mut self, power: u32) {
        self.times_plus(1 << (power % 32), 0);
        if power >= 32 && !self.is_zero() {
            let zeros = usize::try_from(power / 32).unwrap_or(0);
            self.0.splice(..0, std::iter::repeat_n(0, zeros));
        }
    }

    /// Takes away `other`, which is not the greater one.
    pub(super) fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        for (digit, other) in self.0.iter_mut().zip(others) {
            let difference = u64::from(*digit).wrapping_sub(u64::from(other) + borrow);
            *digit = low(difference);
            borrow = difference >> 63;
        }
        self.trim();
    }

    /// Divides by `divisor`, which is not zero: keeps the remainder and returns the
    /// quotient, which is small.
    pub(super) fn reduce(&mut self, divisor: &Self) -> u8 {
        let mut quotient = 0;
        while *self >= *divisor {
            self.subtract(divisor);
            quotient += 1;
        }
        quotient
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

impl Ord for Big {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn low(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0)
}

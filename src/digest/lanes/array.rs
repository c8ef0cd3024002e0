//! Four words as an array: what tests compare, where there is no WebAssembly.

use super::WIDTH;

/// A word of each message.
#[derive(Clone, Copy)]
pub(super) struct Lanes([u32; WIDTH]);

impl Lanes {
    pub(super) const fn splat(word: u32) -> Self {
        Self([word; WIDTH])
    }

    /// The big-endian words that these are.
    pub(super) fn word(a: [u8; 4], b: [u8; 4], c: [u8; 4], d: [u8; 4]) -> Self {
        Self([a, b, c, d].map(u32::from_be_bytes))
    }

    pub(super) fn add(self, other: Self) -> Self {
        self.with(other, u32::wrapping_add)
    }

    pub(super) fn xor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }

    pub(super) fn rotate<const RIGHT: u32, const LEFT: u32>(self) -> Self {
        Self(self.0.map(|word| (word >> RIGHT) | (word << LEFT)))
    }

    pub(super) fn shift<const RIGHT: u32>(self) -> Self {
        Self(self.0.map(|word| word >> RIGHT))
    }

    /// This where a bit of the choice is set, the other where it is clear.
    pub(super) fn or_where_clear(self, other: Self, choice: Self) -> Self {
        let set = self.with(choice, |a, choice| a & choice);
        let clear = other.with(choice, |b, choice| b & !choice);
        set.with(clear, |a, b| a | b)
    }

    /// Puts a word into a lane, and gives the one that was there.
    pub(super) fn replace(&mut self, lane: usize, word: u32) -> u32 {
        self.0.get_mut(lane).map(|place| std::mem::replace(place, word)).unwrap_or_default()
    }

    fn with(self, other: Self, combine: impl Fn(u32, u32) -> u32) -> Self {
        let (a, b) = (self.0, other.0);
        Self(std::array::from_fn(|lane| match (a.get(lane), b.get(lane)) {
            (Some(a), Some(b)) => combine(*a, *b),
            _ => 0,
        }))
    }
}

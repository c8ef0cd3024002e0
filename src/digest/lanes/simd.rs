//! Four words in one value of WebAssembly.

use core::arch::wasm32::{
    i8x16_shuffle, u32x4, u32x4_add, u32x4_extract_lane, u32x4_replace_lane, u32x4_shl, u32x4_shr,
    u32x4_splat, v128, v128_bitselect, v128_or, v128_xor,
};

/// A word of each message.
#[derive(Clone, Copy)]
pub(super) struct Lanes(v128);

impl Lanes {
    #[inline(always)]
    pub(super) fn splat(word: u32) -> Self {
        Self(u32x4_splat(word))
    }

    /// The big-endian words that these are.
    #[inline(always)]
    pub(super) fn word(a: [u8; 4], b: [u8; 4], c: [u8; 4], d: [u8; 4]) -> Self {
        let (a, b) = (u32::from_le_bytes(a), u32::from_le_bytes(b));
        let (c, d) = (u32::from_le_bytes(c), u32::from_le_bytes(d));
        let words = u32x4(a, b, c, d);
        Self(i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(words, words))
    }

    #[inline(always)]
    pub(super) fn add(self, other: Self) -> Self {
        Self(u32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn rotate<const RIGHT: u32, const LEFT: u32>(self) -> Self {
        Self(v128_or(u32x4_shr(self.0, RIGHT), u32x4_shl(self.0, LEFT)))
    }

    #[inline(always)]
    pub(super) fn shift<const RIGHT: u32>(self) -> Self {
        Self(u32x4_shr(self.0, RIGHT))
    }

    /// This where a bit of the choice is set, the other where it is clear.
    #[inline(always)]
    pub(super) fn or_where_clear(self, other: Self, choice: Self) -> Self {
        Self(v128_bitselect(self.0, other.0, choice.0))
    }

    /// Puts a word into a lane, and gives the one that was there.
    pub(super) fn replace(&mut self, lane: usize, word: u32) -> u32 {
        let words = self.0;
        let (old, new) = match lane {
            0 => (u32x4_extract_lane::<0>(words), u32x4_replace_lane::<0>(words, word)),
            1 => (u32x4_extract_lane::<1>(words), u32x4_replace_lane::<1>(words, word)),
            2 => (u32x4_extract_lane::<2>(words), u32x4_replace_lane::<2>(words, word)),
            _ => (u32x4_extract_lane::<3>(words), u32x4_replace_lane::<3>(words, word)),
        };
        self.0 = new;
        old
    }
}

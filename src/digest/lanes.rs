//! SHA-256 of many messages, four at a time (FIPS 180-4).
//!
//! WebAssembly has no instructions for SHA-256, and its own 128-bit lanes take four messages
//! in little more time than one. Elsewhere the crate sha2 finds the processor's instructions.

#[cfg(not(target_feature = "simd128"))]
mod array;
#[cfg(target_feature = "simd128")]
mod simd;

#[cfg(not(target_feature = "simd128"))]
use self::array::Lanes;
#[cfg(target_feature = "simd128")]
use self::simd::Lanes;
use super::Sha256Digest;

const WIDTH: usize = 4;
/// What goes through at a time: 64 bytes, as the words that they are read as.
type Block = [[u8; 4]; 16];
const BLOCK: usize = 64;
/// What goes through a lane that has no message.
const IDLE: &[Block] = &[[[0; 4]; 16]];
/// A message ends with its length in bits.
const LENGTH: usize = 8;

/// FIPS 180-4, 5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// FIPS 180-4, 4.2.2.
const ROUND: [[u32; 16]; 4] = [
    [
        0x428a_2f98,
        0x7137_4491,
        0xb5c0_fbcf,
        0xe9b5_dba5,
        0x3956_c25b,
        0x59f1_11f1,
        0x923f_82a4,
        0xab1c_5ed5,
        0xd807_aa98,
        0x1283_5b01,
        0x2431_85be,
        0x550c_7dc3,
        0x72be_5d74,
        0x80de_b1fe,
        0x9bdc_06a7,
        0xc19b_f174,
    ],
    [
        0xe49b_69c1,
        0xefbe_4786,
        0x0fc1_9dc6,
        0x240c_a1cc,
        0x2de9_2c6f,
        0x4a74_84aa,
        0x5cb0_a9dc,
        0x76f9_88da,
        0x983e_5152,
        0xa831_c66d,
        0xb003_27c8,
        0xbf59_7fc7,
        0xc6e0_0bf3,
        0xd5a7_9147,
        0x06ca_6351,
        0x1429_2967,
    ],
    [
        0x27b7_0a85,
        0x2e1b_2138,
        0x4d2c_6dfc,
        0x5338_0d13,
        0x650a_7354,
        0x766a_0abb,
        0x81c2_c92e,
        0x9272_2c85,
        0xa2bf_e8a1,
        0xa81a_664b,
        0xc24b_8b70,
        0xc76c_51a3,
        0xd192_e819,
        0xd699_0624,
        0xf40e_3585,
        0x106a_a070,
    ],
    [
        0x19a4_c116,
        0x1e37_6c08,
        0x2748_774c,
        0x34b0_bcb5,
        0x391c_0cb3,
        0x4ed8_aa4a,
        0x5b9c_ca4f,
        0x682e_6ff3,
        0x748f_82ee,
        0x78a5_636f,
        0x84c8_7814,
        0x8cc7_0208,
        0x90be_fffa,
        0xa450_6ceb,
        0xbef9_a3f7,
        0xc671_78f2,
    ],
];

/// A message that goes through one of the lanes.
struct Message<'a> {
    /// Its place in the order of messages.
    place: usize,
    /// Whole blocks that have not gone through.
    blocks: &'a [Block],
    /// What is left of it, with its padding (FIPS 180-4, 5.1.1): one block or two.
    tail: [Block; 2],
    tail_blocks: std::ops::Range<usize>,
}

impl<'a> Message<'a> {
    fn new(place: usize, bytes: &'a [u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<4>();
        let (blocks, words) = words.as_chunks::<16>();
        let mut tail = [[[0; 4]; 16]; 2];
        let to = tail.as_flattened_mut().as_flattened_mut();
        let padded = words.as_flattened().iter().chain(rest).chain(&[0x80]);
        let length = to.iter_mut().zip(padded).map(|(to, byte)| *to = *byte).count();
        let tail_blocks = if length > BLOCK - LENGTH { 2 } else { 1 };
        let bits = u64::try_from(bytes.len()).unwrap_or(0) << 3;
        let last = tail.get_mut(..tail_blocks).and_then(<[_]>::last_mut);
        if let Some(to) = last.and_then(|last| last.as_flattened_mut().last_chunk_mut()) {
            *to = bits.to_be_bytes();
        }
        Self { place, blocks, tail, tail_blocks: 0..tail_blocks }
    }

    /// The next blocks, so many of those that need no padding, or the one that comes next.
    fn take(&mut self, run: usize) -> &[Block] {
        if let Some((taken, rest)) = self.blocks.split_at_checked(run.max(1)) {
            self.blocks = rest;
            return taken;
        }
        let next = self.tail_blocks.next().and_then(|next| self.tail.get(next));
        next.map(std::slice::from_ref).unwrap_or_default()
    }

    fn is_at_end(&self) -> bool {
        self.blocks.is_empty() && self.tail_blocks.is_empty()
    }
}

/// Finds the SHA-256 of each message, and tells it with the message's place. The order in
/// which they are told is that of their ends.
pub(crate) fn sha256_each<'a>(
    messages: impl Iterator<Item = &'a [u8]>,
    found: &mut dyn FnMut(usize, Sha256Digest),
) {
    let mut messages = messages.enumerate().map(|(place, bytes)| Message::new(place, bytes));
    let mut lanes: [Option<Message<'a>>; WIDTH] = std::array::from_fn(|_| messages.next());
    let mut state = INITIAL.map(Lanes::splat);
    while lanes.iter().any(Option::is_some) {
        // As many as all of them have without padding; where one has none, one of each.
        let whole = |lane: &Option<Message<'_>>| lane.as_ref().map_or(0, |lane| lane.blocks.len());
        let run = lanes.iter().map(whole).min().unwrap_or(0);
        {
            let [i, j, k, l] = lanes.each_mut().map(|lane| match lane {
                Some(lane) => lane.take(run),
                None => IDLE,
            });
            for (((i, j), k), l) in i.iter().zip(j).zip(k).zip(l) {
                compress(&mut state, [i, j, k, l]);
            }
        }
        for (index, lane) in lanes.iter_mut().enumerate() {
            if lane.as_ref().is_none_or(|lane| !lane.is_at_end()) {
                continue;
            }
            if let Some(message) = std::mem::replace(lane, messages.next()) {
                found(message.place, digest(&mut state, index));
            }
        }
    }
}

/// Takes a lane's digest, and leaves the lane as it begins.
fn digest(state: &mut [Lanes; 8], lane: usize) -> Sha256Digest {
    let mut bytes = [0; 32];
    let words = bytes.chunks_exact_mut(4).zip(state.iter_mut().zip(INITIAL));
    for (to, (word, initial)) in words {
        to.copy_from_slice(&word.replace(lane, initial).to_be_bytes());
    }
    Sha256Digest::new(bytes)
}

/// Puts a block of each message into the state (FIPS 180-4, 6.2.2).
fn compress(state: &mut [Lanes; 8], [i, j, k, l]: [&Block; WIDTH]) {
    let mut words: [Lanes; 16] = [Lanes::splat(0); 16];
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (turn, constants) in ROUND.iter().enumerate() {
        // Sixteen rounds each, written out: a loop would be kept as one, to be small.
        macro_rules! rounds {
            ($($t:literal)*) => {$(
                if turn == 0 {
                    words[$t] = Lanes::word(i[$t], j[$t], k[$t], l[$t]);
                } else {
                    // W[t] from W[t-16], W[t-15], W[t-7], W[t-2].
                    let (low, high) = (words[($t + 1) % 16], words[($t + 14) % 16]);
                    words[$t] = words[$t]
                        .add(low.rotate::<7, 25>().xor(low.rotate::<18, 14>()).xor(low.shift::<3>()))
                        .add(words[($t + 9) % 16])
                        .add(high.rotate::<17, 15>().xor(high.rotate::<19, 13>()).xor(high.shift::<10>()));
                }
                let sum = e.rotate::<6, 26>().xor(e.rotate::<11, 21>()).xor(e.rotate::<25, 7>());
                // Ch and Maj, each as a choice between two.
                let first = h
                    .add(sum)
                    .add(f.or_where_clear(g, e))
                    .add(Lanes::splat(constants[$t]))
                    .add(words[$t]);
                let sum = a.rotate::<2, 30>().xor(a.rotate::<13, 19>()).xor(a.rotate::<22, 10>());
                let second = sum.add(c.or_where_clear(b, a.xor(b)));
                h = g;
                g = f;
                f = e;
                e = d.add(first);
                d = c;
                c = b;
                b = a;
                a = first.add(second);
            )*};
        }
        rounds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    }
    for (word, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.add(more);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::super::Sha256Digest;
    use super::sha256_each;

    #[test]
    fn each_message_has_the_digest_that_it_has_alone() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect();
        let around = |length: usize| (length.saturating_sub(9)..length + 10).collect::<Vec<_>>();
        let mut lengths: Vec<usize> =
            [0, 64, 128, 192, 1_000].into_iter().flat_map(around).collect();
        lengths.extend([100_000, 3, 65_536, 0, 1]);
        for skipped in 0..lengths.len() {
            let messages: Vec<&[u8]> =
                lengths.iter().skip(skipped).map(|length| &bytes[..*length]).collect();
            let mut digests = vec![None; messages.len()];
            sha256_each(messages.iter().copied(), &mut |place, digest| {
                assert_eq!(digests[place].replace(digest), None);
            });
            for (message, digest) in messages.iter().zip(digests) {
                assert_eq!(digest, Some(Sha256Digest::of(message)), "{}", message.len());
            }
        }
    }

    #[test]
    fn no_message_has_no_digest() {
        sha256_each(std::iter::empty(), &mut |place, _| {
            assert_eq!(place, usize::MAX, "there is none")
        });
    }
}

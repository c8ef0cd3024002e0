//! Names in a crit-bit tree.
//!
//! Paths of one package begin alike. A tree that compares whole names reads their beginnings at
//! each of its levels; this one looks at a single bit there, and at all of a name once. Neither
//! the order in which names come nor what they are makes it slow: a name of `n` bytes has at
//! most `9 n` levels above it, and nothing is hashed.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

/// Different names, each with a place: how many came before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NameTree<'a> {
    names: Vec<Cow<'a, str>>,
    forks: Vec<Fork>,
    /// Where every walk begins, if there is a name.
    root: Branch,
}

/// Where names that were one part.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fork {
    /// Up to here all names below are equal.
    bit: Bit,
    /// Those that have a 0 there.
    zero: Branch,
    /// Those that have a 1.
    one: Branch,
}

impl Fork {
    #[inline]
    const fn branch(&self, is_set: bool) -> Branch {
        if is_set { self.one } else { self.zero }
    }
}

/// What a branch leads to: the place of a name, or that of a fork. One number, as there are
/// many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Branch(usize);

enum Below {
    Name(usize),
    Fork(usize),
}

impl Branch {
    const fn to_name(place: usize) -> Self {
        Self(place << 1)
    }

    const fn to_fork(place: usize) -> Self {
        Self((place << 1) | 1)
    }

    const fn below(self) -> Below {
        if self.0 & 1 == 0 { Below::Name(self.0 >> 1) } else { Below::Fork(self.0 >> 1) }
    }
}

/// A bit of a name, ordered as names are read: the byte that it is of, and how far right it
/// stands there. A byte has nine of them, so that the end of a name comes before a NUL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Bit(u64);

/// The bits of a byte are numbered in so many bits.
const BITS: u32 = 4;
/// The number of the last one.
const LAST: u16 = 8;

impl Bit {
    /// The first bit in which two names differ, if they do.
    #[inline]
    fn parting(a: &str, b: &str) -> Option<Self> {
        let byte = first_difference(a.as_bytes(), b.as_bytes())?;
        let differing = symbol(a, byte) ^ symbol(b, byte);
        let right = LAST.saturating_sub(u16::try_from(differing.ilog2()).unwrap_or(0));
        Some(Self((u64::try_from(byte).unwrap_or(u64::MAX) << BITS) | u64::from(right)))
    }

    /// Whether a name has a 1 there.
    #[inline(always)]
    fn is_set_in(self, name: &str) -> bool {
        let byte = usize::try_from(self.0 >> BITS).unwrap_or(usize::MAX);
        let right = u16::try_from(self.0 & 0xF).unwrap_or(LAST);
        (symbol(name, byte) >> LAST.saturating_sub(right)) & 1 == 1
    }
}

/// A byte of a name, one higher; 0 behind its end.
#[inline]
fn symbol(name: &str, byte: usize) -> u16 {
    name.as_bytes().get(byte).map_or(0, |byte| u16::from(*byte).saturating_add(1))
}

/// Where two texts part. WebAssembly has no instruction that compares many bytes.
#[inline]
fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let pieces = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let pieces = pieces.take_while(|(a, b)| a == b).count().saturating_mul(8);
    let rest = a.iter().zip(b).skip(pieces);
    let alike = pieces.saturating_add(rest.take_while(|(a, b)| a == b).count());
    (alike < a.len() || alike < b.len()).then_some(alike)
}

impl<'a> NameTree<'a> {
    pub(super) const fn new() -> Self {
        Self { names: Vec::new(), forks: Vec::new(), root: Branch::to_name(0) }
    }

    /// The place of a name.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        let nearest = self.nearest(name);
        let is_it = Bit::parting(self.names.get(nearest)?, name).is_none();
        is_it.then_some(nearest)
    }

    /// Adds a name; its place, and whether it is new.
    pub(super) fn insert(&mut self, name: Cow<'a, str>) -> (usize, bool) {
        let place = self.names.len();
        if place > 0 {
            let nearest = self.nearest(&name);
            let other = self.names.get(nearest).map_or("", AsRef::as_ref);
            let Some(bit) = Bit::parting(other, &name) else { return (nearest, false) };
            self.part(bit, &name, place);
        }
        self.names.push(name);
        (place, true)
    }

    /// The names and their places, in the order of the names' bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        let mut waiting: Vec<Branch> = Vec::new();
        if !self.names.is_empty() {
            waiting.push(self.root);
        }
        std::iter::from_fn(move || {
            let mut branch = waiting.pop()?;
            loop {
                match branch.below() {
                    Below::Name(place) => return Some((self.names.get(place)?.as_ref(), place)),
                    Below::Fork(place) => {
                        let fork = self.forks.get(place)?;
                        waiting.push(fork.one);
                        branch = fork.zero;
                    }
                }
            }
        })
    }

    /// The place of the name that a walk ends at. Where the name is here it is this one;
    /// otherwise no other has more in common with it.
    fn nearest(&self, name: &str) -> usize {
        let mut branch = self.root;
        loop {
            match branch.below() {
                Below::Name(place) => return place,
                Below::Fork(place) => match self.forks.get(place) {
                    Some(fork) => branch = fork.branch(fork.bit.is_set_in(name)),
                    None => return usize::MAX,
                },
            }
        }
    }

    /// Lets a new name, which will be in that place, part from those that it is equal to up
    /// to a bit.
    fn part(&mut self, bit: Bit, name: &str, place: usize) {
        let mut branch = self.root;
        let mut above = None;
        // Down to names that are equal for longer.
        while let Below::Fork(at) = branch.below()
            && let Some(fork) = self.forks.get(at).filter(|fork| fork.bit < bit)
        {
            let side = fork.bit.is_set_in(name);
            above = Some((at, side));
            branch = fork.branch(side);
        }
        let new = Branch::to_name(place);
        let (zero, one) = if bit.is_set_in(name) { (branch, new) } else { (new, branch) };
        let fork = Branch::to_fork(self.forks.len());
        self.forks.push(Fork { bit, zero, one });
        match above.and_then(|(at, side)| Some((self.forks.get_mut(at)?, side))) {
            Some((above, true)) => above.one = fork,
            Some((above, false)) => above.zero = fork,
            None => self.root = fork,
        }
    }
}

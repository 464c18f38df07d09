//! The Merkle tree of RFC 6962 over SHA-256, as pure functions.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 hash of the tree; it is shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; Hash::BYTES]);

impl Hash {
    /// The bytes of a hash.
    pub const BYTES: usize = 32;

    /// The hash with these bytes.
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The hash of an entry: RFC 6962, section 2.1, with the prefix `0x00`.
    pub fn leaf(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash of two subtrees: RFC 6962, section 2.1, with the prefix `0x01`.
    pub fn node(left: Self, right: Self) -> Self {
        let mut both = [1; 1 + 2 * Self::BYTES];
        both[1..=Self::BYTES].copy_from_slice(&left.0);
        both[1 + Self::BYTES..].copy_from_slice(&right.0);
        Self(Sha256::digest(both).into())
    }

    /// The root of a tree without entries: the hash of nothing.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// The root of a full subtree with these leaves, of which there is a power of two.
    pub(super) fn of_full(leaves: &[Self]) -> Option<Self> {
        let mut row = leaves.to_vec();
        while row.len() > 1 {
            row = row.chunks(2).map(|pair| pair.iter().copied().reduce(Self::node)).collect::<Option<_>>()?;
        }
        row.pop()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The right edge of a growing tree: the roots of its full subtrees, from the largest to the smallest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Peaks {
    size: u64,
    peaks: Vec<Hash>,
}

impl Peaks {
    /// The edge of a tree of this size.
    pub(super) fn of<N: Nodes>(nodes: &N, size: u64) -> Result<Self, N::Error> {
        let (mut peaks, mut start) = (Vec::new(), 0);
        for level in (0..u64::BITS).rev().filter(|level| size >> level & 1 == 1) {
            peaks.push(nodes.node(level, start >> level)?);
            start += 1 << level;
        }
        Ok(Self { size, peaks })
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Each one at the end of the size is a full subtree that the new leaf completes to a larger one.
        for _ in 0..self.size.trailing_ones() {
            hash = self.peaks.pop().map_or(hash, |left| Hash::node(left, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    pub(super) fn root(&self) -> Hash {
        let right_to_left = self.peaks.iter().rev().copied();
        right_to_left.reduce(|right, left| Hash::node(left, right)).unwrap_or_else(Hash::of_nothing)
    }
}

/// Where the hashes of full subtrees are looked up.
pub(super) trait Nodes {
    type Error;

    /// The hash of the entries `index << level .. (index + 1) << level`, all of which there are.
    fn node(&self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The root of the tree with the first `size` entries.
pub(super) fn root<N: Nodes>(nodes: &N, size: u64) -> Result<Hash, N::Error> {
    Peaks::of(nodes, size).map(|peaks| peaks.root())
}

/// The hashes that lead from entry `index` to the root of the first `size` entries: RFC 6962, section 2.1.1.
pub(super) fn inclusion<N: Nodes>(nodes: &N, index: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(subtree(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(subtree(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The hashes that show the first `old` entries to be the beginning of the first `size`: RFC 6962, section 2.1.2.
pub(super) fn consistency<N: Nodes>(nodes: &N, old: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    // The old root itself is not part of the proof: who checks it has it.
    let mut is_known = true;
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(subtree(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(subtree(nodes, start, middle)?);
            start = middle;
            is_known = false;
        }
    }
    if !is_known {
        path.push(subtree(nodes, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// The root that an inclusion proof leads to; `None` when its length does not fit: RFC 9162, section 2.1.3.2.
pub(super) fn root_of_inclusion(index: u64, size: u64, leaf: Hash, path: &[Hash]) -> Option<Hash> {
    let (mut at, mut last) = (index, size.checked_sub(1)?);
    if at > last {
        return None;
    }
    let mut hash = leaf;
    for &sibling in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = Hash::node(sibling, hash);
            // A right edge without a sibling on these levels goes straight up.
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = Hash::node(hash, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

/// Both roots that a consistency proof leads to, the old one and the new one: RFC 9162, section 2.1.4.2.
pub(super) fn roots_of_consistency(
    old: u64,
    size: u64,
    old_root: Hash,
    path: &[Hash],
) -> Option<(Hash, Hash)> {
    if old == 0 || old >= size {
        return None;
    }
    let (mut at, mut last) = (old - 1, size - 1);
    let levels = at.trailing_ones();
    (at, last) = (at >> levels, last >> levels);
    let (start, rest) =
        if old.is_power_of_two() { (old_root, path) } else { path.split_first().map(|(a, b)| (*a, b))? };
    let (mut before, mut after) = (start, start);
    for &hash in rest {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            (before, after) = (Hash::node(hash, before), Hash::node(hash, after));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            after = Hash::node(after, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some((before, after))
}

/// The hash of the entries `start..end`, a subtree that the splitting of RFC 6962 leads to.
fn subtree<N: Nodes>(nodes: &N, start: u64, end: u64) -> Result<Hash, N::Error> {
    let len = end - start;
    if len.is_power_of_two() {
        let level = len.trailing_zeros();
        return nodes.node(level, start >> level);
    }
    let middle = start + split(len);
    Ok(Hash::node(subtree(nodes, start, middle)?, subtree(nodes, middle, end)?))
}

/// The largest power of two below `len`, which is at least two.
const fn split(len: u64) -> u64 {
    1 << (u64::BITS - 1 - (len - 1).leading_zeros())
}

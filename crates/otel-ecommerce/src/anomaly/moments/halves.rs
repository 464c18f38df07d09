//! A list of 32-bit numbers, small while it is short.

/// A list of numbers of 32 bits each with one of 16 bits beside them, in 24 bytes: four numbers in place, more on the
/// heap.
#[derive(Debug)]
pub(super) enum Halves {
    /// Four at most.
    Few { mark: u16, len: u8, numbers: [u32; Self::FEW] },
    /// More; what is beyond `len` is not used yet.
    Many { mark: u16, len: u32, numbers: Box<[u32]> },
}

// It is what a user, card or device costs.
const _: () = assert!(size_of::<Halves>() == 24);

impl Default for Halves {
    fn default() -> Self {
        Self::Few { mark: 0, len: 0, numbers: [0; Self::FEW] }
    }
}

impl Halves {
    /// How many are kept in place.
    const FEW: usize = 4;

    pub(super) fn as_slice(&self) -> &[u32] {
        match self {
            Self::Few { len, numbers, .. } => numbers.get(..usize::from(*len)),
            Self::Many { len, numbers, .. } => numbers.get(..*len as usize),
        }
        .unwrap_or_default()
    }

    /// The number beside them.
    pub(super) const fn mark(&self) -> u16 {
        match self {
            Self::Few { mark, .. } | Self::Many { mark, .. } => *mark,
        }
    }

    pub(super) const fn set_mark(&mut self, to: u16) {
        match self {
            Self::Few { mark, .. } | Self::Many { mark, .. } => *mark = to,
        }
    }

    /// The bytes that it takes on the heap.
    pub(super) fn heap(&self) -> usize {
        match self {
            Self::Few { .. } => 0,
            Self::Many { numbers, .. } => size_of_val::<[u32]>(numbers),
        }
    }

    /// Puts a number at a place, and what is there and after it one place further.
    pub(super) fn insert(&mut self, place: usize, number: u32) {
        let len = self.as_slice().len();
        if len == self.room() {
            self.make_room(len + (len / 4).max(4));
        }
        let numbers = self.all_mut();
        if place <= len && len < numbers.len() {
            numbers.copy_within(place..len, place + 1);
            if let Some(there) = numbers.get_mut(place) {
                *there = number;
            }
            self.set_len(len + 1);
        }
    }

    /// Forgets the first so many. Of the room for them, some is kept, but never more than for twice as many as are left.
    pub(super) fn forget(&mut self, first: usize) {
        let len = self.as_slice().len();
        let first = first.min(len);
        if first == 0 {
            return;
        }
        self.all_mut().copy_within(first..len, 0);
        let left = len - first;
        self.set_len(left);
        let is_spilled = matches!(self, Self::Many { .. });
        // One more is about to come.
        if is_spilled && left < Self::FEW {
            let (mark, mut numbers) = (self.mark(), [0; Self::FEW]);
            numbers.iter_mut().zip(self.as_slice()).for_each(|(to, from)| *to = *from);
            *self = Self::Few { mark, len: left as u8, numbers };
        } else if is_spilled && self.room() > 2 * (left + Self::FEW) {
            self.make_room(left + Self::FEW);
        }
    }

    fn room(&self) -> usize {
        match self {
            Self::Few { numbers, .. } => numbers.len(),
            Self::Many { numbers, .. } => numbers.len(),
        }
    }

    fn make_room(&mut self, room: usize) {
        let (mark, old) = (self.mark(), self.as_slice());
        let mut numbers = Vec::with_capacity(room);
        numbers.extend_from_slice(old);
        numbers.resize(room, 0);
        *self = Self::Many { mark, len: old.len() as u32, numbers: numbers.into_boxed_slice() };
    }

    fn all_mut(&mut self) -> &mut [u32] {
        match self {
            Self::Few { numbers, .. } => numbers,
            Self::Many { numbers, .. } => numbers,
        }
    }

    const fn set_len(&mut self, to: usize) {
        match self {
            Self::Few { len, .. } => *len = to as u8,
            Self::Many { len, .. } => *len = to as u32,
        }
    }
}

//! Slots that stay where they are while there get more of them.

/// A list in chunks. When it grows nothing is copied but the end of it, and a 256th of it is not used yet at most.
#[derive(Debug)]
pub(super) struct Slots<T> {
    chunks: Vec<Vec<T>>,
    len: usize,
    /// How many there is room for.
    room: usize,
    cap: usize,
}

const CHUNK: usize = 1_024;

impl<T> Slots<T> {
    /// None yet, of at most `cap`.
    pub(super) const fn new(cap: usize) -> Self {
        Self { chunks: Vec::new(), len: 0, room: 0, cap }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.room * size_of::<T>() + self.chunks.capacity() * size_of::<Vec<T>>()
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.chunks.get_mut(at / CHUNK)?.get_mut(at % CHUNK)
    }

    /// One more; where it is.
    pub(super) fn push(&mut self, slot: T) -> usize {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::new());
        }
        if let Some(last) = self.chunks.last_mut() {
            if last.len() == last.capacity() {
                let more = (self.len / 256).max(8).min(CHUNK - last.len());
                last.reserve_exact(more.min(self.cap.saturating_sub(self.len).max(1)));
                self.room = self.len - last.len() + last.capacity();
            }
            last.push(slot);
            self.len += 1;
        }
        self.len - 1
    }
}

//! Timers by the second: a hierarchical wheel, told the time and never asking for it.

/// The number of a timer. Numbers are small: there is a place for each up to the highest.
type Timer = u32;

/// No timer, and no place.
const NONE: u32 = u32::MAX;

/// Each level has 64 slots, each as long as the whole level below: six levels of seconds reach 2,177 years.
const BITS: u32 = 6;
const SLOTS: u32 = 1 << BITS;
const LEVELS: u32 = 6;

/// Where timers are that are due: after all slots.
const DUE: u32 = LEVELS * SLOTS;

/// One timer for each number. Setting and stopping one is O(1); each moves down a level at most six times.
#[derive(Debug)]
pub(super) struct Wheel {
    now: u64,
    /// The first timer of each slot, and of those that are due.
    heads: Box<[Timer]>,
    /// Which slots of each level have timers, a bit for each.
    occupied: [u64; LEVELS as usize],
    nodes: Vec<Node>,
}

/// A timer in the list of its slot.
#[derive(Clone, Copy, Debug)]
struct Node {
    deadline: u64,
    place: u32,
    before: Timer,
    after: Timer,
}

impl Node {
    const STOPPED: Self = Self { deadline: 0, place: NONE, before: NONE, after: NONE };
}

impl Wheel {
    pub(super) fn new() -> Self {
        let heads = vec![NONE; DUE as usize + 1].into();
        Self { now: 0, heads, occupied: [0; LEVELS as usize], nodes: Vec::new() }
    }

    /// Sets a timer, or sets it anew. One whose time has come already is due with the next [`Wheel::expired`].
    pub(super) fn set(&mut self, timer: Timer, deadline: u64) {
        let count = timer as usize + 1;
        if self.nodes.len() < count {
            self.nodes.resize(count, Node::STOPPED);
        }
        self.stop(timer);
        let place = place(self.now, deadline);
        let Some(head) = self.heads.get_mut(place as usize) else { return };
        let after = std::mem::replace(head, timer);
        if let Some(next) = self.nodes.get_mut(after as usize) {
            next.before = timer;
        }
        if let Some(node) = self.nodes.get_mut(timer as usize) {
            *node = Node { deadline, place, before: NONE, after };
        }
        if let Some(slots) = self.occupied.get_mut((place / SLOTS) as usize) {
            *slots |= 1 << (place % SLOTS);
        }
    }

    /// Stops a timer, if it is set.
    pub(super) fn stop(&mut self, timer: Timer) {
        let Some(node) = self.nodes.get_mut(timer as usize) else { return };
        let Node { place, before, after, .. } = std::mem::replace(node, Node::STOPPED);
        if let Some(next) = self.nodes.get_mut(after as usize) {
            next.before = before;
        }
        if let Some(previous) = self.nodes.get_mut(before as usize) {
            previous.after = after;
            return;
        }
        // It was the first of its list, or in none at all.
        let Some(head) = self.heads.get_mut(place as usize) else { return };
        *head = after;
        if after == NONE
            && let Some(slots) = self.occupied.get_mut((place / SLOTS) as usize)
        {
            *slots &= !(1 << (place % SLOTS));
        }
    }

    /// A timer whose deadline is at `now` or before, which is stopped by that; `None` when there is none left.
    ///
    /// Time does not go back: an earlier `now` than the last is that one.
    pub(super) fn expired(&mut self, now: u64) -> Option<Timer> {
        loop {
            if let Some(timer) = self.first(DUE) {
                self.stop(timer);
                return Some(timer);
            }
            match self.next() {
                Some((place, starts)) if starts <= now => {
                    self.now = starts;
                    while let Some(timer) = self.first(place) {
                        let deadline = self.nodes.get(timer as usize).map_or(starts, |node| node.deadline);
                        self.set(timer, deadline);
                    }
                }
                _ => {
                    self.now = self.now.max(now);
                    return None;
                }
            }
        }
    }

    /// The next slot with timers, and the second it begins with. A lower level is always earlier: what is in a higher
    /// one is beyond the whole slot that the lower one divides.
    fn next(&self) -> Option<(u32, u64)> {
        let (level, slots) = (0..).zip(self.occupied).find(|(_, slots)| *slots != 0)?;
        let slot = slots.trailing_zeros();
        let shift = BITS * level;
        let round = self.now >> (shift + BITS) << (shift + BITS);
        Some((level * SLOTS + slot, round | u64::from(slot) << shift))
    }

    fn first(&self, place: u32) -> Option<Timer> {
        self.heads.get(place as usize).copied().filter(|timer| *timer != NONE)
    }
}

/// The slot of a deadline: on the level of the highest digit in which it differs from `now`.
fn place(now: u64, deadline: u64) -> u32 {
    if deadline <= now {
        return DUE;
    }
    // What is even later comes round with the last slot, and is looked at again then.
    let deadline = deadline.min(now | ((1 << (BITS * LEVELS)) - 1));
    let level = (now ^ deadline).checked_ilog2().unwrap_or(0) / BITS;
    let slot = (deadline >> (BITS * level)) as u32 % SLOTS;
    level * SLOTS + slot
}

//! Lists in which everything takes the same short time: many rings over the same numbered nodes.

/// Rings of nodes that are numbers. A node is in one of them at most, so its number is all that is needed to take it
/// out, and a ring costs no memory while it grows.
#[derive(Debug)]
pub(super) struct Rings {
    /// One link for each node, then one for each ring: its beginning and its end.
    links: Box<[Link]>,
    nodes: u32,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    next: u32,
    previous: u32,
}

impl Rings {
    pub(super) const BYTES_PER_NODE: usize = size_of::<Link>();

    pub(super) fn new(rings: u32, nodes: u32) -> Self {
        let alone = |number| Link { next: number, previous: number };
        Self { links: (0..nodes + rings).map(alone).collect(), nodes }
    }

    /// Puts a node that is in no ring at the end of one.
    pub(super) fn push(&mut self, ring: u32, node: u32) {
        let next = self.nodes + ring;
        let previous = self.at(next).previous;
        *self.at(node) = Link { next, previous };
        self.at(previous).next = node;
        self.at(next).previous = node;
    }

    /// Takes a node out of the ring it is in.
    pub(super) fn remove(&mut self, node: u32) {
        let Link { next, previous } = *self.at(node);
        self.at(previous).next = next;
        self.at(next).previous = previous;
        *self.at(node) = Link { next: node, previous: node };
    }

    /// The node that has been in a ring for longest.
    pub(super) fn first(&self, ring: u32) -> Option<u32> {
        let first = self.links[(self.nodes + ring) as usize].next;
        (first < self.nodes).then_some(first)
    }

    /// The node that has been in a ring for the shortest time.
    pub(super) fn last(&self, ring: u32) -> Option<u32> {
        let last = self.links[(self.nodes + ring) as usize].previous;
        (last < self.nodes).then_some(last)
    }

    fn at(&mut self, number: u32) -> &mut Link {
        &mut self.links[number as usize]
    }
}

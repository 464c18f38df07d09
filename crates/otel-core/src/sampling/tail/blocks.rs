//! The bytes of spans, in blocks of one size that are chained for each trace.

/// No block.
const NONE: u32 = u32::MAX;

/// What a block holds: with its link, four cache lines.
const PAYLOAD: usize = 252;

/// What stands in front of each span: its length.
pub(super) const PREFIX: usize = 4;

#[derive(Debug)]
struct Block {
    next: u32,
    bytes: [u8; PAYLOAD],
}

/// All blocks. They are one allocation; pages of it that were never needed take no memory, and blocks that were used
/// last are used first.
#[derive(Debug)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    free: u32,
    /// How many blocks can still be taken.
    left: u32,
}

/// The blocks of one trace, and how much is in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    first: u32,
    last: u32,
    blocks: u32,
    len: u32,
}

impl Chain {
    pub(super) const EMPTY: Self = Self { first: NONE, last: NONE, blocks: 0, len: 0 };

    pub(super) const fn len(&self) -> usize {
        self.len as usize
    }

    /// How many more blocks it takes to append this many bytes.
    pub(super) const fn blocks_for(&self, bytes: usize) -> u32 {
        // A trace never comes near 4 GiB: it has a limit far below.
        (self.len() + bytes).div_ceil(PAYLOAD) as u32 - self.blocks
    }
}

impl Blocks {
    pub(super) const BYTES_PER_BLOCK: usize = size_of::<Block>();

    pub(super) fn new(blocks: u32) -> Self {
        Self { blocks: Vec::with_capacity(blocks as usize), free: NONE, left: blocks }
    }

    /// How many blocks can still be taken.
    pub(super) const fn left(&self) -> u32 {
        self.left
    }

    /// Appends a span; there have to be enough blocks left.
    pub(super) fn append(&mut self, chain: &mut Chain, span: &[u8]) {
        // See `Chain::blocks_for`.
        self.write(chain, &(span.len() as u32).to_le_bytes());
        self.write(chain, span);
    }

    fn write(&mut self, chain: &mut Chain, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = chain.blocks as usize * PAYLOAD - chain.len();
            if room == 0 {
                let Some(block) = self.take() else { return };
                match chain.last {
                    NONE => chain.first = block,
                    last => self.blocks[last as usize].next = block,
                }
                chain.last = block;
                chain.blocks += 1;
                continue;
            }
            let (now, later) = bytes.split_at(bytes.len().min(room));
            let at = PAYLOAD - room;
            self.blocks[chain.last as usize].bytes[at..at + now.len()].copy_from_slice(now);
            chain.len += now.len() as u32;
            bytes = later;
        }
    }

    /// Writes what is in a chain into `out`.
    pub(super) fn gather(&self, chain: &Chain, out: &mut Vec<u8>) {
        out.clear();
        let mut block = chain.first;
        while block != NONE {
            let Block { next, bytes } = &self.blocks[block as usize];
            let len = PAYLOAD.min(chain.len() - out.len());
            out.extend_from_slice(&bytes[..len]);
            block = *next;
        }
    }

    /// Takes the blocks of a chain back, all at once.
    pub(super) fn release(&mut self, chain: Chain) {
        if chain.blocks > 0 {
            self.blocks[chain.last as usize].next = self.free;
            self.free = chain.first;
            self.left += chain.blocks;
        }
    }

    fn take(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let block = match self.free {
            NONE => {
                self.blocks.push(Block { next: NONE, bytes: [0; PAYLOAD] });
                // There are fewer than 2³², as `left` was counted down.
                self.blocks.len() as u32 - 1
            }
            free => {
                self.free = std::mem::replace(&mut self.blocks[free as usize].next, NONE);
                free
            }
        };
        Some(block)
    }
}

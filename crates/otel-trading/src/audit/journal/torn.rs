//! What a crash leaves of the group that was being written, as distinct from what somebody leaves who changes one.

/// The smallest piece a disk writes as a whole.
const SECTOR: usize = 512;

/// Whether some sector of a group was never written, so that the file has zeros there.
///
/// A file that grows is longer, or as long, but where its data had not arrived yet the file system shows zeros.
/// A group has no zeros of its own in such numbers: its header begins with a byte that is none, hashes and texts do
/// not have hundreds of zeros, and its checkpoint ends with a newline.
///
/// `offset` is where the group begins in its file.
pub(super) fn is_torn(group: &[u8], offset: usize) -> bool {
    let first = SECTOR - offset % SECTOR;
    let (head, rest) = group.split_at(first.min(group.len()));
    std::iter::once(head).chain(rest.chunks(SECTOR)).any(|sector| sector.iter().all(|byte| *byte == 0))
}

//! What was found where.

use std::ops::Range;

use super::kind::Kind;

/// Something that must not leave, and where it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes; it begins and ends between characters.
    pub range: Range<usize>,
}

impl Finding {
    pub(super) fn new(kind: Kind, range: Range<usize>) -> Self {
        Self { kind, range }
    }
}

/// The findings that stand, in the order of the text: where one lies within another, the outer one stands, and of two
/// in the same place the more dangerous.
///
/// Where two only touch, both go as one of the more dangerous kind, so that no half of either stays behind.
pub(super) fn resolve(mut found: Vec<Finding>) -> Vec<Finding> {
    if found.len() < 2 {
        return found;
    }
    found.sort_by_key(|finding| (finding.range.start, std::cmp::Reverse(finding.range.end)));
    let mut resolved: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found {
        match resolved.last_mut().filter(|last| finding.range.start < last.range.end) {
            None => resolved.push(finding),
            Some(last) => {
                // Who begins before and ends after knows best; a mixture is as dangerous as its worse part.
                if finding.range == last.range || finding.range.end > last.range.end {
                    last.kind = last.kind.max(finding.kind);
                }
                last.range.end = last.range.end.max(finding.range.end);
            }
        }
    }
    resolved
}

//! What one process knows, as bytes for the next.
//!
//! `magic | bookings | count | count × window | BLAKE3 of all before`, integers little endian.

use super::KpiSettings;
use super::bookings::Bookings;
use super::sessions::Window;

/// What a state begins with, the version of the format included.
// tidy: stays inside: it is read by this module alone.
const MAGIC: &[u8; 8] = b"OTELKPI2";
const CHECKSUM: usize = 32;

/// Why bytes are no state of a [`KpiMonitor`](crate::KpiMonitor).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// They are something else, or of another version.
    NotAState,
    /// They were changed, or are not complete.
    Damaged,
}

/// What was saved.
#[derive(Debug)]
pub(super) struct Saved {
    pub(super) bookings: Bookings,
    pub(super) windows: Vec<SavedWindow>,
}

/// The present window of a funnel.
#[derive(Debug)]
pub(super) struct SavedWindow {
    pub(super) funnel: String,
    pub(super) window: Window,
}

/// A state of about so many bytes, of which everything is written by `write`.
pub(super) fn written(about: usize, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    // Nobody waits for memory while a lock is held.
    let mut bytes = Vec::with_capacity(MAGIC.len() + about + CHECKSUM);
    bytes.extend_from_slice(MAGIC);
    write(&mut bytes);
    let checksum = blake3::hash(&bytes);
    bytes.extend_from_slice(checksum.as_bytes());
    bytes
}

impl Saved {
    /// Nothing.
    pub(super) fn nothing(settings: &KpiSettings) -> Self {
        let bookings = Bookings::new(settings.bookings, settings.bookings_horizon);
        Self { bookings, windows: Vec::new() }
    }

    pub(super) fn read(bytes: &[u8], settings: &KpiSettings) -> Result<Self, StateError> {
        if !bytes.starts_with(MAGIC) {
            return Err(StateError::NotAState);
        }
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(StateError::Damaged)?;
        if blake3::hash(content) != *checksum {
            return Err(StateError::Damaged);
        }
        let rest = &mut content.get(MAGIC.len()..).ok_or(StateError::Damaged)?;
        let bookings = Bookings::read(rest, settings.bookings, settings.bookings_horizon)?;
        let mut windows = Vec::new();
        for _ in 0..number(rest)? {
            windows.push(SavedWindow::read(rest)?);
        }
        if rest.is_empty() { Ok(Self { bookings, windows }) } else { Err(StateError::Damaged) }
    }
}

impl SavedWindow {
    /// Adds a window: `length | name | window`.
    pub(super) fn write(funnel: &str, window: &Window, bytes: &mut Vec<u8>) {
        write_part(bytes, funnel.as_bytes());
        window.write(bytes);
    }

    fn read(rest: &mut &[u8]) -> Result<Self, StateError> {
        let funnel = String::from_utf8(part(rest)?.to_vec()).map_err(|_| StateError::Damaged)?;
        Ok(Self { funnel, window: Window::read(rest)? })
    }
}

pub(super) fn number(rest: &mut &[u8]) -> Result<u64, StateError> {
    take(rest).map(u64::from_le_bytes)
}

pub(super) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], StateError> {
    let (taken, left) = rest.split_first_chunk().ok_or(StateError::Damaged)?;
    *rest = left;
    Ok(*taken)
}

/// Adds a part and, before it, how long it is.
pub(super) fn write_part(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

pub(super) fn part<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], StateError> {
    let length = usize::try_from(number(rest)?).map_err(|_| StateError::Damaged)?;
    let (part, left) = rest.split_at_checked(length).ok_or(StateError::Damaged)?;
    *rest = left;
    Ok(part)
}

impl std::fmt::Display for StateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAState => "this is not a saved state, or one of another version",
            Self::Damaged => "this saved state was changed, or is not complete",
        })
    }
}

impl std::error::Error for StateError {}

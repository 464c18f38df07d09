//! The spool on the disk of this machine.

use std::cell::Cell;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use super::super::disk::Disk;
use super::super::file_system::{File, FileSystem, Found};
use super::super::format::{self, Frame, HEADER, Header, Slot, State};
use super::super::{Config, Entry, OpenError, Spool};
use super::{drain, entry, payload, payloads, put, put_back, settle_all};
use crate::lane::Lane;
use crate::ledger::Stream;

const MIB: u64 = 1024 * 1024;

fn at(root: &Path) -> Spool<Disk> {
    Spool::open(Disk, root, Config::new(8 * MIB)).expect("a spool always opens").0
}

#[test]
fn only_its_owner_can_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("some/where");
    let mut spool = at(&root);
    put_back(&mut spool, Lane::Alert, &payload(1, 1_000));
    spool.sync().unwrap();
    let mode = |path: &str| fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o777;
    let files = ["0000000001/lock", "0000000001/alert/0000000001.seg"].map(mode);
    let dirs = ["../where", "../../some", "0000000001", "0000000001/alert"].map(mode);
    assert_eq!((files, dirs), ([0o600; 2], [0o700; 4]));
}

#[test]
fn a_link_is_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("elsewhere");
    fs::write(&target, "precious ".repeat(100)).unwrap();
    let lane = dir.path().join("root/0000000001/normal");
    fs::create_dir_all(&lane).unwrap();
    std::os::unix::fs::symlink(&target, lane.join("0000000001.seg")).unwrap();
    let (spool, recovered) = Spool::open(Disk, &dir.path().join("root"), Config::new(MIB)).unwrap();
    assert_eq!((recovered.preserved, recovered.quarantined), (1, 0));
    spool.close().unwrap();
    assert_eq!(fs::read_to_string(target).unwrap(), "precious ".repeat(100));
    assert!(lane.join("0000000001.seg").is_symlink());
}

#[test]
fn a_process_leaves_its_entries_to_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = at(dir.path());
    let tickets: Vec<_> = (0..200).map(|id| put(&mut spool, Lane::Normal, &payload(id, 5_000))).collect();
    spool.sync().unwrap();
    tickets.into_iter().step_by(2).for_each(|ticket| spool.settle(ticket));
    drop(spool);
    let mut spool = at(dir.path());
    let left: Vec<_> = (0..200).skip(1).step_by(2).map(|id| payload(id, 5_000)).collect();
    assert_eq!(payloads(&mut spool), left);
    drop(spool);
    let mut spool = at(dir.path());
    assert_eq!(settle_all(&mut spool), 100);
    spool.close().unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn of_many_that_adopt_at_once_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..30 {
        let mut spool = at(dir.path());
        (0..5).for_each(|id| put_back(&mut spool, Lane::Normal, &payload(round * 5 + id, 100)));
        drop(spool);
        let ready = std::sync::Barrier::new(4);
        let found = std::thread::scope(|scope| {
            let adopt = || {
                ready.wait();
                let mut spool = at(dir.path());
                let found = settle_all(&mut spool);
                // While one still holds its lock, the others look again.
                ready.wait();
                let late = spool.adopt().entries.entries;
                ready.wait();
                spool.close().unwrap();
                (found, late)
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(adopt)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let mut each: Vec<usize> = found.iter().map(|(found, _)| *found).collect();
        each.sort_unstable();
        assert_eq!(each, [0, 0, 0, 5], "{found:?}");
        assert!(found.iter().all(|(_, late)| *late == 0));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

#[test]
fn it_opens_unless_no_directory_can_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let opened = Spool::open(Disk, &file, Config::new(MIB));
    assert!(matches!(opened, Err(OpenError::Directory(..))), "{opened:?}");
    let mut config = Config::new(MIB);
    config.lanes[0].reserved_bytes = MIB;
    assert_eq!(Spool::open(Disk, dir.path(), config).err(), Some(OpenError::Reserves));
    let junk = dir.path().join("root/0000000007");
    fs::create_dir_all(junk.join("normal/0000000001.seg")).unwrap();
    fs::write(junk.join("audit"), "not a directory").unwrap();
    let large = dir.path().join("root/0000000008/bulk");
    fs::create_dir_all(&large).unwrap();
    let mut header = Vec::new();
    Header { lane: Lane::Bulk, salt: 1, first_seq: 1 }.write(&mut header);
    fs::write(large.join("0000000001.seg"), header).unwrap();
    fs::File::options().write(true).open(large.join("0000000001.seg")).unwrap().set_len(1 << 40).unwrap();
    let mut spool = at(&dir.path().join("root"));
    put_back(&mut spool, Lane::Audit, &payload(1, 100));
    spool.sync().unwrap();
}

/// The disk, and how much was read from it.
#[derive(Clone)]
struct Metered(Rc<Cell<u64>>);

struct MeteredFile(fs::File, Rc<Cell<u64>>);

impl FileSystem for Metered {
    type File = MeteredFile;
    type Lock = fs::File;

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        Disk.create_dir(dir)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<Found>> {
        Disk.list(dir)
    }
    fn lock(&self, path: &Path) -> io::Result<Option<fs::File>> {
        Disk.lock(path)
    }
    fn create(&self, path: &Path) -> io::Result<MeteredFile> {
        Ok(MeteredFile(Disk.create(path)?, Rc::clone(&self.0)))
    }
    fn open(&self, path: &Path) -> io::Result<MeteredFile> {
        Ok(MeteredFile(Disk.open(path)?, Rc::clone(&self.0)))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }
    fn unlink(&self, path: &Path) -> io::Result<()> {
        Disk.unlink(path)
    }
    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        Disk.remove_dir(dir)
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        Disk.sync_dir(dir)
    }
}

impl File for MeteredFile {
    fn len(&self) -> io::Result<u64> {
        File::len(&self.0)
    }
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = File::read_at(&self.0, bytes, offset)?;
        self.1.set(self.1.get() + read as u64);
        Ok(read)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        File::write_at(&self.0, bytes, offset)
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.truncate(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        File::sync_data(&self.0)
    }
}

/// Segments of 8 MiB with 16 KiB entries, whose payloads are holes.
fn sparse(lane: &Path, segments: u64) -> u64 {
    let (frame, salt) = (16 * 1024, 7);
    let frames = 8 * MIB / frame - 1;
    fs::create_dir_all(lane).unwrap();
    for segment in 0..segments {
        let mut bytes = Vec::new();
        let first_seq = 1 + segment * frames;
        Header { lane: Lane::Normal, salt, first_seq }.write(&mut bytes);
        let slots = (0..frames).map(|at| Slot {
            seq: first_seq + at,
            offset: (HEADER as u64 + at * frame) as u32,
            len: frame as u32 - format::FRAME as u32,
            items: 10,
            stream: Stream::Logs,
            state: State::Waiting,
        });
        let mut footer = Vec::new();
        format::write_footer(&slots.collect::<Vec<_>>(), 1_000, salt, &mut footer);
        let file = fs::File::create(lane.join(format!("{:010}.seg", segment + 1))).unwrap();
        file.write_all_at(&bytes, 0).unwrap();
        file.write_all_at(&footer, HEADER as u64 + frames * frame).unwrap();
    }
    segments * frames
}

#[test]
fn four_gibibytes_are_opened_by_their_footers() {
    let dir = tempfile::tempdir().unwrap();
    let lane = dir.path().join("0000000001/normal");
    let sealed = sparse(&lane, 511);
    // The last one has no footer, and is real.
    let (salt, mut bytes) = (9, Vec::new());
    Header { lane: Lane::Normal, salt, first_seq: 1 << 30 }.write(&mut bytes);
    let body = payload(1, 16 * 1024);
    let entry = Entry { stream: Stream::Logs, ..entry(Lane::Normal, &body) };
    (0..500).for_each(|at| Frame::write(&entry, (1 << 30) + at, salt, &mut bytes));
    fs::write(lane.join("0000000512.seg"), &bytes).unwrap();

    let read = Rc::new(Cell::new(0));
    let began = Instant::now();
    let (spool, recovered) =
        Spool::open(Metered(Rc::clone(&read)), dir.path(), Config::new(4 * 1024 * MIB + 64 * MIB)).unwrap();
    let took = began.elapsed();
    assert_eq!(recovered.entries.entries, sealed + 500);
    let on_disk = spool.bytes_on_disk();
    assert!(on_disk > 4_080 * MIB);
    let said = format!("{} MiB opened in {took:?}, {} bytes read", on_disk / MIB, read.get());
    writeln!(io::stdout(), "{said}").unwrap();
    assert!(read.get() < 8 * MIB + sealed * 32, "{said}");
    let segments = spool.shelves.iter().flat_map(|shelf| shelf.iter());
    assert!(
        segments.into_iter().all(|(_, segment)| segment.loaded.is_none()),
        "nothing of it stays in the RAM"
    );
}

#[test]
fn entries_that_are_read_are_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = at(dir.path());
    let large = payload(3, 3 * MIB as usize);
    put_back(&mut spool, Lane::Bulk, &large);
    put_back(&mut spool, Lane::Bulk, &[]);
    let found: Vec<_> = drain(&mut spool).into_iter().map(|(_, entry)| entry.payload.len()).collect();
    assert_eq!(found, [large.len(), 0]);
}

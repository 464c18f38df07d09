//! Adoption: what dead processes left behind becomes backlog.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::Spool;
use super::counts::{Loss, Recovered};
use super::file_system::{File as _, FileSystem, Found};
use super::format::{self, HEADER, Header, MAX_FILE, NoHeader};
use super::home::{self, Home};
use super::segment::{Contents, Key, Loaded, Segment, Stage};
use super::stray::Standing;
use crate::lane::Lane;
use crate::ledger::Stream;

/// The segments of one lane of a directory that is being adopted.
type Orphans<D> = Vec<(Key, Segment<D>)>;

/// One file of a directory that is being adopted.
struct Remnant {
    home: u64,
    lane: Option<Lane>,
    path: PathBuf,
    len: u64,
}

/// What a file is.
enum Verdict<D> {
    Segment(Lane, u64, Header, D, Contents),
    /// The process died while it made the file.
    Unborn,
    /// A segment that cannot be used.
    Broken,
    /// A broken segment that has been set aside before.
    SetAside,
    /// Something that this code does not know, or could not read.
    Foreign,
}

impl<F: FileSystem> Spool<F> {
    /// Takes the directories of dead processes over. Their entries are backlog from now on.
    ///
    /// Of several spools that try, one succeeds. A directory that does not fit is left for later, unless this spool
    /// has adopted no other: waiting would not make it fit better.
    pub(crate) fn adopt(&mut self) -> Recovered {
        let mut recovered = Recovered::default();
        let Ok(found) = self.fs.list(&self.root) else {
            recovered.left += 1;
            return recovered;
        };
        let named = found.iter().filter(|found| found.is_dir);
        let mut numbers: Vec<u64> = named.filter_map(|found| home::number(&found.name)).collect();
        numbers.sort_unstable();
        for number in numbers {
            let mut known = std::iter::once(&self.own).chain(self.adopted.values());
            if !known.any(|home| home.number == number) {
                match Home::orphan(&self.fs, &self.root, number) {
                    Ok(Some(orphan)) => self.adopt_one(orphan, &mut recovered),
                    Ok(None) => recovered.alive += 1,
                    // Someone else has adopted it, and it is gone already.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(_) => recovered.left += 1,
                }
            }
        }
        self.finish_files();
        // After a loss of power, files may be back that were removed: what is too much now goes by the usual rules.
        drop(self.make_room(Lane::Audit, 0, None));
        recovered
    }

    fn adopt_one(&mut self, mut orphan: Home<F::Lock>, recovered: &mut Recovered) {
        let home = self.next_number();
        let Ok(files) = self.remnants(home, &orphan) else {
            recovered.left += 1;
            return;
        };
        let bytes = files.iter().map(|file| file.len).sum::<u64>() + orphan.lock_bytes;
        if !self.adopted.is_empty() && self.used() + bytes > self.config.max_bytes {
            recovered.left += 1;
            return;
        }
        self.adopting = files.iter().map(|file| file.len).sum();
        orphan.reopen(&self.fs);
        recovered.adopted += 1;
        let certain = orphan.certain;
        // Until everything in it is known, it may look empty.
        orphan.files += 1;
        self.adopted.insert(home, orphan);
        let mut orphans: [Orphans<F::File>; Lane::ALL.len()] = Default::default();
        for file in files {
            let (lane, len) = (file.lane, file.len);
            match (lane, self.inspect(file, recovered)) {
                (Some(lane), Some(segment)) => orphans[lane as usize].push(segment),
                _ => self.adopting -= len,
            }
        }
        for (lane, mut segments) in Lane::ALL.into_iter().zip(orphans) {
            self.forget_copies(lane, &mut segments);
            for (key, segment) in segments {
                self.take_over(lane, key, segment, certain, recovered);
            }
        }
        self.left(home);
    }

    /// The files of a directory, in the order in which they were made.
    fn remnants(&self, home: u64, orphan: &Home<F::Lock>) -> io::Result<Vec<Remnant>> {
        let mut remnants = Vec::new();
        let lanes = Lane::ALL.into_iter().map(|lane| (Some(lane), orphan.lane(lane)));
        for (lane, dir) in lanes.chain([(None, orphan.dir.clone())]) {
            let mut found = match self.fs.list(&dir) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                found => found?,
            };
            let is_lock = |found: &Found| lane.is_none() && home::is_lock(&found.name);
            found.retain(|found| !(found.is_dir || is_lock(found)));
            found.sort_unstable_by(|one, other| one.name.cmp(&other.name));
            let of_lane = found.into_iter().map(|found| Remnant {
                home,
                lane,
                path: dir.join(found.name),
                len: found.len,
            });
            remnants.extend(of_lane);
        }
        Ok(remnants)
    }

    /// Puts what is no segment where it belongs.
    fn inspect(&mut self, file: Remnant, recovered: &mut Recovered) -> Option<(Key, Segment<F::File>)> {
        match self.judge(&file) {
            Verdict::Segment(lane, number, header, found, contents) => {
                self.note_damage(lane, &contents, recovered);
                let loaded = Loaded::new(found, contents.slots);
                let mut segment = Segment::new(file.home, number, header.salt, file.len, loaded);
                (segment.end, segment.newest_unix_nanos) = (contents.end, contents.newest_unix_nanos);
                (segment.stage, segment.dirty, segment.sealed) =
                    (Stage::Closed, false, contents.scan.is_none());
                if segment.sealed {
                    segment.unload();
                }
                return Some((Key { first_seq: header.first_seq, id: self.next_number() }, segment));
            }
            Verdict::Unborn => {
                recovered.torn_bytes += file.len;
                self.abandon(file.home, file.path, file.len);
            }
            Verdict::Broken => {
                recovered.quarantined += 1;
                self.quarantine(file.home, &file.path, file.len);
            }
            Verdict::SetAside => self.keep_stray(file.home, file.path, file.len, Standing::Quarantined),
            Verdict::Foreign => {
                recovered.preserved += 1;
                self.keep_stray(file.home, file.path, file.len, Standing::Preserved);
            }
        }
        None
    }

    fn judge(&self, file: &Remnant) -> Verdict<F::File> {
        let Some(lane) = file.lane else { return Verdict::Foreign };
        if file.path.extension().is_some_and(|extension| extension == "bad") {
            return Verdict::SetAside;
        }
        let number = file.path.file_name().and_then(|name| home::segment_number(name.to_str()?));
        let Some(number) = number else { return Verdict::Foreign };
        let Ok((found, header)) = self.header(&file.path, file.len) else { return Verdict::Foreign };
        match header {
            Ok(header) if header.lane == lane && file.len <= MAX_FILE => {
                match Contents::read(&found, file.len, header.salt) {
                    Ok(contents) => Verdict::Segment(lane, number, header, found, contents),
                    Err(_) => Verdict::Foreign,
                }
            }
            Err(NoHeader::UnknownVersion) => Verdict::Foreign,
            Err(NoHeader::Damaged) if file.len < HEADER as u64 => Verdict::Unborn,
            _ => Verdict::Broken,
        }
    }

    /// Gives segments the footers that their processes did not come to write, so that they need not be searched again.
    fn finish_files(&mut self) {
        for lane in Lane::ALL {
            let mut last = None;
            let unfinished = |segment: &Segment<F::File>| segment.stage == Stage::Closed && !segment.sealed;
            while let Some(key) = self.shelf(lane).next(last, unfinished) {
                last = Some(key);
                self.shelf_mut(lane).with(key, Segment::cut);
                let loaded = self.shelf(lane).get(key).and_then(|segment| segment.loaded.as_ref());
                let footer = loaded.map_or(0, |loaded| format::footer_len(loaded.slots.len()));
                if self.used() + footer <= self.config.max_bytes {
                    let Self { shelves, buffer, .. } = self;
                    shelves[lane as usize].with(key, |segment| {
                        segment.close(buffer);
                        // If this fails, its entries are as durable as they were, and nobody was promised more.
                        drop(segment.sync());
                        (segment.stage, segment.dirty) = (Stage::Closed, false);
                    });
                }
                self.tidy(lane, key);
            }
        }
    }

    fn header(&self, path: &Path, len: u64) -> io::Result<(F::File, Result<Header, NoHeader>)> {
        let file = self.fs.open(path)?;
        let mut bytes = [0; HEADER];
        let bytes = &mut bytes[..len.min(HEADER as u64) as usize];
        file.read_exact_at(bytes, 0)?;
        Ok((file, Header::read(bytes)))
    }

    /// Counts what a scan has found damaged: it was there, and it is lost.
    fn note_damage(&mut self, lane: Lane, contents: &Contents, recovered: &mut Recovered) {
        let Some(scan) = &contents.scan else { return };
        for (stream, damaged) in Stream::ALL.into_iter().zip(scan.damaged) {
            self.counts.recovered(lane, stream, damaged);
            self.counts.dropped(lane, stream, Loss::Damaged, damaged);
            recovered.damaged += damaged;
        }
        recovered.damaged_bytes += scan.damaged_bytes;
        recovered.torn_bytes += scan.torn_bytes;
    }

    /// An entry that was moving to another file when the process died may be in both. The newer copy stays, once it
    /// is durable.
    fn forget_copies(&self, lane: Lane, segments: &mut Orphans<F::File>) {
        segments.sort_unstable_by_key(|(key, _)| *key);
        for at in 1..segments.len() {
            let (olders, newers) = segments.split_at_mut(at);
            let Some((older_key, older)) = olders.last_mut() else { return };
            let last_seq = older.last_seq;
            for (_, newer) in newers.iter_mut().take_while(|(key, _)| key.first_seq <= last_seq) {
                let copies = self.durable(lane, newer).unwrap_or_default();
                if self.learn(lane, older).is_ok() {
                    for seq in copies {
                        older.finish(seq);
                    }
                }
                // It was copied from the front: what is left of it comes after what is in the copy.
                older_key.first_seq = older.first_pending().unwrap_or(older_key.first_seq);
                [&mut *newer, older].into_iter().filter(|segment| segment.sealed).for_each(Segment::unload);
            }
        }
        segments.sort_unstable_by_key(|(key, _)| *key);
    }

    /// The entries of a segment, once they are durable.
    fn durable(&self, lane: Lane, segment: &mut Segment<F::File>) -> io::Result<BTreeSet<u64>> {
        self.learn(lane, segment)?;
        let Some(loaded) = &segment.loaded else { return Ok(BTreeSet::new()) };
        loaded.file.sync_data()?;
        if let Some(home) = self.home(segment.home) {
            self.fs.sync_dir(&home.lane(lane))?;
        }
        Ok(loaded.slots.iter().map(|slot| slot.seq).collect())
    }

    fn learn(&self, lane: Lane, segment: &mut Segment<F::File>) -> io::Result<()> {
        let home = self.home(segment.home).ok_or(io::ErrorKind::NotFound)?;
        segment.load(&self.fs, &home.segment(lane, segment.number))
    }

    /// Makes a segment part of the backlog.
    fn take_over(
        &mut self,
        lane: Lane,
        key: Key,
        segment: Segment<F::File>,
        certain: bool,
        recovered: &mut Recovered,
    ) {
        for (stream, pending) in Stream::ALL.into_iter().zip(segment.pending) {
            self.counts.recovered(lane, stream, pending);
            recovered.entries += pending;
            self.counts.possible_duplicates += if certain { 0 } else { pending.entries };
        }
        if let Some(home) = self.adopted.get_mut(&segment.home) {
            home.files += 1;
        }
        self.adopting -= segment.len;
        let finished = segment.sealed || !segment.has_pending();
        self.shelf_mut(lane).insert(key, segment);
        if finished {
            self.tidy(lane, key);
        }
    }
}

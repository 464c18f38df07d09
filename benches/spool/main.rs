//! The spool on the disk: requests of 16 KiB, made durable 16 at a time.
//!
//! `cargo bench -p otel-benches --bench spool`. The ceiling is what the same disk does in the same run with the same
//! writes and nothing else: `raw` writes to files of 8 MiB and calls `fdatasync`. Of a disk that others use at the same
//! time only the ratio of the arms says something.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput};
use otel_core::Lane;
use otel_core::testing::DiskQueue;

const REQUEST: usize = 16 * 1024;
const BATCH: usize = 16;
const FILE: usize = 8 * 1024 * 1024;

/// What an arm may leave on the disk.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let mut random = fastrand::Rng::with_seed(1);
    let request: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(REQUEST).collect();

    let mut group = criterion.benchmark_group("spool/append_16x16KiB_sync");
    group.throughput(Throughput::Bytes((REQUEST * BATCH) as u64));
    let dir = directory();
    let mut raw = Raw::new(dir.path());
    group.bench_function("raw", |bencher| bencher.iter(|| raw.batch(&request)));

    let dir = directory();
    let mut queue = DiskQueue::open(dir.path(), MAX_BYTES);
    group.bench_function("ours", |bencher| bencher.iter(|| drop(batch(&mut queue, &request))));

    // The way of most requests: they are delivered, and what is written of them is that they are done.
    let dir = directory();
    let mut queue = DiskQueue::open(dir.path(), MAX_BYTES);
    group.bench_function("ours_settled", |bencher| {
        bencher.iter(|| batch(&mut queue, &request).into_iter().for_each(|number| queue.settle(number)));
    });
    group.finish();
    criterion.final_summary();
}

#[expect(clippy::expect_used, reason = "a benchmark without its disk has nothing to measure")]
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory")
}

fn batch(queue: &mut DiskQueue, request: &[u8]) -> Vec<u64> {
    let numbers = (0..BATCH).map(|_| queue.append(Lane::Normal, request)).collect();
    queue.sync();
    numbers
}

/// The same writes and nothing else.
struct Raw {
    dir: PathBuf,
    files: VecDeque<PathBuf>,
    file: Option<File>,
    written: usize,
    made: u64,
}

#[expect(clippy::expect_used, reason = "a benchmark without its disk has nothing to measure")]
impl Raw {
    fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), files: VecDeque::new(), file: None, written: 0, made: 0 }
    }

    fn batch(&mut self, request: &[u8]) {
        for _ in 0..BATCH {
            if self.written + REQUEST > FILE {
                self.file().sync_data().expect("the disk works");
                self.file = None;
            }
            self.file().write_all(request).expect("the disk works");
            self.written += REQUEST;
        }
        self.file().sync_data().expect("the disk works");
    }

    fn file(&mut self) -> &mut File {
        if self.file.is_none() {
            self.made += 1;
            self.written = 0;
            let path = self.dir.join(self.made.to_string());
            self.files.push_back(path.clone());
            if self.files.len() > MAX_BYTES as usize / FILE {
                let oldest = self.files.pop_front().expect("there are many");
                fs::remove_file(oldest).expect("the disk works");
            }
            self.file = Some(File::create(path).expect("the disk works"));
        }
        self.file.as_mut().expect("it was just made")
    }
}

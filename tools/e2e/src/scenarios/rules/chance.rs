//! Series that are left to chance, and look like those of a bad day.

use fastrand::Rng;

/// What is known of a series at one of its times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Point {
    Value(f64),
    /// It was not collected.
    Missing,
    /// It was gone.
    Gone,
}

/// What a counter counted from one time to the next, in phases: nothing, a little, a lot.
pub(super) fn increments(rng: &mut Rng, length: usize, step: u32) -> Vec<u32> {
    let mut increments = Vec::with_capacity(length);
    while increments.len() < length {
        let most = pick(rng, &[0, 0, 1, 3, 10, 40]);
        let phase = rng.usize(2..30);
        increments.extend((0..phase).map(|_| rng.u32(0..=most) * step));
    }
    increments.truncate(length);
    increments
}

/// Of what was counted, what went wrong: in phases, nothing, some of it, all of it.
pub(super) fn shares(rng: &mut Rng, whole: &[u32], step: u32) -> Vec<u32> {
    let mut part = Vec::with_capacity(whole.len());
    while part.len() < whole.len() {
        let percent = pick(rng, &[0, 0, 2, 10, 50, 100]);
        let phase = rng.usize(2..30);
        for counted in whole.iter().skip(part.len()).take(phase) {
            let wrong = (0..counted / step).filter(|_| rng.u32(0..100) < percent).count();
            part.push(u32::try_from(wrong).unwrap_or_default() * step);
        }
    }
    part
}

/// The counter of these increments. Now and then its process starts again.
pub(super) fn counter(rng: &mut Rng, increments: &[u32]) -> Vec<Point> {
    let mut counted = if rng.bool() { 0.0 } else { f64::from(rng.u32(0..10_000)) };
    let of = |increment: &u32| {
        counted = if rng.u32(0..100) == 0 { 0.0 } else { counted } + f64::from(*increment);
        Point::Value(counted)
    };
    increments.iter().map(of).collect()
}

/// A gauge, or a sum that can shrink: levels, and quarters around them. Sums of quarters are exact in any order.
pub(super) fn gauge(rng: &mut Rng, length: usize) -> Vec<Point> {
    let mut points = Vec::with_capacity(length);
    while points.len() < length {
        let level = pick(rng, &[-10.0, 0.0, 4.0, 8.0, 10.0, 12.0, 50.0]);
        let noise = pick(rng, &[0, 0, 2, 10]);
        for _ in 0..rng.usize(3..40) {
            let is_number = rng.u32(0..200) > 0;
            let value = level + f64::from(rng.i32(-noise..=noise)) / 4.0;
            points.push(Point::Value(if is_number { value } else { f64::NAN }));
        }
    }
    points.truncate(length);
    points
}

/// Takes some points away: the beginning, the end, and some in between.
pub(super) fn with_holes(rng: &mut Rng, mut points: Vec<Point>) -> Vec<Point> {
    let length = points.len();
    let mut cut = |from: usize, to: usize, gone: bool| {
        for (at, point) in points.iter_mut().enumerate().take(to).skip(from) {
            *point = if gone && at == from && at > 0 { Point::Gone } else { Point::Missing };
        }
    };
    if rng.u32(0..4) == 0 {
        cut(0, rng.usize(0..length / 2), false);
    }
    if rng.u32(0..6) == 0 {
        cut(rng.usize(length / 2..length), length, rng.bool());
    }
    let mut at = rng.usize(1..length);
    while at < length {
        let end = at + pick(rng, &[1, 1, 2, 5, 20, 30]);
        cut(at, end, rng.u32(0..3) == 0);
        at = end + rng.usize(1..length);
    }
    points
}

pub(super) fn pick<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(0..of.len())]
}

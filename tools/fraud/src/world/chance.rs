//! The distributions that the world is drawn from, over one seeded generator.

/// A seeded source of everything that is left to chance.
#[derive(Debug)]
pub(super) struct Chance(fastrand::Rng);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Uniformly from `low` to `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.f64()
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// Normally distributed, by Box and Muller.
    pub(super) fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        // The logarithm of zero is no number, so the one end is left out instead of the other.
        let (u, v) = (1.0 - self.0.f64(), self.0.f64());
        mean + deviation * (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// How often something happens that happens so often on average; by Knuth, so for small averages.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.0.f64(), 0);
        while product > limit {
            product *= self.0.f64();
            count += 1;
        }
        count
    }

    /// So many different numbers below `end`, or all there are.
    pub(super) fn distinct(&mut self, count: usize, end: u32) -> Vec<u32> {
        let mut drawn: Vec<u32> = Vec::with_capacity(count);
        while drawn.len() < count.min(end as usize) {
            let number = self.0.u32(..end);
            if !drawn.contains(&number) {
                drawn.push(number);
            }
        }
        drawn
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}

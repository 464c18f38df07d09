//! Means and deviations as Prometheus computes them: in one pass, with the rounding errors carried along.

/// A sum, and what its rounding lost of it.
#[derive(Clone, Copy, Debug, Default)]
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    /// Neumaier's improvement of Kahan's summation.
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    fn total(self) -> f64 {
        self.sum + self.lost
    }
}

/// The arithmetic mean.
pub(super) fn mean(values: &[f64]) -> f64 {
    let mut mean = Compensated::default();
    let mut count = 0.0;
    for value in values {
        count += 1.0;
        if mean.sum.is_infinite() {
            // Infinity stays what it is, unless it meets its opposite or what is not a number.
            let same = value.is_infinite() && (mean.sum > 0.0) == (*value > 0.0);
            if same || value.is_finite() {
                continue;
            }
        }
        mean.add(value / count - mean.sum / count);
    }
    if mean.sum.is_infinite() { mean.sum } else { mean.total() }
}

/// The standard deviation of the values as a whole population, by Welford's method.
pub(super) fn standard_deviation(values: &[f64]) -> f64 {
    let (mut mean, mut squares) = (Compensated::default(), Compensated::default());
    let mut count = 0.0;
    for value in values {
        count += 1.0;
        let distance = value - mean.total();
        mean.add(distance / count);
        squares.add(distance * (value - mean.total()));
    }
    (squares.total() / count).sqrt()
}

//! Requests as a shop gets them, and the faults that the demo of OpenTelemetry can be told to have, by their shapes.

use std::time::Duration;

use fastrand::Rng;
use otel_ecommerce::PerformanceMonitor;
use otel_ecommerce::labels::{RequestOutcome, RouteClass};

use crate::payments::{HOUR, SECOND, at};

/// A fault: which requests it meets, and what it does to them.
pub(super) struct Fault {
    pub(super) name: &'static str,
    route: RouteClass,
    /// In a second.
    requests: u64,
    shape: Shape,
}

enum Shape {
    /// This share fails.
    Errors(f64),
    /// This share takes so many seconds more.
    Delay(f64, f64),
    /// Everything takes so many times as long.
    Slowdown(f64),
    /// Everything waits for the end of a pause of so many seconds, in every so many.
    Pauses(f64, u64),
    /// Everything takes so many times as long, and so many times more with every minute.
    Leak(f64),
    /// Everything waits so many seconds more with every minute.
    Lag(f64),
    /// Nobody answers, and after so many seconds nobody waits any more.
    Unreachable(f64),
}

pub(super) const FAULTS: &[Fault] = &[
    fault("payment fails, 10 %", RouteClass::Payment, 3, Shape::Errors(0.10)),
    fault("payment fails, 25 %", RouteClass::Payment, 3, Shape::Errors(0.25)),
    fault("payment fails, 50 %", RouteClass::Payment, 3, Shape::Errors(0.50)),
    fault("payment cannot be reached", RouteClass::Payment, 3, Shape::Unreachable(5.0)),
    fault("the cart fails, 10 %", RouteClass::Cart, 5, Shape::Errors(0.10)),
    fault("the cart fails, 100 %", RouteClass::Cart, 5, Shape::Errors(1.0)),
    fault("one product in eight cannot be shown", RouteClass::Product, 10, Shape::Errors(0.125)),
    fault("images take 5 s", RouteClass::Browse, 20, Shape::Delay(0.3, 5.0)),
    fault("images take 10 s", RouteClass::Browse, 20, Shape::Delay(0.3, 10.0)),
    fault("shipping abroad takes 5 s", RouteClass::Checkout, 2, Shape::Delay(0.25, 5.0)),
    fault("no processor to spare", RouteClass::Browse, 20, Shape::Slowdown(6.0)),
    fault("garbage is collected", RouteClass::Browse, 20, Shape::Pauses(3.0, 20)),
    fault("the cache is not used", RouteClass::Search, 8, Shape::Slowdown(8.0)),
    fault("memory leaks", RouteClass::Fulfilment, 2, Shape::Leak(3.0)),
    fault("the queue is not kept up with", RouteClass::Fulfilment, 2, Shape::Lag(2.0)),
];

const fn fault(name: &'static str, route: RouteClass, requests: u64, shape: Shape) -> Fault {
    Fault { name, route, requests, shape }
}

/// Requests that come at random.
pub(super) struct Traffic {
    random: Rng,
}

impl Traffic {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed) }
    }

    /// Ten seconds of requests that a fault meets from a time on.
    pub(super) fn serve(&mut self, monitor: &PerformanceMonitor, fault: &Fault, begin: u64, since: u64) {
        for _ in 0..10 * fault.requests {
            let now = begin + self.random.u64(..10 * SECOND);
            let (mut seconds, mut fails) = self.request();
            if now >= since {
                let minutes = (now - since) as f64 / 60_000.0;
                match fault.shape {
                    Shape::Errors(share) => fails |= self.random.f64() < share,
                    Shape::Delay(share, more) if self.random.f64() < share => seconds += more,
                    Shape::Delay(..) => {}
                    Shape::Slowdown(factor) => seconds *= factor,
                    Shape::Pauses(length, every) => {
                        let into = (now - since) as f64 / 1_000.0 % every as f64;
                        seconds += (length - into).max(0.0);
                    }
                    Shape::Leak(factor) => seconds *= 1.0 + factor * minutes,
                    Shape::Lag(more) => seconds += more * minutes,
                    Shape::Unreachable(patience) => (seconds, fails) = (patience, true),
                }
            }
            report(monitor, fault.route, seconds, fails, now);
        }
    }

    /// Ten seconds of all classes of requests: more by day than by night.
    pub(super) fn usual(&mut self, monitor: &PerformanceMonitor, begin: u64) {
        let hour = (begin % (24 * HOUR)) as f64 / HOUR as f64;
        let day = 0.05 + 0.95 * (std::f64::consts::PI * hour / 24.0).sin().powi(2);
        for (number, route) in RouteClass::ALL.iter().enumerate() {
            let usual = [30.0, 12.0, 20.0, 8.0, 4.0, 3.0, 4.0, 2.0, 0.5, 1.0];
            let expected = day * usual.get(number).copied().unwrap_or(1.0);
            for _ in 0..(expected + self.random.f64()) as u64 {
                let (seconds, fails) = self.request();
                let now = begin + self.random.u64(..10 * SECOND);
                report(monitor, *route, seconds, fails, now);
            }
        }
    }

    /// A request as usual: 80 ms, more or less, one in a thousand ten times that; two in a thousand fail.
    fn request(&mut self) -> (f64, bool) {
        let normal = (0..12).map(|_| self.random.f64()).sum::<f64>() - 6.0;
        let seconds = 0.08 * (0.6 * normal).exp();
        let is_slow = self.random.u32(..1_000) == 0;
        (if is_slow { 10.0 * seconds } else { seconds }, self.random.u32(..500) == 0)
    }
}

fn report(monitor: &PerformanceMonitor, route: RouteClass, seconds: f64, fails: bool, now: u64) {
    let outcome = if fails { RequestOutcome::Failed } else { RequestOutcome::Answered };
    monitor.observe(route, outcome, Duration::from_secs_f64(seconds), at(now));
}

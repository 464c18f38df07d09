//! How many requests are let in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use otel_core::Timestamp;
use otel_ecommerce::gateway::Quota;
use otel_ecommerce::labels::LimitScope;

/// How many requests are let in, of one session and of strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The requests of one session. Default 120 at once, and 20 more each second.
    pub session: Rate,
    /// The requests of all who have no session, and the first one of each who has. Default 2,000 at once, and 500 more
    /// each second.
    pub strangers: Rate,
    /// How many sessions are told apart; more are strangers. Default 10,000.
    pub sessions: usize,
}

/// So many at once, and so many more each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many at once.
    pub burst: u32,
    /// So many more each second; none counts as one.
    pub per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session: Rate { burst: 120, per_second: 20 },
            strangers: Rate { burst: 2_000, per_second: 500 },
            sessions: 10_000,
        }
    }
}

/// Lets requests in, or not.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Limits,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    strangers: Bucket,
    sessions: HashMap<String, Bucket>,
}

/// There is no room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limited {
    /// What the limit says of itself.
    pub(crate) quota: Quota,
    /// When there is room for one.
    pub(crate) retry_in: Duration,
}

/// A bucket of tokens, as the time at which it is full again.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    full_at: Timestamp,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, buckets: Mutex::default() }
    }

    /// Asks for a request with this name of a session, or without one.
    ///
    /// # Errors
    ///
    /// When there is no room.
    pub(crate) fn ask(&self, session: Option<&str>, now: Timestamp) -> Result<Quota, Limited> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Buckets { strangers, sessions } = &mut *buckets;
        if let Some(bucket) = session.and_then(|session| sessions.get_mut(session)) {
            return bucket.take(self.limits.session, LimitScope::User, now);
        }
        // Whoever is new at the door is a stranger once: invented sessions are no way around the limit.
        let let_in = strangers.take(self.limits.strangers, LimitScope::Global, now)?;
        let Some(session) = session else { return Ok(let_in) };
        if sessions.len() >= self.limits.sessions {
            sessions.retain(|_, bucket| bucket.full_at > now);
        }
        if sessions.len() >= self.limits.sessions {
            return Ok(let_in);
        }
        let mut bucket = Bucket::default();
        let taken = bucket.take(self.limits.session, LimitScope::User, now);
        sessions.insert(session.to_owned(), bucket);
        taken
    }
}

impl Bucket {
    fn take(&mut self, rate: Rate, scope: LimitScope, now: Timestamp) -> Result<Quota, Limited> {
        let one = Duration::from_secs(1) / rate.per_second.max(1);
        let all = one * rate.burst;
        let missing = self.full_at.since(now);
        let is_open = missing + one <= all;
        let missing = if is_open { missing + one } else { missing };
        let left = all.saturating_sub(missing).as_nanos() / one.as_nanos().max(1);
        let quota = Quota {
            scope,
            limit: rate.burst.into(),
            remaining: u64::try_from(left).unwrap_or(u64::MAX),
            resets_in: missing,
        };
        if !is_open {
            return Err(Limited { quota, retry_in: (missing + one).saturating_sub(all) });
        }
        self.full_at = now.after(missing);
        Ok(quota)
    }
}

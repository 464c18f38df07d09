//! What the operator is told about destinations: when something begins, and when it is over; once for each server.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use crate::ledger::Stream;
use crate::otlp::Failure;

use super::diagnostic::{Diagnostic, Listener};

/// Tells the operator.
#[derive(Clone)]
pub(crate) struct Operator(Rc<Inner>);

struct Inner {
    listener: Listener,
    queue_bytes: usize,
    spooled: bool,
}

impl Operator {
    pub(crate) fn new(listener: Listener, queue_bytes: usize, spooled: bool) -> Self {
        Self(Rc::new(Inner { listener, queue_bytes, spooled }))
    }

    /// Tells the listener, which is the application's code: if it panics, that is no reason to lose telemetry.
    pub(crate) fn tell(&self, diagnostic: &Diagnostic) {
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| (self.0.listener)(diagnostic)));
    }
}

/// How several outlets to one server are doing.
pub(crate) struct Server {
    operator: Operator,
    unwell: [Cell<bool>; Stream::ALL.len()],
    warned: [Cell<bool>; Stream::ALL.len()],
    /// Whether the operator knows that nobody is there, which is more than that something fails.
    unreachable: Cell<bool>,
}

impl Server {
    pub(crate) fn new(operator: &Operator) -> Rc<Self> {
        Rc::new(Self {
            operator: operator.clone(),
            unwell: Default::default(),
            warned: Default::default(),
            unreachable: Cell::new(false),
        })
    }

    /// The server took a request. Says so if it was reported before.
    pub(crate) fn is_well(&self, stream: Stream, endpoint: &str) {
        self.unreachable.set(false);
        if self.unwell[stream as usize].replace(false) && !self.is_known_as_unwell() {
            self.operator.tell(&Diagnostic::ReachableAgain { endpoint: endpoint.to_owned() });
        }
    }

    /// The server took everything and has something to say all the same, which is passed on once.
    pub(crate) fn warns(&self, stream: Stream, endpoint: &str, message: &str) {
        if !self.warned[stream as usize].replace(true) {
            let (endpoint, message) = (endpoint.to_owned(), message.to_owned());
            self.operator.tell(&Diagnostic::Warning { endpoint, stream, message });
        }
    }

    /// The server failed. Says so once, also when several streams go to it.
    pub(crate) fn is_unwell(&self, stream: Stream, endpoint: &str, failure: Failure) {
        let news = !self.is_known_as_unwell() || (failure.is_unreachable() && !self.unreachable.get());
        self.unwell[stream as usize].set(true);
        self.unreachable.set(self.unreachable.get() || failure.is_unreachable());
        if !news {
            return;
        }
        let endpoint = endpoint.to_owned();
        let (queue_bytes, spooled) = (self.operator.0.queue_bytes, self.operator.0.spooled);
        let (unreachable, why) = (failure.is_unreachable(), failure.why);
        self.operator.tell(&if unreachable {
            Diagnostic::Unreachable { endpoint, why, queue_bytes, spooled }
        } else {
            Diagnostic::Failing { endpoint, stream, why }
        });
    }

    fn is_known_as_unwell(&self) -> bool {
        self.unwell.iter().any(Cell::get)
    }
}

/// The scheme and authority of an endpoint: over HTTP the streams differ in their paths only.
pub(crate) fn server_of(endpoint: &str) -> &str {
    let authority = endpoint.find("://").map_or(0, |at| at + 3);
    let end = endpoint[authority..].find(['/', ' ']).map_or(endpoint.len(), |at| authority + at);
    &endpoint[..end]
}

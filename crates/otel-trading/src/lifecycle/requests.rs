//! The requests to cancel or replace an order that nobody has answered.

use crate::labels::OrderStatus;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Cancel,
    Replace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Request {
    wish: Wish,
    /// The digest of its own `ClOrdID`, where it said one.
    name: Option<u64>,
}

/// The open requests, oldest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests {
    open: [Option<Request>; Requests::ROOM],
}

impl Requests {
    /// How many can be open at once. Most venues take one.
    const ROOM: usize = 8;

    pub(crate) const NONE: Self = Self { open: [None; Self::ROOM] };

    pub(crate) const fn one(wish: Wish) -> Self {
        let mut open = [None; Self::ROOM];
        open[0] = Some(Request { wish, name: None });
        Self { open }
    }

    /// Whether this request is open.
    pub(crate) fn contains(&self, name: u64) -> bool {
        self.open.iter().flatten().any(|request| request.name == Some(name))
    }

    /// Opens a request, once; says whether there was room.
    pub(crate) fn open(&mut self, wish: Wish, name: Option<u64>) -> bool {
        let request = Request { wish, name };
        // A venue's confirmation is not a new request, even where it does not say which one it confirms.
        let confirms = |open: &Request| *open == request || open.wish == wish && name.is_none();
        if self.open.iter_mut().flatten().any(|open| confirms(open)) {
            return true;
        }
        let Some(room) = self.open.iter_mut().find(|place| place.is_none()) else { return false };
        *room = Some(request);
        true
    }

    /// Closes the request of this name, else the latest that asks for this, or for anything.
    pub(crate) fn close(&mut self, name: Option<u64>, wish: Option<Wish>) {
        let named = |request: &Request| name.is_some() && request.name == name;
        let meant = |request: &Request| {
            (name.is_none() || request.name.is_none()) && wish.is_none_or(|wish| request.wish == wish)
        };
        let place = self.rposition(named).or_else(|| self.rposition(meant));
        if let Some(after) = place.and_then(|place| self.open.get_mut(place..)) {
            after.rotate_left(1);
            if let Some(last) = after.last_mut() {
                *last = None;
            }
        }
    }

    /// The status that the open requests stand for: a cancellation before a replacement, as FIX orders them.
    pub(crate) fn status(&self) -> Option<OrderStatus> {
        let mut status = None;
        for request in self.open.iter().flatten() {
            match request.wish {
                Wish::Cancel => return Some(OrderStatus::PendingCancel),
                Wish::Replace => status = Some(OrderStatus::PendingReplace),
            }
        }
        status
    }

    fn rposition(&self, is_it: impl Fn(&Request) -> bool) -> Option<usize> {
        self.open.iter().rposition(|place| place.as_ref().is_some_and(&is_it))
    }
}

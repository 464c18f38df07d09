//! The one who serves a sink: takes from its queue, delivers, and writes down what came of it.

use std::rc::Rc;
use std::sync::Arc;

use super::announcement::{self, Announcement, Listener};
use super::delivery::{Answer, Delivery};
use super::post::Post;
use super::queue::{Outcome, Queue, Step};

/// Serves one sink, for ever.
pub(super) async fn serve<Q: Queue>(
    post: Arc<Post<Q>>,
    delivery: impl Delivery<Q::Load>,
    listener: Rc<Listener>,
) {
    let mut health = Health { sink: post.sink().to_owned(), listener, unwell: false };
    loop {
        match post.next() {
            Step::Send(load) => {
                let answer = delivery.deliver(&load).await;
                post.answered(answer.outcome);
                health.take_note(answer);
                // Not every delivery waits for something, and there are other sinks.
                tokio::task::yield_now().await;
            }
            Step::Wait(until) => post.woken(Some(until)).await,
            Step::Rest => post.woken(None).await,
        }
    }
}

/// How a sink is doing, said when it changes and not for every request.
struct Health {
    sink: String,
    listener: Rc<Listener>,
    unwell: bool,
}

impl Health {
    fn take_note(&mut self, Answer { outcome, why }: Answer) {
        let unwell = outcome != Outcome::Accepted;
        if std::mem::replace(&mut self.unwell, unwell) == unwell {
            return;
        }
        let sink = self.sink.clone();
        let news =
            if unwell { Announcement::Failing { sink, why } } else { Announcement::Recovered { sink } };
        announcement::say(&self.listener, &news);
    }
}

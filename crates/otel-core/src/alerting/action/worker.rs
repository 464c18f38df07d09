//! A thread for one run: it calls the action, and survives whatever the action does.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use super::Action;
use super::occasion::{Occasion, Verdict};
use super::run::{Answer, Step};
use super::supervisor::Message;

/// The thread of one run. It ends when nobody can ask it any more, and its action has returned.
#[derive(Debug)]
pub(super) struct Worker {
    steps: Sender<Step>,
}

impl Worker {
    pub(super) fn start(
        action: Arc<dyn Action>,
        occasion: Arc<Occasion>,
        answers: Sender<Message>,
    ) -> io::Result<Self> {
        let (steps, asked) = channel();
        let work = move || {
            for step in asked {
                let answer = perform(&*action, step, &occasion);
                if answers.send(Message::Answer { run: occasion.run, answer }).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("otel-action".to_owned()).spawn(work)?;
        Ok(Self { steps })
    }

    /// Asks the action for something.
    pub(super) fn ask(&self, step: Step) {
        // The thread listens as long as there is somebody to answer to.
        let _ = self.steps.send(step);
    }
}

fn perform(action: &dyn Action, step: Step, occasion: &Occasion) -> Answer {
    let call = || match step {
        Step::Look => action.is_allowed(occasion).map_or_else(|why| Answer::Failed(why.to_string()), done),
        Step::Execute => action.execute(occasion).map_or_else(|why| Answer::Failed(why.to_string()), done),
        Step::RollBack => action.roll_back(occasion).map_or_else(|why| Answer::Failed(why.to_string()), done),
        Step::Verify => match action.verify(occasion) {
            Verdict::Worked => Answer::Done,
            Verdict::NotYet => Answer::NotYet,
            Verdict::Failed(why) => Answer::Failed(why.to_string()),
        },
    };
    // What the action holds may be in any state after a panic. It is the action's own, and its failure is on record.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|payload| {
        // What a panic carries is anything, and may panic when it is dropped.
        std::mem::forget(payload);
        Answer::Panicked
    })
}

const fn done((): ()) -> Answer {
    Answer::Done
}

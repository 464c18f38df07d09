//! What a session is at: pure logic.

use crate::labels::{SessionFact as Fact, SessionState as State};

/// What a session is at after a fact; `None` where the fact does not fit.
///
/// Recovery ends when nothing is missing any more, which the session knows and this table does not.
pub fn after(state: State, fact: Fact) -> Option<State> {
    let logged_on = matches!(state, State::Active | State::Testing | State::Recovering);
    match (fact, state) {
        (Fact::Connected, State::Disconnected | State::Lost) => Some(State::Connected),
        (Fact::LogonSent, State::Connected) => Some(State::LoggingOn),
        // Who accepts connections answers a logon without having sent one.
        (Fact::LoggedOn, State::LoggingOn | State::Connected) => Some(State::Active),
        (Fact::LogonRefused, State::LoggingOn | State::Connected) => Some(State::LoggingOut),
        (Fact::Message, State::Testing) => Some(State::Active),
        (Fact::TestRequest, State::Active | State::Testing) => Some(State::Testing),
        (Fact::TestRequest, State::Recovering) => Some(State::Recovering),
        (Fact::ResendRequest, _) if logged_on => Some(State::Recovering),
        (Fact::SequenceReset, _) if logged_on => Some(State::Active),
        (Fact::Message | Fact::SequenceTooLow | Fact::GapFill | Fact::Reject, _) if logged_on => Some(state),
        // The last messages cross the logout.
        (Fact::Message | Fact::GapFill | Fact::Reject, State::LoggingOut) => Some(state),
        (Fact::Logout, State::LoggingOn | State::LoggingOut) => Some(State::LoggingOut),
        (Fact::Logout, _) if logged_on => Some(State::LoggingOut),
        (Fact::Disconnected, State::Connected | State::LoggingOut) => Some(State::Disconnected),
        (Fact::Disconnected, State::LoggingOn) => Some(State::Lost),
        (Fact::Disconnected, _) if logged_on => Some(State::Lost),
        _ => None,
    }
}

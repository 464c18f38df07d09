//! What sessions with exchange gateways are counted by.

otel_core::capped_labels! {
    /// A session with an exchange's gateway, of which 16 are kept apart.
    pub struct Gateway: "trading.gateway.name", cap 16;
}

otel_core::labels! {
    /// What a session is at.
    pub enum SessionState: "trading.gateway.state" {
        /// There is no connection, and nobody misses one.
        Disconnected = "disconnected",
        /// There is a connection, and nobody has logged on.
        Connected = "connected",
        /// A logon is not answered yet.
        LoggingOn = "logging_on",
        /// Messages flow.
        Active = "active",
        /// The other side was asked whether it is there.
        Testing = "testing",
        /// Missed messages are being sent again.
        Recovering = "recovering",
        /// A logout is not answered yet.
        LoggingOut = "logging_out",
        /// The connection broke without a logout.
        Lost = "lost",
    }

    /// What happened to a session.
    pub enum SessionFact: "trading.gateway.fact" {
        /// A connection was made.
        Connected = "connected",
        /// A logon was sent.
        LogonSent = "logon_sent",
        /// The logon was accepted.
        LoggedOn = "logged_on",
        /// The logon was refused.
        LogonRefused = "logon_refused",
        /// A message came.
        Message = "message",
        /// A message came whose sequence number was used before, and it did not say so.
        SequenceTooLow = "sequence_too_low",
        /// The other side was asked whether it is there.
        TestRequest = "test_request",
        /// The other side was asked to send messages again.
        ResendRequest = "resend_request",
        /// The other side said that it will not send some messages again.
        GapFill = "gap_fill",
        /// The other side set its sequence number anew.
        SequenceReset = "sequence_reset",
        /// The other side refused a message.
        Reject = "reject",
        /// A logout was sent or came.
        Logout = "logout",
        /// The connection ended.
        Disconnected = "disconnected",
    }

    /// Which layer refused a message.
    pub enum RejectKind: "trading.gateway.reject.kind" {
        /// The session: FIX `Reject` (35=3).
        Session = "session",
        /// The application: FIX `BusinessMessageReject` (35=j).
        Business = "business",
    }
}

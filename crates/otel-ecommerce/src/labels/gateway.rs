//! What requests at a gateway are counted by.

otel_core::capped_labels! {
    /// The template of a route, of which 24 are kept apart.
    pub struct RouteName: "http.route", cap 24;
}

otel_core::labels! {
    /// The method of a request, by the names of the semantic conventions.
    pub enum Method: "http.request.method" {
        /// Reads.
        Get = "GET",
        /// Reads what is said about it.
        Head = "HEAD",
        /// Adds, or does something.
        Post = "POST",
        /// Puts something in a place.
        Put = "PUT",
        /// Changes a part.
        Patch = "PATCH",
        /// Removes.
        Delete = "DELETE",
        /// Asks what may be done.
        Options = "OPTIONS",
        /// Makes a tunnel.
        Connect = "CONNECT",
        /// Sends the request back.
        Trace = "TRACE",
        /// Any other.
        Other = "_OTHER",
    }

    /// What kind of answer a request got.
    pub enum ResponseClass: "ecommerce.gateway.response.class" {
        /// It goes on.
        Informational = "1xx",
        /// It went well.
        Successful = "2xx",
        /// It is elsewhere.
        Redirected = "3xx",
        /// The client is at fault.
        ClientError = "4xx",
        /// The server is at fault.
        ServerError = "5xx",
    }

    /// What a limit on requests counts.
    pub enum LimitScope: "ecommerce.gateway.limit.scope" {
        /// The requests of a user.
        User = "user",
        /// The requests from an address.
        Address = "address",
        /// The requests with a key.
        Key = "key",
        /// The requests for a route.
        Route = "route",
        /// All requests.
        Global = "global",
    }

    /// What a limit said to a request.
    pub enum LimitDecision: "ecommerce.gateway.limit.decision" {
        /// There is room.
        Allowed = "allowed",
        /// There is none.
        Limited = "limited",
    }

    /// How somebody shows who they are.
    pub enum AuthScheme: "ecommerce.gateway.authentication.scheme" {
        /// A name and a password.
        Password = "password",
        /// A session from before.
        Session = "session",
        /// A token that was issued to them.
        Token = "token",
        /// A key of a program.
        ApiKey = "api_key",
        /// A certificate.
        Certificate = "certificate",
        /// Something else, or nothing.
        Other = "other",
    }

    /// Why it is not known who somebody is.
    ///
    /// That nobody of this name exists is no reason of its own: whoever reads telemetry would learn who does.
    pub enum AuthFailure: "ecommerce.gateway.authentication.failure" {
        /// They did not say.
        Missing = "missing",
        /// What they showed cannot be read.
        Malformed = "malformed",
        /// What they showed was good once.
        Expired = "expired",
        /// What they showed was taken back.
        Revoked = "revoked",
        /// No such name, or another password.
        WrongCredentials = "wrong_credentials",
        /// A second factor is missing or wrong.
        SecondFactor = "second_factor",
        /// The account is locked.
        Locked = "locked",
        /// Nobody knows why.
        Unknown = "unknown",
    }

    /// Whether somebody may do what they ask for.
    pub enum AccessDecision: "ecommerce.gateway.access.decision" {
        /// They may.
        Allowed = "allowed",
        /// They may not.
        Denied = "denied",
    }
}

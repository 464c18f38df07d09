//! How telemetry travels to a server.

use std::fmt;

use otel_core::settings::{Compression, Protocol};

/// A protocol and a compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) protocol: Protocol,
    pub(crate) compression: Compression,
}

impl Way {
    /// Every way there is.
    pub(crate) const ALL: [Self; 6] = [
        Self::new(Protocol::Grpc, Compression::None),
        Self::new(Protocol::Grpc, Compression::Gzip),
        Self::new(Protocol::HttpProtobuf, Compression::None),
        Self::new(Protocol::HttpProtobuf, Compression::Gzip),
        Self::new(Protocol::HttpJson, Compression::None),
        Self::new(Protocol::HttpJson, Compression::Gzip),
    ];

    pub(crate) const fn new(protocol: Protocol, compression: Compression) -> Self {
        Self { protocol, compression }
    }

    pub(crate) fn is_grpc(self) -> bool {
        self.protocol == Protocol::Grpc
    }

    /// A name for files.
    pub(crate) fn slug(self) -> String {
        self.to_string().to_lowercase().replace([' ', '/'], "-").replace(',', "")
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Grpc => "gRPC",
            Protocol::HttpProtobuf => "HTTP/protobuf",
            Protocol::HttpJson => "HTTP/JSON",
            _ => "another protocol",
        };
        match self.compression {
            Compression::None => f.pad(protocol),
            Compression::Gzip => f.pad(&format!("{protocol}, gzip")),
            _ => f.pad(&format!("{protocol}, compressed")),
        }
    }
}

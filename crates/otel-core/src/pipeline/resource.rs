//! The resource: who sends all this.

use std::collections::BTreeMap;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::resource::{ResourceDetector as _, TelemetryResourceDetector};

use crate::sensitive::{Bearer, Guard, Origin};
use crate::settings::Settings;
use crate::wire::{Buffer, Fit, foreign};

/// The attributes that describe this process, by key.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    attributes: BTreeMap<String, Value>,
}

impl Resource {
    /// What can be found out about this process, overridden by what the settings say.
    pub(crate) fn detect(settings: &Settings) -> Self {
        let mut attributes = process();
        attributes.extend(host());
        let sdk = TelemetryResourceDetector.detect();
        attributes.extend(sdk.iter().map(|(key, value)| (key.to_string(), value.clone())));
        attributes.insert("telemetry.distro.name".to_owned(), env!("CARGO_PKG_NAME").into());
        attributes.insert("telemetry.distro.version".to_owned(), env!("CARGO_PKG_VERSION").into());
        attributes.insert("service.instance.id".to_owned(), instance_id().into());
        for (key, value) in &settings.attributes {
            attributes.insert(key.clone(), value.clone().into());
        }
        attributes.insert("service.name".to_owned(), settings.service_name.clone().into());
        Self { attributes }
    }

    /// A resource with nothing in it but the service's name, the same on every machine.
    #[cfg(feature = "testing")]
    pub(crate) fn bare(service_name: &str) -> Self {
        Self { attributes: BTreeMap::from([("service.name".to_owned(), service_name.to_owned().into())]) }
    }

    /// The same without what must not leave.
    pub(crate) fn guarded(self, guard: &Guard) -> Self {
        let clean = |(key, value): (String, Value)| {
            let value = foreign::cleaned(&key, &value, guard).unwrap_or(value);
            (guard.clean(&key, Origin::Free).into_owned(), value)
        };
        let attributes = self.attributes.into_iter();
        Self {
            attributes: attributes
                .filter(|(key, _)| guard.lets_out(key, Bearer::Resource))
                .map(clean)
                .collect(),
        }
    }

    /// Every attribute as text.
    pub(crate) fn facts(&self) -> Vec<(String, String)> {
        let text = |(key, value): (&String, &Value)| (key.clone(), value.as_str().into_owned());
        self.attributes.iter().map(text).collect()
    }

    /// The fields of `opentelemetry.proto.resource.v1.Resource`.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Buffer::default();
        for (key, value) in &self.attributes {
            foreign::pair(&mut out, foreign::RESOURCE, key, value, Fit::whole(&Guard::NONE));
        }
        out.as_slice().to_vec()
    }

    /// The same resource for the SDK's providers.
    pub(crate) fn for_sdk(&self) -> opentelemetry_sdk::Resource {
        let attributes = self.attributes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
        opentelemetry_sdk::Resource::builder_empty().with_attributes(attributes).build()
    }
}

fn process() -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    facts.insert("process.pid".to_owned(), Value::I64(i64::from(std::process::id())));
    facts.insert("process.runtime.name".to_owned(), "rustc".into());
    if let Ok(path) = std::env::current_exe() {
        if let Some(name) = path.file_name() {
            facts.insert("process.executable.name".to_owned(), name.to_string_lossy().into_owned().into());
        }
        facts.insert("process.executable.path".to_owned(), path.to_string_lossy().into_owned().into());
    }
    facts
}

fn host() -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    // The semantic conventions have their own names for architectures.
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "x86",
        "arm" => "arm32",
        other => other,
    };
    facts.insert("host.arch".to_owned(), arch.into());
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    facts.insert("os.type".to_owned(), os.into());
    let read = |path| {
        std::fs::read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    if let Some(name) = read("/proc/sys/kernel/hostname") {
        facts.insert("host.name".to_owned(), name.into());
    }
    if let Some(release) = read("/proc/sys/kernel/osrelease") {
        facts.insert("os.version".to_owned(), release.into());
    }
    facts
}

/// A random UUID (version 4): unique for each pipeline, and says nothing about the machine.
fn instance_id() -> String {
    let random = fastrand::u128(..);
    let versioned = (random & !(0xf << 76)) | (0x4 << 76);
    let uuid = (versioned & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{uuid:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

//! How context travels to other processes: W3C Trace Context and W3C Baggage, case by case.

mod baggage;
mod trace_context;

use opentelemetry::propagation::{Extractor, Injector};

/// Headers that may stand several times, in order.
#[derive(Debug, Default)]
struct Headers(Vec<(String, String)>);

impl Headers {
    fn of(headers: &[(&str, &str)]) -> Self {
        Self(headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }

    fn value(&self, name: &str) -> Option<&str> {
        let [value] = self.get_all(name)?.try_into().unwrap();
        Some(value)
    }
}

impl Extractor for Headers {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let all: Vec<_> =
            self.0.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect();
        Some(all).filter(|all| !all.is_empty())
    }
}

impl Injector for Headers {
    fn set(&mut self, key: &str, value: String) {
        self.0.push((key.to_owned(), value));
    }
}

//! Personal data is no type of key.

use otel_core::{Key, Sensitive};

const MAIL: Key<Sensitive<String>> = Key::new("user.email", "Where to write to.");

fn main() {
    println!("{MAIL:?}");
}

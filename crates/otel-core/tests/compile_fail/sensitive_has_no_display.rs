//! Personal data does not slip into a text.

use otel_core::Sensitive;

fn main() {
    println!("{}", Sensitive::new("mia@example.org"));
}

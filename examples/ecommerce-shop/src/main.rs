//! Runs the shop, visitors who walk through it, or a replay of invoices.

fn main() {}

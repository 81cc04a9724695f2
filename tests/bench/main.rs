//! Measures of speed and size, with bounds; run by `cargo bench`.

fn main() {}

<<<<<<< HEAD
=======
//! Measures of speed and size, with bounds; run by `cargo bench`.

>>>>>>> 9740278 (The rule book, and the tests that keep the house tidy)
fn main() {}

//! The hall as law: pure decisions over plain data. No I/O, clock, randomness, threads or locale.

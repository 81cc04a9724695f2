//! Chance from the operating system, for keys and nothing else. Simulations never come here: they derive their keys from
//! a seed.

use std::io;

/// Fills the buffer with bytes fit for keys; an error means that the system has none to give.
pub fn fill(buffer: &mut [u8]) -> io::Result<()> {
    getrandom::fill(buffer).map_err(io::Error::other)
}

//! Simulated citizens and staff, acting through ordinary commands.

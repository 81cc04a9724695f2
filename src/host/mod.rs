//! The writer thread: one hall's engine, store and clock, serving any number of connections.

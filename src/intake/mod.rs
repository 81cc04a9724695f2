//! What enters the hall: hall folders and calendars, from bytes to commands, every fault by file, line and column.

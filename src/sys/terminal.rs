//! The size of the terminal on standard output, for reports; the console asks its own backend. Decides nothing.

/// Columns and rows, or why they are unknown.
pub fn size() -> std::io::Result<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout())?;
    Ok((size.ws_col, size.ws_row))
}

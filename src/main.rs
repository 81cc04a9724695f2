//! The `banshi` binary: hands the command line to [`banshi::cli`] and its answer to the shell.

fn main() -> std::process::ExitCode {
    banshi::cli::main()
}

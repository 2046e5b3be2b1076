//! The `selfsame` program: everything is in the library.

fn main() -> std::process::ExitCode {
    selfsame::cli::main()
}

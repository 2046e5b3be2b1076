//! The `selfsame` program: everything is in the library.

/// Keeps to `--memory`; without it, the system's allocator.
#[global_allocator]
static MEMORY: selfsame::spill::Allocator = selfsame::spill::Allocator;

fn main() -> std::process::ExitCode {
    selfsame::cli::main()
}

//! selfsame
fn main() {}

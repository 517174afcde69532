//! Runs a command on the stand-in.
fn main() {}

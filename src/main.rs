//! Arguments in, a window or headless work out.

fn main() {}

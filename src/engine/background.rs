//! Thread priorities: beside a window the pipeline's threads, and all that they start, give way to those
//! that draw; on the command line they do not.

use thread_priority::{ThreadPriority, set_current_thread_priority};

/// Niceness 5 of -20 to 19, and what is like it elsewhere: a thread that draws gets three times as
/// much of a core that both want. Of 100, and 50 is the usual.
const PRIORITY: u8 = 35;

/// Lets the calling thread, and those that it starts, give way to others. Where the system does not
/// let it, everything stays as it is.
pub fn give_way() {
    let priority = PRIORITY.try_into().expect("a number from 0 to 99");
    if let Err(error) = set_current_thread_priority(ThreadPriority::Crossplatform(priority)) {
        tracing::debug!("a thread keeps its priority: {error}");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{fs, thread};

    use super::*;

    /// proc_pid_stat(5): the 19th field, and the second may hold spaces.
    fn niceness() -> i32 {
        let stat = fs::read_to_string("/proc/thread-self/stat").expect("this thread's figures");
        let (_, fields) = stat.rsplit_once(") ").expect("a name in brackets");
        fields.split(' ').nth(16).and_then(|field| field.parse().ok()).expect("its niceness")
    }

    #[test]
    fn a_thread_gives_way_with_those_that_it_starts_and_no_others() {
        let usual = niceness();
        let gave_way = || {
            give_way();
            (niceness(), thread::spawn(niceness).join().expect("it reads a file"))
        };
        let (own, started) = thread::spawn(gave_way).join().expect("it changes a priority");
        assert_eq!((own, started, niceness()), (5, 5, usual));
    }
}

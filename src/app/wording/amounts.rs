//! Amounts in words, as every sentence and panel says them.

use crate::lang::{decimal, t};

/// A duration: "0.21 s", "12 s", "3 min".
pub fn seconds(seconds: f64) -> String {
    match seconds {
        ..10.0 => format!("{} s", decimal(seconds, 2)),
        ..100.0 => format!("{seconds:.0} s"),
        _ => format!("{:.0} min", seconds / 60.0),
    }
}

/// A short duration in microseconds: "3 µs", "0.40 ms", "12 ms", "1.25 s".
pub fn micros(us: u64) -> String {
    let ms = us as f64 / 1e3;
    match ms {
        ..0.1 => format!("{us} µs"),
        ..10.0 => format!("{} ms", decimal(ms, 2)),
        ..1000.0 => format!("{ms:.0} ms"),
        _ => seconds(ms / 1e3),
    }
}

/// An amount of memory: "0 MiB", "0.5 MiB", "146 MiB", "1.25 GiB".
pub fn bytes(bytes: u64) -> String {
    const MIB: f64 = 1024.0 * 1024.0;
    let mib = bytes as f64 / MIB;
    match mib {
        0.0 => "0 MiB".to_owned(),
        ..0.1 => t!("bytes-next-to-none", least = decimal(0.1, 1)),
        ..9.95 => format!("{} MiB", decimal(mib, 1)),
        ..1023.5 => format!("{mib:.0} MiB"),
        _ => format!("{} GiB", decimal(mib / 1024.0, 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_reads_in_mib_and_gib() {
        for (amount, words) in [
            (0, "0 MiB"),
            (700, "under 0.1 MiB"),
            (512 << 10, "0.5 MiB"),
            (2_831_155, "2.7 MiB"),
            (146 << 20, "146 MiB"),
            (5 << 28, "1.25 GiB"),
        ] {
            assert_eq!(bytes(amount), words);
        }
    }

    #[test]
    fn durations_read_short() {
        let words: Vec<_> = [0.21, 12.3, 240.0].map(seconds).into();
        assert_eq!(words, ["0.21 s", "12 s", "4 min"]);
        let words: Vec<_> = [3, 400, 12_345, 2_500_000].map(micros).into();
        assert_eq!(words, ["3 µs", "0.40 ms", "12 ms", "2.50 s"]);
    }
}

//! Which of several GPUs, and why that one.

use std::{cmp::Reverse, fmt};

/// Why this GPU, and what is not known of it. [`fmt::Display`] gives it in English, for the command
/// line and the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct GpuChoice {
    /// CUDA's number of it.
    pub number: usize,
    /// How many GPUs CUDA offers.
    pub count: usize,
    /// What decided between them.
    pub by: ChosenBy,
    /// Bytes that were free on it then, if that was asked.
    pub free_bytes: Option<u64>,
    /// Bytes that it has.
    pub total_bytes: Option<u64>,
    /// GPUs that would have come before it, but cannot be used.
    pub passed_over: Vec<PassedOver>,
    /// The driver's version, where there is one.
    pub driver: Option<String>,
    /// The newest CUDA that the driver knows, such as "13.0".
    pub driver_cuda: Option<String>,
    /// Why the driver's management library (NVML) tells nothing of it, in its own words; `None` where
    /// it does.
    pub no_nvml: Option<String>,
}

/// What decided between several GPUs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// There is no other.
    #[default]
    Only,
    /// The user gave its number.
    Number,
    /// It has most free memory of those that work.
    MostFree,
    /// CUDA's order: nobody tells how much is free.
    Order,
}

/// A GPU that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PassedOver {
    /// CUDA's number of it.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Why it cannot be used; libtorch's words.
    pub words: String,
}

const GIB: f64 = (1 << 30) as f64;

impl GpuChoice {
    /// What was free and all that it has, in GiB, where both are known.
    pub fn room_gib(&self) -> Option<(f64, f64)> {
        let (free_bytes, total_bytes) = self.free_bytes.zip(self.total_bytes)?;
        Some((free_bytes as f64 / GIB, total_bytes as f64 / GIB))
    }
}

impl fmt::Display for GpuChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.driver, &self.driver_cuda) {
            (Some(driver), _) => write!(f, "NVIDIA driver {driver}")?,
            (None, Some(cuda)) => write!(f, "NVIDIA driver for CUDA {cuda}")?,
            (None, None) => write!(f, "the driver does not tell its version")?,
        }
        let Self { number, count, .. } = self;
        match (self.by, self.room_gib()) {
            (ChosenBy::Only, _) => {}
            (ChosenBy::Number, _) => write!(f, "; of {count} GPUs cuda:{number}, as asked for")?,
            (ChosenBy::MostFree, Some((free, total))) => write!(
                f,
                "; of {count} GPUs the one with most free memory ({free:.1} of {total:.1} GiB)"
            )?,
            (ChosenBy::MostFree | ChosenBy::Order, _) => write!(
                f,
                "; of {count} GPUs the first that works, because none tells its free memory"
            )?,
        }
        for PassedOver { number, name, words } in &self.passed_over {
            write!(f, "; cuda:{number} ({name}) does not compute ({words})")?;
        }
        if let Some(words) = &self.no_nvml {
            write!(f, "; who else uses it is not known without NVML ({words})")?;
        }
        Ok(())
    }
}

/// Most free memory first; GPUs with as much stay in CUDA's order, and those that do not tell come
/// last. What decided, too.
pub fn ranked<T>(mut gpus: Vec<T>, free_bytes: impl Fn(&T) -> Option<u64>) -> (Vec<T>, ChosenBy) {
    let by = match gpus.len() {
        0 | 1 => ChosenBy::Only,
        _ if gpus.iter().any(|gpu| free_bytes(gpu).is_some()) => ChosenBy::MostFree,
        _ => ChosenBy::Order,
    };
    gpus.sort_by_key(|gpu| Reverse(free_bytes(gpu)));
    (gpus, by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gpu_with_most_free_memory_comes_first() {
        use ChosenBy::{MostFree, Only, Order};
        for (free_bytes, expected, by) in [
            (vec![Some(5)], vec![0], Only),
            (vec![None], vec![0], Only),
            (vec![Some(5), Some(9), Some(7)], vec![1, 2, 0], MostFree),
            (vec![Some(5), Some(5), Some(5)], vec![0, 1, 2], MostFree),
            (vec![None, Some(0), Some(1)], vec![2, 1, 0], MostFree),
            (vec![None, None], vec![0, 1], Order),
            (vec![], vec![], Only),
        ] {
            let numbered = free_bytes.iter().copied().enumerate().collect();
            let (ranked, decided) = ranked(numbered, |(_, free_bytes): &(usize, _)| *free_bytes);
            let order: Vec<usize> = ranked.into_iter().map(|(number, _)| number).collect();
            assert_eq!((order, decided), (expected, by), "{free_bytes:?}");
        }
    }

    #[test]
    fn the_reason_is_a_sentence() {
        let some = |text: &str| Some(text.to_owned());
        let busy = PassedOver { number: 0, name: "Old".to_owned(), words: "no kernel".to_owned() };
        let known = GpuChoice {
            number: 1,
            count: 2,
            by: ChosenBy::MostFree,
            free_bytes: Some((76 << 30) / 10),
            total_bytes: Some(8 << 30),
            driver: some("580.0"),
            driver_cuda: some("13.0"),
            ..GpuChoice::default()
        };
        let of_two =
            "NVIDIA driver 580.0; of 2 GPUs the one with most free memory (7.6 of 8.0 GiB)";
        for (choice, expected) in [
            (GpuChoice { by: ChosenBy::Only, ..known.clone() }, "NVIDIA driver 580.0".to_owned()),
            (known.clone(), of_two.to_owned()),
            (
                GpuChoice { passed_over: vec![busy], ..known.clone() },
                format!("{of_two}; cuda:0 (Old) does not compute (no kernel)"),
            ),
            (
                GpuChoice { by: ChosenBy::Number, ..known.clone() },
                "NVIDIA driver 580.0; of 2 GPUs cuda:1, as asked for".to_owned(),
            ),
            (
                GpuChoice {
                    by: ChosenBy::Order,
                    free_bytes: None,
                    driver: None,
                    no_nvml: some("it is not there"),
                    ..known
                },
                "NVIDIA driver for CUDA 13.0; of 2 GPUs the first that works, because none tells \
                 its free memory; who else uses it is not known without NVML (it is not there)"
                    .to_owned(),
            ),
        ] {
            assert_eq!(choice.to_string(), expected);
        }
    }
}

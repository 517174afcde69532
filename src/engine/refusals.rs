//! Whether a fault is that memory ran out, whoever says so and in whatever words.

use super::infer::InferError;
use crate::gpu::memory::DeviceMemory;

/// Words of an allocator, libtorch's or a library's, that got no memory.
const OUT_OF_MEMORY: [&str; 4] =
    ["out of memory", "can't allocate memory", "not enough memory", "alloc_failed"];

/// Words of faults that a refusal leads to without being named in them. libtorch asks the driver's
/// libraries who holds the card's memory before it says that there is none, and where one of them lacks
/// a function, says that instead. cuDNN passes over every way to convolve that gets no memory to work
/// in, and then has found none.
const MAY_HIDE_IT: [&str; 5] = [
    "internal assert failed",
    "unable to find an engine",
    "cudnn_status_",
    "cublas_status_",
    "cuda error",
];

/// How often the driver had refused memory when something began.
pub struct Refusals<'a> {
    memory: &'a dyn DeviceMemory,
    before: u64,
}

impl<'a> Refusals<'a> {
    /// Something begins.
    pub fn from_now(memory: &'a dyn DeviceMemory) -> Self {
        Self { memory, before: memory.refusals().unwrap_or(0) }
    }

    /// What a fault since then is, by its words and by whether the driver refused memory meanwhile.
    pub fn judge(&self, words: String) -> InferError {
        if says(&words, &OUT_OF_MEMORY) {
            return InferError::OutOfMemory(words);
        }
        if says(&words, &MAY_HIDE_IT) && self.memory.refusals().unwrap_or(0) > self.before {
            return InferError::OutOfMemory(format!("GPU out of memory, told as: {words}"));
        }
        InferError::Failed(words)
    }
}

fn says(words: &str, known: &[&str]) -> bool {
    let words = words.to_ascii_lowercase();
    known.iter().any(|known| words.contains(known))
}

#[cfg(test)]
mod tests {
    use std::{
        panic::catch_unwind,
        sync::atomic::{AtomicU64, Ordering::SeqCst},
    };

    use super::*;
    use crate::{
        engine::infer::describe_panic,
        gpu::memory::{CardMemory, MemoryStats, NoDeviceMemory},
    };

    /// A driver that refused so often.
    #[derive(Default)]
    struct Driver(AtomicU64);

    impl DeviceMemory for Driver {
        fn stats(&self) -> Option<MemoryStats> {
            None
        }
        fn card(&self) -> Option<CardMemory> {
            None
        }
        fn refusals(&self) -> Option<u64> {
            Some(self.0.load(SeqCst))
        }
        fn empty_cache(&self) {}
        fn reset_peak(&self) {}
    }

    /// Whether a fault in these words is a lack of memory where the driver refused nothing, and where
    /// it refused some since.
    fn is_lack(words: &str) -> [bool; 2] {
        let driver = Driver::default();
        driver.0.store(7, SeqCst);
        let refusals = Refusals::from_now(&driver);
        let judge = || matches!(refusals.judge(words.to_owned()), InferError::OutOfMemory(_));
        let before = judge();
        driver.0.store(8, SeqCst);
        [before, judge()]
    }

    #[test]
    fn a_lack_of_memory_is_known_by_its_words_or_by_refusals() {
        for (words, expected) in [
            (
                "CUDA out of memory. Tried to allocate 26.00 MiB. GPU 0 has a total capacity",
                [true, true],
            ),
            ("CUDA error: out of memory", [true, true]),
            ("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", [true, true]),
            ("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", [true, true]),
            (
                "DefaultCPUAllocator: not enough memory: you tried to allocate 64 bytes.",
                [true, true],
            ),
            (
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 64 bytes.",
                [true, true],
            ),
            (
                "r.nvmlDeviceGetGpuFabricInfoV_ INTERNAL ASSERT FAILED at \
                 \"/pytorch/c10/cuda/driver_api.cpp\":22, please report a bug to PyTorch. Can't find \
                 nvmlDeviceGetGpuFabricInfoV",
                [false, true],
            ),
            ("GET was unable to find an engine to execute this computation", [false, true]),
            ("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED", [false, true]),
            // Emptying the cache tells the one from the other: a GPU that fails does so again.
            ("CUDA error: an illegal memory access was encountered", [false, true]),
            ("shape '[7, 7]' is invalid for input of size 102400", [false, false]),
            ("the network fell over", [false, false]),
        ] {
            assert_eq!(is_lack(words), expected, "{words}");
        }
    }

    #[test]
    fn a_real_refusal_of_libtorch_is_recognised() {
        let refused =
            catch_unwind(|| tch::Tensor::zeros([1 << 45], (tch::Kind::Float, tch::Device::Cpu)));
        let words = describe_panic(refused.unwrap_err().as_ref());
        let judged = Refusals::from_now(&NoDeviceMemory).judge(words);
        assert!(matches!(judged, InferError::OutOfMemory(_)), "{judged}");
    }
}

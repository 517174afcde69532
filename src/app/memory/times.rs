//! What the images lately needed: peaks of memory, and time in the network.

use std::collections::VecDeque;

use crate::engine::protocol::{JobId, MemorySample};

/// How many images the usual time is taken from.
const IMAGES: usize = 20;

/// The highest memory of single images, in bytes of live tensors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImagePeaks {
    inferring: Option<JobId>,
    this_bytes: u64,
    last_bytes: Option<u64>,
}

impl ImagePeaks {
    /// A job entered the network.
    pub fn begin(&mut self, job: JobId) {
        (self.inferring, self.this_bytes) = (Some(job), 0);
    }

    /// A reading came.
    pub fn take_in(&mut self, sample: &MemorySample) {
        if self.inferring.is_some() {
            let device_bytes = sample.device.map(|device| device.peak_allocated_bytes);
            self.this_bytes = self.this_bytes.max(device_bytes.unwrap_or(sample.tensor_bytes));
        }
    }

    /// A job left the network.
    pub fn end(&mut self, job: JobId) {
        if self.inferring == Some(job) {
            self.inferring = None;
        }
    }

    /// An image is done, and this was its peak; 0 where nobody counted.
    pub fn finish(&mut self, peak_bytes: u64) {
        if peak_bytes > 0 {
            self.last_bytes = Some(peak_bytes);
        }
    }

    /// The peak so far of the image in the network.
    pub fn this_bytes(&self) -> Option<u64> {
        self.inferring.map(|_| self.this_bytes).filter(|&bytes| bytes > 0)
    }

    /// The peak of the image that was done last.
    pub fn last_bytes(&self) -> Option<u64> {
        self.last_bytes
    }
}

/// The times of the last images in the network.
#[derive(Clone, Debug, Default)]
pub struct InferTimes(VecDeque<f64>);

impl InferTimes {
    /// Takes in an image's time, in milliseconds.
    pub fn push(&mut self, infer_ms: f64) {
        self.0.push_back(infer_ms);
        if self.0.len() > IMAGES {
            self.0.pop_front();
        }
    }

    /// Forgets them: the device is another.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The usual time of an image, in milliseconds.
    pub fn median_ms(&self) -> Option<f64> {
        let mut sorted: Vec<f64> = self.0.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_time_is_that_of_the_last_images() {
        let mut times = InferTimes::default();
        assert_eq!(times.median_ms(), None);
        for infer_ms in [900.0, 11.0, 12.0] {
            times.push(infer_ms);
        }
        assert_eq!(times.median_ms(), Some(12.0));
        (0..IMAGES).for_each(|_| times.push(5.0));
        assert_eq!(times.median_ms(), Some(5.0));
    }
}

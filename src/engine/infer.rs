//! One pass of the network over some images, with the cleanup points around it. Runs on the
//! inference thread; the lanes that it starts have ended before any point.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use tch::Tensor;

use super::{
    lanes::Lanes,
    protocol::ModelProblem,
    snapshots::{Label, Snapshots},
};
use crate::{
    gpu::cleanup::{Cleaner, CleanupPoint},
    imaging::{Cancel, Cancelled, NetworkInput, SaliencyMap},
    u2net::{SaliencyNetwork, StageName, to_saliency_map, to_tensor},
};

/// An image on its way through the network.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    /// The photo at network size.
    pub input: &'a NetworkInput,
    /// Its job's flag.
    pub cancel: &'a Cancel,
    /// Its photo.
    pub source: &'a Path,
    /// Whether it is a part of the photo, seen from nearer.
    pub is_second_look: bool,
}

/// Why images have no saliency maps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InferError {
    /// Each of them was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// There was not enough memory.
    #[error("{0}")]
    OutOfMemory(String),
    /// There is no network to run, for this reason.
    #[error("{0}")]
    NoModel(Arc<ModelProblem>),
    /// The network or libtorch failed, by an error or a panic.
    #[error("{0}")]
    Failed(String),
}

/// Runs the network once on all images: a map for each, in order.
///
/// The order is the discipline: the guard of point D is declared before any tensor, so that it
/// drops after all of them; the tensors live inside the closure whose panic is caught, so that
/// point C runs when they are gone.
///
/// # Errors
/// [`InferError`]; the network stays usable for the next images.
pub fn infer(
    network: &dyn SaliencyNetwork,
    images: &[Image],
    lanes: &Lanes,
    cleaner: &Cleaner,
    snapshots: &Snapshots,
) -> Result<Vec<SaliencyMap>, InferError> {
    let _after_image = cleaner.image();
    let label = snapshots.label_pass(images);
    match catch_unwind(AssertUnwindSafe(|| run(network, images, lanes, cleaner, &label))) {
        Ok(outcome) => Ok(outcome?),
        Err(panic) => {
            let words = describe_panic(panic.as_ref());
            let error = if is_out_of_memory(&words) {
                snapshots.ran_out();
                InferError::OutOfMemory(words)
            } else {
                InferError::Failed(words)
            };
            cleaner.run(CleanupPoint::OnError);
            Err(error)
        }
    }
}

fn run(
    network: &dyn SaliencyNetwork,
    images: &[Image],
    lanes: &Lanes,
    cleaner: &Cleaner,
    label: &Label,
) -> Result<Vec<SaliencyMap>, Cancelled> {
    let _no_gradients = tch::no_grad_guard();
    let proceed = || match images.iter().all(|image| image.cancel.is_cancelled()) {
        true => Err(Cancelled),
        false => Ok(()),
    };
    let proceed_to = |stage: StageName| {
        label.is(&stage);
        proceed()
    };
    label.is(&"input");
    // A photo of one colour has no subject, and the network would make one up.
    let inputs = || images.iter().map(|image| image.input);
    let tensors: Vec<Tensor> = inputs()
        .filter(|input| !input.is_flat())
        .map(|input| to_tensor(input, network.device()))
        .collect();
    if tensors.is_empty() {
        return Ok(inputs().map(|input| SaliencyMap::empty(input.side_px)).collect());
    }
    // d0 of each: [1, 1, side, side]
    let fused = lanes.forward(network, tensors, &proceed_to)?;
    cleaner.run(CleanupPoint::AfterInference);
    proceed()?;
    label.is(&"read back");
    let mut found = fused.iter().map(to_saliency_map);
    let map = |input: &NetworkInput| {
        let seen = if input.is_flat() { None } else { found.next() };
        seen.unwrap_or_else(|| SaliencyMap::empty(input.side_px))
    };
    let maps = inputs().map(map).collect();
    drop(fused);
    cleaner.run(CleanupPoint::AfterMask);
    Ok(maps)
}

/// Whether these are the words of an allocator, libtorch's or a library's, that got no memory.
pub fn is_out_of_memory(words: &str) -> bool {
    const WORDS: [&str; 4] =
        ["out of memory", "can't allocate memory", "not enough memory", "alloc_failed"];
    let words = words.to_ascii_lowercase();
    WORDS.iter().any(|known| words.contains(known))
}

/// The words of a panic. tch panics with libtorch's whole C++ stack below the first line.
pub fn describe_panic(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    let inner = text.split_once("Torch(\"").map_or(text, |(_, inner)| inner);
    let first = inner.split("\\n").next().unwrap_or(inner);
    first.lines().next().unwrap_or(first).trim_end_matches("\")").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allocators_are_known_by_their_words() {
        for (words, expected) in [
            ("CUDA out of memory. Tried to allocate 26.00 MiB. GPU 0 has a total capacity", true),
            ("CUDA error: out of memory", true),
            ("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", true),
            ("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true),
            ("DefaultCPUAllocator: not enough memory: you tried to allocate 64 bytes.", true),
            ("DefaultCPUAllocator: can't allocate memory: you tried to allocate 64 bytes.", true),
            ("CUDA error: an illegal memory access was encountered", false),
            ("shape '[7, 7]' is invalid for input of size 102400", false),
        ] {
            assert_eq!(is_out_of_memory(words), expected, "{words}");
        }
    }

    #[test]
    fn a_real_refusal_of_libtorch_is_recognised() {
        let refused =
            catch_unwind(|| tch::Tensor::zeros([1 << 45], (tch::Kind::Float, tch::Device::Cpu)));
        let words = describe_panic(refused.unwrap_err().as_ref());
        assert!(is_out_of_memory(&words), "{words}");
    }
}

//! One image through the network, with the cleanup points around it. Runs on the inference
//! thread alone: no tensor is ever seen by another.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    gpu::cleanup::{Cleaner, CleanupPoint},
    imaging::{Cancel, Cancelled, NetworkInput, SaliencyMap},
    u2net::{SaliencyNetwork, SideOutputs, to_saliency_map, to_tensor},
};

/// Why an image has no saliency map.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InferError {
    /// It was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The network or libtorch failed, by an error or a panic.
    #[error("{0}")]
    Failed(String),
}

/// Runs the network on one image.
///
/// The order is the discipline: the guard of point D is declared before any tensor, so that it
/// drops after all of them; the tensors live inside the closure whose panic is caught, so that
/// point C runs when they are gone.
///
/// # Errors
/// [`InferError`]; the network stays usable for the next image.
pub fn infer(
    network: &dyn SaliencyNetwork,
    input: &NetworkInput,
    cleaner: &Cleaner,
    cancel: &Cancel,
) -> Result<SaliencyMap, InferError> {
    let _after_image = cleaner.image();
    let attempt = catch_unwind(AssertUnwindSafe(|| run(network, input, cleaner, cancel)));
    match attempt {
        Ok(outcome) => Ok(outcome?),
        Err(panic) => {
            cleaner.run(CleanupPoint::OnError);
            Err(InferError::Failed(describe_panic(panic.as_ref())))
        }
    }
}

fn run(
    network: &dyn SaliencyNetwork,
    input: &NetworkInput,
    cleaner: &Cleaner,
    cancel: &Cancel,
) -> Result<SaliencyMap, Cancelled> {
    let _no_gradients = tch::no_grad_guard();
    if input.is_flat() {
        return Ok(SaliencyMap::empty(input.side_px));
    }
    let pixels = to_tensor(input, network.device());
    let SideOutputs { fused, side } = network.forward(pixels, &|| cancel.check())?;
    drop(side);
    cleaner.run(CleanupPoint::AfterInference);
    cancel.check()?;
    let map = to_saliency_map(&fused);
    drop(fused);
    cleaner.run(CleanupPoint::AfterMask);
    Ok(map)
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

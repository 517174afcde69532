//! One pass of the network over some images, with the cleanup points around it. Runs on the
//! inference thread; the lanes that it starts have ended before any point.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use super::{
    lanes::{Entering, Lanes},
    protocol::ModelProblem,
    refusals::Refusals,
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
/// [`InferError`]; the network stays usable for the next images. Whether it was memory that it lacked,
/// `refusals` from before the pass say.
pub fn infer(
    network: &dyn SaliencyNetwork,
    images: &[Image],
    lanes: &Lanes,
    cleaner: &Cleaner,
    snapshots: &Snapshots,
    refusals: &Refusals,
) -> Result<Vec<SaliencyMap>, InferError> {
    let _after_image = cleaner.image();
    let label = snapshots.label_pass(images);
    match catch_unwind(AssertUnwindSafe(|| run(network, images, lanes, cleaner, &label))) {
        Ok(outcome) => Ok(outcome?),
        Err(panic) => {
            let words = describe_panic(panic.as_ref());
            let fault = refusals.judge(words);
            if matches!(fault, InferError::OutOfMemory(_)) {
                snapshots.ran_out();
            }
            cleaner.run(CleanupPoint::OnError);
            Err(fault)
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
    let entering: Vec<_> = inputs()
        .filter(|input| !input.is_flat())
        .map(|input| Entering { input, pixels: to_tensor(input, network.device()) })
        .collect();
    if entering.is_empty() {
        return Ok(inputs().map(|input| SaliencyMap::empty(input.side_px)).collect());
    }
    // d0 of each: [1, 1, side, side]
    let fused = lanes.forward(network, entering, &proceed_to)?;
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

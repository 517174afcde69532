//! U²-Net: Qin et al., "U²-Net: Going Deeper with Nested U-Structure for Salient Object
//! Detection", Pattern Recognition 106 (2020).
//!
//! Tensors and imaging types only: nothing of `gpu` or `engine` is known here. Whoever runs the
//! network passes a closure that is asked between blocks whether to go on, and told what comes next.

mod block;
mod blocks;
pub mod config;
mod conv;
mod net;
mod place;
mod postprocess;
mod precision;
mod preprocess;
mod scale;
mod single;
mod stage_name;
pub mod weights;

use tch::Tensor;

use crate::imaging::{Cancelled, NetworkInput};
pub use net::U2Net;
pub use postprocess::to_saliency_map;
pub use precision::{Precision, PrecisionChoice};
pub use preprocess::to_tensor;
pub use stage_name::StageName;

/// Width and height in pixels at which both published networks were trained.
pub const SIDE_PX: u32 = 320;

/// What a forward pass gives: seven logit maps of shape `[N, 1, side, side]`.
#[derive(Debug)]
pub struct SideOutputs {
    /// d0: the fused output.
    pub fused: Tensor,
    /// d1..d6: the side outputs, upsampled to the input's size.
    pub side: [Tensor; 6],
}

/// A network that finds what is salient.
pub trait SaliencyNetwork: Send {
    /// Runs the network on normalised RGB of shape `[N, 3, side, side]`. Every feature map is
    /// dropped at its last use. `proceed` is asked before each stage, and told which; its error ends
    /// the pass.
    ///
    /// # Panics
    /// Where libtorch throws: the caller's boundary catches it.
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled>;

    /// Tells which images the next [`SaliencyNetwork::forward`] gets, in order, as they are in the
    /// machine's own memory: for who must know them without asking the device. A network has no use
    /// for it.
    fn announce(&self, _images: &[&NetworkInput]) {}

    /// Where the weights are; inputs must be there too.
    fn device(&self) -> tch::Device;

    /// In which numbers the weights are and the network computes; inputs may be f32 all the same.
    fn precision(&self) -> Precision;

    /// Bytes of all weights on the device.
    fn weights_bytes(&self) -> u64;

    /// The same weights for another thread, which may compute at the same time. `None` where several
    /// images are better computed together, as on a GPU.
    fn share_weights(&self) -> Option<Box<dyn SaliencyNetwork>> {
        None
    }
}

//! How much memory the real networks take, counted on any machine.

mod published;
#[path = "../common/samples.rs"]
mod samples;
mod unloading;

use cutout::{
    gpu::tally::TensorTally,
    u2net::{
        Precision, SIDE_PX, SaliencyNetwork, U2Net,
        config::{Config, FULL, LITE},
        weights::{Convolution, Weights},
    },
};
use published::Published;
use tch::{Device, Kind, Tensor};

/// The most that a pass may take, as a share of what the published network takes.
const SHARE: f64 = 0.35;

fn network(config: &'static Config, precision: Precision) -> U2Net {
    let zeros = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, Device::Cpu));
    let convolutions = config.convolutions().into_iter().map(|spec| Convolution {
        weight: zeros(&spec.weight_shape()),
        bias: zeros(&[spec.out_channels]),
        spec,
    });
    let weights = Weights { config, convolutions: convolutions.collect() };
    U2Net::new(weights, Device::Cpu, precision)
}

fn input(images: i64) -> Tensor {
    let side = i64::from(SIDE_PX);
    Tensor::zeros([images, 3, side, side], (Kind::Float, Device::Cpu))
}

/// Highest bytes in live tensors during `pass`, beyond what lived before, and what is left when
/// its result is gone.
fn peak_and_rest_bytes<T>(pass: impl FnOnce() -> T) -> (u64, u64) {
    let (tally, _guard) = TensorTally::start().expect("libtorch takes the counter");
    tch::no_grad(|| drop(pass()));
    (tally.peak_bytes(), tally.live_bytes())
}

#[test]
fn a_pass_peaks_at_a_third_of_the_published_networks() {
    // What PyTorch was seen to take for the authors' code, in MiB.
    for (config, published_mib) in [(&FULL, 264.0), (&LITE, 231.0)] {
        let published = Published::new(config);
        let photo = input(1);
        let (published_bytes, _) = peak_and_rest_bytes(|| published.forward(&photo));
        let as_seen = published_bytes as f64 / f64::from(1 << 20) / published_mib;
        assert!((0.97..1.03).contains(&as_seen), "{}: {published_bytes} bytes", config.name);

        // The published network takes half in half precision.
        for (precision, published_bytes) in
            [(Precision::Fp32, published_bytes), (Precision::Bf16, published_bytes / 2)]
        {
            let network = network(config, precision);
            let pass = || network.forward(input(1), &|_| Ok(())).unwrap();
            let (peak_bytes, rest_bytes) = peak_and_rest_bytes(pass);
            let share = peak_bytes as f64 / published_bytes as f64;
            let name = format!("{} in {}", config.name, precision.name());
            println!("{name}: {peak_bytes} of {published_bytes} bytes: {share:.3}");
            assert!(share <= SHARE, "{name}: {peak_bytes} of {published_bytes}: {share}");
            assert_eq!(rest_bytes, 0, "{name}: nothing survives a pass");
        }
    }
}

#[test]
fn half_precision_takes_half_and_a_batch_its_multiple() {
    let lite = network(&LITE, Precision::Fp32);
    let half = network(&LITE, Precision::Bf16);
    assert_eq!(half.weights_bytes() * 2, lite.weights_bytes());
    let peak_bytes = |network: &U2Net, images| {
        let (bytes, _) =
            peak_and_rest_bytes(|| network.forward(input(images), &|_| Ok(())).unwrap());
        bytes as f64
    };
    let one = peak_bytes(&lite, 1);
    let in_half = peak_bytes(&half, 1) / one;
    assert!((0.45..0.6).contains(&in_half), "{in_half}");
    let two = peak_bytes(&lite, 2) / one;
    assert!((1.8..2.05).contains(&two), "{two}");
}

//! The strict match of a file's tensors against a network's table, and the folding of BatchNorm.

use std::collections::BTreeSet;

use super::{Convolution, Mismatch, Proceed, StateDict, Weights, WeightsError, bounds::quoted};
use crate::u2net::config::{Config, ConvSpec};

/// PyTorch's default, which the authors' BatchNorm layers use.
const BATCH_NORM_EPSILON: f64 = 1e-5;

/// BatchNorm's tensors, all of one value a channel.
const BATCH_NORM_TENSORS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

/// The weights for the one of `candidates` that the tensors fit, or what is wrong with the one
/// that they fit best.
pub(super) fn fit(
    tensors: &StateDict<'_>,
    candidates: &[&'static Config],
    proceed: Proceed,
) -> Result<Weights, WeightsError> {
    let (config, mismatches) = candidates
        .iter()
        .map(|&config| (config, mismatches(tensors, config)))
        .min_by_key(|(_, mismatches)| mismatches.len())
        .expect("at least one candidate");
    if !mismatches.is_empty() {
        return Err(describe(tensors, config, mismatches));
    }
    let mut convolutions = Vec::new();
    for spec in config.convolutions() {
        proceed()?;
        convolutions.push(convolution(tensors, spec));
    }
    Ok(Weights { config, convolutions })
}

fn describe(tensors: &StateDict<'_>, config: &Config, mismatches: Vec<Mismatch>) -> WeightsError {
    let unexpected = mismatches
        .iter()
        .filter(|mismatch| matches!(mismatch, Mismatch::Unexpected { .. }))
        .count();
    if unexpected == tensors.len() {
        let first = tensors.keys().next().map(|name| quoted(name)).unwrap_or_default();
        return WeightsError::OtherNetwork { count: tensors.len(), first };
    }
    let others = mismatches.len() - 1;
    let first = mismatches.into_iter().next().expect("there are mismatches");
    WeightsError::Mismatch { network: config.name, first, others }
}

/// Everything that keeps `tensors` from being the weights of `config`, in its order.
fn mismatches(tensors: &StateDict<'_>, config: &Config) -> Vec<Mismatch> {
    let with_batch_norm = tensors.keys().any(|name| name.contains(".bn_s1."));
    let mut left_over: BTreeSet<&str> = tensors.keys().map(String::as_str).collect();
    let mut mismatches = Vec::new();
    for spec in config.convolutions() {
        for (tensor, expected) in expected_tensors(&spec, with_batch_norm) {
            left_over.remove(tensor.as_str());
            match tensors.get(&tensor) {
                None => mismatches.push(Mismatch::Missing { tensor, expected }),
                Some(view) if view.shape() != expected => {
                    let found = view.shape().to_vec();
                    mismatches.push(Mismatch::Shape { tensor, expected, found });
                }
                Some(_) => {}
            }
        }
        if let Some(batch_norm) = &spec.batch_norm {
            // A counter that only training uses, and that old versions of PyTorch did not write.
            left_over.remove(format!("{batch_norm}.num_batches_tracked").as_str());
        }
    }
    mismatches.extend(left_over.into_iter().map(|tensor| Mismatch::Unexpected {
        tensor: quoted(tensor),
        found: tensors[tensor].shape().to_vec(),
    }));
    mismatches
}

fn expected_tensors(spec: &ConvSpec, with_batch_norm: bool) -> Vec<(String, Vec<i64>)> {
    let per_channel = vec![spec.out_channels];
    let mut expected = vec![
        (format!("{}.weight", spec.name), spec.weight_shape().to_vec()),
        (format!("{}.bias", spec.name), per_channel.clone()),
    ];
    if let Some(batch_norm) = spec.batch_norm.as_ref().filter(|_| with_batch_norm) {
        expected.extend(
            BATCH_NORM_TENSORS.map(|name| (format!("{batch_norm}.{name}"), per_channel.clone())),
        );
    }
    expected
}

/// The convolution's tensors, which are known to fit, with the BatchNorm behind it folded in:
/// `gamma * (w * x + b - mean) / sqrt(var + epsilon) + beta` as one convolution.
fn convolution(tensors: &StateDict<'_>, spec: ConvSpec) -> Convolution {
    let tensor = |owner: &str, name: &str| tensors.get(&format!("{owner}.{name}"));
    let matched = |owner: &str, name: &str| {
        tensor(owner, name).expect("tensors were matched against the table").to_tensor()
    };
    let mut weight = matched(&spec.name, "weight");
    let mut bias = matched(&spec.name, "bias");
    let present = |batch_norm: &&String| tensor(batch_norm, BATCH_NORM_TENSORS[0]).is_some();
    if let Some(batch_norm) = spec.batch_norm.as_ref().filter(present) {
        let [gamma, beta, mean, variance] =
            BATCH_NORM_TENSORS.map(|name| matched(batch_norm, name));
        let scale = gamma / (variance + BATCH_NORM_EPSILON).sqrt();
        weight *= scale.view([-1, 1, 1, 1]);
        bias = (bias - mean) * scale + beta;
    }
    Convolution { spec, weight, bias }
}

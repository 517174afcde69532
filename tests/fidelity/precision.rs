//! Whether half precision gives the masks that `models.toml` says it gives.

use cutout::{imaging::Resampling, u2net::Precision, zoo};

use super::{NETWORKS, mask, mean_difference, network, reference};

/// By how much a measured error may differ from the catalogue's: kernels of other processors round
/// in another order.
const TOLERANCE: f64 = 0.1;

#[test]
fn half_precision_differs_from_full_by_what_the_catalogue_says() {
    let Some((_, photos)) = reference() else { return };
    for id in NETWORKS {
        let full = network(id, Precision::Fp32);
        let masks: Vec<_> =
            photos.iter().map(|photo| mask(&*full, photo, Resampling::default())).collect();
        for told in &zoo::entry(id).unwrap().half {
            let half = network(id, told.precision);
            let errors = photos.iter().zip(&masks).map(|(photo, expected)| {
                mean_difference(&mask(&*half, photo, Resampling::default()), expected)
            });
            let errors: Vec<f64> = errors.collect();
            let mean_error = errors.iter().sum::<f64>() / errors.len() as f64;
            let worst_error = errors.iter().copied().fold(0.0, f64::max);
            let found = zoo::HalfError { mean_error, worst_error, ..*told };
            println!("{id}: {found:?}");
            assert!((mean_error - told.mean_error).abs() < TOLERANCE, "{id}: {found:?} {told:?}");
            assert!((worst_error - told.worst_error).abs() < TOLERANCE, "{id}: {found:?} {told:?}");
        }
    }
}

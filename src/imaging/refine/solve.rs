//! The unknown opacities, by conjugate gradients.

use super::{super::Cancelled, Watch, laplacian::Laplacian};

/// Added to the diagonal, so that nothing is divided by zero.
const LEAST: f32 = 1e-6;

/// What pulls the unknown opacities besides the colours, for every pixel of the picture.
pub struct Prior {
    /// What each is thought to be: 0 to 1.
    pub alphas: Vec<f32>,
    /// How much that counts, beside the 9 windows that a pixel lies in.
    pub weights: Vec<f32>,
}

/// Solves `(L + P) alpha = P prior`, preconditioned by the diagonal. `alphas` holds what is known
/// and, for the unknown, where to begin and what is found; it may leave 0 to 1 by little.
///
/// # Errors
/// Once the watch's `cancel` is raised.
pub fn solve(
    laplacian: &Laplacian,
    prior: &Prior,
    alphas: &mut [f32],
    (most_steps, tolerance): (usize, f32),
    watch: &Watch,
) -> Result<(), Cancelled> {
    let places = &laplacian.places;
    let pulls: Vec<f32> = places.iter().map(|&place| prior.weights[place]).collect();
    let diagonal: Vec<f32> =
        laplacian.diagonal().zip(&pulls).map(|(own, pull)| own + pull + LEAST).collect();
    let mut wide = laplacian.with_margin(alphas);
    let mut image = vec![0.0; places.len()];
    laplacian.of_opacities(&wide, &mut image);
    let pulled = places.iter().zip(&pulls);
    let pulled = pulled.map(|(&place, pull)| pull * (prior.alphas[place] - alphas[place]));
    let mut residual: Vec<f32> = image.iter().zip(pulled).map(|(own, pull)| pull - own).collect();
    let mut eased = divided(&residual, &diagonal);
    let mut direction = eased.clone();
    let mut square = dot(&residual, &eased);
    let goal = f64::from(tolerance * tolerance) * places.len() as f64;
    // What is known stays as it is: it has no part in a direction.
    wide.fill(0.0);
    for _ in 0..most_steps {
        watch.cancel.check()?;
        if square <= goal {
            break;
        }
        laplacian.put(&direction, &mut wide);
        laplacian.of_opacities(&wide, &mut image);
        for ((image, direction), pull) in image.iter_mut().zip(&direction).zip(&pulls) {
            *image += pull * direction;
        }
        let length = (square / dot(&direction, &image)) as f32;
        for (at, &place) in places.iter().enumerate() {
            alphas[place] += length * direction[at];
            residual[at] -= length * image[at];
        }
        eased = divided(&residual, &diagonal);
        let next = dot(&residual, &eased);
        let share = (next / square) as f32;
        square = next;
        for (direction, eased) in direction.iter_mut().zip(&eased) {
            *direction = eased + share * *direction;
        }
    }
    Ok(())
}

fn divided(values: &[f32], by: &[f32]) -> Vec<f32> {
    values.iter().zip(by).map(|(value, by)| value / by).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

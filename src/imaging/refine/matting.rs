//! Matting: the opacities that the photo's colours explain best, window by window, between what is
//! surely subject and what is surely not (Levin, Lischinski and Weiss, *A Closed-Form Solution to
//! Natural Image Matting*, 2008). Solved for the unknown band only, on a picture of a bounded size,
//! the smallest first; the photo's own colours bring the result to its full size.

use super::{
    super::{Cancelled, Matte, matte::nearest_level, runs::Runs},
    Watch, fast,
    laplacian::Laplacian,
    local::Scene,
    solve::{Prior, solve},
    upsample::{Edge, upsample},
    working_image::WorkingImage,
};

/// The longest side of the picture that opacities are solved on.
pub const LONGEST_PX: u32 = 1024;
/// The longest sides that are solved before, one after the other.
const SMALLER_PX: [u32; 2] = [LONGEST_PX / 4, LONGEST_PX / 2];
/// What the map is surely not, and surely is.
const SURE: (u8, u8) = (10, 245);
/// At the largest size, the band reaches so far beyond what the map is unsure of.
const BEYOND_PX: usize = 8;
/// Where it is sure, fast refinement pulls as much as this part of a window: colours alone would
/// lead edges astray, farther than the network errs.
const PULL: f32 = 0.05;
/// How much of that it pulls where it is not sure at all.
const LEAST_PULL: f32 = 0.2;
/// Steps at each size, at most.
const STEPS: usize = 60;
/// Ends once the mean residual is so small.
const TOLERANCE: f32 = 1e-4;
/// Fainter than this is noise: none, and likewise all.
const FAINT: f32 = 0.03;
/// Keeps lines flat that colours do not call for, on the way to the full size.
const EPSILON: f32 = 1e-5;

/// The edge at the size of `image`, to be laid over the full size.
///
/// # Errors
/// Once the watch's `cancel` is raised.
pub fn refined(image: &WorkingImage, plain: &Matte, watch: &Watch) -> Result<Edge, Cancelled> {
    let edge = fast::refined(image, plain, watch)?;
    let fast = upsample(&edge, image.within(fast::LONGEST_PX).guide(), watch.cancel)?;
    let told =
        |solved: usize| (watch.progress)((solved + 1) as f32 / (SMALLER_PX.len() + 3) as f32);
    let mut alphas = fast.clone();
    for (number, longest_px) in SMALLER_PX.into_iter().enumerate() {
        told(number);
        let image = image.within(longest_px);
        let band = band(plain, &image, longest_px);
        let solved = solved(&image, &band, (&fast, &alphas), watch)?;
        alphas = levels(&solved, &image.resized(&alphas));
    }
    told(SMALLER_PX.len());
    let band = band(plain, image, LONGEST_PX);
    let solved = solved(image, &band, (&fast, &alphas), watch)?;
    let (colours, size) = (image.colours(), image.size());
    let scene = Scene { colours, weights: None, size, radius: 1, epsilon: EPSILON };
    let lines = scene.lines(&band, &solved);
    let shares = fast::shares(&band, size, BEYOND_PX / 2);
    Ok(Edge::new(image.resized(&fast), band, (lines, shares), FAINT))
}

/// The pixels whose opacity is unknown. The farther a subject's edge fades, the wider.
fn band(plain: &Matte, image: &WorkingImage, longest_px: u32) -> Runs {
    let plain = image.resized(plain);
    let beyond_px = (BEYOND_PX * longest_px as usize / LONGEST_PX as usize).max(1);
    let unsure = Runs::of(image.size().0, &plain.0, |level| (SURE.0..=SURE.1).contains(level));
    unsure.grown(beyond_px, beyond_px)
}

/// The opacities of the band, from where they were found at another size.
fn solved(
    image: &WorkingImage,
    band: &Runs,
    (fast, start): (&Matte, &Matte),
    watch: &Watch,
) -> Result<Vec<f32>, Cancelled> {
    let (fast, start) = (image.resized(fast), image.resized(start));
    let alpha = |&level: &u8| f32::from(level) / 255.0;
    // Known pixels are what they are nearer to.
    let mut alphas: Vec<f32> = fast.0.iter().map(|&level| f32::from(level >= 128)).collect();
    for place in band.places() {
        alphas[place] = alpha(&start.0.as_raw()[place]);
    }
    let expected: Vec<f32> = fast.0.iter().map(alpha).collect();
    let weights = expected.iter().map(|alpha| PULL * (LEAST_PULL + (2.0 * alpha - 1.0).powi(2)));
    let prior = Prior { weights: weights.collect(), alphas: expected };
    let laplacian = Laplacian::of(image.colours(), image.size(), band);
    solve(&laplacian, &prior, &mut alphas, (STEPS, TOLERANCE), watch)?;
    Ok(alphas)
}

fn levels(alphas: &[f32], like: &Matte) -> Matte {
    let mut levels = like.clone();
    for (level, alpha) in levels.0.iter_mut().zip(alphas) {
        *level = nearest_level(alpha * 255.0);
    }
    levels
}

//! Fast refinement: along the edge, opacity follows the photo's colours. It is a guided filter (He,
//! Sun and Tang, 2010) that believes most what the map is sure of, held to the band where it is not.
//! Windows of the size of a few of the map's own pixels, and few rounds: the network's edge is where
//! a thing ends, give or take one such pixel, and colours that lead farther lead astray.

use super::{
    super::{Cancelled, Matte, runs::Runs},
    Watch,
    local::Scene,
    sums::{Sums, in_strips, window_px},
    upsample::{Edge, upsample},
    working_image::WorkingImage,
};

/// The longest side of the picture that is worked on: little more than the map's.
pub const LONGEST_PX: u32 = 352;
/// Each brings the edge nearer to that of the colours.
const ROUNDS: usize = 3;
/// Windows reach so far: 5 pixels a side.
const RADIUS_PX: usize = 2;
/// The band reaches so far beyond what the map is unsure of.
const BEYOND_PX: usize = 4;
/// Keeps opacity from following noise.
const EPSILON: f32 = 2e-5;
/// What the map is surely not, and surely is.
const SURE: (u8, u8) = (5, 250);
/// What a pixel counts of which the map knows nothing; one that it is sure of counts 1 more.
const LEAST_WEIGHT: f32 = 0.3;
/// Fainter than this is the noise of colours that no line fits: none, and likewise all.
const FAINT: f32 = 0.1;

/// The edge of the last round, to be laid over the full size.
///
/// # Errors
/// Once the watch's `cancel` is raised.
pub fn refined(image: &WorkingImage, start: &Matte, watch: &Watch) -> Result<Edge, Cancelled> {
    let image = image.within(LONGEST_PX);
    let mut edge = edge(&image, image.resized(start), watch)?;
    for _ in 1..ROUNDS {
        let matte = upsample(&edge, image.guide(), watch.cancel)?;
        edge = self::edge(&image, matte, watch)?;
    }
    Ok(edge)
}

/// One round: what the colours say along the edge of a matte.
fn edge(image: &WorkingImage, matte: Matte, watch: &Watch) -> Result<Edge, Cancelled> {
    watch.cancel.check()?;
    let size = image.size();
    let unsure = Runs::of(size.0, &matte.0, |level| (SURE.0..=SURE.1).contains(level));
    let band = unsure.grown(BEYOND_PX, BEYOND_PX);
    let alphas: Vec<f32> = matte.0.iter().map(|&level| f32::from(level) / 255.0).collect();
    let weight = |alpha: &f32| LEAST_WEIGHT + (2.0 * alpha - 1.0).powi(2);
    let weights: Vec<f32> = alphas.iter().map(weight).collect();
    let (colours, weights) = (image.colours(), Some(&weights[..]));
    let scene = Scene { colours, weights, size, radius: RADIUS_PX, epsilon: EPSILON };
    let lines = scene.lines(&band, &alphas);
    watch.cancel.check()?;
    let shares = shares(&band, size, BEYOND_PX / 2);
    Ok(Edge::new(matte, band, (lines, shares), FAINT))
}

/// One in the middle of a band, falling off to nothing at its rim.
pub fn shares(band: &Runs, size: (usize, usize), rim_px: usize) -> Vec<f32> {
    let mut shares = vec![0.0; size.0 * size.1];
    in_strips(&mut shares, size, rim_px, |rows, near, out, sums: &mut Sums<1>| {
        let inside = sums.values(near.len() * size.0);
        inside.fill([0.0]);
        for place in band.strip(near.clone(), near.clone()).places() {
            inside[place] = [1.0];
        }
        let (from, first) = (near.start * size.0, (rows.start - near.start) * size.0);
        let wanted = band.strip(rows, near);
        let sums = sums.over_windows(size.0, &wanted, rim_px);
        for place in wanted.places() {
            let part = sums[place][0] / window_px(from + place, size, rim_px);
            out[place - first] = (2.0 * part - 1.0).clamp(0.0, 1.0);
        }
    });
    shares
}

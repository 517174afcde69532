//! Fast refinement: along the edge, opacity follows the photo's colours. It is a guided filter (He,
//! Sun and Tang, 2010) that learns from what the map is sure of, held to the band where it is not.
//! The first rounds, on a small picture, bring the edge to its place; the last makes it sharp.

use super::{
    super::{Cancelled, Matte, spans::Spans},
    Watch,
    local::Windows,
    sight::Sight,
    sums::{window_px, window_sums},
    upsample::{Edge, upsample},
};

/// The longest side of the picture in the last round, which makes the edge sharp.
pub const LONGEST_PX: u32 = 512;
/// The same in the rounds before it, which bring the edge to its place.
const SMALL_PX: u32 = 256;
/// Rounds before the last.
const SMALL_ROUNDS: usize = 3;
/// Windows reach so far: 11 pixels a side.
const RADIUS_PX: usize = 5;
/// The band reaches so far beyond what the map is unsure of.
const BEYOND_PX: usize = 5;
/// Keeps opacity from following noise.
const EPSILON: f32 = 1e-4;
/// What the map is surely not, and surely is.
const SURE: (u8, u8) = (5, 250);
/// What a pixel counts of which the map knows nothing; one that it is sure of counts 1 more.
const LEAST_WEIGHT: f32 = 0.05;
/// Fainter than this is the noise of colours that no line fits: none, and likewise all.
const FAINT: f32 = 0.15;
/// How much of its windows the map must be sure of for the colours to count in full.
const ENOUGH: f32 = 0.1;

/// The matte in the last round's size, its edge where the colours see it, and what is to be laid
/// over the full size.
///
/// # Errors
/// Once the watch's `cancel` is raised.
pub fn refined(sight: &Sight, start: &Matte, watch: &Watch) -> Result<(Matte, Edge), Cancelled> {
    let small = sight.within(SMALL_PX);
    let mut matte = small.resized(start);
    for _ in 0..SMALL_ROUNDS {
        let edge = edge(&small, &matte, watch)?;
        matte = upsample(&edge, small.guide(), matte, watch.cancel)?;
    }
    let sight = sight.within(LONGEST_PX);
    let matte = sight.resized(&matte);
    let edge = edge(&sight, &matte, watch)?;
    Ok((matte, edge))
}

/// One round: what the colours say along the edge of a matte.
fn edge(sight: &Sight, matte: &Matte, watch: &Watch) -> Result<Edge, Cancelled> {
    watch.cancel.check()?;
    let size = sight.size();
    let unsure = Spans::of(size.0, &matte.0, |level| (SURE.0..=SURE.1).contains(level));
    let band = unsure.grown(BEYOND_PX, BEYOND_PX);
    let sureness = |&level: &u8| (2.0 * f32::from(level) / 255.0 - 1.0).powi(2);
    let sure: Vec<[f32; 1]> = matte.0.iter().map(|level| [sureness(level)]).collect();
    let weights: Vec<f32> = sure.iter().map(|[sure]| LEAST_WEIGHT + sure).collect();
    // Twice as steep as the map, whose edges are softer than those of things.
    let target = |&level: &u8| (2.0 * f32::from(level) / 255.0 - 0.5).clamp(0.0, 1.0);
    let targets: Vec<f32> = matte.0.iter().map(target).collect();
    let windows = Windows::new(sight.colours(), Some(&weights), size, &band, RADIUS_PX, EPSILON);
    watch.cancel.check()?;
    let lines = windows.lines(&targets);
    let mut shares = shares(&band, size, BEYOND_PX / 2);
    let known = window_sums(&sure, size.0, &band, RADIUS_PX);
    for place in band.places() {
        let part = known[place][0] / window_px(place, size, RADIUS_PX);
        shares[place] *= (part / ENOUGH).min(1.0);
    }
    Ok(Edge::new(size, band, (lines, shares), FAINT))
}

/// One in the middle of a band, falling off to nothing at its rim.
pub fn shares(band: &Spans, size: (usize, usize), rim_px: usize) -> Vec<f32> {
    let mut inside = vec![[0.0]; size.0 * size.1];
    for place in band.places() {
        inside[place] = [1.0];
    }
    let sums = window_sums(&inside, size.0, band, rim_px);
    let mut shares = vec![0.0; size.0 * size.1];
    for place in band.places() {
        let part = sums[place][0] / window_px(place, size, rim_px);
        shares[place] = (2.0 * part - 1.0).clamp(0.0, 1.0);
    }
    shares
}

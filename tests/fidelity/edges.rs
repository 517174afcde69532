//! Whether refined edges stay where the network saw them, on natural photos.

use std::path::{Path, PathBuf};

use cutout::{
    imaging::{
        self, Cancel, Limits, Refine, Resampling,
        refine::{Guide, Watch, refine},
    },
    u2net::{Precision, SIDE_PX, to_saliency_map, to_tensor},
};
use image::GrayImage;

use super::{network, reference};

/// Cells a side: each about three pixels of the network's wide.
const CELLS: u32 = 107;
/// Means that differ by more lie in different places, not only in softer edges.
const ASTRAY: f64 = 0.25;

/// How many of a thousand cells have another mean in one matte than in the other.
fn astray(one: &GrayImage, other: &GrayImage) -> f64 {
    let (width, height) = one.dimensions();
    let edge = |cell: u32, whole: u32| u64::from(cell) * u64::from(whole) / u64::from(CELLS);
    let mean = |matte: &GrayImage, x: u32, y: u32| {
        let (left, right) = (edge(x, width), edge(x + 1, width).max(edge(x, width) + 1));
        let (top, bottom) = (edge(y, height), edge(y + 1, height).max(edge(y, height) + 1));
        let pixels = (top..bottom).flat_map(|y| (left..right).map(move |x| (x as u32, y as u32)));
        let sum: f64 = pixels.map(|(x, y)| f64::from(matte.get_pixel(x, y)[0])).sum();
        sum / 255.0 / ((right - left) * (bottom - top)) as f64
    };
    let cells = (0..CELLS).flat_map(|y| (0..CELLS).map(move |x| (x, y)));
    let count =
        cells.filter(|&(x, y)| (mean(one, x, y) - mean(other, x, y)).abs() > ASTRAY).count();
    count as f64 * 1000.0 / f64::from(CELLS * CELLS)
}

#[test]
fn refined_edges_stay_where_the_network_saw_them() {
    let network = network("u2net", Precision::Fp32);
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples");
    let mut photos: Vec<PathBuf> = ["astronaut", "chelsea", "coffee"]
        .map(|name| samples.join(name).with_extension("png"))
        .into();
    photos.extend(reference().into_iter().flat_map(|(_, photos)| photos));
    let cancel = Cancel::default();
    let (count, mut sums) = (photos.len() as f64, [0.0; 2]);
    for photo in photos {
        let picture = imaging::decode(&photo, &Limits::default(), &cancel).unwrap();
        let input = imaging::network_input(&picture, SIDE_PX, Resampling::Lanczos);
        let outputs = network.forward(to_tensor(&input, network.device()), &|_| Ok(())).unwrap();
        let map = to_saliency_map(&outputs.fused);
        let [plain, fast, matting] = [Refine::Off, Refine::Fast, Refine::Matting].map(|way| {
            let guide = Guide::Photo(&picture.pixels);
            let watch = Watch::silent(&cancel);
            refine(guide, &map, Resampling::Lanczos, way, &watch).unwrap().0
        });
        let (fast, matting) = (astray(&fast, &plain), astray(&matting, &plain));
        println!("{}: fast {fast:.1}, matting {matting:.1} of 1000", photo.display());
        assert!(fast <= 10.0, "{}: fast {fast}", photo.display());
        assert!(matting <= 20.0, "{}: matting {matting}", photo.display());
        sums = [sums[0] + fast, sums[1] + matting];
    }
    let [fast, matting] = sums.map(|sum| sum / count);
    assert!(fast <= 3.0 && matting <= 6.0, "fast {fast}, matting {matting} on average");
}

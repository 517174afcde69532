//! Whether masks are those of the authors and of rembg, from the same weights.

mod edges;
mod precision;
mod second_look;
#[path = "../common/skip.rs"]
mod skip;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use cutout::{
    imaging::{self, Cancel, Limits, Resampling},
    u2net::{Precision, SIDE_PX, SaliencyNetwork, to_saliency_map, to_tensor},
    zoo,
};
use image::GrayImage;
use skip::skipped;
use tch::Device;

const NETWORKS: [&str; 2] = ["u2net", "u2netp"];

fn network(id: &str, precision: Precision) -> Box<dyn SaliencyNetwork> {
    zoo::locate(id)
        .and_then(|located| zoo::load(&located, Device::Cpu, precision))
        .unwrap_or_else(|error| panic!("{error}; `cargo xtask setup` fetches it"))
}

/// From a photo's file to its mask, at the photo's own size.
fn mask(network: &dyn SaliencyNetwork, photo: &Path, resampling: Resampling) -> GrayImage {
    let picture = imaging::decode(photo, &Limits::default(), &Cancel::default()).unwrap();
    let input = imaging::network_input(&picture, SIDE_PX, resampling);
    let tensor = to_tensor(&input, network.device());
    let outputs = network.forward(tensor, &|_| Ok(())).unwrap();
    let map = to_saliency_map(&outputs.fused);
    let (width, height) = (picture.pixels.width(), picture.pixels.height());
    imaging::matte_from_map(&map, width, height, resampling).0
}

/// Mean of the absolute difference per pixel, in levels of 255.
fn mean_difference(found: &GrayImage, expected: &GrayImage) -> f64 {
    assert_eq!(found.dimensions(), expected.dimensions());
    let differences = found.iter().zip(expected.iter()).map(|(a, b)| f64::from(a.abs_diff(*b)));
    differences.sum::<f64>() / found.len() as f64
}

/// Published masks were saved with three equal channels.
fn grey(path: &Path) -> GrayImage {
    image::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into_luma8()
}

/// The folder of the authors' photos and masks, with its nine photos.
fn reference() -> Option<(PathBuf, Vec<PathBuf>)> {
    let named = env::var_os("CUTOUT_REFERENCE").filter(|folder| !folder.is_empty());
    let Some(folder) = named.map(PathBuf::from) else {
        skipped("CUTOUT_REFERENCE names no folder of reference photos and masks");
        return None;
    };
    let mut photos: Vec<_> = fs::read_dir(folder.join("images"))
        .expect("CUTOUT_REFERENCE holds images/")
        .map(|entry| entry.unwrap().path())
        .collect();
    photos.sort();
    assert_eq!(photos.len(), 9);
    Some((folder, photos))
}

#[test]
fn the_authors_way_gives_the_masks_that_they_published() {
    let Some((reference, photos)) = reference() else { return };
    for id in NETWORKS {
        let network = network(id, Precision::Fp32);
        let differences: Vec<f64> = photos
            .iter()
            .map(|photo| {
                let name = Path::new(photo.file_stem().unwrap()).with_extension("png");
                let published = grey(&reference.join(id).join(&name));
                let found = mask(&*network, photo, Resampling::AuthorsBilinear);
                let difference = mean_difference(&found, &published);
                println!("{id} {}: {difference:.3}/255", name.display());
                assert!(difference <= 0.5, "{id} {}: {difference}/255", name.display());
                difference
            })
            .collect();
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        println!("{id}: {mean:.3}/255 over {} photos", photos.len());
        assert!(mean <= 0.2, "{id}: {mean}/255");
    }
}

/// The goldens and the script that made them are in `tests/goldens`.
#[test]
fn the_default_way_gives_the_masks_of_rembg() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for id in NETWORKS {
        let network = network(id, Precision::Fp32);
        for name in ["astronaut", "chelsea", "coffee"] {
            let photo = project.join(format!("assets/samples/{name}.png"));
            assert!(photo.exists(), "{photo:?} is missing: `cargo xtask setup` fetches it");
            let found = mask(&*network, &photo, Resampling::Lanczos);
            let golden = grey(&project.join(format!("tests/goldens/{name}.{id}.png")));
            let difference = mean_difference(&found, &golden);
            println!("{id} {name}: {difference:.3}/255");
            assert!(difference <= 0.5, "{id} {name}: {difference}/255");
        }
    }
}

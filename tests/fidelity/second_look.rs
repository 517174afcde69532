//! Whether a second look pays, measured on photos whose masks are known.

use std::path::Path;

use cutout::{
    imaging::{
        Metadata, NetworkInput, Picture, Resampling, SaliencyMap, SaliencyMaps, matte_from_map,
        network_input, network_input_of, second_look,
    },
    u2net::{Precision, SIDE_PX, SaliencyNetwork, to_saliency_map, to_tensor},
};
use image::{GrayImage, Luma, RgbImage, imageops};

use super::{grey, mean_difference, network, reference};

/// The frame in whose corner a photo's subject stands.
const FRAME_PX: (u32, u32) = (1800, 1350);
const RESAMPLING: Resampling = Resampling::Lanczos;

fn see(network: &dyn SaliencyNetwork, input: &NetworkInput) -> SaliencyMap {
    let tensor = to_tensor(input, network.device());
    to_saliency_map(&network.forward(tensor, &|_| Ok(())).unwrap().fused)
}

/// The subject of a photo in the corner of a frame that shades from one grey to another, and its
/// mask.
fn in_a_corner(photo: &RgbImage, mask: &GrayImage) -> (RgbImage, GrayImage) {
    let mut frame = RgbImage::from_fn(FRAME_PX.0, FRAME_PX.1, |x, y| {
        image::Rgb([90 + (x * 60 / FRAME_PX.0) as u8, 120 + (y * 40 / FRAME_PX.1) as u8, 130])
    });
    let mut expected = GrayImage::new(FRAME_PX.0, FRAME_PX.1);
    let corner = [FRAME_PX.0 - photo.width() - 60, FRAME_PX.1 - photo.height() - 40];
    for (x, y, &Luma([level])) in mask.enumerate_pixels() {
        let (across, down) = (corner[0] + x, corner[1] + y);
        expected.put_pixel(across, down, Luma([level]));
        let (share, behind) = (f32::from(level) / 255.0, frame.get_pixel_mut(across, down));
        for (behind, &over) in behind.0.iter_mut().zip(&photo.get_pixel(x, y).0) {
            let (from, to) = (f32::from(*behind), f32::from(over));
            *behind = (from + (to - from) * share).round() as u8;
        }
    }
    (frame, expected)
}

#[test]
fn a_small_subject_is_cut_better_with_two_looks_than_with_one() {
    let Some((reference, photos)) = reference() else { return };
    let network = network("u2netp", Precision::Fp32);
    let (mut once, mut twice, mut looked) = (0.0, 0.0, 0);
    for path in &photos {
        let name = Path::new(path.file_stem().unwrap()).with_extension("png");
        let mask = grey(&reference.join("u2net").join(&name));
        let photo = image::open(path).unwrap().into_rgb8();
        let (width_px, height_px) = (420, 420 * photo.height() / photo.width());
        let filter = imageops::FilterType::CatmullRom;
        let photo = imageops::resize(&photo, width_px, height_px, filter);
        let mask = imageops::resize(&mask, width_px, height_px, filter);
        let (frame, expected) = in_a_corner(&photo, &mask);
        let picture = Picture { pixels: frame.into(), metadata: Metadata::default() };
        let mut maps =
            SaliencyMaps::from(see(&*network, &network_input(&picture, SIDE_PX, RESAMPLING)));
        if let Some(part) = second_look(&maps.first, FRAME_PX) {
            let rect = part.in_px(FRAME_PX);
            let input = network_input_of(&picture, rect, SIDE_PX, RESAMPLING);
            maps.add_crop(part, see(&*network, &input));
        }
        let error = |second_look| {
            let map = maps.merged(second_look);
            let found = matte_from_map(&map, FRAME_PX.0, FRAME_PX.1, RESAMPLING).0;
            mean_difference(&found, &expected)
        };
        let (first, both) = (error(false), error(true));
        println!(
            "{}: {first:.3}/255 with one look, {both:.3} with two ({})",
            name.display(),
            if maps.has_crop() { "looked twice" } else { "looked once" }
        );
        if maps.has_crop() {
            (once, twice, looked) = (once + first, twice + both, looked + 1);
        }
    }
    println!("{looked} of {} looked at twice: {once:.3} -> {twice:.3}", photos.len());
    assert!(looked > 0 && twice < once, "{once} -> {twice} over {looked} photos");
}

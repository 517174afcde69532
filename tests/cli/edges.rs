//! How edges are found in the photo.

use std::{fs, path::Path};

use cutout::{
    engine::EngineOptions,
    imaging::{self, Cancel, Limits},
    u2net::{Precision, SIDE_PX, to_saliency_map, to_tensor},
    zoo,
};
use image::GrayImage;
use tch::Device;

use super::{names_in, remove, sample, stderr, text};

/// The map of the lite network at the photo's size, and no more.
fn enlarged(photo: &Path) -> GrayImage {
    let located = zoo::locate("u2netp").expect("`cargo xtask setup` fetches it");
    let network = zoo::load(&located, Device::Cpu, Precision::Fp32).unwrap();
    let resampling = EngineOptions::default().resampling;
    let picture = imaging::decode(photo, &Limits::default(), &Cancel::default()).unwrap();
    let input = imaging::network_input(&picture, SIDE_PX, resampling);
    let outputs = network.forward(to_tensor(&input, Device::Cpu), &|_| Ok(())).unwrap();
    let (width, height) = (picture.pixels.width(), picture.pixels.height());
    imaging::matte_from_map(&to_saliency_map(&outputs.fused), width, height, resampling).0
}

#[test]
fn without_refinement_the_result_is_the_photo_with_the_map_enlarged() {
    let folder = tempfile::tempdir().unwrap();
    let photo = sample("chelsea.png");
    let output = remove(&[
        text(&photo),
        "--precision",
        "fp32",
        "--refine",
        "off",
        "--clean-colours",
        "off",
        "--save",
        "cutout,mask",
        "--out",
        text(folder.path()),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mask = image::open(folder.path().join("chelsea_mask.png")).unwrap().into_luma8();
    assert!(mask == enlarged(&photo));
    let cutout = image::open(folder.path().join("chelsea_cutout.png")).unwrap().into_rgba8();
    let original = image::open(&photo).unwrap().into_rgb8();
    for ((cutout, mask), original) in cutout.pixels().zip(mask.pixels()).zip(original.pixels()) {
        assert_eq!(cutout[3], mask[0]);
        assert!(mask[0] == 0 || cutout.0[..3] == original.0);
    }
}

#[test]
fn every_refinement_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let photo = super::gradient_photo(folder.path(), "a.png");
    for args in [["--refine", "fast"], ["--refine", "matting"], ["--clean-colours", "on"]] {
        let out = folder.path().join("out");
        let output = remove(&[&[text(&photo), "--out", text(&out)], args.as_slice()].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        assert_eq!(names_in(&out), ["a_cutout.png"]);
        fs::remove_dir_all(out).unwrap();
    }
}

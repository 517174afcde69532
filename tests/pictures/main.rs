//! Pictures of every kind that people have, from the file to the cutout.

mod file_thumbnail;
mod formats;
mod kinds;
mod left_behind;
mod refused;
#[path = "../common/skip.rs"]
mod skip;
mod tiffs;

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use cutout::imaging::{
    Cancel, DecodeError, Existing, FileFormat, Limits, Matte, Metadata, Picture, PngEffort,
    Resampling, SaliencyMap, cutout, decode, matte_from_map, network_input, save_cutout, save_mask,
};
use image::{
    ColorType, DynamicImage, GrayImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Luma,
    LumaA, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{gif::GifEncoder, jpeg::JpegEncoder, png::PngDecoder, png::PngEncoder},
    metadata::Orientation,
};
use skip::skipped;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn open(path: &Path) -> Result<Picture, DecodeError> {
    decode(path, &Limits::default(), &Cancel::default())
}

fn encoded(pixels: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    pixels.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn save_png(path: &Path, pixels: &DynamicImage, metadata: &Metadata) {
    let (existing, cancel) = (Existing::Replace, Cancel::default());
    save_cutout(path, pixels, metadata, FileFormat::default(), existing, &cancel).unwrap();
}

/// Every pixel another colour.
fn motley(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 3) as u8, (y * 5) as u8, (x * y) as u8]))
}

fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: u64 = a.iter().zip(b).map(|(&a, &b)| u64::from(a.abs_diff(b))).sum();
    sum as f64 / a.len() as f64
}

fn largest_difference(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(&a, &b)| a.abs_diff(b)).max().unwrap()
}

#[test]
fn every_kind_of_pixel_is_kept_exactly() {
    let rgb = motley(17, 11);
    let grey = GrayImage::from_fn(17, 11, |x, y| Luma([(x * 15 + y) as u8]));
    let rgba = RgbaImage::from_fn(17, 11, |x, y| Rgba([x as u8, y as u8, 7, (x * y) as u8]));
    let grey_alpha = image::GrayAlphaImage::from_fn(17, 11, |x, y| LumaA([x as u8, y as u8 * 9]));
    let deep =
        image::ImageBuffer::from_fn(17, 11, |x, y| Rgb([x as u16 * 999, y as u16 * 7, 12_345]));
    let deep_rgba = image::ImageBuffer::from_fn(17, 11, |x, y| {
        Rgba([x as u16 * 999, 1, 65_535, y as u16 * 777])
    });
    let deep_grey = image::ImageBuffer::from_fn(17, 11, |x, y| Luma([(x * 3000 + y) as u16]));

    use ImageFormat::{Bmp, Gif, Png, Tiff, WebP};
    let cases: &[(DynamicImage, ColorType, &[ImageFormat])] = &[
        (rgb.into(), ColorType::Rgb8, &[Png, Bmp, Tiff, WebP]),
        (rgba.into(), ColorType::Rgba8, &[Png, Bmp, Tiff, WebP]),
        (grey.into(), ColorType::Rgb8, &[Png, Bmp, Tiff]),
        (grey_alpha.into(), ColorType::Rgba8, &[Png]),
        (deep.into(), ColorType::Rgb16, &[Png, Tiff]),
        (deep_rgba.into(), ColorType::Rgba16, &[Png, Tiff]),
        (DynamicImage::ImageLuma16(deep_grey), ColorType::Rgb16, &[Png, Tiff]),
        (RgbaImage::from_pixel(17, 11, Rgba([9, 8, 7, 255])).into(), ColorType::Rgba8, &[Gif]),
    ];
    let folder = tempfile::tempdir().unwrap();
    // The extension says nothing: the content does.
    let path = folder.path().join("photo.jpg");
    for (pixels, expected, formats) in cases {
        for &format in *formats {
            fs::write(&path, encoded(pixels, format)).unwrap();
            let decoded = open(&path).unwrap().pixels;
            assert_eq!(decoded.color(), *expected, "{format:?} of {:?}", pixels.color());
            assert_eq!(
                decoded.to_rgba16(),
                pixels.to_rgba16(),
                "{format:?} of {:?}",
                pixels.color()
            );
        }
    }
}

#[test]
fn jpegs_of_every_kind_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    let smooth = RgbImage::from_fn(40, 30, |x, y| Rgb([x as u8 * 6, y as u8 * 8, 100]));
    let grey = GrayImage::from_fn(40, 30, |x, y| Luma([(x * 3 + y * 4) as u8]));
    for pixels in [DynamicImage::from(smooth), DynamicImage::from(grey)] {
        fs::write(&path, encoded(&pixels, ImageFormat::Jpeg)).unwrap();
        let decoded = open(&path).unwrap().pixels;
        assert_eq!(decoded.color(), ColorType::Rgb8);
        let difference = mean_difference(decoded.as_bytes(), pixels.to_rgb8().as_raw());
        assert!(difference < 4.0, "{:?}: {difference}", pixels.color());
    }
    let progressive = open(&fixture("progressive.jpg")).unwrap().pixels;
    assert_eq!((progressive.width(), progressive.height()), (48, 32));
}

#[test]
fn inks_become_the_colours_that_pillow_makes_of_them() {
    for name in ["cmyk", "ycck"] {
        let decoded = open(&fixture(&format!("{name}.jpg"))).unwrap().pixels;
        let expected = open(&fixture(&format!("{name}_expected.png"))).unwrap().pixels;
        assert_eq!(decoded.color(), ColorType::Rgb8);
        let largest = largest_difference(decoded.as_bytes(), expected.as_bytes());
        assert!(largest <= 3, "{name}: {largest}");
    }
}

#[test]
fn a_palette_with_a_transparent_colour_is_spread_out() {
    let decoded = open(&fixture("palette.png")).unwrap().pixels;
    let expected = open(&fixture("palette_expected.png")).unwrap().pixels;
    assert_eq!(decoded, expected);
    assert!(decoded.to_rgba8().pixels().any(|pixel| pixel.0[3] == 0));
}

#[test]
fn of_an_animation_the_first_frame_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("moving.gif");
    let mut encoder = GifEncoder::new(fs::File::create(&path).unwrap());
    for colour in [[255, 0, 0, 255], [0, 0, 255, 255]] {
        encoder.encode_frame(image::Frame::new(RgbaImage::from_pixel(8, 6, Rgba(colour)))).unwrap();
    }
    drop(encoder);
    let first = open(&path).unwrap().pixels.to_rgba8();
    assert!(first.pixels().all(|pixel| pixel.0 == [255, 0, 0, 255]));
}

/// Where the pixel of the upright picture stands in a file of that orientation: EXIF 2.32, table
/// of tag 274, "the 0th row is at the visual ... and the 0th column at the visual ...".
fn stored(upright: &RgbImage, orientation: u8) -> RgbImage {
    let (width, height) = upright.dimensions();
    let (right, bottom) = (width - 1, height - 1);
    let (stored_width, stored_height) =
        if orientation < 5 { (width, height) } else { (height, width) };
    RgbImage::from_fn(stored_width, stored_height, |column, row| {
        let (x, y) = match orientation {
            1 => (column, row),
            2 => (right - column, row),
            3 => (right - column, bottom - row),
            4 => (column, bottom - row),
            5 => (row, column),
            6 => (right - row, column),
            7 => (right - row, bottom - column),
            8 => (row, bottom - column),
            _ => panic!("there are eight"),
        };
        *upright.get_pixel(x, y)
    })
}

fn exif_with(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

#[test]
fn all_eight_orientations_give_the_same_upright_picture() {
    let folder = tempfile::tempdir().unwrap();
    // Blocks of one colour each, so that JPEG keeps them: three by two.
    let upright =
        RgbImage::from_fn(96, 64, |x, y| Rgb([x as u8 / 32 * 100, y as u8 / 32 * 200, 50]));
    for orientation in 1..=8 {
        let stored = stored(&upright, orientation);
        let mut png = Vec::new();
        let mut encoder = PngEncoder::new(&mut png);
        encoder.set_exif_metadata(exif_with(orientation)).unwrap();
        stored.write_with_encoder(encoder).unwrap();
        let mut jpeg = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
        encoder.set_exif_metadata(exif_with(orientation)).unwrap();
        stored.write_with_encoder(encoder).unwrap();
        for (file, tolerance) in [(png, 0), (jpeg, 3)] {
            let path = folder.path().join("photo");
            fs::write(&path, file).unwrap();
            let picture = open(&path).unwrap();
            let pixels = picture.pixels.to_rgb8();
            assert_eq!(pixels.dimensions(), (96, 64), "orientation {orientation}");
            let largest = largest_difference(pixels.as_raw(), upright.as_raw());
            assert!(largest <= tolerance, "orientation {orientation}: {largest}");
            assert_eq!(picture.metadata.exif, Some(exif_with(1)), "orientation {orientation}");
        }
    }
}

#[test]
fn extreme_shapes_go_all_the_way() {
    let folder = tempfile::tempdir().unwrap();
    for (width, height) in [(1, 1), (1, 20_000), (20_000, 1)] {
        let path = folder.path().join("photo.png");
        motley(width, height).save(&path).unwrap();
        let picture = open(&path).unwrap();
        let input = network_input(&picture, 320, Resampling::Lanczos);
        assert_eq!(input.rgb.len(), 3 * 320 * 320);
        let matte = matte_from_map(&SaliencyMap::empty(320), width, height, Resampling::Lanczos);
        let saved = folder.path().join("cutout.png");
        let pixels = cutout(&picture, &matte);
        save_png(&saved, &pixels, &picture.metadata);
        assert_eq!(open(&saved).unwrap().pixels, pixels);
    }
}

fn pixels_of(name: &str) -> Vec<u8> {
    image::open(fixture(name)).unwrap().into_bytes()
}

#[test]
fn the_network_sees_what_pillow_would_show_it() {
    let photo = open(&fixture("photo.png")).unwrap();
    let input = network_input(&photo, 20, Resampling::Lanczos);
    let ours: Vec<u8> = input.rgb.iter().map(|&value| value as u8).collect();
    let pillow = pixels_of("lanczos_small.png");
    assert!(largest_difference(&ours, &pillow) <= 1);
    assert!(mean_difference(&ours, &pillow) < 0.02, "{}", mean_difference(&ours, &pillow));
}

#[test]
fn mattes_are_resampled_as_pillow_does() {
    let values =
        pixels_of("map.png").iter().map(|&level| (f32::from(level) + 0.5) / 255.5).collect();
    let map = SaliencyMap { side_px: 20, values };
    for (name, resampling) in
        [("lanczos", Resampling::Lanczos), ("bilinear", Resampling::AuthorsBilinear)]
    {
        for (size, width, height) in [("large", 97, 61), ("tiny", 9, 7)] {
            let ours = matte_from_map(&map, width, height, resampling).0.into_raw();
            let pillow = pixels_of(&format!("{name}_{size}.png"));
            let (largest, mean) =
                (largest_difference(&ours, &pillow), mean_difference(&ours, &pillow));
            assert!(largest <= 1 && mean < 0.02, "{name}_{size}: {largest}, {mean}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_as_such() {
    // A folder on a disk of a few kilobytes, where the environment has one.
    let Some(folder) = std::env::var_os("CUTOUT_FULL_DISK").map(PathBuf::from) else {
        skipped("CUTOUT_FULL_DISK names no folder on a full disk");
        return;
    };
    let matte = Matte(GrayImage::from_fn(2000, 2000, |x, y| Luma([(x * y) as u8])));
    let path = folder.join("mask.png");
    let error = save_mask(&path, &matte, PngEffort::Balanced, Existing::Refuse, &Cancel::default())
        .unwrap_err();
    assert!(matches!(error, cutout::imaging::WriteError::DiskFull(_)), "{error:?}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// The smallest header that an ICC profile of that colour space can have.
fn icc_profile(colour_space: &[u8; 4]) -> Vec<u8> {
    let mut profile = vec![0; 132];
    profile[3] = 132;
    profile[12..16].copy_from_slice(b"mntr");
    profile[16..20].copy_from_slice(colour_space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

#[test]
fn metadata_goes_from_the_photo_into_the_cutout_but_not_into_the_mask() {
    let folder = tempfile::tempdir().unwrap();
    let (photo, saved) = (folder.path().join("photo.png"), folder.path().join("saved.png"));
    for (colour_space, kept) in [(b"RGB ", true), (b"GRAY", false), (b"CMYK", false)] {
        let mut encoder = PngEncoder::new(fs::File::create(&photo).unwrap());
        encoder.set_icc_profile(icc_profile(colour_space)).unwrap();
        encoder.set_exif_metadata(exif_with(6)).unwrap();
        motley(20, 10).write_with_encoder(encoder).unwrap();
        let picture = open(&photo).unwrap();
        let expected = Metadata {
            icc_profile: kept.then(|| icc_profile(colour_space)),
            exif: Some(exif_with(1)),
            dpi: None,
        };
        assert_eq!(picture.metadata, expected);

        let matte = Matte(GrayImage::from_pixel(10, 20, Luma([255])));
        let pixels = cutout(&picture, &matte);
        let cancel = Cancel::default();
        save_png(&saved, &pixels, &picture.metadata);
        let again = open(&saved).unwrap();
        assert_eq!(again.metadata, expected);
        assert_eq!(again.pixels.to_rgb8(), picture.pixels.to_rgb8());

        save_mask(&saved, &matte, PngEffort::Balanced, Existing::Replace, &cancel).unwrap();
        let mut mask = PngDecoder::new(Cursor::new(fs::read(&saved).unwrap())).unwrap();
        assert_eq!(mask.color_type(), ColorType::L8);
        assert_eq!(mask.icc_profile().unwrap(), None);
        assert_eq!(mask.orientation().unwrap(), Orientation::NoTransforms);
        let mask = ImageReader::open(&saved).unwrap().decode().unwrap();
        assert_eq!(mask, matte.0.into());
    }
}

#[test]
fn sixteen_bit_cutouts_are_saved_in_sixteen_bits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.png");
    let deep =
        image::ImageBuffer::from_fn(9, 7, |x, y| Rgb([x as u16 * 6000, y as u16 * 9000, 513]));
    let picture = Picture { pixels: DynamicImage::ImageRgb16(deep), metadata: Metadata::default() };
    let matte = Matte(GrayImage::from_fn(9, 7, |x, _| Luma([x as u8 * 31])));
    let pixels = cutout(&picture, &matte);
    save_png(&path, &pixels, &picture.metadata);
    let again = open(&path).unwrap().pixels;
    assert_eq!(again.color(), ColorType::Rgba16);
    assert_eq!(again, pixels);
    let (seen, own) = (again.to_rgb16(), picture.pixels.to_rgb16());
    for (x, y, pixel) in own.enumerate_pixels().filter(|&(x, ..)| x > 0) {
        assert_eq!(seen.get_pixel(x, y), pixel, "all but the first column can be seen");
    }
}

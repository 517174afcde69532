//! Results in every format: what is written is read back by other readers than Cutout's own.

use std::{
    fs::{self, File},
    io::{BufReader, Cursor},
    path::{Path, PathBuf},
};

use cutout::imaging::{
    Cancel, Dpi, Existing, FileFormat, Metadata, MetadataPolicy, PngEffort, WriteError, save_cutout,
};
use image::{
    ColorType, DynamicImage, GenericImageView as _, ImageDecoder, ImageEncoder as _, ImageFormat,
    ImageReader, Rgba, RgbaImage, codecs::jpeg::JpegEncoder, codecs::png::PngDecoder,
    metadata::Orientation,
};
use tiff::{
    encoder::{Rational, TiffEncoder},
    tags::{Tag, Type, ValueBuffer},
};

use super::{icc_profile, mean_difference, open};

const PNG: FileFormat = FileFormat::Png(PngEffort::Balanced);
const LOSSLESS: [FileFormat; 5] = [
    FileFormat::Png(PngEffort::Fast),
    PNG,
    FileFormat::Png(PngEffort::Small),
    FileFormat::WebpLossless,
    FileFormat::Tiff,
];
const ALL: [FileFormat; 5] = [
    PNG,
    FileFormat::WebpLossless,
    FileFormat::Webp { quality: 90 },
    FileFormat::Jpeg { quality: 90, colour: [255; 3] },
    FileFormat::Tiff,
];

fn save(
    folder: &Path,
    pixels: &DynamicImage,
    metadata: &Metadata,
    format: FileFormat,
) -> Result<PathBuf, WriteError> {
    let path = folder.join("saved").with_extension(format.extension());
    save_cutout(&path, pixels, metadata, format, Existing::Replace, &Cancel::default())?;
    Ok(path)
}

/// A soft picture, opaque in the middle, with colours under what is transparent.
fn soft(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let edge = (x * 4).min(255) as u8;
        Rgba([(x * 3) as u8, (y * 2) as u8, 90, edge])
    })
}

#[test]
fn every_format_keeps_what_it_can_of_the_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let rgba = DynamicImage::from(soft(80, 60));
    let deep = DynamicImage::ImageRgba16(image::ImageBuffer::from_fn(80, 60, |x, y| {
        Rgba([x as u16 * 700, y as u16 * 900, 513, x as u16 * 800])
    }));
    for pixels in [rgba.to_rgb8().into(), deep.to_rgb16().into(), rgba, deep] {
        for format in LOSSLESS {
            let path = save(folder.path(), &pixels, &Metadata::default(), format).unwrap();
            let read = image::open(&path).unwrap();
            let expected = match format {
                FileFormat::Png(_) | FileFormat::Tiff => pixels.clone(),
                _ if pixels.color().has_alpha() => pixels.to_rgba8().into(),
                _ => pixels.to_rgb8().into(),
            };
            assert_eq!(read.color(), expected.color(), "{format:?}");
            assert_eq!(read, expected, "{format:?} of {:?}", pixels.color());
        }
        let lossy = FileFormat::Webp { quality: 90 };
        let path = save(folder.path(), &pixels, &Metadata::default(), lossy).unwrap();
        let read = image::open(&path).unwrap();
        assert_eq!(read.color().has_alpha(), pixels.color().has_alpha());
        let (read, expected) = (read.to_rgba8(), pixels.to_rgba8());
        for (read, expected) in read.pixels().zip(expected.pixels()) {
            assert_eq!(read[3], expected[3], "the opacity is not to be touched");
        }
        // Nobody sees the colour of what is transparent.
        let seen = |picture: &RgbaImage| -> Vec<u8> {
            picture
                .pixels()
                .flat_map(|p| p.0.map(|c| (u16::from(c) * u16::from(p[3]) / 255) as u8))
                .collect()
        };
        assert!(mean_difference(&seen(&read), &seen(&expected)) < 4.0);
    }
}

/// Large enough to be compressed in parts.
#[test]
fn a_large_png_has_every_pixel_in_every_effort() {
    let folder = tempfile::tempdir().unwrap();
    let value = |x: u32, y: u32| (x * x / 7 + y * 31 + x * y / 50) as u16;
    let deep = image::ImageBuffer::from_fn(1201, 903, |x, y| {
        Rgba([value(x, y), value(y, x), 513, value(y, y)])
    });
    let deep = DynamicImage::ImageRgba16(deep);
    for pixels in [deep.to_rgba8().into(), deep.to_rgb8().into(), deep] {
        for effort in [PngEffort::Fast, PngEffort::Balanced, PngEffort::Small] {
            let format = FileFormat::Png(effort);
            let path = save(folder.path(), &pixels, &Metadata::default(), format).unwrap();
            let read = image::open(&path).unwrap();
            assert!(read == pixels, "{effort:?} of {:?}", pixels.color());
        }
    }
}

#[test]
fn a_jpeg_lies_on_its_colour() {
    let folder = tempfile::tempdir().unwrap();
    let mut pixels = RgbaImage::from_pixel(64, 64, Rgba([250, 10, 10, 0]));
    for (x, _, pixel) in pixels.enumerate_pixels_mut() {
        pixel[3] = if x < 32 { 0 } else { 255 };
    }
    for colour in [[255, 255, 255], [0, 128, 0]] {
        let format = FileFormat::Jpeg { quality: 95, colour };
        let path = save(folder.path(), &pixels.clone().into(), &Metadata::default(), format);
        let read = image::open(path.unwrap()).unwrap();
        assert_eq!(read.color(), ColorType::Rgb8);
        for (at, expected) in [((8, 20), colour), ((56, 20), [250, 10, 10])] {
            let read = read.get_pixel(at.0, at.1);
            for channel in 0..3 {
                assert!(read[channel].abs_diff(expected[channel]) < 6, "{read:?} {expected:?}");
            }
        }
    }
}

#[test]
fn more_quality_takes_more_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = DynamicImage::from(super::motley(200, 150));
    for format in [(|quality| FileFormat::Webp { quality }) as fn(u8) -> FileFormat, |quality| {
        FileFormat::Jpeg { quality, colour: [0; 3] }
    }] {
        let bytes = [30, 60, 95].map(|quality| {
            let path = save(folder.path(), &pixels, &Metadata::default(), format(quality));
            fs::metadata(path.unwrap()).unwrap().len()
        });
        assert!(bytes.is_sorted() && bytes[0] < bytes[2], "{bytes:?}");
    }
}

/// What a camera hides in notes of its own: a picture of the whole scene.
const NOTES: &[u8] = b"\xff\xd8\xff\xe0 the old background \xff\xd9";

/// EXIF as a camera writes it: a maker, a comment, notes of its own, sizes, and a place.
fn exif_of_a_camera() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    let mut taken = encoder.extra_directory().unwrap();
    taken.write_tag(Tag::Unknown(0x9003), "2024:05:17 12:00:00").unwrap();
    taken.write_tag(Tag::Unknown(0x927c), NOTES).unwrap();
    taken.write_tag(Tag::Unknown(0x9286), "Lake Como").unwrap();
    taken.write_tag(Tag::Unknown(0xa002), 4000_u32).unwrap();
    taken.write_tag(Tag::Unknown(0xa003), 3000_u16).unwrap();
    let taken = taken.finish_with_offsets().unwrap().offset;
    let mut place = encoder.extra_directory().unwrap();
    place.write_tag(Tag::Unknown(0x001b), "GPS by hand").unwrap();
    let degrees = [Rational { n: 46, d: 1 }, Rational { n: 777_777, d: 1000 }];
    place.write_tag(Tag::Unknown(0x0002), &degrees[..]).unwrap();
    let place = place.finish_with_offsets().unwrap().offset;
    let mut main = encoder.image_directory().unwrap();
    main.write_tag(Tag::Make, "Camera Obscura").unwrap();
    main.write_tag(Tag::XResolution, Rational { n: 240, d: 1 }).unwrap();
    main.write_tag(Tag::YResolution, Rational { n: 240, d: 1 }).unwrap();
    main.write_tag(Tag::ResolutionUnit, 2_u16).unwrap();
    main.write_tag(Tag::ExifDirectory, taken).unwrap();
    main.write_tag(Tag::GpsDirectory, place).unwrap();
    main.finish().unwrap();
    file.into_inner()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What another reader finds in a file.
struct Found {
    icc_profile: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
    orientation: Orientation,
}

fn found(path: &Path) -> Found {
    let mut decoder =
        ImageReader::open(path).unwrap().with_guessed_format().unwrap().into_decoder().unwrap();
    // image reads the profile of a TIFF only where it has an unusual type.
    let of_tiff = || {
        let mut file = tiff::decoder::Decoder::new(File::open(path).unwrap()).ok()?;
        let mut value = ValueBuffer::empty(Type::BYTE);
        file.image_ifd().find_tag_buf(Tag::IccProfile, &mut value).unwrap()?;
        assert_eq!(value.data_type(), Type::UNDEFINED);
        Some(value.as_bytes().to_vec())
    };
    Found {
        icc_profile: decoder.icc_profile().unwrap().or_else(of_tiff),
        exif: decoder.exif_metadata().unwrap(),
        orientation: decoder.orientation().unwrap(),
    }
}

fn full() -> Metadata {
    Metadata {
        icc_profile: Some(icc_profile(b"RGB ")),
        exif: Some(exif_of_a_camera()),
        dpi: Dpi::new(300.0, 300.0),
    }
}

#[test]
fn profile_exif_and_resolution_are_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = DynamicImage::from(soft(40, 30));
    for format in ALL {
        for pixels in [&pixels, &pixels.to_rgb8().into()] {
            let metadata = full().kept(MetadataPolicy::All, (40, 30));
            let path = save(folder.path(), pixels, &metadata, format).unwrap();
            let there = found(&path);
            assert_eq!(there.icc_profile, metadata.icc_profile, "{format:?}");
            assert_eq!(there.orientation, Orientation::NoTransforms, "{format:?}");
            let bytes = fs::read(&path).unwrap();
            for text in ["Camera Obscura", "2024:05:17 12:00:00", "Lake Como", "GPS by hand"] {
                assert!(has(&bytes, text.as_bytes()), "{text} is not in {format:?}");
            }
            assert!(!has(&bytes, NOTES), "{format:?}");
            match format {
                FileFormat::Png(_) | FileFormat::Jpeg { .. } => {
                    assert_eq!(there.exif, metadata.exif, "{format:?}");
                }
                FileFormat::Webp { .. } | FileFormat::WebpLossless => {
                    assert!(there.exif.is_some());
                }
                FileFormat::Tiff => assert_eq!(there.exif, None),
            }
            // Back through Cutout, as when a result is opened as a photo.
            let again = open(&path).unwrap();
            assert_eq!(again.metadata.dpi, Dpi::new(300.0, 300.0), "{format:?}");
            assert_eq!(again.metadata.icc_profile, metadata.icc_profile, "{format:?}");
            let exif = again.metadata.exif.expect("EXIF");
            for text in ["Camera Obscura", "2024:05:17 12:00:00", "Lake Como", "GPS by hand"] {
                assert!(has(&exif, text.as_bytes()), "{text} is not in the EXIF of {format:?}");
            }
        }
    }
}

#[test]
fn the_resolution_is_written_where_each_format_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = DynamicImage::from(soft(40, 30));
    let path = |format| save(folder.path(), &pixels, &full(), format).unwrap();

    let file = BufReader::new(File::open(path(PNG)).unwrap());
    let size = png::Decoder::new(file).read_info().unwrap().info().pixel_dims.unwrap();
    assert_eq!((size.xppu, size.yppu, size.unit), (11_811, 11_811, png::Unit::Meter));

    let jpeg = fs::read(path(FileFormat::Jpeg { quality: 90, colour: [0; 3] })).unwrap();
    assert_eq!(&jpeg[6..18], b"JFIF\0\x01\x02\x01\x01\x2c\x01\x2c");

    let mut file =
        tiff::decoder::Decoder::new(File::open(path(FileFormat::Tiff)).unwrap()).unwrap();
    assert_eq!(file.get_tag_u32(Tag::ResolutionUnit).unwrap(), 2);
    assert_eq!(file.get_tag_u32_vec(Tag::XResolution).unwrap(), [300, 1]);
    assert_eq!(file.get_tag_u16_vec(Tag::ExtraSamples).unwrap(), [2], "alpha is not multiplied in");
    assert_eq!(file.get_tag_ascii_string(Tag::Make).unwrap(), "Camera Obscura");
}

#[test]
fn a_resolution_alone_is_enough_for_a_webp() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = DynamicImage::from(soft(40, 30));
    let metadata = Metadata { dpi: Dpi::new(72.0, 150.5), ..Metadata::default() };
    for format in [FileFormat::WebpLossless, FileFormat::Webp { quality: 80 }] {
        let path = save(folder.path(), &pixels, &metadata, format).unwrap();
        assert_eq!(open(&path).unwrap().metadata.dpi, metadata.dpi);
    }
}

#[test]
fn without_its_location_a_photo_names_no_place_but_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = DynamicImage::from(soft(40, 30));
    let cases: [(MetadataPolicy, &[&str], &[&str]); 3] = [
        (MetadataPolicy::All, &["Camera Obscura", "12:00:00", "Lake Como", "GPS by hand"], &[]),
        (
            MetadataPolicy::NoLocation,
            &["Camera Obscura", "12:00:00"],
            &["Lake Como", "GPS by hand"],
        ),
        (MetadataPolicy::Minimal, &[], &["Camera Obscura", "12:00:00", "Lake Como", "GPS by hand"]),
    ];
    for format in ALL {
        for (policy, kept, gone) in cases {
            let metadata = full().kept(policy, (40, 30));
            let path = save(folder.path(), &pixels, &metadata, format).unwrap();
            let bytes = fs::read(&path).unwrap();
            for text in kept {
                assert!(has(&bytes, text.as_bytes()), "{text} is gone from {format:?}");
            }
            for text in gone {
                assert!(!has(&bytes, text.as_bytes()), "{text} is in {format:?}, {policy:?}");
            }
            let degrees = [777_777_u32.to_le_bytes(), 777_777_u32.to_be_bytes()];
            let tells = degrees.iter().any(|degrees| has(&bytes, degrees));
            assert_eq!(tells, policy == MetadataPolicy::All, "{format:?}, {policy:?}");
            assert_eq!(found(&path).icc_profile, metadata.icc_profile);
            assert_eq!(open(&path).unwrap().metadata.dpi, metadata.dpi, "{format:?}");
        }
    }
}

#[test]
fn exif_that_nobody_understands_goes() {
    let metadata = Metadata { exif: Some(b"II*\0\xff\xff\xff\x7f".to_vec()), ..full() };
    for policy in [MetadataPolicy::All, MetadataPolicy::NoLocation, MetadataPolicy::Minimal] {
        assert_eq!(metadata.kept(policy, (1, 1)).exif, None);
    }
}

#[test]
fn damaged_exif_is_survived() {
    let whole = exif_of_a_camera();
    let kept = |exif: Vec<u8>| {
        let metadata = Metadata { exif: Some(exif), ..Metadata::default() };
        metadata.kept(MetadataPolicy::NoLocation, (40, 30))
    };
    let pixels = DynamicImage::from(soft(4, 3));
    let folder = tempfile::tempdir().unwrap();
    for at in 0..whole.len() {
        let mut wild = whole.clone();
        wild[at] = 0xff;
        kept(whole[..at].to_vec());
        let metadata = kept(wild);
        // The formats that read EXIF to write it.
        if at % 7 == 0 {
            save(folder.path(), &pixels, &metadata, FileFormat::Tiff).unwrap();
            let metadata = Metadata { dpi: Dpi::new(99.0, 99.0), ..metadata };
            save(folder.path(), &pixels, &metadata, FileFormat::WebpLossless).unwrap();
        }
    }
}

#[test]
fn exif_says_the_size_of_the_result() {
    let exif = full().kept(MetadataPolicy::All, (123, 45)).exif.unwrap();
    assert!(has(&exif, &[0x02, 0xa0, 4, 0, 1, 0, 0, 0, 123, 0, 0, 0]));
    assert!(has(&exif, &[0x03, 0xa0, 4, 0, 1, 0, 0, 0, 45, 0, 0, 0]));
}

#[test]
fn a_resolution_comes_in_from_wherever_the_format_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = super::motley(20, 10);
    let exif = {
        let metadata = Metadata { dpi: Dpi::new(144.0, 144.0), ..Metadata::default() };
        let path = save(folder.path(), &pixels.clone().into(), &metadata, FileFormat::WebpLossless);
        found(&path.unwrap()).exif.unwrap()
    };
    // In EXIF alone, as phones do.
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 90);
    encoder.set_exif_metadata(exif.clone()).unwrap();
    pixels.write_with_encoder(encoder).unwrap();
    let path = folder.path().join("photo");
    fs::write(&path, jpeg).unwrap();
    assert_eq!(open(&path).unwrap().metadata.dpi, Dpi::new(144.0, 144.0));
    // Nowhere.
    fs::write(&path, super::encoded(&pixels.clone().into(), ImageFormat::Tiff)).unwrap();
    assert_eq!(open(&path).unwrap().metadata, Metadata::default());
}

#[test]
fn what_a_format_cannot_hold_is_refused_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let long = DynamicImage::from(image::RgbImage::new(1, 16_384));
    let longer = DynamicImage::from(image::RgbImage::new(65_536, 1));
    for (pixels, format, fits) in [
        (&long, FileFormat::Webp { quality: 90 }, false),
        (&long, FileFormat::WebpLossless, false),
        (&long, FileFormat::Jpeg { quality: 90, colour: [0; 3] }, true),
        (&longer, FileFormat::Jpeg { quality: 90, colour: [0; 3] }, false),
        (&longer, PNG, true),
        (&longer, FileFormat::Tiff, true),
    ] {
        let saved = save(folder.path(), pixels, &Metadata::default(), format);
        if fits {
            saved.unwrap();
            continue;
        }
        let error = saved.unwrap_err();
        assert!(matches!(error, WriteError::TooLarge { .. }), "{error}");
        let words = error.to_string();
        assert!(words.contains(format.name()) && words.contains("choose PNG"), "{words}");
    }
}

#[test]
fn a_mask_is_eight_bits_of_grey() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mask.png");
    let matte = cutout::imaging::Matte(image::GrayImage::from_fn(9, 5, |x, y| {
        image::Luma([(x * 20 + y) as u8])
    }));
    let effort = PngEffort::Balanced;
    cutout::imaging::save_mask(&path, &matte, effort, Existing::Refuse, &Cancel::default())
        .unwrap();
    let decoder = PngDecoder::new(BufReader::new(File::open(&path).unwrap())).unwrap();
    assert_eq!(decoder.color_type(), ColorType::L8);
    assert_eq!(image::open(&path).unwrap(), matte.0.into());
}

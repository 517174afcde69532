//! Rare kinds of pictures: each gives the right pixels, or is refused by its name.

use std::{fs, io::Write as _};

use cutout::imaging::{Cancel, DecodeError, DecodeProblem, Dpi, Limits, Picture, decode};
use flate2::{Compression, write::ZlibEncoder};
use image::{DynamicImage, ImageFormat, RgbaImage};

use super::{encoded, exif_with, fixture, mean_difference, motley, stored};

/// Opens a file of these bytes.
pub fn open(bytes: &[u8]) -> Result<Picture, DecodeError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    fs::write(&path, bytes).unwrap();
    decode(&path, &Limits::default(), &Cancel::default())
}

pub fn problem(bytes: &[u8]) -> DecodeProblem {
    match open(bytes).expect_err("refused") {
        DecodeError::Refused { problem, .. } => problem,
        DecodeError::Cancelled(_) => panic!("nobody cancelled"),
    }
}

/// Asserts that a file is refused as a kind that is not supported, with these words.
pub fn assert_refused(name: &str, bytes: &[u8], words: &str) {
    let problem = problem(bytes);
    assert!(matches!(problem, DecodeProblem::UnsupportedVariant { .. }), "{name}: {problem:?}");
    assert!(problem.to_string().contains(words), "{name}: {problem}");
}

/// A JPEG without the segments of one kind.
fn without_segments(jpeg: &[u8], kind: u8) -> Vec<u8> {
    let mut kept = jpeg[..2].to_vec();
    let mut rest = &jpeg[2..];
    while rest[1] != 0xda {
        let length = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        if rest[1] != kind {
            kept.extend(&rest[..length]);
        }
        rest = &rest[length..];
    }
    kept.extend(rest);
    kept
}

#[test]
fn rare_jpegs_have_the_pixels_of_the_usual_one() {
    let read = |name| fs::read(fixture(name)).unwrap();
    let (usual, scans) = (read("usual.jpg"), read("scans.jpg"));
    let expected = open(&usual).unwrap().pixels;
    let endless = |jpeg: &[u8], trailer: &[u8]| [&jpeg[..jpeg.len() - 2], trailer].concat();
    for (name, file) in [
        ("in several scans", scans.clone()),
        ("coded arithmetically", read("arithmetic.jpg")),
        ("without Huffman tables", without_segments(&usual, 0xc4)),
        ("without an end", endless(&usual, b"")),
        ("zeros instead of an end", endless(&usual, &[0; 600])),
        (
            "a trailer instead of an end",
            endless(&usual, b"\0\0\x01\x0aPanorama\xff\x12\xff\xdaSEFT"),
        ),
        ("another picture instead of an end", endless(&usual, &scans)),
        ("in several scans, without an end", endless(&scans, b"")),
    ] {
        let picture = open(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (seen, expected) = (picture.pixels.to_rgb8(), expected.to_rgb8());
        assert_eq!(seen.dimensions(), (45, 35), "{name}");
        let difference = mean_difference(seen.as_raw(), expected.as_raw());
        assert!(difference < 1.5, "{name}: {difference}");
    }
    let whole = fs::read(fixture("progressive.jpg")).unwrap();
    let expected = open(&whole).unwrap().pixels.to_rgb8();
    let seen = open(&endless(&whole, b"")).unwrap().pixels.to_rgb8();
    assert!(mean_difference(seen.as_raw(), expected.as_raw()) < 1.5);
}

#[test]
fn a_jpeg_that_lacks_pixels_is_cut_off() {
    for name in ["usual.jpg", "scans.jpg", "arithmetic.jpg", "progressive.jpg"] {
        let whole = fs::read(fixture(name)).unwrap();
        for missing_bytes in [6, 30, 100] {
            let problem = problem(&whole[..whole.len() - missing_bytes]);
            assert!(
                matches!(problem, DecodeProblem::Truncated(_)),
                "{name} less {missing_bytes}: {problem:?}"
            );
        }
    }
}

#[test]
fn jpegs_that_nobody_decodes_are_named() {
    let usual = fs::read(fixture("usual.jpg")).unwrap();
    let frame = usual.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    for (kind, bits, words) in
        [(0xc1, 12, "12 bits"), (0xc3, 8, "lossless"), (0xc5, 8, "hierarchical")]
    {
        let mut file = usual.clone();
        (file[frame + 1], file[frame + 4]) = (kind, bits);
        assert_refused(words, &file, words);
    }
}

/// A PNG with chunks put in behind its header and behind its pixels.
fn png_with(pixels: &DynamicImage, before: &[Chunk], after: &[Chunk]) -> Vec<u8> {
    let png = encoded(pixels, ImageFormat::Png);
    let chunks = |chunks: &[Chunk]| -> Vec<u8> {
        let one = |(name, body): &Chunk| {
            let named = [name.as_slice(), body].concat();
            let length = (body.len() as u32).to_be_bytes();
            [&length[..], &named, &super::refused::crc32(&named).to_be_bytes()].concat()
        };
        chunks.iter().flat_map(one).collect()
    };
    let (header, end) = (33, png.len() - 12);
    [&png[..header], &chunks(before), &png[header..end], &chunks(after), &png[end..]].concat()
}

type Chunk = ([u8; 4], Vec<u8>);

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_png_is_turned_by_its_exif_wherever_that_stands() {
    let upright = motley(24, 10);
    let lying = DynamicImage::from(stored(&upright, 6));
    let exif = exif_with(6);
    // An orientation of another type, and one of the other byte order.
    let mut long = exif.clone();
    long[12] = 4;
    let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    let text = |kind: &str, exif: &[u8]| {
        let raw = [b"Exif\0\0", exif].concat();
        let digits: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
        let lines: Vec<&str> =
            digits.as_bytes().chunks(72).map(|line| str::from_utf8(line).unwrap()).collect();
        format!("\n{kind}\n{:8}\n{}\n", raw.len(), lines.join("\n")).into_bytes()
    };
    let keyword = |kind: &str| format!("Raw profile type {kind}\0").into_bytes();
    let plain = |kind| [keyword(kind), text(kind, &exif)].concat();
    let zipped = |kind| [&keyword(kind)[..], b"\0", &packed(&text(kind, &exif))].concat();
    let international = [&keyword("exif")[..], b"\0\0\0\0", &text("exif", &exif)].concat();
    for (name, before, after) in [
        ("a long number", Some((*b"eXIf", long)), None),
        ("big-endian", Some((*b"eXIf", big)), None),
        ("behind the pixels", None, Some((*b"eXIf", exif.clone()))),
        ("a packed text", Some((*b"zTXt", zipped("exif"))), None),
        ("a packed segment", Some((*b"zTXt", zipped("APP1"))), None),
        ("a text", Some((*b"tEXt", plain("exif"))), None),
        ("a text behind the pixels", None, Some((*b"tEXt", plain("APP1")))),
        ("an international text", Some((*b"iTXt", international)), None),
    ] {
        let file = png_with(&lying, before.as_slice(), after.as_slice());
        let picture = open(&file).unwrap();
        assert_eq!(picture.pixels.to_rgb8(), upright, "{name}");
    }
}

#[test]
fn a_resolution_turns_with_the_picture() {
    let lying = DynamicImage::from(motley(10, 24));
    let resolution = [2835_u32.to_be_bytes(), 5906_u32.to_be_bytes()].concat();
    let chunks = [(*b"pHYs", [&resolution[..], b"\x01"].concat()), (*b"eXIf", exif_with(6))];
    let picture = open(&png_with(&lying, &chunks, &[])).unwrap();
    assert_eq!(picture.metadata.dpi, Dpi::new(150.0, 72.0));
}

fn numbers(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

#[test]
fn colours_that_a_png_names_become_a_profile() {
    let pixels = DynamicImage::from(motley(8, 6));
    let adobe = numbers(&[31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000]);
    let srgb = numbers(&[31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]);
    let gamma = |value| (*b"gAMA", numbers(&[value]));
    let cicp = |points: [u8; 4]| (*b"cICP", points.to_vec());
    for (name, chunks, has_profile) in [
        ("linear", vec![gamma(100_000)], true),
        ("other primaries", vec![gamma(45_455), (*b"cHRM", adobe.clone())], true),
        ("primaries alone", vec![(*b"cHRM", adobe.clone())], true),
        ("Display P3", vec![cicp([12, 13, 0, 1])], true),
        ("PQ", vec![cicp([9, 16, 0, 1])], true),
        ("HLG", vec![cicp([9, 18, 0, 1])], true),
        ("sRGB in numbers", vec![gamma(45_455), (*b"cHRM", srgb)], false),
        ("sRGB in points", vec![cicp([1, 13, 0, 1])], false),
        ("sRGB before numbers", vec![(*b"sRGB", vec![0]), gamma(100_000)], false),
        ("no such points", vec![cicp([2, 2, 0, 1])], false),
        ("no such numbers", vec![gamma(0), (*b"cHRM", numbers(&[0; 8]))], false),
    ] {
        let picture = open(&png_with(&pixels, &chunks, &[])).unwrap();
        assert_eq!(picture.pixels, pixels, "{name}");
        let profile = picture.metadata.icc_profile;
        assert_eq!(profile.is_some(), has_profile, "{name}");
        if let Some(profile) = profile {
            let profile = moxcms::ColorProfile::new_from_slice(&profile).unwrap();
            assert_eq!(profile.color_space, moxcms::DataColorSpace::Rgb, "{name}");
            let green = profile.green_colorant.to_xyz();
            assert!(green.y > 0.4 && profile.green_trc.is_some(), "{name}: {green:?}");
        }
    }
}

#[test]
fn a_profile_of_grey_holds_for_the_colours_made_of_it() {
    let grey = DynamicImage::from(motley(8, 6)).to_luma8();
    let profile = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let chunk = (*b"iCCP", [b"grey\0\0", &packed(&profile)[..]].concat());
    let picture = open(&png_with(&grey.clone().into(), std::slice::from_ref(&chunk), &[])).unwrap();
    assert_eq!(picture.pixels.to_luma8(), grey);
    let made =
        moxcms::ColorProfile::new_from_slice(&picture.metadata.icc_profile.unwrap()).unwrap();
    assert_eq!(made.color_space, moxcms::DataColorSpace::Rgb);
    let grey_profile = moxcms::ColorProfile::new_from_slice(&profile).unwrap();
    assert_eq!(format!("{:?}", made.red_trc), format!("{:?}", grey_profile.gray_trc));
    // It says nothing of pixels that are not grey.
    let picture = open(&png_with(&motley(8, 6).into(), &[chunk], &[])).unwrap();
    assert_eq!(picture.metadata.icc_profile, None);
}

#[test]
fn a_png_without_its_end_chunk_is_whole() {
    let pixels = DynamicImage::from(motley(40, 30));
    let file = encoded(&pixels, ImageFormat::Png);
    for missing_bytes in [12, 9, 4, 1] {
        let picture = open(&file[..file.len() - missing_bytes]).unwrap();
        assert_eq!(picture.pixels, pixels, "{missing_bytes}");
    }
    assert!(matches!(problem(&file[..file.len() - 20]), DecodeProblem::Truncated(_)));
}

#[test]
fn a_png_with_a_chunk_that_must_be_understood_is_named() {
    let pixels = DynamicImage::from(motley(40, 30));
    for (name, is_known) in [(*b"CgBI", false), (*b"ZzZz", false), (*b"zzZz", true)] {
        let chunk = [(name, b"body".to_vec())];
        for file in [png_with(&pixels, &chunk, &[]), png_with(&pixels, &[], &chunk)] {
            match is_known {
                true => assert_eq!(open(&file).unwrap().pixels, pixels),
                false => assert_refused("PNG", &file, &String::from_utf8_lossy(&name)),
            }
        }
    }
}

#[test]
fn a_damaged_chunk_is_told_by_its_name() {
    let mut file = encoded(&motley(40, 30).into(), ImageFormat::Png);
    // A byte of the header's checksum.
    file[30] ^= 1;
    let words = problem(&file).to_string();
    assert!(words.contains("IHDR") && !words.contains(['{', '}']), "{words}");
}

#[test]
fn a_gif_without_a_screen_has_the_size_of_its_first_frame() {
    let pixels = RgbaImage::from_pixel(17, 11, image::Rgba([9, 8, 7, 255]));
    let file = encoded(&pixels.clone().into(), ImageFormat::Gif);
    for sides in [[0, 0, 0, 0], [17, 0, 0, 0], [0, 0, 11, 0]] {
        let mut file = file.clone();
        file[6..10].copy_from_slice(&sides);
        assert_eq!(open(&file).unwrap().pixels.to_rgba8(), pixels, "{sides:?}");
    }
}

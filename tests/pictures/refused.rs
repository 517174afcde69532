//! Files that are no pictures, or too large ones: each is refused at once, with the reason.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use cutout::imaging::{Cancel, DecodeError, DecodeProblem, Limits, NoPicture, decode};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, RgbaImage};

use super::{encoded, motley, open, skip::skipped};

/// Why a file is refused; it must be at once.
fn problem(path: &Path) -> DecodeProblem {
    let start = Instant::now();
    let error = open(path).expect_err("refused");
    assert!(start.elapsed() < Duration::from_secs(1), "{error} took {:?}", start.elapsed());
    let message = error.to_string();
    assert!(message.starts_with(&path.display().to_string()), "{message}");
    match error {
        DecodeError::Refused { problem, .. } => problem,
        DecodeError::Cancelled(_) => panic!("nobody cancelled"),
    }
}

#[test]
fn files_that_are_no_pictures_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let png = encoded(&motley(64, 64).into(), ImageFormat::Png);
    let jpeg = encoded(&motley(64, 64).into(), ImageFormat::Jpeg);
    let webp = encoded(&motley(64, 64).into(), ImageFormat::WebP);
    let tiff = encoded(&motley(64, 64).into(), ImageFormat::Tiff);
    let gif = encoded(&DynamicImage::from(motley(64, 64)).to_rgba8().into(), ImageFormat::Gif);
    let half = |file: &[u8]| file[..file.len() / 2].to_vec();
    let mut flipped = png.clone();
    flipped[png.len() / 2] ^= 0xff;

    type Expected = fn(&DecodeProblem) -> bool;
    let truncated: Expected = |problem| matches!(problem, DecodeProblem::Truncated(_));
    let damaged: Expected =
        |problem| matches!(problem, DecodeProblem::Truncated(_) | DecodeProblem::Damaged { .. });
    let cases: &[(&str, Vec<u8>, Expected)] = &[
        ("empty.png", vec![], |problem| matches!(problem, DecodeProblem::Empty)),
        ("zero.jpg", vec![0], |problem| matches!(problem, DecodeProblem::NotAPicture(_))),
        ("letter.jpg", b"Dear photo".to_vec(), |problem| {
            matches!(problem, DecodeProblem::NotAPicture(NoPicture::Text))
        }),
        ("page.jpg", b"<!DOCTYPE html>".to_vec(), |problem| {
            matches!(problem, DecodeProblem::NotAPicture(NoPicture::WebPage))
        }),
        (
            "photo.avif",
            b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf".to_vec(),
            |problem| matches!(problem, DecodeProblem::UnsupportedFormat(name) if name == "AVIF"),
        ),
        ("half.png", half(&png), truncated),
        ("half.jpg", half(&jpeg), truncated),
        ("half.webp", half(&webp), damaged),
        ("half.tiff", half(&tiff), damaged),
        ("half.gif", half(&gif), damaged),
        ("header.png", png[..8].to_vec(), truncated),
        ("header.jpg", jpeg[..3].to_vec(), truncated),
        ("flipped.png", flipped, damaged),
    ];
    for (name, file, expected) in cases {
        let path = folder.path().join(name);
        fs::write(&path, file).unwrap();
        let problem = problem(&path);
        assert!(expected(&problem), "{name}: {problem:?}");
    }
}

#[test]
fn paths_that_are_no_files_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(problem(folder.path()), DecodeProblem::IsFolder));
    assert!(matches!(problem(&folder.path().join("missing.png")), DecodeProblem::NotFound));
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(problem(&file.join("photo.png")), DecodeProblem::Unreadable(_)));
}

#[cfg(unix)]
#[test]
fn special_files_are_refused_without_waiting() {
    use std::os::unix::{fs::PermissionsExt, fs::symlink, net::UnixListener};

    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket.png");
    let _listener = UnixListener::bind(&socket).unwrap();
    let pipe = folder.path().join("pipe.png");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for special in [Path::new("/dev/zero"), &socket, &pipe] {
        assert!(matches!(problem(special), DecodeProblem::NotAFile), "{special:?}");
    }

    let knot = folder.path().join("knot.png");
    symlink(&knot, &knot).unwrap();
    assert!(matches!(problem(&knot), DecodeProblem::Unreadable(_)));

    let locked = folder.path().join("locked.png");
    motley(4, 4).save(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&locked).is_ok() {
        skipped("this user may read every file");
    } else {
        assert!(matches!(problem(&locked), DecodeProblem::Unreadable(_)));
    }
}

/// Files of a few bytes that claim to be huge.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let png = |width: u32, height: u32| {
        let mut file = encoded(&GrayImage::new(1, 1).into(), ImageFormat::Png);
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let checksum = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&checksum.to_be_bytes());
        file
    };
    let mut jpeg = encoded(&GrayImage::new(8, 8).into(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let mut gif = encoded(&RgbaImage::new(1, 1).into(), ImageFormat::Gif);
    gif[6..10].fill(0xff);
    let mut bmp = encoded(&RgbImage::new(1, 1).into(), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    let mut tiff = encoded(&GrayImage::new(1, 1).into(), ImageFormat::Tiff);
    let directory = u32::from_le_bytes(*tiff[4..].first_chunk().unwrap()) as usize;
    let entries = usize::from(u16::from_le_bytes(*tiff[directory..].first_chunk().unwrap()));
    for index in 0..entries {
        let entry = directory + 2 + 12 * index;
        // Width and height.
        if matches!(&tiff[entry..entry + 2], [0, 1] | [1, 1]) {
            tiff[entry + 2] = 4;
            tiff[entry + 8..entry + 12].copy_from_slice(&100_000_u32.to_le_bytes());
        }
    }
    // A lossless WebP tells each side less one in 14 bits, after one byte of signature.
    let mut webp = encoded(&RgbaImage::new(1, 1).into(), ImageFormat::WebP);
    let size = webp.windows(4).position(|name| name == b"VP8L").unwrap() + 9;
    webp[size..size + 4].copy_from_slice(&(15_999_u32 | 15_999 << 14).to_le_bytes());
    vec![
        ("100000 x 100000 PNG", png(100_000, 100_000)),
        ("largest PNG", png(0x7fff_ffff, 0x7fff_ffff)),
        ("JPEG", jpeg),
        ("GIF", gif),
        ("BMP", bmp),
        ("TIFF", tiff),
        ("WebP", webp),
    ]
}

pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[test]
fn bombs_are_refused_by_their_headers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb");
    for (name, file) in bombs() {
        assert!(file.len() < 1000, "{name}");
        fs::write(&path, file).unwrap();
        let problem = problem(&path);
        // Of the largest not even a row would fit.
        let is_too_large =
            matches!(problem, DecodeProblem::TooLarge { .. } | DecodeProblem::TooMuchMemory { .. });
        assert!(is_too_large, "{name}: {problem:?}");
        assert!(problem.to_string().contains("--max-megapixels"), "{problem}");
    }
}

#[test]
fn limits_are_those_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    motley(100, 50).save(&path).unwrap();
    let with = |limits: Limits| decode(&path, &limits, &Cancel::default());
    let exact = Limits { max_pixels: 5000, max_bytes: 15_000 + 40_000 };
    assert!(with(exact).is_ok());
    for (limits, expected) in [
        (
            Limits { max_pixels: 4999, ..exact },
            "100 x 50 pixels are 0.0 megapixels, more than the limit of 0.0",
        ),
        (Limits { max_bytes: 14_999, ..exact }, "more than the limit of 0 MiB of memory"),
        (Limits { max_bytes: 10, ..exact }, "more than the limit of 0 MiB of memory"),
    ] {
        let message = with(limits).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
    assert!(with(Limits::from_megapixels(1)).is_ok());
}

#[test]
fn a_raised_flag_ends_decoding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    motley(8, 8).save(&path).unwrap();
    let cancel = Cancel::default();
    cancel.cancel();
    for path in [&path, &folder.path().join("missing.png")] {
        let result = decode(path, &Limits::default(), &cancel);
        assert!(matches!(result, Err(DecodeError::Cancelled(_))), "{result:?}");
    }
}

/// They would take gigabytes between here and their result, from files of a few kilobytes.
#[test]
fn pictures_far_longer_than_any_photo_are_refused_before_they_are_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.png");
    for (size_px, is_refused) in
        [((2, 9_000_000), true), ((9_000_000, 2), true), ((1, 300_000), false)]
    {
        let picture = DynamicImage::from(GrayImage::new(size_px.0, size_px.1));
        fs::write(&path, encoded(&picture, ImageFormat::Png)).unwrap();
        if is_refused {
            let found = problem(&path);
            assert!(matches!(found, DecodeProblem::TooLong { .. }), "{found:?}");
        } else {
            assert!(open(&path).is_ok());
        }
    }
}

#[test]
fn a_profile_that_grows_when_unpacked_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.png");
    let mut info = png::Info::with_size(2, 2);
    info.color_type = png::ColorType::Grayscale;
    info.icc_profile = Some(vec![0; 64 << 20].into());
    let file = fs::File::create(&path).unwrap();
    let mut writer = png::Encoder::with_info(file, info).unwrap().write_header().unwrap();
    writer.write_image_data(&[1, 2, 3, 4]).unwrap();
    writer.finish().unwrap();
    assert!(fs::metadata(&path).unwrap().len() < 1 << 20, "small until it is unpacked");
    assert_eq!(open(&path).unwrap().metadata.icc_profile, None);
}

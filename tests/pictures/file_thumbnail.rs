//! List pictures and sizes without decoding the whole file.

use std::{fs, path::Path};

use cutout::imaging::{Cancel, Limits, file_thumbnail, peek_size_px};
use image::{ImageEncoder as _, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

/// A JPEG of one colour.
fn jpeg(width: u32, height: u32, colour: [u8; 3], exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    RgbImage::from_pixel(width, height, Rgb(colour)).write_with_encoder(encoder).unwrap();
    file
}

/// A JPEG that says it is of another size.
fn claiming(mut file: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = file.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// EXIF with an orientation and the camera's own small picture.
fn exif(orientation: u8, small: &[u8]) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08".to_vec();
    exif.extend(b"\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    exif.push(orientation);
    exif.extend(b"\0\0\0\0\0\x1a");
    exif.extend(b"\0\x02\x02\x01\0\x04\0\0\0\x01\0\0\0\x38");
    exif.extend(b"\x02\x02\0\x04\0\0\0\x01");
    exif.extend((small.len() as u32).to_be_bytes());
    exif.extend(b"\0\0\0\0");
    exif.extend(small);
    exif
}

fn seen(file: &[u8]) -> ([u8; 3], (u32, u32), (u32, u32)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    fs::write(&path, file).unwrap();
    let limits = Limits::default();
    let (small, size_px) = file_thumbnail(&path, 40, &limits, &Cancel::default()).unwrap();
    assert_eq!(peek_size_px(&path, &limits, &Cancel::default()).unwrap(), size_px);
    let &[r, g, b, _] = small.premultiplied.first_chunk().unwrap();
    ([r, g, b], (small.width_px, small.height_px), size_px)
}

#[test]
fn the_cameras_own_picture_is_taken_where_it_will_do() {
    let (red, blue) = ([250, 10, 10], [10, 10, 250]);
    let is_red = |[r, _, b]: [u8; 3]| r > b;
    for (small, orientation, from_camera, shown, size) in [
        (jpeg(80, 60, red, None), 1, true, (40, 30), (400, 300)),
        (jpeg(80, 60, red, None), 6, true, (30, 40), (300, 400)),
        // Of another shape, too small, or no picture at all.
        (jpeg(60, 60, red, None), 1, false, (40, 30), (400, 300)),
        (jpeg(16, 12, red, None), 1, false, (40, 30), (400, 300)),
        (claiming(jpeg(80, 60, red, None), 60_000, 45_000), 1, false, (40, 30), (400, 300)),
        (b"no picture".to_vec(), 8, false, (30, 40), (300, 400)),
    ] {
        let file = jpeg(400, 300, blue, Some(exif(orientation, &small)));
        let (colour, shown_px, size_px) = seen(&file);
        assert_eq!((is_red(colour), shown_px, size_px), (from_camera, shown, size));
    }
}

#[test]
fn a_file_that_is_no_picture_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.jpg");
    fs::write(&text, "this is no photo").unwrap();
    for path in [text.as_path(), Path::new("missing.png")] {
        let name = path.file_name().unwrap().to_str().unwrap();
        let peeked = peek_size_px(path, &Limits::default(), &Cancel::default()).unwrap_err();
        let thumbnail =
            file_thumbnail(path, 40, &Limits::default(), &Cancel::default()).unwrap_err();
        for error in [peeked, thumbnail] {
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}

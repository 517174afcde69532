//! What stays behind: nothing that a photo carries beside its pixels gets into a result unasked.

use std::{fs, io::Cursor};

use cutout::imaging::{Cancel, Dpi, Existing, FileFormat, MetadataPolicy, PngEffort, save_cutout};
use image::{ImageEncoder as _, ImageFormat, codecs::jpeg::JpegEncoder};
use tiff::{
    encoder::{Rational, TiffEncoder, colortype::RGB8},
    tags::Tag,
};

use super::{encoded, motley, open};

/// It begins as a JPEG does, and must not be found again.
const HIDDEN: &[u8] = b"\xff\xd8\xff\xe0 the old background \xff\xd9";

const ALL: [FileFormat; 7] = [
    FileFormat::Png(PngEffort::Fast),
    FileFormat::Png(PngEffort::Balanced),
    FileFormat::Png(PngEffort::Small),
    FileFormat::WebpLossless,
    FileFormat::Webp { quality: 90 },
    FileFormat::Jpeg { quality: 90, colour: [255; 3] },
    FileFormat::Tiff,
];

/// EXIF with a picture in many places, and an orientation and a resolution.
fn exif() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    let hide = |tags: &[u16], encoder: &mut TiffEncoder<&mut Cursor<Vec<u8>>>| {
        let mut directory = encoder.extra_directory().unwrap();
        for &tag in tags {
            directory.write_tag(Tag::Unknown(tag), HIDDEN).unwrap();
        }
        directory.finish_with_offsets().unwrap().offset
    };
    // A maker's note, a comment, a version, a lens; a latitude; strips of a sub-directory.
    let taken = hide(&[0x9000, 0x9286, 0x927c, 0xa434], &mut encoder);
    let place = hide(&[0x0002, 0x001b], &mut encoder);
    let below = hide(&[0x0111, 0x0201], &mut encoder);
    let mut main = encoder.image_directory().unwrap();
    main.write_tag(Tag::ImageDescription, HIDDEN).unwrap();
    main.write_tag(Tag::Make, "Obscura").unwrap();
    main.write_tag(Tag::Orientation, 6_u16).unwrap();
    main.write_tag(Tag::XResolution, Rational { n: 300, d: 1 }).unwrap();
    main.write_tag(Tag::YResolution, Rational { n: 240, d: 1 }).unwrap();
    main.write_tag(Tag::Unknown(0x014a), below).unwrap();
    main.write_tag(Tag::Unknown(0x02bc), HIDDEN).unwrap();
    main.write_tag(Tag::Unknown(0xc4a5), HIDDEN).unwrap();
    main.write_tag(Tag::ExifDirectory, taken).unwrap();
    main.write_tag(Tag::GpsDirectory, place).unwrap();
    main.finish().unwrap();
    [&file.into_inner(), HIDDEN].concat()
}

/// A JPEG with that EXIF, XMP, Photoshop's block, more pictures, a comment, and something at its end.
fn jpeg() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 90);
    encoder.set_exif_metadata(exif()).unwrap();
    motley(40, 30).write_with_encoder(encoder).unwrap();
    let mut whole = file[..2].to_vec();
    for (marker, name) in [
        (0xe1, &b"http://ns.adobe.com/xap/1.0/\0"[..]),
        (0xed, b"Photoshop 3.0\08BIM\x04\x0c\0\0"),
        (0xe2, b"MPF\0"),
        (0xe2, b"ICC_PROFILE\0\x01\x01"),
        (0xfe, b""),
    ] {
        let body = [name, HIDDEN].concat();
        whole.extend([0xff, marker]);
        whole.extend((body.len() as u16 + 2).to_be_bytes());
        whole.extend(body);
    }
    whole.extend(&file[2..]);
    whole.extend(HIDDEN);
    whole
}

fn tiff() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    let mut below = encoder.extra_directory().unwrap();
    below.write_tag(Tag::Unknown(0x927c), HIDDEN).unwrap();
    below.write_tag(Tag::Unknown(0x9000), HIDDEN).unwrap();
    let below = below.finish_with_offsets().unwrap().offset;
    let mut image = encoder.new_image::<RGB8>(40, 30).unwrap();
    let fields = image.encoder();
    fields.write_tag(Tag::Make, "Obscura").unwrap();
    fields.write_tag(Tag::Model, HIDDEN).unwrap();
    fields.write_tag(Tag::ExifDirectory, below).unwrap();
    for tag in [0x02bc, 0x83bb, 0x8649, 0x8773, 0xc4a5, 0x010e] {
        fields.write_tag(Tag::Unknown(tag), HIDDEN).unwrap();
    }
    image.write_data(motley(40, 30).as_raw()).unwrap();
    file.into_inner()
}

/// A WebP with that EXIF, XMP, and a chunk that nobody knows.
fn webp() -> Vec<u8> {
    let plain = encoded(&motley(40, 30).into(), ImageFormat::WebP);
    let mut body = b"WEBPVP8X\x0a\0\0\0\x0c\0\0\0\x27\0\0\x1d\0\0".to_vec();
    body.extend(&plain[12..]);
    for (name, value) in [(b"EXIF", exif()), (b"XMP ", HIDDEN.to_vec()), (b"MINE", HIDDEN.to_vec())]
    {
        body.extend(name);
        body.extend((value.len() as u32).to_le_bytes());
        body.extend(&value);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

fn png() -> Vec<u8> {
    let mut file = Vec::new();
    let mut info = png::Info::with_size(40, 30);
    info.color_type = png::ColorType::Rgb;
    info.exif_metadata = Some(exif().into());
    info.icc_profile = Some(HIDDEN.into());
    let mut encoder = png::Encoder::with_info(&mut file, info).unwrap();
    encoder.add_text_chunk("Comment".into(), "the old background".into()).unwrap();
    encoder.add_itxt_chunk("XML:com.adobe.xmp".into(), "the old background".into()).unwrap();
    let mut encoder = encoder.write_header().unwrap();
    encoder.write_chunk(png::chunk::ChunkType(*b"miNe"), HIDDEN).unwrap();
    encoder.write_image_data(motley(40, 30).as_raw()).unwrap();
    encoder.finish().unwrap();
    [&file, HIDDEN].concat()
}

#[test]
fn nothing_that_is_hidden_in_a_photo_gets_into_a_result() {
    let folder = tempfile::tempdir().unwrap();
    let (photo, result) = (folder.path().join("photo"), folder.path().join("result"));
    for (name, file, is_turned) in [
        ("JPEG", jpeg(), true),
        ("PNG", png(), true),
        ("WebP", webp(), true),
        ("TIFF", tiff(), false),
    ] {
        assert!(memchr::memmem::find(&file, b"the old background").is_some(), "{name}");
        fs::write(&photo, file).unwrap();
        let picture = open(&photo).unwrap();
        let size_px = (picture.pixels.width(), picture.pixels.height());
        assert_eq!(size_px, if is_turned { (30, 40) } else { (40, 30) }, "{name}");
        for policy in [MetadataPolicy::All, MetadataPolicy::NoLocation, MetadataPolicy::Minimal] {
            let metadata = picture.metadata.kept(policy, size_px);
            for format in ALL {
                let (to, cancel) = (Existing::Replace, Cancel::default());
                save_cutout(&result, &picture.pixels, &metadata, format, to, &cancel).unwrap();
                let bytes = fs::read(&result).unwrap();
                let has = |part: &[u8]| memchr::memmem::find(&bytes, part).is_some();
                assert!(!has(b"the old background"), "{name} to {format:?}, {policy:?}");
                assert_eq!(has(b"Obscura"), policy != MetadataPolicy::Minimal, "{name} {format:?}");
            }
        }
    }
}

#[test]
fn a_quarter_turn_turns_every_resolution() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    fs::write(&path, jpeg()).unwrap();
    let picture = open(&path).unwrap();
    let turned = Dpi::new(240.0, 300.0);
    assert_eq!(picture.metadata.dpi, turned);
    let metadata = picture.metadata.kept(MetadataPolicy::All, (30, 40));
    let fraction = |value: u32| [value.to_le_bytes(), 1_u32.to_le_bytes()].concat();
    let across_then_down = [fraction(240), fraction(300)].concat();
    let exif = metadata.exif.clone().unwrap();
    assert!(memchr::memmem::find(&exif, &across_then_down).is_some(), "{}", exif.escape_ascii());
    for format in ALL {
        let (to, cancel) = (Existing::Replace, Cancel::default());
        save_cutout(&path, &picture.pixels, &metadata, format, to, &cancel).unwrap();
        assert_eq!(open(&path).unwrap().metadata.dpi, turned, "{format:?}");
    }
}

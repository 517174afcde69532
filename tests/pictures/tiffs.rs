//! TIFF files of every kind that people have, written here field by field.

use cutout::imaging::DecodeProblem;
use image::{ColorType, DynamicImage, ImageFormat, RgbImage, RgbaImage};

use super::{
    encoded,
    kinds::{assert_refused, open},
    largest_difference, motley,
};

const WIDTH: u32 = 20;
const HEIGHT: u32 = 12;

/// A field: its name, and its values as numbers of 16 or 32 bits.
#[derive(Clone)]
enum Field {
    Shorts(u16, Vec<u16>),
    Longs(u16, Vec<u32>),
}
use Field::{Longs, Shorts};

/// A picture of a file: its fields, and the blocks of its pixels.
struct Page {
    fields: Vec<Field>,
    blocks: Vec<Vec<u8>>,
    is_tiled: bool,
}

fn page(fields: Vec<Field>, pixels: Vec<u8>) -> Page {
    Page { fields, blocks: vec![pixels], is_tiled: false }
}

/// A little-endian file of these pages.
fn tiff(pages: Vec<Page>) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for Page { mut fields, blocks, is_tiled } in pages {
        let (offsets_tag, bytes_tag) = if is_tiled { (324, 325) } else { (273, 279) };
        let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
        for block in blocks {
            offsets.push(file.len() as u32);
            lengths.push(block.len() as u32);
            file.extend(block);
            file.resize(file.len().next_multiple_of(2), 0);
        }
        fields.extend([Longs(offsets_tag, offsets), Longs(bytes_tag, lengths)]);
        let tag = |field: &Field| match field {
            Shorts(tag, _) | Longs(tag, _) => *tag,
        };
        fields.sort_by_key(tag);
        let entries: Vec<[u8; 12]> = fields
            .iter()
            .map(|field| {
                let (kind, count, bytes): (u16, usize, Vec<u8>) = match field {
                    Shorts(_, all) => {
                        (3, all.len(), all.iter().flat_map(|v| v.to_le_bytes()).collect())
                    }
                    Longs(_, all) => {
                        (4, all.len(), all.iter().flat_map(|v| v.to_le_bytes()).collect())
                    }
                };
                let mut value = [0; 4];
                if bytes.len() <= 4 {
                    value[..bytes.len()].copy_from_slice(&bytes);
                } else {
                    value = (file.len() as u32).to_le_bytes();
                    file.extend(&bytes);
                }
                let mut entry = [0; 12];
                entry[..2].copy_from_slice(&tag(field).to_le_bytes());
                entry[2..4].copy_from_slice(&kind.to_le_bytes());
                entry[4..8].copy_from_slice(&(count as u32).to_le_bytes());
                entry[8..].copy_from_slice(&value);
                entry
            })
            .collect();
        let at = (file.len() as u32).to_le_bytes();
        file[link..link + 4].copy_from_slice(&at);
        file.extend((entries.len() as u16).to_le_bytes());
        file.extend(entries.concat());
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

/// The fields of a picture: what its colours are, its bits and samples.
fn fields(photometric: u16, bits: u16, samples: u16) -> Vec<Field> {
    vec![
        Longs(256, vec![WIDTH]),
        Longs(257, vec![HEIGHT]),
        Shorts(258, vec![bits; samples.into()]),
        Shorts(262, vec![photometric]),
        Shorts(277, vec![samples]),
    ]
}

fn and(mut fields: Vec<Field>, more: &[Field]) -> Vec<Field> {
    fields.extend_from_slice(more);
    fields
}

fn one(fields: Vec<Field>, pixels: Vec<u8>) -> Vec<u8> {
    tiff(vec![page(fields, pixels)])
}

fn floats(rgb: &RgbImage, scale: f32) -> Vec<u8> {
    rgb.as_raw().iter().flat_map(|&value| (f32::from(value) * scale).to_le_bytes()).collect()
}

fn plane(rgb: &RgbImage, channel: usize) -> Vec<u8> {
    rgb.pixels().map(|pixel| pixel[channel]).collect()
}

/// The planes of a picture in tiles of 16 by 16, those at the edges filled up.
fn tiles(rgb: &RgbImage) -> Vec<Vec<u8>> {
    let mut tiles = Vec::new();
    for channel in 0..3 {
        for left in (0..WIDTH).step_by(16) {
            let at = |index: u32| (left + index % 16, index / 16);
            let value = |(x, y)| rgb.get_pixel_checked(x, y).map_or(0, |pixel| pixel[channel]);
            tiles.push((0..256).map(|index| value(at(index))).collect());
        }
    }
    tiles
}

const FLOAT: u16 = 3;
const EXTRA: u16 = 338;
const FORMAT: u16 = 339;

#[test]
fn every_kind_of_sample_becomes_its_colour() {
    let rgb = motley(WIDTH, HEIGHT);
    let grey = DynamicImage::from(rgb.clone()).to_luma8();
    let of_grey = DynamicImage::from(grey.clone()).to_rgb8();
    let deep: Vec<u8> = rgb
        .as_raw()
        .iter()
        .flat_map(|&value| (u32::from(value) * 0x0101_0101).to_le_bytes())
        .collect();
    let palette: Vec<u16> = (0..3 * 256).map(|at| ((at * 7) % 256 * 257) as u16).collect();
    let of_palette = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let index = usize::from(grey.get_pixel(x, y)[0]);
        image::Rgb([0, 1, 2].map(|channel| (palette[channel * 256 + index] >> 8) as u8))
    });
    let grey_floats: Vec<u8> =
        grey.as_raw().iter().flat_map(|&value| (f32::from(value) / 255.0).to_le_bytes()).collect();
    let doubles: Vec<u8> =
        rgb.as_raw().iter().flat_map(|&value| (f64::from(value) / 255.0).to_le_bytes()).collect();
    let inverted: Vec<u8> = grey.as_raw().iter().map(|value| !value).collect();
    let planes = |blocks, more: &[Field], is_tiled| {
        let fields = and(and(fields(2, 8, 3), &[Shorts(284, vec![2])]), more);
        tiff(vec![Page { fields, blocks, is_tiled }])
    };
    let tiled = [Longs(322, vec![16]), Longs(323, vec![16])];
    let strips = [Longs(278, vec![5])];
    let in_strips: Vec<Vec<u8>> = (0..3)
        .flat_map(|channel| {
            plane(&rgb, channel).chunks(5 * WIDTH as usize).map(<[u8]>::to_vec).collect::<Vec<_>>()
        })
        .collect();
    for (name, file, expected, color) in [
        ("whole numbers of 32 bits", one(fields(2, 32, 3), deep), &rgb, ColorType::Rgb16),
        (
            "floats up to 1",
            one(
                and(fields(2, 32, 3), &[Shorts(FORMAT, vec![FLOAT; 3])]),
                floats(&rgb, 1.0 / 255.0),
            ),
            &rgb,
            ColorType::Rgb16,
        ),
        (
            "floats up to 255",
            one(and(fields(2, 32, 3), &[Shorts(FORMAT, vec![FLOAT; 3])]), floats(&rgb, 1.0)),
            &rgb,
            ColorType::Rgb16,
        ),
        (
            "floats up to 65535",
            one(and(fields(2, 32, 3), &[Shorts(FORMAT, vec![FLOAT; 3])]), floats(&rgb, 257.0)),
            &rgb,
            ColorType::Rgb16,
        ),
        (
            "floats of 64 bits",
            one(and(fields(2, 64, 3), &[Shorts(FORMAT, vec![FLOAT; 3])]), doubles),
            &rgb,
            ColorType::Rgb16,
        ),
        (
            "grey floats",
            one(and(fields(1, 32, 1), &[Shorts(FORMAT, vec![FLOAT])]), grey_floats),
            &of_grey,
            ColorType::Rgb16,
        ),
        ("white is zero", one(fields(0, 8, 1), inverted), &of_grey, ColorType::Rgb8),
        (
            "a palette",
            one(and(fields(3, 8, 1), &[Shorts(320, palette.clone())]), grey.to_vec()),
            &of_palette,
            ColorType::Rgb8,
        ),
        ("planes", planes(in_strips, &strips, false), &rgb, ColorType::Rgb8),
        (
            "planes in one strip each",
            planes((0..3).map(|c| plane(&rgb, c)).collect(), &[], false),
            &rgb,
            ColorType::Rgb8,
        ),
        ("planes in tiles", planes(tiles(&rgb), &tiled, true), &rgb, ColorType::Rgb8),
    ] {
        let picture = open(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(picture.pixels.color(), color, "{name}");
        let seen = picture.pixels.to_rgb8();
        assert!(largest_difference(seen.as_raw(), expected.as_raw()) <= 1, "{name}");
    }
}

#[test]
fn alpha_is_straight_however_it_is_stored() {
    let rgb = motley(WIDTH, HEIGHT);
    let alpha = |x: u32, y: u32| (100 + x * 3 + y) as u8;
    let straight = RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let [r, g, b] = rgb.get_pixel(x, y).0;
        image::Rgba([r, g, b, alpha(x, y)])
    });
    let multiplied: Vec<u8> = straight
        .pixels()
        .flat_map(|&image::Rgba([r, g, b, a])| {
            let times = |c: u8| ((u32::from(c) * u32::from(a) + 127) / 255) as u8;
            [times(r), times(g), times(b), a]
        })
        .collect();
    let grey: Vec<u8> = straight.pixels().flat_map(|pixel| [pixel[0], pixel[3]]).collect();
    let of_grey = RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let &image::Rgba([value, _, _, a]) = straight.get_pixel(x, y);
        image::Rgba([value, value, value, a])
    });
    for (name, fields, pixels, expected, tolerance) in [
        (
            "straight",
            and(fields(2, 8, 4), &[Shorts(EXTRA, vec![2])]),
            straight.to_vec(),
            &straight,
            0,
        ),
        ("multiplied", and(fields(2, 8, 4), &[Shorts(EXTRA, vec![1])]), multiplied, &straight, 2),
        ("of grey", and(fields(1, 8, 2), &[Shorts(EXTRA, vec![2])]), grey, &of_grey, 0),
    ] {
        let seen = open(&one(fields, pixels)).unwrap().pixels;
        assert_eq!(seen.color(), ColorType::Rgba8, "{name}");
        let largest = largest_difference(seen.to_rgba8().as_raw(), expected.as_raw());
        assert!(largest <= tolerance, "{name}: {largest}");
    }
}

#[test]
fn a_jpeg_inside_has_its_colours() {
    let smooth =
        RgbImage::from_fn(WIDTH, HEIGHT, |x, y| image::Rgb([x as u8 * 9, y as u8 * 12, 90]));
    let jpeg = encoded(&smooth.clone().into(), ImageFormat::Jpeg);
    let fields = and(fields(6, 8, 3), &[Shorts(259, vec![7])]);
    let seen = open(&one(fields, jpeg.clone())).unwrap().pixels.to_rgb8();
    let expected = super::kinds::open(&jpeg).unwrap().pixels.to_rgb8();
    assert!(largest_difference(seen.as_raw(), expected.as_raw()) <= 4);
}

#[test]
fn the_photo_is_taken_and_not_its_smaller_copy() {
    let rgb = motley(WIDTH, HEIGHT);
    let small = || {
        let fields = vec![
            Longs(254, vec![1]),
            Longs(256, vec![4]),
            Longs(257, vec![2]),
            Shorts(258, vec![8; 3]),
            Shorts(262, vec![2]),
            Shorts(277, vec![3]),
        ];
        page(fields, vec![7; 4 * 2 * 3])
    };
    let photo = || page(fields(2, 8, 3), rgb.to_vec());
    let mask = || page(and(fields(1, 8, 1), &[Longs(254, vec![4])]), vec![1; 240]);
    for pages in [vec![small(), photo()], vec![mask(), small(), photo()], vec![photo(), small()]] {
        let seen = open(&tiff(pages)).unwrap().pixels.to_rgb8();
        assert_eq!(seen, rgb);
    }
    assert_eq!(open(&tiff(vec![small()])).unwrap().pixels.width(), 4, "there is no other");
    // The photo stands where only raw photos have it.
    let raw = page(fields(32803, 16, 1), vec![0; 480]);
    assert_refused("raw", &tiff(vec![small(), raw]), "a raw photo");
}

/// Bytes as a Zstandard frame with one block, which is not packed (RFC 8878, 3.1.1).
fn zstd_frame(bytes: &[u8]) -> Vec<u8> {
    const TWO_BYTES_OF_SIZE_IN_ONE_SEGMENT: u8 = 0x60;
    let size = (bytes.len() - 256) as u16;
    let [low, middle, high, _] = ((bytes.len() as u32) << 3 | 1).to_le_bytes();
    let head = [0x28, 0xb5, 0x2f, 0xfd, TWO_BYTES_OF_SIZE_IN_ONE_SEGMENT];
    [&head[..], &size.to_le_bytes(), &[low, middle, high], bytes].concat()
}

#[test]
fn newer_ways_to_pack_are_read() {
    let rgb = motley(WIDTH, HEIGHT);
    let webp = encoded(&rgb.clone().into(), ImageFormat::WebP);
    for (name, compression, block) in
        [("Zstandard", 50_000, zstd_frame(&rgb)), ("WebP", 50_001, webp)]
    {
        let file = one(and(fields(2, 8, 3), &[Shorts(259, vec![compression])]), block);
        assert_eq!(open(&file).expect(name).pixels.to_rgb8(), rgb, "{name}");
    }
}

#[test]
fn what_nobody_decodes_is_named() {
    let float = |largest: f32| -> Vec<u8> {
        [largest, largest].repeat(360).iter().flat_map(|v| v.to_le_bytes()).collect()
    };
    let floating = and(fields(2, 32, 3), &[Shorts(FORMAT, vec![FLOAT; 3])]);
    for (name, fields, pixels, words) in [
        ("signed", and(fields(2, 16, 3), &[Shorts(FORMAT, vec![2; 3])]), vec![0; 1440], "signed"),
        ("Lab", fields(8, 8, 3), vec![0; 720], "Lab"),
        ("12 bits", fields(1, 12, 1), vec![0; 360], "12 bits"),
        ("no numbers", floating.clone(), float(f32::NAN), "no numbers"),
        ("endless floats", floating, float(1e9), "floats up to"),
        ("small numbers", fields(1, 32, 1), 900_u32.to_le_bytes().repeat(240), "end at 900"),
        (
            "a strange compression",
            and(fields(1, 8, 1), &[Shorts(259, vec![999])]),
            vec![0; 240],
            "999",
        ),
        (
            "unnamed colours",
            fields(0, 8, 3).into_iter().filter(|field| !matches!(field, Shorts(262, _))).collect(),
            vec![0; 720],
            "not named",
        ),
        ("JPEG XL", and(fields(2, 8, 3), &[Shorts(259, vec![50_002])]), vec![0; 720], "JPEG XL"),
        ("LERC", and(fields(2, 8, 3), &[Shorts(259, vec![34_887])]), vec![0; 720], "LERC"),
    ] {
        assert_refused(name, &one(fields, pixels), words);
    }
    let cut = one(fields(2, 8, 3), vec![0; 720]);
    let at = u32::from_le_bytes(*cut[4..].first_chunk().unwrap()) as usize;
    let problem = super::kinds::problem(&cut[..at]);
    assert!(matches!(problem, DecodeProblem::Truncated(_) | DecodeProblem::Damaged { .. }));
}

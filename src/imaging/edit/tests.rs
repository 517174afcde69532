//! What holds for every edit.

use std::sync::Arc;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage, imageops};

use super::*;
use crate::imaging::{
    Cancel, Matte, Metadata, Picture, Refine, Resampling, Rgba, SaliencyMap, StripSource as _,
    cutout, mask_picture, matte_from_map,
    refine::{Guide, Watch},
    resize,
    strips::strips,
    thumbnail,
};

const LANCZOS: Resampling = Resampling::Lanczos;

/// A soft disc with a soft hole left of its middle, and a smaller one beside it.
fn map() -> SaliencyMap {
    let disc = |x: f32, y: f32, [at_x, at_y]: [f32; 2], radius: f32| {
        ((radius - (x - at_x).hypot(y - at_y)) / 3.0 + 0.5).clamp(0.0, 1.0)
    };
    let side_px = 160;
    let values = (0..side_px * side_px)
        .map(|index| ((index % side_px) as f32 + 0.5, (index / side_px) as f32 + 0.5))
        .map(|(x, y)| {
            let ring = disc(x, y, [64.0, 80.0], 42.0) - disc(x, y, [58.0, 80.0], 10.0);
            ring.max(disc(x, y, [136.0, 60.0], 12.0))
        })
        .collect();
    SaliencyMap { side_px, values }
}

fn constant(value: f32) -> SaliencyMap {
    SaliencyMap { side_px: 160, values: vec![value; 160 * 160] }
}

fn stroke(tool: BrushTool, softness: f32, points_px: &[[f32; 2]]) -> Arc<Stroke> {
    Arc::new(Stroke { tool, radius_px: 30.0, softness, points_px: points_px.to_vec() })
}

/// Each edit of the mask alone, and all together.
fn mask_edits() -> Vec<(&'static str, MaskEdits)> {
    let none = MaskEdits::plain();
    let all = MaskEdits {
        refine: Refine::Fast,
        threshold: 0.4,
        hardness: 0.7,
        grow_px: 12.0,
        feather_px: 10.0,
        keep_largest: true,
        fill_holes: true,
        ..none
    };
    vec![
        ("refined", MaskEdits { refine: Refine::Fast, ..none }),
        ("matted", MaskEdits { refine: Refine::Matting, ..none }),
        ("a low threshold", MaskEdits { threshold: 0.2, ..none }),
        ("no threshold", MaskEdits { threshold: 0.0, ..none }),
        ("the highest threshold", MaskEdits { threshold: 1.0, ..none }),
        ("harder", MaskEdits { hardness: 0.5, ..none }),
        ("hard", MaskEdits { hardness: 1.0, ..none }),
        ("grown by little", MaskEdits { grow_px: 0.7, ..none }),
        ("grown by much", MaskEdits { grow_px: 100.0, ..none }),
        ("shrunk", MaskEdits { grow_px: -17.3, ..none }),
        ("feathered a little", MaskEdits { feather_px: 2.0, ..none }),
        ("feathered far", MaskEdits { feather_px: 100.0, ..none }),
        ("the largest part", MaskEdits { keep_largest: true, ..none }),
        ("without holes", MaskEdits { fill_holes: true, ..none }),
        ("everything", all),
    ]
}

/// The same, and whatever else can be changed, for a photo of 1200 x 900.
fn edits() -> Vec<(&'static str, Edits)> {
    let none = Edits::plain();
    let shadow =
        Shadow { offset_px: [25.0, 40.0], blur_px: 30.0, opacity: 0.6, ..Shadow::default() };
    let strokes = vec![
        stroke(BrushTool::Keep, 0.5, &[[700.0, 200.0], [1000.0, 700.0], [900.0, 800.0]]),
        stroke(BrushTool::Erase, 0.0, &[[500.0, 300.0]]),
        stroke(BrushTool::Erase, 1.0, &[[-50.0, 450.0], [400.0, 460.0]]),
    ];
    let (_, mask) = *mask_edits().last().unwrap();
    let mut edits: Vec<_> = mask_edits()
        .into_iter()
        .map(|(name, mask)| (name, Edits { mask, ..none.clone() }))
        .collect();
    edits.extend([
        ("clean colours", Edits { clean_colours: true, ..none.clone() }),
        ("strokes", Edits { strokes: strokes.clone(), ..none.clone() }),
        ("a colour", Edits { background: Background::Colour([250, 120, 3]), ..none.clone() }),
        ("a picture", Edits { background: Background::Picture("sea.png".into()), ..none.clone() }),
        ("blurred", Edits { background: Background::Blurred { radius_px: 20.0 }, ..none.clone() }),
        ("a shadow", Edits { shadow: Some(shadow), ..none.clone() }),
        ("trimmed", Edits { trim: Some(Trim { margin_px: 10 }), ..none.clone() }),
        (
            "all of it",
            Edits {
                mask,
                strokes,
                background: Background::Blurred { radius_px: 60.0 },
                trim: Some(Trim { margin_px: 10 }),
                shadow: Some(shadow),
                clean_colours: true,
            },
        ),
    ]);
    edits
}

/// Smooth and of no symmetry.
fn photo(width: u32, height: u32) -> Picture {
    let wave = |at: u32, of: u32, times: f32| {
        (127.0 + 100.0 * (at as f32 / of as f32 * times).sin()) as u8
    };
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([wave(x, width, 9.0), wave(y, height, 7.0), wave(x + y, width + height, 5.0)])
    });
    Picture { pixels: pixels.into(), metadata: Metadata::default() }
}

fn backdrop() -> Backdrop {
    Backdrop::new(photo(300, 500))
}

fn matte(guide: Guide, map: &SaliencyMap, proxy: Proxy, edits: &Edits) -> Matte {
    let source = Source { guide, map, proxy, resampling: LANCZOS };
    edited_matte(source, edits, &Watch::silent(&Cancel::default())).unwrap()
}

fn result(picture: &Picture, proxy: Proxy, edits: &Edits) -> DynamicImage {
    let matte = matte(Guide::Photo(&picture.pixels), &map(), proxy, edits);
    render(picture, &matte, edits, &proxy, Some(&backdrop()), &Cancel::default()).unwrap()
}

/// The mean difference of two pictures, and the largest.
fn difference(a: &[u8], b: &[u8]) -> (f64, u8) {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(&a, &b)| a.abs_diff(b));
    let sum: u64 = differences.clone().map(u64::from).sum();
    (sum as f64 / a.len() as f64, differences.max().unwrap())
}

#[test]
fn without_edits_nothing_differs_by_a_bit() {
    let (edits, cancel) = (Edits::plain(), Cancel::default());
    for resampling in [LANCZOS, Resampling::AuthorsBilinear] {
        let proxy = Proxy::full((301, 207));
        let pixels = photo(301, 207).pixels;
        let (guide, map) = (Guide::Photo(&pixels), &map());
        let source = Source { guide, map, proxy, resampling };
        let matte = edited_matte(source, &edits, &Watch::silent(&cancel)).unwrap();
        assert_eq!(matte, matte_from_map(map, 301, 207, resampling));
        let mut rgba = pixels.to_rgba8();
        rgba.enumerate_pixels_mut().for_each(|(x, _, pixel)| pixel[3] = x as u8);
        for pixels in [
            pixels.clone(),
            pixels.to_rgb16().into(),
            rgba.clone().into(),
            DynamicImage::from(rgba).to_rgba16().into(),
        ] {
            let picture = Picture { pixels, metadata: Metadata::default() };
            let rendered = render(&picture, &matte, &edits, &proxy, None, &cancel).unwrap();
            assert_eq!(rendered, cutout(&picture, &matte));
        }
    }
}

#[test]
fn nothing_and_everything_stay_so() {
    for (name, mask) in mask_edits() {
        let edits = Edits { mask, ..Edits::plain() };
        for size_px in [(1, 1), (1, 900), (900, 1), (7, 5), (1200, 900)] {
            let photo = photo(size_px.0, size_px.1).pixels;
            let guide = Guide::Photo(&photo);
            for (value, level) in [(0.0, 0), (1.0, 255)] {
                let matte = matte(guide, &constant(value), Proxy::full(size_px), &edits);
                assert_eq!(matte.size_px(), size_px);
                let stays = matte.0.iter().all(|&opacity| opacity == level);
                assert!(stays, "{name}: {level} at {size_px:?}");
            }
        }
    }
}

#[test]
fn values_out_of_range_do_no_harm() {
    let map = map();
    for wild in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, 1e-42] {
        let edits = Edits {
            mask: MaskEdits {
                threshold: wild,
                hardness: wild,
                grow_px: wild,
                feather_px: wild,
                keep_largest: true,
                fill_holes: true,
                ..MaskEdits::default()
            },
            clean_colours: true,
            strokes: vec![Arc::new(Stroke {
                tool: BrushTool::Keep,
                radius_px: wild,
                softness: wild,
                points_px: vec![[wild, 1.0], [2.0, wild]],
            })],
            background: Background::Blurred { radius_px: wild },
            trim: Some(Trim { margin_px: u32::MAX }),
            shadow: Some(Shadow {
                offset_px: [wild, -wild],
                blur_px: wild,
                opacity: wild,
                colour: [1, 2, 3],
            }),
        };
        let proxy = Proxy::full((60, 40));
        let picture = photo(60, 40);
        let matte = matte(Guide::Photo(&picture.pixels), &map, proxy, &edits);
        render(&picture, &matte, &edits, &proxy, None, &Cancel::default()).unwrap();
    }
}

#[test]
fn a_mirrored_photo_gives_a_mirrored_result() {
    let (width, height) = (1200, 900);
    let proxy = Proxy::full((width, height));
    let picture = photo(width, height);
    let mirrored_picture =
        Picture { pixels: picture.pixels.fliph(), metadata: Metadata::default() };
    let map = map();
    let mirrored_map = SaliencyMap {
        values: map.values.chunks(160).flat_map(|row| row.iter().rev().copied()).collect(),
        ..map
    };
    let map = self::map();
    let backdrop = backdrop();
    let mirrored_backdrop = Backdrop::new(Picture {
        pixels: photo(300, 500).pixels.fliph(),
        metadata: Metadata::default(),
    });
    let mirror = |stroke: &Arc<Stroke>| {
        let points_px = stroke.points_px.iter().map(|[x, y]| [width as f32 - x, *y]).collect();
        Arc::new(Stroke { points_px, ..Stroke::clone(stroke) })
    };
    for (name, edits) in edits() {
        let mirrored_shadow = edits.shadow.map(|shadow| Shadow {
            offset_px: [-shadow.offset_px[0], shadow.offset_px[1]],
            ..shadow
        });
        let mirrored = Edits {
            strokes: edits.strokes.iter().map(mirror).collect(),
            shadow: mirrored_shadow,
            ..edits.clone()
        };
        let cancel = Cancel::default();
        // What is hardly seen has a colour on one side, and none on the other.
        let made = |picture: &Picture, map, edits: &Edits, backdrop| {
            let matte = matte(Guide::Photo(&picture.pixels), map, proxy, edits);
            let whole = render(picture, &matte, edits, &proxy, Some(backdrop), &cancel).unwrap();
            premultiplied(&whole)
        };
        let one = made(&picture, &map, &edits, &backdrop);
        let other = made(&mirrored_picture, &mirrored_map, &mirrored, &mirrored_backdrop);
        let (mean, most) = difference(&one, &imageops::flip_horizontal(&other));
        // Rounding has a direction; a hard edge turns a level of the map into three of opacity, and
        // the last three become none. Conjugate gradients stop short of the end.
        let worst = if edits.mask.refine == Refine::Matting { 24 } else { 6 };
        assert!(mean < 0.05 && most <= worst, "{name}: {mean} {most}");
    }
}

/// The same photo with a subject, half a range brighter, where the map sees one.
fn photo_with_subject(width: u32, height: u32) -> Picture {
    let seen = matte_from_map(&map(), width, height, LANCZOS);
    let mut pixels = photo(width, height).pixels.into_rgb8();
    for (pixel, seen) in pixels.pixels_mut().zip(seen.0.iter()) {
        pixel.0 = pixel.0.map(|value| value / 2 + seen / 2);
    }
    Picture { pixels: pixels.into(), metadata: Metadata::default() }
}

/// A pixel of the small picture stands for 2.5 x 2.5 of the photo: what was made at full size and
/// then made smaller differs where an edge crosses a pixel, by how that pixel is averaged. A quarter
/// of a pixel in the edge's place would be 64 levels.
#[test]
fn a_proxy_shows_what_the_full_size_is() {
    let full = Proxy::full((1200, 900));
    let small = Proxy::within((1200, 900), 480);
    let picture = photo_with_subject(1200, 900);
    let small_picture =
        Picture { pixels: resize::fit(&picture, 480), metadata: Metadata::default() };
    for (name, edits) in edits() {
        let edits = Edits { trim: None, ..edits };
        let at_full = result(&picture, full, &edits);
        let shrunk = resize::fit(&Picture { pixels: at_full, metadata: Metadata::default() }, 480);
        let at_small = result(&small_picture, small, &edits);
        let alphas = |pixels: &DynamicImage| -> Vec<u8> {
            pixels.to_rgba8().pixels().map(|pixel| pixel[3]).collect()
        };
        let (mean, most) = difference(&alphas(&shrunk), &alphas(&at_small));
        // Matting is solved on fewer pixels there.
        let bound = if edits.mask.refine == Refine::Matting { 0.5 } else { 0.4 };
        assert!(mean < bound && most <= 64, "{name}: alpha {mean} {most}");
        let (mean, most) = difference(&premultiplied(&shrunk), &premultiplied(&at_small));
        assert!(mean < 0.6 && most <= 64, "{name}: colours {mean} {most}");
    }
}

fn premultiplied(pixels: &DynamicImage) -> RgbaImage {
    pixels::premultiplied(&pixels.to_rgba8().into()).into_owned().into_rgba8()
}

#[test]
fn trimming_agrees_and_keeps_the_whole_of_an_empty_picture() {
    let edits = Edits { trim: Some(Trim { margin_px: 20 }), ..Edits::plain() };
    let full = Proxy::full((1200, 900));
    let picture = photo(1200, 900);
    let trimmed = result(&picture, full, &edits);
    // The parts span 22 to 148 of the map's 160 columns, and 38 to 122 of its rows.
    assert!(trimmed.width().abs_diff(985) <= 20, "{}", trimmed.width());
    assert!(trimmed.height().abs_diff(512) <= 20, "{}", trimmed.height());
    let small = Proxy::within((1200, 900), 480);
    let before = thumbnail(&picture, 480);
    let matte = matte(Guide::Screen(&before), &map(), small, &edits);
    let shown = shown(&before, &matte, &edits, small);
    let [left, top, right, bottom] = shown.trim_px.unwrap();
    // A pixel of the small picture on either side.
    assert!((right - left - trimmed.width() as f32).abs() <= 5.0, "{left} {right}");
    assert!((bottom - top - trimmed.height() as f32).abs() <= 5.0, "{top} {bottom}");
    let nothing = Matte(GrayImage::new(1200, 900));
    let kept = render(&picture, &nothing, &edits, &full, None, &Cancel::default()).unwrap();
    assert_eq!((kept.width(), kept.height()), (1200, 900));
}

fn shown(before: &Rgba, matte: &Matte, edits: &Edits, proxy: Proxy) -> Screen {
    screen(before, matte, edits, &proxy, Some(&backdrop()), &Cancel::default()).unwrap()
}

#[test]
fn opaque_backgrounds_make_an_opaque_result_of_the_photos_depth() {
    let proxy = Proxy::full((120, 90));
    let rgb = photo(120, 90).pixels;
    for (pixels, expected) in [
        (rgb.clone(), image::ColorType::Rgba8),
        (rgb.to_rgba8().into(), image::ColorType::Rgba8),
        (rgb.to_rgb16().into(), image::ColorType::Rgba16),
        (rgb.to_rgba16().into(), image::ColorType::Rgba16),
    ] {
        let picture = Picture { pixels, metadata: Metadata::default() };
        for background in [
            Background::Colour([250, 120, 3]),
            Background::Picture("sea.png".into()),
            Background::Blurred { radius_px: 9.0 },
        ] {
            let edits = Edits { background, ..Edits::plain() };
            let made = result(&picture, proxy, &edits);
            assert_eq!(made.color(), expected);
            let made = made.to_rgba16();
            let least = made.pixels().map(|pixel| pixel[3]).min();
            assert_eq!(least, Some(u16::MAX), "{expected:?} {:?}", edits.background);
        }
    }
}

#[test]
fn a_background_shows_where_the_subject_is_not_and_only_there() {
    let proxy = Proxy::full((120, 90));
    let picture = photo(120, 90);
    let edits = Edits { background: Background::Colour([250, 120, 3]), ..Edits::default() };
    let made = result(&picture, proxy, &edits).into_rgba8();
    let matte = matte(Guide::Photo(&picture.pixels), &map(), proxy, &edits);
    let mut seen = [0, 0];
    for (x, y, pixel) in made.enumerate_pixels() {
        let own = picture.pixels.to_rgb8().get_pixel(x, y).0;
        match matte.0.get_pixel(x, y)[0] {
            0 => assert_eq!(pixel.0, [250, 120, 3, 255]),
            255 => assert_eq!(pixel.0, [own[0], own[1], own[2], 255]),
            _ => continue,
        }
        seen[usize::from(matte.0.get_pixel(x, y)[0] == 255)] += 1;
    }
    assert!(seen.iter().all(|&seen| seen > 1000), "{seen:?}");
}

#[test]
fn a_screen_shows_what_is_rendered() {
    let proxy = Proxy::full((240, 180));
    let rgb = photo(240, 180);
    let mut rgba = rgb.pixels.to_rgba8();
    rgba.enumerate_pixels_mut().for_each(|(x, _, pixel)| pixel[3] = 255 - (x / 2) as u8);
    let see_through = Picture { pixels: rgba.into(), metadata: Metadata::default() };
    for picture in [rgb, see_through] {
        let before = thumbnail(&picture, 240);
        for (name, edits) in edits() {
            let edits = Edits { trim: None, ..edits };
            let matte = matte(Guide::Photo(&picture.pixels), &map(), proxy, &edits);
            let shown = shown(&before, &matte, &edits, proxy).after;
            let rendered = premultiplied(&result(&picture, proxy, &edits));
            let (mean, most) = difference(&shown.premultiplied, &rendered);
            // Each of up to four layers is rounded.
            assert!(mean < 0.6 && most <= 3, "{name}: {mean} {most}");
        }
    }
}

#[test]
fn a_part_is_the_same_part_of_the_whole() {
    let proxy = Proxy::full((240, 180));
    let picture = photo(240, 180);
    let (backdrop, cancel) = (backdrop(), Cancel::default());
    let rect = Rect { left_px: 31, top_px: 17, width_px: 100, height_px: 77 };
    for (name, edits) in edits() {
        let edits = Edits { trim: None, ..edits };
        let matte = matte(Guide::Photo(&picture.pixels), &map(), proxy, &edits);
        let composer =
            Composer::new(&picture, &matte, &edits, proxy, Some(&backdrop), &cancel).unwrap();
        let whole = composer.part(Rect::whole(proxy.size_px), &cancel).unwrap();
        let part = composer.part(rect, &cancel).unwrap();
        let same = whole.crop_imm(31, 17, 100, 77);
        let (_, most) = difference(part.as_bytes(), same.as_bytes());
        // The blurs of background and shadow are read between other pixels.
        assert!(most <= 2, "{name}: {most}");
    }
}

/// To the bit: a file is the same whether its writer takes strips or all.
#[test]
fn strips_are_those_of_the_whole() {
    let proxy = Proxy::full((240, 180));
    let picture = photo(240, 180);
    let (backdrop, cancel) = (backdrop(), Cancel::default());
    for (name, edits) in edits() {
        let matte = matte(Guide::Photo(&picture.pixels), &map(), proxy, &edits);
        let whole = render(&picture, &matte, &edits, &proxy, Some(&backdrop), &cancel).unwrap();
        let composed = compose(&picture, &matte, &edits, &proxy, Some(&backdrop), &cancel).unwrap();
        assert_eq!((composed.size_px(), composed.color()), (whole.size_px(), whole.color()));
        let strips: Vec<u8> =
            strips(&composed).flat_map(|strip| strip.unwrap().into_bytes()).collect();
        assert!(strips == whole.as_bytes(), "{name}");
    }
}

#[test]
fn cancelled_work_ends() {
    let cancel = Cancel::default();
    cancel.cancel();
    let proxy = Proxy::full((120, 90));
    for (name, edits) in edits() {
        let picture = photo(120, 90);
        let (guide, map) = (Guide::Photo(&picture.pixels), &map());
        let source = Source { guide, map, proxy, resampling: LANCZOS };
        let ended = edited_matte(source, &edits, &Watch::silent(&cancel));
        assert!(ended.is_err(), "{name}");
        let matte = matte(guide, map, proxy, &edits);
        let ended = render(&picture, &matte, &edits, &proxy, None, &cancel);
        assert!(ended.is_err(), "{name}");
    }
}

/// Whatever was changed before, the picture is the one that these edits make.
#[test]
fn what_is_kept_from_one_change_to_the_next_never_shows() {
    let picture = photo(1200, 900);
    let before = Arc::new(thumbnail(&picture, 400));
    let map = Arc::new(map());
    let backdrop = backdrop();
    let mut live = Live::new(before.clone(), map.clone(), (1200, 900), LANCZOS);
    let cancel = Cancel::default();
    let line: Vec<_> = (0..20).map(|step| [200.0 + 40.0 * step as f32, 300.0]).collect();
    let drawn = |points: usize| {
        let mut strokes = vec![stroke(BrushTool::Erase, 0.2, &line[3..9])];
        strokes.extend((points > 0).then(|| stroke(BrushTool::Keep, 0.5, &line[..points])));
        strokes
    };
    let mut steps: Vec<(String, Edits)> = Vec::new();
    for (name, edits) in edits() {
        steps.push((name.to_owned(), edits.clone()));
        if name == "grown by little" {
            // The threshold is moved with the growing kept.
            let mask = MaskEdits { threshold: 0.3, ..edits.mask };
            steps.push(("and the threshold".to_owned(), Edits { mask, ..edits.clone() }));
        }
        for points in [1, 2, 9, 20, 5, 0] {
            let strokes = [edits.strokes.clone(), drawn(points)].concat();
            steps.push((format!("{name}, {points} points"), Edits { strokes, ..edits.clone() }));
        }
    }
    for (name, edits) in &steps {
        let made = live.show(edits, Some(&backdrop), &cancel).unwrap();
        let matte = matte(Guide::Screen(&before), &map, live.proxy(), edits);
        let anew = shown(&before, &matte, edits, live.proxy());
        assert!(*made.after == anew.after, "{name}");
        assert!(*made.mask == mask_picture(&matte), "{name}");
        assert_eq!(made.trim_px, anew.trim_px, "{name}");
    }
}

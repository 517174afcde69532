use std::borrow::Cow;

use super::{
    super::SaliencyMap,
    levels::{levels, resampled, whole},
    merge::MERGED_MAX_PX,
    *,
};

const PHOTO_PX: (u32, u32) = (3000, 2000);
const SIDE_PX: u32 = 320;

/// An ellipse in fractions of a square with a soft edge of three pixels.
fn ellipse(middle: [f64; 2], radii: [f64; 2], side_px: u32) -> SaliencyMap {
    let side = f64::from(side_px);
    let value = |index: u32| {
        let [x, y] = [index % side_px, index / side_px].map(|at| (f64::from(at) + 0.5) / side);
        let out = ((x - middle[0]) / radii[0]).hypot((y - middle[1]) / radii[1]);
        ((1.0 - out) * radii[0].min(radii[1]) * side / 3.0 + 0.5).clamp(0.0, 1.0) as f32
    };
    SaliencyMap { side_px, values: (0..side_px * side_px).map(value).collect() }
}

/// The same ellipse as the network sees it in a part.
fn ellipse_in(part: Part, middle: [f64; 2], radii: [f64; 2]) -> SaliencyMap {
    let middle = [(middle[0] - part.left) / part.width, (middle[1] - part.top) / part.height];
    ellipse(middle, [radii[0] / part.width, radii[1] / part.height], SIDE_PX)
}

fn maps(middle: [f64; 2], radii: [f64; 2]) -> SaliencyMaps {
    let first = ellipse(middle, radii, SIDE_PX);
    let part = second_look(&first, PHOTO_PX).unwrap();
    let mut maps = SaliencyMaps::from(first);
    maps.add_crop(part, ellipse_in(part, middle, radii));
    assert!(maps.has_crop());
    maps
}

fn mirrored(map: &SaliencyMap) -> SaliencyMap {
    let rows = map.values.chunks(map.side_px as usize);
    let values = rows.flat_map(|row| row.iter().rev().copied()).collect();
    SaliencyMap { values, ..*map }
}

#[test]
fn only_what_can_be_seen_better_is_looked_at_again() {
    let small = || ellipse([0.7, 0.3], [0.1, 0.1], SIDE_PX);
    let mut veil = SaliencyMap::empty(SIDE_PX);
    veil.values.fill(0.4);
    for (name, map, photo_px, expected) in [
        ("a small subject", small(), PHOTO_PX, true),
        ("one at the edge", ellipse([0.0, 1.0], [0.1, 0.15], SIDE_PX), PHOTO_PX, true),
        ("a standing person", ellipse([0.5, 0.5], [0.08, 0.3], SIDE_PX), PHOTO_PX, true),
        ("half the frame", ellipse([0.5, 0.5], [0.25, 0.25], SIDE_PX), PHOTO_PX, false),
        ("a large subject", ellipse([0.5, 0.5], [0.4, 0.4], SIDE_PX), PHOTO_PX, false),
        ("nothing", SaliencyMap::empty(SIDE_PX), PHOTO_PX, false),
        ("everything", ellipse([0.5, 0.5], [9.0, 9.0], SIDE_PX), PHOTO_PX, false),
        ("a veil", veil, PHOTO_PX, false),
        ("no map", SaliencyMap::empty(0), PHOTO_PX, false),
        ("a small photo", small(), (400, 300), false),
        ("a strip of a photo", small(), (4000, 200), false),
    ] {
        let part = second_look(&map, photo_px);
        assert_eq!(part.is_some(), expected, "{name}: {part:?}");
        if let Some(part) = part {
            assert!(part.is_valid(), "{name}: {part:?}");
            let rect = part.in_px(photo_px);
            assert_eq!(Part::of(rect, photo_px), part, "whole pixels: {name}");
            assert!(rect.width_px.min(rect.height_px) >= SIDE_PX, "{name}: {rect:?}");
        }
    }
}

#[test]
fn the_part_holds_what_was_found_with_room_around_it() {
    let first = ellipse([0.6, 0.4], [0.12, 0.18], SIDE_PX);
    let part = second_look(&first, PHOTO_PX).unwrap();
    let room = [
        (0.48 - part.left) / 0.24,
        (part.left + part.width - 0.72) / 0.24,
        (0.22 - part.top) / 0.36,
        (part.top + part.height - 0.58) / 0.36,
    ];
    assert!(room.iter().all(|room| (0.2..0.35).contains(room)), "{room:?}");
}

#[test]
fn one_look_is_itself_to_the_bit() {
    let once = SaliencyMaps::from(ellipse([0.7, 0.3], [0.1, 0.1], SIDE_PX));
    assert!(matches!(once.merged(true), Cow::Borrowed(map) if *map == once.first));
    let twice = maps([0.7, 0.3], [0.1, 0.1]);
    assert!(matches!(twice.merged(false), Cow::Borrowed(map) if *map == twice.first));
}

#[test]
fn nothing_and_everything_stay_so() {
    for (value, side_px) in [(0.0, 32), (1.0, 32), (0.0, SIDE_PX), (1.0, SIDE_PX)] {
        let map = SaliencyMap { side_px, values: vec![value; (side_px * side_px) as usize] };
        for part in [
            Part { left: 0.1, top: 0.3, width: 0.3, height: 0.25 },
            Part { left: 0.0, top: 0.613, width: 0.0371, height: 0.387 },
        ] {
            let maps =
                SaliencyMaps { first: map.clone(), second: Second::Closer(part, map.clone()) };
            let merged = maps.merged(true);
            assert!(merged.side_px > side_px && merged.side_px <= MERGED_MAX_PX);
            assert!(merged.values.iter().all(|&merged| merged == value), "{value} {part:?}");
        }
    }
}

#[test]
fn both_looks_become_one_finer_map_without_a_seam() {
    let (middle, radii) = ([0.7, 0.3], [0.1, 0.08]);
    for (middle, radii) in [(middle, radii), ([0.05, 0.95], radii), ([0.5, 0.5], [0.05, 0.3])] {
        let maps = maps(middle, radii);
        let merged = maps.merged(true);
        assert!(merged.values.iter().all(|value| (0.0..=1.0).contains(value)));
        let finest = ellipse(middle, radii, merged.side_px);
        let far = resampled(&levels(&maps.first), whole(SIDE_PX), (merged.side_px, merged.side_px));
        let error = |values: &mut dyn Iterator<Item = f32>| -> f32 {
            values.zip(&finest.values).map(|(value, fine)| (value - fine).abs()).sum()
        };
        let twice = error(&mut merged.values.iter().copied());
        let once = error(&mut far.iter().map(|&level| f32::from(level) / 65535.0));
        assert!(twice < 0.7 * once, "{twice} {once} {middle:?}");
    }
}

/// Where the maps differ by a constant, the way from one to the other shows no step.
#[test]
fn the_way_from_one_look_to_the_other_has_no_step() {
    let grey = |value| SaliencyMap { side_px: SIDE_PX, values: vec![value; 320 * 320] };
    let part = Part { left: 0.2, top: 0.0, width: 0.4, height: 0.5 };
    let maps = SaliencyMaps { first: grey(0.0), second: Second::Closer(part, grey(1.0)) };
    let merged = maps.merged(true);
    let side = merged.side_px as usize;
    let steps = merged.values.chunks(side).flat_map(|row| row.windows(2));
    let step = steps.map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(step < 0.06, "{step}");
    let at = |x: f64, y: f64| {
        merged.values[(y * side as f64) as usize * side + (x * side as f64) as usize]
    };
    assert_eq!((at(0.4, 0.0), at(0.4, 0.25)), (1.0, 1.0), "the frame's edge is no seam");
    assert_eq!((at(0.1, 0.25), at(0.4, 0.6)), (0.0, 0.0));
}

#[test]
fn mirrored_looks_give_the_mirrored_map() {
    let maps = maps([0.7, 0.3], [0.1, 0.08]);
    let Second::Closer(part, closer) = &maps.second else { panic!("one look") };
    let other = SaliencyMaps {
        first: mirrored(&maps.first),
        second: Second::Closer(
            Part { left: 1.0 - part.left - part.width, ..*part },
            mirrored(closer),
        ),
    };
    let (one, other) = (mirrored(&maps.merged(true)), other.merged(true));
    let pairs = one.values.iter().zip(&other.values);
    let largest = pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    assert!(largest < 0.002, "{largest}");
}

#[test]
fn a_closer_look_at_something_else_is_dropped() {
    let first = ellipse([0.7, 0.3], [0.1, 0.1], SIDE_PX);
    let part = second_look(&first, PHOTO_PX).unwrap();
    let same = ellipse_in(part, [0.7, 0.3], [0.1, 0.1]);
    let mut inside_out = same.clone();
    inside_out.values.iter_mut().for_each(|value| *value = 1.0 - *value);
    for (closer, expected) in [
        (same, true),
        (ellipse_in(part, [0.71, 0.31], [0.09, 0.1]), true),
        (ellipse_in(part, [0.8, 0.4], [0.1, 0.1]), false),
        (inside_out, false),
        (SaliencyMap::empty(SIDE_PX), false),
    ] {
        let mut maps = SaliencyMaps::from(first.clone());
        maps.add_crop(part, closer);
        assert_eq!(maps.has_crop(), expected);
        assert_ne!(maps.second, Second::NotAsked);
    }
}

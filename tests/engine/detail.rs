//! A closer look: tiles of one photo at its full size.

use std::{path::Path, sync::Arc, time::Instant};

use cutout::{
    engine::protocol::{Command, DetailRequest, Event, Layer, Part, Tile, TileId},
    imaging::{
        self, Cancel, Limits, Picture, Resampling, Rgba, SaliencyMap, SaliencyMaps,
        edit::{Background, Edits, MaskEdits, Proxy, Shadow, Source, edited_matte, render},
        refine::{Guide, Watch},
    },
};
use image::{Rgb, RgbImage};

use crate::rig::{PATIENCE, Rig};

const SIZE_PX: (u32, u32) = (1100, 700);

/// A photo of more than one tile, in which every pixel differs from its neighbours.
fn photo(folder: &Path, name: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    let pixel = |x: u32, y: u32| Rgb([(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8]);
    RgbImage::from_fn(SIZE_PX.0, SIZE_PX.1, pixel).save(&path).unwrap();
    path
}

/// A soft subject.
fn map() -> Arc<SaliencyMaps> {
    let level = |x: f32, y: f32| 1.0 - ((x - 160.0).hypot(y - 160.0) / 150.0).min(1.0);
    let values = (0..320 * 320).map(|index| level((index % 320) as f32, (index / 320) as f32));
    Arc::new(SaliencyMap { side_px: 320, values: values.collect() }.into())
}

fn id(layer: Layer, level: u32, column: u32, row: u32) -> TileId {
    TileId { layer, level, column, row }
}

/// Every tile of a layer at a level.
fn all(layer: Layer, level: u32) -> Vec<TileId> {
    let places = (0..3).flat_map(|row| (0..3).map(move |column| id(layer, level, column, row)));
    places.filter(|tile| tile.frame_px(SIZE_PX).is_some()).collect()
}

fn request(key: u64, serial: u64, source: &Path, tiles: Vec<TileId>) -> DetailRequest {
    DetailRequest {
        key,
        serial,
        source: source.to_owned(),
        size_px: SIZE_PX,
        saliency: map(),
        edits: Arc::default(),
        tiles,
    }
}

fn ask(rig: &Rig, request: DetailRequest) {
    rig.engine.send(Command::ShowDetail(Box::new(request))).unwrap();
}

/// The next tile or failure, in words and as it is.
fn next(rig: &Rig) -> Result<(u64, u64, Arc<Tile>), String> {
    loop {
        match rig.engine.events().recv_timeout(PATIENCE).expect("an event") {
            Event::Tile { key, serial, tile } => return Ok((key, serial, tile)),
            Event::DetailFailed { why, .. } => return Err(why.to_string()),
            _ => {}
        }
    }
}

fn take(rig: &Rig, count: usize) -> Vec<Arc<Tile>> {
    (0..count).map(|_| next(rig).unwrap().2).collect()
}

/// What a tile's picture should be at full size: that part of the whole.
fn part(whole: &Rgba, [left, top, right, bottom]: [u32; 4]) -> Vec<u8> {
    let row = |y: u32| {
        let at = |x: u32| 4 * (y * whole.width_px + x) as usize;
        &whole.premultiplied[at(left)..at(right)]
    };
    (top..bottom).flat_map(row).copied().collect()
}

fn whole(picture: &Picture, edits: &Edits, layer: Layer) -> Rgba {
    let proxy = Proxy::full(SIZE_PX);
    let cancel = Cancel::default();
    let maps = map();
    let source = Source {
        guide: Guide::Photo(&picture.pixels),
        map: &maps.first,
        proxy,
        resampling: Resampling::default(),
    };
    let matte = edited_matte(source, edits, &Watch::silent(&cancel)).unwrap();
    match layer {
        Layer::Before => imaging::whole(picture.pixels.clone(), 1),
        Layer::Mask => imaging::mask_picture(&matte),
        Layer::After => {
            let after = render(picture, &matte, edits, &proxy, None, &cancel).unwrap();
            imaging::whole(after, 1)
        }
    }
}

#[test]
fn tiles_are_parts_of_the_full_picture_whatever_the_edits() {
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), "a.png");
    let picture = imaging::decode(&source, &Limits::default(), &Cancel::default()).unwrap();
    let rig = Rig::new(&[]);
    let shaped = MaskEdits { grow_px: 12.0, feather_px: 8.0, ..MaskEdits::default() };
    for (serial, edits) in [
        Edits::default(),
        Edits { mask: shaped, ..Edits::default() },
        Edits { background: Background::Colour([9, 200, 30]), ..Edits::default() },
        Edits { shadow: Some(Shadow::default()), ..Edits::default() },
    ]
    .into_iter()
    .enumerate()
    {
        let edits = Arc::new(edits);
        for layer in [Layer::Before, Layer::After, Layer::Mask] {
            let tiles = all(layer, 0);
            let wanted = request(1, serial as u64, &source, tiles.clone());
            ask(&rig, DetailRequest { edits: edits.clone(), ..wanted });
            let expected = whole(&picture, &edits, layer);
            let came = take(&rig, tiles.len());
            assert_eq!(came.iter().map(|tile| tile.id).collect::<Vec<_>>(), tiles);
            for tile in came {
                let same = tile.picture.premultiplied == part(&expected, tile.cover_px);
                assert!(same, "{:?} with {edits:?}", tile.id);
            }
        }
    }
}

#[test]
fn halved_tiles_have_the_means_of_the_full_ones() {
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), "a.png");
    let picture = imaging::decode(&source, &Limits::default(), &Cancel::default()).unwrap();
    let rig = Rig::new(&[]);
    let full = whole(&picture, &Edits::default(), Layer::Before);
    ask(&rig, request(1, 0, &source, vec![id(Layer::Before, 1, 0, 0)]));
    let tile = next(&rig).unwrap().2;
    assert_eq!((tile.picture.width_px, tile.picture.height_px), (513, 350));
    for (x, y) in [(0, 0), (17, 4), (511, 349)] {
        let at = 4 * (y * tile.picture.width_px + x) as usize;
        for channel in 0..4 {
            let of = |dx, dy| {
                let at = 4 * ((2 * y + dy) * full.width_px + 2 * x + dx) as usize;
                f64::from(full.premultiplied[at + channel])
            };
            let mean = (of(0, 0) + of(1, 0) + of(0, 1) + of(1, 1)) / 4.0;
            let seen = f64::from(tile.picture.premultiplied[at + channel]);
            assert!((seen - mean).abs() <= 1.0, "{x}, {y}: {seen} {mean}");
        }
    }
}

#[test]
fn the_newest_request_wins_and_another_photo_ends_the_work_on_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let sources = ["a.png", "b.png"].map(|name| photo(folder.path(), name));
    let rig = Rig::new(&[]);
    // More than the engine's events have room for: it waits for its reader with most not made.
    let many = [id(Layer::Before, 0, 0, 0)].repeat(2000);
    ask(&rig, request(1, 0, &sources[0], many));
    let (key, ..) = next(&rig).unwrap();
    assert_eq!(key, 1);
    let wanted = id(Layer::Mask, 0, 1, 0);
    ask(&rig, request(1, 0, &sources[0], vec![wanted]));
    let mut before = 0;
    while next(&rig).unwrap().2.id != wanted {
        before += 1;
    }
    assert!(before < 1999, "what was no longer wanted was not made");
    let many = [id(Layer::After, 0, 0, 0)].repeat(2000);
    ask(&rig, request(1, 1, &sources[0], many));
    assert_eq!(next(&rig).unwrap().1, 1);
    ask(&rig, request(2, 0, &sources[1], vec![wanted]));
    let mut before = 0;
    while next(&rig).unwrap().0 != 2 {
        before += 1;
    }
    assert!(before < 1999, "the first photo was left");
}

#[test]
fn a_photo_is_let_go_of_and_can_be_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), "a.png");
    let rig = Rig::new(&[]);
    let tiles = vec![id(Layer::Mask, 0, 0, 0)];
    for _ in 0..2 {
        ask(&rig, request(1, 0, &source, tiles.clone()));
        take(&rig, 1);
        rig.engine.send(Command::LetDetailGo).unwrap();
        // The same request at once: the photo is read again.
        ask(&rig, request(1, 0, &source, tiles.clone()));
        take(&rig, 1);
        rig.engine.send(Command::LetDetailGo).unwrap();
    }
    ask(&rig, request(1, 0, &source, tiles));
    held_until(&rig, "a photo is held", |bytes| bytes > 0);
    rig.engine.send(Command::LetDetailGo).unwrap();
    held_until(&rig, "it is let go of", |bytes| bytes == 0);
}

/// Waits until the meters tell so.
fn held_until(rig: &Rig, what: &str, holds: impl Fn(u64) -> bool) {
    let started = Instant::now();
    loop {
        match rig.engine.events().recv_timeout(PATIENCE).expect(what) {
            Event::Memory(sample) if holds(sample.ledger.bytes_of(Part::Pictures)) => return,
            _ => assert!(started.elapsed() < PATIENCE, "{what}"),
        }
    }
}

#[test]
fn what_cannot_be_looked_at_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), "a.png");
    let rig = Rig::new(&[]);
    let tiles = vec![id(Layer::Before, 0, 0, 0)];
    let gone = folder.path().join("gone.png");
    ask(&rig, request(1, 0, &gone, tiles.clone()));
    assert!(next(&rig).unwrap_err().contains("gone.png"));
    let other = DetailRequest { size_px: (640, 480), ..request(2, 0, &source, tiles.clone()) };
    ask(&rig, other);
    assert!(next(&rig).unwrap_err().contains("add it again"));
    // Neither is the end of it.
    ask(&rig, request(3, 0, &source, tiles));
    assert_eq!(next(&rig).unwrap().0, 3);
}

#[test]
fn closing_ends_a_closer_look_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), "a.png");
    let rig = Rig::new(&[]);
    ask(&rig, request(1, 0, &source, [id(Layer::After, 0, 0, 0)].repeat(2000)));
    next(&rig).unwrap();
    let started = Instant::now();
    drop(rig);
    assert!(started.elapsed() < cutout::engine::Engine::CLOSE_WITHIN, "every thread ended");
}

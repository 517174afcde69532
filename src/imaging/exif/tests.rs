//! What is kept of EXIF, and that nothing else comes along.

use super::*;
use ifd::kind::{ASCII, BYTE, LONG, RATIONAL, SHORT, UNDEFINED};

/// What must not be found again: it begins as a JPEG does.
const PICTURE: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0 the old background \xff\xd9";

/// A field of a block that is made for a test.
struct Made(u16, u16, Vec<u8>);

/// A block in either byte order: the first directory, the two below it, one behind it, and what follows.
#[derive(Default)]
struct Block {
    is_big: bool,
    main: Vec<Made>,
    taken: Vec<Made>,
    place: Vec<Made>,
    second: Vec<Made>,
}

impl Block {
    fn order(&self) -> Order {
        if self.is_big { Order::Big } else { Order::Little }
    }

    /// Directories from the last to the first, so that each knows where those are that it names.
    fn bytes(&self) -> Vec<u8> {
        let order = self.order();
        let mut block = [&order.mark()[..], &[0; 4]].concat();
        let second = self.write(&mut block, &self.second, &[], 0);
        let taken = self.write(&mut block, &self.taken, &[], 0);
        let place = self.write(&mut block, &self.place, &[], 0);
        let below = [(tag::EXIF, taken), (tag::GPS, place)];
        let main = self.write(&mut block, &self.main, &below, second);
        block[4..8].copy_from_slice(&order.bytes_of_u32(main));
        block
    }

    fn write(&self, block: &mut Vec<u8>, fields: &[Made], below: &[(u16, u32)], next: u32) -> u32 {
        let order = self.order();
        let below = below.iter().filter(|(_, at)| *at != 0);
        let mut entries: Vec<Made> =
            below.map(|(tag, at)| Made(*tag, LONG, order.bytes_of_u32(*at).to_vec())).collect();
        entries
            .extend(fields.iter().map(|Made(tag, kind, value)| Made(*tag, *kind, value.clone())));
        if entries.is_empty() {
            return 0;
        }
        let at = block.len() as u32;
        let mut value_at = block.len() + 2 + 12 * entries.len() + 4;
        let mut values = Vec::new();
        block.extend(order.bytes_of_u16(entries.len() as u16));
        for Made(tag, kind, value) in entries {
            block.extend(order.bytes_of_u16(tag));
            block.extend(order.bytes_of_u16(kind));
            block.extend(order.bytes_of_u32((value.len() / ifd::kind::bytes(kind)) as u32));
            if value.len() > 4 {
                block.extend(order.bytes_of_u32(value_at as u32));
                value_at += value.len();
                values.extend(value);
            } else {
                let mut short = value;
                short.resize(4, 0);
                block.extend(short);
            }
        }
        block.extend(order.bytes_of_u32(next));
        block.extend(values);
        at
    }
}

fn make() -> Made {
    Made(tag::MAKE, ASCII, b"Obscura\0".to_vec())
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// What every result gets.
fn all_kept(raw: &[u8]) -> Option<Vec<u8>> {
    kept(&make_normal(raw.to_vec()).0?, true, (4, 3), None)
}

#[test]
fn pictures_stay_behind_wherever_they_are() {
    let offsets = |order: Order, start: u32| {
        [(0x0201, start), (0x0202, PICTURE.len() as u32)]
            .map(|(tag, number)| Made(tag, LONG, order.bytes_of_u32(number).to_vec()))
    };
    for is_big in [false, true] {
        // Under any tag of any directory, as a value of any kind, in one piece or more.
        for tag in (0..=0xffff_u16).filter(|tag| ![tag::EXIF, tag::GPS].contains(tag)) {
            let kinds: &[u16] = match tag % 16 {
                0..14 => &[ASCII, UNDEFINED],
                _ => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 129],
            };
            for &kind in kinds {
                let hidden = || vec![Made(tag, kind, PICTURE.repeat(8))];
                let block = Block {
                    is_big,
                    main: hidden().into_iter().chain([make()]).collect(),
                    taken: hidden(),
                    place: hidden(),
                    second: hidden(),
                };
                let kept = all_kept(&block.bytes());
                let kept = kept.unwrap_or_default();
                assert!(!holds(&kept, &PICTURE[..12]), "{tag:04x} as {kind}");
                assert!(holds(&kept, b"Obscura"), "{tag:04x} as {kind}");
            }
        }
        // Named by offsets, and with nothing that names it.
        let order = if is_big { Order::Big } else { Order::Little };
        let block = |start| Block {
            is_big,
            main: vec![make()],
            second: offsets(order, start).into(),
            ..Block::default()
        };
        let start = block(0).bytes().len() as u32;
        let raw = [&block(start).bytes(), PICTURE].concat();
        assert_eq!(thumbnail(&raw), Some(PICTURE));
        let kept = all_kept(&raw).unwrap();
        assert!(!holds(&kept, PICTURE) && holds(&kept, b"Obscura"));
        assert_eq!(thumbnail(&kept), None);
    }
}

#[test]
fn nothing_stands_between_the_values_that_are_kept() {
    let block = Block {
        main: vec![make(), Made(tag::COPYRIGHT, ASCII, b"me\0you\0".to_vec())],
        taken: vec![Made(0x9000, UNDEFINED, b"0232".to_vec())],
        place: vec![Made(0, BYTE, vec![2, 3, 0, 0])],
        ..Block::default()
    };
    let kept = all_kept(&block.bytes()).unwrap();
    let values = 8 + 8; // Both to an even number.
    assert_eq!(kept.len(), 8 + (2 + 12 * 4 + 4) + values + 2 * (2 + 12 + 4));
    assert_eq!(all_kept(&kept), Some(kept.clone()), "once is enough");
    let fields = Fields::read(&kept).unwrap();
    assert_eq!(fields.get(Place::Main, tag::COPYRIGHT).unwrap().bytes, b"me\0you\0");
    assert_eq!(fields.get(Place::Location, 0).unwrap().bytes, [2, 3, 0, 0]);
}

#[test]
fn damaged_directories_are_left_out_and_the_rest_stays() {
    let taken = || vec![Made(0x9000, UNDEFINED, b"0232".to_vec())];
    let whole = Block { main: vec![make()], taken: taken(), ..Block::default() }.bytes();
    let pointer = whole.windows(4).position(|bytes| bytes == b"\x69\x87\x04\0").unwrap() + 8;
    let main = u32::from_le_bytes(*whole[4..].first_chunk().unwrap());
    // Out of bounds, in the header, the first directory itself, within it, at the end.
    for at in [u32::MAX, 0, 4, main, main + 2, main + 1, whole.len() as u32, whole.len() as u32 - 3]
    {
        let mut wild = whole.clone();
        wild[pointer..pointer + 4].copy_from_slice(&at.to_le_bytes());
        let kept = all_kept(&wild).unwrap();
        assert!(holds(&kept, b"Obscura") && !holds(&kept, b"0232"), "{at}");
    }
    // More fields than there are.
    let taken_at = u32::from_le_bytes(*whole[pointer..].first_chunk().unwrap()) as usize;
    let mut wild = whole.clone();
    wild[taken_at..taken_at + 2].fill(0xff);
    let kept = all_kept(&wild).unwrap();
    assert!(holds(&kept, b"Obscura") && !holds(&kept, b"0232"));
    let mut wild = whole.clone();
    wild[main as usize..main as usize + 2].fill(0xff);
    assert_eq!(all_kept(&wild), None);
    // A value that is the directory.
    let value = whole.windows(4).position(|bytes| bytes == b"\x0f\x01\x02\0").unwrap() + 8;
    let mut wild = whole.clone();
    wild[value..value + 4].copy_from_slice(&main.to_le_bytes());
    assert!(!holds(&all_kept(&wild).unwrap(), b"Obscura"));
}

#[test]
fn whatever_is_cut_or_overwritten_is_survived() {
    let block = Block {
        main: vec![make(), Made(tag::ORIENTATION, SHORT, vec![8, 0])],
        taken: vec![Made(0x829a, RATIONAL, vec![1; 8])],
        place: vec![Made(2, RATIONAL, vec![1; 24])],
        second: vec![Made(0x0201, LONG, vec![8, 0, 0, 0]), Made(0x0202, LONG, vec![9, 0, 0, 0])],
        ..Block::default()
    };
    let whole = block.bytes();
    for at in 0..whole.len() {
        thumbnail(&whole[..at]);
        all_kept(&whole[..at]);
        for byte in [0xff, 0, 8] {
            let mut wild = whole.clone();
            wild[at] = byte;
            thumbnail(&wild);
            let once = all_kept(&wild);
            assert_eq!(once.as_deref().and_then(all_kept), once, "{byte} at {at}");
        }
    }
    assert_eq!(make_normal(b"no EXIF".to_vec()), (None, Orientation::NoTransforms));
    assert_eq!(make_normal(Vec::new()), (None, Orientation::NoTransforms));
}

#[test]
fn the_orientation_is_taken_out_whatever_number_it_is() {
    for (kind, value) in [(SHORT, vec![6, 0]), (LONG, vec![6, 0, 0, 0])] {
        let main = vec![Made(tag::ORIENTATION, kind, value)];
        let raw = Block { main, ..Block::default() }.bytes();
        for raw in [[SEGMENT_NAME, &raw].concat(), raw] {
            let (normal, orientation) = make_normal(raw);
            assert_eq!(orientation, Orientation::Rotate90);
            let normal = normal.unwrap();
            assert_eq!(Orientation::from_exif_chunk(&normal), Some(Orientation::NoTransforms));
        }
    }
}

#[test]
fn what_may_name_a_place_goes_if_that_is_asked_for() {
    let block = Block {
        main: vec![make(), Made(tag::DESCRIPTION, ASCII, b"At Como\0".to_vec())],
        taken: vec![Made(tag::USER_COMMENT, UNDEFINED, b"ASCII\0\0\0Como".to_vec())],
        place: vec![Made(0x1b, UNDEFINED, b"ASCII\0\0\0Como".to_vec())],
        ..Block::default()
    };
    let raw = make_normal(block.bytes()).0.unwrap();
    for (keeps_location, times) in [(true, 3), (false, 0)] {
        let kept = kept(&raw, keeps_location, (1, 1), None).unwrap();
        assert!(holds(&kept, b"Obscura"));
        assert_eq!(memchr::memmem::find_iter(&kept, b"Como").count(), times);
    }
    let only_gps = Block { place: vec![Made(1, ASCII, b"N\0".to_vec())], ..Block::default() };
    assert_eq!(kept(&only_gps.bytes(), false, (1, 1), None), None);
}

#[test]
fn size_and_resolution_are_those_of_the_result() {
    let fraction = |above: u32| [above.to_be_bytes(), 1_u32.to_be_bytes()].concat();
    let block = Block {
        is_big: true,
        main: vec![
            Made(tag::X_RESOLUTION, RATIONAL, fraction(300)),
            Made(tag::Y_RESOLUTION, RATIONAL, fraction(240)),
        ],
        taken: vec![Made(tag::WIDTH, SHORT, vec![0, 9]), Made(tag::HEIGHT, LONG, vec![9; 4])],
        ..Block::default()
    };
    let raw = block.bytes();
    for (x, y) in [(240.0, 300.0), (300.0, 240.0), (72.5, 72.5)] {
        let kept = kept(&raw, true, (70_000, 5), Dpi::new(x, y)).unwrap();
        assert_eq!(dpi(&kept), Dpi::new(x, y));
        let fields = Fields::read(&kept).unwrap();
        assert_eq!(fields.number(Place::Taken, tag::WIDTH), Some(70_000));
        assert_eq!(fields.number(Place::Taken, tag::HEIGHT), Some(5));
    }
    assert_eq!(dpi(&kept(&raw, true, (1, 1), None).unwrap()), None);
}

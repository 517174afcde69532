//! Directories of a TIFF file: which of them holds the photo, and where its fields stand.
//!
//! Layout: TIFF 6.0, section 2. The tiff crate reads fields, but does not tell where they stand.

use std::io::{self, Read, Seek, SeekFrom};

/// Names of fields.
pub mod tag {
    pub const NEW_SUBFILE_TYPE: u16 = 254;
    pub const SUBFILE_TYPE: u16 = 255;
    pub const WIDTH: u16 = 256;
    pub const HEIGHT: u16 = 257;
    pub const BITS_PER_SAMPLE: u16 = 258;
    pub const COMPRESSION: u16 = 259;
    pub const PHOTOMETRIC: u16 = 262;
    pub const STRIP_OFFSETS: u16 = 273;
    pub const ORIENTATION: u16 = 274;
    pub const SAMPLES_PER_PIXEL: u16 = 277;
    pub const STRIP_BYTES: u16 = 279;
    pub const PLANAR: u16 = 284;
    pub const COLOUR_MAP: u16 = 320;
    pub const TILE_WIDTH: u16 = 322;
    pub const TILE_HEIGHT: u16 = 323;
    pub const TILE_OFFSETS: u16 = 324;
    pub const TILE_BYTES: u16 = 325;
    pub const SUB_DIRECTORIES: u16 = 330;
    pub const EXTRA_SAMPLES: u16 = 338;
    pub const SAMPLE_FORMAT: u16 = 339;
    pub const CHROMA_SUBSAMPLING: u16 = 530;
    pub const DNG_VERSION: u16 = 50706;
}

/// No file has more directories that count, or more fields in one, or values in a field.
const MOST_DIRECTORIES: usize = 64;
const MOST_VALUES: u32 = 1 << 22;
const ENTRY_BYTES: usize = 12;

/// In which order the bytes of a number stand: `II` or `MM` in the file's first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    is_big: bool,
}

impl Order {
    pub fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    pub fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    pub fn bytes_of_u32(self, value: u32) -> [u8; 4] {
        if self.is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// A value that is stored in a field of its own.
    fn bytes_of(self, kind: u16, value: u32) -> [u8; 4] {
        match (kind, self.is_big) {
            (3, true) => [(value >> 8) as u8, value as u8, 0, 0],
            (1, _) => [value as u8, 0, 0, 0],
            _ => self.bytes_of_u32(value),
        }
    }
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    tag: u16,
    kind: u16,
    count: u32,
    /// Where the field stands in the file.
    at: u64,
    value: [u8; 4],
}

impl Field {
    fn each_bytes(self) -> Option<u32> {
        match self.kind {
            1 => Some(1),
            3 => Some(2),
            4 | 13 => Some(4),
            _ => None,
        }
    }
}

/// A directory: a picture, or a smaller copy of one.
#[derive(Clone, Debug)]
pub struct Directory {
    pub order: Order,
    pub at: u32,
    fields: Vec<Field>,
    next: u32,
}

impl Directory {
    fn read(file: &mut (impl Read + Seek), order: Order, at: u32) -> io::Result<Self> {
        file.seek(SeekFrom::Start(at.into()))?;
        let mut count = [0; 2];
        file.read_exact(&mut count)?;
        let mut bytes = vec![0; ENTRY_BYTES * usize::from(order.u16(count))];
        file.read_exact(&mut bytes)?;
        // The last of all may be cut off.
        let mut next = [0; 4];
        let next = file.read_exact(&mut next).map_or(0, |()| order.u32(next));
        let entries = bytes.chunks_exact(ENTRY_BYTES).enumerate();
        let fields = entries.map(|(index, entry)| Field {
            tag: order.u16([entry[0], entry[1]]),
            kind: order.u16([entry[2], entry[3]]),
            count: order.u32([entry[4], entry[5], entry[6], entry[7]]),
            at: u64::from(at) + 2 + (ENTRY_BYTES * index) as u64,
            value: [entry[8], entry[9], entry[10], entry[11]],
        });
        Ok(Self { order, at, fields: fields.collect(), next })
    }

    pub fn field(&self, tag: u16) -> Option<Field> {
        self.fields.iter().copied().find(|field| field.tag == tag)
    }

    /// The whole numbers of a field; none where it is missing or cannot be read.
    pub fn numbers(&self, file: &mut (impl Read + Seek), tag: u16) -> Vec<u32> {
        self.field(tag).and_then(|field| self.values(file, field)).unwrap_or_default()
    }

    /// The first whole number of a field.
    pub fn number(&self, file: &mut (impl Read + Seek), tag: u16) -> Option<u32> {
        self.numbers(file, tag).first().copied()
    }

    fn values(&self, file: &mut (impl Read + Seek), field: Field) -> Option<Vec<u32>> {
        let each = field.each_bytes()?;
        if field.count > MOST_VALUES {
            return None;
        }
        let size_bytes = (each * field.count) as usize;
        let mut bytes = field.value.to_vec();
        if size_bytes > 4 {
            bytes.clear();
            file.seek(SeekFrom::Start(self.order.u32(field.value).into())).ok()?;
            file.take(size_bytes as u64).read_to_end(&mut bytes).ok()?;
        }
        let bytes = bytes.get(..size_bytes)?;
        let value = |bytes: &[u8]| match *bytes {
            [byte] => u32::from(byte),
            [first, second] => u32::from(self.order.u16([first, second])),
            [a, b, c, d] => self.order.u32([a, b, c, d]),
            _ => 0,
        };
        Some(bytes.chunks_exact(each as usize).map(value).collect())
    }

    /// What to replace so that a field has this one value.
    pub fn with_value(&self, tag: u16, value: u32) -> Option<(u64, Vec<u8>)> {
        let field = self.field(tag)?;
        let mut bytes = self.order.bytes_of_u32(1).to_vec();
        bytes.extend(self.order.bytes_of(field.kind, value));
        Some((field.at + 4, bytes))
    }

    /// What to replace so that a field has only some of its values.
    pub fn with_part(&self, tag: u16, first: u32, count: u32) -> Option<(u64, Vec<u8>)> {
        let field = self.field(tag)?;
        let each = field.each_bytes()?;
        let mut bytes = self.order.bytes_of_u32(count).to_vec();
        let skipped = each.checked_mul(first)?;
        if each.checked_mul(field.count)? <= 4 {
            let mut value = [0; 4];
            let kept = field.value.get(skipped as usize..)?;
            value[..kept.len()].copy_from_slice(kept);
            bytes.extend(value);
        } else if each * count > 4 {
            let at = self.order.u32(field.value).checked_add(skipped)?;
            bytes.extend(self.order.bytes_of_u32(at));
        } else {
            // What was elsewhere now fits into the field.
            return None;
        }
        Some((field.at + 4, bytes))
    }
}

/// The directory of the photo, and the first of the file, which may say more about it.
pub struct Found {
    pub first: Directory,
    pub photo: Directory,
}

/// Looks for the directory that holds the photo: the first that is not a smaller copy or a mask.
/// Where all are, the first is taken.
pub fn find(file: &mut (impl Read + Seek)) -> io::Result<Found> {
    file.rewind()?;
    let mut header = [0; 8];
    file.read_exact(&mut header)?;
    let order = Order { is_big: header.starts_with(b"MM") };
    let first_at = order.u32([header[4], header[5], header[6], header[7]]);
    let first = Directory::read(file, order, first_at)?;
    let mut seen = vec![first_at];
    let mut waiting = vec![first.clone()];
    let mut photo = None;
    while let Some(directory) = waiting.pop() {
        if !is_copy_or_mask(file, &directory) {
            photo = Some(directory);
            break;
        }
        // Its own directories come before the next one.
        let below = directory.numbers(file, tag::SUB_DIRECTORIES);
        for at in below.into_iter().chain([directory.next]).rev() {
            if at != 0 && !seen.contains(&at) && seen.len() < MOST_DIRECTORIES {
                seen.push(at);
                waiting.extend(Directory::read(file, order, at).ok());
            }
        }
    }
    let photo = photo.unwrap_or_else(|| first.clone());
    Ok(Found { first, photo })
}

fn is_copy_or_mask(file: &mut (impl Read + Seek), directory: &Directory) -> bool {
    let bits = directory.number(file, tag::NEW_SUBFILE_TYPE).unwrap_or(0);
    bits & 0b101 != 0 || directory.number(file, tag::SUBFILE_TYPE) == Some(2)
}

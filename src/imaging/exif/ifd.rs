//! The structure of EXIF: directories of fields, read where they stand.
//!
//! Layout: EXIF 2.32 (CIPA DC-008), which is TIFF 6.0 without pixels.

use std::ops::Range;

/// Bytes of a field in its directory.
pub const ENTRY_BYTES: usize = 12;
/// A directory begins with the number of its fields.
pub const COUNT_BYTES: usize = 2;
/// What stands before the first directory: byte order, a number, and where that directory is.
pub const HEADER_BYTES: usize = 8;

/// The byte order of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl Order {
    /// That of the machine.
    pub const NATIVE: Self = if cfg!(target_endian = "little") { Self::Little } else { Self::Big };

    /// As the first four bytes tell.
    pub fn of(exif: &[u8]) -> Option<Self> {
        [Self::Little, Self::Big].into_iter().find(|order| exif.starts_with(&order.mark()))
    }

    /// What a structure begins with.
    pub fn mark(self) -> [u8; 4] {
        match self {
            Self::Little => *b"II*\0",
            Self::Big => *b"MM\0*",
        }
    }

    pub fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let value = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(value),
            Self::Big => u16::from_be_bytes(value),
        })
    }

    pub fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let value = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(value),
            Self::Big => u32::from_be_bytes(value),
        })
    }

    pub fn bytes_of_u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    pub fn bytes_of_u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

/// What a field's value is made of, as numbers in the file.
pub mod kind {
    pub const BYTE: u16 = 1;
    pub const ASCII: u16 = 2;
    pub const SHORT: u16 = 3;
    pub const LONG: u16 = 4;
    pub const RATIONAL: u16 = 5;
    pub const UNDEFINED: u16 = 7;
    pub const SRATIONAL: u16 = 10;
    pub const IFD: u16 = 13;

    /// Bytes of one value.
    pub fn bytes(kind: u16) -> usize {
        match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        }
    }
}

/// A field of a directory.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub tag: u16,
    pub kind: u16,
    /// Where its value stands: in the field itself if it is short, otherwise elsewhere.
    value_at: usize,
    value_bytes: usize,
}

impl Entry {
    fn read(exif: &[u8], order: Order, at: usize) -> Option<Self> {
        exif.get(at..at.checked_add(ENTRY_BYTES)?)?;
        let (tag, kind) = (order.u16(exif, at)?, order.u16(exif, at + 2)?);
        let count = order.u32(exif, at + 4)? as usize;
        let value_bytes = count.saturating_mul(kind::bytes(kind));
        let value_at = if value_bytes <= 4 { at + 8 } else { order.u32(exif, at + 8)? as usize };
        Some(Self { tag, kind, value_at, value_bytes })
    }

    /// The bytes of its value; `None` where they lie outside.
    pub fn range(&self, exif: &[u8]) -> Option<Range<usize>> {
        let end = self.value_at.checked_add(self.value_bytes)?;
        (end <= exif.len()).then_some(self.value_at..end)
    }

    /// Whether its value stands elsewhere than in the directory.
    pub fn is_elsewhere(&self) -> bool {
        self.value_bytes > 4
    }

    /// Its value where it is one whole number.
    pub fn number(&self, exif: &[u8], order: Order) -> Option<u32> {
        match (self.kind, self.value_bytes) {
            (kind::BYTE, 1) => exif.get(self.value_at).copied().map(u32::from),
            (kind::SHORT, 2) => order.u16(exif, self.value_at).map(u32::from),
            (kind::LONG | kind::IFD, 4) => order.u32(exif, self.value_at),
            _ => None,
        }
    }
}

/// A directory of fields.
#[derive(Debug)]
pub struct Directory {
    at: usize,
    pub entries: Vec<Entry>,
}

impl Directory {
    /// The first directory, and the byte order of all.
    pub fn first(exif: &[u8]) -> Option<(Order, Self)> {
        let order = Order::of(exif)?;
        let at = order.u32(exif, 4)? as usize;
        if at < HEADER_BYTES {
            return None;
        }
        Some((order, Self::read(exif, order, at)?))
    }

    /// The directory that stands there, if all of it does.
    pub fn read(exif: &[u8], order: Order, at: usize) -> Option<Self> {
        let count = usize::from(order.u16(exif, at)?);
        let first = at + COUNT_BYTES;
        let entry = |index| Entry::read(exif, order, first + ENTRY_BYTES * index);
        Some(Self { at, entries: (0..count).map(entry).collect::<Option<_>>()? })
    }

    pub fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The directory that a field points to.
    pub fn below(&self, exif: &[u8], order: Order, tag: u16) -> Option<Self> {
        Self::read(exif, order, self.entry(tag)?.number(exif, order)? as usize)
    }

    /// Where the directory that follows is named; 0 stands there after the last.
    pub fn link_at(&self) -> usize {
        self.at + COUNT_BYTES + ENTRY_BYTES * self.entries.len()
    }

    /// Its own bytes, without values that stand elsewhere.
    pub fn range(&self) -> Range<usize> {
        self.at..self.link_at()
    }
}

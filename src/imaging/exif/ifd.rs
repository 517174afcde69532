//! The structure of EXIF: directories of fields, read and changed where they stand.
//!
//! Layout: EXIF 2.32 (CIPA DC-008), which is TIFF 6.0 without pixels.

use std::ops::Range;

/// Bytes of a field in its directory.
const ENTRY_BYTES: usize = 12;
/// A directory begins with the number of its fields.
const COUNT_BYTES: usize = 2;

/// The byte order of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl Order {
    /// As the first four bytes tell.
    pub fn of(exif: &[u8]) -> Option<Self> {
        match exif.first_chunk()? {
            b"II*\0" => Some(Self::Little),
            b"MM\0*" => Some(Self::Big),
            _ => None,
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
    pub const SHORT: u16 = 3;
    pub const LONG: u16 = 4;
    pub const RATIONAL: u16 = 5;
}

/// A field of a directory.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Where it stands.
    pub at: usize,
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
        let each = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let value_bytes = (order.u32(exif, at + 4)? as usize).saturating_mul(each);
        let value_at = if value_bytes <= 4 { at + 8 } else { order.u32(exif, at + 8)? as usize };
        Some(Self { at, tag, kind, value_at, value_bytes })
    }

    /// The bytes of its value; `None` where they lie outside.
    pub fn range(&self, exif: &[u8]) -> Option<Range<usize>> {
        let end = self.value_at.checked_add(self.value_bytes)?;
        (end <= exif.len()).then_some(self.value_at..end)
    }

    /// Its value where it is one whole number.
    pub fn number(&self, exif: &[u8], order: Order) -> Option<u32> {
        match (self.kind, self.value_bytes) {
            (kind::SHORT, 2) => order.u16(exif, self.value_at).map(u32::from),
            (kind::LONG | 13, 4) => order.u32(exif, self.value_at),
            _ => None,
        }
    }

    /// Its value where it is one fraction.
    pub fn fraction(&self, exif: &[u8], order: Order) -> Option<f64> {
        if (self.kind, self.value_bytes) != (kind::RATIONAL, 8) {
            return None;
        }
        let above = order.u32(exif, self.value_at)?;
        let below = order.u32(exif, self.value_at.checked_add(4)?)?;
        (below != 0).then(|| f64::from(above) / f64::from(below))
    }

    /// Makes its value this one whole number.
    pub fn set_number(&self, exif: &mut [u8], order: Order, value: u32) -> Option<()> {
        let field = exif.get_mut(self.at + 2..self.at + ENTRY_BYTES)?;
        field[..2].copy_from_slice(&order.bytes_of_u16(kind::LONG));
        field[2..6].copy_from_slice(&order.bytes_of_u32(1));
        field[6..].copy_from_slice(&order.bytes_of_u32(value));
        Some(())
    }
}

/// A directory of fields.
#[derive(Debug)]
pub struct Directory {
    pub at: usize,
    pub entries: Vec<Entry>,
}

impl Directory {
    /// The first directory, and the byte order of all.
    pub fn first(exif: &[u8]) -> Option<(Order, Self)> {
        let order = Order::of(exif)?;
        Some((order, Self::read(exif, order, order.u32(exif, 4)? as usize)?))
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

    /// Takes fields out, with their values. The directory has to be read again afterwards.
    pub fn remove(&self, exif: &mut [u8], order: Order, tags: &[u16]) -> Option<()> {
        let link = *exif.get(self.link_at()..)?.first_chunk::<4>()?;
        let mut kept = Vec::with_capacity(ENTRY_BYTES * self.entries.len() + link.len());
        for entry in &self.entries {
            if !tags.contains(&entry.tag) {
                kept.extend_from_slice(&exif[entry.at..entry.at + ENTRY_BYTES]);
            } else if let Some(value) = entry.range(exif) {
                exif[value].fill(0);
            }
        }
        let count = kept.len() / ENTRY_BYTES;
        kept.extend_from_slice(&link);
        exif[self.at..self.at + COUNT_BYTES]
            .copy_from_slice(&order.bytes_of_u16(u16::try_from(count).ok()?));
        let body = &mut exif[self.at + COUNT_BYTES
            ..self.at + COUNT_BYTES + ENTRY_BYTES * self.entries.len() + link.len()];
        body.fill(0);
        body[..kept.len()].copy_from_slice(&kept);
        Some(())
    }

    /// Overwrites it and all its values with zeros.
    pub fn blank(&self, exif: &mut [u8]) {
        for entry in &self.entries {
            if let Some(value) = entry.range(exif) {
                exif[value].fill(0);
            }
        }
        exif[self.at..self.link_at()].fill(0);
    }
}

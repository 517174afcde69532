//! What is kept of EXIF: fields that are known to be harmless, taken out of a block and written into
//! one of their own. No byte of a block gets into the next that is not part of such a value.

use super::{
    allowed::{self, Place},
    ifd::{COUNT_BYTES, Directory, ENTRY_BYTES, HEADER_BYTES, Order, kind},
    tag,
    value::Value,
};

/// The directories, in the order in which they are written, each with the field that points to it.
const PLACES: [(Place, Option<u16>); 3] =
    [(Place::Main, None), (Place::Taken, Some(tag::EXIF)), (Place::Location, Some(tag::GPS))];

/// Fields by directory and tag, each checked against the list of what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields {
    /// The byte order of their values.
    pub order: Order,
    /// By directory and tag, each once.
    all: Vec<(Place, u16, Value)>,
}

impl Fields {
    /// None yet.
    pub fn new(order: Order) -> Self {
        Self { order, all: Vec::new() }
    }

    /// Those of a block. A directory that does not lie within it, or lies within another, is left
    /// out, and so is a value that does.
    pub fn read(block: &[u8]) -> Option<Self> {
        let (order, main) = Directory::first(block)?;
        let mut directories = vec![(Place::Main, main)];
        for (place, pointer) in PLACES {
            let below = pointer.and_then(|tag| directories[0].1.below(block, order, tag));
            let overlaps = |below: &Directory| {
                let (ours, mut others) = (below.range(), directories.iter());
                ours.start < HEADER_BYTES || others.any(|(_, other)| overlap(&ours, &other.range()))
            };
            if let Some(below) = below.filter(|below| !overlaps(below)) {
                directories.push((place, below));
            }
        }
        let mut fields = Self::new(order);
        for (place, directory) in &directories {
            for entry in &directory.entries {
                let Some(range) = entry.range(block) else { continue };
                let mut others = directories.iter().map(|(_, directory)| directory.range());
                if entry.is_elsewhere()
                    && (range.start < HEADER_BYTES || others.any(|other| overlap(&range, &other)))
                {
                    continue;
                }
                fields.take(*place, entry.tag, entry.kind, &block[range]);
            }
        }
        Some(fields)
    }

    /// Keeps a field, if it is known to be harmless and not there yet. Whether it is kept.
    pub fn take(&mut self, place: Place, tag: u16, kind: u16, bytes: &[u8]) -> bool {
        if self.get(place, tag).is_some() || is_pointer(tag) {
            return false;
        }
        let rule = allowed::rule(place, tag);
        let value = rule.and_then(|rule| Value::checked(rule.form, kind, bytes));
        value.map(|value| self.put(place, tag, value)).is_some()
    }

    fn put(&mut self, place: Place, tag: u16, value: Value) {
        self.remove(place, tag);
        let at = self.all.partition_point(|(p, t, _)| (*p, *t) < (place, tag));
        self.all.insert(at, (place, tag, value));
    }

    /// Takes a field out.
    pub fn remove(&mut self, place: Place, tag: u16) {
        self.all.retain(|(p, t, _)| (*p, *t) != (place, tag));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The value of a field.
    pub fn get(&self, place: Place, tag: u16) -> Option<&Value> {
        self.all.iter().find(|(p, t, _)| (*p, *t) == (place, tag)).map(|(.., value)| value)
    }

    /// Those of a directory, by tag.
    pub fn of(&self, place: Place) -> impl Iterator<Item = (u16, &Value)> {
        self.all.iter().filter(move |(p, ..)| *p == place).map(|(_, tag, value)| (*tag, value))
    }

    /// The value of a field that is one whole number.
    pub fn number(&self, place: Place, tag: u16) -> Option<u32> {
        let Value { kind, bytes } = self.get(place, tag)?;
        match (*kind, bytes.len()) {
            (kind::SHORT, 2) => self.order.u16(bytes, 0).map(u32::from),
            (kind::LONG, 4) => self.order.u32(bytes, 0),
            _ => None,
        }
    }

    /// The value of a field that is one fraction.
    pub fn fraction(&self, place: Place, tag: u16) -> Option<f64> {
        let bytes = &self.get(place, tag)?.bytes;
        let (above, below) = (self.order.u32(bytes, 0)?, self.order.u32(bytes, 4)?);
        (below != 0).then(|| f64::from(above) / f64::from(below))
    }

    /// Makes a field one whole number of 16 bits.
    pub fn set_short(&mut self, place: Place, tag: u16, number: u16) {
        let bytes = self.order.bytes_of_u16(number).to_vec();
        self.put(place, tag, Value { kind: kind::SHORT, bytes });
    }

    /// Makes a field one whole number.
    pub fn set_long(&mut self, place: Place, tag: u16, number: u32) {
        let bytes = self.order.bytes_of_u32(number).to_vec();
        self.put(place, tag, Value { kind: kind::LONG, bytes });
    }

    /// Makes a field one fraction.
    pub fn set_fraction(&mut self, place: Place, tag: u16, (above, below): (u32, u32)) {
        let bytes = [above, below].map(|part| self.order.bytes_of_u32(part)).concat();
        self.put(place, tag, Value { kind: kind::RATIONAL, bytes });
    }

    /// Leaves out what names a place, or may: GPS and free text.
    pub fn forget_location(&mut self) {
        self.all.retain(|(place, tag, _)| !allowed::may_name_a_place(*place, *tag));
    }

    /// A block of their own: the directories one after the other, each with its values behind it.
    pub fn block(&self) -> Vec<u8> {
        let mut starts = Vec::new();
        let mut end = HEADER_BYTES;
        for (place, pointer) in PLACES {
            let is_there = pointer.is_none() || self.of(place).next().is_some();
            starts.push((place, pointer, end, is_there));
            if is_there {
                end += self.directory_bytes(place);
            }
        }
        let mut block = self.order.mark().to_vec();
        block.extend(self.order.bytes_of_u32(HEADER_BYTES as u32));
        for &(place, _, start, _) in starts.iter().filter(|(.., is_there)| *is_there) {
            let mut fields: Vec<(u16, Value)> =
                self.of(place).map(|(tag, value)| (tag, value.clone())).collect();
            if place == Place::Main {
                let below = starts.iter().filter(|(.., is_there)| *is_there);
                fields.extend(below.filter_map(|&(_, pointer, at, _)| {
                    let bytes = self.order.bytes_of_u32(at as u32).to_vec();
                    Some((pointer?, Value { kind: kind::LONG, bytes }))
                }));
                fields.sort_by_key(|(tag, _)| *tag);
            }
            self.write_directory(&mut block, start, &fields);
        }
        block
    }

    /// How many fields a directory is written with.
    fn count(&self, place: Place) -> usize {
        let pointers = PLACES.iter().filter(|&&(below, pointer)| {
            place == Place::Main && pointer.is_some() && self.of(below).next().is_some()
        });
        self.of(place).count() + pointers.count()
    }

    fn directory_bytes(&self, place: Place) -> usize {
        let values = self.of(place).map(|(_, value)| elsewhere_bytes(value)).sum::<usize>();
        COUNT_BYTES + ENTRY_BYTES * self.count(place) + LINK_BYTES + values
    }

    fn write_directory(&self, block: &mut Vec<u8>, start: usize, fields: &[(u16, Value)]) {
        debug_assert_eq!(block.len(), start);
        let order = self.order;
        block.extend(order.bytes_of_u16(fields.len() as u16));
        let mut value_at = start + COUNT_BYTES + ENTRY_BYTES * fields.len() + LINK_BYTES;
        for (tag, value) in fields {
            let count = value.bytes.len() / kind::bytes(value.kind);
            block.extend(order.bytes_of_u16(*tag));
            block.extend(order.bytes_of_u16(value.kind));
            block.extend(order.bytes_of_u32(count as u32));
            if elsewhere_bytes(value) > 0 {
                block.extend(order.bytes_of_u32(value_at as u32));
                value_at += elsewhere_bytes(value);
            } else {
                let mut short = [0; 4];
                short[..value.bytes.len()].copy_from_slice(&value.bytes);
                block.extend(short);
            }
        }
        block.extend([0; LINK_BYTES]);
        for (_, value) in fields.iter().filter(|(_, value)| elsewhere_bytes(value) > 0) {
            block.extend(&value.bytes);
            block.resize(block.len().next_multiple_of(2), 0);
        }
    }
}

/// Behind a directory's fields it is said where the next one is; there is none.
const LINK_BYTES: usize = 4;

/// The bytes of a value that does not stand in the directory itself, to an even number.
fn elsewhere_bytes(value: &Value) -> usize {
    if value.bytes.len() <= 4 { 0 } else { value.bytes.len().next_multiple_of(2) }
}

fn is_pointer(tag: u16) -> bool {
    PLACES.iter().any(|(_, pointer)| *pointer == Some(tag))
}

fn overlap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

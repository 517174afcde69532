//! EXIF in TIFF files, where its fields stand among those of the picture.

use std::io::{BufRead, Seek, Write};

use tiff::{
    TiffResult,
    decoder::{Decoder, IfdDecoder, Limits},
    encoder::{DirectoryEncoder, TiffEncoder, TiffKindStandard},
    tags::{ByteOrder, IfdPointer, Tag, Type, ValueBuffer},
};

use super::{Fields, Order, Place, tag};
use crate::imaging::{Dpi, icc};

/// Fields of the first directory that the picture's own directory has too, in another meaning: its
/// pixels are upright, and its resolution is written with them.
const NOT_WRITTEN: &[u16] =
    &[tag::ORIENTATION, tag::X_RESOLUTION, tag::Y_RESOLUTION, tag::RESOLUTION_UNIT];

/// What a TIFF file says beside its pixels.
#[derive(Default)]
pub struct FileFields {
    /// EXIF in a block of its own, if there is any.
    pub exif: Option<Vec<u8>>,
    /// The resolution.
    pub dpi: Option<Dpi>,
    /// The ICC profile, unchecked.
    pub icc_profile: Option<Vec<u8>>,
}

/// Reads what stands among the fields of the picture; what cannot be read is not there.
pub fn read(file: impl BufRead + Seek) -> FileFields {
    let Ok(decoder) = Decoder::new(file) else { return FileFields::default() };
    let mut limits = Limits::default();
    limits.ifd_value_size = icc::MOST_BYTES;
    let mut decoder = decoder.with_limits(limits);
    let icc_profile = value(&mut decoder.image_ifd(), Tag::IccProfile).map(|(_, bytes)| bytes);
    let mut fields = Fields::new(Order::NATIVE);
    take_all(&mut decoder.image_ifd(), Place::Main, &mut fields);
    for (place, pointer) in [(Place::Taken, tag::EXIF), (Place::Location, tag::GPS)] {
        let below = |decoder: &mut Decoder<_>| {
            let value = decoder.find_tag(Tag::from_u16_exhaustive(pointer)).ok()??;
            let at: IfdPointer = value.into_ifd_pointer().ok()?;
            decoder.read_directory(at).ok()
        };
        if let Some(below) = below(&mut decoder) {
            take_all(&mut decoder.read_directory_tags(&below), place, &mut fields);
        }
    }
    let dpi = fields.dpi();
    fields.remove(Place::Main, tag::ORIENTATION);
    let mut others = fields.clone();
    others.set_dpi(None);
    FileFields { exif: (!others.is_empty()).then(|| fields.block()), dpi, icc_profile }
}

/// Keeps the fields of a directory that are known to be harmless.
fn take_all(from: &mut IfdDecoder<'_>, place: Place, fields: &mut Fields) {
    for tag in super::allowed::tags(place) {
        if let Some((kind, bytes)) = value(from, Tag::from_u16_exhaustive(tag)) {
            fields.take(place, tag, kind.to_u16(), &bytes);
        }
    }
}

/// The value of a field, in the machine's byte order.
fn value(from: &mut IfdDecoder<'_>, tag: Tag) -> Option<(Type, Vec<u8>)> {
    let mut value = ValueBuffer::empty(Type::BYTE);
    from.find_tag_buf(tag, &mut value).ok()??;
    value.set_byte_order(ByteOrder::native());
    Some((value.data_type(), value.as_bytes().to_vec()))
}

/// EXIF on its way into a TIFF file: the directories below its first are there already.
pub struct Written {
    fields: Fields,
    below: Vec<(Tag, u32)>,
}

/// Writes the directories that EXIF's first points to into a TIFF file.
pub fn write_below<W: Write + Seek>(
    exif: &[u8],
    encoder: &mut TiffEncoder<W, TiffKindStandard>,
) -> TiffResult<Written> {
    let fields = Fields::read(exif).unwrap_or(Fields::new(Order::NATIVE));
    let mut below = Vec::new();
    for (place, pointer) in
        [(Place::Taken, Tag::ExifDirectory), (Place::Location, Tag::GpsDirectory)]
    {
        if fields.of(place).next().is_some() {
            let mut directory = encoder.extra_directory()?;
            write_fields(&fields, place, &[], &mut directory)?;
            below.push((pointer, directory.finish_with_offsets()?.offset));
        }
    }
    Ok(Written { fields, below })
}

/// Writes EXIF's first directory among the fields of the picture.
pub fn write_main<W: Write + Seek>(
    written: Written,
    picture: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
) -> TiffResult<()> {
    write_fields(&written.fields, Place::Main, NOT_WRITTEN, picture)?;
    for (pointer, offset) in written.below {
        picture.write_tag(pointer, offset)?;
    }
    Ok(())
}

fn write_fields<W: Write + Seek>(
    fields: &Fields,
    place: Place,
    without: &[u16],
    to: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
) -> TiffResult<()> {
    let order = match fields.order {
        Order::Little => ByteOrder::LittleEndian,
        Order::Big => ByteOrder::BigEndian,
    };
    let mut entries = Vec::new();
    for (tag, value) in fields.of(place).filter(|(tag, _)| !without.contains(tag)) {
        let Some(kind) = Type::from_u16(value.kind) else { continue };
        let mut bytes = value.bytes.clone();
        order.convert(kind, &mut bytes, ByteOrder::native());
        entries.push((Tag::from_u16_exhaustive(tag), to.write_entry_bytes(kind, &bytes)?));
    }
    to.extend_from(&tiff::Directory::from_iter(entries));
    Ok(())
}

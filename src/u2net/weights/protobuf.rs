//! The wire format of protocol buffers, field by field, without copying or recursion.

/// The first byte of a message that begins with field 1 as an integer, as ONNX files do.
pub(super) const FIRST_FIELD_VARINT: u8 = 0x08;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Integer(u64),
    /// Text, bytes, a message, packed numbers, or one number of fixed width.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The bytes; none where the file has an integer.
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Integer(_) => &[],
        }
    }

    /// The integers of a repeated field, packed or not.
    pub(super) fn integers(self) -> impl Iterator<Item = Option<i64>> {
        let (single, mut packed) = match self {
            Self::Integer(value) => (Some(Some(value as i64)), [].as_slice()),
            Self::Bytes(bytes) => (None, bytes),
        };
        let packed = std::iter::from_fn(move || {
            if packed.is_empty() {
                return None;
            }
            let value = varint(&mut packed);
            if value.is_none() {
                packed = &[];
            }
            Some(value.map(|value| value as i64))
        });
        single.into_iter().chain(packed)
    }
}

/// The fields of a message in file order: number and value, or one `None` where the bytes end
/// early, make no sense, or hold more fields than they may.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Fields<'a> {
    /// The fields of a message that may have so many.
    pub(super) fn of(message: &'a [u8], max_fields: usize) -> Self {
        Self { rest: message, left: max_fields }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = if self.left > 0 { field(&mut self.rest) } else { None };
        self.left = self.left.saturating_sub(1);
        if field.is_none() {
            self.rest = &[];
        }
        Some(field)
    }
}

fn field<'a>(input: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let key = varint(input)?;
    let value = match key & 7 {
        0 => Value::Integer(varint(input)?),
        1 => Value::Bytes(input.split_off(..8)?),
        2 => {
            let length = usize::try_from(varint(input)?).ok()?;
            Value::Bytes(input.split_off(..length)?)
        }
        5 => Value::Bytes(input.split_off(..4)?),
        _ => return None,
    };
    Some((key >> 3, value))
}

fn varint(input: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *input.split_off_first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_each_wire_type() {
        let message = [
            0x08, 0x96, 0x01, // 1: 150
            0x11, 1, 2, 3, 4, 5, 6, 7, 8, // 2: fixed 64
            0x1a, 2, b'h', b'i', // 3: "hi"
            0x25, 1, 2, 3, 4, // 4: fixed 32
        ];
        let fields: Option<Vec<_>> = Fields::of(&message, 4).collect();
        let expected = [
            (1, Value::Integer(150)),
            (2, Value::Bytes(&[1, 2, 3, 4, 5, 6, 7, 8])),
            (3, Value::Bytes(b"hi")),
            (4, Value::Bytes(&[1, 2, 3, 4])),
        ];
        assert_eq!(fields.as_deref(), Some(expected.as_slice()));
    }

    #[test]
    fn damage_ends_the_message() {
        let cases: [&[u8]; 5] = [
            &[0x08],                                                                // no value
            &[0x0a, 5, b'h'], // text cut short
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], // absurd length
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], // endless
            &[0x0b],          // a group
        ];
        for message in cases {
            let fields: Vec<_> = Fields::of(message, 4).collect();
            assert_eq!(fields, [None], "{message:?}");
        }
        let fields: Vec<_> = Fields::of(&[0x08, 1, 0x08, 2, 0x08, 3], 2).collect();
        assert_eq!(fields.len(), 3);
        assert_eq!(fields.last(), Some(&None), "more fields than it may have");
    }

    #[test]
    fn repeated_integers_packed_or_single() {
        let packed = Value::Bytes(&[3, 0x96, 0x01]);
        assert_eq!(packed.integers().collect::<Vec<_>>(), [Some(3), Some(150)]);
        assert_eq!(Value::Integer(7).integers().collect::<Vec<_>>(), [Some(7)]);
        assert_eq!(Value::Bytes(&[3, 0x96]).integers().collect::<Vec<_>>(), [Some(3), None]);
    }
}

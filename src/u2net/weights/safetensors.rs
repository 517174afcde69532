//! safetensors: a JSON header and plain numbers, under the authors' names.

use std::borrow::Cow;

use safetensors::{Dtype, SafeTensors};

use super::{
    Proceed, StateDict, WeightsError,
    bounds::{check_count, check_dimensions, check_name, quoted, quoted_words},
    view::{ElementType, TensorView},
};

/// How long the JSON may be; that of the published files takes 100 kB.
const MAX_HEADER_BYTES: u64 = 2 << 20;

pub(super) fn read<'a>(bytes: &'a [u8], proceed: Proceed) -> Result<StateDict<'a>, WeightsError> {
    let header_bytes = bytes.first_chunk().map(|length| u64::from_le_bytes(*length));
    if header_bytes.is_none_or(|length| length > MAX_HEADER_BYTES) {
        return Err(malformed(format!("its header is longer than {MAX_HEADER_BYTES} bytes")));
    }
    proceed()?;
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| malformed(quoted_words(&error.to_string())))?;
    check_count(file.len()).map_err(malformed)?;
    let mut tensors = StateDict::new();
    for (name, view) in file.iter() {
        check_name(name).and_then(|()| check_dimensions(view.shape().len())).map_err(malformed)?;
        let of_it = |what: &str| malformed(format!("`{}`{what}", quoted(name)));
        let element_type = match view.dtype() {
            Dtype::F32 => ElementType::F32,
            Dtype::F16 => ElementType::F16,
            Dtype::BF16 => ElementType::Bf16,
            Dtype::I64 => ElementType::I64,
            other => return Err(of_it(&format!(" is of type {other:?}"))),
        };
        let shape = view.shape().iter().map(|&side| i64::try_from(side).unwrap_or(-1)).collect();
        let tensor = TensorView::new(element_type, shape, Cow::Borrowed(view.data()))
            .map_err(|what| of_it(&format!(": {what}")))?;
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

fn malformed(what: String) -> WeightsError {
    WeightsError::Malformed { format: "safetensors", what }
}

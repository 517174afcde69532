//! safetensors: a JSON header and plain numbers, under the authors' names.

use std::borrow::Cow;

use safetensors::{Dtype, SafeTensors};

use super::{
    StateDict, WeightsError,
    view::{ElementType, TensorView},
};

pub(super) fn read(bytes: &[u8]) -> Result<StateDict<'_>, WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| malformed(error.to_string()))?;
    let mut tensors = StateDict::new();
    for (name, view) in file.iter() {
        let element_type = match view.dtype() {
            Dtype::F32 => ElementType::F32,
            Dtype::F16 => ElementType::F16,
            Dtype::BF16 => ElementType::Bf16,
            Dtype::I64 => ElementType::I64,
            other => return Err(malformed(format!("`{name}` is of type {other:?}"))),
        };
        let shape = view.shape().iter().map(|&side| i64::try_from(side).unwrap_or(-1)).collect();
        let tensor = TensorView::new(element_type, shape, Cow::Borrowed(view.data()))
            .map_err(|what| malformed(format!("`{name}`: {what}")))?;
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

fn malformed(what: String) -> WeightsError {
    WeightsError::Malformed { format: "safetensors", what }
}

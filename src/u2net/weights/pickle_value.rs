//! What a pickle of a state dict can hold, as plain data.

use super::{WeightsError, bounds::quoted, view::ElementType};

/// An index into the list of a pickle's values.
pub(super) type Id = u32;

/// What a pickle can hold.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    None,
    Bool(bool),
    /// Protocol 2 writes integers of any size; PyTorch's magic number takes ten bytes.
    Integer(i128),
    Text(&'a str),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    /// A dict or an OrderedDict.
    Dict(Vec<(Id, Id)>),
    Global(Global),
    Storage(Storage<'a>),
    Tensor(StoredTensor<'a>),
}

/// The names that a state dict needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    StorageType(ElementType),
}

impl Global {
    pub(super) fn named(module: &str, name: &str) -> Result<Self, WeightsError> {
        Ok(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Self::RebuildTensor,
            ("torch", "FloatStorage") => Self::StorageType(ElementType::F32),
            ("torch", "HalfStorage") => Self::StorageType(ElementType::F16),
            ("torch", "BFloat16Storage") => Self::StorageType(ElementType::Bf16),
            ("torch", "LongStorage") => Self::StorageType(ElementType::I64),
            _ => {
                let global = format!("{}.{}", quoted(module), quoted(name));
                return Err(WeightsError::ForbiddenGlobal { global });
            }
        })
    }
}

/// Numbers that lie outside the pickle, under a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storage<'a> {
    pub element_type: ElementType,
    pub key: &'a str,
}

/// A tensor whose elements lie one after another in a storage.
#[derive(Clone, Debug)]
pub(super) struct StoredTensor<'a> {
    pub storage: Storage<'a>,
    pub offset_elements: usize,
    pub shape: Vec<i64>,
}

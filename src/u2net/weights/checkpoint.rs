//! The two containers of `torch.save`: a zip archive (since PyTorch 1.6), and before that four
//! pickles followed by the storages.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{self, Cursor},
};

use zip::{CompressionMethod, ZipArchive};

use super::{
    StateDict, WeightsError,
    pickle::Pickle,
    pickle_value::{Storage, StoredTensor, Value},
    view::{ElementType, TensorView, size_bytes},
};

/// What the first two pickles of an old file hold.
const LEGACY_MAGIC: i128 = 0x1950_a86a_20f9_469c_fc6c;
const LEGACY_PROTOCOL: i128 = 1001;

/// The bytes of each storage by its key.
type Storages<'a> = HashMap<&'a str, &'a [u8]>;

/// `NAME/data.pkl` holds the state dict, `NAME/data/KEY` its storages.
pub(super) fn read_zip(bytes: &[u8]) -> Result<StateDict<'_>, WeightsError> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| malformed(error.to_string()))?;
    let prefix = archive
        .file_names()
        .find_map(|name| Some(name.ok()?.strip_suffix("data.pkl")?.to_owned()))
        .ok_or_else(|| malformed("a zip archive without data.pkl".to_owned()))?;
    let pickle = Pickle::read(&mut entry(&mut archive, bytes, &format!("{prefix}data.pkl"))?)?;

    let mut storages = Storages::new();
    // Entries of a hostile archive can overlap, and reading each would then take for ever.
    let mut unread_bytes = bytes.len();
    for Storage { key, .. } in pickle.storages() {
        if !storages.contains_key(key) {
            let storage = entry(&mut archive, bytes, &format!("{prefix}data/{key}"))?;
            unread_bytes = unread_bytes
                .checked_sub(storage.len())
                .ok_or_else(|| malformed("its entries overlap".to_owned()))?;
            storages.insert(key, storage);
        }
    }
    state_dict(&pickle, &storages)
}

/// The bytes of an entry, which `torch.save` never compresses, with their checksum verified.
fn entry<'a>(
    archive: &mut ZipArchive<Cursor<&'a [u8]>>,
    bytes: &'a [u8],
    name: &str,
) -> Result<&'a [u8], WeightsError> {
    let unreadable = |what: &dyn std::fmt::Display| malformed(format!("entry `{name}`: {what}"));
    let mut entry = archive.by_name(name).map_err(|error| unreadable(&error))?;
    if entry.compression() != CompressionMethod::Stored || entry.encrypted() {
        return Err(unreadable(&"it is compressed or encrypted"));
    }
    let range = entry.data_start().and_then(|start| {
        let start = usize::try_from(start).ok()?;
        Some(start..start.checked_add(usize::try_from(entry.size()).ok()?)?)
    });
    let content = range.and_then(|range| bytes.get(range));
    let content = content.ok_or_else(|| unreadable(&"it ends early"))?;
    io::copy(&mut entry, &mut io::sink()).map_err(|error| unreadable(&error))?;
    Ok(content)
}

/// Magic number, protocol, facts of the machine, state dict, keys of the storages; then for each
/// key the number of elements and the elements.
pub(super) fn read_legacy(bytes: &[u8]) -> Result<StateDict<'_>, WeightsError> {
    let input = &mut &*bytes;
    for expected in [LEGACY_MAGIC, LEGACY_PROTOCOL] {
        if !matches!(Pickle::read(input)?.root(), Value::Integer(found) if *found == expected) {
            return Err(malformed("a pickle that torch.save did not write".to_owned()));
        }
    }
    let machine = Pickle::read(input)?;
    if !is_little_endian(&machine) {
        return Err(malformed("it was written by a big-endian machine".to_owned()));
    }
    let pickle = Pickle::read(input)?;
    let types: HashMap<&str, ElementType> =
        pickle.storages().map(|storage| (storage.key, storage.element_type)).collect();

    let keys = Pickle::read(input)?;
    let Value::List(ids) = keys.root() else {
        return Err(malformed("the list of its storages is missing".to_owned()));
    };
    let mut storages = Storages::new();
    for &id in ids {
        let Value::Text(key) = *keys.get(id) else {
            return Err(malformed("a storage without a key".to_owned()));
        };
        let storage = types.get(key).and_then(|&element_type| {
            let (elements, rest) = input.split_first_chunk()?;
            let elements = i64::from_le_bytes(*elements);
            *input = rest;
            input.split_off(..size_bytes(element_type, &[elements])?)
        });
        storages.insert(key, storage.ok_or_else(|| malformed(format!("no storage `{key}`")))?);
    }
    state_dict(&pickle, &storages)
}

fn is_little_endian(machine: &Pickle<'_>) -> bool {
    let Value::Dict(facts) = machine.root() else { return false };
    facts.iter().any(|&(name, value)| {
        matches!(
            (machine.get(name), machine.get(value)),
            (Value::Text("little_endian"), Value::Bool(true))
        )
    })
}

fn state_dict<'a>(
    pickle: &Pickle<'a>,
    storages: &Storages<'a>,
) -> Result<StateDict<'a>, WeightsError> {
    let Value::Dict(items) = pickle.root() else {
        return Err(malformed("it holds something other than a state dict".to_owned()));
    };
    let mut tensors = StateDict::new();
    for &(name, value) in items {
        let Value::Text(name) = *pickle.get(name) else {
            return Err(malformed("a tensor's name is no text".to_owned()));
        };
        let Value::Tensor(tensor) = pickle.get(value) else {
            return Err(malformed(format!("`{name}` is no tensor: it is not a plain state dict")));
        };
        let view = view(tensor, storages).map_err(|what| malformed(format!("`{name}`: {what}")))?;
        if tensors.insert(name.to_owned(), view).is_some() {
            return Err(malformed(format!("`{name}` is there twice")));
        }
    }
    Ok(tensors)
}

fn view<'a>(tensor: &StoredTensor<'a>, storages: &Storages<'a>) -> Result<TensorView<'a>, String> {
    let StoredTensor { storage: Storage { element_type, key }, offset_elements, ref shape } =
        *tensor;
    let storage = storages.get(key).ok_or_else(|| format!("its storage `{key}` is missing"))?;
    let bytes = offset_elements.checked_mul(element_type.size_bytes()).and_then(|start| {
        let end = start.checked_add(size_bytes(element_type, shape)?)?;
        storage.get(start..end)
    });
    let bytes = bytes.ok_or_else(|| {
        format!(
            "shape {shape:?} from element {offset_elements} on does not fit its storage of {} bytes",
            storage.len()
        )
    })?;
    TensorView::new(element_type, shape.clone(), Cow::Borrowed(bytes))
}

fn malformed(what: String) -> WeightsError {
    WeightsError::Malformed { format: "PyTorch checkpoint", what }
}

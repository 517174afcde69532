//! The two containers of `torch.save`: a zip archive (since PyTorch 1.6), and before that four
//! pickles followed by the storages.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Proceed, StateDict, WeightsError,
    archive::Archive,
    bounds::{check_count, check_name, quoted},
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
pub(super) fn read_zip<'a>(
    bytes: &'a [u8],
    proceed: Proceed,
) -> Result<StateDict<'a>, WeightsError> {
    let mut archive = Archive::open(bytes)?;
    let prefix = archive
        .before("data.pkl")
        .ok_or_else(|| malformed("a zip archive without data.pkl".to_owned()))?;
    let pickle = Pickle::read(&mut archive.entry(&format!("{prefix}data.pkl"))?, proceed)?;

    let mut storages = Storages::new();
    for Storage { key, .. } in pickle.storages() {
        if !storages.contains_key(key) {
            proceed()?;
            storages.insert(key, archive.entry(&format!("{prefix}data/{key}"))?);
        }
    }
    state_dict(&pickle, &storages)
}

/// Magic number, protocol, facts of the machine, state dict, keys of the storages; then for each
/// key the number of elements and the elements.
pub(super) fn read_legacy<'a>(
    bytes: &'a [u8],
    proceed: Proceed,
) -> Result<StateDict<'a>, WeightsError> {
    let input = &mut &*bytes;
    for expected in [LEGACY_MAGIC, LEGACY_PROTOCOL] {
        if !matches!(Pickle::read(input, proceed)?.root(), Value::Integer(found) if *found == expected)
        {
            return Err(malformed("a pickle that torch.save did not write".to_owned()));
        }
    }
    let machine = Pickle::read(input, proceed)?;
    if !is_little_endian(&machine) {
        return Err(malformed("it was written by a big-endian machine".to_owned()));
    }
    let pickle = Pickle::read(input, proceed)?;
    let types: HashMap<&str, ElementType> =
        pickle.storages().map(|storage| (storage.key, storage.element_type)).collect();

    let keys = Pickle::read(input, proceed)?;
    let Value::List(ids) = keys.root() else {
        return Err(malformed("the list of its storages is missing".to_owned()));
    };
    check_count(ids.len()).map_err(malformed)?;
    let mut storages = Storages::new();
    for &id in ids {
        let Value::Text(key) = *keys.get(id) else {
            return Err(malformed("a storage without a key".to_owned()));
        };
        check_name(key).map_err(malformed)?;
        let storage = types.get(key).and_then(|&element_type| {
            let (elements, rest) = input.split_first_chunk()?;
            let elements = i64::from_le_bytes(*elements);
            *input = rest;
            input.split_off(..size_bytes(element_type, &[elements])?)
        });
        storages.insert(
            key,
            storage.ok_or_else(|| malformed(format!("no storage `{}`", quoted(key))))?,
        );
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
    check_count(items.len()).map_err(malformed)?;
    let mut tensors = StateDict::new();
    for &(name, value) in items {
        let Value::Text(name) = *pickle.get(name) else {
            return Err(malformed("a tensor's name is no text".to_owned()));
        };
        check_name(name).map_err(malformed)?;
        let of_it = |what: &str| malformed(format!("`{}`{what}", quoted(name)));
        let Value::Tensor(tensor) = pickle.get(value) else {
            return Err(of_it(" is no tensor: it is not a plain state dict"));
        };
        let view = view(tensor, storages).map_err(|what| of_it(&format!(": {what}")))?;
        if tensors.insert(name.to_owned(), view).is_some() {
            return Err(of_it(" is there twice"));
        }
    }
    Ok(tensors)
}

fn view<'a>(tensor: &StoredTensor<'a>, storages: &Storages<'a>) -> Result<TensorView<'a>, String> {
    let StoredTensor { storage: Storage { element_type, key }, offset_elements, ref shape } =
        *tensor;
    let storage =
        storages.get(key).ok_or_else(|| format!("its storage `{}` is missing", quoted(key)))?;
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

pub(super) fn malformed(what: String) -> WeightsError {
    WeightsError::Malformed { format: "PyTorch checkpoint", what }
}

//! A reader for the pickles that `torch.save` writes for a state dict, and for nothing else.
//!
//! It knows the opcodes of pickle protocol 2 that dicts, tuples, texts and numbers need, and the
//! few names in [`Global::named`]. It never calls anything: a "call" of one of those names gives
//! plain data, and every other name is refused. Values live in one list and refer to each other by
//! index, so no nesting can exhaust the stack.

use std::collections::HashMap;

use super::{
    Proceed, WeightsError,
    bounds::{MAX_TENSORS, check_dimensions, check_name},
    pickle_value::{Global, Id, Storage, StoredTensor, Value},
};

/// The first opcode of every pickle that `torch.save` writes.
pub(super) const PROTO: u8 = 0x80;

/// Real checkpoints take fewer than 50,000.
const MAX_OPCODES: usize = 1 << 18;
/// How often it is asked whether to go on.
const OPCODES_BETWEEN: usize = 1 << 12;

/// Everything that a pickle holds.
pub(super) struct Pickle<'a> {
    values: Vec<Value<'a>>,
    root: Id,
}

impl<'a> Pickle<'a> {
    /// Reads one pickle from the front of `input`.
    pub(super) fn read(input: &mut &'a [u8], proceed: Proceed) -> Result<Self, WeightsError> {
        let mut machine = Machine::default();
        for count in 0..MAX_OPCODES {
            if count % OPCODES_BETWEEN == 0 {
                proceed()?;
            }
            let opcode = *input.split_off_first().ok_or_else(cut_short)?;
            if opcode == b'.' {
                let root = machine.pop()?;
                return Ok(Self { values: machine.values, root });
            }
            machine.step(opcode, input)?;
        }
        Err(malformed("it is longer than any state dict"))
    }

    pub(super) fn root(&self) -> &Value<'a> {
        self.get(self.root)
    }

    pub(super) fn get(&self, id: Id) -> &Value<'a> {
        &self.values[id as usize]
    }

    pub(super) fn storages(&self) -> impl Iterator<Item = Storage<'a>> {
        self.values.iter().filter_map(|value| match value {
            Value::Storage(storage) => Some(*storage),
            _ => None,
        })
    }
}

#[derive(Default)]
struct Machine<'a> {
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack at which a run of items began.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    /// Tensors and storages so far.
    built: usize,
}

impl<'a> Machine<'a> {
    fn step(&mut self, opcode: u8, input: &mut &'a [u8]) -> Result<(), WeightsError> {
        match opcode {
            PROTO => match byte(input)? {
                2 => {}
                other => return Err(malformed(&format!("pickle protocol {other}, expected 2"))),
            },
            b'(' => self.marks.push(self.stack.len()),
            b'N' => self.push(Value::None),
            0x88 => self.push(Value::Bool(true)),
            0x89 => self.push(Value::Bool(false)),
            b'K' => {
                let value = byte(input)?;
                self.push(Value::Integer(value.into()));
            }
            b'M' => {
                let value = u16::from_le_bytes(array(input)?);
                self.push(Value::Integer(value.into()));
            }
            b'J' => {
                let value = i32::from_le_bytes(array(input)?);
                self.push(Value::Integer(value.into()));
            }
            0x8a => {
                let value = long(input)?;
                self.push(Value::Integer(value));
            }
            b'X' => {
                let length = u32::from_le_bytes(array(input)?);
                let value = text(take(input, length as usize)?)?;
                self.push(Value::Text(value));
            }
            b')' => self.push(Value::Tuple(Vec::new())),
            b']' => self.push(Value::List(Vec::new())),
            b'}' => self.push(Value::Dict(Vec::new())),
            0x85..=0x87 => {
                let first = self.reach(usize::from(opcode - 0x84))?;
                let items = self.stack.split_off(first);
                self.push(Value::Tuple(items));
            }
            b't' => {
                let items = self.pop_to_mark()?;
                self.push(Value::Tuple(items));
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' => {
                let items = self.pop_to_mark()?;
                self.append(&items)?;
            }
            b's' => {
                let first = self.reach(2)?;
                let items = self.stack.split_off(first);
                self.set_items(&items)?;
            }
            b'u' => {
                let items = self.pop_to_mark()?;
                self.set_items(&items)?;
            }
            b'q' => {
                let key = byte(input)?;
                self.memoise(key.into())?;
            }
            b'r' => {
                let key = u32::from_le_bytes(array(input)?);
                self.memoise(key)?;
            }
            b'h' => {
                let key = byte(input)?;
                self.recall(key.into())?;
            }
            b'j' => {
                let key = u32::from_le_bytes(array(input)?);
                self.recall(key)?;
            }
            b'c' => {
                let (module, name) = (line(input)?, line(input)?);
                self.push(Value::Global(Global::named(module, name)?));
            }
            b'R' => self.call()?,
            b'b' => self.discard_attributes()?,
            b'Q' => {
                let id = self.pop()?;
                self.count_built()?;
                let storage = self.storage(id)?;
                self.push(Value::Storage(storage));
            }
            other => {
                return Err(malformed(&format!("opcode {other:#04x}, which no state dict needs")));
            }
        }
        Ok(())
    }

    fn push(&mut self, value: Value<'a>) {
        // Every opcode makes at most one value, so the count stays below `MAX_OPCODES`.
        self.stack.push(self.values.len() as Id);
        self.values.push(value);
    }

    /// The height of the stack without its last `count` items, all of which came after the mark.
    fn reach(&self, count: usize) -> Result<usize, WeightsError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let height = self.stack.len().checked_sub(count).filter(|&height| height >= floor);
        height.ok_or_else(|| malformed("it takes a value that is not there"))
    }

    fn pop(&mut self) -> Result<Id, WeightsError> {
        self.reach(1)?;
        self.stack.pop().ok_or_else(cut_short)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>, WeightsError> {
        let mark = self.marks.pop().ok_or_else(|| malformed("a mark is missing"))?;
        Ok(self.stack.split_off(mark))
    }

    fn top(&mut self) -> Result<&mut Value<'a>, WeightsError> {
        let top = self.stack[self.reach(1)?];
        Ok(&mut self.values[top as usize])
    }

    fn append(&mut self, items: &[Id]) -> Result<(), WeightsError> {
        match self.top()? {
            Value::List(list) => list.extend(items),
            _ => return Err(malformed("it appends to what is no list")),
        }
        Ok(())
    }

    fn set_items(&mut self, items: &[Id]) -> Result<(), WeightsError> {
        match (self.top()?, items.as_chunks::<2>()) {
            (Value::Dict(dict), (pairs, [])) => dict.extend(pairs.iter().map(|&[k, v]| (k, v))),
            _ => return Err(malformed("it sets items of what is no dict")),
        }
        Ok(())
    }

    fn memoise(&mut self, key: u32) -> Result<(), WeightsError> {
        let top = self.stack[self.reach(1)?];
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), WeightsError> {
        let id = self.memo.get(&key).ok_or_else(|| malformed("a memo is missing"))?;
        self.stack.push(*id);
        Ok(())
    }

    /// The two calls that a state dict needs, as plain data.
    fn call(&mut self) -> Result<(), WeightsError> {
        let arguments = self.pop()?;
        let callee = self.pop()?;
        // The arguments stay where they are: a pickle can call with the same long tuple many times.
        let value = match (&self.values[callee as usize], self.tuple(arguments)?) {
            (Value::Global(Global::OrderedDict), []) => Value::Dict(Vec::new()),
            (Value::Global(Global::RebuildTensor), &[storage, offset, shape, stride, ..]) => {
                self.count_built()?;
                Value::Tensor(self.tensor(storage, offset, shape, stride)?)
            }
            _ => return Err(malformed("a call that no state dict needs")),
        };
        self.push(value);
        Ok(())
    }

    /// `OrderedDict` objects carry `_metadata`: the versions of the layers, which are not used.
    fn discard_attributes(&mut self) -> Result<(), WeightsError> {
        self.pop()?;
        match self.top()? {
            Value::Dict(_) => Ok(()),
            _ => Err(malformed("it sets attributes of what is no dict")),
        }
    }

    /// `('storage', type, key, device, elements)`, in old files with a view of it, always `None`.
    fn storage(&self, id: Id) -> Result<Storage<'a>, WeightsError> {
        const MAX_FIELDS: usize = 6;
        let ids = self.tuple(id)?;
        let fields: Vec<&Value<'a>> =
            ids.iter().take(MAX_FIELDS + 1).map(|&id| &self.values[id as usize]).collect();
        match fields.as_slice() {
            [
                Value::Text("storage"),
                Value::Global(Global::StorageType(element_type)),
                Value::Text(key),
                Value::Text(_),
                Value::Integer(_),
            ]
            | [
                Value::Text("storage"),
                Value::Global(Global::StorageType(element_type)),
                Value::Text(key),
                Value::Text(_),
                Value::Integer(_),
                Value::None,
            ] => {
                check_name(key).map_err(|what| malformed(&what))?;
                Ok(Storage { element_type: *element_type, key })
            }
            _ => Err(malformed("a reference to something other than a plain storage")),
        }
    }

    fn tensor(
        &self,
        storage: Id,
        offset: Id,
        shape: Id,
        stride: Id,
    ) -> Result<StoredTensor<'a>, WeightsError> {
        let (shape, stride) = (self.integers(shape)?, self.integers(stride)?);
        if !is_contiguous(&shape, &stride) {
            let what = format!("a tensor of shape {shape:?} with strides {stride:?}");
            return Err(malformed(&what));
        }
        match (&self.values[storage as usize], &self.values[offset as usize]) {
            (Value::Storage(storage), &Value::Integer(offset)) => Ok(StoredTensor {
                storage: *storage,
                offset_elements: usize::try_from(offset)
                    .map_err(|_| malformed("a tensor outside its storage"))?,
                shape,
            }),
            _ => Err(malformed("a tensor without a storage")),
        }
    }

    fn integers(&self, id: Id) -> Result<Vec<i64>, WeightsError> {
        let integer = |&id: &Id| match self.values[id as usize] {
            Value::Integer(value) => i64::try_from(value).ok(),
            _ => None,
        };
        let tuple = self.tuple(id)?;
        check_dimensions(tuple.len()).map_err(|what| malformed(&what))?;
        let integers: Option<Vec<i64>> = tuple.iter().map(integer).collect();
        integers.ok_or_else(|| malformed("a shape that is not of integers"))
    }

    fn tuple(&self, id: Id) -> Result<&[Id], WeightsError> {
        match &self.values[id as usize] {
            Value::Tuple(items) => Ok(items),
            _ => Err(malformed("a tuple was expected")),
        }
    }

    /// Each tensor of a state dict is built once, and so is its storage.
    fn count_built(&mut self) -> Result<(), WeightsError> {
        self.built += 1;
        if self.built <= 2 * MAX_TENSORS {
            return Ok(());
        }
        Err(malformed(&format!("it builds more than {MAX_TENSORS} tensors")))
    }
}

/// Whether elements lie one after another, the last dimension fastest.
fn is_contiguous(shape: &[i64], stride: &[i64]) -> bool {
    let mut expected = 1_i64;
    shape.len() == stride.len()
        && shape.iter().zip(stride).rev().all(|(&side, &stride)| {
            let fits = side == 1 || stride == expected;
            expected = expected.saturating_mul(side);
            fits
        })
}

fn take<'a>(input: &mut &'a [u8], count: usize) -> Result<&'a [u8], WeightsError> {
    input.split_off(..count).ok_or_else(cut_short)
}

fn array<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], WeightsError> {
    let (array, rest) = input.split_first_chunk().ok_or_else(cut_short)?;
    *input = rest;
    Ok(*array)
}

fn byte(input: &mut &[u8]) -> Result<u8, WeightsError> {
    array::<1>(input).map(|[byte]| byte)
}

/// A two's complement integer of up to 15 bytes.
fn long(input: &mut &[u8]) -> Result<i128, WeightsError> {
    let length = byte(input)?;
    let bytes = take(input, length.into())?;
    let negative = bytes.last().is_some_and(|&last| last >= 0x80);
    let mut value = [if negative { 0xff } else { 0 }; 16];
    let low = value.get_mut(..bytes.len()).ok_or_else(|| malformed("an absurd integer"))?;
    low.copy_from_slice(bytes);
    Ok(i128::from_le_bytes(value))
}

fn line<'a>(input: &mut &'a [u8]) -> Result<&'a str, WeightsError> {
    let end = input.iter().position(|&byte| byte == b'\n').ok_or_else(cut_short)?;
    let line = take(input, end)?;
    byte(input)?;
    text(line)
}

fn text(bytes: &[u8]) -> Result<&str, WeightsError> {
    std::str::from_utf8(bytes).map_err(|_| malformed("a text is not UTF-8"))
}

fn cut_short() -> WeightsError {
    malformed("its pickle ends early")
}

fn malformed(what: &str) -> WeightsError {
    WeightsError::Malformed { format: "PyTorch checkpoint", what: what.to_owned() }
}

//! The published ONNX files. BatchNorm is folded into their convolutions, whose tensors have
//! numbers for names but stand in the order of the forward pass.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Proceed, StateDict, WeightsError,
    bounds::{MAX_DIMENSIONS, check_count, check_dimensions, check_name, quoted},
    protobuf::{Fields, Value},
    view::{ElementType, TensorView},
};
use crate::u2net::config::{ConvSpec, FULL};

/// After so many fields it is asked whether to go on.
const FIELDS_BETWEEN: usize = 1 << 12;
/// Fields that a file may have in all: most would be numbers of tensors that are written one by one.
const MAX_ALL_FIELDS: usize = MAX_ALL_SINGLE_BYTES / 4 + (1 << 20);
/// Fields that a model or its graph may have; the published ones have fewer than 2,000.
const MAX_PARTS: usize = 1 << 16;
/// Fields that a node or an attribute may have.
const MAX_FIELDS: usize = 1 << 10;
/// How large a tensor may be that is written number by number; the network's largest take 19 MB.
const MAX_SINGLE_BYTES: usize = 32 << 20;
/// How large all of those may be together.
const MAX_ALL_SINGLE_BYTES: usize = 64 << 20;
/// Fields that a tensor may have: one for each such number.
const MAX_NUMBERS: usize = MAX_SINGLE_BYTES / 4 + MAX_FIELDS;

/// Field numbers of `onnx.proto`.
mod field {
    pub const MODEL_GRAPH: u64 = 7;
    pub const GRAPH_NODE: u64 = 1;
    pub const GRAPH_INITIALIZER: u64 = 5;
    pub const NODE_INPUT: u64 = 1;
    pub const NODE_OP_TYPE: u64 = 4;
    pub const NODE_ATTRIBUTE: u64 = 5;
    pub const ATTRIBUTE_NAME: u64 = 1;
    pub const ATTRIBUTE_INTS: u64 = 8;
    pub const TENSOR_DIMS: u64 = 1;
    pub const TENSOR_DATA_TYPE: u64 = 2;
    pub const TENSOR_FLOAT_DATA: u64 = 4;
    pub const TENSOR_NAME: u64 = 8;
    pub const TENSOR_RAW_DATA: u64 = 9;
}

/// A convolution's operands, by name.
struct ConvNode<'a> {
    weight: &'a str,
    bias: &'a str,
    dilations: Vec<i64>,
}

/// How many more fields are read, and whether to go on.
struct Budget<'a> {
    left_fields: usize,
    proceed: Proceed<'a>,
}

impl Budget<'_> {
    fn spend(&mut self, fields: usize) -> Result<(), WeightsError> {
        let before = self.left_fields / FIELDS_BETWEEN;
        let left = self.left_fields.checked_sub(fields);
        self.left_fields =
            left.ok_or_else(|| malformed(format!("it has more than {MAX_ALL_FIELDS} fields")))?;
        if self.left_fields / FIELDS_BETWEEN != before {
            (self.proceed)()?;
        }
        Ok(())
    }
}

/// Gives the convolutions of the graph the authors' names. Both networks have the same ones in
/// the same order.
pub(super) fn read<'a>(bytes: &'a [u8], proceed: Proceed) -> Result<StateDict<'a>, WeightsError> {
    let specs = FULL.convolutions();
    let mut nodes = Vec::new();
    let mut initializers = HashMap::new();
    let mut single_bytes = 0;
    let mut budget = Budget { left_fields: MAX_ALL_FIELDS, proceed };
    for graph in messages(bytes, field::MODEL_GRAPH) {
        for field in Fields::of(graph?, MAX_PARTS) {
            budget.spend(1)?;
            match field.ok_or_else(cut_short)? {
                (field::GRAPH_NODE, node) => {
                    budget.spend(Fields::of(node.bytes(), MAX_FIELDS).count())?;
                    nodes.extend(conv_node(node.bytes())?);
                }
                (field::GRAPH_INITIALIZER, tensor) => {
                    let (name, tensor) = initializer(tensor.bytes(), &mut budget)?;
                    single_bytes += tensor.copied_bytes();
                    if single_bytes > MAX_ALL_SINGLE_BYTES {
                        return Err(malformed("its tensors are written in pieces".to_owned()));
                    }
                    if initializers.insert(name, tensor).is_some() {
                        return Err(malformed(format!("`{}` is there twice", quoted(name))));
                    }
                }
                _ => {}
            }
            check_count(initializers.len()).map_err(malformed)?;
            if nodes.len() > specs.len() {
                return Err(malformed(format!(
                    "its graph has more than the {} convolutions of a U²-Net",
                    specs.len()
                )));
            }
        }
    }
    if nodes.len() < specs.len() {
        let (found, expected) = (nodes.len(), specs.len());
        return Err(malformed(format!(
            "its graph has {found} convolutions, a U²-Net has {expected}"
        )));
    }

    let mut tensors = StateDict::new();
    for (node, spec) in nodes.iter().zip(&specs) {
        check_place(node, spec)?;
        for (found, role) in [(node.weight, "weight"), (node.bias, "bias")] {
            let tensor = initializers.remove(found).ok_or_else(|| {
                malformed(format!("`{}` has no {role} named `{}`", spec.name, quoted(found)))
            })?;
            tensors.insert(format!("{}.{role}", spec.name), tensor);
        }
    }
    for (name, tensor) in initializers {
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

/// What shapes cannot tell: dilation, and the names of the heads.
fn check_place(node: &ConvNode<'_>, spec: &ConvSpec) -> Result<(), WeightsError> {
    let dilated = node.dilations.iter().any(|&dilation| dilation != spec.dilation);
    if dilated || (node.dilations.is_empty() && spec.dilation != 1) {
        return Err(malformed(format!(
            "`{}` should have dilation {}, found {:?}",
            spec.name, spec.dilation, node.dilations
        )));
    }
    let named = node.weight.starts_with("side") || node.weight.starts_with("outconv");
    if named && node.weight.strip_suffix(".weight") != Some(&spec.name) {
        let found = quoted(node.weight);
        return Err(malformed(format!("found `{found}` in the place of `{}`", spec.name)));
    }
    Ok(())
}

fn conv_node(message: &[u8]) -> Result<Option<ConvNode<'_>>, WeightsError> {
    let is_conv =
        message_fields(message, field::NODE_OP_TYPE).any(|value| value.bytes() == b"Conv");
    if !is_conv {
        return Ok(None);
    }
    let mut inputs = message_fields(message, field::NODE_INPUT).skip(1);
    let mut operand = || inputs.next().map(|value| text(value.bytes())).unwrap_or(Ok(""));
    let (weight, bias) = (operand()?, operand()?);
    let dilations = message_fields(message, field::NODE_ATTRIBUTE)
        .map(Value::bytes)
        .filter(|attribute| {
            message_fields(attribute, field::ATTRIBUTE_NAME)
                .any(|name| name.bytes() == b"dilations")
        })
        .flat_map(|attribute| message_fields(attribute, field::ATTRIBUTE_INTS))
        .flat_map(Value::integers)
        .take(MAX_DIMENSIONS)
        .collect::<Option<_>>()
        .ok_or_else(cut_short)?;
    Ok(Some(ConvNode { weight, bias, dilations }))
}

fn initializer<'a>(
    message: &'a [u8],
    budget: &mut Budget,
) -> Result<(&'a str, TensorView<'a>), WeightsError> {
    let (mut name, mut data_type, mut shape) = ("", 0, Vec::new());
    let mut bytes = Cow::Borrowed([].as_slice());
    for field in Fields::of(message, MAX_NUMBERS) {
        budget.spend(1)?;
        match field.ok_or_else(cut_short)? {
            (field::TENSOR_DIMS, sides) => {
                for side in sides.integers().take(MAX_DIMENSIONS + 1) {
                    shape.push(side.ok_or_else(cut_short)?);
                }
            }
            (field::TENSOR_DATA_TYPE, Value::Integer(value)) => data_type = value,
            (field::TENSOR_NAME, value) => {
                name = text(value.bytes())?;
                check_name(name).map_err(malformed)?;
            }
            // Packed floats lie in the file as raw data does; single ones come one by one.
            (field::TENSOR_RAW_DATA | field::TENSOR_FLOAT_DATA, value) if bytes.is_empty() => {
                bytes = Cow::Borrowed(value.bytes());
            }
            (field::TENSOR_FLOAT_DATA, value) => {
                if bytes.len() + value.bytes().len() > MAX_SINGLE_BYTES {
                    return Err(malformed(format!("`{}` is too large", quoted(name))));
                }
                bytes.to_mut().extend(value.bytes());
            }
            _ => {}
        }
        check_dimensions(shape.len()).map_err(malformed)?;
    }
    let element_type = match data_type {
        1 => ElementType::F32,
        7 => ElementType::I64,
        10 => ElementType::F16,
        16 => ElementType::Bf16,
        other => {
            return Err(malformed(format!("`{}` is of ONNX's data type {other}", quoted(name))));
        }
    };
    TensorView::new(element_type, shape, bytes)
        .map(|tensor| (name, tensor))
        .map_err(|what| malformed(format!("`{}`: {what}", quoted(name))))
}

/// The values of one field of a message that was or will be read as a whole; damage ends them.
fn message_fields(message: &[u8], number: u64) -> impl Iterator<Item = Value<'_>> {
    Fields::of(message, MAX_FIELDS)
        .map_while(|field| field)
        .filter(move |field| field.0 == number)
        .map(|field| field.1)
}

/// The messages in one field, or an error where the bytes end early.
fn messages(message: &[u8], number: u64) -> impl Iterator<Item = Result<&[u8], WeightsError>> {
    Fields::of(message, MAX_PARTS).filter_map(move |field| match field {
        None => Some(Err(cut_short())),
        Some((found, value)) => (found == number).then(|| Ok(value.bytes())),
    })
}

fn text(bytes: &[u8]) -> Result<&str, WeightsError> {
    std::str::from_utf8(bytes).map_err(|_| malformed("a name is not UTF-8".to_owned()))
}

fn cut_short() -> WeightsError {
    malformed("it ends early or is not ONNX at all".to_owned())
}

fn malformed(what: String) -> WeightsError {
    WeightsError::Malformed { format: "ONNX file", what }
}

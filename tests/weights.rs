//! Weights from every format, and the refusal of everything that is not exactly right.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cutout::{
    imaging::{NetworkInput, SaliencyMap},
    u2net::{
        Precision, SaliencyNetwork, U2Net, to_saliency_map, to_tensor,
        weights::{Weights, WeightsError},
    },
    zoo::{self, Located},
};
use safetensors::{Dtype, tensor::TensorView};
use tch::{Device, Kind, Tensor};

/// The smaller network's published file.
fn lite() -> PathBuf {
    zoo::locate("u2netp")
        .unwrap_or_else(|error| panic!("{error}; `cargo xtask setup` fetches it"))
        .path
}

type NamedTensors = Vec<(String, Tensor)>;

fn named(weights: Weights) -> NamedTensors {
    let convolutions = weights.convolutions.into_iter();
    convolutions
        .flat_map(|conv| {
            let name = conv.spec.name;
            [(format!("{name}.weight"), conv.weight), (format!("{name}.bias"), conv.bias)]
        })
        .collect()
}

fn lite_tensors() -> NamedTensors {
    named(Weights::parse(&fs::read(lite()).unwrap(), None).unwrap())
}

fn safetensors(tensors: &NamedTensors) -> Vec<u8> {
    let bytes: Vec<(Vec<u8>, Vec<usize>, Dtype)> = tensors
        .iter()
        .map(|(_, tensor)| {
            let size = tensor.kind().elt_size_in_bytes() * tensor.numel();
            let mut bytes = vec![0; size];
            tensor.copy_data_u8(&mut bytes, tensor.numel());
            let shape = tensor.size().iter().map(|&side| side as usize).collect();
            let dtype = match tensor.kind() {
                Kind::Float => Dtype::F32,
                Kind::Half => Dtype::F16,
                Kind::BFloat16 => Dtype::BF16,
                Kind::Double => Dtype::F64,
                kind => panic!("{kind:?}"),
            };
            (bytes, shape, dtype)
        })
        .collect();
    let views = tensors.iter().zip(&bytes).map(|((name, _), (bytes, shape, dtype))| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

/// Writes a checkpoint as PyTorch does, with BatchNorm unfolded.
fn checkpoint(container: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("in.safetensors"), folder.path().join("out.pth"));
    fs::write(&source, safetensors(&lite_tensors())).unwrap();
    make_checkpoint(&[container.as_ref(), &source, &target]);
    fs::read(target).unwrap()
}

fn make_checkpoint(arguments: &[&Path]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/make_checkpoint.py");
    let status = Command::new("python3").arg(script).args(arguments).status();
    assert!(status.expect("Python 3 is there").success());
}

/// What the network of these weights makes of a disc on a ground.
fn map(weights: Weights) -> SaliencyMap {
    let side_px = 160;
    let rgb = (0..side_px * side_px).flat_map(|index| {
        let (x, y) = ((index % side_px) as f32 - 80.0, (index / side_px) as f32 - 70.0);
        if x.hypot(y) < 45.0 { [220.0, 90.0, 40.0 + x] } else { [60.0, 80.0 + y, 120.0] }
    });
    let input = NetworkInput { side_px, rgb: rgb.collect() };
    let network = U2Net::new(weights, Device::Cpu, Precision::Fp32);
    to_saliency_map(&network.forward(to_tensor(&input, Device::Cpu), &|_| Ok(())).unwrap().fused)
}

fn largest_difference(a: &SaliencyMap, b: &SaliencyMap) -> f32 {
    assert_eq!(a.side_px, b.side_px);
    a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn every_format_gives_the_same_map() {
    let published = map(Weights::parse(&fs::read(lite()).unwrap(), None).unwrap());
    assert!(!published.is_empty());
    let as_kind = |kind| {
        let tensors = lite_tensors().into_iter();
        safetensors(&tensors.map(|(name, tensor)| (name, tensor.to_kind(kind))).collect())
    };
    let cases = [
        ("safetensors", safetensors(&lite_tensors()), 0.0),
        ("safetensors, f16", as_kind(Kind::Half), 0.05),
        ("safetensors, bf16", as_kind(Kind::BFloat16), 0.3),
        ("PyTorch, zip", checkpoint("zip"), 1e-3),
        ("PyTorch, old", checkpoint("legacy"), 1e-3),
    ];
    for (format, bytes, tolerance) in cases {
        let weights = Weights::parse(&bytes, None).unwrap_or_else(|e| panic!("{format}: {e}"));
        assert_eq!(weights.config.name, "u2netp");
        let difference = largest_difference(&map(weights), &published);
        assert!(difference <= tolerance, "{format}: {difference}");
    }
}

fn refusal(bytes: &[u8]) -> String {
    match Weights::parse(bytes, None) {
        Ok(_) => panic!("{} bytes were taken for weights", bytes.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn tensors_must_fit_exactly() {
    let first = "stage1.rebnconvin.conv_s1.weight";
    let changed = |change: &dyn Fn(&mut NamedTensors)| {
        let mut tensors = lite_tensors();
        change(&mut tensors);
        refusal(&safetensors(&tensors))
    };
    let zeros = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, Device::Cpu));
    let renamed = |tensors: &mut NamedTensors| {
        tensors.iter_mut().for_each(|(name, _)| name.insert_str(0, "encoder."));
    };
    let cases: [(&str, String, &[&str]); 6] = [
        (
            "missing",
            changed(&|t| drop(t.remove(0))),
            &["u2netp", first, "[64, 3, 3, 3]", "missing"],
        ),
        (
            "extra",
            changed(&|t| t.push(("stage7.conv.weight".into(), zeros(&[8, 2])))),
            &["u2netp", "stage7.conv.weight", "[8, 2]"],
        ),
        (
            "other shape",
            changed(&|t| t[0].1 = zeros(&[64, 4, 3, 3])),
            &["u2netp", first, "[64, 3, 3, 3]", "[64, 4, 3, 3]"],
        ),
        ("several", changed(&|t| drop(t.drain(..3))), &[first, "and 2 more"]),
        ("other type", changed(&|t| t[0].1 = t[0].1.to_kind(Kind::Double)), &[first, "F64"]),
        ("another network", changed(&renamed), &["238 tensors", "encoder.outconv.bias"]),
    ];
    for (what, error, parts) in &cases {
        for part in *parts {
            assert!(error.contains(part), "{what}: {error}");
        }
    }
}

#[test]
fn a_lite_file_is_not_the_full_network() {
    let bytes = fs::read(lite()).unwrap();
    let error = Weights::parse(&bytes, Some(&cutout::u2net::config::FULL)).unwrap_err();
    assert!(matches!(error, WeightsError::Mismatch { network: "u2net", .. }), "{error}");
}

#[test]
fn other_dilations_are_another_network() {
    let mut bytes = fs::read(lite()).unwrap();
    let attribute = b"\x0a\x09dilations\x40\x01\x40\x01";
    let at = bytes.windows(attribute.len()).position(|window| window == attribute).unwrap();
    bytes[at + attribute.len() - 1] = 2;
    let error = refusal(&bytes);
    assert!(error.contains("stage1.rebnconvin.conv_s1") && error.contains("dilation 1"), "{error}");
}

#[test]
fn what_is_no_weights_file_is_refused_in_words() {
    let hostile = tempfile::NamedTempFile::new().unwrap();
    make_checkpoint(&["hostile".as_ref(), hostile.path()]);
    let hostile = fs::read(hostile.path()).unwrap();

    let legacy = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\
        \x80\x02}X\x0d\0\0\0little_endian\x88s.";
    // One storage of an absurd number of elements, for a state dict of one tensor.
    let absurd_storage = [
        legacy.as_slice(),
        b"\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n\
          X\x01\0\0\x000X\x03\0\0\0cpuK\x01NtQK\0K\x01\x85K\x01\x85\x89}tRs.",
        b"\x80\x02]X\x01\0\0\x000a.",
        &i64::MAX.to_le_bytes(),
    ]
    .concat();
    let nested = [b"\x80\x02)".as_slice(), &vec![0x85; 5_000_000], b"."].concat();
    let cases: [(&str, &[u8], &str); 15] = [
        ("empty", b"", "neither"),
        ("text", b"These are not the weights.", "neither"),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither"),
        ("zip of nothing", b"PK\x03\x04", "PyTorch checkpoint"),
        ("runs a command", &hostile, ".system`"),
        ("runs code at once", b"\x80\x02cbuiltins\neval\nX\x01\0\0\x001\x85R.", "builtins.eval"),
        ("a newer pickle", b"\x80\x04\x95\0\0\0\0\0\0\0\0N.", "protocol 4"),
        ("any other pickle", b"\x80\x02N.", "torch.save"),
        ("absurd text", b"\x80\x02X\xff\xff\xff\xff", "ends early"),
        ("deep nesting", &nested, "longer than any"),
        ("absurd storage", &absurd_storage, "no storage `0`"),
        ("stack underflow", b"\x80\x02\x87.", "not there"),
        ("absurd header", b"\xff\xff\xff\xff\xff\xff\xff\x7f{}", "safetensors"),
        // model { graph { initializer { dims: 2^62, dims: 2^62, data_type: FLOAT } } }
        (
            "absurd shape",
            b"\x08\x06\x3a\x18\x2a\x16\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40\
              \x08\x80\x80\x80\x80\x80\x80\x80\x80\x40\x10\x01",
            "impossible",
        ),
        ("empty graph", b"\x08\x06\x3a\0", "0 convolutions"),
    ];
    for (what, bytes, part) in cases {
        let error = refusal(bytes);
        assert!(error.contains(part), "{what}: {error}");
    }
}

#[test]
fn damage_never_panics_and_truncation_is_always_refused() {
    let files = [
        fs::read(lite()).unwrap(),
        safetensors(&lite_tensors()),
        checkpoint("zip"),
        checkpoint("legacy"),
    ];
    for mut bytes in files {
        for part in 0..16 {
            let length = bytes.len() * part / 16 + part;
            refusal(&bytes[..length]);
        }
        refusal(&bytes[..bytes.len() - 1]);
        // Most of the structure of these formats lies at the front.
        for position in (0..40_000).step_by(397).chain(bytes.len() - 64..bytes.len()) {
            bytes[position] ^= 0x55;
            let _ = Weights::parse(&bytes, None);
            bytes[position] ^= 0x55;
        }
        assert!(Weights::parse(&bytes, None).is_ok());
    }
}

#[test]
fn a_zip_checkpoint_with_a_damaged_storage_is_refused() {
    let mut bytes = checkpoint("zip");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    assert!(refusal(&bytes).contains("archive/data/"), "{}", refusal(&bytes));
}

#[test]
fn a_known_model_is_verified_by_checksum_and_errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("u2netp.onnx");
    let mut bytes = fs::read(lite()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let entry = zoo::entry("u2netp").unwrap();
    let known = Located { name: "u2netp".into(), path: path.clone(), entry: Some(entry) };
    let own = Located { name: "own".into(), path: path.clone(), entry: None };

    let error = |located| match zoo::load(located, Device::Cpu, Precision::Fp32) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error.to_string(),
    };
    let tampered = error(&known);
    for part in [path.to_str().unwrap(), &entry.artifact.sha256, "found", "models fetch u2netp"] {
        assert!(tampered.contains(part), "{tampered}");
    }
    assert!(
        zoo::load(&own, Device::Cpu, Precision::Fp32).is_ok(),
        "weights of one's own have no checksum"
    );

    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(error(&known).contains("2287430 bytes"), "{}", error(&known));
    assert!(error(&own).contains(path.to_str().unwrap()), "{}", error(&own));
    fs::remove_file(&path).unwrap();
    assert!(error(&own).contains(path.to_str().unwrap()), "{}", error(&own));

    let huge = fs::File::create(&path).unwrap();
    huge.set_len(1 << 40).unwrap();
    assert!(error(&known).contains("larger than any weights"), "{}", error(&known));
}

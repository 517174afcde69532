//! Files that are made to take much time or memory, or to fill a message, are refused soon and in few
//! words; loading ends when nobody needs it any more.

use std::{
    cell::Cell,
    fs,
    io::{Cursor, Write as _},
    time::{Duration, Instant},
};

use cutout::{
    imaging::Cancelled,
    u2net::{
        Precision,
        weights::{Weights, WeightsError},
    },
    zoo::{self, Located, ModelError},
};
use tch::Device;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A file may take so long, on the slowest machine.
const MAX_TIME: Duration = Duration::from_secs(10);
/// The process of these tests takes so much, libtorch included.
const MAX_MEMORY_KB: u64 = 1 << 20;
const MAX_MESSAGE_CHARS: usize = 600;

/// An old checkpoint up to its state dict.
const LEGACY: &[u8] =
    b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\
    \x80\x02}X\x0d\0\0\0little_endian\x88s.";
const REBUILD: &[u8] = b"ctorch._utils\n_rebuild_tensor_v2\nq\x01";

fn legacy(state_dict: &[&[u8]]) -> Vec<u8> {
    [LEGACY, b"\x80\x02", &state_dict.concat(), b"."].concat()
}

fn text(text: &str) -> Vec<u8> {
    [b"X", (text.len() as u32).to_le_bytes().as_slice(), text.as_bytes()].concat()
}

/// A reference to a storage of one number under this key.
fn storage(key: &str) -> Vec<u8> {
    let head = b"(X\x07\0\0\0storagectorch\nFloatStorage\n".as_slice();
    [head, &text(key), b"X\x03\0\0\0cpuK\x01tQ"].concat()
}

/// A tuple of so many ones, memoised.
fn ones(count: usize, memo: u8) -> Vec<u8> {
    [b"(".as_slice(), &b"K\x01".repeat(count), b"tq", &[memo]].concat()
}

fn safetensors(header: &str) -> Vec<u8> {
    [(header.len() as u64).to_le_bytes().as_slice(), header.as_bytes()].concat()
}

/// A protocol buffer's field of bytes.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut length = content.len();
    let mut field = vec![number << 3 | 2];
    while length >= 0x80 {
        field.push(length as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend(content);
    field
}

fn onnx(graph: &[u8]) -> Vec<u8> {
    [b"\x08\x06".as_slice(), &field(7, graph)].concat()
}

fn zip(entries: &[(&str, &[u8])], compression: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(compression);
    for (name, content) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive of nothing but a directory, whose entries have names of so many bytes.
fn directory(entries: usize, name_bytes: u16) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.resize(64, 0);
    let start = bytes.len() as u32;
    for number in 0..entries {
        let at = bytes.len();
        bytes.extend(b"PK\x01\x02");
        bytes.resize(at + 46, 0);
        bytes[at + 28..at + 30].copy_from_slice(&name_bytes.to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.resize(at + 46 + usize::from(name_bytes), b'x');
    }
    let length = bytes.len() as u32 - start;
    let count = (entries.min(0xffff) as u16).to_le_bytes();
    let end = [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &length.to_le_bytes()];
    bytes.extend(end.concat());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// A name, a file, and a part of what is said about it.
type Case<'a> = (&'a str, &'a dyn Fn() -> Vec<u8>, &'a str);

/// Calls `check` with every hostile file.
fn each_hostile_file(check: &dyn Fn(Case)) {
    let long = "n\n\u{1b}[2J".repeat(1_000_000);
    let many_calls = b"h\x01h\x03R".repeat(60_000);
    let arguments =
        |shape: &[u8]| [b"(".as_slice(), &storage("0"), b"K\0", shape, b"tq\x03"].concat();
    let one_tensor = |name: &str, key: &str| {
        let tensor = [REBUILD, b"(", &storage(key), b"K\0))tR"].concat();
        legacy(&[b"}", &text(name), &tensor, b"s"])
    };
    let long_arguments = || {
        let ones = b"K\x01".repeat(100_000);
        [b"(".as_slice(), &storage("0"), b"K\0h\x02h\x02", &ones, b"tq\x03"].concat()
    };
    let memos = || -> Vec<u8> {
        let memo = |key: u32| [b"r".as_slice(), &key.to_le_bytes()].concat();
        (0..300_000).flat_map(memo).collect()
    };
    let tensor =
        |name: &str| format!(r#""{name}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#);
    let tensors = |count: u32| {
        let all: Vec<String> = (0..count).map(|number| tensor(&number.to_string())).collect();
        safetensors(&format!("{{{}}}", all.join(",")))
    };
    let long_type = || format!(r#"{{"a":{{"dtype":"{}"}}}}"#, "F".repeat(1_900_000));
    let long_shape = || {
        let sides = ",0".repeat(900_000);
        format!(r#"{{"a":{{"dtype":"F32","shape":[0{sides}],"data_offsets":[0,0]}}}}"#)
    };
    let initializer =
        |name: &str| field(5, &[b"\x08\0\x10\x01", &*field(8, name.as_bytes())].concat());
    let initializers =
        || -> Vec<u8> { (0..100_000).flat_map(|n| initializer(&n.to_string())).collect() };
    let floats = |count: usize| [b"\x10\x01".as_slice(), &b"\x25\0\0\0\0".repeat(count)].concat();
    let bomb = || zip(&[("a/data.pkl", &vec![0; 100 << 20])], CompressionMethod::Deflated);
    let long_prefix = || {
        let name = format!("{}data.pkl", "p".repeat(60_000));
        zip(&[(&name, b"\x80\x02N.")], CompressionMethod::Stored)
    };
    let dict = b"ccollections\nOrderedDict\nq\x01".as_slice();
    let cases: [Case; 27] = [
        (
            "a long shape, shared",
            &|| legacy(&[&ones(100_000, 2), REBUILD, &arguments(b"h\x02h\x02"), &many_calls]),
            "dimensions",
        ),
        (
            "long arguments, shared",
            &|| legacy(&[&ones(1, 2), REBUILD, &long_arguments(), &many_calls]),
            "more than",
        ),
        (
            "long calls of a dict",
            &|| legacy(&[&ones(100_000, 3), dict, &many_calls]),
            "no state dict needs",
        ),
        ("many dicts", &|| legacy(&[dict, b")q\x03", &many_calls.repeat(2)]), "longer than any"),
        (
            "long reference",
            &|| legacy(&[&ones(100_000, 2), &b"h\x02Q".repeat(60_000)]),
            "plain storage",
        ),
        ("many storages", &|| legacy(&[b"]", &storage("0").repeat(20_000)]), "more than"),
        ("long key", &|| one_tensor("w", &long), "has 6000000 bytes"),
        ("long name", &|| one_tensor(&long, "0"), "ends early"),
        (
            "long global",
            &|| [b"\x80\x02c".as_slice(), &b"x".repeat(5_000_000), b"\nsystem\n."].concat(),
            "no plain checkpoint needs",
        ),
        ("marks", &|| legacy(&[&b"(".repeat(5_000_000)]), "longer than any"),
        ("memos", &|| legacy(&[b"N", &memos()]), "longer than any"),
        ("a list, shared", &|| legacy(&[b"]q\0", &b"h\0a".repeat(200_000)]), "longer than any"),
        ("many tensors", &|| tensors(1_500_000), "header is longer"),
        ("some tensors", &|| tensors(20_000), "more than 4096 tensors"),
        (
            "long name in JSON",
            &|| safetensors(&format!("{{{}}}", tensor(&"n".repeat(1_900_000)))),
            "has 1900000 bytes",
        ),
        ("long type in JSON", &|| safetensors(&long_type()), "safetensors"),
        ("long shape in JSON", &|| safetensors(&long_shape()), "dimensions"),
        (
            "deep JSON",
            &|| safetensors(&format!("{{\"a\":{}", "[".repeat(1_000_000))),
            "safetensors",
        ),
        ("long tensor's name", &|| onnx(&initializer(&long)), "has 6000000 bytes"),
        ("many initializers", &|| onnx(&initializers()), "more than 4096 tensors"),
        ("many empty fields", &|| onnx(&b"\x12\0".repeat(64 << 20)), "not ONNX"),
        ("single floats", &|| onnx(&field(5, &floats(9 << 20))), "too large"),
        ("many entries", &|| directory(300_000, 8), "entries"),
        ("long names of entries", &|| directory(200, 60_000), "too long"),
        ("many ends", &|| b"PK\x03\x04PK\x05\x06".repeat(100_000), "many ends"),
        ("deflate bomb", &bomb, "compressed"),
        ("long prefix", &long_prefix, "something other"),
    ];
    cases.into_iter().for_each(check);
}

fn peak_memory_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[test]
fn no_file_takes_long_or_much_memory_or_fills_a_message() {
    each_hostile_file(&|(what, file, part)| {
        let bytes = file();
        let started = Instant::now();
        let error = match Weights::parse(&bytes, None) {
            Ok(_) => panic!("{what}: taken for weights"),
            Err(error) => error.to_string(),
        };
        let took = started.elapsed();
        assert!(took < MAX_TIME, "{what}: {took:?}");
        assert!(error.chars().count() <= MAX_MESSAGE_CHARS, "{what}: {} bytes", error.len());
        assert!(!error.contains(char::is_control), "{what}: {error:?}");
        assert!(error.contains(part), "{what}: {error}");
        println!("{what}: {took:?}, {} kB so far", peak_memory_kb());
    });
    assert!(peak_memory_kb() < MAX_MEMORY_KB, "{} kB", peak_memory_kb());
}

#[test]
fn loading_ends_wherever_it_is_when_nobody_needs_it_any_more() {
    let located = zoo::locate("u2netp").unwrap();
    let bytes = fs::read(&located.path).unwrap();
    let own = Located { name: "own".into(), path: located.path.clone(), entry: None };
    let asked = Cell::new(0);
    let up_to = |last: u32| {
        asked.set(0);
        let asked = &asked;
        move || {
            asked.set(asked.get() + 1);
            if asked.get() > last { Err(Cancelled) } else { Ok(()) }
        }
    };
    Weights::parse_while(&bytes, None, &up_to(u32::MAX)).unwrap();
    let all = asked.get();
    assert!(all > 50, "it is asked often: {all}");
    for last in [0, 1, all / 2, all - 1] {
        let ended = Weights::parse_while(&bytes, None, &up_to(last)).unwrap_err();
        assert_eq!(ended, WeightsError::Cancelled(Cancelled));
        let ended = zoo::load_while(&own, Device::Cpu, Precision::Fp32, &up_to(last)).err();
        assert_eq!(ended, Some(ModelError::Cancelled(Cancelled)));
    }
}

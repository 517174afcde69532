#!/usr/bin/env python3
"""Writes a checkpoint as `torch.save` does, without PyTorch.

    make_checkpoint.py zip|legacy IN.safetensors OUT.pth   a state dict, BatchNorm unfolded
    make_checkpoint.py hostile OUT.pth                     an old checkpoint that runs a command

IN holds f32 convolutions under the authors' names with BatchNorm folded in. OUT gets a BatchNorm of
made-up statistics behind each convolution named `*.conv_s1`, and convolutions that give the same
network once it is folded in again. The classes below stand for PyTorch's own, so that the pickle
module writes the same bytes. Checked by loading with PyTorch 2.11 (`weights_only=True`).
"""

import array
import collections
import json
import math
import os
import pickle
import random
import struct
import sys
import types
import zipfile

EPSILON = 1e-5
MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001


def fake_class(module, name):
    cls = type(name, (), {"__module__": module})
    setattr(sys.modules[module], name, cls)
    return cls


sys.modules["torch"] = types.ModuleType("torch")
sys.modules["torch._utils"] = types.ModuleType("torch._utils")
FloatStorage = fake_class("torch", "FloatStorage")
LongStorage = fake_class("torch", "LongStorage")


def _rebuild_tensor_v2(*_):
    raise NotImplementedError


_rebuild_tensor_v2.__module__ = "torch._utils"
sys.modules["torch._utils"]._rebuild_tensor_v2 = _rebuild_tensor_v2


class Storage:
    def __init__(self, key, values):
        self.key, self.values = str(key), values
        self.kind = LongStorage if values.typecode == "q" else FloatStorage


class Tensor:
    def __init__(self, storage, shape):
        self.storage, self.shape = storage, tuple(shape)

    def __reduce_ex__(self, _):
        stride, step = [], 1
        for side in reversed(self.shape):
            stride.insert(0, step)
            step *= side
        hooks = collections.OrderedDict()
        return _rebuild_tensor_v2, (self.storage, 0, self.shape, tuple(stride), False, hooks)


class Pickler(pickle._Pickler):
    """Storages lie outside the pickle; old files also say of what each is a view."""

    def __init__(self, file, legacy):
        super().__init__(file, protocol=2)
        self.legacy, self.storages = legacy, []

    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        self.storages.append(value)
        view = (None,) if self.legacy else ()
        return ("storage", value.kind, value.key, "cpu", len(value.values), *view)


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    for name, info in header.items():
        begin, end = info["data_offsets"]
        values = array.array("f")
        values.frombytes(data[begin:end])
        yield name, info["shape"], values


def unfold(tensors):
    """Splits each folded convolution into a convolution and a BatchNorm."""
    numbers = random.Random(2)
    tensors = {name: (shape, values) for name, shape, values in tensors}
    for name, (shape, weight) in list(tensors.items()):
        if not name.endswith(".conv_s1.weight"):
            continue
        channels = shape[0]
        gamma, beta, mean, variance = (
            array.array("f", [numbers.uniform(low, high) for _ in range(channels)])
            for low, high in [(0.5, 2), (-1, 1), (-1, 1), (0.1, 2)]
        )
        owner = name.removesuffix(".conv_s1.weight")
        bias = tensors[f"{owner}.conv_s1.bias"][1]
        for channel in range(channels):
            scale = math.sqrt(variance[channel] + EPSILON) / gamma[channel]
            size = len(weight) // channels
            for index in range(channel * size, (channel + 1) * size):
                weight[index] *= scale
            bias[channel] = (bias[channel] - beta[channel]) * scale + mean[channel]
        batch_norm = [("weight", gamma), ("bias", beta)]
        batch_norm += [("running_mean", mean), ("running_var", variance)]
        for part, values in batch_norm:
            tensors[f"{owner}.bn_s1.{part}"] = ([channels], values)
        tensors[f"{owner}.bn_s1.num_batches_tracked"] = ([], array.array("q", [1000]))
    return tensors


def state_dict(tensors):
    state = collections.OrderedDict()
    for key, (name, (shape, values)) in enumerate(tensors.items()):
        state[name] = Tensor(Storage(key, values), shape)
    state._metadata = collections.OrderedDict([("", {"version": 1})])
    return state


def save_zip(state, path):
    class Out(list):
        write = list.append

    out = Out()
    pickler = Pickler(out, legacy=False)
    pickler.dump(state)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", b"".join(out))
        archive.writestr("archive/byteorder", "little")
        for storage in pickler.storages:
            archive.writestr(f"archive/data/{storage.key}", storage.values.tobytes())
        archive.writestr("archive/version", "3\n")


def save_legacy(state, path):
    machine = {
        "protocol_version": PROTOCOL,
        "little_endian": True,
        "type_sizes": {"short": 2, "int": 4, "long": 4},
    }
    with open(path, "wb") as file:
        for value in (MAGIC, PROTOCOL, machine):
            pickle.dump(value, file, protocol=2)
        pickler = Pickler(file, legacy=True)
        pickler.dump(state)
        storages = sorted(pickler.storages, key=lambda storage: storage.key)
        pickle.dump([storage.key for storage in storages], file, protocol=2)
        for storage in storages:
            file.write(struct.pack("<q", len(storage.values)))
            file.write(storage.values.tobytes())


class Command:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


def main():
    match sys.argv[1:]:
        case ["zip", source, target]:
            save_zip(state_dict(unfold(read_safetensors(source))), target)
        case ["legacy", source, target]:
            save_legacy(state_dict(unfold(read_safetensors(source))), target)
        case ["hostile", target]:
            save_legacy(collections.OrderedDict(weight=Command()), target)
        case _:
            sys.exit(__doc__)


main()

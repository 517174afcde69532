"""The published U²-Net as its authors wrote it, in eager PyTorch: what Cutout is compared with.

Qin et al., "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection", Pattern
Recognition 106 (2020), Table 1. Convolution, BatchNorm and in-place ReLU; every feature map has a
name of its own and lives until its block returns. Weights are random: memory and time do not
depend on them.

    python3 eager.py            one line of JSON: peaks and times on the GPU, or on the CPU
"""

import json
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode

SIDE_PX = 320
#: Name, height (the L of RSU-L), dilated (RSU-4F), and channels in, inside and out.
FULL = {
    "encoder": [
        ("stage1", 7, False, 3, 32, 64),
        ("stage2", 6, False, 64, 32, 128),
        ("stage3", 5, False, 128, 64, 256),
        ("stage4", 4, False, 256, 128, 512),
        ("stage5", 4, True, 512, 256, 512),
        ("stage6", 4, True, 512, 256, 512),
    ],
    "decoder": [
        ("stage5d", 4, True, 1024, 256, 512),
        ("stage4d", 4, False, 1024, 128, 256),
        ("stage3d", 5, False, 512, 64, 128),
        ("stage2d", 6, False, 256, 32, 64),
        ("stage1d", 7, False, 128, 16, 64),
    ],
}
LITE = {
    "encoder": [
        ("stage1", 7, False, 3, 16, 64),
        ("stage2", 6, False, 64, 16, 64),
        ("stage3", 5, False, 64, 16, 64),
        ("stage4", 4, False, 64, 16, 64),
        ("stage5", 4, True, 64, 16, 64),
        ("stage6", 4, True, 64, 16, 64),
    ],
    "decoder": [
        ("stage5d", 4, True, 128, 16, 64),
        ("stage4d", 4, False, 128, 16, 64),
        ("stage3d", 5, False, 128, 16, 64),
        ("stage2d", 6, False, 128, 16, 64),
        ("stage1d", 7, False, 128, 16, 64),
    ],
}
NETWORKS = {"u2net": FULL, "u2netp": LITE}
#: The authors' own counts.
PARAMETERS = {"u2net": 44_009_869, "u2netp": 1_131_181}


class ConvBlock(nn.Module):
    """Convolution, BatchNorm, ReLU; keeps width and height."""

    def __init__(self, in_channels, out_channels, dilation):
        super().__init__()
        self.conv_s1 = nn.Conv2d(in_channels, out_channels, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(out_channels)
        self.relu_s1 = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu_s1(self.bn_s1(self.conv_s1(x)))


def upsample_like(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


class Rsu(nn.Module):
    """A small U-Net with a residual connection around it."""

    def __init__(self, height, dilated, in_channels, mid, out):
        super().__init__()
        self.height, self.dilated = height, dilated

        def dilation(level):
            if dilated:
                return 1 << (level - 1)
            return 2 if level == height else 1

        self.entry = ConvBlock(in_channels, out, 1)
        self.down = nn.ModuleList(
            ConvBlock(out if level == 1 else mid, mid, dilation(level))
            for level in range(1, height + 1)
        )
        self.up = nn.ModuleList(
            ConvBlock(2 * mid, out if level == 1 else mid, dilation(level))
            for level in range(height - 1, 0, -1)
        )
        self.pool = nn.MaxPool2d(2, stride=2, ceil_mode=True)

    def forward(self, x):
        # The authors name every map but the pooled ones: they live until the block returns.
        alive = [x]
        hx = self.entry(x)
        alive.append(hx)
        maps, below = [], hx
        for level, block in enumerate(self.down):
            if 0 < level < self.height - 1 and not self.dilated:
                below = self.pool(below)
            below = block(below)
            maps.append(below)
        up = maps[-1]
        for skip, block in zip(reversed(maps[:-1]), self.up):
            if up.shape[2:] != skip.shape[2:]:
                up = upsample_like(up, skip)
                alive.append(up)
            up = block(torch.cat((up, skip), 1))
            alive.append(up)
        return up + hx


class U2Net(nn.Module):
    """The whole network: d0 to d6 after the sigmoid, as the authors return them."""

    def __init__(self, table):
        super().__init__()
        self.encoder = nn.ModuleList(Rsu(*row[1:]) for row in table["encoder"])
        self.decoder = nn.ModuleList(Rsu(*row[1:]) for row in table["decoder"])
        sides = [row[-1] for row in reversed(table["decoder"])] + [table["encoder"][-1][-1]]
        self.side = nn.ModuleList(nn.Conv2d(channels, 1, 3, padding=1) for channels in sides)
        self.outconv = nn.Conv2d(6, 1, 1)
        self.pool = nn.MaxPool2d(2, stride=2, ceil_mode=True)

    def forward(self, x):
        alive, maps, below = [x], [], x
        for number, stage in enumerate(self.encoder):
            if number > 0:
                below = self.pool(below)
            below = stage(below)
            maps.append(below)
        decoded, up = [maps[-1]], maps[-1]
        for skip, stage in zip(reversed(maps[:-1]), self.decoder):
            up = upsample_like(up, skip)
            alive.append(up)
            up = stage(torch.cat((up, skip), 1))
            decoded.append(up)
        sides = [conv(features) for conv, features in zip(self.side, reversed(decoded))]
        sides = [sides[0]] + [upsample_like(side, sides[0]) for side in sides[1:]]
        fused = self.outconv(torch.cat(sides, 1))
        return tuple(torch.sigmoid(logits) for logits in [fused, *sides])


def build(name):
    """The network on the CPU, checked against the authors' count of parameters."""
    torch.manual_seed(1)
    network = U2Net(NETWORKS[name]).eval()
    count = sum(parameter.numel() for parameter in network.parameters())
    if count != PARAMETERS[name]:
        raise SystemExit(f"error: {name} has {count} parameters, the published {PARAMETERS[name]}")
    return network


class LiveBytes(TorchDispatchMode):
    """Counts the bytes of the storages that operations make, while they live."""

    def __init__(self):
        super().__init__()
        self.peak, self.alive = 0, {}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.alive = {key: entry for key, entry in self.alive.items() if not entry[0].expired()}
        for value in result if isinstance(result, (tuple, list)) else [result]:
            if isinstance(value, torch.Tensor):
                storage = value.untyped_storage()
                reference = StorageWeakRef(storage)
                self.alive[reference.cdata] = (reference, storage.nbytes())
        self.peak = max(self.peak, sum(size for _, size in self.alive.values()))
        return result


def measure_on_gpu(name, half):
    """Peak of allocated bytes, weights included, and the median time of a pass of one image."""
    device = torch.device("cuda:0")
    torch.cuda.empty_cache()
    base = torch.cuda.memory_allocated(device)
    network, image = build(name).to(device), torch.rand(1, 3, SIDE_PX, SIDE_PX, device=device)
    if half:
        network = network.half().to(memory_format=torch.channels_last)
        image = image.half().to(memory_format=torch.channels_last)
    weights = sum(t.nbytes for t in [*network.parameters(), *network.buffers()])
    with torch.no_grad():
        for _ in range(10):
            network(image)
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        times_ms = []
        for _ in range(50):
            started = time.perf_counter()
            network(image)
            torch.cuda.synchronize(device)
            times_ms.append((time.perf_counter() - started) * 1e3)
    peak = torch.cuda.max_memory_allocated(device) - base
    reserved = torch.cuda.max_memory_reserved(device)
    return {
        "network": name,
        "precision": "fp16 channels-last" if half else "fp32",
        "on": torch.cuda.get_device_name(device),
        "weights_bytes": weights,
        "peak_bytes": peak,
        "peak_reserved_bytes": reserved,
        "median_ms": statistics.median(times_ms),
    }


def measure_on_cpu(name):
    """Peak of the bytes in feature maps, weights not included."""
    network, image = build(name), torch.rand(1, 3, SIDE_PX, SIDE_PX)
    with torch.no_grad(), LiveBytes() as live:
        network(image)
    return {"network": name, "precision": "fp32", "on": "CPU", "activation_peak_bytes": live.peak}


def main():
    if not torch.cuda.is_available():
        found = [measure_on_cpu(name) for name in NETWORKS]
    else:
        found = [measure_on_gpu(name, half) for name in NETWORKS for half in (False, True)]
    print(json.dumps({"torch": torch.__version__, "side_px": SIDE_PX, "passes": found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

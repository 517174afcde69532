status-looking-for-device = Looking for a device…
status-device-because = { $device }, because { $why }
status-no-gpu = No GPU: { $why }
status-engine-starts = The engine is starting.
status-photos-wait = Photos can be added meanwhile: they wait until the model is ready.
status-weights = Weights { $bytes }, loaded in { $time }
status-brought-back = The next photo that needs it brings it back.
status-allocated = Allocated { $allocated } · Reserved { $reserved }
status-of-program = Memory of this program { $bytes }
status-close-memory = Close the memory panel
status-open-memory = Open the memory panel

model-starting = Starting…
model-loading = Loading { $name }…
model-ready = { $name } · ready
model-unloaded = { $name } · unloaded
model-none = No model
model-unloads-in = unloads in { $time }

precision-fp32 = full precision (fp32)
precision-fp16 = half precision (fp16)
precision-bf16 = half precision (bf16)
time-an-image = { $ms } ms an image

status-cpu = CPU, { $threads ->
    [one] { $threads } thread
   *[other] { $threads } threads
}
no-gpu-chosen = it was chosen
no-gpu-no-cuda-here = macOS has no CUDA
no-gpu-no-driver = there is no NVIDIA driver ({ $words })
no-gpu-no-library = the NVIDIA driver is there, but libtorch's CUDA library is not ({ $words })
no-gpu-driver-fails = the NVIDIA driver does not start ({ $words })
no-gpu-driver-too-old = the NVIDIA driver is too old: it knows CUDA { $driver }, and libtorch needs CUDA { $needed }
no-gpu-hidden = CUDA_VISIBLE_DEVICES="{ $visible }" hides every GPU from CUDA
no-gpu-no-device = the NVIDIA driver offers no device that CUDA can use
no-gpu-no-such-device = the last CUDA device is cuda:{ $last }
no-gpu-allocator = the allocator settings { $settings } are refused ({ $words })
no-gpu-not-working = the GPU does not compute ({ $words })
no-gpu-full = the GPU has too little free memory ({ $words })
no-gpu-failed = the GPU failed while it worked ({ $words })
advice-leave-out-cpu = Start Cutout without --device cpu to use a GPU.
advice-install-driver = Where there is an NVIDIA GPU, install NVIDIA's driver and start Cutout again.
advice-bring-library = Set CUTOUT_TORCH_LIB to the torch/lib folder of a PyTorch 2.11; in a checkout of Cutout, `cargo xtask setup --cuda` brings it.
advice-update-driver = Update NVIDIA's driver and start Cutout again.
advice-update-driver-if-gpu = Where there is an NVIDIA GPU, update NVIDIA's driver and start Cutout again.
advice-restart-computer = Restart the computer; where that does not help, update NVIDIA's driver.
advice-show-gpus = Start Cutout without CUDA_VISIBLE_DEVICES to use a GPU.
advice-free-gpu = Close other programs that use the GPU and start Cutout again.
advice-start-again = Start Cutout again to try the GPU once more.

gpu-driver = NVIDIA driver { $version }
gpu-driver-for-cuda = NVIDIA driver for CUDA { $version }
gpu-driver-unknown = the driver does not tell its version
gpu-as-asked = of { $count } GPUs cuda:{ $number }, as asked for
gpu-most-free = of { $count } GPUs the one with most free memory ({ $free } of { $total } GiB)
gpu-in-order = of { $count } GPUs the first that works, because none tells its free memory
gpu-passed-over = cuda:{ $number } ({ $name }) does not compute ({ $words })
gpu-no-nvml = who else uses it is not known without NVML ({ $words })

status-looking-for-device = Looking for a device…
status-device-because = { $device }, because { $why }
status-driver = Driver { $version }
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

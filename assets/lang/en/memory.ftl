# The memory panel.
memory-title = Memory
memory-title-gpu = GPU memory
memory-of-computer = of this computer
memory-under-way = The first reading is under way…

memory-hide = Hide
memory-hide-what = Close this panel; the status bar opens it again
memory-unload = Unload model
memory-unload-what = Let the model go now. The next photo that needs it brings it back by itself.
memory-unload-none = No model is loaded
memory-free = Free cache
memory-free-what = Give back to the driver what libtorch holds and no tensor needs
memory-free-none = There is no cache to free on the CPU: libtorch gives memory back at once there
memory-unload-after = Unload after
memory-unload-after-what = Let the model go when no photo has needed it for so long. The next one that needs it brings it back by itself.
memory-idle-minutes = Idle minutes
memory-idle = idle
memory-require-gpu = Require GPU
memory-require-gpu-what = Refuse to fall back to the CPU: photos fail, with the reason, where no GPU can do them.

part-weights = Weights
part-working-set = This image
part-cached = Cached
part-context = Context
part-pictures = Pictures
part-program = Rest of Cutout
part-others = Other programs
part-free = Free
part-share = { $part } { $bytes }, { $percent } % of { $total }

part-weights-what = The model's weights, with what the allocator rounds them up to. They stay until the model is unloaded.
part-working-set-what = Tensors of the image under way: its input, the network's features and its map. Nothing between two images.
part-cached-what = Reserved by libtorch and in no tensor (reserved minus allocated): kept so that the next image need not ask the driver. The cleanup points and Free cache give it back.
part-context-what = The driver's context and CUDA's libraries for this program. nvidia-smi counts them too, so it reads higher than Reserved by this much. No tensor is in here, and nothing frees it but closing Cutout.
part-context-estimate = The driver does not tell this program's share here: this is what was measured when the context was opened.
part-pictures-what = Decoded photos on their way through the pipeline.
part-program-what = Everything else of this program: its code and libraries, libtorch's buffers, and the window.
part-others-card-what = What other programs hold on this card.
part-others-driver = { $bytes } of it the driver keeps for itself.
part-others-what = What all other programs and the system hold.
part-free-card-what = What no program holds: the driver's own figure.
part-free-what = What a program could still have: the system's own figure.
memory-window-keeps = Of it, the window keeps { $all }: { $previews } in previews, { $thumbnails } in the list's small pictures, { $maps } in maps.

series-allocated = Allocated
series-tensors = Tensors
series-live-what = Bytes in live tensors
series-reserved = Reserved
series-reserved-what = Bytes that libtorch holds from the driver: allocated and cached
series-program = This program
series-program-what = Resident memory of this program, as the system counts it
series-highest = { $what }.
    Highest since Cutout started: { $bytes }.
memory-peaks = Peak, this image { $this } · last { $last }
memory-peaks-what = The most that lived in tensors while an image was in the network, weights included
details-button = Details…
details-what = How libtorch's allocator lays tensors out on the GPU
details-title = libtorch's allocator on the GPU
details-requested = Asked for
details-requested-what = Bytes that live tensors asked for. Highest in this image, or the last: { $most }.
details-rounding = Rounding
details-rounding-what = What tensors got beyond that (allocated minus asked for): sizes are rounded up, and a large block is not split for a small rest.
details-split = Free in split segments
details-split-what = Unused parts of segments of which another part is used: fragmentation. They serve later tensors that fit, but cannot go back to the driver. libtorch does not count those of expandable segments.
details-free = Free in whole segments
details-free-what = Segments that no tensor uses: Free cache and the cleanup points give them back to the driver. With expandable segments all that is unused stands here, and only pages that are wholly unused go back.
details-segments = Segments
details-segments-what = Pieces of memory that libtorch holds from the driver, expandable ones not counted.
details-retries = Tried again
details-retries-what = How often the driver had no memory, so that libtorch emptied its cache and asked again, since Cutout started.
details-ooms = Out of memory
details-ooms-what = How often there was no memory even then, since Cutout started. What Cutout tries next shows at the photo.
details-none-on-cpu = There are no such figures on the CPU: libtorch has no cache there, and each tensor gets what it asks for.
details-of-the-driver = The driver's own allocator is in use (backend:cudaMallocAsync). It tells allocated and reserved bytes, and no more.

timeline-name = Memory over the last minute
timeline-width = last minute
timeline-ago = { $seconds } s ago
timeline-freed = freed { $bytes } in { $us } µs
timeline-nothing-freed = nothing to free on the CPU in { $us } µs
timeline-others = and { $count } more like it in the same tenth of a second
timeline-more = and { $count } more

points-title = Cleanup points
points-empty-cache = Empty the cache
points-calls = Calls
points-freed = Freed
points-time = Time
points-own = The points that you switched on
points-each = { $each } each time, { $us } µs in all
points-never = It has not run yet
points-measured = Measured on this computer since the points were last switched: { $count ->
    [one] { $count } image
   *[other] { $count } images
}. Where every point is off, the cache stays as large as the largest need was.

point-after-inference = A after inference
point-after-mask = B after the mask
point-on-error = C on an error
point-after-image = D after the image
point-after-job = Sweep after the job
point-after-inference-what = When the network is done: its input, features and side outputs have been dropped, and libtorch's cache is emptied.
point-after-mask-what = When the map is read back: the output has been dropped, and the cache is emptied.
point-on-error-what = After an error in the network: every tensor of the image has been dropped, and the cache is emptied.
point-after-image-what = At the end of every image, also of one that failed: the cache is emptied.
point-after-job-what = S in the timeline. After every command of the inference thread: the cache is emptied once more.

preset-conservative = Conservative
preset-once-per-image = Once per image
preset-once-per-job = Once per job
preset-none = None
preset-own = Own choice
preset-conservative-what = At every point: the least memory held at any time
preset-once-per-image-what = At D alone: the cache lives as long as an image
preset-once-per-job-what = At the sweep alone: once after each command
preset-none-what = Never: the cache grows to the largest need and stays

cost-cpu = Nothing to free on the CPU: the points only take readings.
cost-cpu-measured = Nothing to free on the CPU: the points cost { $each } an image.
cost-none = Costs nothing, holds { $bytes } cached.
cost-later = What this costs shows after the next image.
cost-measured = Costs { $each } an image, holds { $spared } less between images.
cost-measured-share = Costs { $each } an image ({ $percent } % of its time), holds { $spared } less between images.
cost-measured-little = Costs { $each } an image (under 1 % of its time), holds { $spared } less between images.

freed-cache = Freed the cache
freed-model = Unloaded the model
freed-idle-model = Unloaded the model, which was idle
freed-on-gpu = { $what }: reserved { $before } before, { $after } after, in { $time }. { $stays }
freed-on-cpu = { $what }: this program { $before } before, { $after } after, in { $time }.
freed-nothing-stays = Nothing stays.
freed-context-stays = { $bytes } stay: the driver's context, which goes when Cutout closes.
freed-stays = What stays: { $parts }.
freed-in-weights = { $bytes } in the model's weights
freed-in-tensors = { $bytes } in tensors of the image under way
freed-in-cache = { $bytes } in cache that shares blocks with tensors
freed-in-context = { $bytes } in the driver's context, which goes when Cutout closes

advanced-button = Advanced…
advanced-what = Settings of libtorch's allocator on the GPU
advanced-title = libtorch's allocator on the GPU
advanced-expandable = Expandable segments
advanced-expandable-what = Segments of memory grow in place instead of being taken anew for each size: less is lost between blocks of different sizes.
advanced-default = Default
advanced-on = On
advanced-off = Off
advanced-split = Largest block that is split
advanced-split-what = Larger blocks are kept whole for large tensors.
advanced-split-name = Maximum split size in MiB
advanced-collect = Collect garbage above
advanced-collect-what = Above this share of the memory, old blocks are given back first.
advanced-collect-name = Garbage-collection threshold
advanced-fraction = At most this share of the card
advanced-fraction-what = Beyond it libtorch gets no memory, even where the card has some: the rest stays for other programs.
advanced-fraction-name = Share of the card's memory
advanced-in-force = In force: { $settings }.
advanced-none-on-cpu = nothing, for the CPU has no such allocator
advanced-libtorchs-own = libtorch's own settings
advanced-others = Also set, by hand: { $settings }.
advanced-later = What is changed here takes effect when Cutout starts next.

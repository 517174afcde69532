# Counts and states, wherever they are shown.
count-photos = { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}

state-waiting = Waiting
state-unreadable = Cannot be read: { $reason }
state-done = Done
state-no-subject = No clear subject
state-refining = Refining { $percent } %
state-saved = saved
state-failed = Failed: { $reason }
state-stopped = Stopped

step-decoding = Reading the photo
step-inferring = Finding the subject
step-refining = Refining the edge
step-saving = Saving

rung-empty-cache = Out of memory: cache emptied, trying again
rung-fewer = { $count ->
    [one] Out of memory: trying one at a time
   *[other] Out of memory: trying { $count } at a time
}
rung-lower-precision = Out of memory: trying in { $precision ->
    [fp32] full precision (fp32)
   *[other] half precision ({ $precision })
}
rung-on-cpu = Out of memory: trying on the CPU
rung-gpu-failed = The GPU failed: trying on the CPU

climbed-empty-cache = at the second try (memory ran out)
climbed-fewer = { $count ->
    [one] one at a time (memory ran out)
   *[other] { $count } at a time (memory ran out)
}
climbed-lower-precision = in { $precision ->
    [fp32] full precision (fp32)
   *[other] half precision ({ $precision })
} (GPU memory ran out)
climbed-on-cpu = on the CPU (GPU memory ran out)
climbed-gpu-failed = on the CPU (the GPU failed)

left-seconds = about { $count } s left
left-minutes = about { $count } min left
left-hours = about { $count } h left

bytes-next-to-none = under { $least } MiB

note-same = Same picture as { $name }
badge-same = Same as { $name }
badge-second-try = Second try
badge-halve-batch = { $images ->
    [one] One at a time
   *[other] { $images } at a time
}
badge-half-precision = Half precision
badge-fp32 = Full precision
badge-on-cpu = On the CPU
badge-saved = Saved
badge-gpu = GPU
badge-cpu = CPU
group-all = All
group-failed = Failed
group-to-check = To check
group-working = In work
group-waiting = Waiting
group-stopped = Stopped
group-done = Done
state-check = Check: { $reasons }
doubt-no-subject = no clear subject
doubt-tiny = tiny subject
doubt-huge = fills the photo
doubt-uncertain = uncertain areas
doubt-border = touches the border

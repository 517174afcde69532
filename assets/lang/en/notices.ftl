notice-dismiss = Dismiss
notice-show-folder = Open folder
notice-save-elsewhere = Save elsewhere…
notice-found-nothing = No photos were found in { $folder }.
notice-gpu-lost = { $device } is no longer used: { $why }. The CPU goes on.
notice-allocator-refused = The allocator takes no such: { $why }.
notice-list-is-back =
    { $count ->
        [one] The photo from last time is back.
       *[other] { $count } photos from last time are back.
    }
notice-start-empty = Start with an empty list
notice-list-kept-by-another = Another window keeps its list for the next start; this one’s will not come back.
notice-list-damaged = The list from last time cannot be read ({ $reason }). It is kept as { $file }; this list starts empty.
notice-list-not-kept = The list cannot be kept for the next start: { $reason }.
notice-watched-again = { $folder } is watched for new photos again.
notice-watch-gone = { $folder } is not there any more: it is watched for new photos again once it is back.
notice-watch-lost = { $folder } cannot be watched for new photos now ({ $reason }); this is tried again.
notice-listed-already = { $count ->
    [one] This photo is in the list already.
   *[other] { $count } photos were in the list already.
}
notice-subfolders = { $folder } has photos in subfolders. Add them too?
notice-subfolders-add = Add them
notice-subfolders-leave = Leave them out
notice-subfolders-remembered = The answer holds for later folders too; the settings can change it.
paste-nothing = There is no photo on the clipboard. Copy a picture, or photos in the file manager, and paste again.
paste-unread = The clipboard cannot be read ({ $reason }). Copy again, or drop the photo on this window.
paste-not-kept = The pasted picture cannot be kept as a file ({ $reason }). Save it from where it was copied, and open that file.
copied = Copied the cutout of { $name }.
copy-failed = The cutout of { $name } cannot be put on the clipboard ({ $reason }). Try again, or save it.
paste-no-folder = this system names no folder for it
clipboard-not-supported = this desktop has none for programs
clipboard-occupied = another program holds it
clipboard-too-large = X11 takes no more than 16 MB at once, and this is more
clipboard-gone = its thread has ended
clipboard-gave-up = it gave up on what is there
notice-snapshot = Memory snapshot saved as { $file } ({ $bytes }). PyTorch's memory viewer opens it: pytorch.org/memory_viz.
notice-snapshot-without-history = Memory snapshot saved as { $file } ({ $bytes }): what is held now. Recording has begun, so the next one also shows what was allocated when.
notice-snapshot-on-oom = GPU memory ran out. A memory snapshot of that moment is in { $file } ({ $bytes }).
notice-no-snapshot = There is no memory snapshot: { $why }
passed-over = { $count ->
    [one] { $file } was passed over: { $why }.
    [2] { $file } was passed over: { $why }. So was 1 more file.
   *[other] { $file } was passed over: { $why }. So were { $more } more files.
}
passed-over-unreadable = it cannot be read ({ $reason })
passed-over-dangling-link = it is a link to a file that is not there
passed-over-format = { $format } cannot be opened yet
passed-over-no-picture = it is no picture
passed-over-result = it is a result of Cutout
passed-over-no-file = it is no ordinary file

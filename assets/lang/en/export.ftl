# Saving: the window, the questions and the line at the end.

export-title = Save results
export-what = Files
export-cutouts = Cutouts
export-masks = Masks
export-photos = Photos
export-all = All that are done ({ $count })
export-chosen = Selected ({ $count })
export-format = Format
export-png-hint = Transparent, in 8 or 16 bits as the photo.
export-png-effort = File size
export-png-fast = Saves fastest
export-png-fast-hint = Files are up to a quarter larger.
export-png-balanced = Balanced
export-png-balanced-hint = About as small as other programs make them, in a fraction of the time.
export-png-small = Smallest
export-png-small-hint = Files are a few per cent smaller, and take many times as long.
export-webp-hint = Transparent, in 8 bits. Small.
export-jpeg-hint = In 8 bits. Knows no transparency: the subject lies on a colour.
export-tiff-hint = Transparent, in 8 or 16 bits as the photo. Large.
export-lossless = Keep every pixel as it is
export-quality = Quality
export-colour = Background colour
export-keep = Keep from the photo
export-keep-hint = Camera, date, author and place stand in a photo's EXIF. The colour profile and the resolution are always kept.
export-keep-all = All its details
export-keep-no-location = Its details without the location
export-keep-minimal = Only colours and resolution
export-where = Folder
export-beside = Beside each photo
export-in-folder = In a folder
export-choose-folder = Choose…
export-mirrored = The subfolders of what was added are made again in it.
export-of-pasted = Those of pasted photos go to { $folder }.
export-name = File name
export-example = Example: { $name }
export-placeholder-name = The photo's own name
export-placeholder-kind = “cutout” or “mask”
export-placeholder-number = The photo's number among those that are saved together
export-placeholder-folder = The folder that the photo is in
export-existing = If a file exists
export-ask = Ask
export-save = { $count ->
    [one] Save { $count } file
   *[other] Save { $count } files
}
export-cancel = Cancel

name-error-same = Every photo would get the same name: put {"{name}"} or {"{number}"} in it.
name-error-unknown = There is no {"{"}{ $word }{"}"}.
name-error-brace = A brace has no other.
name-error-character = A file name cannot have the character “{ $character }”.
name-error-hidden = Files whose names begin with a dot are hidden.
name-error-end = A file name cannot end with a space or a dot.

many-title = { $count ->
    [one] Save { $count } file?
   *[other] Save { $count } files?
}
many-beside = { $count ->
    [one] The results of { $count } photo will be written beside it.
   *[other] The results of { $count } photos will be written beside them.
}
many-in = { $count ->
    [one] The results of { $count } photo will be written to { $folder }.
   *[other] The results of { $count } photos will be written to { $folder }.
}
exists-title = Some results exist already
exists-text = { $count ->
    [one] There is a { $name } already. What is to become of it, and of others from now on?
   *[other] { $count } photos have results already, such as { $name }. What is to become of them, and of others from now on?
}
exists-number = Keep both, with a number
exists-replace = Replace
exists-skip = Keep the old one
exists-later = This can be changed under “Save all…”.

saving-progress = Saving: { $done } of { $count } photos
saving-progress-name = Photos saved
saving-stop = Stop saving

export-folder-title = Save results in this folder

saved-one-beside = Saved { $name } beside the original.
saved-one-in = Saved { $name } in { $folder }.
saved-beside = { $count ->
    [one] Saved { $count } file beside the originals.
   *[other] Saved { $count } files beside the originals.
}
saved-in = { $count ->
    [one] Saved { $count } file in { $folder }.
   *[other] Saved { $count } files in { $folder }.
}
saved-left = { $count ->
    [one] { $count } file existed and was left.
   *[other] { $count } files existed and were left.
}
saved-stopped = { $count ->
    [one] { $count } photo was stopped.
   *[other] { $count } photos were stopped.
}
saved-failed = { $count } photos could not be saved. The first:

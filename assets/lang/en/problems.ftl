# Why something failed. In English the command line says the same.

problem-replaced = this photo is another one by now; remove it from the list and add it again
problem-no-memory = there is not enough memory for this image, whatever was tried ({ $words }). Close other programs and try it again{ $on_gpu ->
    [yes] , or try --device cpu
   *[no] {""}
}.
problem-network = the network failed on this image ({ $words }). Try it again{ $on_gpu ->
    [yes] , or try --device cpu
   *[no] {""}
}.
problem-fault = a fault of Cutout's own while { $doing } ({ $words }). The other images are not affected.
problem-fault-up-close = A fault of Cutout's own while looking closely ({ $words }).
problem-lost = Cutout lost this job to a fault of its own; please try it again.
problem-no-backdrop = The background picture cannot be used. { $file }: { $reason }
problem-no-folder = this folder cannot be made ({ $reason }); choose another
problem-no-free-name = no free name for its results

doing-decoding = reading the photo
doing-inferring = finding the subject
doing-refining = making the cutout
doing-saving = writing files

# Files that give no picture.
picture-not-found = there is no such file; check the name and the folder
picture-folder = this is a folder; open it as one, or choose the pictures in it
picture-no-file = this is no ordinary file; copy the picture to one first
picture-unreadable = it cannot be read ({ $reason }); check its permissions and its disk
picture-empty = the file is empty; get it again from where it came from
picture-none = this is not a picture but { $kind }; pictures can be { $formats }
picture-format = { $format } is not supported yet; convert it to PNG or JPEG
picture-variant = this kind of { $format } is not supported ({ $reason }); save it as an ordinary PNG or JPEG
picture-cut-off = the { $format } is cut off before its end; get it again from where it came from
picture-damaged = the { $format } is damaged ({ $reason }); get it again from where it came from
picture-too-large = { $width } x { $height } pixels are { $megapixels } megapixels, more than the limit of { $limit }; raise it with --max-megapixels
picture-too-long = { $width } x { $height } pixels are too long for their { $megapixels } megapixels: with a side of more than { $side } pixels the limit is { $limit }; cut it into shorter pictures
picture-too-much-memory = decoding it takes more than the limit of { $limit } MiB of memory; raise it with --max-megapixels
no-picture-web-page = a web page
no-picture-text = text
no-picture-unknown = data of an unknown format

# Files that cannot be written.
write-cancelled = cancelled
write-taken = { $file }: a file of this name exists; choose another name, or to replace it
write-disk-full = { $file }: the disk is full; free some space or choose another folder
write-folder = { $folder }: cannot write in this folder ({ $reason }); choose another
write-too-large = { $file }: { $width } x { $height } pixels are more than a { $format } file can hold; choose PNG
write-other = { $file }: cannot be written ({ $reason }); try another name or folder

# What the system says: in English its own words.
system-not-found = { $words }
system-no-permission = { $words }
system-disk-full = { $words }
system-read-only = { $words }

# Why there is no network to run.
model-not-here = the model { $id } is not on this machine (looked in { $folders }); get it with: cutout models fetch { $id }
model-unknown = there is no file and no model named { $name }; the models are: { $known }
model-unreadable = cannot read the model { $file }: { $reason }
model-too-large = { $file } is larger than any weights of U²-Net ({ $limit } MiB)
model-another = { $file } is not the published { $id }: expected sha256 { $expected }, found { $found } ({ $bytes } bytes); remove it and run: cutout models fetch { $id }
model-unusable = cannot use { $file } as a model: { $reason }
model-no-device = CUDA device { $number } cannot be used: { $why }. { $advice }Use --device cpu or --device auto to work without it.
model-gpu-required = A GPU is required, but none is used: { $why }. To use the CPU instead, switch "Require GPU" off or leave --require-gpu out.
model-cancelled = loading the model was cancelled
model-let-go = the model was let go
model-not-on-cpu = no model on the CPU

weights-format = neither an ONNX graph, safetensors nor a PyTorch checkpoint (.pth)
weights-malformed = damaged or unusual { $format }: { $what }
weights-forbidden = refused: the pickle in it asks for `{ $global }`, which no plain checkpoint needs
weights-other-network = not the weights of a U²-Net: it holds { $count } tensors, the first `{ $first }`
weights-mismatch = does not fit { $network }: { $first }{ $others ->
    [0] {""}
   *[other] {" "}(and { $others } more)
}
tensor-missing = `{ $tensor }` of shape { $expected } is missing
tensor-shape = `{ $tensor }` should have the shape { $expected }, found { $found }
tensor-unexpected = `{ $tensor }` of shape { $found } is not part of the network

# The settings, the list that is kept, and the desktop.
settings-unreadable = { $file } cannot be read ({ $reason }): the settings are as by default.
settings-damaged = { $file } is damaged ({ $reason }): the settings are as by default, and it is kept as { $aside }.
settings-damaged-stuck = { $file } is damaged ({ $reason }): the settings are as by default, and it could not be kept aside ({ $why }).
settings-no-folder = The settings cannot be kept: { $folder } cannot be made ({ $reason }). Set { $variable } to another folder.
settings-not-read = { $reason }: the settings are as by default.
settings-not-written = The settings cannot be kept: { $reason }.
damage-no-text = it is not text
damage-no-version = it names no version
damage-version = its version is { $found }, not { $known }
damage-line = line { $number }: { $words }
private-link = { $file } is a link; remove it
private-no-file = { $file } is not a file; remove it
private-other-owner = the folder { $folder } belongs to another user; choose another
private-others-write = others may write in the folder { $folder }; take that from them: chmod go-w
keep-busy = another window keeps its list in { $folder }
keep-folder = { $folder }: { $reason }
desktop-no-dialog = This desktop shows no file dialog: install xdg-desktop-portal or zenity, or drop the photos on this window.
desktop-not-shown = { $folder } cannot be shown: { $reason }.
snapshot-no-gpu = a memory snapshot shows what libtorch holds on a GPU, and none is used; `cutout info` tells why
snapshot-not-in-this-build = this libtorch records no memory history; snapshots need the CUDA library of libtorch 2.11
snapshot-refused = libtorch took no memory snapshot ({ $words }); try again
snapshot-no-folder = { $folder }: this folder cannot be made ({ $reason }); choose another

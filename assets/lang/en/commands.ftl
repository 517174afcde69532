# What can be asked for by menu, key or palette.
menu-file = File
menu-edit = Edit
menu-photo = Photo
menu-view = View
menu-tools = Tools
menu-help = Help

command-open = Open photos…
command-open-folder = Open folder…
command-sample = Try a sample
command-save-cutout = Save cutout
command-save-mask = Save mask
command-save-all = Save all
command-save-elsewhere = Save elsewhere…
command-show-folder = Show the folder of what was saved
command-quit = Quit

command-select-all = Select all
command-select-one = Select only this photo
command-palette = Find a command…

command-next = Next photo
command-previous = Previous photo
command-page-down = Eight photos down
command-page-up = Eight photos up
command-extend-down = Extend the selection down
command-extend-up = Extend the selection up
command-retry = Try again
command-stop = Stop all
command-continue = Continue with stopped photos
command-remove = Remove from the list
command-clear = Clear the list

command-zoom-in = Zoom in
command-zoom-out = Zoom out
command-fit = Fit
command-full-size = Full size
command-memory-panel = Memory panel

command-free-cache = Free cache
command-unload-model = Unload model

command-shortcuts = Keyboard shortcuts
command-about = About Cutout

menu-adjust = Adjust
command-undo = Undo
command-redo = Redo
command-brush = Brush
command-brush-swap = Keep or erase
command-brush-smaller = Smaller brush
command-brush-larger = Larger brush
command-brush-harder = Harder brush
command-brush-softer = Softer brush
command-brush-down = Put the brush down
command-keep-largest = Keep only the largest part
command-fill-holes = Fill holes
command-trim = Trim to the subject
command-shadow = Drop shadow
command-background-none = No background
command-background-white = White background
command-background-picture = Picture as background…
command-background-blurred = Blurred background
command-settings-copy = Copy settings
command-settings-paste = Paste settings
command-settings-to-selection = Copy settings to the selection
command-settings-to-all = Copy settings to all photos
command-settings-default = Use these settings for new photos
command-reset = Reset this photo
command-inspector = Adjust panel
command-pan-left = Pan left
command-pan-right = Pan right
command-pan-up = Pan up
command-pan-down = Pan down
command-keep-place = Keep the place from photo to photo
command-view-wipe = Show before and after with a divider
command-view-side-by-side = Show before and after side by side
command-view-cutout = Show the cutout
command-view-mask = Show the mask
command-view-overlay = Show the mask over the photo
command-original = Show the original (hold the key)
command-divider-left = Move the divider left
command-divider-right = Move the divider right
command-backdrop-checkerboard = Checkerboard backdrop
command-backdrop-white = White backdrop
command-backdrop-black = Black backdrop
command-backdrop-grey = Grey backdrop

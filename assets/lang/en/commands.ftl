# What can be asked for by menu, key or palette.
command-open = Open photos…
command-open-folder = Open folder…
command-save-cutout = Save cutout
command-save-mask = Save mask
command-save-all = Save all
command-next = Next photo
command-previous = Previous photo
command-page-down = Eight photos down
command-page-up = Eight photos up
command-remove = Remove from the list
command-zoom-in = Zoom in
command-zoom-out = Zoom out
command-fit = Fit
command-full-size = Full size

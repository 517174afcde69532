dialog-pick-background = Choose the picture behind the subject
dialog-pick-watch-folder = Watch this folder for new photos
dialog-open-photos = Open photos
dialog-open-folder = Open a folder of photos
dialog-save-folder = Save in this folder
dialog-snapshot-file = Save memory snapshot as
dialog-photos = Photos
dialog-all-files = All files

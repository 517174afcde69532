dialog-pick-background = Choose the picture behind the subject
dialog-pick-watch-folder = Watch this folder for new photos

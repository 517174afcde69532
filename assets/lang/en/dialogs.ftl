dialog-pick-background = Choose the picture behind the subject

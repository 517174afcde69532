dialog-pick-background = Bild hinter dem Motiv wählen

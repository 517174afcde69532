dialog-pick-background = Bild hinter dem Motiv wählen
dialog-pick-watch-folder = Diesen Ordner auf neue Fotos überwachen

dialog-pick-background = Bild hinter dem Motiv wählen
dialog-pick-watch-folder = Diesen Ordner auf neue Fotos überwachen
dialog-open-photos = Fotos öffnen
dialog-open-folder = Ordner mit Fotos öffnen
dialog-save-folder = In diesem Ordner speichern
dialog-snapshot-file = Speicherabbild sichern als
dialog-photos = Fotos
dialog-all-files = Alle Dateien

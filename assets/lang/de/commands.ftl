# Was sich über Menü, Taste oder Palette verlangen lässt.
command-open = Fotos öffnen…
command-open-folder = Ordner öffnen…
command-save-cutout = Freisteller speichern
command-save-mask = Maske speichern
command-save-all = Alle speichern
command-next = Nächstes Foto
command-previous = Voriges Foto
command-page-down = Acht Fotos weiter
command-page-up = Acht Fotos zurück
command-remove = Aus der Liste entfernen
command-zoom-in = Vergrößern
command-zoom-out = Verkleinern
command-fit = Einpassen
command-full-size = Originalgröße

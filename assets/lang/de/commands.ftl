# Was sich über Menü, Taste oder Palette verlangen lässt.
menu-file = Datei
menu-edit = Bearbeiten
menu-photo = Foto
menu-view = Ansicht
menu-tools = Werkzeuge
menu-help = Hilfe

command-open = Fotos öffnen…
command-open-folder = Ordner öffnen…
command-sample = Beispiel ausprobieren
command-save-cutout = Freisteller speichern
command-save-mask = Maske speichern
command-save-all = Alle speichern
command-save-elsewhere = Woanders speichern…
command-show-folder = Ordner des Gespeicherten zeigen
command-quit = Beenden

command-select-all = Alles auswählen
command-select-one = Nur dieses Foto auswählen
command-palette = Befehl suchen…

command-next = Nächstes Foto
command-previous = Voriges Foto
command-page-down = Acht Fotos weiter
command-page-up = Acht Fotos zurück
command-extend-down = Auswahl nach unten erweitern
command-extend-up = Auswahl nach oben erweitern
command-retry = Erneut versuchen
command-stop = Alles anhalten
command-continue = Mit angehaltenen Fotos fortfahren
command-remove = Aus der Liste entfernen
command-clear = Liste leeren

command-zoom-in = Vergrößern
command-zoom-out = Verkleinern
command-fit = Einpassen
command-full-size = Originalgröße
command-memory-panel = Speicheransicht

command-free-cache = Cache leeren
command-unload-model = Modell entladen

command-shortcuts = Tastenkürzel
command-about = Über Cutout

menu-adjust = Anpassen
command-undo = Rückgängig
command-redo = Wiederholen
command-brush = Pinsel
command-brush-swap = Behalten oder entfernen
command-brush-smaller = Pinsel kleiner
command-brush-larger = Pinsel größer
command-brush-harder = Pinsel härter
command-brush-softer = Pinsel weicher
command-brush-down = Pinsel weglegen
command-keep-largest = Nur den größten Teil behalten
command-fill-holes = Löcher füllen
command-trim = Auf das Motiv zuschneiden
command-shadow = Schlagschatten
command-background-none = Kein Hintergrund
command-background-white = Weißer Hintergrund
command-background-picture = Bild als Hintergrund…
command-background-blurred = Unscharfer Hintergrund
command-settings-copy = Einstellungen kopieren
command-settings-paste = Einstellungen einfügen
command-settings-to-selection = Einstellungen auf die Auswahl übertragen
command-settings-to-all = Einstellungen auf alle Fotos übertragen
command-settings-default = Diese Einstellungen für neue Fotos verwenden
command-reset = Dieses Foto zurücksetzen
command-inspector = Bedienfeld Anpassen
command-pan-left = Nach links schieben
command-pan-right = Nach rechts schieben
command-pan-up = Nach oben schieben
command-pan-down = Nach unten schieben
command-keep-place = Ausschnitt von Foto zu Foto behalten
command-view-wipe = Vorher und nachher mit Trennlinie zeigen
command-view-side-by-side = Vorher und nachher nebeneinander zeigen
command-view-cutout = Freisteller zeigen
command-view-mask = Maske zeigen
command-view-overlay = Maske über dem Foto zeigen
command-original = Original zeigen (Taste halten)
command-divider-left = Trennlinie nach links
command-divider-right = Trennlinie nach rechts
command-backdrop-checkerboard = Hinter dem Freisteller: Schachbrett
command-backdrop-white = Hinter dem Freisteller: Weiß
command-backdrop-black = Hinter dem Freisteller: Schwarz
command-backdrop-grey = Hinter dem Freisteller: Grau

empty-drop = Fotos oder Ordner hierher ziehen
empty-open = Fotos öffnen und loslegen
empty-no-drops = Dieser Desktop gibt abgelegte Dateien nicht weiter: bitte „Öffnen“ benutzen.
empty-formats = { $formats } und { $last }
empty-sample = Beispiel ausprobieren
empty-sample-what = Mit Bildern, die beim Programm sind, ansehen, was es tut
empty-drop-now = Loslassen, um sie in die Liste aufzunehmen

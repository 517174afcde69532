empty-drop = Fotos oder Ordner hierher ziehen
empty-open = Fotos öffnen und loslegen
empty-no-drops = Dieser Desktop gibt abgelegte Dateien nicht weiter: bitte „Öffnen“ benutzen.
empty-formats = { $formats } und { $last }
empty-sample = Beispiel ausprobieren
empty-sample-what = An mitgelieferten Bildern ansehen, was Cutout kann
empty-drop-now = Loslassen, um sie in die Liste aufzunehmen

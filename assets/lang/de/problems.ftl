# Warum etwas nicht geklappt hat.

problem-replaced = Das ist inzwischen ein anderes Foto; aus der Liste entfernen und neu hinzufügen
problem-no-memory = Der Speicher reicht für dieses Foto nicht, auch nicht nach allen Versuchen ({ $words }). Andere Programme schließen und erneut versuchen{ $on_gpu ->
    [yes] , oder Cutout mit --device cpu starten
   *[no] {""}
}.
problem-network = Das Netz ist an diesem Foto gescheitert ({ $words }). Erneut versuchen{ $on_gpu ->
    [yes] , oder Cutout mit --device cpu starten
   *[no] {""}
}.
problem-fault = Ein Fehler in Cutout selbst beim { $doing } ({ $words }). Die anderen Fotos sind nicht betroffen.
problem-fault-up-close = Ein Fehler in Cutout selbst bei der Nahansicht ({ $words }).
problem-lost = Durch einen eigenen Fehler hat Cutout diesen Auftrag verloren; bitte erneut versuchen.
problem-no-backdrop = Das Hintergrundbild ist nicht verwendbar. { $file }: { $reason }
problem-no-folder = Dieser Ordner lässt sich nicht anlegen ({ $reason }); einen anderen wählen
problem-no-free-name = Für die Ergebnisse ist kein Name mehr frei

doing-decoding = Lesen des Fotos
doing-inferring = Suchen des Motivs
doing-refining = Freistellen
doing-saving = Schreiben der Dateien

# Dateien, die kein Bild hergeben.
picture-not-found = Diese Datei gibt es nicht; Namen und Ordner prüfen
picture-folder = Das ist ein Ordner; als Ordner öffnen oder die Bilder darin wählen
picture-no-file = Das ist keine gewöhnliche Datei; das Bild erst in eine kopieren
picture-unreadable = Die Datei ist nicht lesbar ({ $reason }); Zugriffsrechte und Datenträger prüfen
picture-empty = Die Datei ist leer; noch einmal von der Quelle holen
picture-none = Das ist kein Bild, sondern { $kind }; Bilder können { $formats } sein
picture-format = { $format } wird noch nicht unterstützt; in PNG oder JPEG umwandeln
picture-variant = Diese Art von { $format } wird nicht unterstützt ({ $reason }); als gewöhnliches PNG oder JPEG speichern
picture-cut-off = Das Ende der { $format }-Datei fehlt; noch einmal von der Quelle holen
picture-damaged = Die { $format }-Datei ist beschädigt ({ $reason }); noch einmal von der Quelle holen
picture-too-large = { $width } × { $height } Pixel sind { $megapixels } Megapixel, mehr als die erlaubten { $limit }; die Grenze lässt sich mit --max-megapixels anheben
picture-too-long = { $width } × { $height } Pixel sind zu lang für ihre { $megapixels } Megapixel: mit einer Seite von mehr als { $side } Pixeln sind { $limit } erlaubt; das Bild in kürzere zerschneiden
picture-too-much-memory = Das Bild zu lesen braucht mehr als die erlaubten { $limit } MiB Speicher; die Grenze lässt sich mit --max-megapixels anheben
no-picture-web-page = eine Webseite
no-picture-text = Text
no-picture-unknown = Daten in unbekanntem Format

# Dateien, die sich nicht schreiben lassen.
write-cancelled = abgebrochen
write-taken = { $file }: Eine Datei dieses Namens gibt es schon; einen anderen Namen wählen oder sie ersetzen
write-disk-full = { $file }: Der Datenträger ist voll; Platz schaffen oder einen anderen Ordner wählen
write-folder = { $folder }: In diesem Ordner lässt sich nichts schreiben ({ $reason }); einen anderen wählen
write-too-large = { $file }: { $width } × { $height } Pixel sind mehr, als eine { $format }-Datei fasst; PNG wählen
write-other = { $file }: Die Datei lässt sich nicht schreiben ({ $reason }); einen anderen Namen oder Ordner wählen

# Was das System sagt: seine eigenen Worte spricht es nur auf Englisch.
system-not-found = nicht vorhanden: { $words }
system-no-permission = keine Berechtigung: { $words }
system-disk-full = Datenträger voll: { $words }
system-read-only = schreibgeschützt: { $words }

# Warum kein Netz bereitsteht.
model-not-here = Das Modell { $id } ist nicht auf diesem Rechner (gesucht in { $folders }); so lässt es sich holen: cutout models fetch { $id }
model-unknown = Es gibt weder eine Datei noch ein Modell namens { $name }; die Modelle sind: { $known }
model-unreadable = Das Modell { $file } ist nicht lesbar: { $reason }
model-too-large = { $file } ist größer als alle Gewichte von U²-Net ({ $limit } MiB)
model-another = { $file } ist nicht das veröffentlichte { $id }: erwartet sha256 { $expected }, gefunden { $found } ({ $bytes } Bytes); die Datei entfernen und ausführen: cutout models fetch { $id }
model-unusable = { $file } ist als Modell nicht verwendbar: { $reason }
model-no-device = CUDA-Gerät { $number } ist nicht verwendbar: { $why }. { $advice }Mit --device cpu oder --device auto geht es ohne.
model-gpu-required = Es soll nur mit GPU gearbeitet werden, aber keine ist in Benutzung: { $why }. Damit die CPU arbeitet: „Nur mit GPU“ ausschalten oder --require-gpu weglassen.
model-cancelled = Das Laden des Modells wurde abgebrochen
model-let-go = Das Modell wurde entladen
model-not-on-cpu = Auf der CPU gibt es kein Modell

weights-format = weder ein ONNX-Graph noch safetensors noch ein PyTorch-Checkpoint (.pth)
weights-malformed = { $format } beschädigt oder ungewöhnlich: { $what }
weights-forbidden = abgelehnt: Das Pickle darin verlangt `{ $global }`, was kein gewöhnlicher Checkpoint braucht
weights-other-network = keine Gewichte eines U²-Net: Die Datei enthält { $count } Tensoren, der erste heißt `{ $first }`
weights-mismatch = passt nicht zu { $network }: { $first }{ $others ->
    [0] {""}
   *[other] {" "}(und { $others } weitere)
}
tensor-missing = `{ $tensor }` der Form { $expected } fehlt
tensor-shape = `{ $tensor }` sollte die Form { $expected } haben, hat aber { $found }
tensor-unexpected = `{ $tensor }` der Form { $found } gehört nicht zum Netz

# Die Einstellungen, die aufbewahrte Liste und der Desktop.
settings-unreadable = { $file } ist nicht lesbar ({ $reason }): Es gelten die Standardeinstellungen.
settings-damaged = { $file } ist beschädigt ({ $reason }): Es gelten die Standardeinstellungen, die Datei ist als { $aside } aufbewahrt.
settings-damaged-stuck = { $file } ist beschädigt ({ $reason }): Es gelten die Standardeinstellungen, die Datei ließ sich nicht aufbewahren ({ $why }).
settings-no-folder = Die Einstellungen lassen sich nicht speichern: { $folder } lässt sich nicht anlegen ({ $reason }). In { $variable } einen anderen Ordner angeben.
settings-not-read = { $reason }: Es gelten die Voreinstellungen.
settings-not-written = Die Einstellungen lassen sich nicht speichern: { $reason }.
damage-no-text = sie enthält keinen Text
damage-no-version = sie nennt keine Version
damage-version = sie hat Version { $found } statt { $known }
damage-line = Zeile { $number }: { $words }
private-link = { $file } ist eine Verknüpfung; bitte entfernen
private-no-file = { $file } ist keine Datei; bitte entfernen
private-other-owner = Der Ordner { $folder } gehört einem anderen Benutzer; bitte einen anderen wählen
private-others-write = Im Ordner { $folder } dürfen andere schreiben; so dürfen sie es nicht mehr: chmod go-w
keep-busy = ein anderes Fenster bewahrt seine Liste in { $folder } auf
keep-folder = { $folder }: { $reason }
desktop-no-dialog = Dieser Desktop zeigt keinen Dateidialog: xdg-desktop-portal oder zenity installieren, oder die Fotos auf dieses Fenster ziehen.
desktop-not-shown = { $folder } lässt sich nicht öffnen: { $reason }.
snapshot-no-gpu = ein Speicherabbild zeigt, was libtorch auf einer GPU hält, und keine ist in Gebrauch; `cutout info` sagt, warum
snapshot-not-in-this-build = dieses libtorch zeichnet nicht auf, was es belegt; Speicherabbilder brauchen die CUDA-Bibliothek von libtorch 2.11
snapshot-refused = libtorch hat kein Speicherabbild gemacht ({ $words }); bitte noch einmal versuchen
snapshot-no-folder = { $folder }: dieser Ordner lässt sich nicht anlegen ({ $reason }); bitte einen anderen wählen

# Speichern: das Fenster, die Fragen und die Zeile am Ende.

export-title = Ergebnisse speichern
export-what = Dateien
export-cutouts = Freisteller
export-masks = Masken
export-photos = Fotos
export-all = Alle fertigen ({ $count })
export-chosen = Ausgewählte ({ $count })
export-format = Format
export-png-hint = Transparent, mit 8 oder 16 Bit wie das Foto.
export-png-effort = Dateigröße
export-png-fast = Am schnellsten
export-png-fast-hint = Die Dateien sind bis zu einem Viertel größer.
export-png-balanced = Ausgewogen
export-png-balanced-hint = Etwa so klein, wie andere Programme sie machen, in einem Bruchteil der Zeit.
export-png-small = Am kleinsten
export-png-small-hint = Die Dateien sind einige Prozent kleiner und brauchen vielmal so lange.
export-webp-hint = Transparent, mit 8 Bit. Klein.
export-jpeg-hint = Mit 8 Bit. Kennt keine Transparenz: Das Motiv liegt auf einer Farbe.
export-tiff-hint = Transparent, mit 8 oder 16 Bit wie das Foto. Groß.
export-lossless = Jedes Pixel unverändert lassen
export-quality = Qualität
export-colour = Hintergrundfarbe
export-keep = Vom Foto behalten
export-keep-hint = Kamera, Datum, Urheber und Ort stehen in den EXIF-Daten eines Fotos. Farbprofil und Auflösung bleiben immer erhalten.
export-keep-all = Alle Angaben
export-keep-no-location = Alle Angaben außer dem Ort
export-keep-minimal = Nur Farben und Auflösung
export-where = Ordner
export-beside = Neben jedem Foto
export-in-folder = In einem Ordner
export-choose-folder = Wählen…
export-mirrored = Die Unterordner der hinzugefügten Ordner werden darin wieder angelegt.
export-of-pasted = Die von eingefügten Fotos kommen nach { $folder }.
export-name = Dateiname
export-example = Beispiel: { $name }
export-placeholder-name = Der Name des Fotos
export-placeholder-kind = „cutout“ oder „mask“
export-placeholder-number = Die Nummer des Fotos unter denen, die zusammen gespeichert werden
export-placeholder-folder = Der Ordner, in dem das Foto liegt
export-existing = Falls schon vorhanden
export-ask = Fragen
export-save = { $count ->
    [one] { $count } Datei speichern
   *[other] { $count } Dateien speichern
}
export-cancel = Abbrechen

name-error-same = Jedes Foto bekäme denselben Namen: {"{name}"} oder {"{number}"} einsetzen.
name-error-unknown = {"{"}{ $word }{"}"} gibt es nicht.
name-error-brace = Eine geschweifte Klammer hat kein Gegenstück.
name-error-character = Ein Dateiname kann das Zeichen „{ $character }“ nicht enthalten.
name-error-hidden = Dateien, deren Name mit einem Punkt beginnt, sind versteckt.
name-error-end = Ein Dateiname kann nicht mit einem Leerzeichen oder Punkt enden.

many-title = { $count ->
    [one] { $count } Datei speichern?
   *[other] { $count } Dateien speichern?
}
many-beside = { $count ->
    [one] Die Ergebnisse von { $count } Foto werden neben diesem gespeichert.
   *[other] Die Ergebnisse von { $count } Fotos werden jeweils neben dem Foto gespeichert.
}
many-in = { $count ->
    [one] Die Ergebnisse von { $count } Foto werden in { $folder } gespeichert.
   *[other] Die Ergebnisse von { $count } Fotos werden in { $folder } gespeichert.
}
exists-title = Einige Ergebnisse gibt es schon
exists-text = { $count ->
    [one] { $name } gibt es schon. Was soll damit geschehen, auch bei weiteren?
   *[other] Von { $count } Fotos gibt es schon Ergebnisse, etwa { $name }. Was soll damit geschehen, auch bei weiteren?
}
exists-number = Beide behalten, mit einer Nummer
exists-replace = Ersetzen
exists-skip = Die alte behalten
exists-later = Das lässt sich unter „Alle speichern…“ ändern.

saving-progress = Speichern: { $done } von { $count } Fotos
saving-progress-name = Gespeicherte Fotos
saving-stop = Speichern abbrechen

export-folder-title = Ergebnisse in diesem Ordner speichern

saved-one-beside = { $name } neben dem Original gespeichert.
saved-one-in = { $name } in { $folder } gespeichert.
saved-beside = { $count ->
    [one] { $count } Datei neben den Originalen gespeichert.
   *[other] { $count } Dateien neben den Originalen gespeichert.
}
saved-in = { $count ->
    [one] { $count } Datei in { $folder } gespeichert.
   *[other] { $count } Dateien in { $folder } gespeichert.
}
saved-left = { $count ->
    [one] { $count } Datei gab es schon, sie blieb, wie sie war.
   *[other] { $count } Dateien gab es schon, sie blieben, wie sie waren.
}
saved-stopped = { $count ->
    [one] Bei { $count } Foto wurde das Speichern abgebrochen.
   *[other] Bei { $count } Fotos wurde das Speichern abgebrochen.
}
saved-failed = { $count } Fotos konnten nicht gespeichert werden. Das erste:

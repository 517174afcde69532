notice-dismiss = Ausblenden
notice-show-folder = Ordner öffnen
notice-save-elsewhere = Woanders speichern…
notice-found-nothing = In { $folder } sind keine Fotos.
notice-gpu-lost = { $device } wird nicht mehr benutzt: { $why }. Die Arbeit geht auf der CPU weiter.
notice-allocator-refused = Die Speicherverwaltung nimmt das nicht an: { $why }.
notice-list-is-back =
    { $count ->
        [one] Das Foto vom letzten Mal ist wieder da.
       *[other] { $count } Fotos vom letzten Mal sind wieder da.
    }
notice-start-empty = Mit leerer Liste beginnen
notice-list-kept-by-another = Ein anderes Fenster merkt sich seine Liste für den nächsten Start; die Liste dieses Fensters kommt nicht wieder.
notice-list-damaged = Die Liste vom letzten Mal ist nicht lesbar ({ $reason }). Sie ist als { $file } aufbewahrt; diese Liste beginnt leer.
notice-list-not-kept = Die Liste kann für den nächsten Start nicht aufbewahrt werden: { $reason }.
notice-watched-again = { $folder } wird wieder auf neue Fotos überwacht.
notice-watch-gone = { $folder } ist nicht mehr da: Sobald der Ordner wieder da ist, wird er wieder auf neue Fotos überwacht.
notice-watch-lost = { $folder } kann gerade nicht auf neue Fotos überwacht werden ({ $reason }); Cutout versucht es weiter.
notice-listed-already = { $count ->
    [one] Dieses Foto ist bereits in der Liste.
   *[other] { $count } Fotos waren bereits in der Liste.
}
notice-subfolders = { $folder } enthält Fotos in Unterordnern. Auch diese hinzufügen?
notice-subfolders-add = Hinzufügen
notice-subfolders-leave = Weglassen
notice-subfolders-remembered = Die Antwort gilt auch für spätere Ordner; in den Einstellungen lässt sie sich ändern.
paste-nothing = In der Zwischenablage ist kein Foto. Ein Bild kopieren, oder Fotos in der Dateiverwaltung, und noch einmal einfügen.
paste-unread = Die Zwischenablage ist nicht lesbar ({ $reason }). Noch einmal kopieren, oder das Foto auf dieses Fenster ziehen.
paste-not-kept = Das eingefügte Bild lässt sich nicht als Datei aufbewahren ({ $reason }). Dort speichern, wo es kopiert wurde, und diese Datei öffnen.
copied = Freisteller von { $name } kopiert.
copy-failed = Der Freisteller von { $name } lässt sich nicht in die Zwischenablage legen ({ $reason }). Noch einmal versuchen, oder ihn speichern.
paste-no-folder = dieses System nennt keinen Ordner dafür
clipboard-not-supported = dieser Desktop hat keine für Programme
clipboard-occupied = ein anderes Programm hält sie gerade
clipboard-too-large = X11 nimmt höchstens 16 MB auf einmal, und dies ist mehr
clipboard-gone = ihr Thread ist beendet
clipboard-gave-up = was sie enthält, lässt sich nicht lesen
notice-snapshot = Speicherabbild gesichert als { $file } ({ $bytes }). PyTorchs Speicheransicht öffnet es: pytorch.org/memory_viz.
notice-snapshot-without-history = Speicherabbild gesichert als { $file } ({ $bytes }): was jetzt belegt ist. Ab jetzt wird aufgezeichnet, das nächste zeigt also auch, was wann angelegt wurde.
notice-snapshot-on-oom = Der Speicher der GPU reichte nicht. Ein Speicherabbild dieses Augenblicks liegt in { $file } ({ $bytes }).
notice-no-snapshot = Es gibt kein Speicherabbild: { $why }
passed-over = { $count ->
    [one] { $file } wurde übergangen: { $why }.
    [2] { $file } wurde übergangen: { $why }. Ebenso 1 weitere Datei.
   *[other] { $file } wurde übergangen: { $why }. Ebenso { $more } weitere Dateien.
}
passed-over-unreadable = nicht lesbar ({ $reason })
passed-over-dangling-link = ein Verweis auf eine Datei, die es nicht gibt
passed-over-format = { $format } kann noch nicht geöffnet werden
passed-over-no-picture = kein Bild
passed-over-result = ein Ergebnis von Cutout
passed-over-no-file = keine gewöhnliche Datei

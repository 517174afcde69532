# Die Speicheransicht.
memory-title = Arbeitsspeicher
memory-title-gpu = GPU-Speicher
memory-of-computer = dieses Rechners
memory-under-way = Die erste Messung läuft…

memory-hide = Ausblenden
memory-hide-what = Diese Ansicht schließen; die Statusleiste öffnet sie wieder
memory-unload = Modell entladen
memory-unload-what = Das Modell jetzt freigeben. Mit dem nächsten Foto, das es braucht, wird es von selbst wieder geladen.
memory-unload-none = Kein Modell ist geladen
memory-free = Cache leeren
memory-free-what = Dem Treiber zurückgeben, was libtorch reserviert hat und kein Tensor braucht
memory-free-none = Auf der CPU gibt es keinen Cache zu leeren: libtorch gibt Speicher dort sofort zurück
memory-unload-after = Entladen nach
memory-unload-after-what = Das Modell freigeben, wenn es so lange kein Foto gebraucht hat. Mit dem nächsten, das es braucht, wird es von selbst wieder geladen.
memory-idle-minutes = Minuten im Leerlauf
memory-idle = im Leerlauf
memory-require-gpu = Nur mit GPU
memory-require-gpu-what = Nicht auf die CPU ausweichen: Wenn keine GPU ein Foto schafft, schlägt es fehl, und der Grund wird genannt.

part-weights = Gewichte
part-working-set = Dieses Bild
part-cached = Cache
part-context = Kontext
part-pictures = Bilder
part-program = Rest von Cutout
part-others = Andere Programme
part-free = Frei
part-share = { $part } { $bytes }, { $percent } % von { $total }

part-weights-what = Die Gewichte des Modells, samt dem, worauf die Speicherverwaltung sie aufrundet. Sie bleiben, bis es entladen wird.
part-working-set-what = Tensoren des Bildes in Arbeit: seine Eingabe, die Merkmale des Netzes und seine Karte. Zwischen zwei Bildern nichts.
part-cached-what = Von libtorch reserviert und in keinem Tensor (reserviert minus belegt): aufgehoben, damit das nächste Bild nicht den Treiber fragen muss. Die Freigabepunkte und „Cache leeren“ geben ihn zurück.
part-context-what = Der Kontext des Treibers und die CUDA-Bibliotheken für dieses Programm. nvidia-smi zählt sie mit und zeigt deshalb um so viel mehr als Reserviert. Kein Tensor ist darin, und nur das Schließen von Cutout gibt ihn frei.
part-context-estimate = Der Treiber nennt den Anteil dieses Programms hier nicht: Dies wurde beim Öffnen des Kontexts gemessen.
part-pictures-what = Gelesene Fotos auf ihrem Weg durch die Verarbeitung.
part-program-what = Alles andere an diesem Programm: sein Code und seine Bibliotheken, die Puffer von libtorch und das Fenster.
part-others-card-what = Was andere Programme auf dieser Karte halten.
part-others-driver = Davon behält der Treiber { $bytes } für sich.
part-others-what = Was alle anderen Programme und das System halten.
part-free-card-what = Was kein Programm hält: die Angabe des Treibers.
part-free-what = Was ein Programm noch bekommen könnte: die Angabe des Systems.
memory-window-keeps = Davon behält das Fenster { $all }: { $previews } in Vorschauen, { $thumbnails } in den kleinen Bildern der Liste, { $maps } in Karten.

series-allocated = Belegt
series-tensors = Tensoren
series-live-what = Bytes in lebenden Tensoren
series-reserved = Reserviert
series-reserved-what = Bytes, die libtorch vom Treiber hält: belegt und im Cache
series-program = Dieses Programm
series-program-what = Arbeitsspeicher dieses Programms, wie das System ihn zählt
series-highest = { $what }.
    Am meisten seit dem Start: { $bytes }.
memory-peaks = Spitze, dieses Bild { $this } · voriges { $last }
memory-peaks-what = Das meiste, was in Tensoren lebte, während ein Bild im Netz war, samt Gewichten
details-button = Einzelheiten…
details-what = Wie die Speicherverwaltung von libtorch die Tensoren auf der GPU anordnet
details-title = Speicherverwaltung von libtorch auf der GPU
details-requested = Angefordert
details-requested-what = Bytes, die lebende Tensoren angefordert haben. Am meisten in diesem Bild oder im vorigen: { $most }.
details-rounding = Aufgerundet
details-rounding-what = Was Tensoren darüber hinaus bekommen haben (belegt minus angefordert): Größen werden aufgerundet, und ein großer Block wird für einen kleinen Rest nicht geteilt.
details-split = Frei in geteilten Segmenten
details-split-what = Unbenutzte Teile von Segmenten, von denen ein anderer Teil benutzt wird: Fragmentierung. Sie dienen späteren Tensoren, die hineinpassen, können aber nicht an den Treiber zurück. Bei wachsenden Segmenten zählt libtorch sie nicht.
details-free = Frei in ganzen Segmenten
details-free-what = Segmente, die kein Tensor benutzt: „Cache leeren“ und die Freigabepunkte geben sie dem Treiber zurück. Bei wachsenden Segmenten steht hier alles Unbenutzte, und nur ganz unbenutzte Seiten gehen zurück.
details-segments = Segmente
details-segments-what = Stücke, die libtorch vom Treiber hält; wachsende zählen nicht mit.
details-retries = Neu versucht
details-retries-what = Wie oft der Treiber keinen Speicher hatte, sodass libtorch seinen Cache geleert und noch einmal gefragt hat, seit dem Start von Cutout.
details-ooms = Kein Speicher
details-ooms-what = Wie oft es auch dann keinen Speicher gab, seit dem Start von Cutout. Was Cutout dann versucht, steht beim Foto.
details-none-on-cpu = Auf der CPU gibt es diese Zahlen nicht: libtorch hat dort keinen Cache, und jeder Tensor bekommt, was er anfordert.
details-of-the-driver = Die Speicherverwaltung des Treibers ist in Kraft (backend:cudaMallocAsync). Sie nennt belegte und reservierte Bytes und sonst nichts.

timeline-name = Speicher in der letzten Minute
timeline-width = letzte Minute
timeline-ago = vor { $seconds } s
timeline-freed = { $bytes } freigegeben in { $us } µs
timeline-nothing-freed = auf der CPU nichts freizugeben, in { $us } µs
timeline-others = und { $count } gleiche in derselben Zehntelsekunde
timeline-more = und { $count } weitere

points-title = Freigabepunkte
points-empty-cache = Cache leeren
points-calls = Aufrufe
points-freed = Frei
points-time = Zeit
points-own = Die selbst gewählten Punkte
points-each = { $each } jedes Mal, { $us } µs insgesamt
points-never = Noch nicht gelaufen
points-measured = Auf diesem Rechner gemessen, seit die Punkte zuletzt umgestellt wurden: { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
}. Wo alle Punkte aus sind, bleibt der Cache so groß, wie der größte Bedarf war.

point-after-inference = A nach dem Netz
point-after-mask = B nach der Maske
point-on-error = C bei einem Fehler
point-after-image = D nach dem Bild
point-after-job = Nach dem Auftrag
point-after-inference-what = Wenn das Netz fertig ist: Eingabe, Merkmale und Nebenausgaben sind verworfen, und der Cache von libtorch wird geleert.
point-after-mask-what = Wenn die Karte zurückgelesen ist: Die Ausgabe ist verworfen, und der Cache wird geleert.
point-on-error-what = Nach einem Fehler im Netz: Alle Tensoren des Bildes sind verworfen, und der Cache wird geleert.
point-after-image-what = Am Ende jedes Bildes, auch eines fehlgeschlagenen: Der Cache wird geleert.
point-after-job-what = S im Verlauf. Nach jedem Befehl an den Netz-Thread: Der Cache wird noch einmal geleert.

preset-conservative = Sparsam
preset-once-per-image = Einmal je Bild
preset-once-per-job = Einmal je Auftrag
preset-none = Nie
preset-own = Eigene Wahl
preset-conservative-what = An jedem Punkt: jederzeit so wenig Speicher wie möglich
preset-once-per-image-what = Nur an D: Der Cache lebt so lange wie ein Bild
preset-once-per-job-what = Nur nach dem Auftrag: einmal nach jedem Befehl
preset-none-what = Nie: Der Cache wächst auf den größten Bedarf und bleibt

cost-cpu = Auf der CPU ist nichts freizugeben: Die Punkte messen nur.
cost-cpu-measured = Auf der CPU ist nichts freizugeben: Die Punkte kosten { $each } je Bild.
cost-none = Kostet nichts, hält { $bytes } im Cache.
cost-later = Was das kostet, zeigt sich nach dem nächsten Bild.
cost-measured = Kostet { $each } je Bild, hält zwischen Bildern { $spared } weniger.
cost-measured-share = Kostet { $each } je Bild ({ $percent } % seiner Zeit), hält zwischen Bildern { $spared } weniger.
cost-measured-little = Kostet { $each } je Bild (unter 1 % seiner Zeit), hält zwischen Bildern { $spared } weniger.

freed-cache = Cache geleert
freed-model = Modell entladen
freed-idle-model = Unbenutztes Modell entladen
freed-on-gpu = { $what }: reserviert vorher { $before }, nachher { $after }, in { $time }. { $stays }
freed-on-cpu = { $what }: dieses Programm vorher { $before }, nachher { $after }, in { $time }.
freed-nothing-stays = Nichts bleibt.
freed-context-stays = { $bytes } bleiben: der Kontext des Treibers, der mit dem Schließen von Cutout geht.
freed-stays = Was bleibt: { $parts }.
freed-in-weights = { $bytes } in den Gewichten des Modells
freed-in-tensors = { $bytes } in Tensoren des Bildes in Arbeit
freed-in-cache = { $bytes } im Cache, der Blöcke mit Tensoren teilt
freed-in-context = { $bytes } im Kontext des Treibers, der mit dem Schließen von Cutout geht

advanced-button = Erweitert…
advanced-what = Einstellungen der Speicherverwaltung von libtorch auf der GPU
advanced-title = Speicherverwaltung von libtorch auf der GPU
advanced-expandable = Wachsende Segmente
advanced-expandable-what = Speichersegmente wachsen an Ort und Stelle, statt für jede Größe neu geholt zu werden: Zwischen Blöcken verschiedener Größe geht weniger verloren.
advanced-default = Standard
advanced-on = An
advanced-off = Aus
advanced-split = Größter Block, der geteilt wird
advanced-split-what = Größere Blöcke bleiben ganz, für große Tensoren.
advanced-split-name = Größter geteilter Block in MiB
advanced-collect = Aufräumen ab
advanced-collect-what = Über diesem Anteil des Speichers werden alte Blöcke zuerst zurückgegeben.
advanced-collect-name = Schwelle des Aufräumens
advanced-fraction = Höchstens dieser Anteil der Karte
advanced-fraction-what = Darüber hinaus bekommt libtorch keinen Speicher, auch wenn die Karte noch welchen hat: Der Rest bleibt für andere Programme.
advanced-fraction-name = Anteil am Speicher der Karte
advanced-in-force = In Kraft: { $settings }.
advanced-none-on-cpu = nichts, denn die CPU hat keine solche Speicherverwaltung
advanced-libtorchs-own = die Einstellungen von libtorch
advanced-others = Außerdem von Hand eingestellt: { $settings }.
advanced-later = Was hier geändert wird, gilt ab dem nächsten Start von Cutout.

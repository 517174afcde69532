status-looking-for-device = Rechenwerk wird gesucht…
status-device-because = { $device }, denn { $why }
status-driver = Treiber { $version }
status-no-gpu = Keine GPU: { $why }
status-engine-starts = Die Verarbeitung startet.
status-photos-wait = Fotos können schon hinzugefügt werden: sie warten, bis das Modell bereit ist.
status-weights = Gewichte { $bytes }, geladen in { $time }
status-brought-back = Das nächste Foto, das es braucht, holt es zurück.
status-allocated = Belegt { $allocated } · Reserviert { $reserved }
status-of-program = Arbeitsspeicher dieses Programms { $bytes }
status-close-memory = Speicheransicht schließen
status-open-memory = Speicheransicht öffnen

model-starting = Startet…
model-loading = { $name } wird geladen…
model-ready = { $name } · bereit
model-unloaded = { $name } · entladen
model-none = Kein Modell
model-unloads-in = wird in { $time } entladen

precision-fp32 = volle Genauigkeit (fp32)
precision-fp16 = halbe Genauigkeit (fp16)
precision-bf16 = halbe Genauigkeit (bf16)
time-an-image = { $ms } ms je Bild

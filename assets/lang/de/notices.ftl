notice-dismiss = Ausblenden
notice-show-folder = Ordner zeigen
notice-save-elsewhere = Woanders speichern…
notice-found-nothing = In { $folder } sind keine Fotos.
notice-gpu-lost = { $device } wird nicht mehr benutzt: { $why }. Die CPU macht weiter.
notice-allocator-refused = Die Speicherverwaltung nimmt das nicht an: { $why }.

status-looking-for-device = Gerät wird gesucht…
status-device-because = { $device }, denn { $why }
status-no-gpu = Keine GPU: { $why }
status-engine-starts = Die Verarbeitung startet.
status-photos-wait = Fotos können schon hinzugefügt werden: Sie warten, bis das Modell bereit ist.
status-weights = Gewichte { $bytes }, geladen in { $time }
status-brought-back = Mit dem nächsten Foto, das es braucht, wird es wieder geladen.
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

status-cpu = CPU, { $threads ->
    [one] { $threads } Thread
   *[other] { $threads } Threads
}
no-gpu-chosen = die CPU wurde gewählt
no-gpu-no-cuda-here = macOS hat kein CUDA
no-gpu-no-driver = es gibt keinen NVIDIA-Treiber ({ $words })
no-gpu-no-library = der NVIDIA-Treiber ist da, die CUDA-Bibliothek von libtorch aber nicht ({ $words })
no-gpu-driver-fails = der NVIDIA-Treiber startet nicht ({ $words })
no-gpu-driver-too-old = der NVIDIA-Treiber ist zu alt: Er kennt CUDA { $driver }, und libtorch braucht CUDA { $needed }
no-gpu-hidden = CUDA_VISIBLE_DEVICES="{ $visible }" verbirgt jede GPU vor CUDA
no-gpu-no-device = der NVIDIA-Treiber bietet kein Gerät an, das CUDA benutzen kann
no-gpu-no-such-device = das letzte CUDA-Gerät ist cuda:{ $last }
no-gpu-allocator = die Einstellungen { $settings } der Speicherverwaltung werden abgelehnt ({ $words })
no-gpu-not-working = die GPU rechnet nicht ({ $words })
no-gpu-full = die GPU hat zu wenig freien Speicher ({ $words })
no-gpu-failed = die GPU ist bei der Arbeit ausgefallen ({ $words })
advice-leave-out-cpu = Ohne --device cpu benutzt Cutout eine GPU.
advice-install-driver = Wo es eine NVIDIA-GPU gibt: den Treiber von NVIDIA installieren und Cutout neu starten.
advice-bring-library = CUTOUT_TORCH_LIB auf den Ordner torch/lib eines PyTorch 2.11 setzen; wo Cutout aus den Quellen gebaut wird, holt `cargo xtask setup --cuda` sie.
advice-update-driver = Den Treiber von NVIDIA aktualisieren und Cutout neu starten.
advice-update-driver-if-gpu = Wo es eine NVIDIA-GPU gibt: den Treiber von NVIDIA aktualisieren und Cutout neu starten.
advice-restart-computer = Den Computer neu starten; wenn das nicht hilft, den Treiber von NVIDIA aktualisieren.
advice-show-gpus = Ohne CUDA_VISIBLE_DEVICES benutzt Cutout eine GPU.
advice-free-gpu = Andere Programme schließen, die die GPU benutzen, und Cutout neu starten.
advice-start-again = Nach einem Neustart versucht Cutout es noch einmal mit der GPU.

gpu-driver = NVIDIA-Treiber { $version }
gpu-driver-for-cuda = NVIDIA-Treiber für CUDA { $version }
gpu-driver-unknown = der Treiber nennt seine Version nicht
gpu-as-asked = von { $count } GPUs cuda:{ $number }, wie gewählt
gpu-most-free = von { $count } GPUs die mit dem meisten freien Speicher ({ $free } von { $total } GiB)
gpu-in-order = von { $count } GPUs die erste, die arbeitet, denn keine nennt ihren freien Speicher
gpu-passed-over = cuda:{ $number } ({ $name }) rechnet nicht ({ $words })
gpu-no-nvml = wer sie noch benutzt, ist ohne NVML nicht bekannt ({ $words })

# Anzahlen und Zustände, wo immer sie stehen.
count-photos = { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}

state-waiting = Wartet
state-unreadable = Nicht lesbar: { $reason }
state-done = Fertig
state-no-subject = Kein klares Motiv
state-refining = Verfeinern: { $percent } %
state-saved = gespeichert
state-failed = Fehlgeschlagen: { $reason }
state-stopped = Angehalten

step-decoding = Foto wird gelesen
step-inferring = Motiv wird gesucht
step-refining = Kante wird verfeinert
step-saving = Wird gespeichert

rung-empty-cache = Kein Speicher mehr: Cache geleert, neuer Versuch
rung-fewer = { $count ->
    [one] Kein Speicher mehr: Versuch mit einem Foto allein
   *[other] Kein Speicher mehr: Versuch mit { $count } Fotos zusammen
}
rung-lower-precision = Kein Speicher mehr: Versuch mit { $precision ->
    [fp32] voller Genauigkeit (fp32)
   *[other] halber Genauigkeit ({ $precision })
}
rung-on-cpu = Kein Speicher mehr: Versuch auf der CPU
rung-gpu-failed = GPU ausgefallen: Versuch auf der CPU

climbed-empty-cache = beim zweiten Versuch (der Speicher reichte nicht)
climbed-fewer = { $count ->
    [one] einzeln (der Speicher reichte nicht)
   *[other] { $count } zusammen (der Speicher reichte nicht)
}
climbed-lower-precision = mit { $precision ->
    [fp32] voller Genauigkeit (fp32)
   *[other] halber Genauigkeit ({ $precision })
} (der GPU-Speicher reichte nicht)
climbed-on-cpu = auf der CPU (der GPU-Speicher reichte nicht)
climbed-gpu-failed = auf der CPU (die GPU ist ausgefallen)

left-seconds = noch etwa { $count } s
left-minutes = noch etwa { $count } min
left-hours = noch etwa { $count } h

bytes-next-to-none = unter { $least } MiB

note-same = Dasselbe Bild wie { $name }
badge-same = Wie { $name }
badge-second-try = Zweiter Versuch
badge-halve-batch = { $images ->
    [one] Einzeln
   *[other] Je { $images }
}
badge-half-precision = Halbe Genauigkeit
badge-fp32 = Volle Genauigkeit
badge-on-cpu = Auf der CPU
badge-saved = Gespeichert
badge-gpu = GPU
badge-cpu = CPU
group-all = Alle
group-failed = Fehlgeschlagen
group-to-check = Zu prüfen
group-working = In Arbeit
group-waiting = Wartet
group-stopped = Angehalten
group-done = Fertig
state-check = Prüfen: { $reasons }
doubt-no-subject = kein klares Motiv
doubt-tiny = winziges Motiv
doubt-huge = füllt das Foto aus
doubt-uncertain = unsichere Flächen
doubt-border = berührt den Rand

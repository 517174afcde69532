# Anzahlen und Zustände, wo immer sie stehen.
count-photos = { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}

state-waiting = Wartet
state-done = Fertig
state-no-subject = Kein klares Motiv
state-saved = gespeichert
state-failed = Misslungen: { $reason }
state-stopped = Angehalten

step-decoding = Foto wird gelesen
step-inferring = Motiv wird gesucht
step-refining = Kante wird verfeinert
step-saving = Wird gespeichert

rung-empty-cache = Kein Speicher mehr: Cache geleert, neuer Versuch
rung-fewer = { $count ->
    [one] Kein Speicher mehr: Versuch mit einem allein
   *[other] Kein Speicher mehr: Versuch mit { $count } zusammen
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
